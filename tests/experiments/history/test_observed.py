"""What happened is checked against the scenario, and changes no result."""

from datetime import date
from pathlib import Path

import pytest

from experiments.design.plan import Plan
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


# --- A file of outcomes --------------------------------------------------------------------------

FILE = """
naive.constant = 15
[observed.east]
date = 2025-03-20
rate.cars = 15
lowers = { metals = false }
[observed.west]
deal = false
[patterns.metals]
kind = "kept"
measures = ["metals"]
"""


def test_a_config_may_name_a_file_of_outcomes(tmp_path: Path) -> None:
    (tmp_path / "happened.toml").write_text(FILE, encoding="utf-8")
    config = Plan.load(write(tmp_path, 'outcomes = "happened.toml"\n')).config
    assert config.observed["east"].events() == {"deal": True, "lowers.metals": False}
    assert config.observed["west"].events() == {"deal": False}
    assert config.observed["west"].columns() == {}
    assert config.naive.constant == 15
    assert list(config.patterns) == ["metals"]
    plan = Plan.load(write(tmp_path, 'outcomes = "happened.toml"\n'))
    assert plan.as_run()["patterns"] == {"metals": {"kind": "kept", "measures": ["metals"]}}
    assert "outcomes" not in plan.as_run()
    assert plan.digest == Plan.load(write(tmp_path, "")).digest


@pytest.mark.parametrize(
    ("said", "more", "sentence"),
    [
        (FILE, "[observed.east]\nrate.cars = 1", "observed: stands in happened.toml too; drop one"),
        ("[observe.east]\n", "", "{file}: observe: there is no key 'observe'; did you mean "
                                 "'observed'?"),
        ("", "", "{file}: says nothing; give what happened as a table [observed.TALK]"),
        ("[observed.east]\nlowers.car = true", "",
         "observed.east.lowers.car: there is no measure 'car'; did you mean 'cars'?"),
        ("[observed.east]\nlowers.cars = 1", "", "observed.east.lowers.cars: 1 is neither true nor "
                                                 "false"),
        ("naive.constant = -1", "", "naive.constant: -1 is out of range; it has to be at least 0"),
    ],
)  # fmt: skip
def test_a_bad_file_of_outcomes_gets_a_sentence(
    tmp_path: Path, said: str, more: str, sentence: str
) -> None:
    file = tmp_path / "happened.toml"
    file.write_text(said, encoding="utf-8")
    with pytest.raises(ConfigError) as problem:
        Plan.load(write(tmp_path, 'outcomes = "happened.toml"\n' + more))
    assert str(problem.value) == sentence.replace("{file}", str(file))


def test_a_path_of_outcomes_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^outcomes: 3 is no path; name a .toml file"):
        Plan.load(write(tmp_path, "outcomes = 3\n"))
    with pytest.raises(ConfigError, match=r"there is no such file"):
        Plan.load(write(tmp_path, 'outcomes = "none.toml"\n'))
