"""An experiment config, and the cells that it asks for."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from inspect import getsourcefile
from pathlib import Path
from typing import Any

import tomli_w

from experiments.design.config import ExperimentConfig
from experiments.design.covered import Covered
from experiments.design.designs import CASE, Cell, Said, cells, counted, telling
from experiments.design.held import check_held, check_listed, ended
from experiments.design.sweep import changes_of, flat, settings, short, with_labels
from experiments.history.observed import check_observed, with_outcomes
from experiments.history.patterns import read_patterns
from sim import Scenario
from sim.config import ScenarioConfig, override, parse, read_scenario, read_toml, validate
from sim.config.paths import overriding
from sim.config.places import carried, files_moved, found, there
from sim.config.schema.limits import within_limits
from sim.config.schema.sentences import unknown
from sim.config.shipped import example, scenario_file
from sim.errors import BrokenStrategyError, ConfigError
from sim.scenario.players.beside import helpers
from sim.scenario.players.registry import AnyStrategy, inside
from sim.scenario.players.seating import strategies_of
from sim.scenario.scenario import check
from sim.strategies.parts import Component


def _writable(value: Any) -> Any:
    """Leave out what TOML cannot say: keys without a value."""
    if isinstance(value, Mapping):
        return {key: _writable(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_writable(item) for item in value]
    return value


def _bare(value: Any) -> Any:
    """Write numbers in one way: 1.0 is 1."""
    if isinstance(value, Mapping):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass(frozen=True, eq=False)
class Plan:
    """An experiment, resolved: what will be run.

    Attributes:
        config: the config.
        scenario: the scenario as a mapping, overrides applied.
        directory: where the scenario's relative paths start.
        cells: every point of the sweep.
        files: the data and strategy files that some cell needs, each once.
        always: what the command line and the overrides say of every cell.
    """

    config: ExperimentConfig
    scenario: Mapping[str, Any]
    directory: Path
    cells: tuple[Cell, ...]
    files: tuple[Path, ...]
    always: tuple[Said, ...] = ()

    @classmethod
    def load(
        cls, path: str | Path, changes: Mapping[str, Any] | None = None, *, played: bool = False
    ) -> "Plan":
        """Read an experiment config and resolve it.

        Args:
            path: of a TOML file, or the name of an example that comes with the package.
            changes: from the command line, by key of the config or dotted path of the scenario.
            played: whether its cells were checked and played before, so that neither data nor
                strategies are looked for; then it has no `files`.

        Raises:
            ConfigError: the config, its scenario or a cell is wrong; nothing was run.
        """
        path = example(path)
        said = read_toml(path)
        if "scenario" not in said and ("countries" in said or "extends" in said):
            raise ConfigError(
                f"{path}: is a scenario, not an experiment; write a config that names it: "
                f"scenario = '{path.name}', worlds = 1000"
            )
        return cls.of(said, path.parent, changes, played=played)

    @classmethod
    def of(
        cls,
        said: Mapping[str, Any],
        beside: Path,
        changes: Mapping[str, Any] | None = None,
        *,
        played: bool = False,
    ) -> "Plan":
        """Resolve what an experiment config says.

        Args:
            said: the config as read.
            beside: the directory in which its relative paths start.
            changes: as for `load`.
            played: as for `load`.

        Raises:
            ConfigError: as `load`.
        """
        within_limits({**said, **(changes or {})})
        own, dotted = _split(changes or {})
        config = validate(ExperimentConfig, with_outcomes({**said, **own}, beside))
        scenario, directory = _scenario(config, beside)
        file, extended = scenario, _extended(config, beside)
        overrides = {**flat(config.overrides), **_counts(config)}
        kept = {k: v for k, v in overrides.items() if k not in dotted}
        scenario = override(scenario, files_moved(kept, beside, directory))
        scenario = override(scenario, dotted)
        given = {path: value for path, value in {**kept, **dotted}.items() if path not in _COUNTS}
        changed = extended | changes_of(file, scenario, given)
        config = config.model_copy(update={"changed": {**config.changed, **changed}})
        config = config.model_copy(update=_swept(config, scenario, dotted))
        config = config.model_copy(update=_moved(config, beside, directory))
        parsed = parse(scenario, directory)
        check_observed(config.observed, parsed)
        read_patterns(config.patterns, parsed)
        found = cells(config, scenario)
        chosen = [] if played else telling(found, config.uncertainties)
        always = [Said(f"--set {path}", path, value) for path, value in dotted.items()]
        overridden = [Said(f"overrides.{path}", path, value) for path, value in kept.items()]
        files = _checked(scenario, chosen, directory, always, overridden)
        return cls(config, scenario, directory, found, files, (*always, *overridden))

    def said(self, cell: Cell) -> ScenarioConfig:
        """Give what the scenario of a cell says."""
        return parse(override(self.scenario, cell.values), self.directory)

    def game(self, cell: Cell) -> Scenario:
        """Build the scenario of a cell."""
        return Scenario.from_config(self.said(cell), self.config.seed)

    def shared(self, cells: Collection[int]) -> dict[str, Any]:
        """Give the scenario as a mapping, with what all of some cells play."""
        first, *rest = (cell.values for cell in self.cells if cell.index in cells)
        same = {k: v for k, v in first.items() if all(k in o and o[k] == v for o in rest)}
        return dict(override(self.scenario, same))

    @property
    def worlds(self) -> int:
        """Worlds per cell."""
        return self.config.worlds

    @property
    def swept(self) -> tuple[str, ...]:
        """The swept paths."""
        return tuple(self.cells[0].labels)

    @property
    def told(self) -> tuple[str, ...]:
        """The swept paths for readers: cells with labels are told by these, not by their values."""
        cells = {path for row in self.config.cells for path in row} - {CASE}
        return tuple(p for p in self.swept if CASE not in self.swept or p not in cells)

    @property
    def uncertainties(self) -> tuple[str, ...]:
        """Those of the swept paths that nobody decides."""
        return tuple(self.config.uncertainties)

    @cached_property
    def digest(self) -> str:
        """Name what a world depends on: scenario, files, sweep and seed; not how many there are."""
        beside = ("name", "question", "worlds", *_SHOWN)
        said = {key: value for key, value in self.carried[0].items() if key not in beside}
        digest = blake2b(tomli_w.dumps(_bare(said)).encode(), digest_size=5)
        for file in self.files:
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def as_run(self) -> dict[str, Any]:
        """Give the config as run, as TOML can say it.

        The scenario is written out, so that it stands by itself; the plan of it has the same
        digest.
        """
        config = self.config
        said: dict[str, Any] = {"name": config.name, "question": config.question}
        said |= {"worlds": config.worlds, "seed": config.seed, "directory": str(self.directory)}
        sweep = {
            path: [setting.said() for setting in settings(f"sweep.{path}", values)]
            for path, values in config.sweep.items()
        }
        order = [path for name in _SWEPT for path in getattr(config, name)]
        said |= {"order": order, "sweep": sweep, "scenario": self.scenario}
        beside = config.model_dump(include=_DESIGN | _SHOWN, exclude_defaults=True)
        written: dict[str, Any] = _writable(said | beside)
        return written

    @cached_property
    def carried(self) -> tuple[dict[str, Any], dict[str, Path]]:
        """The config as run, with the files that it names beside it; and these, by their names."""
        said = self.as_run()
        del said["directory"]
        return carried(said, self.directory)


_SWEPT = ("sweep", "levers", "uncertainties")
_DESIGN = {"levers", "uncertainties", "cells", "design"}
_COUNTS = ("payoffs.draws", "payoffs.replications")
_SHOWN = {"changed", "figures", "observed", "patterns", "calibration", "naive"}


def _split(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell changes of the config from those of its scenario."""
    own = {k: v for k, v in changes.items() if k in ExperimentConfig.model_fields}
    dotted = {k: v for k, v in changes.items() if k not in own}
    known = [*ExperimentConfig.model_fields, *ScenarioConfig.model_fields]
    for path in dotted:
        if path.partition(".")[0] not in known:
            raise unknown(path, path.partition(".")[0], known)
    counts = {f"payoffs.{key}": own[key] for key in ("draws", "replications") if key in own}
    return own, counts | dotted


