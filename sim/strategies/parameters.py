"""Checks of the parameters of strategies; a drawn parameter is checked at both ends."""

from sim.draws import Drawn


def at_least(name: str, value: float | Drawn, least: float, strictly: bool = False) -> None:
    """Check a parameter from below.

    Raises:
        ValueError: it is too small; a sentence with the value and the rule.
    """
    low = min(value.args) if isinstance(value, Drawn) else value
    if low < least or (strictly and low == least):
        rule = f"above {least:g}" if strictly else f"at least {least:g}"
        raise ValueError(f"{name} is {low:g}; it has to be {rule}")
