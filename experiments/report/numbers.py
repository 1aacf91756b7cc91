"""How a report writes numbers: with their intervals, and with as many digits as they bear."""

from math import floor, isnan, log10


def share(mean: float, low: float, high: float) -> str:
    """Write a share as percent with its interval."""
    return f"{percent(mean)} % ({_to(percent(low), percent(high))})"


def percent(value: float) -> str:
    """Write a share as a whole percentage; small ones that are not zero as `<1`."""
    if 0 < value <= 0.005:
        return "<1"
    if 0.995 <= value < 1:
        return ">99"
    return f"{100 * value:.0f}"


def amount(mean: float, low: float, high: float, *, signed: bool = False) -> str:
    """Write a number with its interval, to the first digit of half its width."""
    if isnan(mean):
        return "–"
    if isnan(low):
        return _signed(mean, 1, signed)
    width = high - low
    digits = 1 if width <= 0 else min(3, max(0, -floor(log10(width / 2))))
    ends = _to(_signed(low, digits, signed), _signed(high, digits, signed))
    return f"{_signed(mean, digits, signed)} ({ends})"


def _signed(value: float, digits: int, signed: bool) -> str:
    rounded = round(value, digits) + 0.0
    text = f"{rounded:+.{digits}f}" if signed and rounded else f"{rounded:.{digits}f}"
    return text.replace("-", "−")


def _to(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
