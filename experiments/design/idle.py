"""What a config says and nobody uses, or leaves unsaid: sentences for `plan` and `run`."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from experiments.design.designs import Said, counted, telling
from experiments.design.plan import Plan
from sim.config import ScenarioConfig, override, parse
from sim.config.schema.sentences import join
from sim.errors import TariffTalksError
from sim.protocol.reviews import TESTS
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

_ALMOST = 1e-9
"""Part of a day that is no more than the rounding of a number."""

_OWN = (*BUILT_IN.values(), BatchStrategy, Strategy, Wrapper)


def idle(plan: Plan) -> list[str]:
    """Say what some cells of a plan switch on without anybody there who uses it."""
    alike: dict[str, list[int]] = {}
    for cell in plan.cells:
        told = {k: v for k, v in cell.values.items() if k.startswith(_TOLD_BY)}
        alike.setdefault(json.dumps(told, sort_keys=True, default=str), []).append(cell.index)
    found: dict[str, list[int]] = {}
    for numbers in counted(list(alike.values()), "kinds of cells looked at"):
        for sentence in _of(plan, numbers[0]):
            found.setdefault(sentence, []).extend(numbers)
    total = len(plan.cells)
    found |= _unused(plan)
    return [f"{sentence} ({_where(sorted(cells), total)})" for sentence, cells in found.items()]


def _unused(plan: Plan) -> dict[str, list[int]]:
    """Say what is set, and means nothing in every cell that it is set in.

    What a swept value also sets comes along with it, and is not asked about.
    """
    cells = telling(plan.cells, plan.config.uncertainties)
    used: dict[tuple[str, str], str] = {}
    where: dict[tuple[str, str], list[int]] = {}
    for cell in counted(cells, "cells looked at"):
        swept = [each for each in cell.said if each.path in cell.labels and not each.left]
        said = [*plan.always, *swept]
        said = [each for each in said if _is_known(each.path) and used.get(_key(each), "?")]
        if not said:
            continue
        try:
            config = plan.said(cell)
        except TariffTalksError:
            continue
        for each in said:
            used[_key(each)] = _why(config, each.path)
            where.setdefault(_key(each), []).append(cell.index)
    everywhere = [cell.index for cell in plan.cells]
    return {
        f"{by}: sets {path}, which nobody looks at: {why}, or leave this out": (
            everywhere if len(where[by, path]) == len(cells) else where[by, path]
        )
        for (by, path), why in used.items()
        if why
    }


def _key(said: Said) -> tuple[str, str]:
    return said.by, said.path


def _of(plan: Plan, number: int) -> list[str]:
    """Give the sentences of a cell; one that cannot be read is among the failures."""
    cell = plan.cells[number]
    try:
        config = parse(override(plan.scenario, cell.values), plan.directory)
        return [
            *_sentences(config),
            *_weightless(config),
            *_of_one_level(config),
            *_within_a_round(config),
        ]
    except TariffTalksError:
        return []


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


def _of_one_level(config: ScenarioConfig) -> Iterator[str]:
    """Say of an issue that it has one level, so that nothing of it can be agreed."""
    for name, talk in config.talks.items():
        for kind, does, issues in (
            ("measures", "lowers", talk.measures),
            ("concessions", "gives", talk.concessions),
        ):
            for key, issue in issues.items():
                if len(issue.levels) == 1:
                    ruled = kind == "measures" and key in config.names(
                        config.rules_of(name).review, name
                    )
                    still = "; the rule names it all the same, and waits for its review" * ruled
                    yield (
                        f"talks.{name}.{kind}.{key} has one level, {issue.levels[0]:g}, so that no "
                        f"package {does} it and it is no issue{still}; give it a second level"
                        + (", or name the other measures in rules.review" if ruled else "")
                    )


def _within_a_round(config: ScenarioConfig) -> Iterator[str]:
    """Say what is done about a deadline that falls within a round: the talks end before it."""
    calendar = config.calendar
    if calendar.deadline is None or calendar.start is None:
        return
    played = calendar.rounds * calendar.days_per_round
    left = (calendar.deadline - calendar.start).days - played
    if left > _ALMOST:
        yield (
            f"calendar.deadline, {calendar.deadline}, falls within a round of "
            f"{calendar.days_per_round:g} days and is rounded down: the last of {calendar.rounds} "
            f"rounds ends on {calendar.start + timedelta(played)}, and nothing is played after it; "
            "other calendar.days_per_round may fit"
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


Reason = Callable[[ScenarioConfig, Sequence[str]], str]
"""Why nobody looks at a setting, and the way out; empty if somebody may."""


def _why(config: ScenarioConfig, path: str) -> str:
    """Say why a setting means nothing in a scenario, and the way out; empty if it may.

    Args:
        config: the scenario.
        path: dotted path of the setting, maybe with stars.
    """
    keys = path.split(".")
    found = (why(config, keys) for pattern, why in _LOOKED_AT if _fits(path, pattern))
    return next(filter(None, found), "")


def _is_known(path: str) -> bool:
    """Tell whether a setting is one that something else may switch off."""
    return any(_fits(path, pattern) for pattern, _ in _LOOKED_AT)


def _fits(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) and not path.endswith(".active")


def _mode(wanted: str) -> Reason:
    def why(config: ScenarioConfig, keys: Sequence[str]) -> str:
        mode = config.calendar.mode
        out = f"calendar.mode is '{mode}'; set calendar.mode = '{wanted}'"
        return "" if mode == wanted else out

    return why


def _of_rules(why: Callable[[ScenarioConfig, str], str]) -> Reason:
    """Give why a rule means nothing in any of the talks that it is said of."""

    def of_all(config: ScenarioConfig, keys: Sequence[str]) -> str:
        key, talks = keys[-1], list(config.talks)
        if keys[0] == "rules":
            talks = [name for name in talks if getattr(config.talks[name].rules, key) is None]
        elif keys[1] != "*":
            talks = [keys[1]]
        reasons = [why(config, name) for name in talks]
        return reasons[0] if reasons and all(reasons) else ""

    return of_all


def _period(config: ScenarioConfig, talk: str) -> str:
    test = config.rules_of(talk).test
    waits = TESTS[test].exchange
    out = f"rules.test is '{test}', by which nothing has to be open for a period; set another test"
    return "" if waits else out


def _cooldown(config: ScenarioConfig, talk: str) -> str:
    if config.rules_of(talk).silence == "refuse":
        return _scope(config, talk)
    return (
        "nothing is ever refused, as a request that is not admitted stays pending; set "
        "rules.silence = 'refuse'"
    )


def _scope(config: ScenarioConfig, talk: str) -> str:
    out = "rules.scope is false, and every measure is open from the start; set rules.scope = true"
    return "" if config.rules_of(talk).scope else out


def _clause(config: ScenarioConfig, talk: str) -> str:
    out = "there is one talk, and nobody to be compared with; add a talk"
    return out if len(config.talks) == 1 and config.rules_of(talk).clause else ""


def _inactive(depth: int) -> Reason:
    """Give why settings of tables, so many keys deep, that are switched off mean nothing."""

    def why(config: ScenarioConfig, keys: Sequence[str]) -> str:
        held = list(_tables("", config.model_dump(), keys[:depth]))
        off = [path for path, table in held if not table.get("active", True)]
        out = f"{off[0]} is not active; set {off[0]}.active = true" if off else ""
        return out if len(off) == len(held) else ""

    return why


def _tables(path: str, here: Any, keys: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the tables at a path that may have stars, each with its path."""
    if not isinstance(here, Mapping):
        return
    if not keys:
        yield path, here
        return
    for key in here if keys[0] == "*" else (keys[0],):
        yield from _tables(join(path, key), here.get(key), keys[1:])


