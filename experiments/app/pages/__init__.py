"""The pages that Streamlit shows: thin, and the only place that knows it."""
