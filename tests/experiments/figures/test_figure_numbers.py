"""The numbers of a figure are those of the table of outcomes."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot

from experiments.figures import (
    concessions,
    difference,
    docket,
    heat_map,
    make,
    payoff_plane,
    payoffs,
    price,
    ridges,
    rivalry,
    rounds,
    shares,
    status,
    terms,
    timing,
)
from experiments.figures.canvas import LINES
from experiments.figures.ridges import density
from experiments.results.clustered import clustered_mean, clusters
from experiments.results.quantities import one_per_world
from experiments.results.results import Results
from sim.errors import ConfigError
from tests.experiments.figures import made as making

pytestmark = pytest.mark.fast

EAST_ALL = {"rules.review": "all", "positions.hub": "everything is", "talk": "east"}


def where(frame, **values):
    for column, value in values.items():
        frame = frame[frame[column] == value]
    return frame


@pytest.mark.slow
def test_status(results: Results) -> None:
    table = status.numbers(results)
    kinds = list(status.KINDS)
    np.testing.assert_allclose(table[kinds].sum(axis=1), 1)
    worlds = where(results.frame, **EAST_ALL)
    row = where(table, **EAST_ALL).iloc[0]
    deals = worlds["status"] == "deal"
    assert row["deals"] == deals.mean()
    assert row["deal with a cut"] == (deals & worlds["lowers"]).mean()
    assert row["expired"] == (worlds["status"] == "expired").mean()
    assert row["deals_low"] <= row["deals"] <= row["deals_high"]
    shut = where(
        table, **{"rules.review": "all", "positions.hub": "only the duty is for discussion"}
    )
    assert shut["deals"].tolist() == [0, 0]
    assert shut["closed"].tolist() == [1, 1], "the figure says why there is no deal"


def test_never_asked_for_is_not_never_opened(results: Results) -> None:
    """Only what was asked for can be refused, and only what the rule names stands in the way."""
    path = "rules.review"
    lost = results.frame.assign(status="expired", lowers=False)
    for state, rule, closed in (
        ("off", "all", 0.0),
        ("requested", "all", 1.0),
        ("refused", "all", 1.0),
        ("open", "all", 0.0),
        ("refused", "duty", 0.0),
        ("refused", "none", 0.0),
    ):
        frame = lost.assign(**{"review.levy": state, "review.duty": "reviewed"})
        found = replace(results, frame=frame)
        table, drawn = make(found, "status")
        assert (where(table, **{path: rule})["closed"] == closed).all(), (state, rule)
        said = [t.get_text() for axes in drawn.axes for t in axes.texts]
        shut = (table["deals"] == 0) & (table["closed"] == 1)
        assert said.count("0 %: never opened") == shut.sum()
        pyplot.close(drawn)


def test_timing(results: Results) -> None:
    table = where(timing.numbers(results), **EAST_ALL)
    worlds = where(results.frame, **EAST_ALL)
    for number, signed in zip(table["round"], table["cumulated"], strict=True):
        assert signed == pytest.approx((worlds["round"] <= number).fillna(False).mean())


def test_curves_of_two_paths_have_a_colour_each(tmp_path_factory: pytest.TempPathFactory) -> None:
    said = making.EXPERIMENT + '"strategies.east" = ["linear", "conceder", "boulware", "micro"]\n'
    made = making.results(making.plan(tmp_path_factory.mktemp("curves"), said))
    table = timing.numbers(made, most=24)
    rest = [path for path in made.told(table) if path != made.rule]
    assert len(table[rest].drop_duplicates()) <= len(LINES) < 8
    assert len(rest) == 1


def test_rounds(results: Results) -> None:
    table = where(rounds.numbers(results), **{"rules.review": "all", "talk": "east"})
    if "positions.hub" in table:
        table = where(table, **{"positions.hub": "everything is"})
    worlds = where(results.frame, **EAST_ALL)
    for number, share in zip(table["round"], table["share"], strict=True):
        assert share == (worlds["round"] == number).mean()


def test_payoffs(results: Results) -> None:
    setting = {k: v for k, v in EAST_ALL.items() if k != "talk"}
    table = where(payoffs.numbers(results), **setting, country="hub").iloc[0]
    worlds = where(results.frame, **EAST_ALL)["payoff.hub"]
    assert table["mean"] == pytest.approx(worlds.mean())
    assert table["p50"] == pytest.approx(worlds.median())


def test_payoff_plane(results: Results) -> None:
    table = payoff_plane.numbers(results)
    deals = where(table, what="deal")
    shown = results.unmixed(["rules.review"]).frame
    assert shown["positions.hub"].nunique() == 1
    assert deals["count"].sum() == (shown["status"] == "deal").sum()
    east = where(table, talk="east")
    frontier = where(east, what="frontier")
    assert (np.diff(frontier["partner"]) <= 1e-9).all(), "a frontier falls"
    assert frontier["partner"].iloc[0] == pytest.approx(1)
    points = east[east["what"].isin(payoff_plane.POINTS)]
    assert points["hub"].between(0, 1).all()
    assert points["partner"].between(0, 1).all()


def test_price(results: Results) -> None:
    table = price.numbers(results)
    frame = results.frame
    setting = {"positions.hub": "everything is"}
    row = where(table, **setting, quantity="agreement", of="east").iloc[0]
    sides = [
        where(frame, **setting, talk="east", **{"rules.review": rule}).set_index("world")
        for rule in ("all", "none")
    ]
    deals = [100.0 * (side["status"] == "deal") for side in sides]
    mean, low, high = clustered_mean(
        (deals[0] - deals[1]).to_numpy(), clusters(sides[0].reset_index()).to_numpy(), step=100.0
    )
    assert row["difference"] == pytest.approx(mean)
    assert row["error"] == pytest.approx((high - low) / 2)


def test_heat_map(results: Results) -> None:
    table = heat_map.numbers(results, "payoff.east", "rules.review", "positions.hub")
    row = where(table, at_row="all", at_column="everything is").iloc[0]
    setting = {k: v for k, v in EAST_ALL.items() if k != "talk"}
    worlds = where(results.frame, **setting, talk="east")["payoff.east"]
    assert row["mean"] == pytest.approx(worlds.mean())
    assert row["worlds"] == 24
    assert row["low"] < row["mean"] < row["high"]
    assert set(table["of"]) == {"east"}
    both = heat_map.numbers(results, rows="rules.review")
    assert set(both["of"]) == {"east", "west"}
    assert both["column"].unique().tolist() == ["positions.hub"], "the other swept path"


def test_heat_map_says_what_is_wrong(results: Results) -> None:
    with pytest.raises(ConfigError, match=r"^quantity: there is no quantity 'payoff.eas'; did you"):
        heat_map.numbers(results, "payoff.eas")
    with pytest.raises(
        ConfigError, match=r"^rows: there is no swept path 'rules.reviews'; did you"
    ):
        heat_map.numbers(results, rows="rules.reviews")
    with pytest.raises(ConfigError, match=r"^columns: rules.review is what the rows show; name "):
        heat_map.numbers(results, rows="rules.review", columns="rules.review")


def test_shares_over_a_number(numbered: Results) -> None:
    table = shares.numbers(numbered)
    assert table["path"].unique().tolist() == ["rules.period"]
    row = where(table, at=2.0, talk="west").iloc[0]
    worlds = where(numbered.frame, talk="west", **{"rules.period": 2.0})
    assert row["walked"] == (worlds["status"] == "walked").mean()
    assert row["deals"] == pytest.approx(row["deal with a cut"] + row["deal without"])
    assert row["low"] < row["deals"] < row["high"]
    with pytest.raises(ConfigError, match=r"^path: there is no swept path 'rules.perio'; did you"):
        shares.numbers(numbered, "rules.perio")


def test_shares_need_a_number(results: Results) -> None:
    assert shares.numbers(results).empty
    with pytest.raises(ConfigError, match=r"^path: rules.review is not swept over several numbers"):
        shares.numbers(results, "rules.review")


def test_ridges(made: Results) -> None:
    table = ridges.numbers(made)
    hills = where(
        table, country="west", **{"rules.review": "all", "positions.hub": "everything is"}
    )
    worlds = where(
        one_per_world(made.frame), **{"rules.review": "all", "positions.hub": "everything is"}
    )
    step = np.diff(hills["payoff"])[0]
    assert hills["density"].sum() * step == pytest.approx(1, abs=0.05), "a hill is a density"
    assert hills["mean"].iloc[0] == pytest.approx(worlds["payoff.west"].mean())
    some = made.frame.assign(deal=made.frame["status"] == "deal")
    signed = some.groupby(["cell", "world"])["deal"].any().groupby("cell").mean()
    assert hills["signed"].iloc[0] == signed[worlds["cell"].iloc[0]]
    with pytest.raises(ConfigError, match=r"^country: there is no country 'wset'; did you mean"):
        ridges.numbers(made, country="wset")


def test_density_against_the_plain_sum_of_kernels() -> None:
    values = np.random.default_rng(1).normal(2.0, 1.5, 400)
    grid = np.linspace(-4, 8, 240)
    width = 0.9 * min(values.std(), np.subtract(*np.percentile(values, [75, 25])) / 1.34)
    width *= len(values) ** -0.2
    plain = np.exp(-0.5 * ((grid[:, None] - values) / width) ** 2).sum(axis=1)
    plain /= len(values) * width * np.sqrt(2 * np.pi)
    np.testing.assert_allclose(density(values, grid), plain, atol=0.004)
    assert density(np.array([]), grid).tolist() == [0.0] * 240


def test_terms_and_what_happened(made: Results) -> None:
    table = terms.numbers(made)
    duty = where(table, talk="west", column="rate.duty", what="deals")
    deals = where(made.unmixed([]).frame, talk="west", status="deal")
    assert 0 < len(deals) < len(where(made.frame, talk="west", status="deal"))
    assert duty["share"].sum() == pytest.approx(1)
    cut = where(duty, at=10.0).iloc[0]
    assert cut["share"] == (deals["rate.duty"] == 10).mean()
    assert set(duty["deals"]) == {len(deals)}
    seen = where(table, what="observed", talk="east").set_index("column")["at"]
    assert seen["rate.duty"] == 12
    assert seen["give.gift"] == 1
    assert seen["date"] == (np.datetime64("2025-05-18") - np.datetime64("1970-01-01")).astype(int)
    with pytest.raises(ConfigError, match=r"^columns: there is no quantity 'rate.dut'; did you"):
        terms.numbers(made, ["rate.dut"])


def test_terms_of_deals_of_different_worlds_are_not_put_beside_each_other(
    results: Results, numbered: Results, made: Results
) -> None:
    """Several cells and nothing observed: only if somebody asks for a column, of one setting."""
    assert terms.numbers(results).empty
    assert terms.numbers(numbered).empty
    asked = terms.numbers(made, ["rate.duty"])
    assert set(asked["column"]) == {"rate.duty"}
    deals = where(made.unmixed([]).frame, talk="west", status="deal")
    assert set(where(asked, talk="west", what="deals")["deals"]) == {len(deals)}
    alone = terms.numbers(results.only(cells=[1]))
    assert set(alone["column"]) == {"rate.duty", "rate.levy", "give.gift"}


def test_docket(made: Results) -> None:
    """The made-up moves: the duty asked for in round 1, open in 2, reviewed in 3; the levy."""
    table = docket.numbers(made)
    duty = where(table, talk="east", measure="duty").set_index("round")
    assert duty.loc[1, "requested"] == 1
    assert duty.loc[2, "open"] == 1 - duty.loc[2, "requested"] == 1
    assert (duty.loc[4:, "reviewed"] <= 1).all()
    signed = made.with_turns(cell=0).turns
    late = signed[(signed["talk"] == "east") & (signed["round"] == 3)]
    assert duty.loc[8, "reviewed"] == len(late.drop_duplicates(["cell", "world"])) / 10
    levy = where(table, talk="east", measure="levy").set_index("round")
    assert levy.loc[1, "off"] == 1
    odd = signed[(signed["talk"] == "east") & (signed["refused"] == "levy")]
    assert levy.loc[8, "refused"] == len(odd) / 10
    states = list(docket.STATES)
    np.testing.assert_allclose(table[states].sum(axis=1), 1)


def test_the_docket_of_the_strictest_rule_whatever_its_label(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A rule with a label of its own is a rule; the first cell here has none."""
    said = making.EXPERIMENT.replace(
        '["all", ["duty"], "none"]', '["none", { value = "all", label = "by the book" }]'
    )
    assert said != making.EXPERIMENT
    made = making.results(making.plan(tmp_path_factory.mktemp("labelled"), said))
    assert docket.numbers(made)["cells"].unique().tolist() == ["2"]


