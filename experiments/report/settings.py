"""The settings that findings speak of, one by one: no mean is over what somebody decides."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from experiments.analysis.effect import FREE, STRICT
from experiments.report.numbers import listed
from experiments.results.results import Results
from experiments.results.words import Words

MOST = 4
"""Settings of which each has its own findings; of more, three are chosen."""

_MOST_NAMED = 8
"""Uncertain numbers that a sentence names."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What somebody decides, all but the rule that is compared.

    Attributes:
        words: what is decided; empty if a run has one setting only.
        frame: rows of its cells, under every rule.
        strict, free: labels of the strictest rule and of none, if they are compared.
        rule: the swept path that is compared; empty if none is.
    """

    words: str
    frame: pd.DataFrame = field(repr=False)
    rule: str = ""
    strict: str = ""
    free: str = ""

    @property
    def bound(self) -> pd.DataFrame:
        """The rows under the strictest rule; all if no rule is compared."""
        return self.frame if not self.rule else self.under(self.strict)

    def under(self, label: str) -> pd.DataFrame:
        """Give the rows under a rule, by its label."""
        return self.frame[self.frame[self.rule].astype(str) == label]

    def about(self, words: str) -> str:
        """Name a finding of this setting."""
        return f"{words} ({self.words})" if self.words else words


@dataclass(frozen=True, eq=False)
class Settings:
    """The settings that are told, and what has to be known of them.

    Attributes:
        told: the settings, in the order of their cells.
        paths: what tells them apart.
        left: settings of the run that are not told.
    """

    told: tuple[Setting, ...]
    paths: tuple[str, ...]
    left: int

    @classmethod
    def of(cls, results: Results, rule: str = "", most: int = MOST) -> "Settings":
        """Choose the settings of a run: all if they are few, else values of what matters most.

        All but one of the paths are then held at what most of the cells have in common.

        Args:
            results: of a run with outcomes.
            rule: a swept review rule, if it is compared.
            most: settings that are few; of more, three are chosen.
        """
        nature = results.plan.uncertainties
        paths = [path for path in results.varied if path not in (*nature, rule)]
        every = results.frame[paths].drop_duplicates() if paths else pd.DataFrame(index=[0])
        ends = [results.labelled(said, rule) or "" for said in (STRICT, FREE) if rule]
        few = len(every) <= most
        chosen = every if few else _chosen(results, every, paths, rule, *ends[:1], most=most)
        told = tuple(
            Setting(_words(results, paths, row), _rows(results.frame, paths, row), rule, *ends)
            for row in chosen.to_dict("records")
        )
        return cls(told, tuple(paths), len(every) - len(chosen))


def stances(results: Results, settings: Settings) -> Iterator[str]:
    """Say what the stances do that tell settings apart, as far as the scenario says it."""
    for path in settings.paths:
        family, _, country = path.partition(".")
        labels = dict.fromkeys(str(label) for one in settings.told for label in one.frame[path])
        for label in labels if family == "strategies" else ():
            if about := Words(results.scenario).stance(country, label):
                yield f"“{results.value(path, label)}”: {about}."


def _words(results: Results, paths: Sequence[str], row: Mapping[Hashable, Any]) -> str:
    return "; ".join(results.setting([path], row, named=True) for path in paths)


def _rows(frame: pd.DataFrame, paths: Sequence[str], row: Mapping[Hashable, Any]) -> pd.DataFrame:
    for path in paths:
        frame = frame[frame[path] == row[path]]
    return frame


def _chosen(
    results: Results,
    every: pd.DataFrame,
    paths: Sequence[str],
    rule: str,
    strict: str = "",
    *,
    most: int,
) -> pd.DataFrame:
    """Give the values of the path that moves agreement most, at one value of all others."""
    frame = results.frame
    if rule:
        frame = frame[frame[rule].astype(str) == strict]
    deals = frame.assign(deal=(frame["status"] == "deal").astype(float))
    means = deals.groupby([*paths, "talk"], sort=False, observed=True)["deal"].mean()
    wide = means.unstack("talk").reset_index()
    best, widest = every.iloc[:0], -1.0
    for path in paths:
        rest = [other for other in paths if other != path]
        group = _fullest(every, rest).merge(wide, on=paths, how="left")
        talks = group[[talk for talk in results.talks if talk in group]]
        spread = float((talks.max() - talks.min()).max())
        if len(group) > 1 and spread > widest:
            best, widest = group.assign(_mean=talks.mean(axis=1)), spread
    if len(best) > most:
        order = best["_mean"].sort_values(kind="stable").index
        best = best.loc[sorted([order[0], order[len(order) // 2], order[-1]])]
    return best[list(paths)]


def _fullest(every: pd.DataFrame, rest: Sequence[str]) -> pd.DataFrame:
    """Give the rows with the commonest values of some paths; of several the first."""
    if not rest:
        return every
    number = every.groupby(list(rest), sort=False, observed=True).ngroup()
    counts = number.value_counts(sort=False).sort_index()
    return every[number == counts.idxmax()]


def reading(results: Results, settings: Settings) -> str:
    """Say how the findings are to be read: what no mean is taken over, and what one is."""
    said = []
    if len(settings.told) > 1:
        what = "; ".join(results.path(path) for path in settings.paths)
        said.append(
            f"Each answer rests on its own assumption ({what}). Nobody knows how likely each of "
            "them is, so each has an answer of its own."
        )
    if settings.left:
        said.append(
            f"{settings.left} further settings are in the table of all cells and in the figures."
        )
    nature = [f"the {results.path(path)}" for path in results.plan.uncertainties]
    if nature:
        more = [f"{len(nature) - _MOST_NAMED} more"] if len(nature) > _MOST_NAMED else []
        over = listed([*nature[:_MOST_NAMED], *more])
        said.append(f"Means are over draws, luck and what nobody decides: {over}.")
    return " ".join(said)
