"""The lower bounds that pyproject.toml names are those that CI installs and tries."""

import tomllib
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
ON_THE_LOWEST = {"python_version": "3.11"}


def requirements() -> list[Requirement]:
    """Give all that the project and its extras name, on the lowest Python."""
    every = map(Requirement, [*PROJECT["dependencies"], *chain(*EXTRAS.values())])
    there = [each for each in every if not each.marker or each.marker.evaluate(ON_THE_LOWEST)]
    return [each for each in there if canonicalize_name(each.name) != PROJECT["name"]]


def bounds() -> dict[str, Version]:
    found = {}
    for each in requirements():
        (lowest,) = [said.version for said in each.specifier if said.operator == ">="]
        found[canonicalize_name(each.name)] = Version(lowest)
    return found


def installed() -> dict[str, Version]:
    lines = (ROOT / ".ci" / "lowest.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {name: Version(version) for name, version in pairs}


def test_everything_has_a_lower_bound_and_it_is_the_one_that_is_tried() -> None:
    assert bounds() == installed()


@pytest.mark.parametrize("extra", ["analysis", "app", "cluster", "notebook", "sensitivity", "viz"])
def test_all_is_every_extra_that_plays_or_shows(extra: str) -> None:
    (every,) = map(Requirement, EXTRAS["all"])
    assert every.name == PROJECT["name"]
    assert extra in every.extras
    assert every.extras <= set(EXTRAS)
