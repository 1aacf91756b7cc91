"""What is said for all is played by somebody: else it is named what covers it, and the way out."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.design.plan import Plan
from sim.config import ScenarioConfig, parse, read_scenario
from sim.errors import ConfigError
from sim.scenario.economy import trade_data
from tests.examples import fewer
from tests.experiments.design.test_said_properties import (
    BASE,
    COUNTRIES,
    TALKS,
    folder,
    planned,
    played,
)
from tests.experiments.small import SCENARIO, load

__all__ = ["folder"]

OWN = '"talks.east.rules.period" = 2\n"talks.west.rules.period" = 3\n'
LOST = (
    "{} sets rules.period to 5, but nobody plays that: talks.east.rules.period is 2, "
    "talks.west.rules.period is 3; set talks.*.rules.period, or leave out those of the talks"
)
SEES = (
    '"links.sees.hub.east.level" = "terms"\n"links.sees.hub.west.level" = "outcome"\n'
    '"links.sees.east.west.level" = "terms"\n"links.sees.west.east.level" = "terms"\n'
)
STANCE = '\n[stances.hub.soft]\nstrategy = { name = "boulware", exponent = 0.9 }\n'


def refused(directory: Path, more: str, scenario: str = SCENARIO, **changes: Any) -> str:
    """Give the sentence that an experiment is refused with."""
    with pytest.raises(ConfigError) as caught:
        load(directory, more, scenario, **changes)
    return str(caught.value)


# --- by name -----------------------------------------------------------------------------------


def test_a_change_for_all_talks_beside_one_of_each_is_refused(tmp_path):
    changes = {"rules.period": 5}
    assert refused(tmp_path, "[overrides]\n" + OWN, **changes) == LOST.format("--set rules.period:")
    per_talk = SCENARIO.replace("[talks.east]", "[talks.east]\nrules = { period = 2 }")
    per_talk = per_talk.replace("[talks.west]", "[talks.west]\nrules = { period = 3 }")
    assert refused(tmp_path, "", per_talk, **changes) == LOST.format("--set rules.period:")
    starred = '[overrides]\n"talks.*.rules.period" = 2\n'
    assert "talks.west.rules.period is 2" in refused(tmp_path, starred, **changes)


def test_it_is_refused_in_a_sweep_and_among_overrides_too(tmp_path):
    assert refused(tmp_path, f'[overrides]\n{OWN}[sweep]\n"rules.period" = [5]\n') == LOST.format(
        "sweep.rules.period:"
    )
    assert refused(tmp_path, f'[overrides]\n"rules.period" = 5\n{OWN}') == LOST.format(
        "overrides.rules.period:"
    )
    also = '[sweep]\n"rules.review" = [{ value = "all", label = "a", also = { rules.period = 5 } }]'
    assert "sweep.rules.review: sets rules.period to 5" in refused(
        tmp_path, f"[overrides]\n{OWN}{also}\n"
    )


def test_it_is_played_where_a_talk_or_a_cell_has_none_of_its_own(tmp_path):
    load(tmp_path, '[overrides]\n"talks.east.rules.period" = 2\n', **{"rules.period": 5})
    load(tmp_path, '[overrides]\n"talks.*.rules.period" = 5\n', **{"rules.period": 5})
    swept = """
    [overrides]
    "rules.period" = 5
    [sweep]
    "rules.review" = ["all", { value = "none", label = "b", also = { "talks.*.rules.period" = 2 } }]
    """
    load(tmp_path, swept)
    assert "sets rules.period to 5" in refused(tmp_path, swept, **{"rules.period": 5})


def test_what_everybody_sees_is_refused_where_everybody_sees_something_else(tmp_path):
    assert refused(tmp_path, "[overrides]\n" + SEES, **{"links.level": "nothing"}) == (
        "--set links.level: sets links.level to 'nothing', but nobody plays that: "
        "links.sees.hub.east.level is 'terms', links.sees.hub.west.level is 'outcome', "
        "links.sees.east.west.level is 'terms' and 1 more; set links.sees.*.*.level, or leave "
        "out what each of them sees"
    )
    but_one = SEES.rpartition('"links.sees.west')[0]
    load(tmp_path, "[overrides]\n" + but_one, **{"links.level": "nothing"})


def test_a_band_is_refused_where_every_strategy_has_its_own(tmp_path):
    bands = '[overrides]\n"strategies.hub.inner.band" = 0.1\n"strategies.east.band" = 0.2\n'
    load(tmp_path, bands, **{"payoffs.band": 0.3})
    west = '"strategies.west.band" = 0.3\n'
    assert refused(tmp_path, bands + west, **{"payoffs.band": 0.5}) == (
        "--set payoffs.band: sets payoffs.band to 0.5, but nobody plays that: "
        "strategies.hub.east.inner.band is 0.1, strategies.east.east.band is 0.2, "
        "strategies.hub.west.inner.band is 0.1 and 1 more; set the bands of the strategies, or "
        "leave them out"
    )


def test_a_stance_that_nobody_plays_is_refused(tmp_path):
    scenario, path = SCENARIO + STANCE, "stances.hub.soft.strategy.exponent"
    assert refused(tmp_path, "", scenario, **{path: 0.5}) == (
        f"--set {path}: sets {path} to 0.5, but hub plays the stance 'soft' in no cell; let "
        "strategies.hub name it, or leave this out"
    )
    for sweep in ('["soft", "linear"]', '[{ name = "wait_and_see", inner = "soft" }]'):
        load(tmp_path, f'[sweep]\n"strategies.hub" = {sweep}\n', scenario, **{path: 0.5})


REAL = Path(__file__).parents[3] / "configs" / "scenarios" / "us_japan_korea_2025.toml"
OTHERS = "economy.third_country.others"


def third(changes: dict[str, Any], *left: str, sweep: dict[str, Any] | None = None) -> Plan:
    """Give the plan of the real scenario with rates for every region by name, but for some."""
    scenario = read_scenario(REAL)
    regions = trade_data(parse(scenario, REAL.parent))[0].regions
    rates = {name: {"cars": 5} for name in (*regions, "others") if name not in ("USA", *left)}
    said = {"name": "a", "scenario": scenario, "directory": str(REAL.parent), "worlds": 1}
    scenario["economy"]["third_country"] = rates
    said |= {"sweep": sweep or {}}
    return Plan.of(said, REAL.parent, changes)


def test_rates_of_others_are_refused_where_every_region_has_its_own() -> None:
    some = ("JPN", "KOR")
    with pytest.raises(ConfigError) as caught:
        third({f"{OTHERS}.cars": 30}, *some)
    said = str(caught.value)
    assert said.startswith(f"--set {OTHERS}.cars: sets {OTHERS}.cars to 30, but nobody plays that")
    assert "countries.usa.region is 'USA'" in said
    assert said.endswith("; leave a region out of those that are named")
    with pytest.raises(ConfigError, match=r"^sweep.economy.third_country.others.cars: sets"):
        third({}, *some, sweep={f"{OTHERS}.cars": [20, 30]})
    table = {"CHN": {"cars": 5}, "others": {"cars": 30}}
    assert third({"economy.third_country": table}, *some).cells
    regions = trade_data(parse(read_scenario(REAL), REAL.parent))[0].regions
    named = {name: {"cars": 5} for name in (*regions, "others") if name not in ("USA", *some)}
    with pytest.raises(ConfigError, match=r"^--set economy.third_country: sets"):
        third({"economy.third_country": named}, *some)
    assert third({f"{OTHERS}.cars": 30}, *some, "MEX").cells
    with pytest.raises(ConfigError, match=r"nobody plays that: countries.japan.region is 'JPN'"):
        third({"economy.third_country.JPN.cars": 7}, "KOR", "MEX")


# --- as a property -----------------------------------------------------------------------------


def effective(config: ScenarioConfig) -> dict[str, Any]:
    """Write out what seats and talks play, with no word left that others may cover."""
    said = config.model_dump(exclude={"rules", "stances", "positions", "strategies", "links"})
    for name, talk in said["talks"].items():
        own = talk.pop("rules")
        usual = config.rules.model_dump()
        talk["rules"] = {k: usual[k] if own.get(k) is None else own[k] for k in usual}
        for country in ("hub", talk["partner"]):
            talk[country] = [
                config.position(country, name),
                _banded(config.said_strategy(country, name)[1], said["payoffs"]["band"]),
            ]
    said["payoffs"].pop("band")
    links = config.links.model_dump()
    for country in COUNTRIES:
        for talk in (each for each in TALKS if each != country):
            sight = dict(links["sees"].get(country, {}).get(talk, {"level": None}))
            sight["level"] = sight["level"] or links["level"]
            said[f"{country} sees {talk}"] = sight
    return said | {"file": str(config.draws_file)}


def _banded(strategy: Any, band: float | None) -> Any:
    """Write the band of a scenario into the strategies, those inside others too, that say none."""
    table = dict(strategy) if isinstance(strategy, dict) else {"name": strategy}
    for key in {"inner", "offer"} & set(table):
        table[key] = _banded(table[key], band)
    return {"band": band} | table if table.get("name") != "scope_refuser" else table


KINDS: dict[str, tuple[list[Any], dict[str, list[Any]]]] = {
    "rules.period": ([5, 6], {
        "talks.east.rules.period": [2, 5], "talks.west.rules.period": [2, 3],
        "talks.*.rules.period": [2, 3],
    }),
    "rules.review": (["all", ["cars"]], {
        "talks.east.rules.review": ["none"], "talks.west.rules.review": ["none", ["metals"]],
        "talks.*.rules.review": ["none"],
    }),
    "links.level": (["nothing", "offers"], {
        "links.sees.hub.*.level": ["terms"], "links.sees.east.west.level": ["terms"],
        "links.sees.*.*.level": ["terms", "outcome"], "links.sees.west.east.level": ["outcome"],
    }),
    "payoffs.band": ([0.3, 0.5], {
        "strategies.hub.inner.band": [0.1], "strategies.east.band": [0.2],
        "strategies.west.band": [0.2, 0.3], "strategies.*.band": [0.4],
    }),
    "stances.hub.soft.strategy.exponent": ([0.5, 0.6], {
        "strategies.hub": ["soft", "late", "linear"], "stances.hub.late.strategy.inner": ["linear"],
    }),
}  # fmt: skip
"""By default two values, and what may cover it."""

PLACES = ("overrides", "sweep", "also", "set", "nowhere")


@st.composite
def covering(draw: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A default, an experiment in which more specific values stand in some places, and changes."""
    path = draw(st.sampled_from(sorted(KINDS)))
    config: dict[str, Any] = {"name": "random", "scenario": deepcopy(BASE), "worlds": 2}
    config |= {"overrides": {}, "sweep": {}}
    also, changes = dict[str, Any](), dict[str, Any]()
    places = {"overrides": config["overrides"], "also": also, "set": changes}
    for each, values in KINDS[path][1].items():
        place = draw(st.sampled_from(PLACES))
        if place == "sweep":
            config["sweep"][each] = values
        elif place != "nowhere":
            places[place][each] = draw(st.sampled_from(values))
    if also:
        with_also = {"value": ["metals"], "label": "with", "also": also}
        config["sweep"]["positions.hub"] = [["cars"], with_also]
    return path, config, changes


