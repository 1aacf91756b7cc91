"""An experiment config, and the cells that it asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from inspect import getsourcefile
from itertools import product
from pathlib import Path
from re import fullmatch
from typing import Annotated, Any

import tomli_w
from pydantic import AfterValidator, BeforeValidator, Field

from sim import Scenario
from sim.components import Component
from sim.config import ScenarioConfig, override, parse, read_scenario, read_toml, validate
from sim.config.numbers import Count, Table, Whole, fault
from sim.config.sentences import shown, unknown
from sim.errors import BrokenStrategyError, ConfigError
from sim.registry import AnyStrategy, inside
from sim.scenario import check, strategies_of

_STOPS = ("name", "offer", "value", "low", "uniform", "choice")
"""A table with one of these keys is a value, not a level of a dotted path."""


def _writable(value: Any) -> Any:
    """Leave out what TOML cannot say: keys without a value."""
    if isinstance(value, Mapping):
        return {key: _writable(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_writable(item) for item in value]
    return value


def _path_or_table(value: Any) -> Any:
    if isinstance(value, str | dict):
        return value
    raise fault(f"{shown(value)} is neither the path of a scenario file nor a scenario")


def _file_name(name: str) -> str:
    if fullmatch(r"[A-Za-z0-9_.-]+", name):
        return name
    raise fault(f"{shown(name)} names a directory; use letters, digits, '_', '-' and '.' only")


class ExperimentConfig(Table):
    """What an experiment config may say.

    Attributes:
        name: names the directory of the results.
        question: what it asks, for titles.
        scenario: path of a scenario file, from this file; or the scenario itself.
        worlds: worlds per cell.
        seed: of the draws and of all luck; the same in every cell, so that cells are paired.
        draws, replications: draws of the payoffs, and worlds per draw; as in the scenario if not
            given.
        overrides: values of the scenario by dotted path.
        sweep: by dotted path the values that are crossed with each other; a value may be a table
            with `value`, `label`, and `also`: values of other dotted paths that go with it.
        directory: where the scenario's relative paths start; written by a run.
    """

    name: Annotated[str, AfterValidator(_file_name)] = Field(
        description="a short name for the results"
    )
    question: str = ""
    scenario: Annotated[str | dict[str, Any], BeforeValidator(_path_or_table)] = Field(
        description="the path of a scenario file"
    )
    worlds: Count = Field(description="the number of worlds per cell")
    seed: Annotated[Whole, Field(ge=0)] = 0
    draws: Count | None = None
    replications: Count | None = None
    overrides: dict[str, Any] = Field(default_factory=dict)
    sweep: dict[str, Any] = Field(default_factory=dict)
    directory: str | None = None


@dataclass(frozen=True)
class Cell:
    """One point of a sweep.

    Attributes:
        index: number, from 0.
        values: by dotted path, what the scenario is given.
        labels: by swept path, how the value is called.
    """

    index: int
    values: Mapping[str, Any]
    labels: Mapping[str, str | float]


@dataclass(frozen=True, eq=False)
class Plan:
    """An experiment, resolved: what will be run.

    Attributes:
        config: the config.
        scenario: the scenario as a mapping, overrides applied.
        directory: where the scenario's relative paths start.
        cells: every point of the sweep.
        files: the data and strategy files that some cell needs, each once.
    """

    config: ExperimentConfig
    scenario: Mapping[str, Any]
    directory: Path
    cells: tuple[Cell, ...]
    files: tuple[Path, ...]

    @classmethod
    def load(cls, path: str | Path, changes: Mapping[str, Any] | None = None) -> "Plan":
        """Read an experiment config and resolve it.

        Args:
            path: of a TOML file.
            changes: from the command line, by key of the config or dotted path of the scenario.

        Raises:
            ConfigError: the config, its scenario or a cell is wrong; nothing was run.
        """
        path = Path(path)
        said = read_toml(path)
        if "scenario" not in said and ("countries" in said or "extends" in said):
            raise ConfigError(
                f"{path}: is a scenario, not an experiment; write a config that names it: "
                f"scenario = '{path.name}', worlds = 1000"
            )
        own, dotted = _split(changes or {})
        config = validate(ExperimentConfig, {**said, **own})
        scenario, directory = _scenario(config, path.parent)
        overrides = {**_flat(config.overrides), **_counts(config)}
        overrides = {k: _located(v, path.parent) for k, v in overrides.items()} | dotted
        sweep = {
            k: [_located(v, path.parent) for v in _values(k, listed)]
            for k, listed in _flat(config.sweep).items()
            if k not in dotted
        }
        config = config.model_copy(update={"sweep": sweep})
        scenario, cells = override(scenario, overrides), _cells(sweep)
        return cls(config, scenario, directory, cells, _checked(scenario, cells, directory))

    def game(self, cell: Cell) -> Scenario:
        """Build the scenario of a cell."""
        config = parse(override(self.scenario, cell.values), self.directory)
        return Scenario.from_config(config, self.config.seed)

    @property
    def worlds(self) -> int:
        """Worlds per cell."""
        return self.config.worlds

    @property
    def swept(self) -> tuple[str, ...]:
        """The swept paths."""
        return tuple(self.config.sweep)

    @cached_property
    def digest(self) -> str:
        """Name what the results depend on: scenario, files, sweep, worlds and seed."""
        beside = ("name", "question", "directory")
        said = {key: value for key, value in self.as_run().items() if key not in beside}
        digest = blake2b(tomli_w.dumps(said).encode(), digest_size=5)
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
            path: [{k: v for k, v in value.items() if k != "also" or v} for value in values]
            for path, values in _labelled(self.config.sweep).items()
        }
        written: dict[str, Any] = _writable(said | {"sweep": sweep, "scenario": self.scenario})
        return written


def _split(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Tell changes of the config from those of its scenario."""
    own = {k: v for k, v in changes.items() if k in ExperimentConfig.model_fields}
    dotted = {k: v for k, v in changes.items() if k not in own}
    known = [*ExperimentConfig.model_fields, *ScenarioConfig.model_fields]
    for path in dotted:
        if path.partition(".")[0] not in known:
            raise unknown(path, path.partition(".")[0], known)
    return own, dotted


