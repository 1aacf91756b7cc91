"""What the page shows of a negotiation: boards, charts, timelines, rates."""

__all__ = [
    "board", "charts", "markup", "rates", "spread", "timeline", "trade",
]  # fmt: skip
