"""The command `tournament`: from a run to its game, the text, the figures, and bad input."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.stats import t as student

from experiments.analysis.floors import Floors
from experiments.analysis.tournament.game import Game
from experiments.analysis.tournament.reading import game_of
from experiments.analysis.tournament.shares import analyse
from experiments.analysis.tournament.told import report
from experiments.commands.cli import main
from experiments.figures import duels, dynamics, league
from experiments.figures.canvas import NARROW, WIDE, style
from experiments.results.quantities import one_per_world
from experiments.results.words import Words
from experiments.runs.run import run
from tests.experiments.figures.test_drawing import outside, overlapping, words
from tests.experiments.sentences import near, percent
from tests.experiments.small import load

PROFILES = """
[overrides]
"rules.review" = "none"

[levers]
"strategies.hub" = [
  "hardliner",
  "linear",
  { label = "refuses", value = { name = "scope_refuser", admits = ["metals"], inner = "linear" } },
]
"strategies.east" = ["linear", "conceder", "hardliner"]
"strategies.west" = ["boulware", { label = "yields", value = "conceder" }]
"""
RULES = '[sweep]\n"rules.review" = ["all", "none"]\n"strategies.east" = ["linear", "conceder"]\n'
SAMPLED = """
[uncertainties]
"strategies.hub" = ["hardliner", "linear", "conceder"]
"strategies.east" = ["linear", "conceder", "hardliner"]

[design]
uncertainties = "latin_hypercube"
points = 5
"""
NAMING = Words({"countries": {"hub": {"label": "The hub"}, "east": {}, "west": {}}, "talks": {}})


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tournament")
    return run(load(folder, PROFILES), folder / "out").store


@pytest.fixture(scope="module")
def game(store):
    return game_of(store)


@pytest.fixture(scope="module")
def found(game):
    return analyse(game, 50)


def told(capsys, *said):
    code = main([str(word) for word in said])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


@pytest.mark.slow
def test_payoffs_are_the_means_of_the_table(store, game):
    assert game.players == ("hub", "east", "west")
    assert game.strategies[0] == ("hardliner", "linear", "refuses")
    assert game.samples.shape == (3, 3, 3, 2, 3)
    assert game.complete
    frame = one_per_world(store.outcomes())
    paths = [f"strategies.{player}" for player in game.players]
    means = frame.groupby(paths)[[f"payoff.{player}" for player in game.players]].mean()
    for profile in game.profiles():
        np.testing.assert_allclose(
            game.payoffs[(slice(None), *profile)], means.loc[game.named(profile)], atol=1e-12
        )
    assert np.ptp(game.payoffs[0]) > 0.5


def test_errors_count_draws_as_what_is_independent(store, game):
    frame = one_per_world(store.outcomes())
    first = frame[frame["cell"] == 0].groupby("draw")["payoff.hub"].mean()
    assert game.errors[0, 0, 0, 0] == pytest.approx(first.std() / 3**0.5)


@pytest.mark.slow
def test_the_league_averages_over_what_the_others_play(found):
    table, game = found.league, found.game
    assert list(table["player"].unique()) == list(game.players)
    assert list(table["rank"][table["player"] == "hub"]) == [1, 1, 3]
    for row in table.to_dict("records"):
        n = game.players.index(row["player"])
        assert row["payoff"] == pytest.approx(game.payoffs[n].take(row["number"], axis=n).mean())
        assert row["low"] <= row["payoff"] <= row["high"]
    assert table.groupby("player")["replicator"].sum().to_numpy() == pytest.approx([1, 1, 1])
    assert table.groupby("player")["alpha_rank"].sum().to_numpy() == pytest.approx([1, 1, 1])


def test_nobody_gains_by_leaving_an_equilibrium(game, found):
    assert len(found.equilibria)
    assert found.equilibria["regret"].max() <= 1e-3 * np.ptp(game.payoffs)
    at = found.profiles.set_index(list(game.players))["regret"]
    pure = found.equilibria[found.equilibria["kind"] == "pure"]
    for _, rows in pure.groupby("equilibrium"):
        assert at[tuple(rows["strategy"])] == 0


@pytest.mark.slow
def test_resampling_is_the_same_twice_and_ties_stay_ties(game, found):
    again = analyse(game, 50)
    pd.testing.assert_frame_equal(again.league, found.league)
    pd.testing.assert_frame_equal(again.profiles, found.profiles)
    assert set(found.profiles["settled"]) <= set(np.arange(51) / 50)


TIED = {
    "all pay alike": np.zeros((3, 4)),
    "two of three pay alike": np.array([[1.0, 0, 2, 0], [1, 0, 2, 0], [0, 1, 0, 1]]),
    "ties to the last bit": np.array(
        [[0.1 + 0.2, 0.3, 0, 0], [0.3, 0.1 + 0.2, 0, 0], [0, 0, 1, 1]]
    ),
    "three equilibria that pay alike": np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]),
}


@pytest.mark.parametrize("what", TIED)
@pytest.mark.parametrize("order", [((2, 0, 1), (3, 1, 0, 2)), ((1, 2, 0), (0, 2, 3, 1))])
@pytest.mark.slow
def test_a_report_on_ties_does_not_depend_on_the_order_of_the_strategies(what, order):
    names = (("yields", "asks", "waits"), ("late", "early", "never", "always"))
    own = TIED[what]
    samples = np.stack([own, -own if "two" in what else own])[..., None] + np.zeros(4)
    samples = samples + np.array([0.0, 0.0, 0.5, 0.25])
    here = Game(("hub", "east"), names, samples, np.ones(4))
    naming = Words({"countries": {"hub": {"label": "Hub"}}, "talks": {}})
    texts = {report(analyse(each, 20), naming, 100) for each in (here, here.only(order))}
    assert len(texts) == 1


@pytest.mark.slow
def test_known_payoffs_settle_where_theory_says():
    dilemma = np.array([[2.0, 0], [3, 1]])
    found = analyse(Game.known(dilemma, dilemma.T), 10)
    assert list(found.equilibria["strategy"]) == ["1", "1"]
    assert list(found.league["dominated"]) == [0, 1, 0, 1]
    assert found.at_rest
    assert list(found.ends["strategy"]) == ["1", "1"]


@pytest.mark.slow
def test_a_tournament_in_which_all_profiles_tie_ends():
    found = analyse(Game.known(np.ones((3, 3)), np.ones((3, 3))), 10)
    assert found.equilibria.drop_duplicates("equilibrium")["kind"].tolist() == ["pure"] * 9
    assert (found.profiles["regret"] == 0).all()


@pytest.mark.parametrize("width", [44, 80, 120])
def test_the_text_keeps_to_the_terminal(found, width):
    said = report(found, NAMING, width)
    assert max(map(len, said.splitlines())) <= width
    assert "The hub, against an even mix of the others" in said
    assert "Nash equilibria: " in said
    assert "Replicator dynamics from even shares" in said


def again(own, count):
    """Give the payoff of every strategy in resamples of the draws, which have as many worlds."""
    rng, draws = np.random.default_rng(0), own.shape[1]
    times = rng.multinomial(draws, np.full(draws, 1 / draws), count)
    return pd.DataFrame(own.to_numpy() @ times.T / draws, index=own.index)


def half(own, name, count):
    """Give half of the interval of a strategy's payoff, as wide as so few draws need."""
    draws = own.shape[1]
    low, high = np.percentile(again(own, count).loc[name], [2.5, 97.5])
    return (high - low) / 2 * student.ppf(0.975, draws - 1) / 1.96 * np.sqrt(draws / (draws - 1))


