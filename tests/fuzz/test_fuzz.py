"""Every shipped config, mutated: it is planned or refused in a sentence; what is planned plays."""

import os
import tomllib
from pathlib import Path

import pytest

from tests.experiments.small import SCENARIO
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
    assert not faults([of(number, configs) for number in range(first, first + NIGHTLY)])
