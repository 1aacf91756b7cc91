"""A small run without an economy, whose figures are looked at."""

from pathlib import Path

import pytest

from experiments.design.plan import Plan
from experiments.results.replay import keep_turns
from experiments.results.results import Results
from experiments.runs.run import run
from experiments.runs.store import plan_of

SCENARIO = """\
name = "small"
title = "Two small talks"
hub = "hub"
calendar = { start = 2025-05-04, rounds = 8, days_per_round = 2, deadline = 2025-05-20 }
rules = { review = "all", first_mover = "hub" }
positions = { hub = ["duty"], east = "all", west = "all" }

[countries]
hub = { label = "Hub" }
east = { label = "East" }
west = { label = "West" }

[strategies]
hub = { name = "boulware", exponent = { uniform = [0.3, 1.5] } }
east = "linear"
west = "conceder"

[talks.east]
partner = "east"
measures.duty = { levels = [25, 10, 0], unit = "percentage points" }
measures.levy = { levels = [10, 0], unit = "percentage points" }
concessions.gift = { levels = [0, 1, 2], unit = "USD bn" }

[talks.west]
partner = "west"
measures.duty = { levels = [25, 10, 0], unit = "percentage points" }
measures.levy = { levels = [10, 0], unit = "percentage points" }
concessions.gift = { levels = [0, 1, 2], unit = "USD bn" }

[payoffs]
kind = "table"
draws = 6
replications = 4
weights.hub.review = { low = 0.1, central = 0.2, high = 0.4 }

[payoffs.given.east]
hub = { duty = [0, -1, -2], levy = [0, -1], gift = [0, 3, 5] }
partner = { duty = [0, 2, 4], levy = [0, 1.5], gift = [0, -1, -2] }

[payoffs.given.west]
hub = { duty = [0, -1, -2], levy = [0, -1], gift = [0, 3, 5] }
partner = { duty = [0, 2, 4], levy = [0, 1.5], gift = [0, -1, -2] }
"""

EXPERIMENT = """\
name = "small"
question = "Does the rule matter?"
scenario = "scenario.toml"
worlds = 24
seed = 3

[sweep]
"rules.review" = ["all", ["duty"], "none"]
"positions.hub" = [
  { value = ["duty"], label = "only the duty is for discussion" },
  { value = "all", label = "everything is" },
]
"""


def played(folder: Path, experiment: str) -> Path:
    """Write and play an experiment; give the directory of its results."""
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    file = folder / "experiment.toml"
    file.write_text(experiment, encoding="utf-8")
    store = run(Plan.load(file), folder / "results").store
    keep_turns(store, plan_of(store))
    return store.directory


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return played(tmp_path_factory.mktemp("swept"), EXPERIMENT)


@pytest.fixture(scope="session")
def unswept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    alone = EXPERIMENT[: EXPERIMENT.index("[sweep]")]
    return played(
        tmp_path_factory.mktemp("unswept"), alone + '[overrides]\n"rules.review" = "none"'
    )


@pytest.fixture(scope="session")
def hopeless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Play a run without any deal: the rule names what the hub never admits."""
    return played(tmp_path_factory.mktemp("hopeless"), EXPERIMENT[: EXPERIMENT.index("[sweep]")])


@pytest.fixture(scope="session")
def results(directory: Path) -> Results:
    return Results.load(directory)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Give results that no engine has played."""
    from tests.experiments.figures import made

    return made.results(made.plan(tmp_path_factory.mktemp("made")))


@pytest.fixture(scope="session")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Give results over a swept number that no engine has played."""
    from tests.experiments.figures import made

    return made.results(made.plan(tmp_path_factory.mktemp("numbered"), made.NUMBER))
