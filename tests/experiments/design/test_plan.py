import shutil
from itertools import pairwise
from pathlib import Path

import pytest
import tomli_w

from experiments.design.plan import Plan
from experiments.design.sweep import label
from tests.experiments.small import EXPERIMENT, OWN, SCENARIO, SWEEP, write

BEST = """\
from dataclasses import dataclass
from sim.seats.strategy import BatchStrategy

@dataclass(frozen=True)
class Best(BatchStrategy):
    '''Offers its best package.'''

    def propose(self, view):
        return view.best_package
"""


def load(directory, more=SWEEP, scenario=SCENARIO, **changes):
    return Plan.load(write(directory, more, scenario), changes.pop("changes", changes))


# --- cells -------------------------------------------------------------------------------------


@pytest.mark.fast
def test_cells_cross_the_values_of_a_sweep_the_last_path_fastest(tmp_path):
    plan = load(tmp_path)
    assert plan.swept == ("rules.review", "strategies.east")
    assert [(cell.index, *cell.labels.values()) for cell in plan.cells] == [
        (0, "all", "linear"),
        (1, "all", "boulware"),
        (2, "none", "linear"),
        (3, "none", "boulware"),
    ]
    assert plan.worlds == 12


def test_the_scenario_of_a_cell_has_its_values_and_no_others(tmp_path):
    plan = load(tmp_path)
    games = [plan.game(cell) for cell in plan.cells]
    assert [game.talks[0].review for game in games] == [("cars", "metals")] * 2 + [()] * 2
    names = [type(game.strategies["east", "east"]).__name__ for game in games]
    assert names[:2] == names[2:]
    assert games[0].strategies["east", "east"] != games[1].strategies["east", "east"]
    assert {game.talks[0].period for game in games} == {1}


def test_a_config_without_a_sweep_is_one_cell(tmp_path):
    plan = load(tmp_path, "")
    assert [(cell.index, cell.values, cell.labels) for cell in plan.cells] == [(0, {}, {})]
    assert plan.swept == ()


def test_nested_tables_are_dotted_paths(tmp_path):
    dotted = load(tmp_path, '[sweep]\n"rules.review" = ["all", "none"]\n')
    nested = load(tmp_path, '[sweep.rules]\nreview = ["all", "none"]\n')
    assert nested.cells == dotted.cells
    assert nested.digest == dotted.digest
    more = "[overrides.payoffs.weights.hub]\nreview = { low = 1, central = 2, high = 3 }\n"
    plan = load(tmp_path, more)
    assert plan.game(plan.cells[0]).review_cost["hub", "east"][:, 0].min() >= 1


def test_a_swept_value_may_set_other_paths_along(tmp_path):
    plan = load(
        tmp_path,
        """
        [sweep]
        "strategies.hub" = [
          { label = "refuses", value = { name = "scope_refuser", inner = { name = "linear" } } },
          { label = "admits all", value = "linear", also = { positions.hub = "all" } },
        ]
        """,
    )
    refuses, admits = (plan.game(cell) for cell in plan.cells)
    assert refuses.talks[0].positions[0] == ("metals",)
    assert admits.talks[0].positions[0] == ("cars", "metals")
    assert plan.cells[1].labels == {"strategies.hub": "admits all"}


def test_draws_and_replications_of_the_experiment_come_before_the_scenarios(tmp_path):
    plan = load(tmp_path, "draws = 5\nreplications = 3\n" + SWEEP)
    game = plan.game(plan.cells[0])
    assert (game.payoffs.draws, game.replications) == (5, 3)
    plain = load(tmp_path)
    game = plain.game(plain.cells[0])
    assert (game.payoffs.draws, game.replications) == (3, 2)


# --- labels ------------------------------------------------------------------------------------


