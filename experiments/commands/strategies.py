"""The command `strategies`: the catalogue, and how a strategy concedes."""

from dataclasses import asdict
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from experiments.commands.arguments import changes
from experiments.commands.as_json import Json, as_json
from sim.errors import ConfigError
from sim.scenario.players import catalogue
from sim.seats.strategy import BatchStrategy, Strategy

if TYPE_CHECKING:
    import pandas as pd

Parameters = Annotated[tuple[str, ...], Parameter(name="--set", metavar="PARAMETER=VALUE")]

WIDEST = 130


def strategies(
    name: str | None = None,
    /,
    *,
    plot: Annotated[Path | None, Parameter(metavar="FILE")] = None,
    parameters: Parameters = (),
    json: Json = None,
) -> int:
    """List the strategies that have a name, or describe one.

    Examples:
      tariff-talks strategies
      tariff-talks strategies boulware
      tariff-talks strategies accept.combi
      tariff-talks strategies boulware --set e=0.5 --plot boulware.png

    Args:
        name: a strategy (a name, file.py:Class or module:Class), or a component such as
            accept.combi
        plot: draw how it concedes
        parameters: a parameter of the strategy, as in a config
        json: where the numbers are told
    """
    with as_json(json) as told:
        width = min(get_terminal_size().columns, WIDEST)
        if name is None:
            if plot or parameters:
                raise ConfigError("strategies: name a strategy to plot or to set a parameter of")
            parts = [each for some in catalogue.components().values() for each in some]
            every = [*catalogue.strategies(), *parts]
            told["strategies"] = [_plainly(each) for each in every]
            print(*catalogue.listing(width), sep="\n")
            return 0
        found = catalogue.find(name)
        told |= _plainly(found)
        print(*catalogue.described(found, width), sep="\n")
        if plot:
            if not issubclass(found.cls, Strategy | BatchStrategy):
                raise ConfigError(
                    f"--plot {plot}: {name} is a component; it concedes nothing by itself"
                )
            _plot(name, changes(parameters), plot)
        elif parameters:
            raise ConfigError("--set: changes what is plotted; give --plot FILE too")
    return 0


def _plainly(found: catalogue.CatalogueEntry) -> dict[str, Any]:
    """Give what is told as JSON of a strategy or component."""
    told = asdict(found)
    del told["cls"]
    return told | {"kind": found.kind}


def _plot(name: str, given: dict[str, Any], path: Path) -> None:
    from experiments.figures import concession
    from experiments.figures.canvas import style
    from experiments.runs.dispatch import apart
    from experiments.runs.play import strangers
    from sim.testing.building import build

    kinds = concession.SUFFIXES
    if path.suffix.lower() not in kinds:
        raise ConfigError(f"--plot {path}: the name ends in none of {', '.join(kinds)}")
    strategy = build(name, given)
    played = strangers({"strategies": {"name": name, **given}})
    table = apart(played, _conceded, name, given) if played else concession.numbers(strategy)
    with style():
        concession.draw(name, strategy, table).savefig(path)
    print(f"\n{path}")


def _conceded(name: str, given: dict[str, Any]) -> "pd.DataFrame":
    from experiments.figures import concession
    from sim.testing.building import build

    return concession.numbers(build(name, given))
