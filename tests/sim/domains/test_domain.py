from decimal import Decimal
from itertools import product
from math import dist, sqrt

import numpy as np
import pytest
from hypothesis import given

from sim import Scenario, negotiate
from sim.domains import Domain, Profile, analyse
from sim.domains.analysis import opposition
from sim.errors import ConfigError
from tests.sim.domains.drawn import SWAP, domains, example


def by_hand(profile, issues):
    """List the exact utility of every package, slowly."""
    return [
        float(
            sum(
                Decimal(str(profile.weights[issue])) * Decimal(str(profile.values[issue][value]))
                for issue, value in zip(issues, package, strict=True)
            )
        )
        for package in product(*issues.values())
    ]


class TestPackages:
    def test_the_last_issue_varies_fastest(self):
        domain = example("harbour")
        assert domain.size == 36
        assert domain.decode(0) == {"berths": "none", "night hours": "none", "dues": "full"}
        assert domain.decode(1)["dues"] == "half"
        assert domain.package(**domain.decode(23)) == 23

    def test_utility_is_the_sum_of_weight_times_value(self):
        domain = example("harbour")
        package = domain.package(berths="two", dues="half", **{"night hours": "summer"})
        ours, theirs = domain.utilities[package]
        assert ours == pytest.approx(0.4 * 0.3 + 0.2 * 0.6 + 0.4 * 0.4)
        assert theirs == pytest.approx(0.25 * 0.9 + 0.1 * 0.7 + 0.65 * 0.6)

    def test_sums_that_are_equal_on_paper_are_equal(self):
        values = {"x": {"a": 1.0}, "y": {"a": 1.0}, "z": {"a": 0.0}}
        profile = Profile({"x": 0.1, "y": 0.2, "z": 0.7}, values, 0.3)
        assert 0.1 + 0.2 > 0.3
        domain = Domain("sum", (profile, profile))
        assert domain.utilities[0].tolist() == domain.reservation.tolist()

    def test_profiles_of_different_issues_are_no_domain(self):
        with pytest.raises(ValueError, match="the same issues and values"):
            Domain("odd", (SWAP.profiles[0], Profile({"x": 1.0}, {"x": {"mine": 1.0}})))

    @given(domains())
    def test_utilities_against_decimal_sums(self, domain):
        for side, profile in enumerate(domain.profiles):
            assert domain.utilities[:, side].tolist() == by_hand(profile, domain.issues)


class TestAnalysis:
    def test_a_swap_by_hand(self):
        found = analyse(SWAP)
        best = SWAP.package(x="mine", y="yours")
        assert SWAP.utilities[best].tolist() == [0.6, 0.7]
        assert found.size == 4
        assert found.opposition == pytest.approx(sqrt(0.4**2 + 0.3**2)) == pytest.approx(0.5)
        assert found.closest == best
        assert found.acceptable == 4
        assert [SWAP.utilities[p].tolist() for p in found.frontier] == [[0, 1], [0.6, 0.7], [1, 0]]
        assert set(found.solutions.values()) == {best}

    def test_solutions_are_different_points(self):
        domain = example("harbour")
        found = {
            name: domain.utilities[p].tolist() for name, p in analyse(domain).solutions.items()
        }
        assert found == {
            "nash": [0.6, 0.65],
            "kalai_smorodinsky": [0.64, 0.515],
            "egalitarian": [0.76, 0.39],
            "utilitarian": [0.48, 0.775],
        }

    def test_a_reservation_value_that_no_package_gives(self):
        first, second = SWAP.profiles
        tough = Domain("tough", (Profile(first.weights, first.values, 0.7), Profile(
            second.weights, second.values, 0.8)))  # fmt: skip
        found = analyse(tough)
        assert found.acceptable == 0
        assert set(found.solutions.values()) == {-1}
        assert found.opposition == analyse(SWAP).opposition
        assert found.reservation.tolist() == [0.7, 0.8]

    @pytest.mark.parametrize(
        ("points", "expected"),
        [
            ([[1, 1], [0, 0]], 0.0),
            ([[1, 0], [0, 1]], 1.0),
            ([[0, 0]], sqrt(2)),
            ([[0.5, 0.5], [1, 0]], sqrt(0.5)),
        ],
    )
    def test_opposition_of_known_points(self, points, expected):
        assert opposition(np.array(points, dtype=float))[0] == pytest.approx(expected)

    @given(domains())
    def test_everything_by_brute_force(self, domain):
        found = analyse(domain)
        points = list(
            zip(*(by_hand(profile, domain.issues) for profile in domain.profiles), strict=True)
        )
        least = [profile.reservation for profile in domain.profiles]
        fine = [p for p in points if p[0] >= least[0] and p[1] >= least[1]]
        best = [
            p
            for p in set(points)
            if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in points)
        ]
        assert found.size == len(points)
        assert found.opposition == pytest.approx(min(dist(p, (1, 1)) for p in points))
        assert found.acceptable == len(fine)
        assert sorted(best) == [points[p] for p in found.frontier]
        if not fine:
            assert set(found.solutions.values()) == {-1}
            return
        ideal = [max(p[k] - least[k] for p in fine) for k in range(2)]
        scores = {
            "nash": lambda p: (p[0] - least[0]) * (p[1] - least[1]),
            "kalai_smorodinsky": lambda p: min(
                [(p[k] - least[k]) / ideal[k] for k in range(2) if ideal[k] > 0], default=0
            ),
            "egalitarian": lambda p: min(p[0] - least[0], p[1] - least[1]),
            "utilitarian": sum,
        }
        for name, score in scores.items():
            chosen = points[found.solutions[name]]
            assert chosen in fine
            assert chosen in best
            assert score(chosen) == pytest.approx(max(score(p) for p in fine), abs=1e-9)


class TestScenario:
    def test_both_sides_play_with_their_utilities(self):
        domain = example("two_tariffs")
        game = domain.scenario(("boulware", "conceder"), rounds=20)
        assert isinstance(game, Scenario)
        assert game.name == "two_tariffs"
        record = negotiate(game, 20, seed=3)
        frame = record.to_frame()
        deals = frame[frame["package"] >= 0]
        assert len(deals) == 20
        ends = domain.utilities[deals["package"]]
        assert np.allclose(deals[["payoff.hub", "payoff.partner"]], ends)
        assert (ends >= domain.reservation).all()
        assert (frame["reservation.hub"] < frame["utility.hub"]).all()

    def test_values_that_are_numbers_are_the_levels(self):
        space = example("two_tariffs").scenario(("linear", "linear"), 5).talks[0].space
        assert [issue.levels for issue in space.issues] == [(25, 15, 0), (25, 0), (0, 200, 400)]

    @pytest.mark.parametrize("values", [("low", "high"), ("1", "1.0"), ("1", "nan"), ("1", "inf")])
    def test_other_values_are_counted(self, values):
        profile = Profile({"x": 1.0}, {"x": dict.fromkeys(values, 0.5)})
        game = Domain("odd", (profile, profile)).scenario(("linear", "linear"), 5)
        assert game.talks[0].space.issues[0].levels == (0, 1)

    def test_a_strategy_that_is_not_there(self):
        with pytest.raises(ConfigError, match="did you mean 'linear'"):
            SWAP.scenario(("linea", "linear"), 5)