def _scenario(config: ExperimentConfig, directory: Path) -> tuple[dict[str, Any], Path]:
    if isinstance(config.scenario, str):
        file = _file(config.scenario, directory)
        return read_scenario(file), file.parent.resolve()
    return config.scenario, Path(config.directory or directory).resolve()


def _file(said: str, directory: Path) -> Path:
    """Find the scenario of a config: beside it, in the working directory, or by its name."""
    beside = there(found(directory / said)) or not there(Path(said))
    return found(scenario_file(said, directory if beside else None))


def _extended(config: ExperimentConfig, directory: Path) -> dict[str, str]:
    """Say what the scenario file of a config extends, and with what; empty if nothing."""
    if not isinstance(config.scenario, str):
        return {}
    said = read_toml(_file(config.scenario, directory))
    if "extends" not in said:
        return {}
    gone = [str(name) for key in ("without", "without_measures") for name in said.get(key, [])]
    news = [f"without {', '.join(gone)}"] if gone else []
    news += [f"with {path}" for path in flat(said.get("add", {}))]
    news += [f"{path} = {short(value)}" for path, value in said.get("changes", {}).items()]
    return {"extends": "; ".join([Path(str(said["extends"])).stem, *news])}


def _counts(config: ExperimentConfig) -> dict[str, int | str]:
    counts = {"payoffs.draws": config.draws, "payoffs.replications": config.replications}
    return {path: count for path, count in counts.items() if count is not None}


