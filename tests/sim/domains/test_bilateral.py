from decimal import Decimal
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import Scenario, negotiate
from sim.domains import FORMS, analyse, export, read, write
from sim.errors import ConfigError
from sim.payoffs.frontier import SOLUTIONS, Planes
from tests.sim.domains.drawn import domains, example

SHAPE = {"cars": (25, 15, 0), "metals": (25, 0), "pledge": (0, 200)}
SEATS = ("linear", "linear")


def game(hub, partner, reservation=(0.0, 0.0)):
    tables = tuple(np.asarray(t, dtype=float).ravel() for t in (hub, partner))
    return Scenario.bilateral(SHAPE, tables, SEATS, 10, reservation)


def sums(*parts):
    """Give a table of 3 x 2 x 2 packages whose issues add up."""
    return sum(np.reshape(part, [-1 if j == k else 1 for j in range(3)])
               for k, part in enumerate(parts))  # fmt: skip


HUB = sums([0, -2, -6], [0, -2], [0, 4])
PARTNER = sums([0, 4, 6], [0, 2], [0, -1])


class TestExactly:
    def test_issues_that_add_up_stay_by_themselves(self):
        made = export(game(HUB, PARTNER, (-1, 1)), "talk")
        assert made.joined == ()
        assert made.error == pytest.approx(0, abs=1e-12)
        first, second = made.domain.profiles
        assert first.weights == pytest.approx({"cars": 0.5, "metals": 1 / 6, "pledge": 1 / 3})
        assert first.values["cars"] == pytest.approx({"25": 1, "15": 2 / 3, "0": 0})
        assert first.values["pledge"] == {"0": 0, "200": 1}
        assert first.reservation == pytest.approx((-1 + 8) / 12)
        assert second.weights == pytest.approx({"cars": 6 / 9, "metals": 2 / 9, "pledge": 1 / 9})
        assert second.values["cars"] == pytest.approx({"25": 0, "15": 2 / 3, "0": 1})
        assert second.reservation == pytest.approx(2 / 9)

    def test_issues_that_depend_on_each_other_become_one(self):
        together = PARTNER + 3 * sums([0, 1, 1], [0, 0], [0, 0]) * sums([0, 0, 0], [0, 1], [0, 0])
        made = export(game(HUB, together), "talk")
        assert made.joined == (("cars", "metals"),)
        assert list(made.domain.issues) == ["cars + metals", "pledge"]
        assert made.domain.issues["cars + metals"][:3] == (
            "cars 25, metals 25",
            "cars 25, metals 0",
            "cars 15, metals 25",
        )
        expected = (together - together.min()) / (together.max() - together.min())
        assert made.domain.utilities[:, 1] == pytest.approx(expected.ravel(), abs=1e-9)
        assert made.error == pytest.approx(0, abs=1e-12)

    def test_issues_that_are_not_neighbours_are_joined_too(self):
        far = HUB + sums([0, 1, 1], [0, 0], [0, 0]) * sums([0, 0, 0], [0, 0], [0, 1])
        made = export(game(far, PARTNER), "talk")
        assert made.joined == (("cars", "pledge"),)
        assert list(made.domain.issues) == ["cars + pledge", "metals"]
        span = far.max() - far.min()
        for c, m, p in product(range(3), range(2), range(2)):
            values = [SHAPE[name][n] for name, n in zip(SHAPE, (c, m, p), strict=True)]
            package = made.domain.package(
                **{"cars + pledge": f"cars {values[0]}, pledge {values[2]}"},
                metals=str(values[1]),
            )
            expected = (far[c, m, p] - far.min()) / span
            assert made.domain.utilities[package, 0] == pytest.approx(expected, abs=1e-9)

    def test_issues_that_depend_on_a_third_are_joined_with_it(self):
        pledged = sums([0, 0, 0], [0, 0], [0, 1])
        chain = HUB + pledged * sums([0, 1, 1], [0, 0], [0, 0]) + pledged * sums(
            [0, 0, 0], [0, 1], [0, 0]
        )  # fmt: skip
        made = export(game(chain, PARTNER), "talk")
        assert made.joined == (("cars", "metals", "pledge"),)
        assert made.error == pytest.approx(0, abs=1e-12)

    @pytest.mark.parametrize(("no_deal", "bounds"), [(-20, (-20, 4)), (10, (-8, 10))])
    def test_no_deal_may_be_worse_or_better_than_every_package(self, no_deal, bounds):
        domain = export(game(HUB, PARTNER, (no_deal, 0)), "talk").domain
        low, high = bounds
        assert domain.utilities[:, 0] == pytest.approx((HUB.ravel() - low) / (high - low), abs=1e-9)
        assert domain.reservation[0] == (no_deal - low) / (high - low)

    def test_a_side_to_which_everything_is_the_same(self):
        domain = export(game(np.zeros(12), PARTNER), "talk").domain
        assert domain.utilities[:, 0].tolist() == [0] * 12
        assert domain.reservation[0] == 0
        assert sum(domain.profiles[0].weights.values()) == pytest.approx(1)

    def test_levels_of_the_same_number_are_counted(self):
        table = np.arange(2.0)
        scenario = Scenario.bilateral({"x": (5, 5)}, (table, table), SEATS, 5)
        assert export(scenario, "talk").domain.issues == {"x": ("0", "1")}

    @pytest.mark.parametrize("draw", [0, 1])
    def test_the_draw_that_is_asked_for(self, draw):
        hub, partner = np.stack([HUB.ravel(), PARTNER.ravel()]), PARTNER.ravel()
        scenario = Scenario.bilateral(SHAPE, (hub, partner), SEATS, 5)
        domain = export(scenario, "talk", draw).domain
        expected = (hub[draw] - hub[draw].min()) / np.ptp(hub[draw])
        assert domain.utilities[:, 0] == pytest.approx(expected, abs=1e-9)

    @given(st.lists(st.integers(0, 4), min_size=24, max_size=24))
    def test_any_table_keeps_every_utility_and_its_order(self, numbers):
        hub, partner = np.reshape(numbers, (2, 3, 2, 2)).astype(float)
        scenario = game(hub, partner, (1.0, 2.0))
        made = export(scenario, "talk")
        assert made.error < 1e-9
        by_name = {}
        for package in range(made.domain.size):
            said = made.domain.decode(package)
            flat = {
                part.rpartition(" ")[0] or name: part.rpartition(" ")[2]
                for name, value in said.items()
                for part in value.split(", ")
            }
            by_name[tuple(flat[name] for name in SHAPE)] = made.domain.utilities[package]
        for side, (table, no_deal) in enumerate(((hub, 1.0), (partner, 2.0))):
            low, high = min(table.min(), no_deal), max(table.max(), no_deal)
            span = high - low or 1.0
            for place in product(range(3), range(2), range(2)):
                name = tuple(f"{SHAPE[i][n]}" for i, n in zip(SHAPE, place, strict=True))
                expected = round((table[place] - low) / span, 9)
                assert by_name[name][side] == pytest.approx(expected, abs=1e-12)


