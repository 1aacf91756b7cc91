"""What stands above panels and rows: a talk, a value of the rule."""

from typing import Any

from experiments.results.results import RULES, Results


def under(results: Results, rule: Any) -> str:
    """Name a value of the swept rule where it stands alone."""
    said = results.value(results.rule or "", rule)
    return "without the rule" if said == RULES["none"] else f"rule: {said}"


def panel(results: Results, talk: str, rule: Any) -> str:
    """Give the title of a panel: the talk, and the rule if it is one of several."""
    return results.talk(talk) + ("" if rule is None else f"\n{under(results, rule)}")
