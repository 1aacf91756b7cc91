"""How a report writes numbers: with what they are computed to, and as many digits as that bears."""

from collections.abc import Sequence
from math import floor, isnan, log10

from experiments.design.sweep import percent


def share(mean: float, low: float, high: float) -> str:
    """Write a share as percent, ± half of its interval."""
    return f"{percent(mean)} %" + ("" if isnan(low) else f" ± {percent((high - low) / 2)}")


def amount(mean: float, error: float, *, signed: bool = False) -> str:
    """Write a number ± what it is computed to, to the first digit of that."""
    if isnan(mean):
        return "–"
    if isnan(error):
        return _signed(mean, 1, signed)
    digits = _digits(error)
    return f"{_signed(mean, digits, signed)} ± {error:.{digits}f}"


def between(low: float, high: float, error: float) -> str:
    """Write a band over draws, to the digit of what its mean is computed to."""
    if isnan(low):
        return ""
    digits = 1 if isnan(error) else _digits(error)
    return _to(_signed(low, digits, True), _signed(high, digits, True))


def _digits(error: float) -> int:
    return 1 if error <= 0 else min(3, max(0, -floor(log10(error))))


def _signed(value: float, digits: int, signed: bool) -> str:
    rounded = round(value, digits) + 0.0
    text = f"{rounded:+.{digits}f}" if signed and rounded else f"{rounded:.{digits}f}"
    return text.replace("-", "−")


def _to(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def days(count: float) -> str:
    """Give a number of days in words."""
    return f"{count:g} day{'' if count == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """Join words: `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
