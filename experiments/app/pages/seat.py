"""To come."""
import streamlit as st
def page() -> None:
    """Show the page."""
    st.title("seat")
