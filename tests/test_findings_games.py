"""What the findings page says of games and of what they turn on, at reduced size."""

import re
from dataclasses import replace

import numpy as np
import pytest

from experiments.plan import Plan
from experiments.run import run
from experiments.tournament.reading import game_of
from tests.findings import ROOT, printed_by

KEPT = {"boulware", "package or nothing", "waits"}
"""Strategies of the partners in the reduced game."""


@pytest.mark.nightly
def test_a_hub_that_never_yields_does_best_and_the_rule_then_leaves_no_deal(tmp_path):
    few = {"worlds": 12, "draws": 12, "replications": 1}
    plan = Plan.load(ROOT / "configs" / "rule_game.toml", few)
    partners = ("strategies.japan", "strategies.korea")
    wanted = [cell for cell in plan.cells if {cell.labels[path] for path in partners} <= KEPT]
    cells = tuple(replace(cell, index=k) for k, cell in enumerate(wanted))
    store = run(replace(plan, cells=cells), tmp_path).store
    assert len(cells) == 2 * 5 * len(KEPT) ** 2
    for rule, signs in (("all", (-1, 0, 0)), ("none", (1, 1, 1))):
        game = game_of(store, {"rules.review": rule})
        played = tuple(
            names.index(name)
            for names, name in zip(
                game.strategies, ("never yields", "waits", "boulware"), strict=True
            )
        )
        assert tuple(np.sign(game.payoffs[(slice(None), *played)])) == signs
        best = game.payoffs[0].argmax(axis=0)
        assert (best == played[0]).mean() > 0.8


@pytest.mark.nightly
def test_a_deal_turns_on_the_time_at_which_the_hub_yields(tmp_path):
    config = (ROOT / "configs" / "uncertainty.toml").read_text(encoding="utf-8")
    scenarios = f'"{ROOT / "configs" / "scenarios"}/'
    fewer = config.replace("points = 64", "points = 8").replace('"scenarios/', scenarios)
    assert fewer.count("points = 8") == 1
    (tmp_path / "uncertainty.toml").write_text(fewer, encoding="utf-8")
    plan = Plan.load(tmp_path / "uncertainty.toml", {"worlds": 4})
    store = run(plan, tmp_path).store
    said = printed_by(["sensitivity", str(store.directory), "--talk", "japan", "--no-figures"])
    first, second = re.findall(r"^(\S.+?)  +(-?\d\.\d+) .*\d$", said, re.MULTILINE)[:2]
    assert first[0] == "United States until"
    assert float(first[1]) > 0.5 > 5 * float(second[1])
    frame = store.outcomes()
    frame = frame[frame["talk"] == "japan"]
    deal, late = frame["status"] == "deal", frame["strategies.usa.until"].astype(float) > 0.971
    assert deal[late].mean() == 0
    assert deal[~late].mean() > 0.8