def test_docket_of_a_cell_or_rule(made: Results) -> None:
    assert docket.numbers(made, cell=4)["cells"].unique().tolist() == ["4"]
    assert docket.numbers(made, rule="none")["cells"].unique().tolist() == ["4"]
    assert docket.numbers(made)["cells"].unique().tolist() == ["0"]
    with pytest.raises(ConfigError, match=r"^rule: there is no review rule 'some'; there is all, "):
        docket.numbers(made, rule="some")
    with pytest.raises(
        ConfigError, match=r"^cell: the turns of cell 9 were not kept; those of 0, "
    ):
        docket.numbers(made, cell=9)


def test_without_turns_there_is_no_docket(made: Results) -> None:
    bare = Results(made.frame, made.plan)
    assert docket.numbers(bare).empty
    assert concessions.numbers(bare).empty


def test_concessions(made: Results) -> None:
    """The made-up sides give way by a tenth a round; worlds differ by 0, 2 and 4 points."""
    table = concessions.numbers(made, by="rules.review")
    hub = where(table, talk="east", side="hub", at="none").set_index("round")
    assert hub.loc[1, "p50"] == pytest.approx(98)
    assert hub.loc[2, "p50"] == pytest.approx(88, abs=2.01)
    partner = where(table, talk="east", side="partner", at="none").set_index("round")
    np.testing.assert_allclose(hub["p50"] - partner["p50"], 10)
    assert hub.loc[1, "share"] == 1
    assert (table["p10"] <= table["p90"]).all()
    assert (table["share"] >= 0.1).all()
    with pytest.raises(ConfigError, match=r"^by: there is no swept path 'rule'"):
        concessions.numbers(made, by="rule")


