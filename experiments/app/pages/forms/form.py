"""A form whose values stay when its page is left, or loaded again."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from experiments.app.pages.forms import address
from experiments.app.pages.forms.address import InAddress
from experiments.app.shown.markup import plain
from sim.errors import ConfigError


class Form:
    """A form whose values stay when the page is left, or loaded again.

    A widget of a page that is not shown is forgotten, so values are kept beside them, for all
    pages. A session begins with those that its address says, and tells the address all others.
    """

    def __init__(self, page: str) -> None:
        if "choices" not in st.session_state:
            st.session_state["choices"] = address.said()
        self._page = page
        self._kept: dict[str, Any] = st.session_state["choices"]

    def within(self, path: Path) -> "Form":
        """Give the form of what is chosen within a scenario; the first one has the address's."""
        inner, name = Form(f"{self._page}/{path.stem}"), f"in {path}"
        first = not any(isinstance(kept, dict) for kept in self._kept.values())
        said = {key: kept for key, kept in self._kept.items() if isinstance(kept, InAddress)}
        inner._kept = self._kept.setdefault(name, said if first else {})
        return inner

    def key(self, name: str) -> str:
        """Give the key of a widget on this page."""
        return f"{self._page}/{name}"

    def value(self, name: str, default: Any, read: Callable[[str], Any] = str) -> Any:
        """Give what was chosen, on whatever page.

        Args:
            name: of the value.
            default: what it is as long as nothing was chosen.
            read: reads what an address says; what it refuses is told, and is not taken.
        """
        kept = self._kept.get(name, default)
        if not isinstance(kept, InAddress):
            return kept
        try:
            self._kept[name] = read(str(kept))
        except ConfigError as problem:
            del self._kept[name]
            st.warning(
                plain(f"The address says {name}={kept}, which {problem}. It is not taken."),
                icon=":material/link_off:",
            )
        return self._kept.get(name, default)

    def take(self, name: str, default: Any, read: Callable[[str], Any] = str) -> Any:
        """Give what the address says of something that no form keeps, once."""
        value = self.value(name, default, read)
        self._kept.pop(name, None)
        return value

    def keep(self, name: str, value: Any, default: Any = None) -> Any:
        """Keep what is chosen, tell the address if it is not the default, and give it back."""
        self._kept[name] = value
        address.tell(name, value, default)
        return value

    def one_of(
        self, label: str, name: str, options: dict[Any, str], default: Any, hint: str = ""
    ) -> Any:
        """Ask for one of some options, shown by their names."""
        keys = list(options)
        kept = self.value(name, default, address.one_of(keys))
        index = keys.index(kept) if kept in keys else keys.index(default)
        given = st.selectbox(
            label,
            keys,
            index,
            format_func=options.__getitem__,
            key=self.key(name),
            help=plain(hint) or None,
        )
        return self.keep(name, given, default)

    def some_of(
        self, label: str, name: str, options: dict[str, str], default: list[str], hint: str = ""
    ) -> list[str]:
        """Ask for some of some options."""
        kept = [
            each for each in self.value(name, default, address.all_of(options)) if each in options
        ]
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
        self.keep(name, chosen, [each for each in options if each in default])
        return chosen

    def text(self, label: str, name: str, default: str = "", hint: str = "") -> str:
        """Ask for a line of text."""
        given = st.text_input(
            label, self.value(name, default), key=self.key(name), help=plain(hint) or None
        )
        self.keep(name, given or "", default)
        return given or ""

    def number(self, label: str, name: str, default: int, step: int = 1, hint: str = "") -> Any:
        """Ask for a whole number; None if the field is empty."""
        given = st.number_input(
            label,
            value=self.value(name, default, address.number),
            step=step,
            key=self.key(name),
            help=plain(hint) or None,
        )
        return self.keep(name, None if given is None else int(given), default)

    def amount(self, label: str, name: str, default: float, hint: str = "") -> float:
        """Ask for a number."""
        given = st.number_input(
            label,
            value=float(self.value(name, default, address.amount)),
            format="%g",
            step=1.0,
            key=self.key(name),
            help=plain(hint) or None,
        )
        return float(self.keep(name, given, float(default)))

    def day(self, label: str, name: str, default: date, hint: str = "") -> date:
        """Ask for a day."""
        given = st.date_input(
            label,
            self.value(name, default, address.day),
            key=self.key(name),
            help=plain(hint) or None,
        )
        return date.fromisoformat(str(self.keep(name, given, default)))

    def typed(
        self, label: str, name: str, options: Iterable[str], default: list[str], hint: str = ""
    ) -> list[str]:
        """Ask for some of some options, or others that are typed in."""
        kept = list(self.value(name, default, address.names))
        given = st.multiselect(
            label,
            list(dict.fromkeys([*options, *kept])),
            kept,
            key=self.key(name),
            help=plain(hint) or None,
            accept_new_options=True,
            placeholder="none",
        )
        return list(self.keep(name, given, default))

    def switch(self, label: str, name: str) -> bool:
        """Ask for yes or no; no if nothing was said."""
        kept = bool(self.value(name, False, address.yes))
        given = st.toggle(label, kept, key=self.key(name))
        return bool(self.keep(name, given, False))
