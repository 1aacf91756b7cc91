"""What the figures read: the table of outcomes, the log of turns, and the words for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from experiments.design.designs import CASE, Cell
from experiments.design.plan import Plan
from experiments.design.sweep import short
from experiments.results.intervals import Quantity, telling
from experiments.results.quantities import countries, names, rule_columns, swept
from experiments.results.selection import commonest
from experiments.results.words import Words, shared
from experiments.runs.store import CONFIG, OUTCOMES, ROWS, TURNS, Store, for_readers, plan_of
from sim.config import ScenarioConfig, override, parse
from sim.errors import ConfigError
from sim.protocol.rules import Calendar
from sim.scenario.scenario import calendar_of

_RULE = "talks.{}.rules.review"
RULES = {"all": "every measure", "none": "no rule"}


@dataclass(frozen=True, eq=False)
class Results:
    """A run, or some worlds of it, with the words of its scenario.

    Attributes:
        frame: table of outcomes; columns as in `outcomes.schema.json`.
        plan: the config as run.
        log: table of turns of some worlds of each cell, as `Record.to_turns` gives it, with the
            number of the cell; None if there is none.
    """

    frame: pd.DataFrame
    plan: Plan
    log: pd.DataFrame | None = field(default=None, repr=False)

    @classmethod
    def load(cls, directory: Path) -> "Results":
        """Load a finished run, of a very large one an even share of its worlds.

        Raises:
            ConfigError: the directory holds no finished run.
        """
        store = Store.open(directory).with_rows()
        plan = plan_of(store)
        return cls(for_readers(store.outcomes(most=ROWS), plan), plan, store.turns())

    @classmethod
    def of(cls, plan: Plan, frames: Mapping[int, pd.DataFrame]) -> "Results":
        """Put together what was played in memory: `Record.to_frame()` by number of the cell."""
        parts = []
        for number, frame in frames.items():
            front = pd.DataFrame({"cell": number, **plan.cells[number].labels}, index=frame.index)
            parts.append(pd.concat([front, frame], axis=1))
        return cls(for_readers(pd.concat(parts, ignore_index=True), plan), plan)

    def only(self, cells: Sequence[int] | None = None, **values: Any) -> "Results":
        """Keep some cells, by number or by a value of swept paths (with `_` for the dots)."""
        frame = self.frame
        if cells is not None:
            frame = frame[frame["cell"].isin(cells)]
        paths = {path.replace(".", "_"): path for path in swept(frame)}
        for name, value in values.items():
            frame = frame[frame[paths[name]] == value]
        return replace(self, frame=frame)

    def with_turns(self, cell: int | None = None) -> "Results":
        """Keep the cells whose turns were kept, or one of them.

        Raises:
            ConfigError: the turns of that cell were not kept.
        """
        cells = sorted(set(self.turns["cell"])) if len(self.turns) else []
        if cell is None or not cells:
            return self.only(cells=cells)
        if cell not in cells:
            kept = ", ".join(str(number) for number in cells)
            raise ConfigError(f"cell: the turns of cell {cell} were not kept; those of {kept} were")
        return self.only(cells=[cell])

    @cached_property
    def turns(self) -> pd.DataFrame:
        """The turns of the cells that are left, with their swept values; empty if none was kept."""
        if self.log is None:
            return pd.DataFrame()
        cells = self.frame[["cell", *swept(self.frame)]].drop_duplicates()
        return self.log.merge(cells, on="cell")

    @cached_property
    def cells(self) -> list[Cell]:
        """The cells that are here."""
        here = set(self.frame["cell"])
        return [cell for cell in self.plan.cells if cell.index in here] or list(self.plan.cells)

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """The scenario as a mapping, with what all cells that are here play."""
        return self.plan.shared({cell.index for cell in self.cells})

    @property
    def naming(self) -> Words:
        """The words of the scenario."""
        return Words(self.plan.scenario)

    @cached_property
    def config(self) -> ScenarioConfig:
        """The scenario as a config, with what all cells that are here play."""
        return parse(self.scenario, self.plan.directory)

    def alike(self, *keys: str) -> list[tuple[Cell, ...]]:
        """Give the cells that are here in groups that say the same of some parts of a scenario."""
        groups: dict[str, list[Cell]] = {}
        for cell in self.cells:
            said = {k: v for k, v in cell.values.items() if k.partition(".")[0] in keys}
            groups.setdefault(repr(sorted(said.items())), []).append(cell)
        return [tuple(group) for group in groups.values()]

    def config_of(self, cell: Cell) -> ScenarioConfig:
        """Give the scenario of a cell."""
        return parse(override(self.plan.scenario, cell.values), self.plan.directory)

    def kept(self, frame: pd.DataFrame, measure: str) -> pd.Series:
        """Give the rate at which a measure is kept: that without a deal, in every row."""
        rates: dict[tuple[int, str], float] = {}
        for group in self.alike("talks"):
            for name, talk in self.config_of(group[0]).talks.items():
                if measure in talk.measures:
                    said = talk.measures[measure]
                    later = [step.level for step in said.path.values()]
                    kept = float([*said.levels[:1], *later][-1])
                    rates |= {(cell.index, name): kept for cell in group}
        keys = zip(frame["cell"], frame["talk"].astype(str), strict=True)
        return pd.Series([rates.get(key, np.nan) for key in keys], index=frame.index, dtype=float)

    @cached_property
    def rule(self) -> str | None:
        """The swept path that is the review rule, if it has several values."""
        return next(iter(self.rules), None)

    @cached_property
    def rules(self) -> list[str]:
        """The swept paths that are review rules and have several values."""
        return [path for path in rule_columns(self.frame) if path in self.varied]

    def ruled(self, path: str) -> list[str]:
        """Give the talks that a path of a review rule is about."""
        return [talk for talk in self.talks if path in ("rules.review", _RULE.format(talk))]

    def labelled(self, value: str, path: str) -> str | None:
        """Give the label of a value of a review rule that is swept; None if nobody plays it."""
        return next((str(c.labels[path]) for c in self.cells if c.values.get(path) == value), None)

    @cached_property
    def varied(self) -> list[str]:
        """The swept paths that have several values."""
        return [path for path in swept(self.frame) if self.frame[path].nunique() > 1]

    @cached_property
    def talks(self) -> list[str]:
        """Names of the talks."""
        return list(dict.fromkeys(self.frame["talk"].astype(str)))

    @property
    def countries(self) -> list[str]:
        """Keys of the countries with a payoff, the hub first."""
        return countries(self.frame)

    @property
    def measures(self) -> list[str]:
        """Names of the measures."""
        return names(self.frame, "rate")

    @cached_property
    def calendars(self) -> list[Calendar]:
        """Rounds and dates of the cells that are here, each once, the longest last."""
        groups = self.alike("calendar")
        return sorted({calendar_of(self.config_of(group[0])) for group in groups}, key=_end)

    @property
    def calendar(self) -> Calendar:
        """Rounds and dates; the longest ones where cells differ.

        Without dates where a round is not the same day in all of them.
        """
        longest = self.calendars[-1]
        if len({(calendar.start, calendar.days) for calendar in self.calendars}) == 1:
            return longest
        most = max(self.calendars, key=lambda calendar: calendar.last)
        return replace(most, start=None, deadline=None)

    def told(self, table: pd.DataFrame) -> list[str]:
        """Give the swept paths that a table of numbers tells apart."""
        return [path for path in swept(self.frame) if path in table.columns]

    def partner(self, talk: str) -> str:
        """Give the key of a talk's partner."""
        key: str = self.scenario["talks"][talk]["partner"]
        return key

    @property
    def hub(self) -> str:
        """Key of the hub."""
        key: str = self.scenario["hub"]
        return key

    @property
    def money(self) -> str:
        """Unit of the payoffs."""
        return self.naming.money

    def country(self, key: str) -> str:
        """Give a country's name for readers."""
        return self.naming.country(key)

    def talk(self, name: str) -> str:
        """Give a talk's name for readers."""
        return f"{self.country(self.hub)} – {self.country(self.partner(name))}"

    def measures_of(self, talk: str) -> list[str]:
        """Give the measures of a talk, in any of the cells that are here."""
        parts = (self.config_of(group[0]).talks[talk].measures for group in self.alike("talks"))
        return list(dict.fromkeys(name for part in parts for name in part))

    def starts(self, talk: str, measure: str) -> dict[int, str]:
        """Give the state of a measure at the start, by cell that has it.

        Without scope play every measure is open from the start.
        """
        found: dict[int, str] = {}
        for group in self.alike("talks", "rules"):
            config = self.config_of(group[0])
            if measure in config.talks[talk].measures:
                state = "off" if config.rules_of(talk).scope else "open"
                found |= {cell.index: state for cell in group}
        return found

    def sampled(self, cells: Sequence[int], talks: int, shown: Sequence[str] = ()) -> str:
        """Say which talks a figure of turns shows.

        Args:
            cells: whose turns it shows.
            talks: how many, in the fullest panel.
            shown: swept paths that its panels tell apart.
        """
        kept = self.only(cells=cells)
        first = kept.frame.iloc[0]
        same = [path for path in self.varied if path not in kept.varied]
        only = "; ".join(self.setting([p], first, named=True) for p in same)
        rest = ", ".join(self.path(path) for path in kept.varied if path not in shown)
        of = f"{len(cells)} cells" if len(cells) > 1 else "one cell"
        said = [
            f"A sample: {talks} talks a panel, of {of}.",
            f"Only {only}." if only else "",
            f"Averaged over: {rest}." if rest else "",
        ]
        return " ".join(part for part in said if part)

    def measure(self, name: str, talk: str = "") -> str:
        """Give a measure's name for readers: that of a talk, or what its names have in common."""
        return self._issue("measures", name, talk)

    def concession(self, name: str, talk: str = "") -> str:
        """Give a concession's name for readers, as `measure` does."""
        return self._issue("concessions", name, talk)

    def unit(self, concession: str) -> str:
        """Give the unit of a concession."""
        return self._issue("concessions", concession, key="unit")

    def _issue(self, kind: str, name: str, talk: str = "", key: str = "label") -> str:
        talks = self.scenario["talks"]
        every = [talks[talk]] if talk else talks.values()
        said = [str(one[kind][name].get(key, name)) for one in every if name in one.get(kind, {})]
        return shared(said) if len(set(said)) > 1 else [*said, name][0]

    def path(self, path: str) -> str:
        """Give a swept path's name for readers."""
        keys = path.split(".")
        if keys[0] == "strategies" and len(keys) >= 2:
            inner = f"{' '.join(keys[2:]).replace('_', ' ')} in the " if keys[2:] else ""
            return f"{inner}strategy of {self.naming.the(keys[1])}"
        return self.naming.path(path)

    def player(self, path: str) -> str:
        """Name a swept path beside its value: a strategy by whose it is, others as `path` does."""
        family, _, inner = path.partition(".")
        if family != "strategies" or not inner:
            return self.path(path)
        key, *rest = inner.split(".")
        return " ".join([self.country(key), *rest]).replace("_", " ")

    def value(self, path: str, value: Any) -> str:
        """Give a swept value's name for readers."""
        if path in rule_columns(self.frame):
            said = next((c.values[path] for c in self.cells if c.labels.get(path) == value), value)
            return RULES.get(str(value), str(value)) if said == value else str(value)
        if isinstance(value, float):
            return short(value)
        said = str(value)
        return Path(said).name if ".py:" in said else said.replace("_", " ")

    def setting(self, paths: Sequence[str], row: Any, *, named: bool = False) -> str:
        """Name a setting of some swept paths; one path is named, of several the values."""
        said = " · ".join(self.value(path, row[path]) for path in paths)
        if len(paths) == 1 and (named or paths[0] not in (self.rule, CASE)):
            said = f"{self.player(paths[0])}: {said}"
        return said or "all worlds"

    def quantity(self, quantity: Quantity) -> str:
        """Give a quantity's name for readers, with its unit."""
        family, _, name = quantity.name.partition(".")
        if quantity.name == "deals":
            return "deals, percent of worlds"
        if quantity.name == "lowers":
            return "deals that lower a rate, percent of worlds"
        if family == "payoff":
            return f"payoff of {self.country(name)}, {self.money}"
        if family == "rate":
            return f"{self.measure(name)}: added percentage points"
        if family == "applied":
            return f"{name.replace('_', ' ')}: total rate, percent"
        if family == "give":
            return f"{self.concession(name)}, {self.unit(name)}"
        return f"{quantity.name.replace('.', ' ').replace('_', ' ')}, {quantity.unit}"

    def paths(self, most: int) -> list[str]:
        """Choose swept paths that make at most some settings: the rule, then what matters most."""
        return telling(self.frame, most, self.plan.uncertainties)

    def unmixed(self, shown: Sequence[str]) -> "Results":
        """Keep one value of what somebody decides and a figure does not tell apart.

        Nobody weighs such values, so no number may be a mean over them: those stay that most cells
        have in common, of several the first under which the most settings have deals.

        Args:
            shown: swept paths that the figure tells apart.
        """
        rest = self._decided(shown)
        if not rest:
            return self
        kept = commonest(self.frame, rest).index[0]
        number = self.frame.groupby(rest, sort=False, observed=True).ngroup()
        return replace(self, frame=self.frame[number == kept])

    def _decided(self, shown: Sequence[str]) -> list[str]:
        """Give the swept paths that somebody decides and a figure does not tell apart."""
        return [p for p in self.varied if p not in shown and p not in self.plan.uncertainties]

    def pooled(self, shown: Sequence[str]) -> str:
        """Say what a figure shows one value of, and what it averages over."""
        said = []
        decided = self._decided(shown)
        if decided:
            row, found = self.unmixed(shown).frame.iloc[0], commonest(self.frame, decided)
            only = "; ".join(self.setting([p], row, named=True) for p in decided)
            several = found[found["cells"] == found["cells"].iloc[0]]["deals"].nunique() > 1
            why = ", as no other choice that was played as often has deals in more settings"
            said.append(f"Only {only}{why * several}.")
        rest = [path for path in self.varied if path not in (*shown, *decided)]
        if rest:
            said.append(f"Averaged over: {', '.join(self.path(path) for path in rest)}.")
        return " ".join(said)


def _end(calendar: Calendar) -> tuple[int, int]:
    last = calendar.date(calendar.last)
    return (last.toordinal() if last else 0, calendar.last)


_last: dict[str, Results] = {}
_ONE_AT_A_TIME = Lock()


def last_read(directory: Path) -> Results:
    """Load a finished run, or give what was read last if that is it: it is asked for many times.

    Raises:
        ConfigError: as `Results.load`.
    """
    files = (directory / name for name in (OUTCOMES, CONFIG, TURNS))
    key = f"{directory} {[file.stat().st_mtime_ns for file in files if file.is_file()]}"
    with _ONE_AT_A_TIME:
        if key not in _last:
            _last.clear()
            _last[key] = Results.load(directory)
        return _last[key]
