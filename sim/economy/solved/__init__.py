"""Tables of solved states: talks alone, in twos and threes, before a deal, with clauses."""

__all__ = [
    "before", "cache", "clauses", "components", "interaction", "three",
]  # fmt: skip