def _common(config: ScenarioConfig, keys: Sequence[str]) -> str:
    several = sum(shock.active for shock in config.shocks.values()) > 1
    return "" if several else "fewer than two shocks are active; set active = true for two of them"


def _sampling(config: ScenarioConfig, keys: Sequence[str]) -> str:
    out = "payoffs.draws names a file that lists the draws; give their number instead"
    return out if config.draws_file is not None else ""


def _audience(config: ScenarioConfig, keys: Sequence[str]) -> str:
    """Nobody can drop a rule that is none."""
    talks = [name for name, talk in config.talks.items() if keys[2] in ("*", talk.partner)]
    ruled = any(config.names(config.rules_of(name).review, name) for name in talks)
    return "" if ruled else "rules.review is 'none' there, so that nothing can be dropped; set it"


_LOOKED_AT: tuple[tuple[str, Reason], ...] = (
    ("calendar.overtime", _mode("overtime")),
    ("calendar.extension", _mode("extension")),
    ("calendar.extensions", _mode("extension")),
    ("payoffs.weights.*.extension", _mode("extension")),
    ("payoffs.weights.*.audience", _audience),
    ("payoffs.sampling", _sampling),
    ("*rules.period", _of_rules(_period)),
    ("*rules.cooldown", _of_rules(_cooldown)),
    ("*rules.silence", _of_rules(_scope)),
    ("*rules.moves", _of_rules(_scope)),
    ("*rules.clause", _of_rules(_clause)),
    ("shocks.*.*", _inactive(2)),
    ("threats.*.*", _inactive(2)),
    ("links.back_channel.*", _inactive(2)),
    ("ratification.*.*.*", _inactive(3)),
    ("common_factor", _common),
)
"""By pattern of a path why what stands there may mean nothing."""
