"""Rates and pledges as fields with units, sorted whatever the order in which they were typed."""

import pytest
from streamlit.testing.v1 import AppTest

pytestmark = pytest.mark.fast

CARS, PLEDGE = "terms/talks.japan.measures.cars", "terms/talks.korea.concessions.pledge"


def terms() -> None:
    """Show the fields, and what they change."""
    import streamlit as st

    from experiments.app.pages.forms.form import Form
    from experiments.app.pages.forms.terms_form import terms_form
    from experiments.app.pages.told import told
    from sim.config import override, parse, read_scenario
    from tests.experiments.app.conftest import REAL

    said = read_scenario(REAL)
    with told():
        changes = terms_form(Form("terms"), parse(said, REAL.parent))
        parse(override(said, changes), REAL.parent)
        st.session_state["changes"] = changes


def changes(app: AppTest) -> object:
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app.session_state["changes"]


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(terms, default_timeout=60).run()


def test_a_form_that_nobody_touched_changes_nothing(app: AppTest) -> None:
    assert changes(app) == {}


def test_labels_have_units(app: AppTest) -> None:
    assert app.multiselect(key=f"{CARS}.lowered").label == (
        "Cars and light trucks in a deal, percentage points"
    )
    assert app.number_input(key=f"{CARS}.kept").label == (
        "Cars and light trucks without a deal, percentage points"
    )
    assert app.multiselect(key=f"{PLEDGE}.given").label == "Investment pledge, USD bn"
    fields = [*app.multiselect, *app.number_input, *app.date_input]
    assert all(field.proto.help for field in fields)


def test_what_is_typed_is_sorted(app: AppTest) -> None:
    app.multiselect(key=f"{CARS}.lowered").set_value(["10", "15", "0"]).run()
    app.number_input(key=f"{CARS}.kept").set_value(30.0).run()
    app.multiselect(key=f"{PLEDGE}.given").set_value(["350", "0", "100"]).run()
    assert changes(app) == {
        "talks.japan.measures.cars.levels": [30, 15, 10, 0],
        "talks.korea.concessions.pledge.levels": [0, 100, 350],
    }


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("much", "Investment pledge, USD bn: 'much' is neither a number such as 0.5"),
        ("1 to 3", "Investment pledge, USD bn: '1 to 3' is a range; give one number at a time"),
        ("-5", "do not rise from 0"),
    ],
)
def test_what_cannot_be_gets_a_sentence(app: AppTest, typed: str, sentence: str) -> None:
    app.multiselect(key=f"{PLEDGE}.given").set_value(["200", typed]).run()
    assert sentence in app.error[0].value
