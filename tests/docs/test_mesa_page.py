"""The page for Mesa users works as it stands there, where Mesa has what it shows."""

from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import mesa
import pandas as pd
import pytest

from sim import TariffTalks, negotiate
from tests.docs.test_readme import ROOT, blocks

pytestmark = pytest.mark.fast

MODEL, PRESS, WORLDS, BATCH, PAGE = blocks("docs/mesa.md", "python")


class Shown:
    """The blocks of the page, run one after the other."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}

    def run(self, block: str) -> str:
        told = StringIO()
        with redirect_stdout(told):
            exec(block, self.names)
        return told.getvalue()


@pytest.fixture(scope="module")
def shown() -> Shown:
    """Give the page after its first block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        page = Shown()
        page.told = page.run(MODEL)
        return page


def test_the_model(shown: Any) -> None:
    model = shown.names["model"]
    assert isinstance(model, TariffTalks)
    record = negotiate(shown.names["game"], seed=7)
    pd.testing.assert_frame_equal(model.record().to_frame(), record.to_frame())
    for c, name in enumerate(record.game.countries):
        assert f"{name} " in shown.told
        assert str(float(record.payoffs[c, 0])) in shown.told
    assert str(sum(record.payoffs[:, 0].tolist())) in shown.told


def test_the_order_and_the_newspaper(shown: Any) -> None:
    told = shown.run(PRESS)
    assert [line.split()[0] for line in told.splitlines()] == ["10.5", "20.5", "30.5"]
    model = shown.names["WithPress"](shown.names["game"], rng=7)
    with redirect_stdout(StringIO()):
        model.run_model()
    expected = shown.names["model"].record().to_frame()
    pd.testing.assert_frame_equal(model.record().to_frame(), expected)


def test_many_worlds(shown: Any) -> None:
    shown.run(WORLDS)
    expected = negotiate(shown.names["game"], worlds=200, seed=7).to_frame()
    pd.testing.assert_frame_equal(shown.names["table"], expected)


@pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="Mesa 4 has no batch_run")
def test_batch_run(shown: Any) -> None:
    shown.names["mesa"] = mesa
    shown.run(BATCH)
    rows, game = pd.DataFrame(shown.names["rows"]), shown.names["game"]
    assert sorted(rows["rng"].unique()) == [1, 2, 3]
    for seed, found in rows.groupby("rng"):
        record = negotiate(game, seed=int(seed))
        assert found["name"].tolist() == list(game.countries)
        for c, name in enumerate(game.countries):
            assert (found[f"payoff.{name}"] == record.payoffs[c, 0]).all()


@pytest.mark.filterwarnings("ignore")
def test_a_page_of_solara(shown: Any) -> None:
    solara = pytest.importorskip("solara", reason="solara is not installed")
    widgets, vuetify = pytest.importorskip("ipywidgets"), pytest.importorskip("ipyvuetify")
    shown.run(PAGE)
    layout = solara.AppLayout(children=[shown.names["page"]])
    _, drawn = solara.render(layout, handle_error=False)

    def found(kind: Any, word: str) -> Any:
        every = drawn.find(kind).widgets
        (one,) = (w for w in every if word in (w.children if kind is vuetify.Btn else w.label))
        return one

    try:
        empty = drawn.find(widgets.Image).widgets[0].value
        for _ in range(3):
            found(vuetify.Btn, "Step").click()
        assert drawn.find(widgets.Image).widgets[0].value != empty, "the curve is drawn"
        found(vuetify.Slider, "seed").v_model = 3
        found(vuetify.Btn, "Reset").click()
        assert drawn.find(widgets.Image).widgets[0].value == empty
    finally:
        drawn.close()