def _swept(
    config: ExperimentConfig, scenario: Mapping[str, Any], fixed: Mapping[str, Any]
) -> dict[str, Any]:
    """Give all that a config sweeps by dotted path, without what the command line sets."""

    def rest(said: Mapping[str, Any]) -> dict[str, Any]:
        return {k: v for k, v in said.items() if not (fixed and ended(k, fixed, scenario))}

    listed: dict[str, Any] = {
        name: rest(dict(_ordered(flat(said), config.order)))
        for name in _SWEPT
        if (said := getattr(config, name))
    }
    for name in ("sweep", "levers"):
        for path, values in listed.get(name, {}).items():
            _check_list(f"{name}.{path}", values)
    listed = {name: {k: _each(v, rest) for k, v in said.items()} for name, said in listed.items()}
    rows = [{k: _alone(v, rest) for k, v in rest(flat(cell)).items()} for cell in config.cells]
    listed = {name: _called(scenario, said) for name, said in listed.items()}
    return listed | {"cells": tuple(_called(scenario, row) for row in rows)}


def _called(scenario: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Give values by path with the labels of stances."""
    return {path: with_labels(scenario, path, values) for path, values in said.items()}


def _each(values: Any, rest: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    """Give listed values, or a choice, with the rest of what they also set."""
    if isinstance(values, Mapping) and isinstance(values.get("choice"), list):
        return {**values, "choice": _each(values["choice"], rest)}
    return [_alone(value, rest) for value in values] if isinstance(values, list) else values


def _alone(value: Any, rest: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    if not isinstance(value, Mapping) or not isinstance(value.get("also"), Mapping):
        return value
    kept = rest(flat(value["also"]))
    return {key: kept if key == "also" else item for key, item in value.items()}


def _moved(config: ExperimentConfig, start: Path, to: Path) -> dict[str, Any]:
    """Give what a config sweeps, with files beside the config named from the scenario on."""
    swept = {name: files_moved(getattr(config, name), start, to) for name in _SWEPT}
    return swept | {"cells": tuple(files_moved(cell, start, to) for cell in config.cells)}


def _ordered(said: Mapping[str, Any], order: Sequence[str]) -> list[tuple[str, Any]]:
    """Give the items of a mapping, those that an order names first and in that order."""
    place = {path: number for number, path in enumerate(order)}
    return sorted(said.items(), key=lambda item: place.get(item[0], len(place)))


def _check_list(path: str, listed: Any) -> None:
    if not isinstance(listed, list) or not listed:
        raise ConfigError(
            f"{path}: {listed!r} is not a list of values; write a list such as [1, 2]"
        )


def _checked(
    scenario: Mapping[str, Any],
    telling: Sequence[Cell],
    directory: Path,
    always: Sequence[Said],
    kept: Sequence[Said],
) -> tuple[Path, ...]:
    """Check the scenarios of these cells; give the files that they need, each once.

    Every cell has to have what is said of it, and what is fixed.

    A cell whose strategy has wrong code is left to fail by itself, if there are others.
    """
    files: dict[Path, None] = {}
    seen: set[str] = set()
    broken, whole = None, False
    fixed, overrides = ({each.path: each.value for each in said} for said in (always, kept))
    covered, own = Covered(kept), list[Said]()
    change = overriding(scenario)
    for cell in counted(telling, "cells checked"):
        played = change(cell.values)
        config = parse(played, directory)
        check_held(played, cell, fixed)
        check_listed(config, cell, fixed, overrides)
        try:
            strategies = strategies_of(config)
        except BrokenStrategyError as problem:
            broken = broken or problem
            continue
        whole = True
        own += [each for each in cell.said if not each.left]
        covered.look(config, strategies, [*always, *cell.said])
        facts = _facts(config)
        if facts not in seen:
            check(config)
            seen.add(facts)
        files |= dict.fromkeys(file.resolve() for file in _files(config, strategies))
    if broken is not None and not whole:
        raise broken
    if broken is None:
        covered.check([*always, *kept, *own])
    return tuple(files)


def _facts(config: ScenarioConfig) -> str:
    """Write down what the checks of data and tables depend on: cells differ in it seldom."""
    kept = {"hub", "countries", "stances", "talks", "economy"}
    given = config.payoffs.given if config.payoffs.kind == "table" else {}
    tables = {name: talk.model_dump() for name, talk in given.items()}
    return config.model_dump_json(include=kept) + json.dumps([tables, config.payoffs.draws])


def _files(
    config: ScenarioConfig, strategies: Mapping[tuple[str, str], AnyStrategy]
) -> Iterator[Path]:
    """Find the data files of a scenario, and the files of strategies that are not built in."""
    if config.payoffs.kind == "economy" and config.economy is not None:
        tables = sorted(config.find(config.economy.data).glob("*.csv"))
        yield from (table for table in tables if table.is_file())
    if config.draws_file is not None:
        yield config.draws_file
    for given in config.payoffs.given.values():
        if given.file is not None:
            yield config.find(given.file)
    for strategy in strategies.values():
        yield from _sources(strategy)


def _sources(strategy: AnyStrategy | Component) -> Iterator[Path]:
    """Find the files of a strategy's class, of its components, and of those inside it."""
    file = getsourcefile(type(strategy))
    if file is not None and not type(strategy).__module__.startswith("sim."):
        yield Path(file)
        yield from helpers(Path(file))
    for _, part in inside(strategy):
        yield from _sources(part)
