"""What is drawn, read back from the axes: numbers in their places, beside their labels."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.figure import Figure

from experiments.figures import Results
from experiments.figures.headings import panel, under
from experiments.figures.status import KINDS
from tests.experiments.figures.artists import (
    NEAR,
    filled,
    heading,
    holds,
    labelled,
    marks,
    panels,
    settings,
    spans,
    within,
)
from tests.experiments.figures.fated import fated, stems
from tests.experiments.sentences import near, percent

Reader = Callable[[Results, pd.DataFrame, Figure], None]


def ends(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Bars of each row stand on each other, with the interval of deals over them."""
    words = [results.talk(talk) for talk in results.talks]
    for axes, talk in panels(drawn.axes, results.talks, words):
        for y, part in settings(results, table[table["talk"] == talk], drawn.axes[0]):
            (row,) = part.to_dict("records")
            left = 0.0
            for kind in KINDS:
                if row[kind] > 0:
                    assert holds(spans(axes), (y, left, left + 100 * row[kind]))
                left += 100 * row[kind]
            said = [t.get_text() for t in axes.texts if abs(t.get_position()[1] - y) < NEAR]
            shut = row["deals"] == 0 and row["closed"] == 1
            assert said == ["0 %: never opened" if shut else f"{percent(row['deals'])} %"]
            ends = (y, 100 * row["deals_low"], 100 * row["deals_high"])
            assert holds(spans(axes), ends) != shut, "nothing was left to luck where it was shut"


