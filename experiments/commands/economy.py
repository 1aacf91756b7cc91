"""The command `economy`: what any tariff package does."""

from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import Annotated, Any

import pandas as pd
from cyclopts import Parameter

from experiments.commands.arguments import Changes, Words, count, day, reads
from experiments.commands.arguments import changes as settings
from experiments.commands.as_json import Json, as_json
from experiments.results.export import for_spreadsheets
from experiments.tariffs.asked import Rest, tariff_package
from experiments.tariffs.economy_report import report, why_report
from experiments.tariffs.tariff_package import AGAINST, Against, TariffPackage
from sim.config.schema.sentences import unknown

_SAMPLES = 100
_POINTS = 15
"""Points of a sweep of an elasticity."""


def against(word: str) -> Against:
    """Read what a package is compared with."""
    if word in AGAINST:
        return word  # type: ignore[return-value]
    found = day(word)
    if found is None:
        known = ", ".join(map(str, AGAINST))
        raise ValueError(f"{word} is neither {known} nor a date such as 2025-04-05")
    return found


def economy(
    scenario: Path,
    /,
    *,
    changes: Changes = (),
    compared: Annotated[Against | None, reads(against, "WHAT"), Parameter(name="--against")] = None,
    rest: Rest = "no-deal",
    why: bool = False,
    profits: Words = (),
    elasticity: Words = (),
    samples: Annotated[int, reads(partial(count, least=2), "N")] = _SAMPLES,
    seed: int = 0,
    out: Path = Path("results/economy"),
    no_figures: bool = False,
    json: Json = None,
) -> int:
    """Say what a tariff package does.

    To the countries of the talks, to the rest of the world, and to their prices.

    Examples:
      tariff-talks economy configs/scenarios/us_eu_2025.toml
      tariff-talks economy configs/scenarios/us_eu_2025.toml --set '*.cars=15' --json

    Args:
        scenario: a scenario file
        changes: TALK.MEASURE, a rate as in its levels (* for every talk); TALK.SECTOR or
            REGION.SECTOR, points added on these goods; or any dotted path of the scenario
        compared: what it is compared with: no-deal, today, before, or a date such as 2025-04-05
            (no-deal; before, if no rate is set)
        rest: where measures stand that no rate is set for: no-deal, or today (the first day)
        why: say what welfare is made of: terms of trade, and wedges of tariffs and markups
        profits: sectors whose profits are shown, with commas (those of the first measure)
        elasticity: draw the effects over the elasticity of these sectors, which move together
        samples: of the elasticities
        seed: of the samples
        out: where the figure goes
        no_figures: draw nothing
        json: where the numbers are told
    """
    with as_json(json) as told:
        package = tariff_package(
            scenario,
            settings(changes),
            against=compared,
            rest=rest,
            profits=profits,
            samples=samples,
            seed=seed,
        )
        for name in elasticity:
            if name not in package.ranges:
                raise unknown("--elasticity", name, package.ranges, "sector")
        effects = package.effects()
        print(report(package, effects, get_terminal_size().columns), end="")
        if why:
            reasons = package.why()
            print("\n" + why_report(reasons, get_terminal_size().columns), end="")
            told |= {"why": reasons}
        told |= {"title": package.title, "note": package.note}
        told |= {"rates": package.changed(), "effects": effects}
        if not no_figures:
            swept = package.sweep(elasticity, _POINTS) if elasticity else None
            print()
            print(*_draw(package, effects, swept, out), sep="\n")
    return 0


def _draw(
    package: TariffPackage, effects: pd.DataFrame, swept: pd.DataFrame | None, out: Path
) -> list[Path]:
    """Draw the figures and write their numbers beside them; give the pictures."""
    from experiments.figures import elasticity, tariff_effects
    from experiments.figures.canvas import save, style

    out.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[Any, pd.DataFrame]] = {"economy": (tariff_effects, effects)}
    if swept is not None:
        tables["elasticity"] = (elasticity, swept)
    drawn = []
    with style():
        for name, (figure, table) in tables.items():
            for_spreadsheets(table).to_csv(out / f"{name}.csv", index=False)
            drawn.append(save(figure.draw(package, table), out / name)[0])
    return drawn
