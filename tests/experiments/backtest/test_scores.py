"""Scores of worlds that are written down, and of those that were played."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from experiments.backtest.scores import MODEL, NAIVE, forecast_name, scores
from experiments.backtest.targets import targets
from experiments.design.plan import Plan
from experiments.results.results import Results
from sim.config import parse
from sim.errors import ConfigError
from tests.experiments.figures import made
from tests.experiments.small import load


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return made.results(made.plan(tmp_path_factory.mktemp("made")))


@pytest.fixture(scope="module")
def found(results: Results):
    return scores(results.frame, results.plan)


def row(found, forecast, target, talk="east"):
    table = found.table
    same = (table["forecast"] == forecast) & (table["talk"] == talk) & (table["target"] == target)
    return table[same].iloc[0]


FIRST = "all, only the duty is for discussion"


def test_all_that_was_observed_is_scored(results: Results) -> None:
    config = parse(results.plan.scenario, results.plan.directory)
    said = [(t.talk, t.name, t.family, t.observed) for t in targets(results.plan.config, config)]
    assert said == [
        ("east", "rate.duty", "rates", 12),
        ("east", "give.gift", "give.gift", 1),
        ("east", "date", "dates", 14),
        ("east", "deal", "events", 1),
        ("east", "lowers.duty", "events", 1),
        ("east", "lowers.levy", "events", 0),
        ("west", "rate.duty", "rates", 10),
        ("west", "date", "dates", 8),
        ("west", "deal", "events", 1),
        ("", "pattern.duty_for_a_gift", "patterns", 1),
        ("", "pattern.not_early", "patterns", 1),
        ("", "pattern.east_first", "patterns", 1),
    ]


def test_a_number_is_scored_over_all_worlds_and_a_date_over_deals(results: Results, found) -> None:
    frame = results.frame
    east = frame[(frame["cell"] == 0) & (frame["talk"] == "east")]
    duty, rate = row(found, FIRST, "rate.duty"), east["rate.duty"].to_numpy()
    spread = np.abs(rate[:, None] - rate).mean()
    assert duty["score"] == pytest.approx(np.abs(rate - 12).mean() - spread / 2)
    assert (duty["said"], duty["mean"]) == (1, pytest.approx(rate.mean()))
    assert duty["50 %"] == np.quantile(rate, 0.5, method="inverted_cdf")
    deals = east[east["status"] == "deal"]
    days = 2 * (deals["round"].to_numpy(float) - 1)
    date = row(found, FIRST, "date")
    assert date["said"] == pytest.approx(len(deals) / 24)
    expected = np.abs(days - 14).mean() - np.abs(days[:, None] - days).mean() / 2
    assert date["score"] == pytest.approx(expected)
    assert date["in 90 %"] == (days.min() <= 14 <= days.max())


def test_a_yes_or_no_has_the_score_of_brier(results: Results, found) -> None:
    frame = results.frame
    east = frame[(frame["cell"] == 0) & (frame["talk"] == "east")]
    share = (east["status"] == "deal").mean()
    deal = row(found, FIRST, "deal")
    assert deal["mean"] == share
    assert deal["score"] == pytest.approx((1 - share) ** 2)
    assert np.isnan(deal["in 50 %"])


def test_forecasts_without_a_model(found) -> None:
    quo, constant = "status quo", "12 percent on all"
    assert row(found, quo, "rate.duty")["score"] == 13
    assert row(found, quo, "deal")["score"] == 1
    assert row(found, constant, "rate.duty")["score"] == 0
    assert row(found, constant, "date")["score"] == 2
    patterns = found.table[found.table["family"] == "patterns"]
    assert set(patterns["kind"]) == {MODEL}
    rates = found.table[found.table["family"] == "rates"]
    assert (rates["kind"] == NAIVE).sum() == 4 * 2


def test_means_and_skills(found) -> None:
    means = found.means().set_index(["forecast", "family"])
    mine = means.loc[(FIRST, "rates")]
    parts = [row(found, FIRST, "rate.duty", talk)["score"] for talk in ("east", "west")]
    theirs = [row(found, "status quo", "rate.duty", talk)["score"] for talk in ("east", "west")]
    assert mine["score"] == pytest.approx(np.mean(parts))
    assert mine["status quo"] == pytest.approx(1 - sum(parts) / sum(theirs))
    assert mine["low"] < mine["score"] < mine["high"]
    assert np.isnan(means.loc[(FIRST, "patterns"), "status quo"])
    assert means.loc[("status quo", "rates"), "status quo"] == 0


def test_a_perfect_rival_has_no_skill_against_it(found) -> None:
    """East's duty at 12 percent scores 0, and West's 2: only their sum is compared."""
    means = found.means().set_index(["forecast", "family"])
    both = sum(row(found, FIRST, "rate.duty", talk)["score"] for talk in ("east", "west"))
    assert means.loc[(FIRST, "rates"), "12 percent on all"] == pytest.approx(1 - both / 2)


def test_coverage_counts_numbers(found) -> None:
    counted = found.coverage().set_index("forecast").loc[FIRST]
    assert counted["targets"] == 5
    assert 0 <= counted["in 50 %"] <= counted["in 90 %"] <= 5


def test_the_same_worlds_have_the_same_scores(results: Results, found) -> None:
    again = scores(results.frame, results.plan)
    assert again.table.equals(found.table)
    for here, there in zip(again.samples, found.samples, strict=True):
        assert np.array_equal(here, there, equal_nan=True)


def test_the_interval_is_that_of_the_draws(results: Results) -> None:
    """With every world its own draw, the interval of a share is that of a binomial."""
    own = results.frame.assign(draw=results.frame["world"])
    deal = row(scores(own, results.plan), FIRST, "deal")
    p, error = deal["mean"], np.sqrt(deal["mean"] * (1 - deal["mean"]) / 24)
    assert deal["low"] == pytest.approx((1 - p - 1.96 * error) ** 2, abs=0.1)
    assert deal["high"] == pytest.approx((1 - p + 1.96 * error) ** 2, abs=0.1)


def test_with_one_draw_the_interval_is_of_luck(results: Results) -> None:
    """It has a width: worlds are drawn anew, as there is no other draw."""
    found = scores(results.frame.assign(draw=0), results.plan)
    deal = row(found, FIRST, "deal")
    assert 0 < deal["mean"] < 1
    assert deal["low"] < deal["score"] < deal["high"]


def test_names_of_forecasts() -> None:
    assert forecast_name({}) == MODEL
    assert forecast_name({"rules.review": "all", "rules.period": 2}) == "all, 2"
    assert forecast_name({"case": "first", "rules.period": 2}) == "first"


def test_nothing_to_score(tmp_path: Path, results: Results) -> None:
    plan = load(tmp_path, "")
    with pytest.raises(ConfigError, match=r"^observed: missing; give what happened as a table"):
        scores(results.frame, plan)


def test_a_date_without_a_calendar_is_not_scored(results: Results) -> None:
    plan = results.plan
    said = {**plan.scenario, "calendar": {"rounds": 8}}
    bare = replace(plan, scenario=said)
    assert isinstance(bare, Plan)
    config = parse(said, plan.directory)
    assert "date" not in [t.name for t in targets(plan.config.model_copy(update={"patterns": {}}),
                                                  config)]  # fmt: skip
