"""From a plan to the same one on a finer grid: levels in between, and shorter rounds.

What the config as run says is refined: the scenario, with defaults that are counted in rounds
written out, and all that is swept. Labels stay, so that a cell is called what it was. Nothing else
knows of it: the refined config stands by itself, and a run states it in its directory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from experiments.design.designs import telling
from experiments.design.plan import Plan
from experiments.design.refinement import Refinement
from experiments.design.sweep import label, settings
from sim.config import ScenarioConfig, override, validate
from sim.config.in_rounds import KEYS, parameters_in_rounds, scaled
from sim.config.paths import MISSING, named, value_at
from sim.config.schema.numbers import is_number
from sim.config.schema.sentences import join, shown
from sim.config.schema.stances import by_talk
from sim.errors import BrokenStrategyError, ConfigError
from sim.protocol.issues import MOST_PACKAGES
from sim.scenario.players.parameters_of import parameters
from sim.scenario.players.registry import KINDS, STRATEGY, Kind, find, kind_of
from sim.strategies.parts import PARTS

_UNSAID = "as in the scenario"


class TooManyPackagesError(ConfigError):
    """A talk would have more packages on the finer grid than a talk may have."""


def refine(plan: Plan, refinement: Refinement) -> Plan:
    """Give the plan of the same experiment on a finer grid; the plan itself if nothing is finer.

    Raises:
        ConfigError: there is no such issue; payoffs are listed by package; or a sampled range of a
            probability a round cannot be refined.
        TooManyPackagesError: a talk would have too many packages.
    """
    refinement.check(_complete(plan.scenario))
    if refinement.nothing:
        return plan
    try:
        finer = Plan.of(_Refining(plan, refinement).said(), plan.directory)
        _check(plan, finer, refinement)
    except ConfigError as error:
        before, too_many, _ = str(error).partition(f"a talk has at most {MOST_PACKAGES:,}")
        if not too_many:
            raise
        raise TooManyPackagesError(
            f"--refine: {before}{too_many}: refine the rounds alone (rounds=2), one issue "
            "(ISSUE=2), or all but some (levels=2,ISSUE=1); 'tariff-talks plan' with the same "
            "options says how large each of these is"
        ) from error
    return finer


def _complete(scenario: Mapping[str, Any]) -> dict[str, Any]:
    return validate(ScenarioConfig, scenario).model_dump()


def refined_scenario(plan: Plan, scenario: Mapping[str, Any], refinement: Refinement) -> Any:
    """Refine a whole scenario, defaults that are counted in rounds written out."""
    changes: dict[str, Any] = {}
    complete = _complete(scenario)
    for pattern, scale in KEYS.items():
        for path in _there(complete, pattern.split(".")):
            value = value_at(complete, path)
            more = scaled(value, scale, refinement.rounds)
            if value_at(scenario, path) is MISSING and more != value:
                changes[path] = more
    told = _Strategies(plan, refinement.rounds)
    said = refinement.refined(scenario, ())
    said |= {"strategies": told.of_all(said["strategies"])}
    if "stances" in said:
        said |= {"stances": told.of_stances(said["stances"])}
    return override(said, changes)


def _there(complete: Mapping[str, Any], keys: list[str], front: str = "") -> list[str]:
    """Write out the stars of a path where a complete scenario has a value."""
    key, *rest = keys
    names = list(complete) if key == "*" else [key] if key in complete else []
    found: list[str] = []
    for name in names:
        here = join(front, name)
        if not rest:
            found.append(here)
        elif isinstance(complete[name], Mapping):
            found += _there(complete[name], rest, here)
    return found


@dataclass(frozen=True)
class _Strategies:
    """Refines what a config says of strategies.

    Attributes:
        plan: whose strategies they are.
        n: rounds that are played instead of one.
    """

    plan: Plan
    n: int

    def of_all(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Refine the strategies of all countries."""
        return {key: self.of_country(words, f"strategies.{key}") for key, words in said.items()}

    def of_stances(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Refine the strategies that a scenario gives a name, by country."""
        return {
            key: {name: self._of_stance(each, f"stances.{key}.{name}")
                  for name, each in stances.items()}
            for key, stances in said.items()
        }  # fmt: skip

    def _of_stance(self, said: Mapping[str, Any], path: str) -> dict[str, Any]:
        return {**said, "strategy": self.of_country(said["strategy"], f"{path}.strategy")}

    def of_country(self, said: Any, path: str) -> Any:
        """Refine the strategy of a country, or those that it has by talk."""
        if by_talk(said):
            return {talk: self.of(words, f"{path}.{talk}") for talk, words in said.items()}
        return self.of(said, path)

    def of(self, said: Any, path: str, kind: Kind = STRATEGY) -> Any:
        """Refine a strategy or component with all that is inside; defaults are written out."""
        table = {"name": said} if isinstance(said, str) else said
        if not isinstance(table, Mapping):
            return said
        if "name" not in table:
            parts = {key: KINDS[key] for key in table if key in PARTS}
            return {k: self.of(v, f"{path}.{k}", parts[k]) if k in parts else v
                    for k, v in table.items()}  # fmt: skip
        stance = self._stance(table["name"], path)
        if stance is not None:
            return said if said is not table else self._beside(stance, table, path)
        cls = self.class_of(table, path, kind)
        if cls is None:
            return said
        found = {key: self._inside(cls, key, value, path) for key, value in table.items()}
        for key, scale in parameters_in_rounds(cls).items():
            value = table.get(key, parameters(cls)[key].default)
            more = scaled(value, scale, self.n)
            if key in table or more != value:
                found[key] = more
        return said if isinstance(said, str) and found == table else found

    def _inside(self, cls: type, key: str, value: Any, path: str) -> Any:
        kind = None if key == "name" else kind_of(cls, key)
        return value if kind is None else self.of(value, f"{path}.{key}", kind)

    def _stance(self, name: Any, path: str) -> Any:
        """Give the strategy that a country has by this name; None if it has none."""
        stances = self.plan.scenario.get("stances", {}).get(path.split(".")[1], {})
        strategy: Any = (
            stances[name]["strategy"] if isinstance(name, str) and name in stances else None
        )
        return next(iter(strategy.values())) if by_talk(strategy) else strategy

    def _beside(
        self, strategy: Any, changes: Mapping[str, Any], path: str, kind: Kind = STRATEGY
    ) -> dict[str, Any]:
        """Refine what changes some parameters of a strategy or component, or of one inside it."""
        table = strategy if isinstance(strategy, Mapping) else {"name": strategy}
        stance = self._stance(table.get("name"), path)
        if stance is not None:
            return self._beside(stance, changes, path, kind)
        cls = self.class_of(table, path, kind) if "name" in table else None
        scales = {} if cls is None else parameters_in_rounds(cls)
        found = dict(changes)
        for key, value in changes.items():
            here = f"{path}.{key}"
            inner = KINDS.get(key) if cls is None else kind_of(cls, key) if key != "name" else None
            if key in scales:
                found[key] = scaled(value, scales[key], self.n)
            elif inner is not None and by_talk(value):
                found[key] = self._beside(table.get(key), value, here, inner)
            elif inner is not None:
                found[key] = self.of(value, here, inner)
        return found

    def class_of(self, table: Mapping[str, Any], path: str, kind: Kind) -> type | None:
        """Give the class that a table names; None if its code is wrong: that is told elsewhere."""
        if not isinstance(table["name"], str):
            return None
        try:
            return find(table["name"], f"{path}.name", self.plan.directory, kind)
        except BrokenStrategyError:
            return None

    def at(self, played: Mapping[str, Any], path: str, value: Any) -> Any:
        """Refine a value at a path of a strategy, or of a stance, of a scenario that is played."""
        keys = named(played, path)[0].split(".")
        depth = 2 if keys[0] == "strategies" else 4
        here = value_at(played, ".".join(keys[:depth]))
        if by_talk(here) and len(keys) > depth:
            depth += 1
            here = here.get(keys[depth - 1])
        front = ".".join(keys[:depth])
        if len(keys) <= depth:
            return self.of_country(value, front)
        nested = value
        for key in reversed(keys[depth:]):
            nested = {key: nested}
        return value_at(self._beside(here, nested, front), ".".join(keys[depth:]))


@dataclass(frozen=True)
class _Refining:
    """Writes the refined config of a plan."""

    plan: Plan
    refinement: Refinement

    def said(self) -> dict[str, Any]:
        """Give the refined config as TOML can say it."""
        said = self.plan.as_run()
        said["name"] = f"{said['name']}-{self.refinement.name}"
        said["scenario"] = refined_scenario(self.plan, self.plan.scenario, self.refinement)
        for name in ("sweep", "levers", "uncertainties"):
            if name in said:
                said[name] = {p: self._values(name, p, v) for p, v in said[name].items()}
        if "cells" in said:
            paths = list(dict.fromkeys(path for row in said["cells"] for path in row))
            said["cells"] = [self._row(row, paths, said["scenario"]) for row in said["cells"]]
        return said

    def _values(self, name: str, path: str, said: Any) -> Any:
        """Refine the values of a path that is swept: a list, or a range that is sampled."""
        if isinstance(said, list):
            return self._listed(f"{name}.{path}", path, said)
        if isinstance(said, Mapping) and isinstance(said.get("choice"), list):
            return {**said, "choice": self._listed(f"{name}.{path}", path, said["choice"])}
        if isinstance(said, Mapping) and "whole" in said:
            first, last = said["whole"]
            every = list(range(int(first), int(last) + 1))
            listed = self._listed(f"{name}.{path}", path, every)
            return said if listed == every else {"choice": listed}
        return self._value(path, said)

    def _listed(self, by: str, path: str, values: list[Any]) -> list[Any]:
        return [self._setting(by, path, value) for value in values]

    def _setting(self, by: str, path: str, said: Any) -> Any:
        """Refine one value; it is called what it was."""
        (setting,) = settings(by, [said])
        value = self._value(path, setting.value)
        also = {key: self._value(key, each) for key, each in setting.also.items()}
        if value == setting.value and also == setting.also:
            return said
        return {"value": value, "label": setting.label} | ({"also": also} if also else {})

    def _row(self, row: Mapping[str, Any], paths: list[str], scenario: Mapping[str, Any]) -> Any:
        """Refine an explicit cell; what it leaves as in the scenario is called what it was."""
        found: dict[str, Any] = {}
        for path in paths:
            if path == "label" and path in row:
                found[path] = row[path]
            elif path in row:
                found[path] = self._setting(f"cells.{path}", path, row[path])
            elif path != "label":
                before, now = (value_at(each, path) for each in (self.plan.scenario, scenario))
                if before != now:
                    called = _UNSAID if before is MISSING else label(before)
                    found[path] = {"value": now, "label": called}
        return found

    def _value(self, path: str, value: Any) -> Any:
        told = _Strategies(self.plan, self.refinement.rounds)
        if path == "strategies" and isinstance(value, Mapping):
            return told.of_all(value)
        if not path.startswith(("strategies.", "stances.")):
            return self.refinement.refined(value, tuple(path.split(".")))
        cell = next(c for c in self.plan.cells if any(s.path == path for s in c.said))
        played = override(self.plan.scenario, cell.values)
        return told.at(played, path, value)


def _check(plan: Plan, finer: Plan, refinement: Refinement) -> None:
    """Check that every cell of the refined config plays its scenario, refined.

    Raises:
        ConfigError: one does not.
    """
    for cell in telling(plan.cells, plan.uncertainties):
        before = override(plan.scenario, cell.values)
        wanted = _complete(refined_scenario(plan, before, refinement))
        found = _complete(override(finer.scenario, finer.cells[cell.index].values))
        path = _apart(wanted, found)
        if path:
            raise ConfigError(
                f"{path}: cell {cell.index} would play {shown(value_at(found, path))} on the finer "
                f"grid, and not {shown(value_at(wanted, path))}, as in the scenario of the cell; "
                "give values in a list instead of a sampled range, or all of them in one place"
            )


def _apart(one: Any, other: Any, path: str = "") -> str:
    """Give the first path at which two scenarios differ; empty if there is none."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = [*one, *(key for key in other if key not in one)]
        pairs = ((one.get(k, MISSING), other.get(k, MISSING), join(path, k)) for k in keys)
        return next((p for a, b, here in pairs if (p := _apart(a, b, here))), "")
    if is_number(one) and is_number(other):
        return "" if isclose(one, other, rel_tol=1e-9) else path
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        same = len(one) == len(other) and not any(
            _apart(a, b, "here") for a, b in zip(one, other, strict=True)
        )
        return "" if same else path
    return "" if one == other else path
