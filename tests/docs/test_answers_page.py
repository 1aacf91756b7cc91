"""What the page on the mechanisms says of reviews by answer and of agreements judged anew."""

import pandas as pd
import pytest

from experiments.design.plan import Plan
from tests.answers import agreements, on_cars, trials
from tests.docs.test_readme import CONFIGS, ROOT

PAGE = (ROOT / "docs" / "talks_mechanisms.md").read_text(encoding="utf-8")
FEW = 200


def deals(frame: pd.DataFrame) -> float:
    mine = frame[frame["talk"] == "japan"]
    return float((mine["status"] == "deal").mean())


def test_the_page_tells_every_cell_of_the_config() -> None:
    text = PAGE.partition("## Reviewed by answer\n")[2].partition("**How narrow")[0]
    rows = [line for line in text.splitlines() if line.startswith("| ") and "by exchange" in line]
    told = {tuple(line.strip("| ").split(" | ")[:2]) for line in rows}
    cells = Plan.load(CONFIGS / "by_answer.toml").cells
    assert told == {(c.labels["strategies.usa"], c.labels["strategies.japan"]) for c in cells}


def test_one_throw_away_offer_is_a_stamp_by_another_wording_and_none_by_answer() -> None:
    found = {(wording, player): deals(frame) for wording, player, frame in trials(FEW)}
    named = "named in an offer since it opened"
    assert found[named, "boulware"] < 0.35 < 0.5 < found[named, "stamp"]
    assert found["by answer", "boulware"] == pytest.approx(
        found["by exchange", "boulware"], abs=0.04
    )
    assert found["by answer", "stamp"] <= found["by answer", "boulware"]


def test_the_effect_of_the_rule_on_cars_turns_with_how_agreements_and_partners_are() -> None:
    cars = {
        (player, anew): on_cars(free, bound)["gap"].mean()
        for player, anew, free, bound in agreements(FEW)
    }
    assert abs(cars["never asks", "kept"]) < 0.4
    assert cars["never asks", "judged anew"] < -0.8
    assert cars["asks", "kept"] < -0.8 > cars["asks", "judged anew"]
    assert abs(cars["asks from the start", "judged anew"]) < 0.1
