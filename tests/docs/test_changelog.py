"""Every test that the table of faults names is there."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[2]
SHORT = {
    "F": "tests/experiments/figures",
    "E": "tests/experiments",
    "P": "tests/experiments/app",
    "S": "tests/sim",
}
TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
NAMES = {path.name for path in (ROOT / "tests").rglob("*.py")}


def test_the_files_of_tests_that_are_named_are_there():
    named = re.findall(r"`((?:tests|[FEPS])/[\w/]+\.py)", TEXT)
    assert len(named) > 50
    files = [re.sub(r"^([FEPS])/", lambda m: f"{SHORT[m[1]]}/", name) for name in named]
    assert not [name for name in files if not (ROOT / name).is_file()]
    bare = re.findall(r"`(test_\w+\.py)", TEXT)
    assert not [name for name in bare if name not in NAMES]


def test_the_tests_that_are_named_are_in_their_files():
    every = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))
    )
    named = re.findall(r"::(test_\w+)", TEXT)
    assert named
    assert not [name for name in named if f"def {name}(" not in every]


def test_the_short_names_of_tests_are_those_of_tests():
    """In the table of faults a name without `test_` follows that of a file."""
    every = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "tests").rglob("test_*.py"))
    )
    rows = re.findall(r"^\| [A-J] \|.*\|(.*)\|$", TEXT, re.MULTILINE)
    short = [name for row in rows for name in re.findall(r"`([a-z]+(?:_[a-z0-9]+)+)`", row)]
    assert len(short) > 10
    assert not [name for name in short if f"def test_{name}(" not in every]
