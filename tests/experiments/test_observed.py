"""What happened is checked against the scenario, and changes no result."""

from datetime import date
from pathlib import Path

import pytest

from experiments.plan import Plan
from sim.errors import ConfigError
from tests.experiments.small import SWEEP, write

OBSERVED = """
[observed.east]
date = 2025-03-20
rate.cars = 15
give = { pledge = { value = 300, unit = "USD bn" } }
source = "made up"
"""


def test_what_happened_by_column(tmp_path: Path) -> None:
    plan = Plan.load(write(tmp_path, SWEEP + OBSERVED))
    assert plan.config.observed["east"].columns() == {
        "rate.cars": 15,
        "give.pledge": 300,
        "date": date(2025, 3, 20),
    }


def test_results_do_not_depend_on_it_nor_on_figures(tmp_path: Path) -> None:
    plain = Plan.load(write(tmp_path))
    more = Plan.load(write(tmp_path, SWEEP + OBSERVED + "[figures]\nstatus = { most = 3 }\n"))
    assert more.digest == plain.digest
    assert more.as_run()["figures"] == {"status": {"most": 3}}
    assert more.as_run()["observed"]["east"]["date"] == date(2025, 3, 20)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("[observed.west2]", "observed.west2: there is no talk 'west2'; did you mean 'west'?"),
        (
            "[observed.east]\nrate.car = 1",
            "observed.east.rate.car: there is no measure 'car'; did you mean 'cars'?",
        ),
        (
            "[observed.east]\ngive.pledges = 1",
            "observed.east.give.pledges: there is no concession 'pledges'; did you mean 'pledge'?",
        ),
        (
            "[observed.east]\napplied.cars = 1",
            "observed.east.applied.cars: there is no goods group 'cars'; there is none here",
        ),
        ("[observed.east]\nrate.cars = 'x'", "observed.east.rate.cars: 'x' is not a number"),
        (
            "[observed.east]\nrates = 1",
            "observed.east.rates: there is no key 'rates'; did you mean 'rate'?",
        ),
    ],
)
def test_what_is_wrong_gets_a_sentence(tmp_path: Path, said: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as problem:
        Plan.load(write(tmp_path, said))
    assert str(problem.value) == sentence