@pytest.mark.fast
@pytest.mark.parametrize(
    ("value", "called"),
    [
        (3, 3.0),
        (True, "true"),
        ("all", "all"),
        (["cars", "metals"], "cars+metals"),
        ([], "none"),
        ({"name": "boulware"}, "boulware"),
        ({"name": "boulware", "exponent": 0.25}, "boulware(exponent=0.25)"),
        ({"name": "boulware", "exponent": {"uniform": [0.1, 0.8]}}, "boulware(exponent=0.1–0.8)"),
        ({"name": "my/own.py:Best", "share": 2}, "Best(share=2)"),
        ({"name": "x", "inner": {"name": "y", "k": 1}}, "x(inner=y(k=1))"),
        ({"uniform": [0.1, 0.8]}, "0.1–0.8"),
        ({"value": 2, "unit": "rounds", "source": "assumption"}, 2.0),
        ({"low": 1, "central": 2, "high": 3}, "low=1, central=2, high=3"),
    ],
)
def test_a_value_without_a_label_is_called_by_what_it_says(value, called):
    assert label(value) == called
    assert type(label(value)) is type(called)


def test_numbers_stay_numbers_unless_words_stand_beside_them(tmp_path):
    numbers = load(tmp_path, '[sweep]\n"rules.period" = [1, 2]\n')
    assert [cell.labels["rules.period"] for cell in numbers.cells] == [1.0, 2.0]
    path = "strategies.hub.inner.exponent"
    mixed = load(tmp_path, f'[sweep]\n"{path}" = [0.5, {{ uniform = [0.2, 0.4] }}]\n')
    assert [cell.labels[path] for cell in mixed.cells] == ["0.5", "0.2–0.4"]


# --- changes from the command line -------------------------------------------------------------


@pytest.mark.fast
def test_changes_come_after_overrides_and_end_a_sweep(tmp_path):
    more = '[overrides]\n"rules.period" = 3\n"calendar.rounds" = 9\n' + SWEEP
    changes = {"seed": 8, "worlds": 2, "calendar.rounds": 10, "rules.review": "none"}
    plan = load(tmp_path, more, changes=changes)
    game = plan.game(plan.cells[0])
    assert (plan.config.seed, plan.worlds) == (8, 2)
    assert (game.calendar.rounds, game.talks[0].period, game.talks[0].review) == (10, 3, ())
    assert plan.swept == ("strategies.east",)
    assert len(plan.cells) == 2


def test_a_change_below_a_table_keeps_what_stands_beside_it(tmp_path):
    plan = load(tmp_path, changes={"strategies.hub.inner.exponent": 0.5})
    strategy = plan.game(plan.cells[0]).strategies["hub", "east"]
    assert strategy.admits == ("metals",)
    assert strategy.inner.exponent == 0.5


# --- the digest --------------------------------------------------------------------------------


