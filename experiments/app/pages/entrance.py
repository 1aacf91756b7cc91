"""What Streamlit serves: the page behind its gate."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from experiments.app.pages.gate import Gate

app = st.App(
    Path(__file__).with_name("main.py"),
    middleware=[Middleware(Gate, secret=str(st.get_option("server.baseUrlPath")))],
)
