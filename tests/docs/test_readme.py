"""What the README shows works as it stands there."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from experiments.design.plan import Plan
from experiments.runs.run import run
from sim import negotiate

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "configs"


def blocks(file: str, language: str) -> list[str]:
    text = (ROOT / file).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.fixture
def configs(tmp_path: Path) -> Path:
    """Give a folder that holds what `configs/` holds."""
    for name in ("scenarios", "data"):
        (tmp_path / name).symlink_to(CONFIGS / name)
    return tmp_path


def test_the_experiment_and_the_strategy_of_the_readme(configs: Path) -> None:
    experiment, override = blocks("README.md", "toml")
    strategy = next(b for b in blocks("README.md", "python") if "class Halfway" in b)
    (configs / "halfway.py").write_text(strategy, encoding="utf-8")
    (configs / "my_rule.toml").write_text(experiment, encoding="utf-8")
    assert len(Plan.load(configs / "my_rule.toml").cells) == 6
    without_sweep = experiment[: experiment.index("[sweep]")]
    (configs / "mine.toml").write_text(without_sweep + override, encoding="utf-8")
    plan = Plan.load(configs / "mine.toml", {"payoffs.draws": 2})
    frame = negotiate(plan.game(plan.cells[0]), 4).to_frame()
    assert len(frame) == 8
    assert (frame.loc[frame["talk"] == "japan", "offers.partner"] > 0).all()


def test_the_strategy_of_the_contributing_page(configs: Path) -> None:
    (strategy,) = blocks("CONTRIBUTING.md", "python")
    (configs / "mirror.py").write_text(strategy, encoding="utf-8")
    text = (
        'name = "mirror"\nscenario = "scenarios/us_japan_korea_2025.toml"\nworlds = 2\n'
        '[overrides]\n"strategies.korea" = "mirror.py:Mirror"\n"payoffs.draws" = 1\n'
    )
    (configs / "mirror.toml").write_text(text, encoding="utf-8")
    plan = Plan.load(configs / "mirror.toml")
    assert len(negotiate(plan.game(plan.cells[0]), 2).to_frame()) == 4


def test_python_of_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = (b for b in blocks("README.md", "python") if "negotiate" in b)
    exec(code.replace("worlds=1000", "worlds=4"), {})


def test_a_table_is_read_back_in_one_line(configs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = blocks("README.md", "toml")[0].replace("worlds = 1000", "worlds = 4")
    (configs / "my_rule.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(configs)
    done = run(Plan.load("my_rule.toml", {"payoffs.draws": 2}), Path("results"))
    (code,) = (b for b in blocks("README.md", "python") if "read_parquet" in b)
    for line in code.splitlines():
        module = line.partition(".")[0]
        if find_spec(module) is None:
            continue
        path = f"results/{done.store.directory.name}/outcomes.parquet"
        table = eval(line.replace("results/…/outcomes.parquet", path), {module: __import__(module)})
        assert len(table) > 0


def test_the_design_of_the_page_on_experiments(configs: Path) -> None:
    (text,) = (block for block in blocks("docs/experiments.md", "toml") if "[design]" in block)
    (configs / "weights.toml").write_text(text, encoding="utf-8")
    plan = Plan.load(configs / "weights.toml")
    assert len(plan.cells) == 2 * 64
    assert plan.game(plan.cells[70]).payoffs.draws == 50


@pytest.mark.nightly
def test_at_which_cost_of_a_review_the_answer_turns_over(tmp_path: Path) -> None:
    """What trade and politics bring, over the reviews that are charged for: from two runs."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    said = re.search(
        r"([\d.]+): against a rule of all measures it gets ([\d.]+) from trade and politics, and "
        r"pays ([\d.]+) for reviews;.* Without the rule \(([\d.]+) and ([\d.]+)\) it is ([\d.]+) ",
        text,
    )
    assert said
    with_turn, trade, paid, freely, free_paid, free_turn = map(float, said.groups())
    late = {}
    for cost in (None, 1.0):
        changes = {} if cost is None else {"payoffs.weights.usa.review": cost}
        frame = run(
            Plan.load(CONFIGS / "quickstart.toml", changes), tmp_path / str(cost)
        ).store.outcomes()
        one = frame[
            (frame["talk"] == "japan") & (frame["strategies.usa"] == "yields late or never")
        ]
        late[cost] = one.groupby("rules.review")[["payoff.usa", "cost.usa"]].mean()
    for rule, brought, spent, turn in (
        ("all", trade, paid, with_turn),
        ("none", freely, free_paid, free_turn),
    ):
        payoff, cost = late[None].loc[rule]
        assert brought == pytest.approx(payoff + cost, abs=0.006)
        assert spent == pytest.approx(cost, abs=0.006)
        payoff, reviews = late[1.0].loc[rule]
        assert brought == pytest.approx(payoff + reviews, abs=0.006), "what it does is the same"
        assert turn == pytest.approx(brought / reviews, abs=0.006)
