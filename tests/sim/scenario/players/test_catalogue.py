"""The catalogue: the page, the table, one of them, and how it concedes."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from experiments.commands.cli import main
from experiments.figures import concession
from sim.scenario.players import catalogue, registry
from sim.strategies import BUILT_IN, Boulware, Hardliner, RandomWalker
from sim.strategies.parts import ACCEPT, MODEL, SCOPE

pytestmark = pytest.mark.fast

PAGE = Path(__file__).parents[4] / "docs" / "strategies.md"
PARTS = [f"{key}.{name}" for key, some in
         (("accept", ACCEPT), ("model", MODEL), ("scope", SCOPE)) for name in some]  # fmt: skip

OWN = '''
from dataclasses import dataclass
from sim import Strategy

@dataclass(frozen=True)
class Best(Strategy):
    """Offers its best package."""

    share: float = 0.5

    def propose(self, view):
        return view.best_package
'''


def told(capsys: Any, *words: Any) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_page_is_what_the_classes_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == catalogue.page(), (
        "run: python -m sim.scenario.players.catalogue docs/strategies.md"
    )


def test_the_page_has_every_strategy_and_component() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in [*BUILT_IN, *PARTS]:
        assert page.count(f"\n### {name}\n") == 1, name


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_has_everything_in_lines_that_fit(width: int) -> None:
    lines = list(catalogue.listing(width))
    assert max(map(len, lines)) <= width
    for name in [*BUILT_IN, *PARTS]:
        assert any(line.startswith(name) for line in lines), name


def test_what_cannot_be_loaded_is_named_below_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("guest", "no_such_module:Plain", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    lines = list(catalogue.listing(120))
    assert any(line.startswith("linear") for line in lines)
    below = " ".join(lines[lines.index("", lines.index("") + 1) :])
    assert "Not listed: strategy guest: the entry point guest = no_such_module:Plain" in below


def test_one_of_them_is_told_with_source_and_ranges(capsys: Any) -> None:
    code, out, _ = told(capsys, "strategies", "exponential")
    assert code == 0
    assert out.startswith("exponential (batch)\n")
    assert "Faratin, Sierra and Jennings (1998)" in out
    assert "exponent (number; above 0; default" in out


def test_a_strategy_of_ones_own_is_told_too(capsys: Any, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    code, out, _ = told(capsys, "strategies", f"{tmp_path / 'own.py'}:Best")
    assert code == 0
    assert "Offers its best package" in out
    assert "share (number; default 0.5)" in out


SENTENCES = {
    ("strategies", "boulwar"): "did you mean 'boulware'?",
    ("strategies", "--plot", "x.png"): "name a strategy to plot",
    ("strategies", "boulware", "--set", "exponent=0.1"): "give --plot FILE too",
    ("strategies", "boulware", "--plot", "x.txt"): "ends in none of .png, .svg, .pdf",
    ("strategies", "accept.combi", "--plot", "x.png"): "is a component; it concedes nothing",
    ("strategies", "boulware", "--set", "exponnt=1", "--plot", "x.png"): "did you mean 'exponent'?",
    ("strategies", "boulware", "--set", "exponent=-1", "--plot", "x.png"): "has to be above 0",
}


@pytest.mark.parametrize("words", SENTENCES, ids=" ".join)
def test_what_cannot_be_shown_is_one_sentence(words: tuple[str, ...], capsys: Any) -> None:
    code, out, err = told(capsys, *words)
    assert code == 2
    assert SENTENCES[words] in err
    assert "Traceback" not in out + err


def test_its_numbers_are_what_it_demands() -> None:
    table = concession.numbers(Boulware(0.5))
    nothing = table[table["other"] == "offers nothing"]
    wanted = 1 - nothing["time"] ** 2
    np.testing.assert_allclose(nothing["median"], wanted, atol=0.0011)
    assert (nothing["open"] == 1).all()
    evenly = table[table["other"] == "gives way evenly"]
    assert evenly["time"].max() == pytest.approx((5**0.5 - 1) / 2, abs=0.02)


@pytest.mark.slow
def test_who_gives_nothing_and_who_plays_at_random_are_told_apart() -> None:
    firm, any_of_them = concession.numbers(Hardliner()), concession.numbers(RandomWalker())
    assert (firm["low"] == 1).all()
    assert (any_of_them["low"] < any_of_them["high"] - 0.3).any()


@pytest.mark.slow
def test_it_is_drawn_into_a_file(capsys: Any, tmp_path: Path) -> None:
    path = tmp_path / "firm.png"
    code, out, _ = told(capsys, "strategies", "boulware", "--set", "exponent=0.1", "--plot", path)
    assert code == 0
    assert out.splitlines()[-1] == str(path)
    with Image.open(path) as picture:
        assert picture.size[0] > 800
