"""Labels as people write them: dollars, other scripts, names that begin with a line."""

import sys
import warnings
from pathlib import Path

import matplotlib as mpl
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from matplotlib import font_manager
from matplotlib.lines import Line2D

from experiments.figures import canvas
from experiments.figures.canvas import EAST_ASIA, families, style
from experiments.figures.page import Page
from experiments.figures.words import width, wrapped

LETTERS = "名前の日本自動車"


def font(path: Path, family: str, letters: str = LETTERS) -> Path:
    """Make a font in which every one of some letters is a square."""
    pen = TTGlyphPen(None)
    for n, point in enumerate([(0, 0), (0, 900), (900, 900), (900, 0)]):
        (pen.lineTo if n else pen.moveTo)(point)
    pen.closePath()
    square = pen.glyph()
    names = {ord(letter): f"u{ord(letter)}" for letter in letters}
    order = [".notdef", *names.values()]
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(names)
    made.setupGlyf(dict.fromkeys(order, square))
    made.setupHorizontalMetrics(dict.fromkeys(order, (1000, 0)))
    made.setupHorizontalHeader(ascent=900, descent=-100)
    made.setupNameTable({"familyName": family, "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    made.save(path)
    return path


@pytest.fixture
def with_font(tmp_path, monkeypatch):
    """Give this machine one more font, for as long as a test lasts."""
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [
        entry for entry in font_manager.fontManager.ttflist if entry.name not in EAST_ASIA
    ])  # fmt: skip
    monkeypatch.setattr(canvas, "_new", set)
    font_manager.fontManager._findfont_cached.cache_clear()

    def add(family: str) -> None:
        font_manager.fontManager.addfont(font(tmp_path / f"{family}.ttf", family))

    yield add
    font_manager.fontManager._findfont_cached.cache_clear()


def drawn(title: str, *names: str) -> Page:
    with style():
        page = Page(title, handles=[Line2D([], [], label=name) for name in names])
        (axes,) = page.panels([title], 1.0, least=2.0)
        axes.set_xlabel(title)
        page.figure.draw_without_rendering()
    return page


@pytest.mark.parametrize(
    "text",
    ["$200 bn pledged, $400 bn asked", "$x_1$", r"a \$ b $", "$$", "$\\frac{1}{2}$", "100 % $"],
)
def test_a_dollar_is_a_dollar(text):
    page = drawn(text, text)
    (axes,) = page.figure.axes
    legend = page.figure.legends[0].get_texts()
    for each in (axes.title, axes.xaxis.label, *page.figure.texts, *legend):
        shown, math = each._preprocess_math(each.get_text())
        assert (math, shown) == (False, each.get_text())
    assert axes.xaxis.label.get_text() == text


def test_a_name_that_begins_with_a_line_stands_in_the_legend():
    page = drawn("a", "_hidden", "seen")
    assert [each.get_text().strip() for each in page.figure.legends[0].get_texts()] == [
        "_hidden",
        "seen",
    ]


@pytest.mark.parametrize("family", ["Noto Sans CJK JP", "NanumGothic", "Microsoft YaHei"])
def test_letters_of_another_script_are_drawn_in_a_font_of_this_machine(with_font, family):
    with_font(family)
    assert families()[-1] == family
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn(f"{LETTERS} and Latin", LETTERS)


@pytest.mark.parametrize("script", [LETTERS, "미국일본한국", "関税100 %"])
def test_without_such_a_font_one_sentence_says_which_letters_are_missing(
    with_font, monkeypatch, capsys, script
):
    monkeypatch.setattr(canvas, "_BOXES", set())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn(script, script)
        drawn(f"again {script}", script)
        (line,) = capsys.readouterr().err.splitlines()
        assert line.startswith("tariff-talks: no font on this machine has the letters ")
        named = line.partition(" the letters ")[2].partition(",")[0]
        assert sorted(named) == sorted({letter for letter in script if not letter.isascii()})
        drawn(f"{script}鷺", script)
        assert " the letters 鷺, which" in capsys.readouterr().err


def test_with_stderr_closed_missing_letters_are_no_failure(with_font, monkeypatch):
    monkeypatch.setattr(canvas, "_BOXES", set())
    monkeypatch.setattr(sys, "stderr", None)
    drawn(LETTERS, LETTERS)


def test_the_users_own_fonts_come_first(with_font, monkeypatch):
    with_font("Mine Own")
    monkeypatch.setitem(mpl.rcParams, "font.family", ["Mine Own"])
    assert families()[:2] == ["Mine Own", "DejaVu Sans"]
    monkeypatch.setitem(mpl.rcParams, "font.family", ["sans-serif"])
    monkeypatch.setitem(mpl.rcParams, "font.sans-serif", ["Nowhere", "Mine Own"])
    assert families()[:2] == ["Mine Own", "DejaVu Sans"]


def test_as_matplotlib_comes_its_own_font_is_the_first(with_font):
    assert families() == ["DejaVu Sans"]


def test_a_script_without_spaces_is_broken_into_lines(with_font):
    with_font("Noto Sans CJK JP")
    with style():
        text = wrapped(LETTERS * 4 + " and words", 1.0, 9)
        assert text.replace("\n", "").replace(" ", "") == f"{LETTERS * 4}andwords"
        assert all(width(line, 9) <= 1.0 for line in text.split("\n"))
        assert wrapped("unbreakable", 0.1, 9) == "unbreakable"
