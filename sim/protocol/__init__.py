"""What may be done: issues and rules, the docket, the calendar, the state of a talk."""

__all__ = [
    "calendar", "distance", "docket", "issues", "reviews", "rules", "shocks", "state",
    "threats", "votes",
]  # fmt: skip