class TestApproximately:
    def test_the_sum_nearest_in_least_squares(self):
        random = np.random.default_rng(4)
        hub, partner = random.random((2, 3, 2, 2))
        made = export(game(hub, partner, (0.5, 0.5)), "talk", additive=True)
        assert list(made.domain.issues) == list(SHAPE)
        levels = np.indices((3, 2, 2)).reshape(3, -1)
        design = np.stack([levels[k] == n for k, size in enumerate((3, 2, 2)) for n in range(size)])
        errors = []
        for side, table in enumerate((hub.ravel(), partner.ravel())):
            scaled = (table - table.min()) / np.ptp(table)
            fitted = design.T @ np.linalg.lstsq(design.T.astype(float), scaled, rcond=None)[0]
            errors.append(np.abs(fitted - scaled).max())
            no_deal = (0.5 - table.min()) / np.ptp(table)
            low, high = min(fitted.min(), no_deal), max(fitted.max(), no_deal)
            expected = (fitted - low) / (high - low)
            assert made.domain.utilities[:, side] == pytest.approx(expected, abs=1e-8)
            assert made.domain.reservation[side] == pytest.approx((no_deal - low) / (high - low))
        assert made.error == pytest.approx(max(errors))
        assert made.error > 0.05

    def test_what_adds_up_is_not_changed(self):
        scenario = game(HUB, PARTNER)
        near = export(scenario, "talk", additive=True)
        assert near.error == pytest.approx(0, abs=1e-12)
        exact = export(scenario, "talk").domain
        assert near.domain.utilities == pytest.approx(exact.utilities, abs=1e-9)


