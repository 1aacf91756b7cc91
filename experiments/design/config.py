"""What an experiment config may say."""

from re import fullmatch
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from experiments.history.observed import Observed
from sim.config.schema.numbers import ConfigTable, Count, Draws, Real, Whole, Worlds, fault
from sim.config.schema.sentences import shown

Crossing = Literal["grid", "zip"]
Sampling = Literal["grid", "zip", "latin_hypercube", "sobol", "morris", "saltelli"]


def _path_or_table(value: Any) -> Any:
    if isinstance(value, str | dict):
        return value
    raise fault(f"{shown(value)} is neither the path of a scenario file nor a scenario")


def _file_name(name: str) -> str:
    if fullmatch(r"[A-Za-z0-9_.-]+", name):
        return name
    raise fault(f"{shown(name)} names a directory; use letters, digits, '_', '-' and '.' only")


class DesignConfig(ConfigTable):
    """How the values of a config make cells.

    Attributes:
        sweep, levers: `"grid"` crosses the values of all paths, `"zip"` takes first with first,
            second with second.
        uncertainties: the same, or a sample: `"latin_hypercube"`, `"sobol"`, and, for sensitivity
            analysis, `"morris"` (trajectories) and `"saltelli"`.
        points: size of a sample: points of a hypercube or of a Sobol sequence (a power of two),
            Morris trajectories (each one point more than there are paths), or Saltelli base
            samples (each two points more than twice as many as there are paths).
        pairs: whether a Saltelli sample says what two paths do only together; without, a base
            sample is two points more than there are paths, half as many.
        seed: of the sample.
    """

    sweep: Crossing = "grid"
    levers: Crossing = "grid"
    uncertainties: Sampling = "grid"
    points: Count | None = None
    pairs: bool = True
    seed: Annotated[Whole, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _pairs_are_of_saltelli(self) -> Self:
        if not self.pairs and self.uncertainties != "saltelli":
            raise fault(
                f"pairs = false is for a saltelli sample, not for {self.uncertainties}; drop it"
            )
        return self


class CalibrationConfig(ConfigTable):
    """How worlds are held against the patterns.

    Attributes:
        missed: patterns that an accepted world may miss.
    """

    missed: Annotated[Whole, Field(ge=0)] = 0


class NaiveConfig(ConfigTable):
    """Forecasts without a model that scores are held against, beside those of the scenario.

    Attributes:
        constant: a total rate in percent, the same for all goods.
    """

    constant: Annotated[Real, Field(ge=0)] | None = None


class ExperimentConfig(ConfigTable):
    """What an experiment config may say.

    Attributes:
        name: names the directory of the results.
        question: what it asks, for titles.
        scenario: path of a scenario file, from this file; or the scenario itself.
        worlds: worlds per cell.
        seed: of the draws and of all luck; the same in every cell, so that cells are paired.
        draws, replications: draws of the payoffs, or a file of draws, and worlds per draw; as in
            the scenario if not given.
        overrides: values of the scenario by dotted path.
        sweep: by dotted path the values that are tried; a value may be a table with `value`,
            `label`, and `also`: values of other dotted paths that go with it.
        levers: the same, for what somebody decides: strategies, positions, rules.
        uncertainties: the same, for what nobody decides; or a range that is sampled.
        cells: explicit cells, each a table of dotted paths and values, with a `label`.
        design: how sweep, levers and uncertainties make cells.
        order: the swept paths in their order, which numbers the cells; written by a run.
        directory: where the scenario's relative paths start; written by a run.
        changed: by dotted path, what was set against the scenario file, and under `extends` what
            that file extends; written by a run.
        figures: by the name of a picture, its arguments; `figure` among them names the figure, if
            the picture has another name. The usual ones if not given.
        observed: by talk, what happened in history, for figures, reports and scores.
        patterns: by name, what happened in history as features that a world has or has not.
        calibration: how worlds are held against the patterns.
        naive: forecasts without a model that scores are held against.
        outcomes: path of a file that says `observed`, `patterns` and `naive` instead.
    """

    name: Annotated[str, AfterValidator(_file_name)] = Field(
        description="a short name for the results"
    )
    question: str = ""
    scenario: Annotated[str | dict[str, Any], BeforeValidator(_path_or_table)] = Field(
        description="the path of a scenario file"
    )
    worlds: Worlds = Field(description="the number of worlds per cell")
    seed: Annotated[Whole, Field(ge=0)] = 0
    draws: Draws | None = None
    replications: Worlds | None = None
    overrides: dict[str, Any] = Field(default_factory=dict)
    sweep: dict[str, Any] = Field(default_factory=dict)
    levers: dict[str, Any] = Field(default_factory=dict)
    uncertainties: dict[str, Any] = Field(default_factory=dict)
    cells: tuple[dict[str, Any], ...] = ()
    design: DesignConfig = DesignConfig()
    order: tuple[str, ...] = ()
    directory: str | None = None
    changed: dict[str, str] = Field(default_factory=dict)
    figures: dict[str, dict[str, Any]] = Field(default_factory=dict)
    observed: dict[str, Observed] = Field(default_factory=dict)
    patterns: dict[str, dict[str, Any]] = Field(default_factory=dict)
    calibration: CalibrationConfig = CalibrationConfig()
    naive: NaiveConfig = NaiveConfig()
    outcomes: str | None = None

    @property
    def told(self) -> tuple[str, ...]:
        """The keys that say something of what happened."""
        return tuple(key for key in ("observed", "patterns") if getattr(self, key))
