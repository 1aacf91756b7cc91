"""Every recipe is run as it stands on the page, with few worlds and in this process."""

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from experiments.commands.cli import main
from tests.docs.test_readme import ROOT

PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^### (\d+\. .*?)\n\n```sh\n(.*?)```\n\n\S", PAGE, re.M | re.S))
"""The commands of every question, which is followed by what to look at."""

FEW = ["--set", "worlds=4", "--set", "draws=2", "--set", "replications=2", "--workers", "1"]
LARGE = ("screening", "tournament", "no_deal")
"""Configs that take a while with few worlds, too."""

DRAWING = ("run", "economy", "rates", "sensitivity", "tournament")


def recipes(large: bool) -> list[str]:
    """Name the questions whose commands play a large config, or the others."""
    return [
        question
        for question, commands in RECIPES.items()
        if any(f"run {config}" in commands for config in LARGE) == large
    ]


def words(line: str) -> list[str]:
    """Give the words of a line after `tariff-talks`, with few worlds and the directories meant."""
    program, *said = shlex.split(line)
    assert program == "tariff-talks"
    for n, word in enumerate(said):
        if "…" in word:
            named = re.compile(re.escape(word).replace("…", "[0-9a-f]{10}"))
            (said[n],) = (str(path) for path in Path("results").iterdir() if named.match(str(path)))
    quiet = ["--no-figures"] if said[0] in DRAWING else []
    return [*said, *quiet, *(FEW if said[0] == "run" else [])]


def follow(question: str) -> None:
    for line in RECIPES[question].splitlines():
        asked = words(line)
        assert main(asked) == 0, line
        for option, value in pairwise(asked):
            assert option != "--out" or Path(value).stat().st_size > 1_000, line


def test_there_are_twenty_questions() -> None:
    assert [int(question.partition(".")[0]) for question in RECIPES] == list(range(1, 21))
    assert PAGE.count("\ntariff-talks ") == sum(said.count("\n") for said in RECIPES.values())


@pytest.mark.one_in(9)
@pytest.mark.parametrize("question", recipes(large=False))
def test_a_recipe_works(question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    follow(question)


@pytest.mark.nightly
@pytest.mark.parametrize("question", recipes(large=True))
def test_a_recipe_with_a_large_config_works(
    question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    follow(question)