class TestThereAndBack:
    @given(domains())
    def test_a_domain_that_becomes_a_talk_and_a_domain_again(self, domain):
        back = export(domain.scenario(SEATS, 5), "talk").domain
        for side in range(2):
            ends = np.append(domain.utilities[:, side], domain.reservation[side])
            span = np.ptp(ends) or 1.0
            expected = (domain.utilities[:, side] - ends.min()) / span
            assert back.utilities[:, side] == pytest.approx(expected, abs=1e-9)
            assert back.reservation[side] == pytest.approx((ends[-1] - ends.min()) / span, abs=1e-9)
        before, after = analyse(domain), analyse(back)
        assert len(after.frontier) == len(before.frontier)
        assert after.acceptable == before.acceptable
        if after.acceptable:
            gains = domain.utilities - domain.reservation
            products = [gains[found.solutions["nash"]].prod() for found in (before, after)]
            assert products[0] == pytest.approx(products[1], abs=1e-8)

    @pytest.mark.parametrize("form", FORMS)
    def test_a_talk_is_played_the_same_after_export_and_import(self, form, tmp_path):
        seats = (
            {"name": "boulware", "exponent": {"uniform": [0.2, 0.8]}},
            {"name": "conceder", "exponent": 2.0},
        )
        tables = (HUB.ravel(), PARTNER.ravel())
        first = Scenario.bilateral(SHAPE, tables, seats, 12, (-1, 1))
        domain = read(*write(export(first, "talk").domain, tmp_path, form))
        one, two = (negotiate(each, 50, seed=7).to_frame() for each in
                    (first, domain.scenario(seats, 12)))  # fmt: skip
        same = ["status", "round", "package", "first_mover", "give.cars", "give.pledge"]
        assert one[same].equals(two[same])
        assert one["package"].nunique() > 1

    def test_weights_add_up_exactly_as_the_geniusweb_form_wants(self):
        thirds = Scenario.bilateral(
            {"x": 2, "y": 2, "z": 2},
            ({k: [0, 1] for k in "xyz"}, {k: [1, 0] for k in "xyz"}),
            SEATS,
            5,
        )
        for profile in export(thirds, "talk").domain.profiles:
            assert sum(Decimal(repr(w)) for w in profile.weights.values()) == 1
            assert set(profile.values["x"].values()) == {0, 1}

    def test_solutions_are_those_that_results_are_measured_against(self):
        scenario = example("harbour").scenario(SEATS, 5)
        domain = export(scenario, "talk").domain
        plane = Planes.of(scenario.payoffs, 0, (0, 1), np.array([0]), np.array([0]))
        frontier = plane.frontiers()[1]
        found = analyse(domain)
        low = np.minimum(domain.utilities.min(axis=0), domain.reservation)
        assert low.tolist() == [0, 0]
        assert domain.utilities[found.frontier] == pytest.approx(frontier, abs=1e-9)
        for name, solve in SOLUTIONS.items():
            point = frontier[solve(frontier, plane.reservations[0])]
            assert domain.utilities[found.solutions[name]] == pytest.approx(point, abs=1e-9)


class TestSentences:
    def test_of_a_talk_that_is_not_there(self):
        with pytest.raises(ConfigError) as caught:
            export(game(HUB, PARTNER), "talks")
        assert str(caught.value) == "talk: there is no talk 'talks'; did you mean 'talk'?"

    @pytest.mark.parametrize("draw", [1, -1])
    def test_of_a_draw_that_is_not_there(self, draw):
        with pytest.raises(ConfigError) as caught:
            export(game(HUB, PARTNER), "talk", draw)
        assert str(caught.value) == f"draw: {draw} is out of range; the draws are 0 to 0"
