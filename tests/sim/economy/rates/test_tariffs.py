"""What tariff parts of talks do to tariffs: points, totals, and the tariffs of the whole world."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from sim.config import override, parse, read_toml
from sim.economy.data.spec import Duty
from sim.economy.rates.schedule import Schedule
from sim.economy.rates.tariffs import TariffWorld, book
from sim.economy.solved import cache
from sim.economy.solved.components import determined_by
from sim.errors import ConfigError, DataError
from sim.scenario.economy import economy_spec
from sim.scenario.scenario import talks_of
from tests.sim.economy import small

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[4]
FILE = ROOT / "configs" / "scenarios" / "us_japan_korea_2025.toml"
BASE = small.base_year()
CARS, STEEL, OTHER = range(3)
HUB, EAST, WEST, REST = range(4)


def head(rules, **values):
    """Give the tariff part with these values."""
    return rules.space.package(**values) // rules.space.parts[1]


def one(measures=(small.CARS, small.BASELINE, small.SUSPENDED), base=BASE):
    """Give the rules of a talk with the east, and its tariff book."""
    rules = small.talks(measures)[0]
    return rules, book(rules, small.spec(), base)


# --- the book of a talk ------------------------------------------------------------------------


def test_every_tariff_part_adds_its_levels_up():
    rules, found = one()
    assert found.goods == ("cars", "other")
    assert found.added.shape == (rules.space.parts[0], 2) == (18, 2)
    for h in range(18):
        said = rules.space.decode(h * rules.space.parts[1])
        assert found.added[h].tolist() == [said["cars"], said["baseline"] + said["suspended"]]


def test_without_a_deal_the_suspended_part_snaps_back_on_top_of_the_baseline():
    _, found = one()
    assert found.added[0].tolist() == [25, 24]


def test_a_total_is_the_added_points_and_the_ordinary_rate_of_the_hub():
    rules, found = one()
    ordinary = 100 * BASE.tariffs[EAST, HUB]
    assert found.ordinary == pytest.approx(ordinary[[CARS, OTHER]])
    assert found.ordinary[0] != pytest.approx(100 * BASE.tariffs[HUB, EAST, CARS])
    at = head(rules, cars=15)
    assert found.applied("cars")[at] == pytest.approx(15 + ordinary[CARS])
    assert found.applied("other")[at] == pytest.approx(24 + ordinary[OTHER])


def test_an_inclusive_level_is_a_total_and_the_first_is_not():
    rules, found = one((replace(small.CARS, inclusive=True),))
    ordinary = 100 * BASE.tariffs[EAST, HUB, CARS]
    assert 0 < ordinary < 15
    assert found.applied("cars")[head(rules)] == pytest.approx(25 + ordinary)
    assert found.applied("cars")[head(rules, cars=15)] == pytest.approx(15)
    assert found.measure_points("cars") == pytest.approx([25, 15 - ordinary, 0])


def test_an_inclusive_level_below_the_ordinary_rate_adds_nothing():
    rules, found = one((replace(small.CARS, levels=(25, 1, 0), inclusive=True),))
    ordinary = 100 * BASE.tariffs[EAST, HUB, CARS]
    assert ordinary > 1
    for level in (1, 0):
        assert found.applied("cars")[head(rules, cars=level)] == pytest.approx(ordinary)


def test_an_inclusive_measure_on_two_goods_reports_points_averaged_over_trade():
    both = replace(small.CARS, goods=("steel", "cars"), inclusive=True)
    rules, found = one((both,))
    ordinary, sales = 100 * BASE.tariffs[EAST, HUB], BASE.flows[EAST, HUB]
    at = head(rules, cars=15)
    assert found.goods == ("cars", "steel")
    assert found.applied("cars")[at] == found.applied("steel")[at] == pytest.approx(15)
    mean = np.average(ordinary[:2], weights=sales[:2])
    assert found.measure_points("cars") == pytest.approx([25, 15 - mean, 0])


def test_points_of_goods_that_are_not_traded_are_as_said():
    base = small.base_year()
    base.flows[EAST, HUB, CARS] = 0
    _, found = one((replace(small.CARS, inclusive=True),), base)
    assert found.measure_points("cars").tolist() == [25, 15, 0]


def test_goods_that_the_data_do_not_have_are_named():
    wrong = replace(small.METALS, goods=("steal",))
    with pytest.raises(
        ConfigError,
        match=r"^talks.east.measures.metals.goods: there is no sector 'steal' in the trade data, "
        r"which has cars, steel, other; did you mean 'steel'\?$",
    ):
        one((wrong,))


def test_a_region_that_the_data_do_not_have_is_named():
    spec = small.spec(region={"hub": "HUB", "east": "EASTT", "west": "WEST"})
    with pytest.raises(DataError, match=r"no region 'EASTT' .*; did you mean 'EAST'\?"):
        book(small.talks()[0], spec, BASE)


# --- the tariffs of the world ------------------------------------------------------------------


def world(spec=None, base=BASE, measures=(small.CARS, small.BASELINE, small.SUSPENDED)):
    """Give the rules of two talks and the world of their tariffs."""
    spec = small.spec() if spec is None else spec
    rules = small.talks(measures)
    return rules, TariffWorld(base, spec, rules, [book(r, spec, base) for r in rules])


def added(vectors):
    """Give the points that tariff vectors add to the base year, (B, N, N, S)."""
    return 100 * (vectors - BASE.tariffs)


def test_only_imports_of_the_hub_pay_more():
    _, found = world()
    points = added(found.vectors([np.array([0, 5]), np.array([0, 17])]))
    assert points[:, :, EAST:] == pytest.approx(0)
    assert points[:, HUB, HUB] == pytest.approx(0)


def test_a_talk_moves_the_tariffs_on_its_own_partner():
    (east, west), found = world()
    here, there = head(east, cars=15, baseline=0), head(west, suspended=5)
    points = added(found.vectors([np.array([0, here, 0]), np.array([0, 0, there])]))
    assert points[0, EAST, HUB] == pytest.approx([25, 0, 24], abs=1e-9)
    assert points[1, EAST, HUB] == pytest.approx([15, 0, 14], abs=1e-9)
    assert points[2, EAST, HUB] == pytest.approx([25, 0, 24], abs=1e-9)
    assert points[1, WEST, HUB] == pytest.approx([25, 0, 24], abs=1e-9)
    assert points[2, WEST, HUB] == pytest.approx([25, 0, 15], abs=1e-9)


def test_regions_without_a_seat_keep_their_points_in_every_state():
    _, found = world()
    points = added(found.vectors([np.arange(18), np.arange(18)[::-1].copy()]))
    assert points[:, REST, HUB] == pytest.approx(np.tile([25, 0, 10], (18, 1)), abs=1e-9)


def test_a_named_region_is_not_one_of_the_others():
    rates = {"others": {"cars": 25, "other": 10}, "REST": {"other": 145}}
    _, found = world(small.spec(third_country=rates))
    points = added(found.vectors([np.zeros(1, int)] * 2))
    assert points[0, REST, HUB] == pytest.approx([0, 0, 145], abs=1e-9)


def test_a_country_with_a_seat_pays_only_what_its_own_measures_say():
    rates = {"EAST": {"steel": 50, "cars": 9}, "HUB": {"steel": 50}, "others": {"steel": 3}}
    _, found = world(small.spec(third_country=rates))
    points = added(found.vectors([np.zeros(1, int)] * 2))
    assert points[0, EAST, HUB] == pytest.approx([25, 0, 24], abs=1e-9)
    assert points[0, HUB, HUB] == pytest.approx(0)
    assert points[0, REST, HUB] == pytest.approx([0, 3, 0], abs=1e-9)


def test_third_country_names_have_to_be_in_the_data():
    with pytest.raises(DataError, match="no region 'RSET'"):
        world(small.spec(third_country={"RSET": {"cars": 1}}))
    with pytest.raises(DataError, match="no sector 'carz'"):
        world(small.spec(third_country={"others": {"carz": 1}}))


# --- the scenario that ships -------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped():
    """Give base year, settings, and rules and book of every talk, of the scenario that ships."""
    config = parse(override(read_toml(FILE), {"economy.elasticity_draws": 1}), FILE.parent)
    spec = economy_spec(config, 0)
    base = spec.base
    return base, spec, [(rules, book(rules, spec, base)) for rules in talks_of(config)]


def test_every_rate_of_the_4th_of_may_and_of_the_snap_back(shipped):
    _, _, books = shipped
    for (rules, found), reciprocal in zip(books, (24, 25), strict=True):
        assert found.goods == ("cars", "auto_parts", "steel", "aluminium", "other_goods")
        assert found.added[0].tolist() == [25, 25, 25, 25, reciprocal]
        paused = found.added[head(rules, suspended=0)]
        assert paused.tolist() == [25, 25, 25, 25, 10]
        assert found.added[-1].tolist() == [0] * 5


def test_goods_under_section_232_do_not_pay_the_reciprocal_tariff(shipped):
    _, _, books = shipped
    for rules, found in books:
        heads = np.arange(rules.space.parts[0])
        names = [issue.name for issue in rules.space.measures]
        levels = rules.space.levels[:: rules.space.parts[1]]
        sector = [names.index(m) for m in ("cars", "parts", "metals")]
        reciprocal = [names.index(m) for m in ("baseline", "suspended")]
        for h in heads:
            same = (levels[:, sector] == levels[h, sector]).all(axis=1)
            assert (found.added[same, :4] == found.added[h, :4]).all()
            same = (levels[:, reciprocal] == levels[h, reciprocal]).all(axis=1)
            assert (found.added[same, 4] == found.added[h, 4]).all()


def test_a_car_pays_27_5_percent_and_exempt_goods_the_ordinary_rate(shipped):
    base, spec, books = shipped
    rules, found = books[0]
    assert found.applied("cars")[0] == pytest.approx(27.5, abs=0.01)
    world_ = TariffWorld(base, spec, [r for r, _ in books], [b for _, b in books])
    new = world_.vectors([np.zeros(1, int)] * 2)[0]
    partner, hub = base.region(spec.region[rules.partner]), base.region(spec.region[rules.hub])
    for name in ("exempt", "services"):
        s = base.sector(name)
        assert new[partner, hub, s] == base.tariffs[partner, hub, s]
    assert new[partner, hub, base.sector("cars")] == pytest.approx(0.275, abs=1e-4)


def test_third_countries_of_the_scenario_pay_what_it_says(shipped):
    base, spec, books = shipped
    world_ = TariffWorld(base, spec, [r for r, _ in books], [b for _, b in books])
    new = world_.vectors([np.zeros(1, int)] * 2)[0]
    hub, seated = base.region(next(iter(spec.region.values()))), set(spec.region.values())
    for name in set(base.regions) - seated:
        rates = spec.third_country.get(name, spec.third_country["others"])
        i = base.region(name)
        expected = [rates.get(sector, 0.0) for sector in base.sectors]
        assert 100 * (new[i, hub] - base.tariffs[i, hub]) == pytest.approx(expected, abs=1e-9)


THIRD = {
    "CHN": [45, 45, 45, 45, 20, 145],
    "MEX": [15, 3, 25, 25, 0, 12],
    "CAN": [15, 3, 25, 25, 4, 12],
    **{key: [25, 25, 25, 25, 0, 10] for key in ("EU27", "GBR", "CHE", "TWN", "ROW")},
}
"""Points added on cars, parts, steel, aluminium, exempt and other goods on 4 May 2025."""


def test_third_countries_pay_what_they_paid_on_the_4th_of_may(shipped):
    base, spec, books = shipped
    world_ = TariffWorld(base, spec, [r for r, _ in books], [b for _, b in books])
    new = world_.vectors([np.zeros(1, int)] * 2)[0]
    hub = base.region(next(iter(spec.region.values())))
    goods = ("cars", "auto_parts", "steel", "aluminium", "exempt", "other_goods")
    at = [base.sector(name) for name in goods]
    for name, points in THIRD.items():
        i = base.region(name)
        added = 100 * (new[i, hub] - base.tariffs[i, hub])
        assert added[at] == pytest.approx(points, abs=1e-9), name
        assert added[base.sector("services")] == pytest.approx(0, abs=1e-9)
    assert set(THIRD) | set(spec.region.values()) == set(base.regions)


def test_tariffs_from_points_on_all_sectors_and_from_tariff_parts_agree():
    rules, found = world()
    books = [book(r, small.spec(), BASE) for r in rules]
    heads = [np.array([0, 5, 17]), np.array([3, 0, 11])]
    points = np.zeros((2, 3, 3))
    for t, (one, head) in enumerate(zip(books, heads, strict=True)):
        points[t][:, [BASE.sector(g) for g in one.goods]] = one.added[head]
    assert found.everywhere(points) == pytest.approx(found.vectors(heads), abs=1e-12)


# --- anybody's tariffs --------------------------------------------------------------------------

RETALIATION = Duty(
    "retaliation",
    "REST",
    ("HUB", "EAST"),
    ("cars", "steel"),
    ((date(2025, 4, 12), 125.0), (date(2025, 5, 14), 10.0)),
)


def test_a_duty_of_any_region_is_in_every_state_and_dated():
    rules, spec = small.talks(), small.spec(duties=(RETALIATION,))
    books = [book(r, spec, spec.base) for r in rules]
    plain = TariffWorld(spec.base, small.spec(), rules, books)
    world = TariffWorld(spec.base, spec, rules, books)
    heads = [np.arange(4), np.arange(4)]
    added = np.zeros(spec.base.flows.shape)
    added[np.ix_([0, 1], [3], [0, 1])] = 0.10
    assert world.vectors(heads) - plain.vectors(heads) == pytest.approx(
        np.broadcast_to(added, (4, *added.shape))
    )
    for day, points in ((11, 0), (12, 125), (30, 125)):
        on = world.on(date(2025, 4, day), [Schedule(())] * 2)
        before = plain.on(date(2025, 4, day), [Schedule(())] * 2)
        assert (on - before)[0, 3] == pytest.approx([points / 100, points / 100, 0])
    assert world.on(date(2025, 5, 14), [Schedule(())] * 2)[1, 3, 1] == pytest.approx(
        spec.base.tariffs[1, 3, 1] + 0.10
    )


def test_a_cut_goes_at_most_to_nothing():
    cut = Duty("cut", "EAST", ("HUB",), ("cars",), ((date(2025, 1, 1), -100.0),))
    rules, spec = small.talks(), small.spec(duties=(cut,))
    books = [book(r, spec, spec.base) for r in rules]
    world = TariffWorld(spec.base, spec, rules, books)
    found = world.vectors([np.zeros(1, dtype=np.int64)] * 2)[0]
    assert found[0, 1, 0] == 0
    assert found[2, 1, 0] == spec.base.tariffs[2, 1, 0]


def test_tables_are_kept_apart_by_what_duties_come_to_in_the_end():
    rules = small.talks()
    keys = []
    for duties in ((), (RETALIATION,), (replace(RETALIATION, steps=RETALIATION.steps[:1]),)):
        spec = small.spec(duties=duties)
        books = [book(r, spec, spec.base) for r in rules]
        keys.append(cache.key(*determined_by(spec.base, spec, rules, books)))
    own = small.spec(prices="own_wages")
    keys.append(cache.key(*determined_by(own.base, own, rules, books)))
    assert len(set(keys)) == 4
