"""What is drawn is what the csv file says: every figure, read back from its axes."""

from dataclasses import replace
from itertools import groupby

import matplotlib as mpl
import pytest
from matplotlib import pyplot
from matplotlib.text import Text

from experiments.backtest.scores import MODEL
from experiments.figures import FIGURES, Results, make, payoffs
from experiments.figures.canvas import NARROW, WIDE
from experiments.figures.rows import Rows
from sim.errors import ConfigError
from tests.experiments.figures import made as making
from tests.experiments.figures import pairs
from tests.experiments.figures.drawn import READERS


def read_back(found: Results, figure: str, width: float, **arguments: object) -> bool:
    """Draw a figure and read it; tell whether it has numbers."""
    assert figure in READERS, f"figure {figure}: nobody reads it back; add a line to READERS"
    with mpl.rc_context({"figure.max_open_warning": 0}):
        try:
            table, drawn = make(found, figure, width=width, **arguments)
        except ConfigError:
            return False
        READERS[figure](found, table, drawn)
        pyplot.close(drawn)
    return True


@pytest.fixture(scope="module", params=[
    "rules.review",
    *(pytest.param(path, marks=pytest.mark.nightly)
      for path in ("payoffs.weights.hub.review", "calendar.start", "calendar.days_per_round")),
])  # fmt: skip
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> pairs.Pair:
    return pairs.play(request.param, tmp_path_factory.mktemp("pair"))


@pytest.mark.slow
@pytest.mark.parametrize("figure", FIGURES)
def test_a_run_is_drawn_as_its_numbers_say(made: Results, figure: str) -> None:
    """Six cells that no engine has played; each figure has numbers here, or over a number."""
    more = making.ARGUMENTS.get(figure, {})
    for width in (WIDE, NARROW):
        assert read_back(made, figure, width, **more) == (figure != "shares")


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.one_in(9)
def test_what_was_not_played_is_not_drawn(made: Results, figure: str) -> None:
    """Cells need not be a whole grid: one that was left out is no setting in which nobody signs."""
    cells = [cell.index for cell in made.plan.cells][1:]
    read_back(made.only(cells=cells), figure, WIDE, **making.ARGUMENTS.get(figure, {}))


def test_a_heading_stands_once_whatever_the_order_of_the_cells(made: Results) -> None:
    table = payoffs.numbers(made)
    mixed = table.sort_values(made.told(table)[::-1], kind="stable")
    rows = Rows(made, mixed)
    rule = rows.paths.index(made.rule or "")
    rules = [setting[rule] for setting in sorted(rows.place, key=lambda one: rows.place[one])]
    assert len([key for key, _ in groupby(rules)]) == len(set(rules)) > 1
    assert len(rows.place) == len(mixed[rows.paths].drop_duplicates())


def test_what_somebody_decides_is_held_at_one_value_and_said(made: Results) -> None:
    rule, *rest = made.varied
    kept = made.unmixed([rule])
    assert kept.frame[rule].nunique() == made.frame[rule].nunique()
    assert all(kept.frame[path].nunique() == 1 for path in rest)
    row = kept.frame.iloc[0]
    named = "; ".join(made.setting([path], row, named=True) for path in rest)
    assert made.pooled([rule]) == f"Only {named}."
    nature = made.plan.config.model_copy(update={"uncertainties": dict.fromkeys(rest)})
    unknown = replace(made, plan=replace(made.plan, config=nature))
    assert unknown.pooled([rule]) == f"Averaged over: {', '.join(map(made.path, rest))}."
    assert unknown.unmixed([rule]) is unknown


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.one_in(9)
def test_no_figure_is_a_mean_over_what_somebody_decides(made: Results, figure: str) -> None:
    """What it does not tell apart it holds at one value, and says so.

    `forecast` and `scores` tell cells apart; a calibration pools the cells of its run, and says so.
    """
    if figure == "shares":
        pytest.skip("six cells without a swept number; of those with one: test_areas_over_a_number")
    table, drawn = make(made, figure, **making.ARGUMENTS.get(figure, {}))
    pyplot.close(drawn)
    said = " ".join(" ".join(text.get_text() for text in drawn.findobj(Text)).split())
    if figure in ("patterns", "marginals"):
        assert "The 6 cells of the run are counted as equally likely." in said
        return
    if figure in ("forecast", "scores"):
        assert table.loc[table["kind"] == MODEL, "forecast"].nunique() == 4
        return
    _, *only = said.split("Only ")
    means = said.partition("Averaged over")[2]
    for path in made.varied:
        assert made.path(path) not in means
        values = {made.value(path, value) for value in made.frame[path].unique()}
        apart = sum(value in said for value in values) > 1
        assert apart or any(made.player(path) in words for words in only), path


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.one_in(9)
def test_two_cells_are_drawn_as_their_numbers_say(pair: pairs.Pair, figure: str) -> None:
    for found in (pair.both, *pair.alone):
        read_back(found, figure, WIDE)


def test_areas_over_a_number(numbered: Results) -> None:
    assert read_back(numbered, "shares", WIDE)


@pytest.mark.slow
@pytest.mark.parametrize("figure", FIGURES)
def test_a_quantity_that_one_cell_lacks(pair: pairs.Pair, figure: str) -> None:
    if pair.path == "rules.review":
        read_back(pairs.lacking(pair).both, figure, WIDE)