def test_rivalry(made: Results) -> None:
    table = rivalry.numbers(made, partner="west", least=1)
    assert set(table["rival"]) == {"east"}
    never = where(table, first=0, **{"rules.review": "none"}).iloc[0]
    east = where(made.unmixed(["rules.review"]).frame, talk="east", **{"rules.review": "none"})
    assert never["mean"] == pytest.approx(east[east["round"].isna()]["payoff.west"].mean())
    parts = where(table, **{"rules.review": "none"})
    assert parts["worlds"].sum() == len(east) < 48
    for row in parts[parts["first"] > 0].to_dict("records"):
        some = east[east["round"].between(row["first"], row["last"])]
        assert row["mean"] == pytest.approx(some["payoff.west"].mean())
    with pytest.raises(ConfigError, match=r"^rival: there is no partner 'esat'; did you mean"):
        rivalry.numbers(made, rival="esat")


def test_difference(made: Results) -> None:
    table = difference.numbers(made, a=0, b=5)
    cells = [where(made.frame, cell=cell).set_index(["world", "talk"]) for cell in (0, 5)]
    gain = (cells[1]["payoff.east"] - cells[0]["payoff.east"]).xs("east", level="talk")
    row = where(table, quantity="payoff.east").iloc[0]
    assert row["mean"] == pytest.approx(gain.mean())
    assert row["p95"] == pytest.approx(np.percentile(gain, 95))
    later = (cells[1]["round"] - cells[0]["round"]).xs("west", level="talk").dropna()
    row = where(table, quantity="round", of="west").iloc[0]
    assert row["worlds"] == len(later)
    assert row["mean"] == pytest.approx(later.mean())
    same = difference.numbers(made, a=2, b=2)
    assert same["mean"].abs().max() == 0
    with pytest.raises(ConfigError, match=r"^b: there is no cell 6 here; the cells are 0 to 5"):
        difference.numbers(made, a=0, b=6)