def first(own, count):
    """Give in which share of resamples no other strategy is better."""
    drawn = again(own, count)
    return (drawn >= drawn.max() - 1e-9).mean(axis=1)


def rounds_out(mean, players):
    """Give by player the round in which each strategy goes that others, or a mixture, beat surely.

    Iterated strict dominance by a linear program of its own: the mixture of a player's other
    strategies that is better by most, whatever the others play.
    """
    left, gone = mean, {player: {} for player in players}
    for number in range(1, len(mean)):
        found = {}
        for player in players:
            path, others = f"strategies.{player}", [f"strategies.{p}" for p in players]
            others.remove(path)
            worth = left[f"payoff.{player}"].unstack(others)
            found[player] = [name for name in worth.index if beaten(worth, name)]
        if not any(found.values()):
            return gone
        for player, names in found.items():
            gone[player] |= dict.fromkeys(names, number)
            left = left.drop(index=names, level=f"strategies.{player}")
    return gone


def beaten(worth, name):
    """Tell whether a mixture of the other rows is better than a row in every column."""
    rows = worth.drop(index=name).to_numpy()
    if not len(rows):
        return False
    cost = np.append(np.zeros(len(rows)), -1.0)
    short = np.column_stack([-rows.T, np.ones(rows.shape[1])])
    sums = np.append(np.ones(len(rows)), 0.0)[None]
    limits = [(0, None)] * len(rows) + [(None, None)]
    solved = linprog(cost, short, -worth.loc[name].to_numpy(), sums, [1.0], limits)
    return solved.status == 0 and -solved.fun > 1e-8


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.slow
def test_the_round_in_which_a_strategy_goes_is_what_the_rows_say(seed):
    """Known games of two players in which something is dominated, also by mixtures and in turn."""
    luck = np.random.default_rng(seed)
    for _ in range(200):
        sizes = luck.integers(2, 5, 2)
        found = analyse(Game.known(*luck.integers(0, 5, (2, *sizes)).astype(float)), 10)
        players = found.game.players
        mean = found.profiles.set_index(list(players))
        mean.index.names = [f"strategies.{player}" for player in players]
        out = rounds_out(mean, players)
        if max((n for rounds in out.values() for n in rounds.values()), default=0) > 1:
            break
    naming = Words({"countries": {player: {} for player in players}, "talks": {}})
    lines = report(found, naming, 400).splitlines()
    told = {}
    for player in players:
        start = next(n for n, line in enumerate(lines)
                     if line.startswith(f"{naming.country(player)}, against"))  # fmt: skip
        size = len(found.league[found.league["player"] == player])
        rows = [line.split() for line in lines[start + 2 : start + 2 + size]]
        told[player] = {row[0]: int(row[row.index("out") + 1]) for row in rows if "out" in row}
    assert told == out


