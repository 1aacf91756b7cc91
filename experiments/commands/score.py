"""The command `backtest score`: play a scenario, and score its forecast against what happened."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from cyclopts import Parameter

from experiments.backtest.scores import MODEL, NAIVE, Scores, check_targets, scores
from experiments.backtest.targets import DATES, EVENTS, PATTERNS, RATES, targets
from experiments.commands.arguments import Changes, Flat
from experiments.commands.arguments import changes as settings
from experiments.commands.as_json import Json, as_json
from experiments.commands.run import AS_USUAL, Playing, play_out
from experiments.design.plan import Plan
from experiments.design.sweep import percent
from experiments.results.export import for_spreadsheets
from experiments.runs.kept.whole import atomic
from experiments.runs.store import Store
from sim.config import ScenarioConfig, parse, read_scenario, read_toml
from sim.config.shipped import config_or_scenario
from sim.errors import ConfigError

SCORES, MEANS = "scores.csv", "mean_scores.csv"
IN_SAMPLE = "posterior, in sample"
"""Name of the forecast from draws that were chosen by the outcomes that are scored."""

WORLDS, DRAWS, EACH = 4_000, 1_000, 4
"""Worlds of a scenario that is scored without a config: draws, and worlds for each."""

_FIGURES: dict[str, Any] = {
    name: {} for name in ("forecast", "scores", "terms", "timing", "status")
}
"""Pictures of a score, if the config names none."""

_FAMILIES = {
    RATES: "rates, points",
    DATES: "dates, days",
    EVENTS: "yes or no, Brier",
    PATTERNS: "patterns, Brier",
}


def score(
    scenario: Path,
    outcomes: Path | None = None,
    /,
    *,
    posterior: Annotated[Path | None, Parameter(metavar="FILE")] = None,
    changes: Changes = (),
    out: Path = Path("results"),
    playing: Annotated[Playing, Flat] = AS_USUAL,
    json: Json = None,
) -> int:
    """Score a forecast against what happened.

    Examples:
      tariff-talks backtest score configs/backtest.toml
      tariff-talks backtest score configs/backtest.toml --posterior posterior.parquet

    Args:
        scenario: a scenario, or an experiment config
        outcomes: a file that says what happened; that of the config if left out
        posterior: one more forecast, from these draws: in sample
        changes: a key of the config (worlds, seed, …) or a dotted path of the scenario
        out: where results go
        playing: how it is played
        json: where the numbers are told
    """
    with as_json(json) as told:
        plan = plan_to_score(scenario, outcomes, posterior, settings(changes))
        store = Store.of(plan, out)
        code = play_out(playing, plan, store, told)
        if not store.failures() and store.manifest().get("rows"):
            _print_scores(plan, store, told)
    return code


def _print_scores(plan: Plan, store: Store, told: dict[str, Any]) -> None:
    """Score a finished run; write, print and tell how it did."""
    found = scores(store.outcomes(), plan)
    means = found.means()
    _write(found.table, store.directory / SCORES)
    _write(means, store.directory / MEANS)
    scenario = parse(plan.scenario, plan.directory)
    naive = list(dict.fromkeys(found.table.loc[found.table["kind"] == NAIVE, "forecast"]))
    for table in (
        _numbers(found, scenario),
        _mean_table(found, means, scenario),
        _skills(means, naive, scenario),
    ):
        print(f"{table}\n")
    print(f"{store.directory / SCORES} has every score; {MEANS} the means, with intervals.")
    told |= {"scores": found.table, "means": means}


def plan_to_score(
    path: Path,
    outcomes: Path | None = None,
    posterior: Path | None = None,
    changes: Any = None,
) -> Plan:
    """Make a plan of a scenario or of an experiment config, with what happened.

    Args:
        path: of the scenario or the config.
        outcomes: a file that says what happened; else the config says it.
        posterior: a file of draws for one more forecast.
        changes: as for `Plan.load`.

    Raises:
        ConfigError: a file is wrong, or nothing was observed.
    """
    path = config_or_scenario(path)
    said = read_toml(path)
    if "scenario" not in said:
        if "countries" not in said and "extends" not in said:
            raise ConfigError(
                f"{path}: is neither a scenario nor an experiment config; name the scenario first, "
                "then the file that says what happened"
            )
        said = _of_scenario(path)
    if outcomes is not None:
        said["outcomes"] = str(outcomes.resolve())
    if posterior is not None:
        said["cells"] = [
            *said.get("cells", [{"label": said["name"]}]),
            {"label": IN_SAMPLE, "payoffs.draws": str(posterior.resolve())},
        ]
        said, changes = _draws_said(said, changes or {})
    said.setdefault("figures", _FIGURES)
    plan = Plan.of(said, path.parent, changes)
    check_targets(targets(plan.config, parse(plan.scenario, plan.directory)))
    return plan


def _draws_said(
    said: dict[str, Any], changes: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the config with the number of draws that the command line sets, and what else it sets.

    What the command line sets holds in every cell; a posterior brings its own draws.
    """
    counts = {k: v for k, v in changes.items() if k in ("draws", "payoffs.draws")}
    rest = {k: v for k, v in changes.items() if k not in counts}
    for number in counts.values():
        said = {**said, "draws": number}
    return said, rest


