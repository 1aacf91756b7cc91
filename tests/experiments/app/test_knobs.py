"""Parameters of strategies as fields of a form."""

import pytest

from experiments.app.knobs import knobs, read_number, told_of, write_number
from sim.chance.spreads import Drawn
from sim.errors import ConfigError
from sim.scenario.players import registry

pytestmark = pytest.mark.fast


def test_the_knobs_of_a_strategy() -> None:
    found = {knob.name: knob for knob in knobs("scope_refuser")}
    assert (found["admits"].kind, found["admits"].default) == ("names", ())
    assert found["until"].kind == "number"
    assert (found["inner"].kind, found["inner"].default) == ("strategy", None)
    assert "how it offers" in found["inner"].about
    assert [knob.name for knob in knobs("hardliner")] == []


def test_every_strategy_has_a_form_and_what_it_leaves_out_has_a_default() -> None:
    for name in registry.known():
        said = {"name": name}
        for knob in knobs(name):
            if knob.kind == "strategy":
                said[knob.name] = "boulware"
            elif knob.default is None:
                said[knob.name] = 1.0 if knob.kind == "number" else 1
        registry.build(said)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        (" 3 ", 3),
        ("0,5", 0.5),
        ("0.1 to 0.8", {"uniform": [0.1, 0.8]}),
        ("0.1–0.8", {"uniform": [0.1, 0.8]}),
        ("-2", -2),
    ],
)
def test_numbers_and_ranges_are_read(text: str, value: object) -> None:
    assert read_number(text, "exponent") == value


@pytest.mark.parametrize("text", ["much", "1 to", "1 to 2 to 3", "", "–"])
def test_what_is_no_number_gets_a_sentence(text: str) -> None:
    with pytest.raises(ConfigError, match=r"exponent: '.*' is neither a number such as 0.5 nor"):
        read_number(text, "exponent")


def test_numbers_are_written_as_they_are_read() -> None:
    for value in (0.5, 3, {"uniform": [0.1, 0.8]}):
        assert read_number(write_number(value), "x") == value
    assert write_number({"value": 2, "unit": "rounds"}) == "2"
    assert write_number(Drawn("uniform", (0.1, 0.8))) == "0.1 to 0.8"
    assert write_number(None) == ""


def test_a_section_of_a_docstring() -> None:
    text = "Does it.\n\nArgs:\n    a, b: two of\n        them.\n    c: one.\n\nReturns:\n    d: no."
    assert told_of(text, "Args") == {"a": "two of them.", "b": "two of them.", "c": "one."}
