"""The query part of the address: a reload keeps what is shown, and a link hands it on."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from experiments.app.choices import plan_of
from tests.experiments.app.test_pages import config, fine, many, one, opened, press, said, seat

pytestmark = pytest.mark.fast


def query(app: AppTest) -> dict[str, list[str]]:
    """Give what the address of a page says."""
    given = {name: app.query_params[name] for name in app.query_params}
    return {name: [it] if isinstance(it, str) else list(it) for name, it in given.items()}


def link(app: AppTest) -> str:
    """Give the link that a page shows."""
    return str(next(code.value for code in app.code if code.language == "plaintext"))


def loaded(page: Callable[[], None], address: dict[str, list[str]]) -> AppTest:
    """Open a page under an address, as a reload does: nothing else is known of it."""
    app = AppTest.from_function(page, default_timeout=60)
    app.query_params.update(address)
    return app.run()


@pytest.mark.slow
def test_a_page_as_it_is_at_first_has_nothing_in_its_address(folder: Path) -> None:
    for page in (one, many):
        assert query(opened(page)) == {}


@pytest.mark.slow
def test_a_reload_keeps_what_is_chosen(folder: Path) -> None:
    """A list, some of a list, a text, a range, a switch, a number, lines with odd letters."""
    app = opened(one)
    app.selectbox(key="one/small/rule").select("some").run()
    app.button_group(key="one/small/named").set_value(["cars"]).run()
    app.button_group(key="one/small/positions.hub").set_value([]).run()
    app.selectbox(key="one/small/strategies.east").select("package_or_nothing").run()
    app.selectbox(key="one/small/strategies.east.package_or_nothing.inner").select("conceder").run()
    inner = "one/small/strategies.east.package_or_nothing.inner.conceder"
    app.text_input(key=f"{inner}.exponent").input("1.5 to 3").run()
    app.number_input(key="one/small/seed").set_value(9).run()
    further = 'rules.period = 2\nrules.silence = "pending" # & = ? % ü +'
    app.text_area(key="one/small/further").input(further).run()
    press(app, "Step")
    fine(app)
    again = loaded(one, query(app))
    fine(again)
    assert config(again) == config(app) != config(opened(one))
    assert said(again) == said(app)
    assert "Round 2 of 12" in said(again)
    assert query(again) == query(app)


@pytest.mark.slow
def test_a_link_is_the_address_without_what_stands_before_it(folder: Path) -> None:
    app = opened(many)
    app.number_input(key="many/worlds").set_value(20).run()
    app.toggle(key="many/compare").set_value(True).run()
    app.button_group(key="many/questions True").set_value(["price"]).run()
    assert link(app) == "many?worlds=20&compare=yes&questions=price"
    again = loaded(many, parse_qs(urlsplit(link(app)).query))
    assert config(again) == config(app)
    assert [metric.value for metric in again.metric] == [metric.value for metric in app.metric]


@pytest.mark.slow
@pytest.mark.parametrize("player", ["east", "hub"])
def test_a_reload_keeps_a_game(folder: Path, player: str) -> None:
    """Moves in one talk or in two at once, a wait, and what is taken back afterwards."""
    app = opened(seat)
    app.number_input(key="seat/small/seed").set_value(4).run()
    app.radio(key="seat/seat").set_value(player).run()
    press(app, "Begin")
    for move in ("Make this move", "Make this move", "Let it stand until something changes"):
        again = loaded(seat, query(app))
        assert said(again) == said(app)
        press(app, move)
    fine(app)
    again = loaded(seat, parse_qs(urlsplit(link(app)).query))
    fine(again)
    assert config(again) == config(app)
    for each in (app, again):
        press(each, "Take back my last move")
        press(each, "Take back my last move")
    assert said(again) == said(app)


def test_a_game_keeps_its_own_choices(folder: Path) -> None:
    """What is chosen on other parts meanwhile is no part of it."""
    app = opened(seat)
    app.radio(key="seat/seat").set_value("east").run()
    press(app, "Begin")
    before = query(app)
    (inner,) = (kept for kept in app.session_state["choices"].values() if isinstance(kept, dict))
    inner["seed"] = 77
    press(app, "Make this move")
    after = query(app)
    assert after.pop("moves")
    assert after == before == {"seat": ["east"], "begun": ["yes"]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("rule", "any", "rule=any, which is none of all, some, none. It is not taken."),
        ("seed", "nine", "seed=nine, which is no whole number"),
        ("round", "late", "round=late, which is no whole number"),
        ("positions.hub", "cars, boats", "names boats, which is none of cars, metals"),
        ("scenario", "medium", "scenario=medium, which is none of small"),
        ("strategies.east", "linea", "strategies.east=linea, which is none of as in the scenario"),
    ],
)
def test_what_an_address_cannot_say_is_told_and_left_out(
    folder: Path, name: str, text: str, sentence: str
) -> None:
    app = loaded(one, {name: [text]})
    fine(app)
    assert sentence in said(app)
    assert config(app) == config(opened(one))
    assert query(app) == {}


def test_an_address_that_asks_too_much_gets_the_sentence_of_the_box(folder: Path) -> None:
    assert loaded(many, {"worlds": ["10000000"]}).error[0].value.startswith("worlds: 10,000,000")
    typed = {"strategies.east": ["another one, typed in"], "strategies.east.typed": ["boulwar"]}
    assert "did you mean 'boulware'?" in loaded(one, typed).error[0].value


@pytest.mark.parametrize(
    ("moves", "sentence"),
    [
        ("go home", "the address: moves has 'go home', which is not of the form"),
        ("east 1: offer cars 7", "offer cars 7; its levels are 25, 15, 0"),
    ],
)
def test_moves_that_cannot_be_played_are_told(folder: Path, moves: str, sentence: str) -> None:
    app = loaded(seat, {"seat": ["east"], "begun": ["yes"], "moves": [moves]})
    assert sentence in app.error[0].value
    press(app, "Begin")
    fine(app)
    assert "Round 1 of 12" in app.get("progress")[0].proto.text


def test_a_round_after_the_last_is_the_last(folder: Path) -> None:
    app = loaded(one, {"round": ["400"]})
    fine(app)
    assert next(button for button in app.button if button.label == "Step").disabled
    assert plan_of(config(app)).config.seed == 1
