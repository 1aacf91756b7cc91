"""What the page shows of a negotiation: boards, charts, timelines, rates."""
