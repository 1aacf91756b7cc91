"""What the figures of commands draw is what their tables say, read back from the axes."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.analysis.discovery.boxes import discover
from experiments.analysis.discovery.condition import Condition
from experiments.analysis.sensitivity.indices import indices as indices_of
from experiments.analysis.tournament.game import Game
from experiments.analysis.tournament.shares import Analysis, analyse
from experiments.figures import (
    boxes,
    concession,
    convergence,
    duels,
    dynamics,
    elasticity,
    indices,
    league,
    tariff_effects,
)
from experiments.figures.canvas import BLUE, style
from experiments.results.words import Words
from experiments.tariffs.tariff_package import QUANTITIES
from sim.strategies import Boulware
from tests.experiments.analysis.test_sensitivity import corner, ishigami, made
from tests.experiments.figures.artists import filled, heading, holds, labelled, marks, spans, within
from tests.experiments.sentences import near, percent

NAMING = Words({"countries": {"hub": {"label": "The hub"}, "east": {"label": "East"}}, "talks": {}})
STRATEGIES = (("a firm one", "b", "c"), ("d", "e yields"))


@pytest.fixture(scope="module")
def game() -> Game:
    luck = np.random.default_rng(8)
    samples = luck.normal(size=(2, 3, 2, 6)) + 3 * luck.normal(size=(2, 3, 2, 1))
    return Game(("hub", "east"), STRATEGIES, samples, np.full(6, 4.0))


@pytest.fixture(scope="module")
def analysis(game: Game) -> Analysis:
    return analyse(game, 5)


def drawn(module: Any, *said: Any) -> Figure:
    with style():
        figure: Figure = module.draw(*said)
    pyplot.close(figure)
    return figure


def panels(figure: Figure) -> dict[str, Axes]:
    return {heading(axes): axes for axes in figure.axes}


def rows(axes: Axes) -> dict[str, float]:
    return {word: y for y, word, _ in labelled(axes)}


def mesh(axes: Axes) -> np.ndarray:
    """Give the numbers of the fields of an axis, with their edges from left to right."""
    (found,) = (c for c in axes.collections if isinstance(c, QuadMesh))
    return np.ma.filled(found.get_array(), np.nan)


@pytest.mark.slow
def test_league(analysis: Analysis) -> None:
    table = analysis.league
    shown = panels(drawn(league, NAMING, table))
    for player, name in (("hub", "The hub"), ("east", "East")):
        paid = shown[f"{name}: against an even mix"]
        lost = shown[f"{name}: loss at the end of the dynamics"]
        part, named = table[table["player"] == player], rows(paid)
        assert set(named) == set(part["strategy"])
        for row in part.to_dict("records"):
            y = named[row["strategy"]]
            assert [x for at, x in marks(paid) if at == y] == [row["payoff"]]
            assert holds(spans(paid), (y, row["low"], row["high"]))
            assert [x for at, x in marks(lost) if at == y] == [row["rest_regret"]]
            (line,) = (line for line in paid.lines if line.get_marker() not in ("", "None")
                       and line.get_ydata()[0] == y)  # fmt: skip
            kind = "x" if row["dominated"] else "D" if row["equilibrium"] else "o"
            assert line.get_marker() == kind


def test_duels(game: Game) -> None:
    table = duels.numbers(game)
    for n, axes in enumerate(drawn(duels, NAMING, table).axes):
        assert heading(axes).startswith(f"{('The hub', 'East')[n]} (rows) against")
        named = rows(axes)
        ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        across = {text.get_text(): x for x, text in ticks}
        grid = mesh(axes).reshape(len(named), len(across))
        for i, one in enumerate(STRATEGIES[n]):
            for k, other in enumerate(STRATEGIES[1 - n]):
                played = (i, k) if n == 0 else (k, i)
                payoff = game.samples[(n, *played)].mean()
                assert np.isclose(grid[int(named[one]), int(across[other])], payoff)
                (said,) = (t.get_text() for t in axes.texts
                           if int(t.get_position()[0]) == int(across[other])
                           and int(t.get_position()[1]) == int(named[one]))  # fmt: skip
                near(said, payoff)


def test_dynamics(analysis: Analysis) -> None:
    table = analysis.path
    last = table[table["time"] == table["time"].max()].set_index(["player", "strategy"])["share"]
    times = np.sort(table["time"].unique())[1:]
    for player, axes in zip(("hub", "east"), drawn(dynamics, NAMING, table).axes, strict=True):
        assert heading(axes) == NAMING.country(player)
        part = table[(table["player"] == player) & (table["time"] > 0)]
        said = {word.partition(":")[0]: word.partition(": ")[2] for word in rows(axes)}
        grid = mesh(axes).reshape(len(said), -1)
        for (name, share), values in zip(said.items(), grid, strict=True):
            mine = part[part["strategy"] == name].sort_values("time")
            np.testing.assert_allclose(values, mine["share"])
            end = last[player, name]
            assert share == (f"{percent(end)} %" if end > 0.005 else "")
        (quads,) = (c for c in axes.collections if isinstance(c, QuadMesh))
        edges = quads.get_coordinates()[0, :, 0]
        assert ((edges[:-1] < times) & (times < edges[1:])).all(), "each time within its field"


@pytest.mark.parametrize("design", ["saltelli", "morris"])
def test_indices_and_how_they_settle(design: str) -> None:
    table = indices_of(made(ishigami, ["one", "two", "three"], design, 32))
    last = table[table["size"] == table["size"].max()]
    figure = drawn(indices, NAMING, table, design, "chance of a deal")
    (axes,) = figure.axes
    named = {name: rows(axes)[NAMING.path(name)] for name in last["path"].unique()}
    looks = {line.get_label(): line for line in figure.legends[0].get_lines()}
    for kind, part in last.groupby("index"):
        look = looks[kind]
        (line,) = (line for line in axes.lines if line.get_marker() == look.get_marker())
        assert line.get_color() == look.get_color()
        for row in part.to_dict("records"):
            at = [(x, y) for x, y in zip(*line.get_data(), strict=True)
                  if abs(y - named[row["path"]]) < 0.3]  # fmt: skip
            assert [x for x, _ in at] == [row["value"]]
            if not np.isnan(row["low"]):
                assert holds(spans(axes), (at[0][1], row["low"], row["high"]))

    figure = drawn(convergence, NAMING, table, design, "chance of a deal")
    (axes,) = figure.axes
    main = "total" if design == "saltelli" else "strength"
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    looks = dict(zip(words, figure.legends[0].get_lines(), strict=True))
    assert set(words) == {NAMING.path(name) for name in named}
    for name in named:
        mine = table[(table["index"] == main) & (table["path"] == name)].sort_values("points")
        (line,) = (line for line in axes.lines
                   if line.get_color() == looks[NAMING.path(name)].get_color())  # fmt: skip
        np.testing.assert_allclose(line.get_xdata(), mine["points"])
        np.testing.assert_allclose(line.get_ydata(), mine["value"])
        assert within(pd.concat([mine["low"], mine["high"]]), filled(axes))


def test_boxes() -> None:
    found = discover(made(corner, ["one", "two", "three"], "sobol", 256), Condition.read("deals<1"))
    points = found.answers.points
    *ranges, scatter = drawn(boxes, NAMING, found).axes
    assert len(ranges) == len(found.boxes) > 0
    for box, axes in zip(found.boxes, ranges, strict=True):
        assert f"density {percent(box.density)} %, coverage {percent(box.coverage)} %" in heading(
            axes
        )
        named = rows(ranges[0])
        for bound in box.bounds:
            y, values = named[NAMING.path(bound.path)], points[bound.path]
            span = values.max() - values.min()
            ends = np.clip([(bound.low - values.min()) / span, (bound.high - values.min()) / span],
                           0, 1)  # fmt: skip
            blue = [c for c in axes.collections if to_hex(c.get_color()[0]) == to_hex(BLUE)]
            assert any(np.allclose(s, [[ends[0], y], [ends[1], y]])
                       for c in blue for s in c.get_segments())  # fmt: skip
            said = {t.get_text() for t in axes.texts if abs(t.get_position()[1] - y + 0.3) < 1e-6}
            assert said == {f"{v:.3g}" for v in (bound.low, bound.high) if np.isfinite(v)}
    paths = [name for axis in (scatter.get_xlabel(), scatter.get_ylabel())
             for name in points if NAMING.path(name) == " ".join(axis.split())]  # fmt: skip
    (dots,) = (c for c in scatter.collections if isinstance(c, PathCollection))
    np.testing.assert_allclose(dots.get_offsets(), points[paths])
    worlds = found.answers.rows
    case = worlds.assign(case=worlds["value"] < 1).groupby("cell")["case"].mean()
    np.testing.assert_allclose(dots.get_array(), case)
    drawn_boxes = [p for p in scatter.patches if isinstance(p, Rectangle)]
    for box, patch in zip(found.boxes, drawn_boxes, strict=True):
        for bound in box.bounds:
            if bound.path in paths:
                low, high = (patch.get_bbox().intervalx, patch.get_bbox().intervaly)[
                    paths.index(bound.path)
                ]
                ends = points[bound.path].min(), points[bound.path].max()
                assert np.allclose((low, high), np.clip((bound.low, bound.high), *ends))


def package() -> SimpleNamespace:
    """Give what the figures ask a tariff package for."""
    return SimpleNamespace(
        title="The tariff package", rates_in_words="Rates.", note="Note.", profits=("cars",),
        seats={"The hub": 0, "East": 1}, heading=lambda name: f"{name}\n(USD bn a year)",
    )  # fmt: skip


def effects(regions: tuple[str, ...], seed: int) -> pd.DataFrame:
    luck = np.random.default_rng(seed)
    table = pd.MultiIndex.from_product([regions, QUANTITIES], names=["region", "quantity"])
    central = luck.normal(size=len(table))
    return pd.DataFrame(
        {"central": central, "low": central - luck.random(len(table)), "high": central + 0.5},
        index=table,
    ).reset_index()


def test_tariff_effects() -> None:
    table = effects(("The hub", "East", "The rest"), 3)
    figure = drawn(tariff_effects, package(), table)
    named = rows(figure.axes[0])
    for axes, quantity in zip(figure.axes, QUANTITIES, strict=True):
        assert heading(axes).startswith(quantity)
        part = table[table["quantity"] == quantity]
        for row in part.to_dict("records"):
            y = named[row["region"]]
            assert [x for at, x in marks(axes) if at == y] == [row["central"]]
            assert holds(spans(axes), (y, row["low"], row["high"]))


def test_effects_over_an_elasticity() -> None:
    parts = [effects(("The hub", "East", "The rest"), n).assign(elasticity=2.0 + n)
             for n in range(5)]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    figure = drawn(elasticity, package(), table)
    shown = ("welfare", "profits")
    crossings = 0
    for axes, quantity in zip(figure.axes, shown, strict=True):
        assert heading(axes).startswith(quantity)
        lines = {line.get_label(): line for line in axes.lines}
        zeros = {"The hub": set(), "East": set()}
        for text in axes.texts:
            (name,) = (n for n in zeros if lines[n].get_color() == text.get_color())
            zeros[name].add(text.get_text())
        for name in zeros:
            mine = table[(table["quantity"] == quantity) & (table["region"] == name)]
            np.testing.assert_allclose(lines[name].get_xdata(), mine["elasticity"])
            np.testing.assert_allclose(lines[name].get_ydata(), mine["central"])
            assert within(pd.concat([mine["low"], mine["high"]]), filled(axes))
            fine = np.linspace(2, 6, 400_001)
            sign = np.sign(np.interp(fine, mine["elasticity"], mine["central"]))
            at = fine[np.flatnonzero(np.diff(sign))]
            assert len(zeros[name]) == len(at)
            for zero in at:
                assert any(abs(float(said.rpartition(" ")[2]) - zero) < 0.0501
                           for said in zeros[name])  # fmt: skip
            crossings += len(at)
    assert crossings > 2


@pytest.mark.slow
def test_concession() -> None:
    table = concession.numbers(Boulware(0.5))
    figure = drawn(concession, "boulware", Boulware(0.5), table)
    demand, talking = figure.axes
    words = [text.get_text() for text in figure.legends[0].get_texts()]
    looks = dict(zip(words, figure.legends[0].get_lines(), strict=True))
    for other, part in table.groupby("other"):
        colour = looks[f"the other {other}"].get_color()
        (line,) = (line for line in demand.lines if line.get_color() == colour)
        np.testing.assert_allclose(line.get_xdata(), part["time"])
        np.testing.assert_allclose(line.get_ydata(), part["median"])
        assert within(pd.concat([part["low"], part["high"]]), filled(demand))
        (line,) = (line for line in talking.lines if line.get_color() == colour)
        np.testing.assert_allclose(line.get_ydata()[: len(part)], part["open"])
        assert set(line.get_ydata()[len(part) :]) <= {0.0}
