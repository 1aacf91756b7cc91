"""Opponent models against their definition in plain Python, and in use."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.players.registry import build
from sim.scenario.scenario import Scenario
from sim.strategies import Linear
from sim.strategies.parts import Bayesian, Combined, Frequency, NoModel, OpponentModel
from sim.strategies.parts.bayesian import posterior
from sim.talks.model import negotiate
from sim.testing import Chaotic, make_view, make_world_view, silent, tariff_game

pytestmark = pytest.mark.fast


def domain(*shape: int, **more: Any) -> Scenario:
    """A domain of some issues; who wants what does not matter here."""
    issues = {f"issue {k}": levels for k, levels in enumerate(shape)}
    tables = [
        {name: np.arange(levels) * sign for name, levels in issues.items()} for sign in (1, -1)
    ]
    return Scenario.bilateral(issues, tuple(tables), (silent(), silent()), 60, **more)  # type: ignore[arg-type]


def seen(game: Scenario, trace: Any, model: OpponentModel) -> Any:
    """Give the view of the hub after the partner has made some offers."""
    numbers = [int(np.ravel_multi_index(levels, game.talks[0].space.shape)) for levels in trace]
    return make_view(game=game, mine=(-1,) * (len(trace) - 1), theirs=numbers, model=model)


TRACE = ((0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 2, 1))


def test_v31_the_frequency_model_counts_and_weighs_a_trace() -> None:
    model = Frequency(rate=0.2)
    view = seen(domain(3, 3, 3), TRACE, model)
    state = model.state(view)
    assert state["weight"][0] == pytest.approx([0.38550784, 0.28780786, 0.32668431], abs=1e-8)
    assert state["count"][0].tolist() == [[4, 1, 1], [1, 2, 3], [3, 2, 1]]


def test_v32_bayes_rule_updates_hypotheses_about_a_bid() -> None:
    found = posterior(np.full(3, 1 / 3), np.array([0.95, 0.6, 0.3]), 1 - 0.1, 0.25)
    assert found == pytest.approx([0.64356108, 0.31958297, 0.03685595], abs=1e-8)


def frequency(trace: Any, shape: tuple[int, ...], rate: float) -> list[list[float]]:
    """The frequency model, level by level, in plain Python."""
    n = len(shape)
    weight, count = [1 / n] * n, [[1.0] * levels for levels in shape]
    for before, now in pairwise(trace):
        same = [a == b for a, b in zip(before, now, strict=True)]
        total = 1 + rate / n * sum(same)
        weight = [
            (w + rate / n) / total if s and w < 1 - n * (rate / n) / total else w / total
            for w, s in zip(weight, same, strict=True)
        ]
        for i, level in enumerate(now):
            count[i][level] += 1
    return [[w * c / max(row) for c in row] for w, row in zip(weight, count, strict=True)]


def mean(probability: list[float], value: list[float]) -> float:
    return sum(p * v for p, v in zip(probability, value, strict=True))


def bayes(trace: Any, shape: tuple[int, ...], pace: float, spread: float) -> list[list[float]]:
    """The Bayesian model, hypothesis by hypothesis, in plain Python."""
    n = len(shape)
    ranks = [2 * r / (n * (n + 1)) for r in range(1, n + 1)]
    runs, taste, rank = [], [], [[1 / n] * n for _ in shape]
    for levels in shape:
        at = [k / max(levels - 1, 1) for k in range(levels)]
        own = [[1 - x for x in at], at] if levels > 1 else [[1.0]]
        inside = at[1:-1]
        chosen = [inside[int(k)] for k in np.linspace(0, len(inside) - 1, min(len(inside), 3))]
        own += [[min(x / p, (1 - x) / (1 - p)) for x in at] for p in chosen]
        prior = [1.0] * min(len(own), 2) + [1 / max(len(own) - 2, 1)] * (len(own) - 2)
        runs.append(own)
        taste.append([p / sum(prior) for p in prior])

    def weights() -> list[float]:
        raw = [mean(row, ranks) for row in rank]
        return [w / sum(raw) for w in raw]

    def update(prior: list[float], utility: list[float], asked: float) -> list[float]:
        raw = [
            p * np.exp(-((u - asked) ** 2) / (2 * spread**2))
            for p, u in zip(prior, utility, strict=True)
        ]
        return [p / sum(raw) for p in raw]

    for turn, bid in enumerate(trace):
        asked, weight = 1 - pace * min(turn / 59, 1), weights()
        worth = [mean(taste[i], [run[bid[i]] for run in runs[i]]) for i in range(n)]
        parts = [w * v for w, v in zip(weight, worth, strict=True)]
        for i in range(n):
            others = sum(parts) - parts[i]
            fits = [others + weight[i] * run[bid[i]] for run in runs[i]]
            taste[i] = update(taste[i], fits, asked)
            rank[i] = update(rank[i], [others + r * worth[i] for r in ranks], asked)
    return [
        [weight * mean(taste[i], [run[level] for run in runs[i]]) for level in range(shape[i])]
        for i, weight in enumerate(weights())
    ]


@st.composite
def traces(draw: Any) -> tuple[tuple[int, ...], list[tuple[int, ...]]]:
    shape = tuple(draw(st.lists(st.integers(1, 6), min_size=1, max_size=4)))
    bid = st.tuples(*(st.integers(0, levels - 1) for levels in shape))
    return shape, draw(st.lists(bid, min_size=1, max_size=12))


MODELS = {
    "frequency": (Frequency(rate=0.3), lambda t, s: frequency(t, s, 0.3), 1e-9),
    "bayesian": (Bayesian(pace=0.4, spread=0.2), lambda t, s: bayes(t, s, 0.4, 0.2), 2e-4),
}


@pytest.mark.parametrize("name", MODELS)
@given(traces())
def test_every_package_is_believed_to_be_worth_what_the_definition_says(
    name: str, drawn: tuple[tuple[int, ...], list[tuple[int, ...]]]
) -> None:
    (model, define, close), (shape, trace) = MODELS[name], drawn
    view = seen(domain(*shape, null_deal=True), trace, model)
    table = define(trace, shape)
    levels = view.space.levels
    wanted = [sum(table[i][level] for i, level in enumerate(row)) for row in levels.tolist()]
    packages = np.arange(view.space.size)
    np.testing.assert_allclose(view.their_utility(packages[None, :])[0], wanted, atol=close)
    one = make_world_view(
        game=domain(*shape), mine=(-1,) * (len(trace) - 1), model=model,
        theirs=[int(np.ravel_multi_index(bid, shape)) for bid in trace],
    )  # fmt: skip
    assert [one.their_utility(int(p)) for p in packages] == view.their_utility(packages[None, :])[
        0
    ].tolist(), "in one world to the last bit"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("spread", [0.03, 1e-6])
@given(traces())
def test_bids_that_nobody_expected_leave_a_belief(
    spread: float, drawn: tuple[tuple[int, ...], list[tuple[int, ...]]]
) -> None:
    shape, trace = drawn
    view = seen(domain(*shape, null_deal=True), trace, Bayesian(spread=spread))
    found = view.their_utility(np.arange(view.space.size)[None, :])
    assert (found >= 0).all()
    assert (found <= 1 + 1e-6).all()


@pytest.mark.parametrize("model", [Frequency(), Bayesian()])
def test_what_was_learned_is_kept_world_by_world(model: Any) -> None:
    game = domain(3, 3)
    view = make_view(game=game, mine=(-1,) * 4, theirs=(0, 4, 8, 5, 5), worlds=6)
    whole = model.utility(view, np.full(6, 4))
    fresh = make_view(game=game, mine=(-1,) * 4, theirs=(0, 4, 8, 5, 5), worlds=6)
    some = np.array([True, False, True, False, False, True])
    model.utility(fresh.narrow(some), np.full(3, 4))
    late = model.utility(fresh, np.full(6, 4))
    assert late.tolist() == whole.tolist(), "worlds that were asked before, and those that were not"
    assert len(set(whole.tolist())) == 1


def test_offers_are_learned_once_however_often_it_is_asked() -> None:
    model, game = Frequency(), domain(3, 3)
    view = make_view(game=game, mine=(-1,) * 2, theirs=(0, 4, 4))
    first = model.state(view)["count"].tolist()
    assert model.state(view)["count"].tolist() == first


def test_passes_before_the_first_offer_are_no_offers() -> None:
    model, game = Frequency(), domain(3, 3)
    view = make_view(game=game, mine=(-1,) * 3, theirs=(-1, -1, 4, 4))
    assert model.state(view)["count"][0].tolist() == [[1, 2, 1], [1, 2, 1]]


def test_no_deal_is_believed_to_be_worth_the_floor() -> None:
    view = make_view(game=domain(3), theirs=(0,), model=Frequency(floor=0.3))
    assert view.their_reservation.tolist() == [0.3]
    assert view.their_utility(-1).tolist() == [0.3]
    assert view.their_utility([[-1, 0]])[0, 0] == 0.3
    one = make_world_view(game=domain(3), theirs=(0,), model=Frequency(floor=0.3))
    assert (one.their_reservation, one.their_utility(-1)) == (0.3, 0.3)


def test_with_complete_information_the_truth_stands_in_the_place_of_a_model() -> None:
    game = domain(3, information="complete")
    for model in (None, Frequency()):
        view = make_view(game=game, theirs=(0,), model=model)
        assert view.their_utility([[0, 1, 2]])[0].tolist() == [1, 0.5, 0]


class OddModel(OpponentModel):
    """Believes that the other side likes odd packages; not a sum over issues."""

    def utility(self, view: Any, package: Any) -> Any:
        return package % 2 * 1.0


def test_a_model_of_your_own_need_not_be_a_sum() -> None:
    view = make_view(game=domain(3, 4), theirs=(0,), model=OddModel())
    assert view.their_utility([[3, 4]]).tolist() == [[1, 0]]
    assert view.offer_at(0.4).tolist() == [5], "of 2, 5 and 8, which are worth the same"
    one = make_world_view(game=domain(3, 4), theirs=(0,), model=OddModel())
    assert one.their_utility(3) == 1.0
    assert one.offer_at(0.4) == 5


def test_a_drawn_rate_is_one_for_each_world() -> None:
    def played(rate: Any, worlds: int) -> Any:
        said = {"offer": "linear", "model": {"name": "frequency", "rate": rate}}
        game = tariff_game(build(said), Chaotic(0, 0, 0), scope=False, review=(), rounds=9)
        return negotiate(game, worlds, seed=5, turns=True).to_turns()

    drawn = played({"choice": [0.01, 1.0]}, 40)
    alone = [played(rate, 40) for rate in (0.01, 1.0)]
    mine = [t[t["seat"] == "hub"].set_index(["world", "round"])["offer"] for t in (drawn, *alone)]
    same = [[mine[0][w].equals(one[w]) for w in range(40)] for one in mine[1:]]
    assert all(a or b for a, b in zip(*same, strict=True)), "each world plays one of the two"
    assert not all(same[0])
    assert not all(same[1])


def test_no_model_leaves_offers_to_their_distance() -> None:
    game = domain(3, 3)
    view = make_view(game=game, theirs=(2,))
    plain, none = (
        Combined(Linear(), model=model).propose(view).tolist() for model in (None, NoModel())
    )
    assert plain == none
    with pytest.raises(TypeError, match="NoModel does not say what it believes: write utility"):
        NoModel().utility(view, np.zeros(1, dtype=int))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.data())
def test_a_package_is_worth_the_sum_of_its_levels(shape: list[int], data: Any) -> None:
    game = domain(*shape)
    size = game.talks[0].space.size
    trace = [tuple(data.draw(st.integers(0, n - 1)) for n in shape) for _ in range(3)]
    model = Bayesian()
    view = seen(game, trace, model)
    packages = np.array([data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=9))])
    levels, issues = view.space.levels[packages[0]], np.arange(len(shape))
    expected = [model.levels(view)[0][issues, row].sum() for row in levels]
    assert view.their_utility(packages)[0] == pytest.approx(expected, abs=1e-12)
    assert view.their_utility(packages[:, 0])[0] == pytest.approx(expected[0], abs=1e-12)


def test_packages_that_are_the_same_in_all_worlds_are_worth_what_each_is_worth() -> None:
    game, model = domain(3, 2, 4), Frequency()
    view = make_view(game=game, mine=(-1, -1), theirs=(0, 5, 9), model=model, worlds=2)
    same = np.array([[3, 11, 23, 0]] * 2)
    apart = np.array([[3, 11, 23, 0], [0, 23, 11, 3]])
    assert view.their_utility(same)[0].tolist() == view.their_utility(apart)[0].tolist()
    assert view.their_utility(same)[1].tolist() == view.their_utility(apart)[1, ::-1].tolist()


class Fewer(Frequency):
    """Believes in whole numbers, in a table that is wider than it has to be."""

    def table(self, view: Any, state: Any) -> Any:
        return np.arange(15).reshape(1, 3, 5).repeat(len(view), axis=0)


def test_tables_of_a_model_of_ones_own_may_be_wide_and_whole_numbers() -> None:
    game = domain(3, 2, 4)
    view = seen(game, [(0, 0, 0)], Fewer())
    packages = np.arange(game.talks[0].space.size)
    levels = view.space.levels[packages]
    expected = (levels + np.array([0, 5, 10])).sum(axis=1)
    assert view.their_utility(packages[None])[0].tolist() == expected.tolist()
    assert view.solution("kalai_smorodinsky").dtype == np.int64


def test_a_package_that_is_not_there_is_named() -> None:
    view = seen(domain(3, 2, 4), [(0, 0, 0)], Frequency())
    with pytest.raises(IndexError, match="package 24 is not there; packages are numbered 0 to 23"):
        view.their_utility(np.array([[3, 24]]))