def test_the_text_is_what_the_outcomes_say(store, found):
    """Payoffs, shares at rest and the count of pure equilibria, from the outcomes alone."""
    frame = one_per_world(store.outcomes())
    players = ("hub", "east", "west")
    paths = [f"strategies.{player}" for player in players]
    mean = frame.groupby(paths)[[f"payoff.{player}" for player in players]].mean()
    end = found.path["time"].max()
    out = rounds_out(mean, players)
    lines = report(found, NAMING, 400).splitlines()
    assert f"{len(mean)}" == str(found.game.played.sum())
    assert lines[0].startswith("3 x 3 x 2 strategies, all profiles played; 12 worlds each")
    for player, path in zip(players, paths, strict=True):
        start = next(n for n, line in enumerate(lines)
                     if line.startswith(f"{NAMING.country(player)}, against"))  # fmt: skip
        even = mean[f"payoff.{player}"].groupby(level=path).mean()
        own = frame.groupby([path, "draw"])[f"payoff.{player}"].mean().unstack("draw")
        lost = (
            mean.groupby([each for each in paths if each != path])[f"payoff.{player}"]
            .transform("max")
            .sub(mean[f"payoff.{player}"])
        )
        regret, best = lost.groupby(level=path).mean(), first(own, 50)
        shares = {
            each: rows.set_index("strategy")["share"]
            for each, rows in found.path[found.path["time"] == end].groupby("player")
        }
        weight = 1.0
        for each, other in zip(players, paths, strict=True):
            if each != player:
                weight = weight * mean.index.get_level_values(other).map(shares[each])
        rest = (mean[f"payoff.{player}"] * weight).groupby(level=path).sum()
        last = found.path[found.path["time"] == found.path["time"].max()]
        last = last[last["player"] == player].set_index("strategy")["share"]
        for line in lines[start + 2 : start + 2 + len(even)]:
            name = line[2:32].strip()
            numbers = line[32:].split()
            near(numbers[0], even[name])
            near(numbers[1], half(own, name, 50))
            assert numbers[2:4] == [percent(best[name]), "%"]
            near(numbers[4], regret[name])
            if name in out[player]:
                assert numbers[5:7] == ["out", str(out[player][name])]
                assert last[name] < 0.005
            else:
                near(numbers[5], rest.max() - rest[name])
            assert numbers[-2] == percent(last[name])
    pure = 0
    for profile, paid in mean.iterrows():
        tempted = False
        for n, player in enumerate(players):
            column = mean[f"payoff.{player}"]
            others = [p for p in mean.index if all(p[k] == profile[k] for k in range(3) if k != n)]
            tempted |= column[others].max() > paid[f"payoff.{player}"] + 1e-9
        pure += not tempted
    (said,) = (line for line in lines if line.startswith("Nash equilibria: "))
    assert said.startswith(f"Nash equilibria: {pure} pure, ")