def _scenario(config: ExperimentConfig, directory: Path) -> tuple[dict[str, Any], Path]:
    if isinstance(config.scenario, str):
        file = directory / config.scenario
        if not file.exists() and Path(config.scenario).exists():
            file = Path(config.scenario)
        return read_scenario(file), file.parent.resolve()
    return config.scenario, Path(config.directory or directory).resolve()


def _counts(config: ExperimentConfig) -> dict[str, int]:
    counts = {"payoffs.draws": config.draws, "payoffs.replications": config.replications}
    return {path: count for path, count in counts.items() if count is not None}


def _flat(tables: Mapping[str, Any], path: str = "") -> dict[str, Any]:
    """Give nested tables by dotted path: `[sweep.rules] review = …` is `"rules.review" = …`."""
    flat: dict[str, Any] = {}
    for key, value in tables.items():
        here = f"{path}.{key}" if path else key
        if isinstance(value, Mapping) and not any(stop in value for stop in _STOPS):
            flat |= _flat(value, here)
        else:
            flat[here] = value
    return flat


def _values(path: str, listed: Any) -> list[Any]:
    if not isinstance(listed, list) or not listed:
        raise ConfigError(
            f"sweep.{path}: {listed!r} is not a list of values; write a list such as [1, 2]"
        )
    return listed


def _located(value: Any, directory: Path) -> Any:
    """Write the path of a strategy file that lies beside the config in full."""
    if isinstance(value, Mapping):
        return {key: _located(item, directory) for key, item in value.items()}
    if isinstance(value, str) and ".py:" in value:
        file, _, name = value.partition(".py:")
        beside = directory / f"{file}.py"
        if beside.is_file():
            return f"{beside.resolve()}:{name}"
    return value


