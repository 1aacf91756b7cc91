"""A world is itself in every cell: which stances are paired, and where they are not."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from experiments.analysis.pairing import unpaired
from experiments.design.plan import Plan
from sim.chance.spreads import Drawn
from sim.config import override, parse
from sim.scenario.scenario import strategies_of
from sim.seats.player import drawn_fields, drawn_values, name_drawn
from sim.strategies import Asker, Boulware, PackageOrNothing, PartialPackage, Relents, ScopeRefuser
from tests.experiments.small import write
from tests.sweeps import CONFIGS, load

EXPONENT = Drawn.uniform(0.1, 0.8)
STANCES = {
    "boulware alone": Boulware(exponent=EXPONENT),
    "a scope refuser": ScopeRefuser(Boulware(exponent=EXPONENT), admits=("metals",)),
    "one that yields late": ScopeRefuser(
        Boulware(exponent=EXPONENT), admits=("metals",), until=Drawn.uniform(0.2, 1.4)
    ),
    "an asker": Asker(Boulware(exponent=EXPONENT)),
    "one that relents": Relents(PackageOrNothing(Boulware(exponent=EXPONENT)), at=EXPONENT),
    "a slice first": PartialPackage(Boulware(exponent=EXPONENT), until=Drawn.uniform(0.1, 1)),
}


def drawn(strategy, seat="hub:east"):
    """Give what a strategy draws, by leaf."""
    named = name_drawn(strategy)
    values = drawn_values(named, seat, seed=3, worlds=20)
    return {field.leaf: values[field.name] for field in drawn_fields(named)}


@pytest.mark.fast
@pytest.mark.parametrize("stance", STANCES)
def test_a_stance_draws_the_same_exponent_whatever_it_is_wrapped_in(stance):
    alone, wrapped = (drawn(STANCES[name])["exponent"] for name in ("boulware alone", stance))
    np.testing.assert_array_equal(alone, wrapped)
    assert np.unique(wrapped).size == 20


def test_seats_and_talks_have_luck_of_their_own():
    one, other, away = (
        drawn(STANCES["an asker"], seat)["exponent"] for seat in ("east:east", "hub:east", "hub:a")
    )
    assert not (one == other).any()
    assert not (other == away).any()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["package_rule", "following", "insistence", "quickstart"])
def test_in_shipped_sweeps_of_stances_each_leaf_has_one_luck(name):
    plan = load(name)
    shares: dict[tuple[str, str, str], set[tuple[float, ...]]] = {}
    cells = 0
    for cell in plan.cells:
        config = parse(override(plan.scenario, cell.values), plan.directory)
        for (country, talk), strategy in strategies_of(config).items():
            named = name_drawn(strategy)
            values = drawn_values(named, f"{country}:{talk}", seed=1, worlds=8)
            for field in drawn_fields(named):
                low, high = min(field.args), max(field.args)
                share = np.round((values[field.name] - low) / (high - low), 9)
                shares.setdefault((country, talk, field.leaf), set()).add(tuple(share))
                cells += 1
    assert cells > len(shares) > 2
    assert {len(found) for found in shares.values()} == {1}


SHIPPED = sorted({path.stem for path in CONFIGS.glob("*.toml")} - {"tournament"})


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.one_in(5)
def test_shipped_cells_are_paired_unless_rounds_are_others(name):
    plan = load(name)
    first, *rest = plan.cells[:30]
    said = {why for cell in rest for why in unpaired((plan, [first]), (plan, [cell]), [])}
    other = {"extension": {48}, "screening": {66}, "uncertainty": {66}}.get(name, set())
    assert said <= {
        f"calendar.rounds is {a} and {b}: the luck of a round falls on another time"
        for a, b in permutations({33, *other}, 2)
    }
    assert bool(said) == (name in ("extension", "screening", "uncertainty"))


# --- where it is said --------------------------------------------------------------------------


WAITS = '{{ name = "wait_and_see", until = {{ uniform = [0.1, 0.9] }}, inner = "{}" }}'


def reasons(tmp_path: Path, sweep: str) -> list[str]:
    """Say why the two values of a swept path are not paired."""
    plan = Plan.load(write(tmp_path, f"[sweep]\n{sweep}\n"))
    one, other = plan.cells
    assert unpaired((plan, [one]), (plan, [one]), []) == []
    return unpaired((plan, [one]), (plan, [other]), [])


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        ('"calendar.rounds" = [12, 24]', "calendar.rounds is 12 and 24: the luck of a round falls"),
        ('"payoffs.draws" = [3, 6]', "payoffs.draws is 3 and 6: the draws are others"),
        ('"payoffs.replications" = [2, 1]', "payoffs.replications is 2 and 1: the draws are"),
        ('"payoffs.sampling" = ["independent", "latin_hypercube"]', "payoffs.sampling is indep"),
        (
            f'"strategies.east" = [{{ label = "waits", value = {WAITS.format("linear")} }}, '
            f'{{ label = "slices", value = {WAITS.format("SLICES")} }}]'.replace(
                '"SLICES"',
                '{ name = "partial_package", until = { uniform = [0.1, 0.9] }, inner = "linear" }',
            ),
            "until of WaitAndSee (east in east) is drawn as 'until' and as 'until 2', since a",
        ),
    ],
)
def test_other_luck_is_said(tmp_path, sweep, said):
    (why,) = reasons(tmp_path, sweep)
    assert why.startswith(said)


@pytest.mark.parametrize(
    "sweep",
    [
        '"rules.review" = ["all", "none"]',
        '"rules.period" = [1, 4]',
        '"calendar.rounds" = [12, { label = "with its source", value = 12 }]',
        '"strategies.hub" = ["linear", { label = "firm", value = { name = "boulware", exponent = '
        "{ uniform = [0.3, 0.9] } } }]",
    ],
)
def test_what_moves_no_luck_is_paired(tmp_path, sweep):
    assert reasons(tmp_path, sweep) == []


def test_another_seed_is_other_luck(tmp_path):
    config = write(tmp_path)
    one, other = (Plan.load(config, {"seed": seed}) for seed in (5, 6))
    said = unpaired((one, one.cells), (other, other.cells), one.swept)
    assert said == ["seed is 5 and 6: all luck is other"]
