"""The page for NegMAS users: its code runs, and the names that it gives exist."""

import re
from importlib import import_module
from importlib.util import find_spec

import pytest

import sim
from sim import View, WorldView
from tests.docs.test_readme import ROOT, blocks

PAGE = "docs/negmas.md"
NEEDS = "# needs NegMAS\n"


def test_the_negotiation_of_the_page_ends_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = (block for block in blocks(PAGE, "python") if not block.startswith(NEEDS))
    exec(code, {"__name__": "page"})
    assert re.search(r"deal +\d+ +0\.5 +0\.5", capsys.readouterr().out)


@pytest.mark.skipif(find_spec("negmas") is None, reason="NegMAS is not installed")
def test_the_same_in_negmas(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = (block for block in blocks(PAGE, "python") if block.startswith(NEEDS))
    exec(code, {"__name__": "page"})
    assert capsys.readouterr().out.strip() == "(5,)"


@pytest.mark.fast
def test_the_names_of_this_side_exist() -> None:
    rows = [
        line.split("|")[2]
        for line in (ROOT / PAGE).read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    said = " ".join(re.findall(r"`([^`]+)`", " ".join(rows)))
    seen = re.findall(r"view\.(\w+)", said)
    assert len(seen) >= 10
    assert not [name for name in seen if not hasattr(View, name) or not hasattr(WorldView, name)]
    questions = re.findall(r"(?<![.\w])(propose|answer|scope|ask|side_move)\b", said)
    assert set(questions) == {"propose", "answer", "scope", "ask", "side_move"}
    assert all(hasattr(sim.Strategy, name) for name in questions)
    assert {"ACCEPT", "REJECT", "WALK"} == set(sim.Answer.__members__)
    assert hasattr(import_module("sim.domains"), "read")