def _of_scenario(path: Path) -> dict[str, Any]:
    """Give the config of a scenario: its own worlds if its draws are a file."""
    draws = read_scenario(path).get("payoffs", {}).get("draws")
    counts = {} if isinstance(draws, str) else {"draws": DRAWS, "replications": EACH}
    return {"name": path.stem, "scenario": path.name, "worlds": WORLDS, **counts}


def family_name(family: str, scenario: ScenarioConfig) -> str:
    """Name a family of targets for readers, with its unit."""
    if family in _FAMILIES:
        return _FAMILIES[family]
    key = family.partition(".")[2]
    for talk in scenario.talks.values():
        if key in talk.concessions:
            said = talk.concessions[key]
            return f"{said.label or key}, {said.unit.partition(',')[0]}"
    return family


def _mean_table(found: Scores, means: pd.DataFrame, scenario: ScenarioConfig) -> str:
    """Print the mean scores of every forecast, a column for each family."""
    table = pd.DataFrame({"mean score, 0 is perfect": list(dict.fromkeys(means["forecast"]))})
    for family in dict.fromkeys(means["family"]):
        part = means[means["family"] == family].set_index("forecast")["score"]
        column = [part.get(name, np.nan) for name in table.iloc[:, 0]]
        table[family_name(family, scenario)] = ["" if np.isnan(s) else f"{s:.3g}" for s in column]
    coverage = found.coverage().set_index("forecast")
    for inside in ("in 50 %", "in 90 %"):
        table[inside] = [
            f"{coverage.loc[name, inside]} of {coverage.loc[name, 'targets']}"
            if name in coverage.index
            else ""
            for name in table.iloc[:, 0]
        ]
    return table.to_string(index=False)


def _numbers(found: Scores, scenario: ScenarioConfig) -> str:
    """Print what was observed beside what every model forecast said of it."""
    model = found.table[found.table["kind"] == MODEL]
    keys = model[["talk", "target", "family", "observed"]].drop_duplicates()
    rows = []
    for key in keys.to_dict("records"):
        same = model[(model["talk"] == key["talk"]) & (model["target"] == key["target"])]
        row = {"talk": key["talk"] or "all", "what": key["target"]}
        row["happened"] = _said(key["observed"], key["family"], scenario)
        for said in same.to_dict("records"):
            row[str(said["forecast"])] = _forecast(said, scenario)
        rows.append(row)
    return pd.DataFrame(rows).fillna("").to_string(index=False)


def _forecast(said: dict[Any, Any], scenario: ScenarioConfig) -> str:
    """Print a forecast: a chance, or the median with the ends of the 90 percent interval."""
    family = said["family"]
    if family in (EVENTS, PATTERNS):
        return f"{percent(said['mean'])} %"
    low, middle, high = (_said(said[f"{share} %"], family, scenario) for share in (5, 50, 95))
    return f"{middle} ({low} to {high})"


def _said(value: float, family: str, scenario: ScenarioConfig) -> str:
    if family in (EVENTS, PATTERNS):
        return "yes" if value else "no"
    if family == DATES and scenario.calendar.start is not None:
        day = scenario.calendar.start + timedelta(int(value))
        return f"{day.day} {day:%b}"
    return f"{value:.4g}"


def _skills(means: pd.DataFrame, naive: Sequence[str], scenario: ScenarioConfig) -> str:
    """Print how much better or worse than each naive forecast every model forecast is."""
    model = means[(means["kind"] == MODEL) & means[list(naive)].notna().any(axis=1)]
    table = pd.DataFrame({"better (+) or worse (−) than, percent": model["forecast"]})
    table["in"] = [family_name(f, scenario).partition(",")[0] for f in model["family"]]
    for name in naive:
        table[name] = [_signed(100 * value) for value in model[name]]
    return table.to_string(index=False)


def _signed(value: float) -> str:
    return "" if np.isnan(value) else f"{value:+.0f}".replace("-", "−")


def _write(table: pd.DataFrame, path: Path) -> None:
    with atomic(path) as file:
        for_spreadsheets(table).to_csv(file, index=False)