@pytest.mark.slow
def test_what_nobody_gains_a_floor_by_leaving_is_told():
    tempted = np.array([[2.0, 0], [2.05, 1]])  # 0.05 tempts away from both playing 1
    found = analyse(Game.known(tempted, tempted.T), 10)
    naming = Words({"countries": {}, "talks": {}, "economy": {}})
    assert "Epsilon" not in report(found, naming, 80)
    assert "Epsilon" not in report(found, naming, 80, Floors(given="payoff"))
    first, second = found.game.players
    said = " ".join(report(found, naming, 400, Floors()).split())
    assert f"({first} 0.1, {second} 0.1 USD bn a year): 2 of 4 profiles" in said
    assert f"{first}, who gets 1.00 to 2.00: 0 1, 1 1" in said
    assert ": 1 of 4 profiles" in report(found, naming, 400, Floors(bn=0.01))
    off = Floors(bn=0.01, tables={first: 0.06})
    assert ": 1 of 4 profiles" in report(found, naming, 400, off)
    off = Floors(bn=0.01, tables={first: 0.06, second: 0.06})
    assert ": 2 of 4 profiles" in report(found, naming, 400, off)


@pytest.mark.slow
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_figures_have_no_words_over_others(game, found, width):
    drawn = [(league, found.league), (duels, duels.numbers(game)), (dynamics, found.path)]
    for module, table in drawn:
        with style(width):
            figure = module.draw(NAMING, table)
            said = words(figure)
        assert overlapping(said) == []
        assert outside(said, figure.bbox) == []


@pytest.mark.slow
def test_the_command_prints_and_writes(store, capsys):
    code, out, _ = told(capsys, "tournament", store.directory, "--resamples", 20)
    assert code == 0
    assert "3 x 3 x 2 strategies, all profiles played; 12 worlds each, in 3 independent" in out
    folder = store.directory / "tournament"
    names = {"profiles.parquet", "league.csv", "equilibria.csv", "dynamics.csv", "ends.csv"}
    pictures = {
        f"{name}.{kind}" for name in ("league", "duels", "dynamics") for kind in ("png", "svg")
    }
    assert {file.name for file in folder.iterdir()} == names | pictures
    profiles = pd.read_parquet(folder / "profiles.parquet")
    assert len(profiles) == 18
    assert {"hub", "payoff.hub", "error.hub", "low.hub", "high.hub", "regret.hub"} <= set(profiles)


@pytest.mark.slow
def test_the_tables_as_json(store, tmp_path, capsys):
    words = ["--resamples", 20, "--no-figures", "--out", tmp_path, "--json"]
    code, out, _ = told(capsys, "tournament", store.directory, *words)
    assert code == 0
    found = json.loads(out)
    assert len(found["profiles"]) == 18
    assert {"league", "equilibria", "dynamics", "ends"} <= set(found)
    assert found["league"] == json.loads(
        pd.read_csv(tmp_path / "league.csv").to_json(orient="records", double_precision=15)
    )


@pytest.mark.slow
def test_profiles_may_be_sampled(tmp_path, capsys):
    store = run(load(tmp_path, SAMPLED), tmp_path / "out").store
    found = analyse(game_of(store), 20)
    assert not found.game.complete
    assert found.league["profiles"].sum() == 2 * found.game.played.sum()
    _, out, _ = told(capsys, "tournament", store.directory, "--resamples", 20)
    assert "as sampled, profiles played" not in out
    assert "of 9, as sampled profiles" in out
    assert "these were sampled" in out
    assert out.count("against what it met of the others") == 2
    assert "even mix" not in out


def test_what_is_no_tournament_is_refused(tmp_path, capsys):
    store = run(load(tmp_path, RULES), tmp_path / "out").store
    code, _, err = told(capsys, "tournament", store.directory)
    assert code == 2
    assert "is no tournament: strategies of east are swept" in err
    assert "sweep 'strategies.COUNTRY' of two countries" in err
    code, _, err = told(capsys, "tournament", tmp_path)
    assert "holds no finished run" in err


@pytest.mark.slow
def test_other_swept_paths_have_to_be_chosen(tmp_path, capsys):
    more = RULES + '"strategies.west" = ["linear", "conceder"]\n'
    store = run(load(tmp_path, more), tmp_path / "out").store
    _, _, err = told(capsys, "tournament", store.directory)
    assert "rules.review is swept too (all, none)" in err
    assert "--only 'rules.review=all'" in err
    _, _, err = told(capsys, "tournament", store.directory, "--only", "rules.reviews=all")
    assert "there is no swept path 'rules.reviews'; did you mean 'rules.review'?" in err
    _, _, err = told(capsys, "tournament", store.directory, "--only", "rules.review=al")
    assert "there is no value 'al'" in err
    _, _, err = told(capsys, "tournament", store.directory, "--only", "rules.review")
    assert "is not PATH=VALUE" in err
    words = ["--only", "rules.review=none", "--resamples", 5, "--no-figures"]
    code, out, _ = told(capsys, "tournament", store.directory, *words)
    assert code == 0
    assert out.startswith("2 x 2 strategies, all profiles played")
