"""The command `economy`: what any tariff package does."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

from experiments.tariffs.asked import tariff_package
from experiments.tariffs.economy_report import report
from experiments.tariffs.tariff_package import AGAINST, Against, TariffPackage
from sim.config.schema.sentences import unknown

_SAMPLES = 100
_POINTS = 15
"""Points of a sweep of an elasticity."""


def add(commands: Any, read_changes: Callable[[Sequence[str]], Mapping[str, Any]]) -> None:
    """Add the command to a parser.

    Args:
        commands: the subparsers.
        read_changes: reads PATH=VALUE pairs.
    """
    command = commands.add_parser(
        "economy",
        help="say what a tariff package does",
        description="What any tariff package does to the countries of the talks and to the rest.",
    )
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="TALK.MEASURE, a rate as in its levels (* for every talk); TALK.SECTOR or "
        "REGION.SECTOR, points added on these goods; or any dotted path of the scenario",
    )
    command.add_argument(
        "--against",
        type=_against,
        metavar="WHAT",
        help="what it is compared with: no-deal, today, before, or a date such as 2025-04-05 "
        "(no-deal; before, if no rate is set)",
    )
    command.add_argument(
        "--profits",
        type=_words,
        default=(),
        metavar="SECTORS",
        help="sectors whose profits are shown, with commas (those of the first measure)",
    )
    command.add_argument(
        "--elasticity",
        type=_words,
        default=(),
        metavar="SECTORS",
        help="draw the effects over the elasticity of these sectors, which move together",
    )
    command.add_argument(
        "--samples", type=_count, default=_SAMPLES, help=f"of the elasticities ({_SAMPLES})"
    )
    command.add_argument("--seed", type=int, default=0, help="of the samples (0)")
    command.add_argument(
        "--out", type=Path, default=Path("results/economy"), help="where the figure goes"
    )
    command.add_argument("--no-figures", action="store_true", help="draw nothing")
    command.set_defaults(call=lambda given: _economy(given, read_changes(given.set)))


def _against(word: str) -> Against:
    if word in AGAINST:
        return word  # type: ignore[return-value]
    try:
        return date.fromisoformat(word)
    except ValueError:
        known = ", ".join(map(str, AGAINST))
        raise argparse.ArgumentTypeError(
            f"{word} is neither {known} nor a date such as 2025-04-05"
        ) from None


def _words(said: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in said.split(",") if word.strip())


def _count(word: str) -> int:
    if not word.isdecimal() or int(word) < 2:
        raise argparse.ArgumentTypeError(f"{word} is not a whole number of at least 2")
    return int(word)


def _economy(given: argparse.Namespace, changes: Mapping[str, Any]) -> int:
    package = tariff_package(
        given.scenario,
        changes,
        against=given.against,
        profits=given.profits,
        samples=given.samples,
        seed=given.seed,
    )
    for name in given.elasticity:
        if name not in package.ranges:
            raise unknown("--elasticity", name, package.ranges, "sector")
    effects = package.effects()
    print(report(package, effects, get_terminal_size().columns), end="")
    if not given.no_figures:
        print()
        print(*_draw(package, effects, given), sep="\n")
    return 0


def _draw(package: TariffPackage, effects: Any, given: argparse.Namespace) -> list[Path]:
    """Draw the figures and write their numbers beside them; give the pictures."""
    from experiments.figures import elasticity, tariff_effects
    from experiments.figures.canvas import save, style

    given.out.mkdir(parents=True, exist_ok=True)
    tables = {"economy": (tariff_effects, effects)}
    if given.elasticity:
        tables["elasticity"] = (elasticity, package.sweep(given.elasticity, _POINTS))
    drawn = []
    with style():
        for name, (figure, table) in tables.items():
            table.to_csv(given.out / f"{name}.csv", index=False)
            drawn.append(save(figure.draw(package, table), given.out / name)[0])
    return drawn
