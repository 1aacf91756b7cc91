"""Levels as a grid are the levels as a list, wherever a scenario says them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.config import override, parse
from sim.config.schema.levels import MOST_LEVELS
from sim.errors import ConfigError
from sim.scenario.scenario import talks_of
from tests.sim.config.test_config import BASE, GIVEN

pytestmark = pytest.mark.fast

CARS, PLEDGE = "talks.east.measures.cars.levels", "talks.east.concessions.pledge.levels"


def grid(first, last, step):
    return {"from": first, "to": last, "step": step}


def levels(path, said, base=BASE):
    talk, kind, name = path.split(".")[1:4]
    return getattr(parse(override(base, {path: said})).talks[talk], kind)[name].levels


def wrong(path, said):
    with pytest.raises(ConfigError) as caught:
        levels(path, said)
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "said", "listed"),
    [
        (CARS, grid(25, 0, 2.5), [25, 22.5, 20, 17.5, 15, 12.5, 10, 7.5, 5, 2.5, 0]),
        (CARS, grid(25, 0, 25), [25, 0]),
        (CARS, grid(25.0, 10, 5), [25, 20, 15, 10]),
        (CARS, grid(1, 0, 0.1), [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0]),
        (PLEDGE, grid(0, 600, 200), [0, 200, 400, 600]),
        (PLEDGE, grid(0, 0.3, 0.1), [0, 0.1, 0.2, 0.3]),
    ],
)
def test_a_grid_is_read_as_its_list(path, said, listed):
    assert levels(path, said) == levels(path, listed) == tuple(map(float, listed))


@given(
    first=st.integers(-50, 50),
    steps=st.integers(1, 200),
    step=st.sampled_from(["0.01", "0.1", "0.3", "1", "2.5", "100", "0.125"]),
    falls=st.booleans(),
)
def test_every_level_is_the_number_that_somebody_would_write(first, steps, step, falls):
    begin, way = Decimal(first) / 10, -1 if falls else 1
    written = [begin + way * k * Decimal(step) for k in range(steps + 1)]
    start = written[-1] - begin if falls else begin  # a tariff of -100 and less is no level
    written = [each - start for each in written]
    said = grid(float(written[0]), float(written[-1]), float(step))
    assert levels(CARS if falls else PLEDGE, said) == tuple(map(float, written))


def test_inclusive_totals_and_stars_take_a_grid():
    changed = override(
        BASE,
        {"talks.*.measures.cars.levels": grid(25, 0, 5), "talks.*.measures.cars.inclusive": True},
    )
    for rules in talks_of(parse(changed)):
        cars = rules.space.measures[0]
        assert cars.levels == (25, 20, 15, 10, 5, 0)
        assert cars.inclusive


def test_given_payoffs_are_counted_against_the_levels_of_a_grid():
    said = {"talks.east.concessions.price.levels": grid(0, 2, 1)}
    with pytest.raises(ConfigError, match="2 payoffs for 3 levels; give one for each level"):
        parse(override(GIVEN, said))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            grid(25, 0, 4),
            "steps of 4 from 25 do not end on 0; give a step that divides 25, or to = 1",
        ),
        (
            grid(25, 0, -5),
            "the step -5 is not above 0; it is a size, and the ends 25 and 0 say which way it goes",
        ),
        (
            grid(25, 0, 0),
            "the step 0 is not above 0; it is a size, and the ends 25 and 0 say which way it goes",
        ),
        (
            grid(25, 25, 5),
            "a grid from 25 to 25 has one level; write [25], or give ends that differ",
        ),
        (
            grid(25, 0, 0.001),
            f"steps of 0.001 from 25 to 0 are 25,001 levels; a grid has at most {MOST_LEVELS:,}: "
            "give a larger step",
        ),
        (
            [],
            "[] has no level; give those that can be agreed, such as [25, 15], or { from = 25, "
            "to = 0, step = 2.5 }",
        ),
        (
            {"fro": 25, "to": 0, "step": 5},
            "a grid of levels is { from = 25, to = 0, step = 2.5 }; there is no key 'fro' in one; "
            "did you mean 'from'?",
        ),
        (
            {"from": 25, "to": 0},
            "'step' is missing; a grid of levels is { from = 25, to = 0, step = 2.5 }",
        ),
        (
            {"value": [25, 0]},
            "a grid of levels is { from = 25, to = 0, step = 2.5 }; there is no key 'value' in one",
        ),
        (
            grid(25, 0, 5) | {"stop": 3},
            "a grid of levels is { from = 25, to = 0, step = 2.5 }; there is no key 'stop' in one; "
            "did you mean 'step'?",
        ),
        (grid(25, 0, "five"), "step: 'five' is not a finite number"),
        (grid(25, 0, True), "step: true is not a finite number"),
    ],
)
def test_what_is_wrong_with_a_grid_is_a_sentence(said, sentence):
    assert wrong(CARS, said) == f"{CARS}: {sentence}"


@pytest.mark.parametrize("end", [float("inf"), float("-inf"), float("nan")])
def test_a_grid_without_an_end_is_refused_at_its_key(end):
    assert wrong(CARS, grid(end, 0, 5)) == f"{CARS}.from: {end} is not a finite number"


def test_a_grid_that_goes_the_wrong_way_is_refused_like_its_list():
    assert "do not fall; the first is the rate" in wrong(CARS, grid(0, 25, 5))
    assert "do not rise from 0; the first is 0" in wrong(PLEDGE, grid(600, 0, 200))
