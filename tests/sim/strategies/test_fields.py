"""What a parameter may be: every sentence that a wrong one causes."""

from typing import Any

import pytest

from sim.chance.spreads import Drawn
from sim.strategies import (
    Boulware,
    Conceder,
    Hardliner,
    Linear,
    Micro,
    ScopeRefuser,
    WaitAndSee,
)

pytestmark = pytest.mark.fast

WRONG: list[tuple[Any, dict[str, Any], str]] = [
    (Boulware, dict(exponent=0), "exponent is 0; it has to be above 0"),
    (Linear, dict(exponent=-1), "exponent is -1; it has to be above 0"),
    (Conceder, dict(exponent=Drawn.uniform(0, 2)), "exponent is 0; it has to be above 0"),
    (Boulware, dict(exponent=Drawn.choice((1, -0.5))), "exponent is -0.5; it has to be above 0"),
    (Micro, dict(stride=-1), "stride is -1; it has to be at least 0"),
    (ScopeRefuser, dict(inner=Hardliner(), until=-0.1), "until is -0.1; it has to be at least 0"),
    (
        ScopeRefuser,
        dict(inner=Hardliner(), until=Drawn.uniform(-2, 1)),
        "until is -2; it has to be at least 0",
    ),
    (WaitAndSee, dict(inner=Hardliner(), until=-1), "until is -1; it has to be at least 0"),
]


@pytest.mark.parametrize(("cls", "parameters", "sentence"), WRONG)
def test_a_wrong_parameter_is_named_with_its_rule(
    cls: Any, parameters: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError) as caught:
        cls(**parameters)
    assert str(caught.value) == sentence


RIGHT: list[tuple[Any, dict[str, Any]]] = [
    (Boulware, dict(exponent=0.01)),
    (Linear, dict(exponent=Drawn.uniform(0.01, 3))),
    (Micro, dict(stride=0)),
    (ScopeRefuser, dict(inner=Hardliner(), until=0)),
    (ScopeRefuser, dict(inner=Hardliner(), until=1.5)),
    (WaitAndSee, dict(inner=Hardliner(), until=Drawn.choice((0, 2)))),
]


@pytest.mark.parametrize(("cls", "parameters"), RIGHT)
def test_the_ends_of_what_is_allowed(cls: Any, parameters: dict[str, Any]) -> None:
    made = cls(**parameters)
    assert {name: getattr(made, name) for name in parameters} == parameters
