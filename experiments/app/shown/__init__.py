"""What the page shows of a negotiation: boards, charts, timelines, rates."""

__all__ = [
    "board", "charts", "glossary", "markup", "rates", "spread", "timeline", "trade",
]  # fmt: skip
