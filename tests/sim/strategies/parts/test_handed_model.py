"""A model that is given is the one through which a strategy looks, or there is a sentence."""

from dataclasses import MISSING, dataclass, replace
from typing import Any

import pandas as pd
import pytest

from sim.errors import ConfigError
from sim.scenario.players.parameters_of import parameters
from sim.scenario.players.registry import build, kind_of
from sim.seats.player import drawn_values, name_drawn
from sim.strategies import BUILT_IN, Hardliner, NashOfferer, WaitAndSee
from sim.strategies.parts import Combined, Frequency, NoModel
from sim.talks.model import negotiate
from sim.testing import tariff_game

LOOKED: list[str] = []
"""Grows whenever a belief is asked for."""

MODELS = ("bayesian", {"name": "frequency", "rate": 0.9, "floor": 0.2})


@dataclass(frozen=True)
class Watched(Frequency):
    """Writes down that it was asked."""

    def utility(self, view: Any, package: Any) -> Any:
        """Believe what a frequency model does."""
        LOOKED.append("utility")
        return super().utility(view, package)


def said(name: str, inner: Any = "hardliner", **more: Any) -> Any:
    """Say a strategy of the library, with one inside if it needs one."""
    held = parameters(BUILT_IN[name]).get("inner")
    needs = held is not None and held.default is MISSING
    return {"name": name, **({"inner": inner} if needs else {}), **more}


def seats(name: str) -> list[str]:
    """List the sides on which a strategy can sit."""
    return list(BUILT_IN[name].seats)


def table(strategy: Any, side: str, other: str = "tit_for_tat") -> pd.DataFrame:
    """Play two talks with a strategy on one side; information is private."""
    game = tariff_game(talks=2, rounds=12, scope=False, review=())
    players = {
        (country, talk): build(strategy if (country == "hub") == (side == "hub") else other)
        for country, talk in game.strategies
    }
    return negotiate(replace(game, strategies=players), 12, seed=2).to_frame()


def refused(said: Any) -> str:
    """Give the sentence that a strategy is refused with."""
    with pytest.raises(ConfigError) as caught:
        build(said, "s")
    return str(caught.value)


def own_model(name: str) -> bool:
    """Tell whether a strategy has a model of its own."""
    return kind_of(BUILT_IN[name], "model") is not None


OWN = [name for name in BUILT_IN if own_model(name)]


def test_those_with_a_model_of_their_own_are_known() -> None:
    assert {"nash", "zeuthen", "hard_headed", "bayesian", "nice_tit_for_tat", "rubinstein"} <= set(
        OWN
    )


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=["bayesian", "frequency"])
@pytest.mark.parametrize("name", OWN)
def test_an_offer_with_a_model_plays_as_the_strategy_with_it(name: str, model: Any) -> None:
    for side in seats(name):
        pd.testing.assert_frame_equal(
            table({"offer": name, "model": model}, side),
            table({"name": name, "model": model}, side),
        )


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in OWN if name != "bayesian"])
def test_another_model_is_another_play(name: str) -> None:
    tables = [table({"offer": name, "model": model}, "hub") for model in MODELS]
    assert not tables[0].equals(tables[1])


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.one_in(4)
def test_a_model_is_looked_through_or_refused(name: str) -> None:
    strategy = build(said(name))
    try:
        build({"offer": said(name), "model": "frequency"}, "s")
    except ConfigError as problem:
        assert str(problem) == (
            f"s.model: {type(strategy).__name__} does not look at what the other side wants, so "
            "that a model changes nothing; leave it out"
        )
        wanted = False
    else:
        wanted = True
    LOOKED.clear()
    for side in seats(name):
        for other in ("linear", "micro"):
            table(Combined(strategy, model=Watched()), side, other)
    assert bool(LOOKED) is wanted


@pytest.mark.parametrize("name", ["wait_and_see", "package_or_nothing", "extender"])
def test_a_model_reaches_the_strategy_inside(name: str) -> None:
    side, model = seats(name)[-1], MODELS[1]
    pd.testing.assert_frame_equal(
        table({"offer": said(name, "nash"), "model": model}, side),
        table(said(name, {"name": "nash", "model": model}), side),
    )


def test_a_model_reaches_both_strategies_of_two() -> None:
    combined = Combined(build({"name": "divide_and_conquer", "inner": "nash", "then": "zeuthen"}),
                        model=Watched())  # fmt: skip
    assert combined._offering.inner.model == combined._offering.then.model == Watched()
    outer = Combined(Combined(NashOfferer(), model=Frequency(0.5)), model=NoModel())
    assert outer._offering.model == Frequency(0.5)
    deep = Combined(WaitAndSee(Combined(NashOfferer())), model=Watched())
    assert deep._offering.inner.offering.model == Watched()


def test_a_drawn_parameter_of_a_model_has_the_same_luck() -> None:
    model = {"name": "frequency", "rate": {"uniform": [0.1, 0.9]}}
    one, other = (build({key: "nash", "model": model}) for key in ("offer", "name"))
    values = [drawn_values(name_drawn(each), "hub:east", 5, 9) for each in (one, other)]
    assert {key: found.tolist() for key, found in values[0].items()} == {
        key: found.tolist() for key, found in values[1].items()
    }
    assert list(values[0]) == ["model.rate"]
    pd.testing.assert_frame_equal(
        table({"offer": "nash", "model": model}, "hub"),
        table({"name": "nash", "model": model}, "hub"),
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"offer": {"name": "nash", "model": "bayesian"}, "model": "frequency"},
            "s.model: is said at s.offer.model, too; give one model",
        ),
        (
            {"offer": {"offer": "linear", "model": "bayesian"}, "model": "frequency"},
            "s.model: is said at s.offer.model, too; give one model",
        ),
        (
            {
                "offer": {"name": "wait_and_see", "inner": {"name": "nash", "model": "bayesian"}},
                "model": "frequency",
            },
            "s.model: is said at s.offer.inner.model, too; give one model",
        ),
        (
            {"offer": "nash", "model": "none"},
            "s.model: 'none' believes nothing, and NashOfferer has to believe something of the "
            "other side; name a model, such as 'frequency'",
        ),
        (
            {"name": "nash", "model": "none"},
            "s.model: 'none' believes nothing, and NashOfferer has to believe something of the "
            "other side; name a model, such as 'frequency'",
        ),
        (
            {"offer": {"name": "extender", "inner": "hardliner"}, "model": "bayesian"},
            "s.model: Extender does not look at what the other side wants, so that a model "
            "changes nothing; leave it out",
        ),
        (
            {"offer": "micro", "accept": "combi", "scope": "salami", "model": "bayesian"},
            "s.model: Micro does not look at what the other side wants, so that a model changes "
            "nothing; leave it out",
        ),
    ],
)
def test_a_model_that_would_change_nothing_is_refused(given: Any, sentence: str) -> None:
    assert refused(given) == sentence


def test_a_rule_of_your_own_may_look_through_a_model(tmp_path: Any) -> None:
    (tmp_path / "mine.py").write_text(
        "from dataclasses import dataclass\nfrom sim.strategies.parts import Acceptance\n\n\n"
        "@dataclass(frozen=True)\nclass Fair(Acceptance):\n    '''Takes what is fair.'''\n\n"
        "    def accepts(self, view, mine):\n"
        "        return view.utility(view.standing) >= view.their_utility(view.standing)\n"
    )
    given = {"offer": "hardliner", "accept": f"{tmp_path}/mine.py:Fair", "model": "frequency"}
    made = build(given)
    assert (made.offering, made.model) == (Hardliner(), Frequency())
    assert len(table(made, "hub"))
