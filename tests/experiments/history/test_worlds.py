"""What patterns and scores read, against the table of outcomes that it is read from."""

import numpy as np
import pytest

from experiments.history.worlds import ends_of
from experiments.runs.run import run
from sim.config import parse
from tests.experiments.small import load


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    plan = load(tmp_path_factory.mktemp("ends"), '[overrides]\n"rules.review" = "none"\n')
    frame = run(plan, plan.directory / "out").store.outcomes()
    return frame, ends_of(frame, parse(plan.scenario, plan.directory))


def test_talks_stand_side_by_side(played):
    frame, ends = played
    west = frame[frame["talk"] == "west"].reset_index(drop=True)
    at = ends.at("west")
    assert ends.world.tolist() == list(range(12))
    assert ends.draw.tolist() == west["draw"].tolist()
    assert ends.deal[:, at].tolist() == (west["status"] == "deal").tolist()
    assert ends.deal.any()
    assert ends.points["cars"][:, at].tolist() == west["rate.cars"].tolist()
    assert ends.given["pledge"][:, at].tolist() == west["give.pledge"].tolist()
    lowered = (west["status"] == "deal") & (west["rate.cars"] < 25)
    assert ends.lowered["cars"][:, at].tolist() == lowered.tolist()


def test_days_are_counted_from_the_first_round_and_to_the_end_of_the_pause(played):
    frame, ends = played
    east = frame[frame["talk"] == "east"]
    signed = ends.deal[:, 0]
    assert (ends.day[signed, 0] == 2 * (east["round"].to_numpy(float)[signed] - 1)).all()
    assert (ends.day[signed, 0] + ends.left[signed, 0] == 24).all()
    assert np.isinf(ends.day[~signed, 0]).all()
    assert np.isnan(ends.left[~signed, 0]).all()
