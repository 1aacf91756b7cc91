"""The script that Streamlit runs: the four pages, and what they share."""

from pathlib import Path

import streamlit as st

from experiments.app.pages import finished, many, one, seat

st.set_page_config(page_title="tariff-talks", page_icon="🤝", layout="wide")
st.html(Path(__file__).with_name("page.css").read_text(encoding="utf-8"))
PAGES = [
    st.Page(one.page, title="One negotiation", url_path="one", default=True),
    st.Page(many.page, title="Many worlds", url_path="many"),
    st.Page(finished.page, title="Results of a run", url_path="results"),
    st.Page(seat.page, title="Take a seat", url_path="seat"),
]


def links(key: str) -> None:
    """Show the way to the other parts."""
    with st.container(horizontal=True, key=key):
        for page in PAGES:
            if page is not shown:
                st.page_link(page, icon=":material/arrow_forward:", width="content")


shown = st.navigation(PAGES, position="top")
links("parts")  # on a phone, where the menu above is folded away
shown.run()
links("others")
