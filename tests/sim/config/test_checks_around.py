"""What a config says of all that is around the tables: read, switched on, and told if wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import Scenario
from sim.config import override, parse, read_scenario
from sim.errors import ConfigError
from sim.protocol.threats import Unless
from sim.seats.views.visibility import Visibility
from tests.sim.config.test_config import BASE, GIVEN, changed, said

SCENARIOS = Path(__file__).parents[3] / "configs" / "scenarios"

SHOCK = {"effects": {"hub": -2}, "hazard": 0.1}
THREAT = {"by": "east", "shock": "sell", "hazard": 0.2}

BAD: list[tuple[str, Any, str]] = [
    (
        "countries.hub.discount",
        0,
        "countries.hub.discount: 0 is out of range; it has to be more than 0",
    ),
    ("calendar.overtime", 0, "calendar.overtime: 0 is out of range; it has to be at least 1"),
    ("rules.moves", 0, "rules.moves: 0 is out of range; it has to be at least 1"),
    ("rules.breakdown", 1, "rules.breakdown: 1 is out of range; it has to be less than 1"),
    ("rules.clause", "isue", "rules.clause: 'isue' is neither true, false nor 'issue'"),
    ("rules.claus", True, "rules.claus: there is no key 'claus'; did you mean 'clause'?"),
    (
        "ratification.north",
        {},
        "ratification.north: there is no country 'north'; there is hub, east, west",
    ),
    (
        "ratification.east.house",
        {"treshold": 1},
        "ratification.east.house.treshold: there is no key 'treshold'; did you mean 'threshold'?",
    ),
    (
        "ratification.east.house",
        {"announced": "yes"},
        "ratification.east.house.announced: 'yes' is neither true nor false",
    ),
    (
        "ratification.east.house.events.vote",
        {"shift": 1},
        "ratification.east.house.events.vote.date: missing; "
        "give the day from which the shift holds",
    ),
    ("shocks.sell", {}, "shocks.sell.effects: missing; give a table of effects by country"),
    (
        "shocks.sell",
        {"effects": {"north": -2}, "hazard": 0.1},
        "shocks.sell.effects.north: there is no country 'north'; there is hub, east, west",
    ),
    (
        "shocks.sell",
        {"effects": {"hub": -2}},
        "shocks.sell: never strikes; give it a hazard, a date, or a threat",
    ),
    (
        "shocks",
        {f"s{k}": SHOCK for k in range(9)},
        "shocks: 9 are too many; give at most 8, and put those that come together into one",
    ),
    (
        "threats.card",
        THREAT,
        "threats.card.shock: there is no shock 'sell'; there is none here",
    ),
    (
        "links.sees",
        {"east": {"west": "rumours"}},
        "links.sees.east.west.level: 'rumours' is not one of nothing, outcome, terms, offers",
    ),
    (
        "links.sees",
        {"east": {"east": "terms"}},
        "links.sees.east.east: east sits in this talk; leave it out",
    ),
    (
        "links.back_channel",
        {"partners": ["east"]},
        "links.back_channel.partners: a channel is between two partners at least",
    ),
    (
        "links.back_channel",
        {"partners": ["east", "hub"]},
        "links.back_channel.partners: there is no partner 'hub'; there is east, west",
    ),
    (
        "links.back_channel",
        {"partners": ["east", "west"], "ceiling": {"car": 15}},
        "links.back_channel.ceiling.car: there is no goods group 'car'; did you mean 'cars'?",
    ),
    (
        "talks.east.measures.cars.path",
        {"later": {"announced": "2025-06-01", "level": 10}},
        "talks.east.measures.cars.path.later.level: 10 is below the level 15 on offer; "
        "without a deal the rate is never lower than with one",
    ),
    (
        "payoffs.weights.east.extension",
        1,
        "payoffs.weights.east.extension: only the hub has one; leave it out",
    ),
]


@pytest.mark.parametrize(("path", "value", "sentence"), BAD)
def test_what_is_wrong_is_one_sentence(path: str, value: Any, sentence: str) -> None:
    assert said(parse, changed(BASE, path, value)) == sentence


def test_a_threat_needs_a_shock_that_can_strike() -> None:
    config = changed(
        changed(BASE, "shocks.sell", SHOCK | {"active": False}), "threats.card", THREAT
    )
    assert said(parse, config) == (
        "threats.card.shock: 'sell' is not active; set shocks.sell.active = true"
    )


def test_dates_need_a_first_day() -> None:
    config = changed(BASE, "calendar.start", None)
    dated = changed(config, "shocks.sell", SHOCK | {"date": "2025-06-01"})
    assert said(parse, dated) == (
        "calendar.start: missing; shocks.sell.date is 2025-06-01, so the first round needs a day"
    )


def test_a_clause_as_an_issue_needs_another_partner_and_its_name() -> None:
    alone = changed(changed(BASE, "talks.west", None), "countries.west", None)
    alone = changed(changed(alone, "strategies.west", None), "rules.clause", "issue")
    assert said(parse, alone) == (
        "rules.clause: 'issue' in talk east, the only one; a most-favoured clause needs another "
        "partner to compare with: leave it out"
    )
    taken = changed(
        BASE, "talks.east.concessions.clause", {"levels": [0, 1], "worth": 1, "cost": 1}
    )
    assert said(parse, changed(taken, "talks.east.rules.clause", "issue")) == (
        "talks.east.concessions.clause: the clause is an issue of this talk and has this name; "
        "give 'clause' another one"
    )


def test_a_clause_and_a_path_need_an_economy() -> None:
    assert said(parse, changed(GIVEN, "rules.clause", True)) == (
        "rules.clause: a most-favoured clause changes rates that are not in a table of given "
        "payoffs; it needs payoffs.kind = 'economy'"
    )


GAME = changed(GIVEN, "strategies", {"hub": "linear", "east": "linear"})


def game(**changes: Any) -> Scenario:
    return Scenario.from_config(parse(override(GAME, changes)))


def test_by_default_nothing_is_around_the_tables() -> None:
    around = game().surroundings
    assert around.sights == {}
    assert around.ratifiers == {"east": ()}
    assert (around.shocks, around.threats, around.announcements) == ((), (), ())


def test_ratifiers_and_shocks_reach_the_talks() -> None:
    config = changed(GAME, "ratification", {"east": {"house": {"threshold": 2, "delay": 3}}})
    config = changed(
        config, "shocks", {"sell": SHOCK | {"rounds": 4}, "off": SHOCK | {"active": False}}
    )
    config = changed(config, "threats", {"card": THREAT | {"cost": 0.5}})
    made = Scenario.from_config(parse(config))
    (ratifier,) = made.surroundings.ratifiers["east"]
    assert (ratifier.country, ratifier.delay, ratifier.threshold.tolist()) == ("east", 3, [2.0])
    (shock,) = made.surroundings.shocks
    assert (shock.name, shock.hazard, shock.rounds) == ("sell", 0.1, 4)
    assert made.payoffs.shocks[0].tolist() == [[-2.0]], "a whole year: the calendar has no dates"
    assert made.payoffs.shocks[1].tolist() == [[0.0]]
    (threat,) = made.surroundings.threats
    assert (threat.country, threat.shock, threat.hazard) == ("east", 0, 0.2)
    assert made.surroundings.threat_cost.tolist() == [[0.5]]


def test_with_dates_a_shock_counts_for_its_share_of_the_year() -> None:
    config = changed(GAME, "shocks", {"sell": SHOCK | {"rounds": 73}})
    dated = {"start": "2025-05-04", "days_per_round": 2, "rounds": 4}
    config = changed(config, "calendar", dated)
    (effects, *_) = Scenario.from_config(parse(config)).payoffs.shocks
    assert effects.tolist() == [[-2.0 * 146 / 365]]
    longer = changed(config, "shocks", {"sell": SHOCK | {"rounds": 400}})
    (effects, *_) = Scenario.from_config(parse(longer)).payoffs.shocks
    assert effects.tolist() == [[-2.0]], "never more than a year"


def test_outside_options_and_discounts_reach_the_talks() -> None:
    made = game(**{"countries.hub.discount": 0.9, "payoffs.weights.east.outside": 1.25})
    assert made.surroundings.discounts["hub"] == 0.9
    assert made.payoffs.outside[1][0].tolist() == [1.25]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    return read_scenario(SCENARIOS / "us_japan_korea_2025.toml")


def built(shipped: dict[str, Any], changes: dict[str, Any]) -> Scenario:
    few = {"payoffs.draws": 2, "economy.elasticity_draws": 1}
    return Scenario.from_config(parse(override(shipped, few | changes), SCENARIOS))


ONE_LINE: dict[str, tuple[dict[str, Any], Any]] = {
    "overtime": ({"calendar.mode": "overtime"}, lambda g: g.calendar.after == 10),
    "extension": ({"calendar.mode": "extension"}, lambda g: g.calendar.last == 48),
    "ratification": (
        {"ratification.*.*.active": True},
        lambda g: [len(r) for r in g.surroundings.ratifiers.values()] == [2, 1],
    ),
    "shocks": ({"shocks.*.active": True}, lambda g: len(g.surroundings.shocks) == 2),
    "breakdown": ({"rules.breakdown": 0.01}, lambda g: g.talks[0].breakdown == 0.01),
    "clause": ({"rules.clause": True}, lambda g: all(t.clause for t in g.talks)),
    "clause as an issue": (
        {"talks.japan.rules.clause": "issue"},
        lambda g: [t.space.clause for t in g.talks] == [5, None] and not g.talks[0].clause,
    ),
    "moves": ({"rules.moves": 1}, lambda g: g.talks[1].moves == 1),
    "links off": (
        {"links.level": "nothing"},
        lambda g: set(g.surroundings.sights.values()) == {Visibility("nothing")},
    ),
    "a lag": (
        {"links.sees.japan.korea": {"level": "offers", "lag": 2}},
        lambda g: g.surroundings.sights == {("japan", "korea"): Visibility("offers", 2)},
    ),
    "a lag alone leaves what is seen": (
        {"links.sees.usa.korea": {"lag": 1}, "links.sees.japan.korea": {"lag": 2}},
        lambda g: (
            g.surroundings.sights
            == {
                ("usa", "korea"): Visibility("offers", 1),
                ("japan", "korea"): Visibility("terms", 2),
            }
        ),
    ),
    "a lag alone leaves what is seen by all": (
        {"links.level": "outcome", "links.sees.usa.korea": {"lag": 1}},
        lambda g: g.surroundings.sight("usa", "korea", hub=True) == Visibility("outcome", 1),
    ),
    "back-channel": (
        {"links.back_channel.active": True},
        lambda g: [0 if t.barred is None else t.barred.mean() for t in g.talks] == [0.75, 0.5],
    ),
    "discount": (
        {"countries.usa.discount": 0.99},
        lambda g: g.surroundings.discounts["usa"] == 0.99,
    ),
    "outside option": (
        {"payoffs.weights.japan.outside": 2.0},
        lambda g: [o.tolist() for o in sum(g.payoffs.outside[1:2], ())] == [[2.0, 2.0]] * 2,
    ),
}


@pytest.mark.parametrize("rule", ONE_LINE)
@pytest.mark.one_in(9)
def test_one_line_switches_it_on(shipped: dict[str, Any], rule: str) -> None:
    changes, holds = ONE_LINE[rule]
    assert holds(built(shipped, changes))
    assert not holds(built(shipped, {}))


def test_a_threat_is_switched_on_with_its_shock(shipped: dict[str, Any]) -> None:
    both = {"shocks.*.active": True, "threats.*.active": True}
    (threat,) = built(shipped, both).surroundings.threats
    assert (threat.name, threat.country) == ("treasuries", "japan")


def test_a_back_channel_bars_total_rates_above_its_ceiling(shipped: dict[str, Any]) -> None:
    made = built(shipped, {"links.back_channel.active": True})
    for rules in made.talks:
        totals = made.rates[rules.name].applied("cars")
        heads = np.arange(rules.space.size) // rules.space.parts[1]
        assert np.array_equal(rules.barred, totals[heads] > 15.05)
    assert made.surroundings.sights["japan", "korea"] == Visibility("offers")


PRESETS = ("strict_package", "reviewed_but_kept", "suspended_only", "what_happened_2025")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_extends_the_scenario_and_changes_what_it_says(
    shipped: dict[str, Any], name: str
) -> None:
    preset = read_scenario(SCENARIOS / f"{name}.toml")
    assert (preset["name"], preset["title"] != shipped["title"]) == (name, True)
    assert preset["talks"]["japan"]["partner"] == "japan"
    parse(preset, SCENARIOS)


def extended(tmp_path: Path, text: str) -> str:
    (tmp_path / "base.toml").write_text(
        'name = "base"\nhub = "hub"\n[countries.hub]\nlabel = "Hub"\n[countries.east]\n'
        'label = "East"\n[calendar]\nrounds = 5\n[strategies]\nhub = "linear"\neast = "linear"\n'
        '[talks.east]\npartner = "east"\n[talks.east.concessions.price]\nlevels = [0, 1]\n'
        '[payoffs]\nkind = "table"\n[payoffs.given.east.hub]\nprice = [0, 1]\n'
        "[payoffs.given.east.partner]\nprice = [1, 0]\n"
    )
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_scenario(path)
    return str(caught.value).replace(str(tmp_path), "…")


def test_a_wrong_extension_is_one_sentence(tmp_path: Path) -> None:
    assert extended(tmp_path, 'extends = "bas.toml"\n') == (
        "…/mine.toml: …/bas.toml: there is no such file; did you mean '…/base.toml'?"
    )
    assert extended(tmp_path, 'extends = "base.toml"\n[rules]\nreview = "none"\n') == (
        "…/mine.toml: rules: a scenario that extends another says only extends, name, title, "
        "without, without_measures, add, changes; put new values into [changes] by their dotted "
        "paths"
    )
    assert extended(tmp_path, 'extends = "base.toml"\n[changes]\n"rules.reviw" = "none"\n') == (
        "…/mine.toml: rules.reviw: there is no key 'reviw' at rules; did you mean 'review'?"
    )


def test_a_chain_of_extensions(tmp_path: Path) -> None:
    for name, text in {
        "one": f'extends = "{SCENARIOS / "strict_package.toml"}"\n',
        "two": 'extends = "one.toml"\nname = "two"\n[changes]\n"rules.period" = 4\n',
    }.items():
        (tmp_path / f"{name}.toml").write_text(text)
    made = read_scenario(tmp_path / "two.toml")
    assert (made["name"], made["rules"]["test"], made["rules"]["period"]) == ("two", "by_change", 4)


def threatening(unless: dict[str, Any], **calendar: Any) -> Any:
    config = changed(GAME, "talks.east.measures.cars.levels", [25, 0])
    for side in ("hub", "partner"):
        config = changed(config, f"payoffs.given.east.{side}.cars", [0, 1])
    config = changed(changed(config, "shocks", {"sell": SHOCK}), "threats.card", THREAT)
    config = changed(config, "calendar", calendar) if calendar else config
    return changed(config, "threats.card.unless", unless)


DATED = {"start": "2025-05-04", "days_per_round": 2, "rounds": 4}

UNLESS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {}, "threats.card.unless: names nothing that would make the threat void; give signed_by, "
     "a day, or opened, a measure"),
    ({"opened": "cars"}, {}, "threats.card.unless.within: missing; say when the threat falls due: "
     "rounds after it is made, or a day"),
    ({"opened": "car", "within": 2}, {}, "threats.card.unless.opened: there is no measure 'car'; "
     "did you mean 'cars'?"),
    ({"opened": "cars", "within": 0}, {}, "threats.card.unless.within: 0 is no number of rounds; "
     "it has to be at least 1"),
    ({"opened": "cars", "within": "soon"}, {}, "threats.card.unless.within: 'soon' is neither a "
     "number of rounds nor a day such as 2025-06-20"),
    ({"signed_by": "2025-05-10"}, {}, "calendar.start: missing; threats.card.unless.signed_by is "
     "2025-05-10, so the first round needs a day"),
    ({"signed_by": "2025-05-01"}, DATED, "threats.card.unless.signed_by: 2025-05-01 is before the "
     "first round, 2025-05-04; give a later day"),
    ({"opend": "cars"}, {}, "threats.card.unless.opend: there is no key 'opend'; did you mean "
     "'opened'?"),
]  # fmt: skip


@pytest.mark.parametrize(("unless", "calendar", "sentence"), UNLESS)
def test_an_unless_that_cannot_be_is_a_sentence(
    unless: dict[str, Any], calendar: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(threatening(unless, **calendar))
    assert str(caught.value) == sentence


def test_an_unless_reaches_the_talks() -> None:
    def read(unless: dict[str, Any], **calendar: Any) -> Any:
        made = Scenario.from_config(parse(threatening(unless, **calendar)))
        (threat,) = made.surroundings.threats
        return threat.unless

    assert read({"opened": "cars", "within": 2}) == Unless(0, ("cars",), 2, 0)
    signed = read({"signed_by": "2025-05-09"}, **DATED)
    assert signed == Unless(3, (), 0, 0), "the third round begins on 8 May"
    assert signed.due_in(1) == 3
    both = read({"signed_by": "2025-05-08", "opened": ["cars"], "within": "2025-05-06"}, **DATED)
    assert both == Unless(3, ("cars",), 0, 2)
    assert (both.due_in(1), both.due_in(3)) == (2, 3)


def test_an_unless_can_be_set_by_its_paths() -> None:
    config = threatening({"opened": "cars", "within": 2})
    del config["threats"]["card"]["unless"]
    changes = {"threats.card.unless.opened": "cars", "threats.*.unless.within": 3}
    made = Scenario.from_config(parse(override(config, changes)))
    assert made.surroundings.threats[0].unless == Unless(0, ("cars",), 3, 0)
