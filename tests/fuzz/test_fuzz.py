"""Every shipped config, mutated: it is planned or refused in a sentence; what is planned plays."""

import os
import signal
import tomllib
from pathlib import Path

import pytest

from tests.experiments.small import SCENARIO
from tests.fuzz.apart import apart
from tests.fuzz.mutations import SCENARIOS, Case, case, gentle
from tests.fuzz.planned import Outcome, desk, planned, played, put

DEFAULT, NIGHTLY = 200, 2_000


@pytest.fixture(scope="module")
def configs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return desk(tmp_path_factory.mktemp("fuzz"))


def of(number: int, configs: Path) -> tuple[Case, Outcome]:
    made = case(number)
    return made, planned(put(made, configs))


def test_a_mutated_config_is_planned_or_refused_in_a_sentence(configs):
    """And some are planned: a fuzzer whose cases are all refused at the door sees no house."""
    found = [of(number, configs) for number in range(DEFAULT)]
    assert not faults(found)
    assert sum(outcome.kind == "planned" for _, outcome in found) > DEFAULT // 10


def faults(found: list[tuple[Case, Outcome]]) -> list[str]:
    return [
        f"case {made.number}, {made.file.name}, {made.told}: {outcome.kind}: {outcome.said}"
        for made, outcome in found
        if not outcome.fine
    ]


def unplayable(numbers: range, configs: Path) -> list[str]:
    """Play what can be planned of scenarios with given payoffs, which nothing is solved for."""
    said, found = tomllib.loads(SCENARIO), []
    for number in numbers:
        made = Case(number, SCENARIOS[0], gentle(number, said))
        experiment = put(made, configs)
        outcome = planned(experiment)
        outcome = played(experiment) if outcome.kind == "planned" else outcome
        found.append((made, outcome))
    assert any(outcome.kind == "planned" for _, outcome in found)
    return faults(found)


def test_what_is_planned_can_be_played(configs):
    assert not unplayable(range(10), configs)


@pytest.mark.nightly
def test_whatever_is_planned_can_be_played(configs):
    assert not unplayable(range(10, 500), configs)


@pytest.mark.nightly
def test_thousands_of_mutated_configs_are_planned_or_refused_in_a_sentence(configs):
    first = int(os.environ.get("FUZZ_FIRST", DEFAULT))
    numbers = range(first, first + NIGHTLY)
    outcomes = list(apart(numbers, configs))
    assert len(outcomes) == NIGHTLY
    assert not faults([(case(k), each) for k, each in zip(numbers, outcomes, strict=True)])


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("os.abort()", f"signal {signal.SIGABRT:d}"),
        ("os.kill(os.getpid(), signal.SIGKILL)", f"signal {signal.SIGKILL:d}"),
        ("os._exit(3)", "exit code 3"),
        ("sys.exit(0)", "exit code 0"),
    ],
)
def test_a_process_that_ends_in_a_case_is_counted_and_the_rest_is_planned(tmp_path, end, told):
    """In every third case, which is not told any more."""
    child = f"""
import json, os, signal, sys
for number in range(int(sys.argv[1]), int(sys.argv[2])):
    if number % 3 == 0:
        {end}
    print(json.dumps({{"kind": "planned", "said": str(number)}}), flush=True)
"""
    found = list(apart(range(1, 6), tmp_path, ("-c", child)))
    assert [each.kind for each in found] == ["planned", "planned", "crashed", "planned", "planned"]
    assert [each.said for each in found if each.fine] == ["1", "2", "4", "5"]
    assert told in found[2].said


@pytest.mark.slow
def test_cases_in_a_process_of_their_own_come_out_as_they_do_here(configs):
    numbers = range(12)
    here = [of(number, configs)[1].kind for number in numbers]
    assert [each.kind for each in apart(numbers, configs)] == here
