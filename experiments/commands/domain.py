"""The commands `domain` and `export-domain`."""

import argparse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

from experiments.design.plan import Plan
from experiments.tariffs.domain_report import WIDTH, report
from sim import Scenario
from sim.config import override, parse
from sim.config.schema.sentences import unknown
from sim.domains import FILES, FORMS, Export, export, read, write
from sim.errors import ConfigError

CENTRAL = "central"
"""The draw in which every uncertain number has its central value."""

_ONE_DRAW = {"payoffs.draws": 1, "payoffs.replications": 1}


def add(
    commands: Any,
    add_config: Callable[[argparse.ArgumentParser], None],
    load: Callable[[argparse.Namespace], Plan],
) -> None:
    """Add both commands to a parser.

    Args:
        commands: the subparsers.
        add_config: adds a config and its changes to a command.
        load: gives the plan that they make.
    """
    command = commands.add_parser("domain", help="say what a negotiation domain is like")
    command.add_argument("first", type=Path, metavar="FILE", help="profile of side A, JSON")
    command.add_argument("second", type=Path, metavar="FILE", help="profile of side B, JSON")
    command.set_defaults(call=_domain)

    command = commands.add_parser("export-domain", help="write a talk as a negotiation domain")
    add_config(command)
    command.add_argument("--out", type=Path, required=True, help="directory of the two files")
    command.add_argument("--talk", help="name of the talk, if there are several")
    command.add_argument("--cell", type=int, default=0, help="number of the cell (0)")
    command.add_argument(
        "--draw",
        type=_draw,
        default=CENTRAL,
        help="number of the draw of the payoffs, or 'central' (all at their central values)",
    )
    command.add_argument("--form", choices=FORMS, default=FORMS[0], help=f"form ({FORMS[0]})")
    command.add_argument(
        "--additive",
        action="store_true",
        help="keep every issue by itself, an approximation",
    )
    command.set_defaults(call=lambda arguments: _export(arguments, load(arguments)))


def _draw(word: str) -> int | str:
    if word == CENTRAL:
        return word
    if not word.isdecimal():
        raise argparse.ArgumentTypeError(f"{word} is neither '{CENTRAL}' nor a number from 0")
    return int(word)


def _domain(arguments: argparse.Namespace) -> int:
    print(report(read(arguments.first, arguments.second)), end="")
    return 0


def _export(arguments: argparse.Namespace, plan: Plan) -> int:
    for name in FILES:
        if (arguments.out / name).exists():
            raise ConfigError(
                f"--out {arguments.out}: there is a {name} already; name another directory"
            )
    values = _values(plan, arguments.cell)
    talk = _talk(plan, values, arguments.talk)
    scenario, draw = _scenario(plan, values, arguments.draw)
    made = export(scenario, talk, draw, additive=arguments.additive)
    paths = write(made.domain, arguments.out, arguments.form)
    print(*paths, sep="\n")
    for note in _notes(scenario, talk, made, arguments.additive):
        print(*wrap(note, WIDTH), sep="\n")
    print()
    print(report(made.domain), end="")
    return 0


def _notes(scenario: Scenario, talk: str, made: Export, additive: bool) -> Iterator[str]:
    """Say who is who, and how the domain differs from the talk."""
    rules = next(rules for rules in scenario.talks if rules.name == talk)
    yield f"Side A is {rules.hub}, side B is {rules.partner}."
    for names in made.joined:
        yield (
            f"{', '.join(names[:-1])} and {names[-1]} depend on each other and are one issue; "
            "--additive keeps them apart, approximately."
        )
    if additive:
        yield f"Utilities differ from those of the talk by {made.error:.3f} at most."


def _values(plan: Plan, cell: int) -> Mapping[str, Any]:
    if not 0 <= cell < len(plan.cells):
        raise ConfigError(
            f"--cell {cell}: there are {len(plan.cells)} cells, 0 to {len(plan.cells) - 1}; "
            "'tariff-talks plan' lists them"
        )
    return plan.cells[cell].values


def _talk(plan: Plan, values: Mapping[str, Any], talk: str | None) -> str:
    names = list(override(plan.scenario, values)["talks"])
    if talk is None and len(names) > 1:
        raise ConfigError(f"--talk: missing; name one of {', '.join(names)}")
    if talk is not None and talk not in names:
        raise unknown("--talk", talk, names, "talk")
    return talk or names[0]


def _scenario(plan: Plan, values: Mapping[str, Any], draw: int | str) -> tuple[Scenario, int]:
    """Build the scenario with the draw that is asked for, and give the draw's number."""
    said = override(plan.scenario, values)
    if isinstance(draw, int):
        game = _built(plan, said)
        if draw >= game.payoffs.draws:
            raise ConfigError(
                f"--draw {draw}: there are {game.payoffs.draws} draws, 0 to "
                f"{game.payoffs.draws - 1}; or write --draw {CENTRAL}"
            )
        return game, draw
    changes = dict(_ONE_DRAW)
    if said.get("economy") is not None:
        changes["economy.elasticity_draws"] = 1
    game = _built(plan, override(_central(said), changes))
    if game.payoffs.draws > 1:
        raise ConfigError(
            f"--draw {CENTRAL}: the payoffs are a table of {game.payoffs.draws} draws; "
            "name one of them, such as --draw 0"
        )
    return game, 0


def _built(plan: Plan, said: Mapping[str, Any]) -> Scenario:
    return Scenario.from_config(parse(said, plan.directory), plan.config.seed)


def _central(said: Any) -> Any:
    """Put the central value where a range stands."""
    if isinstance(said, Mapping):
        if {"low", "high"} <= set(said):
            return said.get("central", (said["low"] + said["high"]) / 2)
        return {key: _central(value) for key, value in said.items()}
    return said
