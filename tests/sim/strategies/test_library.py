"""The library as a whole: every strategy says what it does, is told in a test, and keeps its
contract."""

from pathlib import Path

import pytest

from sim.scenario.players import catalogue
from sim.strategies import BUILT_IN
from sim.strategies.parts import ACCEPT, MODEL, SCOPE
from sim.testing import strategy_contract

HERE = Path(__file__).parent
CLASSES = {**BUILT_IN, **{f"accept.{k}": c for k, c in ACCEPT.items()},
           **{f"model.{k}": c for k, c in MODEL.items()},
           **{f"scope.{k}": c for k, c in SCOPE.items()}}  # fmt: skip

QUICK = (
    "raises_nothing", "offers_what_its_seat_may", "answers_with_an_answer", "makes_its_other_moves",
    "keeps_to_its_time", "leaves_the_view_alone", "signs_nothing_below_no_deal",
)  # fmt: skip
"""What one play of every trial tells; the rest is told for random talks in `test_no_effect`."""


DAILY = ("linear", "salami", "package_or_nothing", "micro")
"""Those whose contract is tried by default: with and without a scope of their own and a strategy
inside. The others' is tried nightly; their transcripts are told by default."""


def test_there_are_at_least_twenty_eight() -> None:
    assert len(BUILT_IN) >= 28


@pytest.mark.parametrize("name", CLASSES)
def test_each_says_what_it_does_where_it_is_from_and_what_its_parameters_are_for(name: str) -> None:
    found = catalogue.entry(name, CLASSES[name])
    assert found.line
    assert found.authors, f"{name} names no source with author and year"
    for parameter in found.parameters:
        assert parameter.about, f"{name} does not say what {parameter.name} is for"


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_has_a_test_that_reads_like_a_transcript(name: str) -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_*.py"))
    assert BUILT_IN[name].__name__ in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.nightly] * (name not in DAILY)) for name in BUILT_IN],
)
def test_each_keeps_its_contract_in_every_trial(name: str) -> None:
    for check in strategy_contract(name, seconds=20):
        if check.name in QUICK:
            check()


@pytest.mark.nightly
@pytest.mark.parametrize("name", BUILT_IN)
def test_each_keeps_its_whole_contract(name: str) -> None:
    for check in strategy_contract(name, seconds=20):
        check()
