"""The config that gives what a page shows, to copy and to download."""

import streamlit as st


def config_box(config: str, name: str, commands: dict[str, str]) -> None:
    """Show a config.

    Args:
        config: text of the config.
        name: of the file.
        commands: what to type, by what it does.
    """
    with st.expander("The config that gives the same", icon=":material/description:"):
        st.markdown(f"Save it as `{name}`. In the folder where this page was started:")
        st.code("\n".join(f"{command}   # {what}" for what, command in commands.items()), "shell")
        st.code(config, "toml")
        st.download_button(
            "Download the config",
            config,
            file_name=name,
            mime="application/toml",
            on_click="ignore",
        )
