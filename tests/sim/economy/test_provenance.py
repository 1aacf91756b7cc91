"""What a manifest says of the economy: warnings of a low pass-through."""

import re

import numpy as np
import pytest

from sim.economy.governments import solve_tables, told
from sim.errors import ConfigError
from tests.sim.economy import small


@pytest.fixture(autouse=True)
def place(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TARIFF_TALKS_CACHE", str(tmp_path_factory.getbasetemp() / "provenance"))


def said(markup=0.2, **changes):
    talks, spec = small.talks(), small.spec(markup={"cars": markup}, **changes)
    found, _ = solve_tables(spec, talks)
    manifest = told(spec, found, talks, small.governments())
    return manifest["pass_through"], [w for w in manifest["warnings"] if "pass_through" in w]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pass_through": {"cars": 0.3}}, "at 0.3"),
        ({"passed": {"cars": np.array([0.3, 0.9])}}, "at 0.30 to 0.90"),
    ],
)
def test_a_pass_through_that_leaves_little_is_warned_of(changes, words):
    _, warnings = said(**changes)
    assert len(warnings) == 1
    start = f"economy.pass_through.cars: {words} the highest duty leaves sellers "
    assert warnings[0].startswith(start)
    left = int(re.search(r"sellers (\d+) % of the profit", warnings[0])[1])
    most = (1.25 + 0.025) / 1.025
    assert left == pytest.approx(100 * (1 - 0.8 * most**0.7) / 0.2, abs=1)


def test_a_high_pass_through_is_not_and_one_too_low_is_refused():
    assert said(pass_through={"cars": 0.9}) == ({"cars": 0.9}, [])
    drawn, warnings = said(passed={"cars": np.array([0.9, 0.95])})
    assert drawn == {"cars": {"low": 0.9, "median": 0.925, "high": 0.95}}
    assert not warnings
    with pytest.raises(ConfigError, match=r"^economy\.pass_through\.cars: 0\.05 is too low"):
        said(markup=0.1, passed={"cars": np.array([0.9, 0.05])})
