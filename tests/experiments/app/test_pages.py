"""The pages without a browser: what they show, and what bad input gets."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from experiments.app.choices import plan_of
from experiments.app.many import QUESTIONS
from experiments.app.pages.told import UNEXPECTED
from experiments.commands.cli import main
from tests.experiments.app.conftest import REAL
from tests.experiments.small import write

pytestmark = pytest.mark.fast


def one() -> None:
    from experiments.app.pages import one

    one.page()


def many() -> None:
    from experiments.app.pages import many

    many.page()


def finished() -> None:
    from experiments.app.pages import finished

    finished.page()


def seat() -> None:
    from experiments.app.pages import seat

    seat.page()


def opened(page: Callable[[], None]) -> AppTest:
    """Open a page; nothing is wrong with it."""
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    return app


def fine(app: AppTest) -> None:
    assert not app.exception
    assert [error.value for error in app.error] == []


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    return app


def figures(app: AppTest) -> int:
    """Count the figures of a page; each says how to read it."""
    return sum(each.label == "How to read this" for each in app.expander)


def said(app: AppTest) -> str:
    shown = [*app.markdown, *app.caption, *app.info, *app.warning, *app.subheader]
    html = [element.proto.body for element in app.get("html")]
    return "\n".join([*(each.value for each in shown), *html])


def config(app: AppTest) -> str:
    """Give the config that a page shows; the command line takes it."""
    text: str = next(code.value for code in app.code if code.language == "toml")
    assert plan_of(text).cells
    return text


def test_one_negotiation_is_stepped_through(folder: Path) -> None:
    app = opened(one)
    fine(app)
    assert "Round 1 of 12" in said(app)
    press(app, "Step")
    assert "Round 2 of 12" in said(app)
    press(app, "Back")
    assert "Round 1 of 12" in said(app)
    assert not app.metric
    press(app, "To the end")
    assert [metric.label for metric in app.metric] == ["Hub", "East", "West"]
    assert next(b for b in app.button if b.label == "Step").disabled
    press(app, "To the start")
    assert "open: the rule still waits for cars; metals" in said(app)
    assert [tab.label for tab in app.tabs] == ["Hub – East", "Hub – West"]
    fine(app)


def test_the_config_of_one_negotiation_tells_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = press(opened(one), "To the end")
    (folder / "one_negotiation.toml").write_text(config(app), encoding="utf-8")
    assert main(["show", "one_negotiation.toml"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for metric in app.metric:
        assert f"{metric.label} {metric.value.replace('−', '-')}" in told.replace("+0.00", "0.00")


def test_playing_goes_on_by_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(opened(one), "Play")
    assert next(b for b in app.button if b.label == "Pause")
    assert "Round 1 of 12" in said(app), "a round has its time"
    monkeypatch.setattr("experiments.app.pages.one._due", lambda: True)
    app.run()
    assert "Round 2 of 12" in said(app)
    press(app, "Pause")
    app.run()
    assert "Round 2 of 12" in said(app)


@pytest.mark.slow
def test_what_is_chosen_changes_the_talks(folder: Path) -> None:
    app = opened(one)
    app.selectbox(key="one/small/rule").select("none").run()
    app.selectbox(key="one/small/strategies.east").select("conceder").run()
    app.text_input(key="one/small/strategies.east.conceder.exponent").input("1.5 to 3").run()
    app.number_input(key="one/small/seed").set_value(9).run()
    fine(app)
    plan = plan_of(config(app))
    assert plan.config.seed == 9
    assert plan.scenario["rules"]["review"] == "none"
    assert plan.scenario["strategies"]["east"] == {
        "name": "conceder",
        "exponent": {"uniform": [1.5, 3.0]},
    }
    assert "before a deal nothing has to be reviewed" in said(app)


def test_the_deadline_and_the_time_of_a_review_are_fields(folder: Path) -> None:
    """A day between two rounds: the last round is the one that ends by then."""
    app = opened(one)
    app.date_input(key="one/small/calendar.deadline").set_value(date(2025, 3, 10)).run()
    app.number_input(key="one/small/rules.period").set_value(2).run()
    fine(app)
    assert "Round 1 of 4" in said(app)
    calendar = plan_of(config(app)).scenario["calendar"]
    assert (calendar["deadline"], calendar["rounds"]) == (date(2025, 3, 10), 4)
    assert plan_of(config(app)).scenario["rules"]["period"] == 2
    app.date_input(key="one/small/calendar.deadline").set_value(date(2025, 3, 2)).run()
    assert app.error[0].value.startswith("deadline: 2 March 2025 is less than a round of 2 days")
    assert not [each for each in app.multiselect if "levels" in str(each.key)], "payoffs are given"


def test_a_strategy_inside_another_one(folder: Path) -> None:
    app = opened(one)
    app.selectbox(key="one/small/strategies.east").select("package_or_nothing").run()
    inner = "one/small/strategies.east.package_or_nothing.inner"
    app.selectbox(key=inner).select("hardliner").run()
    fine(app)
    strategy = plan_of(config(app)).scenario["strategies"]["east"]
    assert (strategy["name"], strategy["inner"]) == ("package_or_nothing", {"name": "hardliner"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        (
            "further",
            '"talks.east.measures.cars.levels" = [0, 25]',
            "talks.east.measures.cars: the levels [0.0, 25.0] do not fall",
        ),
        ("further", '"talks.east.measures.cars.levels" = []', "cars.levels: [] has no level"),
        ("further", "rules.period = -1", "rules.period: -1"),
        ("further", "rules period", "further settings: not valid TOML"),
        ("further", "rules.perid = 1", "did you mean 'period'?"),
    ],
)
def test_settings_that_cannot_be_get_a_sentence(
    folder: Path, key: str, typed: str, sentence: str
) -> None:
    app = opened(one)
    app.text_area(key=f"one/small/{key}").input(typed).run()
    assert not app.exception
    assert sentence in app.error[0].value
    assert "Traceback" not in app.error[0].value


def test_an_empty_strategy_gets_a_sentence(folder: Path) -> None:
    app = opened(one)
    app.selectbox(key="one/small/strategies.east").select("another one, typed in").run()
    assert app.error[0].value.startswith("strategies.east: is empty; type the name of a strategy")
    app.text_input(key="one/small/strategies.east.typed").input("boulwar").run()
    assert "did you mean 'boulware'?" in app.error[0].value
    app.text_input(key="one/small/strategies.east.typed").input("boulware").run()
    fine(app)


def test_a_strategy_that_breaks_a_rule_gets_a_sentence(folder: Path) -> None:
    (folder / "broken.py").write_text(
        "from sim.seats.strategy import Strategy\n"
        "class Broken(Strategy):\n"
        "    def propose(self, view):\n"
        "        return 1 / 0\n",
        encoding="utf-8",
    )
    app = opened(one)
    app.selectbox(key="one/small/strategies.east").select("another one, typed in").run()
    app.text_input(key="one/small/strategies.east.typed").input("broken.py:Broken").run()
    assert "strategy Broken of east in talk east, round 1" in app.error[0].value


def test_a_fault_of_the_program_is_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = opened(one)
    monkeypatch.setattr("experiments.app.shown.board.standing", lambda *_: 1 / 0)
    press(app, "Step")
    assert [error.value for error in app.error] == [UNEXPECTED]
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.slow
def test_many_worlds_are_played_and_drawn(folder: Path) -> None:
    app = opened(many)
    app.number_input(key="many/worlds").set_value(20).run()
    fine(app)
    assert [metric.label for metric in app.metric] == ["deals of Hub – East", "deals of Hub – West"]
    assert figures(app) == 2
    app.toggle(key="many/compare").set_value(True).run()
    assert len(app.metric) == 4
    app.button_group(key="many/questions True").set_value(["price"]).run()
    fine(app)
    assert figures(app) == 1
    plan = plan_of(config(app))
    assert (plan.worlds, len(plan.cells)) == (20, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("worlds", "sentence"),
    [(10_000_000, "worlds: 10,000,000 are more than this page plays"), (0, "worlds: give a whole")],
)
def test_too_many_worlds_get_a_sentence(folder: Path, worlds: int, sentence: str) -> None:
    app = opened(many)
    app.number_input(key="many/worlds").set_value(worlds).run()
    assert not app.exception
    assert app.error[0].value.startswith(sentence)


@pytest.mark.slow
def test_choices_are_kept_from_page_to_page(folder: Path) -> None:
    app = opened(one)
    app.selectbox(key="one/small/rule").select("none").run()
    kept = app.session_state["choices"]
    other = AppTest.from_function(many, default_timeout=60)
    other.session_state["choices"] = kept | {"worlds": 10}
    other.run()
    fine(other)
    assert other.selectbox(key="many/small/rule").value == "none"
    assert other.number_input(key="many/worlds").value == 10


@pytest.fixture
def ran(folder: Path) -> Path:
    write(folder)
    words = ["run", str(folder / "config.toml"), "--workers", "1", "--no-figures"]
    assert main(words) == 0
    (directory,) = (folder / "results").iterdir()
    return directory


@pytest.mark.slow
def test_results_are_opened_filtered_and_drawn(ran: Path) -> None:
    app = opened(finished)
    fine(app)
    assert app.selectbox(key="results/run").value == f"results/{ran.name}"
    assert "What does the rule do?" in said(app)
    assert len(app.dataframe[0].value) == 4
    digest = plan_of(config(app)).digest
    app.button_group(key=f"results/{digest}.rules.review").set_value(["none"]).run()
    fine(app)
    assert len(app.dataframe[0].value) == 2
    app.selectbox(key="results/figure").select("payoffs").run()
    app.text_input(key="results/payoffs.most").input("2").run()
    fine(app)
    app.text_input(key="results/payoffs.most").input("two").run()
    assert app.error[0].value.startswith("argument.most: 'two'")
    app.text_input(key="results/payoffs.most").input("").run()
    app.button_group(key=f"results/{digest}.rules.review").set_value([]).run()
    assert app.error[0].value.startswith("cells: none is left")


@pytest.mark.slow
def test_a_figure_that_the_run_cannot_fill_says_why(ran: Path) -> None:
    """And hides nothing else: the table, all downloads and the config stay."""
    app = opened(finished)
    app.selectbox(key="results/figure").select("docket").run()
    fine(app)
    app.selectbox(key="results/figure").select("shares").run()
    assert app.error[0].value == (
        "figure shares: it needs a swept path whose values are numbers, and the run has none"
    )
    assert len(app.dataframe[0].value) == 4
    assert "Download all outcomes of these cells as csv" in downloads(app)
    assert plan_of(config(app)).cells


def downloads(app: AppTest) -> list[str]:
    return [element.proto.label for element in app.get("download_button")]


@pytest.mark.slow
def test_no_question_is_asked_that_cannot_be_answered(folder: Path) -> None:
    """Where two sides share a pie there is no rival and no rule."""
    pie = REAL.with_name("pie.toml")
    (folder / "scenarios" / "small.toml").write_text(pie.read_text("utf-8"), encoding="utf-8")
    app = AppTest.from_function(many, default_timeout=60)
    app.session_state["choices"] = {"worlds": 10}
    app.run()
    fine(app)
    pills = app.button_group(key="many/questions False")
    asked = [option.content for option in pills.proto.options]
    assert "How do the talks end?" in asked
    assert "Which terms do the deals have?" in asked, "a share of the pie is a term"
    assert "What does the rule do to deals and their terms?" not in asked
    assert "What does the other partner's deal do?" not in asked
    kept = [name for name, question in QUESTIONS.items() if question in asked]
    pills.set_value(kept).run()
    fine(app)
    assert figures(app) == len(kept), "each of them is drawn"


def test_a_directory_without_results_gets_a_sentence(folder: Path) -> None:
    app = opened(finished)
    assert "There is no run in results/ yet" in app.info[0].value
    app.text_input(key="results/directory").input("nowhere").run()
    assert app.error[0].value.startswith("nowhere: holds no finished run")


@pytest.mark.slow
def test_a_game_from_the_first_move_to_the_debrief(folder: Path) -> None:
    app = opened(seat)
    app.selectbox(key="seat/small/strategies.hub").select("linear").run()
    app.button_group(key="seat/small/positions.hub").set_value(["cars", "metals"]).run()
    app.radio(key="seat/seat").set_value("east").run()
    press(app, "Begin")
    fine(app)
    assert "You are **East**. A hub and two partners." in said(app)
    press(app, "Make this move")
    fine(app)
    assert "East requests review of every measure" in said(app)
    press(app, "Take back my last move")
    assert "Nothing yet." in said(app) or "East requests" not in said(app)
    press(app, "Make this move")
    for _ in range(12):
        if "How did it end?" in [header.value for header in app.header]:
            break
        press(app, "Let it stand until something changes")
    fine(app)
    assert [header.value for header in app.header] == ["How did it end?"]
    assert "1,000 worlds with your payoffs and your opponents" in said(app)
    assert "experiments.app.game.person:Person" in config(app)
    press(app, "Other talks, another seat")
    assert next(b for b in app.button if b.label == "Begin")


@pytest.mark.slow
def test_a_wait_is_taken_back_at_once(folder: Path) -> None:
    """Nothing changes for ten rounds: the hub has nothing to say."""
    app = opened(seat)
    quiet = 'strategies.hub = { name = "experiments.app.game.person:Person" }'
    app.text_area(key="seat/small/further").input(quiet).run()
    app.radio(key="seat/seat").set_value("east").run()
    press(app, "Begin")
    press(app, "Make this move")
    before = said(app)
    press(app, "Let it stand until something changes")
    assert [header.value for header in app.header] == ["How did it end?"]
    press(app, "Take back my last move")
    assert said(app) == before
    press(app, "Take back my last move")
    assert "Nothing yet." in said(app)


def test_levels_can_be_chosen_one_after_the_other(folder: Path) -> None:
    """What a level is worth depends on the others, and must not change which one is chosen."""
    app = opened(seat)
    app.radio(key="seat/seat").set_value("east").run()
    press(app, "Begin")
    key = next(str(radio.key) for radio in app.radio if str(radio.key).endswith("/issue/cars"))
    for level in (1, 2, 0):
        app.radio(key=key).set_value(level).run()
        app.radio(key=key.replace("cars", "pledge")).set_value(level).run()
        fine(app)
        worth = [0, 3, 5][level] + [0, -1, -2][level] + 4
        assert app.metric[0].value == f"{worth:+.2f} payoff points"


def test_the_hub_moves_in_both_talks(folder: Path) -> None:
    app = opened(seat)
    app.radio(key="seat/seat").set_value("hub").run()
    press(app, "Begin")
    fine(app)
    assert {tab.label.partition(" (")[0] for tab in app.tabs} == {"East", "West"}
    for _ in range(3):
        press(app, "Make this move")
        fine(app)


def test_an_offer_that_is_not_allowed_is_told_and_not_made(folder: Path) -> None:
    app = opened(seat)
    app.radio(key="seat/seat").set_value("east").run()
    press(app, "Begin")
    for radio in app.radio:
        if "/issue/" in str(radio.key):
            radio.set_value(0)
    press(app, "Make this move")
    assert app.error[0].value.startswith("An offer has to lower or to give something")
    assert "Round 1 of 12" in app.get("progress")[0].proto.text


@pytest.mark.slow
@pytest.mark.parametrize("page", [one, many, seat])
def test_talks_without_measures_and_dates(
    folder: Path, page: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sides share a pie of 100 slices."""
    pie = REAL.with_name("pie.toml")
    (folder / "scenarios" / "small.toml").write_text(pie.read_text("utf-8"), encoding="utf-8")
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["choices"] = {"worlds": 10, "seat": "right"}
    app.run()
    fine(app)
    if page is seat:
        press(app, "Begin")
        press(app, "Make this move")
        assert "Right offers" in said(app)
    fine(app)
