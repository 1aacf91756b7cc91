"""Settings that were not played under every rule, for the notes of figures."""

from collections.abc import Collection, Sequence

import pandas as pd

from experiments.results.results import Results

_FEW = 2
"""Rules of which a note says what was not played with them."""
_MOST = 3
"""Settings that a note names; of more it tells the number."""


def unplayed(
    results: Results, paths: Sequence[str], before: str = "Not", rules: Collection[str] = ()
) -> str:
    """Name the settings that some rule was not played with; nothing if all were.

    Args:
        results: of a run.
        paths: swept paths that a figure tells apart; the rule among them, or nothing is said.
        before: words before "played with", such as "Left out, as not".
        rules: labels of the rules that are compared; all if not given.
    """
    rule = results.rule
    rest = [path for path in paths if path != rule]
    if rule is None or rule not in paths or not rest:
        return ""
    settings = results.unmixed(paths).frame[[rule, *rest]].drop_duplicates()
    settings = settings[settings[rule].isin(rules)] if rules else settings
    every, said = settings[rest].drop_duplicates(), list[str]()
    for value, part in settings.groupby(rule, sort=False, observed=True):
        lone = every.merge(part[rest], how="left", indicator="there")
        lone = lone.loc[lone["there"] == "left_only", rest]
        words = f"{before} played with “{results.value(rule, value)}”"
        said += [f"{words}: {settings_named(results, lone)}."] if len(lone) else []
    if len(said) > _FEW:
        return "Not every setting was played with every rule; what is missing was not played."
    return " ".join(said)


def settings_named(results: Results, settings: pd.DataFrame) -> str:
    """Name settings; of many the number."""
    each, paths = settings.drop_duplicates().iterrows(), settings.columns.tolist()
    found = [results.setting(paths, row, named=True) for _, row in each]
    return "; ".join(found) if len(found) <= _MOST else f"{len(found)} settings"
