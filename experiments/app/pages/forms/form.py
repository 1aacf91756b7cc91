"""A form whose values stay when its page is left."""

from typing import Any

import streamlit as st

from experiments.app.shown.markup import plain


class Form:
    """A form whose values stay when the page is left.

    A widget of a page that is not shown is forgotten, so values are kept beside them, for all
    pages.
    """

    def __init__(self, page: str) -> None:
        self._page = page
        self._kept: dict[str, Any] = st.session_state.setdefault("choices", {})

    def key(self, name: str) -> str:
        """Give the key of a widget on this page."""
        return f"{self._page}/{name}"

    def value(self, name: str, default: Any) -> Any:
        """Give what was chosen, on whatever page."""
        return self._kept.get(name, default)

    def keep(self, name: str, value: Any) -> Any:
        """Keep what is chosen, and give it back."""
        self._kept[name] = value
        return value

    def one_of(
        self, label: str, name: str, options: dict[Any, str], default: Any, hint: str = ""
    ) -> Any:
        """Ask for one of some options, shown by their names."""
        keys = list(options)
        kept = self.value(name, default)
        index = keys.index(kept) if kept in keys else keys.index(default)
        given = st.selectbox(
            label,
            keys,
            index,
            format_func=options.__getitem__,
            key=self.key(name),
            help=plain(hint) or None,
        )
        return self.keep(name, given)

    def some_of(
        self, label: str, name: str, options: dict[str, str], default: list[str], hint: str = ""
    ) -> list[str]:
        """Ask for some of some options."""
        kept = [each for each in self.value(name, default) if each in options]
        given = st.pills(
            plain(label),
            list(options),
            selection_mode="multi",
            default=kept,
            format_func=lambda option: plain(options[option]),
            key=self.key(name),
            help=plain(hint) or None,
        )
        chosen = [each for each in options if each in given]
        self.keep(name, chosen)
        return chosen

    def text(self, label: str, name: str, default: str = "", hint: str = "") -> str:
        """Ask for a line of text."""
        given = st.text_input(
            label, self.value(name, default), key=self.key(name), help=plain(hint) or None
        )
        self.keep(name, given or "")
        return given or ""

    def number(self, label: str, name: str, default: int, step: int = 1, hint: str = "") -> Any:
        """Ask for a whole number; None if the field is empty."""
        given = st.number_input(
            label,
            value=self.value(name, default),
            step=step,
            key=self.key(name),
            help=plain(hint) or None,
        )
        return self.keep(name, None if given is None else int(given))

    def switch(self, label: str, name: str) -> bool:
        """Ask for yes or no; no if nothing was said."""
        given = st.toggle(label, bool(self.value(name, False)), key=self.key(name))
        return bool(self.keep(name, given))
