"""The command `domain`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

from cyclopts import Parameter

from experiments.commands.arguments import Changes, Flat, load, reads
from experiments.commands.as_json import Json, as_json
from experiments.design.plan import Plan
from experiments.tariffs.domain_report import WIDTH, report
from sim import Scenario
from sim.config import override, parse
from sim.config.schema.sentences import unknown
from sim.config.shipped import domain_folder
from sim.domains import FILES, FORMS, Domain, Export, Form, analyse, export, read, write
from sim.domains.domain import SIDES
from sim.errors import ConfigError

CENTRAL = "central"
"""The draw in which every uncertain number has its central value."""

_ONE_DRAW = {"payoffs.draws": 1, "payoffs.replications": 1}


def draw_number(word: str) -> int | str:
    """Read the number of a draw, or that every number is at its central value."""
    if word == CENTRAL:
        return word
    if not word.isdecimal():
        raise ValueError(f"{word} is neither '{CENTRAL}' nor a number from 0")
    return int(word)


@dataclass(frozen=True)
class Written:
    """Which talk is written, and how.

    Attributes:
        out: directory of the two files
        talk: name of the talk, if there are several
        cell: number of the cell
        draw: number of the draw of the payoffs, or 'central' (all at their central values)
        form: of the files
        additive: keep every issue by itself, an approximation
    """

    out: Path | None = None
    talk: str | None = None
    cell: int = 0
    draw: Annotated[int | str, reads(draw_number, "DRAW")] = CENTRAL
    form: Form = FORMS[0]
    additive: bool = False


_NOTHING = Written()


def domain(
    first: Annotated[Path, Parameter(name="FILE")],
    second: Annotated[Path | None, Parameter(name="SECOND")] = None,
    /,
    *,
    changes: Changes = (),
    written: Annotated[Written, Flat] = _NOTHING,
    json: Json = None,
) -> int:
    """Describe a negotiation domain, or write a talk as one.

    Two profiles are described; the talk of an experiment config is written as two profiles. An
    example that comes with the package is named without a path: harbour, orchard, two_tariffs.

    Examples:
      tariff-talks domain profileA.json profileB.json
      tariff-talks domain configs/quickstart.toml --out harbour --talk TALK
      tariff-talks domain configs/quickstart.toml --out harbour --form geniusweb

    Args:
        first: profile of side A (JSON), an experiment config, or a directory with two profiles
        second: profile of side B (JSON)
        changes: a key of the config (worlds, seed, …) or a dotted path of the scenario
        written: which talk is written, and how
        json: where the numbers are told
    """
    folder = domain_folder(first)
    if folder.is_dir() and second is None:
        first, second = folder / FILES[0], folder / FILES[1]
    with as_json(json) as told:
        if second is not None:
            if changes or written != _NOTHING:
                raise ConfigError(
                    f"{second}: two profiles are described, and nothing is set or written; to "
                    "write a talk name one experiment config"
                )
            found = read(first, second)
        else:
            if written.out is None:
                raise ConfigError(
                    f"{first}: name the profile of side B as well; or, to write the talk of an "
                    "experiment config, --out and a directory"
                )
            found = _export(load(first, changes), written, written.out)
        print(report(found), end="")
        told |= _plainly(found)
    return 0


def _plainly(domain: Domain) -> dict[str, Any]:
    """Give what is told as JSON of a domain."""
    found = analyse(domain)
    weights = [
        {issue: profile.weights[issue] for issue in domain.issues} for profile in domain.profiles
    ]
    solutions = {
        name: {
            "package": dict(domain.decode(package)),
            "utilities": domain.utilities[package].tolist(),
        }
        for name, package in found.solutions.items()
        if package >= 0
    }
    return {
        "name": domain.name,
        "packages": domain.size,
        "weights": dict(zip(SIDES, weights, strict=True)),
        "reservation": [float(value) for value in found.reservation],
        "opposition": float(found.opposition),
        "frontier": len(found.frontier),
        "acceptable": int(found.acceptable),
        "solutions": solutions,
    }


def _export(plan: Plan, written: Written, out: Path) -> Domain:
    """Write the talk of a config as a domain, say what was written, and give it."""
    for name in FILES:
        if (out / name).exists():
            raise ConfigError(f"--out {out}: there is a {name} already; name another directory")
    values = _values(plan, written.cell)
    talk = _talk(plan, values, written.talk)
    scenario, number = _scenario(plan, values, written.draw)
    made = export(scenario, talk, number, additive=written.additive)
    print(*write(made.domain, out, written.form), sep="\n")
    for note in _notes(scenario, talk, made, written.additive):
        print(*wrap(note, WIDTH), sep="\n")
    print()
    return made.domain


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
