"""What a config switches on and nobody uses, or leaves unsaid: sentences for `plan` and `run`."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from experiments.design.plan import Plan
from sim.config import ScenarioConfig, override, parse
from sim.errors import TariffTalksError
from sim.scenario.players.registry import inside
from sim.scenario.players.seating import strategies_of
from sim.seats.strategy import BatchStrategy, Strategy, Wrapper
from sim.strategies import BUILT_IN

_TOLD_BY = (
    "countries",
    "payoffs",
    "strategies",
    "stances",
    "calendar",
    "threats",
    "shocks",
    "hub",
    "rules",
    "talks",
)
"""Beginnings of the swept paths on which the sentences depend."""

_MOST = 5
"""Cells that a sentence names."""

_OWN = (*BUILT_IN.values(), BatchStrategy, Strategy, Wrapper)


def idle(plan: Plan) -> list[str]:
    """Say what some cells of a plan switch on without anybody there who uses it."""
    alike: dict[str, list[int]] = {}
    for cell in plan.cells:
        told = {k: v for k, v in cell.values.items() if k.startswith(_TOLD_BY)}
        alike.setdefault(json.dumps(told, sort_keys=True, default=str), []).append(cell.index)
    found: dict[str, list[int]] = {}
    for numbers in alike.values():
        for sentence in _of(plan, numbers[0]):
            found.setdefault(sentence, []).extend(numbers)
    total = len(plan.cells)
    return [f"{sentence} ({_where(sorted(cells), total)})" for sentence, cells in found.items()]


def _of(plan: Plan, number: int) -> list[str]:
    """Give the sentences of a cell; one that cannot be read is among the failures."""
    cell = next(cell for cell in plan.cells if cell.index == number)
    try:
        config = parse(override(plan.scenario, cell.values), plan.directory)
        return [
            *_sentences(config),
            *_weightless(config),
            *_cooldowns(config, cell.labels),
        ]
    except TariffTalksError:
        return []


def _cooldowns(config: ScenarioConfig, swept: Iterable[str]) -> Iterator[str]:
    """Say of a swept cool-down that nothing is refused where silence leaves a request pending."""
    if any(config.rules_of(talk).silence == "refuse" for talk in config.talks):
        return
    for path in swept:
        if path.endswith("rules.cooldown"):
            yield (
                f"{path} is swept, but nothing is ever refused: a request that is not admitted "
                "stays pending; set rules.silence = 'refuse', or sweep something else"
            )


def _weightless(config: ScenarioConfig) -> Iterator[str]:
    """Say of a country at a table that it has no weights where the others have some."""
    said = config.payoffs.weights
    if config.payoffs.kind != "economy" or not said:
        return
    for country in dict.fromkeys([config.hub, *(t.partner for t in config.talks.values())]):
        if country not in said:
            yield (
                f"payoffs.weights.{country} is not said: {country} counts welfare alone, no deal "
                "costs it nothing beyond trade, and giving up a demand costs it nothing at home; "
                f"write a table [payoffs.weights.{country}] if it has such weights"
            )


def _sentences(config: ScenarioConfig) -> Iterator[str]:
    seats = strategies_of(config)
    if config.calendar.mode == "extension":
        hub = [made for (country, _), made in seats.items() if country == config.hub]
        if not any(_moves(made, "extender") for made in hub):
            yield (
                f"calendar.mode is 'extension', but no strategy of {config.hub} moves the "
                "deadline: wrap it in 'extender', or leave the mode 'hard'"
            )
    for name, threat in config.threats.items():
        mine = [made for (country, _), made in seats.items() if country == threat.by]
        if threat.active and not any(_moves(made, "threatener") for made in mine):
            yield (
                f"threats.{name} is active, but no strategy of {threat.by} makes it: wrap it in "
                "'threatener', or set active = false"
            )


def _moves(strategy: Any, mover: str) -> bool:
    """Tell whether a strategy, or one inside it, may make a side move of this kind.

    Of the strategies of the library only the mover does; of others those that write `side_move`.
    """
    if isinstance(strategy, BUILT_IN[mover]) or (type(strategy) not in _OWN and _writes(strategy)):
        return True
    return any(_moves(part, mover) for _, part in inside(strategy))


def _writes(strategy: Any) -> bool:
    given: Callable[..., Any] | None = getattr(type(strategy), "side_move", None)
    return given not in (
        None, Strategy.side_move, BatchStrategy.side_move, Wrapper.side_move,
    )  # fmt: skip


def _where(cells: list[int], total: int) -> str:
    if len(cells) == total:
        return "in every cell" if total > 1 else "in the only cell"
    named = ", ".join(map(str, cells[:_MOST]))
    more = f" and {len(cells) - _MOST} more" if len(cells) > _MOST else ""
    return f"in cell {named}{more}" if len(cells) == 1 else f"in cells {named}{more}"
