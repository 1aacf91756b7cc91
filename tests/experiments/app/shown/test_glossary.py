"""The words of art: the page and the documents explain them in the same words, where they stand."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from experiments.app.shown.glossary import WORDS, about
from tests.experiments.app.conftest import ROOT
from tests.experiments.app.test_pages import fine, many, one, opened, press, seat

pytestmark = pytest.mark.fast

ROW = re.compile(r"^\| \*\*(\w+)\*\* \| (.+?) \|", re.MULTILINE)


def test_the_documents_explain_them_in_the_same_words() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert dict(ROW.findall(page)) == WORDS


def elements(app: AppTest) -> list[Any]:
    """Give what has words at its head: titles, and labels of fields."""
    headed = [*app.title, *app.header, *app.subheader, *app.selectbox]
    return [*headed, *app.button_group, *app.multiselect, *app.number_input, *app.date_input]


def heads(app: AppTest) -> str:
    """Give these words, without the country that is called Hub."""
    texts = [str(getattr(e, "label", "") or e.value) for e in elements(app)]
    return "\n".join(texts).replace("Hub – ", "").lower()


def explained(app: AppTest) -> str:
    return "\n".join(str(e.proto.help) for e in [*elements(app), *app.markdown])


def begun() -> AppTest:
    return press(opened(seat), "Begin")


def ended() -> AppTest:
    app = begun()
    app.radio[0].set_value("walk").run()
    return press(app, "Make this move")


@pytest.mark.slow
@pytest.mark.parametrize(
    "open_page",
    [lambda: opened(one), lambda: opened(many), lambda: opened(seat), begun, ended],
    ids=["one", "many", "seat", "begun", "ended"],
)
def test_a_word_of_art_at_a_head_is_explained_on_its_page(
    folder: Path, open_page: Callable[[], AppTest]
) -> None:
    app = open_page()
    fine(app)
    used = [word for word in WORDS if re.search(rf"\b{word}s?\b", heads(app))]
    assert used
    missing = [word for word in used if about(word) not in explained(app)]
    assert not missing, f"at the head of something, and explained nowhere: {missing}"