def _checked(
    scenario: Mapping[str, Any], cells: Sequence[Cell], directory: Path
) -> tuple[Path, ...]:
    """Check the scenario of every cell; give the files that they need, each once.

    A cell whose strategy has wrong code is left to fail by itself, if there are others.
    """
    files: dict[Path, None] = {}
    broken = []
    for cell in cells:
        config = parse(override(scenario, cell.values), directory)
        try:
            check(config)
        except BrokenStrategyError as problem:
            broken.append(problem)
            continue
        files |= dict.fromkeys(file.resolve() for file in _files(config))
    if len(broken) == len(cells):
        raise broken[0]
    return tuple(files)


def _files(config: ScenarioConfig) -> Iterator[Path]:
    """Find the data files of a scenario, and the files of strategies that are not built in."""
    if config.payoffs.kind == "economy" and config.economy is not None:
        yield from sorted(config.find(config.economy.data).glob("*.csv"))
    for given in config.payoffs.given.values():
        if given.file is not None:
            yield config.find(given.file)
    for strategy in strategies_of(config).values():
        yield from _sources(strategy)


def _sources(strategy: AnyStrategy | Component) -> Iterator[Path]:
    """Find the files of a strategy's class and of those of its components and inside it."""
    file = getsourcefile(type(strategy))
    if file is not None and not type(strategy).__module__.startswith("sim."):
        yield Path(file)
    for _, part in inside(strategy):
        yield from _sources(part)


def _labelled(sweep: Mapping[str, list[Any]]) -> dict[str, list[dict[str, Any]]]:
    """Give every swept value with its label; labels of a path are all different."""
    labelled = {}
    for path, values in sweep.items():
        pairs = [_pair(path, value) for value in values]
        labels = [pair["label"] for pair in pairs]
        for label in labels:
            if labels.count(label) > 1:
                raise ConfigError(
                    f"sweep.{path}: two values are called {label!r}; "
                    "give each {value = …, label = …}"
                )
        if any(isinstance(label, str) for label in labels):
            pairs = [pair | {"label": _short(pair["label"])} for pair in pairs]
        labelled[path] = pairs
        for other in {key for pair in pairs for key in pair["also"]} & set(sweep):
            raise ConfigError(f"sweep.{path}: also sets {other}, which is swept itself; drop one")
    return labelled


def _pair(path: str, value: Any) -> dict[str, Any]:
    """Give the value, its label, and what else it sets, of one level of a swept path."""
    if isinstance(value, Mapping) and "value" in value and set(value) <= {"value", "label", "also"}:
        inner, also = value["value"], value.get("also", {})
        called = value.get("label", label(inner))
        if isinstance(called, bool) or not isinstance(called, str | int | float):
            raise ConfigError(f"sweep.{path}: the label {shown(called)} is no text in quotes")
        if not isinstance(also, Mapping):
            raise ConfigError(
                f"sweep.{path}: also is {shown(also)}; write a table of dotted paths and values"
            )
        return {"value": inner, "label": called, "also": _flat(also)}
    return {"value": value, "label": label(value), "also": {}}


def label(value: Any) -> str | float:
    """Call a value: a number stays one, a list is joined, a strategy names its parameters."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, list):
        return "+".join(str(label(item)) for item in value) or "none"
    if isinstance(value, Mapping) and "value" in value:
        return label(value["value"])
    if isinstance(value, Mapping):
        ends = value.get("uniform")
        if isinstance(ends, list) and len(ends) == 2:
            return "–".join(_short(end) for end in ends)
        rest = [f"{k}={_short(v)}" for k, v in value.items() if k not in ("name", "unit", "source")]
        named = str(value.get("name", "")).rpartition(":")[2]
        return f"{named}({', '.join(rest)})" if named and rest else named or ", ".join(rest)
    return str(value)


def _short(value: Any) -> str:
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:g}"
    return str(label(value))


def _cells(sweep: Mapping[str, list[Any]]) -> tuple[Cell, ...]:
    labelled = _labelled(sweep)
    cells = []
    for index, combination in enumerate(product(*labelled.values())):
        values: dict[str, Any] = {}
        for path, pair in zip(labelled, combination, strict=True):
            values |= {path: pair["value"], **pair["also"]}
        labels = {path: pair["label"] for path, pair in zip(labelled, combination, strict=True)}
        cells.append(Cell(index, values, labels))
    return tuple(cells)