@pytest.mark.slow
@fewer(1)
@given(covering())
def test_another_value_for_all_plays_another_game_in_every_cell(
    folder: Path, experiment: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    path, config, changes = experiment
    plans = [planned(config, {**changes, path: value}, folder) for value in KINDS[path][0]]
    if None in plans:
        return
    one, two = ([effective(game) for game in played(plan)] for plan in plans if plan)
    assert len(one) == len(two)
    apart = [a != b for a, b in zip(one, two, strict=True)]
    assert any(apart) if path.startswith("stances") else all(apart)


@pytest.mark.slow
@fewer(1)
@given(covering(), st.sampled_from(("sweep", "overrides")))
def test_another_value_for_all_in_a_config_plays_another_game(
    folder: Path, experiment: tuple[str, dict[str, Any], dict[str, Any]], place: str
) -> None:
    path, config, changes = experiment
    values = KINDS[path][0]
    if place == "overrides":
        each = [deepcopy(config) for _ in values]
        for one, value in zip(each, values, strict=True):
            one["overrides"][path] = value
        plans = [planned(one, changes, folder) for one in each]
        if None not in plans:
            first, second = (list(map(effective, played(plan))) for plan in plans if plan)
            assert any(a != b for a, b in zip(first, second, strict=True))
        return
    config["sweep"][path] = values
    plan = planned(config, changes, folder)
    cells = list(zip(plan.cells, map(effective, played(plan)), strict=True)) if plan else []
    pairs = [
        (game, other)
        for one, game in cells
        for two, other in cells[one.index + 1 :]
        if [p for p in one.labels if one.labels[p] != two.labels[p]] == [path]
    ]
    apart = [game != other for game, other in pairs]
    assert not apart or (any(apart) if path.startswith("stances") else all(apart))
