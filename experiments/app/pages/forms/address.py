"""What is chosen, as the query part of the address: a reload keeps it, and a link hands it on.

A link has only that part, without the secret before it: whoever gets it pastes it behind the
address of a page of their own.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from sim.errors import ConfigError

TOLD = "told to the address"
"""Where a session keeps what its page tells the address, by name."""

_APART = ", "


class InAddress(str):
    """A value as an address writes it, as long as nobody has asked for it; lines are values."""


def said() -> dict[str, Any]:
    """Give what the address says, for a session that begins."""
    return {name: InAddress("\n".join(st.query_params.get_all(name))) for name in st.query_params}


def written(value: Any) -> str:
    """Write a value as `number`, `names` or `yes` read it."""
    if isinstance(value, list | tuple):
        return _APART.join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def number(text: str) -> int:
    """Read a whole number; raises ConfigError."""
    try:
        return int(text)
    except ValueError:
        raise ConfigError("is no whole number") from None


def amount(text: str) -> float:
    """Read a number; raises ConfigError."""
    try:
        return float(text)
    except ValueError:
        raise ConfigError("is no number") from None


def day(text: str) -> date:
    """Read a day; raises ConfigError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError("is no day such as 2025-06-01") from None


def names(text: str) -> list[str]:
    """Read names."""
    return text.split(_APART) if text else []


def yes(text: str) -> bool:
    """Read yes or no; raises ConfigError."""
    if text not in ("yes", "no"):
        raise ConfigError("is neither yes nor no")
    return text == "yes"


def one_of(keys: Iterable[Any]) -> Callable[[str], Any]:
    """Read one of some options, whatever they are."""
    texts = {str(key): key for key in keys}

    def read(text: str) -> Any:
        if text not in texts:
            raise ConfigError(f"is none of {', '.join(texts)}")
        return texts[text]

    return read


def all_of(options: Iterable[str]) -> Callable[[str], list[str]]:
    """Read some of some options."""
    known = list(options)

    def read(text: str) -> list[str]:
        found = names(text)
        if strange := [name for name in found if name not in known]:
            raise ConfigError(f"names {', '.join(strange)}, which is none of {', '.join(known)}")
        return found

    return read


def begin() -> None:
    """Begin a page: what its forms say from here on is told."""
    st.session_state[TOLD] = {}


def tell(name: str, value: Any, default: Any) -> None:
    """Have the address say a value, if it is not the one that it has anyway."""
    text, usual = written(value), written(default)
    told: dict[str, str] = st.session_state.setdefault(TOLD, {})
    told.pop(name, None)
    if text != usual:
        told[name] = text


def told() -> dict[str, str]:
    """Give what the address says."""
    return dict(st.session_state.get(TOLD, {}))


def write(more: Mapping[str, str] | None = None) -> None:
    """Have the browser show the address of what is told, and of more."""
    query = _query({**told(), **(more or {})})
    if query != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(query)


def link(part: str, more: Mapping[str, str] | None = None) -> str:
    """Write a link to what is told, and to more, without the secret.

    Args:
        part: the page's part of the address; nothing for the first one.
        more: texts by name.
    """
    query = urlencode(_query({**told(), **(more or {})}), doseq=True)
    return f"{part}?{query}" if query else part


def _query(texts: Mapping[str, str]) -> dict[str, list[str]]:
    return {name: text.split("\n") for name, text in texts.items()}


def show(part: str, more: Mapping[str, str] | None = None) -> None:
    """Show the link in a box, to copy."""
    with st.expander("A link to this", icon=":material/link:"):
        st.markdown(
            "Paste it behind the address that `tariff-talks app` has printed, in a page of your "
            "own. The address above has your secret in it; the link has none."
        )
        st.code(link(part, more) or "nothing: all is as it is at first", None, wrap_lines=True)
