"""The command `backtest calibrate`: keep the draws that lead to what happened."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd

from experiments.backtest.calibration import PatternMatch, acceptance, effective_patterns
from experiments.backtest.calibration import calibrate as kept
from experiments.backtest.marginals import LEVEL, identified, marginals
from experiments.commands.arguments import Changes, Flat, load
from experiments.commands.as_json import Json, as_json
from experiments.commands.run import AS_USUAL, Playing, play_out
from experiments.design.plan import Plan
from experiments.results.export import for_spreadsheets
from experiments.runs.kept.whole import atomic
from experiments.runs.store import Store
from sim.errors import ConfigError, TariffTalksError

PRIOR, POSTERIOR = "prior.parquet", "posterior.parquet"
PATTERNS, MARGINALS = "patterns.csv", "marginals.csv"

_SHOWN = 12
"""Numbers that are printed; the others are in the file."""


def calibrate(
    config: Path,
    /,
    *,
    changes: Changes = (),
    out: Path = Path("results"),
    playing: Annotated[Playing, Flat] = AS_USUAL,
    json: Json = None,
) -> int:
    """Keep the draws that lead to what happened.

    Examples:
      tariff-talks backtest calibrate configs/calibration.toml
      tariff-talks backtest calibrate configs/calibration.toml --set worlds=2000

    Args:
        config: an experiment config with what happened, as tables [patterns.NAME]
        changes: a key of the config (worlds, seed, …) or a dotted path of the scenario
        out: where results go
        playing: how it is played
        json: where the numbers are told
    """
    with as_json(json) as told:
        plan = load(config, changes)
        if not plan.config.patterns:
            raise ConfigError(
                f"{config}: patterns: missing; give what happened as tables [patterns.NAME]"
            )
        store = Store.of(plan, out)
        code = play_out(playing, plan, store, told)
        if not store.failures() and store.manifest().get("rows"):
            _keep(plan, store, told)
    return code


def _keep(plan: Plan, store: Store, told: dict[str, Any]) -> None:
    """Hold a finished run against what happened; write, print and tell what is kept."""
    found = kept(store.outcomes(), plan)
    shown = acceptance(found)
    _write_csv(shown, store.directory / PATTERNS)
    print(_table(shown))
    if not found.accepted.any():
        raise TariffTalksError(_nobody(found))
    moved = marginals(found, plan.config.seed)
    _write_csv(moved, store.directory / MARGINALS)
    _write(found.numbers, store.directory / PRIOR)
    _write(found.posterior(), store.directory / POSTERIOR)
    print(_moved(moved))
    said = list(summary(found, moved, store.directory / POSTERIOR))
    print(*said, sep="\n")
    told |= {"patterns": shown, "numbers": moved, "said": said}


def _table(shown: pd.DataFrame) -> str:
    """Print the shares of worlds that show the patterns, in percent."""
    table = pd.DataFrame({"percent of worlds that show": shown["label"]})
    table["alone"] = [f"{100 * share:.3g}" for share in shown["share"]]
    table["computed to ±"] = [f"{50 * width:.3g}" for width in shown["high"] - shown["low"]]
    table["among those with all others"] = [
        "" if pd.isna(share) else f"{100 * share:.3g}" for share in shown["of others"]
    ]
    return "\n" + table.to_string(index=False) + "\n"


def _moved(moved: pd.DataFrame) -> str:
    """Print prior and posterior of the numbers that moved most."""
    table = pd.DataFrame({"number": moved["number"]})
    for name in ("prior", "posterior"):
        ends = zip(*(moved[f"{name} {share} %"] for share in (5, 50, 95)), strict=True)
        table[f"{name}: median (5 to 95 %)"] = [f"{m:.3g} ({a:.3g} to {b:.3g})" for a, m, b in ends]
    table["sd ratio"] = [f"{value:.2f}" for value in moved["sd ratio"]]
    for name in ("distance", "p", "p holm"):
        table[name] = [f"{value:.4f}" for value in moved[name]]
    rest = len(table) - _SHOWN
    more = f"\n… and {rest} more in {MARGINALS}" if rest > 0 else ""
    return table.head(_SHOWN).to_string(index=False) + more + "\n"


def summary(found: PatternMatch, moved: pd.DataFrame, file: Path) -> Iterator[str]:
    """Say in sentences what a calibration found, and what it cannot.

    Args:
        found: worlds, held against the patterns.
        moved: as from `marginals`.
        file: of the posterior.
    """
    worlds, accepted = len(found.accepted), int(found.accepted.sum())
    draws = int((found.counts > 0).sum())
    yield (
        f"{accepted} of {worlds:,} worlds {_shown(found)}. They are of {draws} of "
        f"{len(found.numbers):,} draws, worth {found.effective:.0f} draws of equal weight "
        "(effective sample size)."
    )
    share = accepted / worlds
    yield (
        f"The {len(found.patterns)} patterns amount to {effective_patterns(found.holds):.1f} "
        f"independent ones; together they leave {100 * share:.2g} percent of worlds, "
        f"{-np.log2(share):.1f} bits."
    )
    sure = moved[moved["p holm"] < LEVEL]
    yield (
        f"{(moved['p'] < LEVEL).sum()} of {len(moved)} numbers moved by more than luck moves one "
        f"in twenty; luck alone would do that to {LEVEL * len(moved):.0f}. "
        f"{len(sure)} moved for certain (Holm's correction)"
        + (f": {', '.join(sure['number'])}." if len(sure) else ".")
    )
    narrow = moved.sort_values("sd ratio").iloc[0]
    yield (
        f"Few outcomes identify few numbers: the variance that is gone is worth knowing "
        f"{identified(moved):.1f} of {len(moved)} numbers. Half of the numbers keep "
        f"{100 * moved['sd ratio'].median():.0f} percent of their standard deviation or more; the "
        f"one that is known best afterwards, {narrow['number']}, keeps "
        f"{100 * narrow['sd ratio']:.0f} percent. What did not move is as uncertain as before, and "
        "what did depends on what was assumed of the others."
    )
    yield (
        f'{file} has a row for each accepted world; a scenario uses it with "payoffs.draws" = '
        f'"{file.name}". It holds what is drawn by draw; what strategies draw in each world '
        "(strategies.…) stays as the scenario says."
    )


def _shown(found: PatternMatch) -> str:
    """Say what an accepted world shows."""
    if not found.missed:
        return "show what happened"
    return f"miss at most {found.missed} of the {len(found.patterns)} patterns of what happened"


def _nobody(found: PatternMatch) -> str:
    """Say that no world shows what happened, and how near the nearest come."""
    missed = (~found.holds).sum(axis=1)
    least = int(missed.min())
    worlds = int((missed == least).sum())
    return (
        f"no world misses at most {found.missed} of the {len(found.patterns)} patterns, so there "
        f"is no posterior; {worlds} of {len(missed):,} worlds miss {least}. Play more worlds, or "
        f"allow more with calibration.missed = {least}"
    )


def _write(table: pd.DataFrame, path: Path) -> None:
    with atomic(path) as file:
        table.to_parquet(file, index=False)


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    with atomic(path) as file:
        for_spreadsheets(table).to_csv(file, index=False)
