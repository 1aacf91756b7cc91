"""The page: one negotiation, many worlds, the results of a run, and a seat at the table.

What is computed and what is said stands in modules of this folder, which know no browser; `pages`
shows it with Streamlit.
"""
