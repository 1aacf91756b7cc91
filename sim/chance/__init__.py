"""Who draws what: keyed streams of uniform numbers, and distributions over them."""

__all__ = ["luck", "spreads"]