def ranges(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Payoffs: three lines and two marks in each row."""
    words = [results.country(country) for country in results.countries]
    for axes, country in panels(drawn.axes, results.countries, words):
        for y, part in settings(results, table[table["country"] == country], drawn.axes[0]):
            (row,) = part.to_dict("records")
            for low, high in (("p5", "p95"), ("p25", "p75"), ("mean_low", "mean_high")):
                assert holds(spans(axes), (y, row[low], row[high]))
            for name in ("p50", "mean"):
                assert holds(marks(axes), (y, row[name]))


def prices(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Differences: a mark, its interval and its draws, near the height of their setting."""
    for axes, quantity in zip(drawn.axes, table["quantity"].unique(), strict=True):
        for y, part in settings(results, table[table["quantity"] == quantity], drawn.axes[0]):
            for row in part.to_dict("records"):
                near = [(x,) for at, x in marks(axes) if abs(at - y) < 1.1]
                if row["worlds"]:
                    assert holds(near, (row["difference"],))
                    lines = [s[1:] for s in spans(axes) if abs(s[0] - y) < 1.1]
                    ends = [row["difference"] + sign * row["error"] for sign in (-1, 1)]
                    for wanted in (ends, [row["p5"], row["p95"]]):
                        assert holds(lines, wanted) or np.isnan(wanted[0])


def hills(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Each hill stands above its label, with its mean, its interval and its share of deals."""
    countries = list(table["country"].unique())
    words = [results.country(country) for country in countries]
    for axes, country in panels(drawn.axes, countries, words):
        tallest = table.loc[table["country"] == country, "density"].max()
        for y, part in settings(results, table[table["country"] == country], drawn.axes[0]):
            row = part.iloc[0]
            (foot,) = {at for at, x in marks(axes) if abs(at - y - 0.45) < 0.8
                       and abs(x - row["mean"]) < NEAR}  # fmt: skip
            assert holds(spans(axes), (foot, row["low"], row["high"]))
            every = [line.get_xydata() for line in axes.lines]
            curves = [curve for curve in every if len(curve) == len(part)]
            top = foot - 1.45 * part["density"] / tallest
            assert any(np.allclose(c, np.column_stack([part["payoff"], top])) for c in curves)
            said = [t.get_text() for t in axes.texts if abs(t.get_position()[1] - foot) < NEAR]
            assert said == [f"{percent(row['signed'])} %"]


def plane(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Pictures hold the counts of deals; the line is the frontier."""
    rules = list(dict.fromkeys(results.frame[results.rule])) if results.rule else [None]
    keys = [(talk, rule) for talk in results.talks for rule in rules]
    words = [panel(results, *key) for key in keys]
    for axes, (talk, rule) in panels(drawn.axes, keys, words):
        part = table[table["talk"] == talk]
        line = part.loc[part["what"] == "frontier", ["hub", "partner"]].to_numpy(float)
        assert any(np.allclose(other.get_xydata(), line) for other in axes.lines
                   if len(other.get_xdata()) == len(line))  # fmt: skip
        deals = part[(part["what"] == "deal") & (part["rule"] == ("" if rule is None else rule))]
        if deals.empty:
            assert [text.get_text() for text in axes.texts] == ["no deals"]
            continue
        (image,) = axes.images
        counts, (left, right, low, high) = (
            np.ma.filled(image.get_array(), np.nan),
            (image.get_extent()),
        )
        size = np.array(counts.shape)
        for row in deals.to_dict("records"):
            at = (np.array([row["partner"] - low, row["hub"] - left])
                  / [high - low, right - left] * size).astype(int)  # fmt: skip
            assert counts[tuple(at)] == row["count"]
        assert np.nansum(counts) == deals["count"].sum()


def fields(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Each field has its number, between the label of its row and that of its column."""
    keys = list(table[["quantity", "of"]].drop_duplicates().itertuples(index=False, name=None))
    down, across = table["row"].iloc[0], table["column"].iloc[0]
    assert len(keys) == len(drawn.axes)
    rows = labelled(drawn.axes[0])
    for axes, (quantity, of) in zip(drawn.axes, keys, strict=True):
        part = table[(table["quantity"] == quantity) & (table["of"] == of)]
        ticks = zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        columns = [(x, " ".join(tick.get_text().split())) for x, tick in ticks]
        (mesh,) = (c for c in axes.collections if isinstance(c, QuadMesh))
        grid = np.asarray(mesh.get_array()).reshape(len(rows), len(columns))
        for row in part.to_dict("records"):
            (y,) = [y for y, w, _ in rows if w == results.value(down, row["at_row"])]
            (x,) = [x for x, w in columns if w == results.value(across, row["at_column"])]
            assert np.isclose(grid[int(y), int(x)], row["mean"])
            (said, *_) = [t.get_text() for t in axes.texts
                          if int(t.get_position()[0]) == int(x)
                          and int(t.get_position()[1]) == int(y)]  # fmt: skip
            if quantity in ("deals", "lowers"):
                assert said == percent(row["mean"])
            else:
                near(said, row["mean"])


def curves(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """A curve for each setting in the panel of its talk and rule ends where its worlds do.

    There is one for every setting that was played there, with deals or without, and no other.
    """
    paths = [path for path in results.told(table) if path != results.rule]
    for axes in drawn.axes:
        (talk,) = [t for t in results.talks if heading(axes).startswith(results.talk(t))]
        part, played = (rows[rows["talk"] == talk] for rows in (table, results.frame))
        if results.rule in results.told(table):
            rules = results.frame[results.rule].unique()
            (rule,) = [value for value in rules if heading(axes).endswith(under(results, value))]
            part, played = (rows[rows[results.rule] == rule] for rows in (part, played))
        steps = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) > 2]
        assert len(steps) == (len(played[paths].drop_duplicates()) if paths else 1)
        assert len(part) or not np.any(steps), "nobody signs here"
        for _, one in part.groupby(results.told(table) or ["talk"], observed=True):
            wanted = 100 * one.groupby("round")["cumulated"].max()
            assert any(set(np.round(wanted, 6)) <= set(np.round(s, 6)) and np.isclose(
                max(s), wanted.max()) for s in steps)  # fmt: skip


def histogram(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Bars of each panel are as high as the shares, from left to right."""
    paths = results.told(table)
    for axes in drawn.axes:
        said = heading(axes)
        (talk,) = [t for t in results.talks if said.startswith(results.talk(t))]
        part = table[table["talk"] == talk]
        for path in paths:
            words = part[path].map(lambda value, path=path: results.value(path, value))
            part = part[[f"{word};" in said or f"{word} ·" in said for word in words]]
        heights = [p.get_height() for p in sorted(axes.patches, key=lambda p: p.get_x())]
        np.testing.assert_allclose(sorted(heights), sorted(100 * part["share"]))
        if len(part):
            rest = 1 - part["count"].sum() / part["worlds"].iloc[0]
            words = f"no deal in {percent(rest)} %" if rest > 1e-9 else "a deal in every world"
            assert said.endswith(words)


def forecast(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Every number has its bars and medians, between the lines of its label."""
    for axes, family in zip(drawn.axes, table["family"].unique(), strict=True):
        part = table[table["family"] == family]
        for row in part[part["kind"] == "model"].to_dict("records"):
            ends = [s[1:] for s in spans(axes)]
            assert holds(ends, (row["5 %"], row["95 %"]))
            assert holds(ends, (row["25 %"], row["75 %"]))
            assert holds([(x,) for _, x in marks(axes)], (row["50 %"],))


def scored(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Each score stands in the row of its forecast."""
    rows = {word: y for y, word, _ in labelled(drawn.axes[0])}
    for axes, family in zip(drawn.axes, table["family"].unique(), strict=True):
        for row in table[table["family"] == family].to_dict("records"):
            name = "the worlds" if row["forecast"] == "model" else row["forecast"]
            assert holds(marks(axes), (rows[name], row["score"]))
            if row["kind"] == "model":
                assert holds(spans(axes), (rows[name], row["low"], row["high"]))


def shown(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Each bar stands beside the name of its pattern."""
    (axes,) = drawn.axes
    rows = {word: y for y, word, _ in labelled(axes)}
    bars = {round(p.get_y() + p.get_height() / 2, 6): p.get_width() for p in axes.patches}
    for row in table.to_dict("records"):
        y = rows[" ".join(row["label"].split())]
        assert np.isclose(bars[round(y, 6)], 100 * row["share"])
        assert holds(spans(axes), (y, 100 * row["low"], 100 * row["high"]))


def moved(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Each posterior lies in the row of its number."""
    (axes,) = drawn.axes
    heights = [y for y, _, _ in labelled(axes)]
    for y, row in zip(heights, table.to_dict("records"), strict=True):
        assert holds(spans(axes), (y, 100 * row["rank 5 %"], 100 * row["rank 95 %"]))
        assert holds(marks(axes), (y, 100 * row["rank 50 %"]))


def changes(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Each change lies in its row: means, and ranges of worlds."""
    groups = table["group"].unique()
    for axes, group in zip(drawn.axes, groups, strict=True):
        part = table[table["group"] == group]
        for (y, _, _), row in zip(labelled(axes), part.to_dict("records"), strict=True):
            if row["worlds"]:
                scale = 100 if group == "deals" else 1
                assert holds(marks(axes), (y, scale * row["mean"]))
                assert holds(spans(axes), (y, scale * row["low"], scale * row["high"]))
                if group != "deals":
                    assert holds(spans(axes), (y, row["p5"], row["p95"]))


def docket(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """The areas of a measure reach up to the sums of its states."""
    keys = list(table[["talk", "measure"]].drop_duplicates().itertuples(index=False, name=None))
    words = [f"{results.country(results.partner(t))} {results.measure(m)}" for t, m in keys]
    for axes, (talk, measure) in panels(drawn.axes, keys, words):
        part = table[(table["talk"] == talk) & (table["measure"] == measure)]
        top = np.zeros(len(part))
        for state in ("reviewed", "open", "requested", "refused", "off"):
            top = top + 100 * part[state].to_numpy(float)
            if part[state].any():
                assert within(top, filled(axes))


def bands(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Medians are lines, and the middle half and 80 % are bands, of each side in each panel."""
    for axes in drawn.axes:
        (talk,) = [t for t in results.talks if heading(axes).startswith(results.talk(t))]
        part, path = table[table["talk"] == talk], table["by"].iloc[0]
        if path:
            words = [results.value(path, value) for value in part["at"]]
            part = part[[heading(axes).endswith(word) for word in words]]
        lines = [line.get_ydata() for line in axes.lines]
        for _, side in part.groupby("side"):
            assert any(len(y) == len(side) and np.allclose(y, side["p50"]) for y in lines)
            for low, high in (("p10", "p90"), ("p25", "p75")):
                assert within(pd.concat([side[low], side[high]]), filled(axes))


def rivals(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """Each mean stands over a part of the calendar, with its interval."""
    pairs = list(table[["partner", "rival"]].drop_duplicates().itertuples(index=False, name=None))
    words = [f"Payoff of {results.country(partner)}" for partner, _ in pairs]
    for axes, (partner, rival) in panels(drawn.axes, pairs, words):
        part = table[(table["partner"] == partner) & (table["rival"] == rival)]
        assert axes.get_xlabel() == f"when {results.country(rival)} signs"
        heights = [(float(y),) for line in axes.lines for y in np.atleast_1d(line.get_ydata())]
        upright = [
            tuple(sorted(segment[:, 1]))
            for drawn_ in axes.collections
            if isinstance(drawn_, LineCollection)
            for segment in drawn_.get_segments()
            if np.ndim(segment) == 2
        ]
        for row in part.to_dict("records"):
            assert holds(heights, (row["mean"],))
            if not np.isnan(row["low"]):
                assert holds(upright, (row["low"], row["high"]))


def areas(results: Results, table: pd.DataFrame, drawn: Figure) -> None:
    """The areas over a number reach up to the sums of the kinds of end."""
    for axes in drawn.axes:
        (talk,) = [t for t in results.talks if heading(axes).startswith(results.talk(t))]
        part = table[table["talk"] == talk]
        top = np.zeros(len(part))
        for kind in KINDS:
            top = top + 100 * part[kind].to_numpy(float)
            if part[kind].any():
                assert within(top, filled(axes))


READERS: dict[str, Reader] = {
    "status": ends,
    "price": prices,
    "chance_and_terms": fated,
    "terms": stems,
    "timing": curves,
    "rounds": histogram,
    "payoffs": ranges,
    "ridges": hills,
    "payoff_plane": plane,
    "heat_map": fields,
    "shares": areas,
    "docket": docket,
    "concessions": bands,
    "rivalry": rivals,
    "difference": changes,
    "forecast": forecast,
    "scores": scored,
    "patterns": shown,
    "marginals": moved,
}
"""How what a figure draws is read back, by its name."""