@pytest.mark.fast
def test_the_same_content_has_the_same_name_in_any_directory(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for directory in (here, there):
        directory.mkdir()
    plan = load(here)
    assert plan.digest == load(there).digest
    assert len(plan.digest) == 10
    assert int(plan.digest, 16) >= 0
    renamed = EXPERIMENT.replace("What does", "What else does").replace('"small"', '"other"')
    (here / "config.toml").write_text(renamed + SWEEP)
    assert Plan.load(here / "config.toml").digest == plan.digest


@pytest.mark.parametrize(
    ("more", "scenario", "changes"),
    [
        (SWEEP.replace('"none"]', '"none", ["cars"]]'), SCENARIO, {}),
        (SWEEP.replace('["all", "none"]', '["none", "all"]'), SCENARIO, {}),
        (SWEEP.replace('label = "linear"', 'label = "straight"'), SCENARIO, {}),
        ("draws = 2\n" + SWEEP, SCENARIO, {}),
        ('[overrides]\n"rules.period" = 2\n' + SWEEP, SCENARIO, {}),
        (SWEEP, SCENARIO.replace("pledge = [0, 2, 3]", "pledge = [0, 2, 4]"), {}),
        (SWEEP, SCENARIO, {"seed": 6}),
        (SWEEP, SCENARIO, {"rules.period": 2}),
    ],
)
def test_other_content_has_another_name(tmp_path, more, scenario, changes):
    assert load(tmp_path, more, scenario, changes=changes).digest != load(tmp_path).digest


def test_the_order_of_talks_is_content(tmp_path):
    head, east, west, rest = _parts(SCENARIO, "[talks.east]", "[talks.west]", "[payoffs]")
    assert head + east + west + rest == SCENARIO
    swapped = load(tmp_path, scenario=head + west + east + rest)
    assert swapped.game(swapped.cells[0]).countries == ("hub", "west", "east")
    assert swapped.digest != load(tmp_path).digest


def _parts(text, *heads):
    places = [0, *(text.index(head) for head in heads), len(text)]
    return [text[a:b] for a, b in pairwise(places)]


PAYOFFS = "cars,metals,pledge,access,hub,partner\n" + "".join(
    f"{cars},{metals},{pledge},{access},{pledge / 100 + access - (25 - cars) / 10},{25 - cars}\n"
    for cars in (25, 15, 0)
    for metals in (25, 0)
    for pledge in (0, 200, 400)
    for access in (0, 1, 2)
)


def test_a_changed_file_of_payoffs_is_another_name(tmp_path):
    scenario = SCENARIO[: SCENARIO.index("[payoffs.given.west]")]
    scenario += '[payoffs.given.west]\nfile = "west.csv"\n'
    (tmp_path / "west.csv").write_text(PAYOFFS)
    first = load(tmp_path, scenario=scenario)
    assert first.digest == load(tmp_path, scenario=scenario).digest
    (tmp_path / "west.csv").write_text(PAYOFFS.replace("25,0,200,0,2.0,", "25,0,200,0,2.5,"))
    assert first.digest != load(tmp_path, scenario=scenario).digest


def test_a_changed_file_that_only_one_cell_needs_is_another_name(tmp_path):
    more = '[sweep]\n"payoffs.given.west.file" = ["one.csv", "two.csv"]\n'
    scenario = SCENARIO[: SCENARIO.index("[payoffs.given.west]")]
    scenario += '[payoffs.given.west]\nfile = "one.csv"\n'
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(PAYOFFS)
    first = load(tmp_path, more, scenario).digest
    (tmp_path / "two.csv").write_text(PAYOFFS.replace("25,0,200,0,2.0,", "25,0,200,0,2.5,"))
    assert first != load(tmp_path, more, scenario).digest


SHIPPED = Path(__file__).parents[3] / "configs"


def test_a_changed_file_of_trade_data_is_another_name(tmp_path):
    for part in ("data", "scenarios"):
        shutil.copytree(SHIPPED / part, tmp_path / part)
    config = tmp_path / "config.toml"
    name = "scenarios/us_japan_korea_2025.toml"
    config.write_text(EXPERIMENT.replace("scenario.toml", name))
    first = Plan.load(config).digest
    assert first == Plan.load(config).digest
    flows = tmp_path / "data" / "flows_2024.csv"
    flows.write_text(flows.read_text().replace("USA,USA,cars,256.0,", "USA,USA,cars,257.0,"))
    assert first != Plan.load(config).digest


@pytest.mark.slow
@pytest.mark.parametrize("said", ['"best.py:Best"', '{ name = "best.py:Best" }'])
@pytest.mark.parametrize("where", ["the config", "the scenario", "the sweep", "inside another"])
def test_a_changed_strategy_file_is_another_name(tmp_path, said, where):
    (tmp_path / "best.py").write_text(BEST)
    more, scenario = "", SCENARIO
    if where == "the config":
        more = f'[overrides]\n"strategies.east" = {said}\n'
    elif where == "the scenario":
        scenario = SCENARIO.replace('east = "linear"', f"east = {said}")
    elif where == "the sweep":
        more = f'[sweep]\n"strategies.east" = ["linear", {said}]\n'
    else:
        more = f'[overrides]\n"strategies.east" = {{ name = "wait_and_see", inner = {said} }}\n'
    first = load(tmp_path, more, scenario)
    played = first.game(first.cells[-1]).strategies["east", "east"]
    assert "Best" in (type(played).__name__, type(getattr(played, "inner", played)).__name__)
    assert first.digest == load(tmp_path, more, scenario).digest
    (tmp_path / "best.py").write_text(BEST + "\n# changed\n")
    assert first.digest != load(tmp_path, more, scenario).digest


def test_the_working_directory_does_not_matter(tmp_path, monkeypatch):
    (tmp_path / "best.py").write_text(BEST)
    more = '[overrides]\n"strategies.east" = "best.py:Best"\n'
    first = load(tmp_path, more).digest
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert load(tmp_path, more).digest == first
    monkeypatch.chdir(tmp_path)
    assert Plan.load(Path("config.toml")).digest == first


# --- the config as run -------------------------------------------------------------------------


def test_a_config_as_run_stands_by_itself_and_is_the_same_experiment(tmp_path):
    (tmp_path / "best.py").write_text(BEST)
    more = SWEEP.replace('value = "linear"', 'value = "best.py:Best"')
    plan = load(tmp_path, "draws = 4\n" + more, changes={"calendar.rounds": 9, "seed": 7})
    (tmp_path / "elsewhere").mkdir()
    written = tmp_path / "elsewhere" / "config.toml"
    written.write_text(tomli_w.dumps(plan.as_run()), encoding="utf-8")
    (tmp_path / "scenario.toml").unlink()
    again = Plan.load(written)
    assert again.digest == plan.digest
    assert again.cells == plan.cells
    assert again.config.name == "small"
    assert again.config.question == plan.config.question
    assert again.config.seed == 7
    for cell, same in zip(plan.cells, again.cells, strict=True):
        one, other = plan.game(cell), again.game(same)
        assert one.talks == other.talks
        assert one.calendar == other.calendar
        assert one.calendar.rounds == 9
        assert one.strategies == other.strategies
        assert one.payoffs.draws == other.payoffs.draws == 4


def test_the_config_as_run_numbers_its_cells_alike(tmp_path: Path) -> None:
    long = '{ name = "scope_refuser", inner = "linear", until = 0.5, admits = ["cars", "metals"] }'
    sweep = (
        f'[sweep]\n"strategies.hub" = [{long}, "linear"]\n"rules.review" = ["all", "none"]\n'
        f'"rules.period" = [1, 2]\n[levers]\n"strategies.east" = ["linear", {long}]\n'
        '"rules.test" = ["by_exchange", "by_admission"]\n'
    )
    plan = load(tmp_path, sweep)
    written = tmp_path / "as_run.toml"
    written.write_text(tomli_w.dumps(plan.as_run()))
    again = Plan.load(written)
    assert [cell.labels for cell in again.cells] == [cell.labels for cell in plan.cells]
    assert [list(cell.labels) for cell in again.cells] == [list(c.labels) for c in plan.cells]
    assert again.digest == plan.digest


def test_a_file_beside_the_config_is_found_in_a_swept_list(tmp_path, monkeypatch):
    scenarios, mine = tmp_path / "scenarios", tmp_path / "mine"
    scenarios.mkdir()
    mine.mkdir()
    (scenarios / "small.toml").write_text(SCENARIO, encoding="utf-8")
    (mine / "own.py").write_text(OWN, encoding="utf-8")
    (mine / "config.toml").write_text(
        'name = "x"\nscenario = "../scenarios/small.toml"\nworlds = 2\n[sweep]\n'
        '"strategies.east" = ["linear", { name = "own.py:Best" }]\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    plan = Plan.load("mine/config.toml")
    assert type(plan.game(plan.cells[1]).strategies["east", "east"]).__name__ == "Best"
