"""Strategies put together from components, in Python and in a config."""

from pathlib import Path
from typing import Any

import pytest

from sim.chance.spreads import Drawn
from sim.errors import BrokenStrategyError, ConfigError
from sim.scenario.players.registry import build
from sim.strategies import Boulware, NiceTitForTat, ScopeRefuser
from sim.strategies.parts import Bayesian, Combined, Frequency, NoModel
from sim.strategies.parts.acceptance import Combi, Constant
from sim.strategies.parts.scope import Refuser, Slicing
from sim.talks.model import negotiate
from sim.testing import SPACE, make_view, tariff_game

pytestmark = pytest.mark.fast


def test_a_table_of_names_is_a_strategy() -> None:
    said = {"offer": "boulware", "accept": "combi", "model": "frequency", "scope": "salami"}
    assert build(said) == Combined(Boulware(), Combi(), Frequency(), Slicing())


def test_what_is_left_out_is_as_in_the_offer() -> None:
    assert build({"offer": "boulware"}) == Combined(Boulware())


def test_each_may_be_a_table_with_parameters() -> None:
    said = {
        "offer": {"name": "boulware", "exponent": {"uniform": [0.1, 0.5]}},
        "accept": {"name": "constant", "share": 1},
        "model": {"name": "bayesian", "spread": {"value": 0.2, "unit": "utility"}},
        "scope": {"name": "refuser", "admits": ["cars"], "until": {"choice": [0.5, 2]}},
    }
    assert build(said) == Combined(
        Boulware(Drawn("uniform", (0.1, 0.5), (), "offering.exponent")),
        Constant(share=1),
        Bayesian(spread=0.2),
        Refuser(("cars",), Drawn("choice", (0.5, 2), (), "scoping.until")),
    )


def test_an_offer_may_wrap_another_strategy_and_be_wrapped() -> None:
    inner = {"offer": "boulware", "accept": "combi"}
    said = {"name": "scope_refuser", "inner": inner}
    assert build(said) == ScopeRefuser(Combined(Boulware(), Combi()))
    assert build({"offer": said, "model": "none"}) == Combined(
        ScopeRefuser(Combined(Boulware(), Combi())), model=NoModel()
    )


def test_a_strategy_with_a_model_takes_another() -> None:
    assert build({"name": "nice_tit_for_tat", "model": "frequency"}) == NiceTitForTat(
        model=Frequency()
    )
    said = {"name": "nice_tit_for_tat", "model": {"name": "bayesian", "pace": 0.1}}
    assert build(said) == NiceTitForTat(model=Bayesian(pace=0.1))


SAID: list[tuple[dict[str, Any], str]] = [
    (
        {"offer": "boulware", "acept": "combi"},
        "s.acept: there is no component 'acept'; did you mean 'accept'?",
    ),
    (
        {"accept": "combi"},
        "s.offer: missing; give the strategy that makes the offers, such as 'boulware'",
    ),
    (
        {"offer": "boulwar"},
        "s.offer: there is no strategy 'boulwar'; did you mean 'boulware'?",
    ),
    (
        {"offer": "boulware", "accept": "comby"},
        "s.accept: there is no acceptance rule 'comby'; did you mean 'combi'?",
    ),
    (
        {"offer": "boulware", "model": "psychic"},
        "s.model: there is no opponent model 'psychic'; there is none, frequency, bayesian",
    ),
    (
        {"offer": "boulware", "accept": {"name": "combi", "afer": 1}},
        "s.accept.afer: there is no parameter 'afer'; did you mean 'after'?",
    ),
    (
        {"offer": "boulware", "accept": {"after": 1}},
        "s.accept.name: missing; give an acceptance rule, such as 'next'",
    ),
    (
        {"offer": "boulware", "model": {"name": "frequency", "rate": 0}},
        "s.model.rate: rate is 0; it has to be above 0 and at most 1",
    ),
    (
        {"offer": "boulware", "scope": {"name": "salami", "price_bn": "dear"}},
        "s.scope.price_bn: 'dear' is not a number or a distribution",
    ),
    ({"offer": "boulware", "scope": 3}, "s.scope: 3 is neither a name nor a table with a name"),
    (
        {"offer": "boulware", "accept": "sim.strategies.parts.scope:Salami"},
        "s.accept: 'sim.strategies.parts.scope:Salami' is not an acceptance rule; derive it from "
        "sim.strategies.parts.Acceptance",
    ),
]


@pytest.mark.parametrize(("said", "sentence"), SAID)
def test_what_is_wrong_is_one_sentence(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build(said, "s")
    assert str(caught.value) == sentence


MINE = """
from dataclasses import dataclass
from sim.strategies.parts import Acceptance, OpponentModel, ScopeRule

@dataclass(frozen=True)
class Patient(Acceptance):
    after: float = 0.5

    def accepts(self, view, mine):
        return view.time >= self.after

class Blank(Acceptance):
    pass
"""


def test_components_of_your_own_are_named_as_strategies_are(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE, encoding="utf-8")
    said = {"offer": "boulware", "accept": {"name": "mine.py:Patient", "after": 0.7}}
    built = build(said, directory=tmp_path)
    assert built.accepting.after == 0.7  # type: ignore[union-attr]
    with pytest.raises(BrokenStrategyError, match=r"'mine\.py:Blank' does not say what it acc"):
        build({"offer": "boulware", "accept": "mine.py:Blank"}, directory=tmp_path)
    with pytest.raises(
        ConfigError, match=r"no acceptance rule in mine\.py named 'Patent'; did you"
    ):
        build({"offer": "boulware", "accept": "mine.py:Patent"}, directory=tmp_path)


def test_through_a_model_offers_are_those_that_suit_the_other_side() -> None:
    worth = {"cars": (0, -1, -3), "metals": (0, -3), "pledge": (0, 3, 5)}
    game = tariff_game(scope=False, review=(), rounds=9, hub_worth=worth)
    asked, other = {"metals": 0}, {"cars": 0}
    view = make_view(game=game, mine=(-1,) * 5, theirs=(other, *(asked,) * 4, other))
    plain, seen = (
        Combined(Boulware(1.0), model=model).propose(view).item() for model in (None, Frequency())
    )
    assert SPACE.decode(seen)["metals"] == 0, "asked for five times of six"
    assert SPACE.decode(plain)["metals"] == 25, "nearer to the last offer"


@pytest.mark.slow
@pytest.mark.parametrize("model", ["none", "frequency", "bayesian"])
@pytest.mark.parametrize("accept", ["next", "constant", "time", "combi"])
@pytest.mark.parametrize("scope", ["position", "everything", "refuser", "salami"])
def test_all_go_together(model: str, accept: str, scope: str) -> None:
    said = {"offer": "tit_for_tat", "accept": accept, "model": model, "scope": scope}
    game = tariff_game(build(said), build(said), rounds=6, positions=((), ("cars",)))
    assert len(negotiate(game, 3).to_frame()) == 3
