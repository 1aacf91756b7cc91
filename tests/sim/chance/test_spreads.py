import numpy as np
import pytest

from sim.chance.luck import uniforms
from sim.chance.spreads import Drawn, Triangular, TwoPiece, Uniform, shares

GRID = (np.arange(4000) + 0.5) / 4000


@pytest.mark.fast
def test_central_value_of_a_range_is_its_median():
    values = TwoPiece(0.5, 2.0, 6.0).quantile(GRID)
    assert np.mean(values < 2.0) == 0.5
    assert np.mean(values < 1.25) == pytest.approx(0.25)
    assert np.mean(values < 4.0) == pytest.approx(0.75)


def test_range_reaches_from_low_to_high_and_rises():
    values = TwoPiece(-1.0, 0.0, 3.0).quantile([0.0, 0.25, 0.5, 0.75, 1.0])
    assert values.tolist() == [-1.0, -0.5, 0.0, 1.5, 3.0]


def test_a_known_number_is_drawn_as_itself():
    assert TwoPiece(0.3, 0.3, 0.3).known
    assert set(TwoPiece(0.3, 0.3, 0.3).quantile(GRID).tolist()) == {0.3}


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ((2, 1, 3), "low, central and high have to be in this order"),
        ((0, 1, float("inf")), "low, central and high have to be finite"),
        ((float("nan"), 1, 2), "low, central and high have to be finite"),
    ],
)
def test_a_bad_range_is_refused(numbers, sentence):
    with pytest.raises(ValueError, match=sentence):
        TwoPiece(*numbers)


SHAPES_OF = [TwoPiece(0, 1, 4), Triangular(0, 1, 4), Uniform(0, 1, 4)]


def test_an_independent_draw_does_not_depend_on_how_many_there_are():
    gap = TwoPiece(0, 1, 4)
    few, many = (gap.sample(3, "hub", "weight price", n, "independent") for n in (7, 50))
    assert np.array_equal(few, many[:7])


@pytest.mark.fast
@pytest.mark.parametrize("draws", [1, 2, 7, 250])
def test_a_latin_hypercube_has_one_draw_in_each_part_of_every_number(draws):
    """McKay, Beckman and Conover (1979)."""
    orders = []
    for name in ("weight price", "weight revenue", "sigma cars"):
        found = shares(3, "hub", name, draws)
        assert np.sort(np.floor(found * draws)).tolist() == list(range(draws))
        orders.append(np.argsort(found).tolist())
    if draws > 2:
        assert orders[0] != orders[1] != orders[2]


@pytest.mark.fast
def test_a_single_draw_is_the_same_in_a_latin_hypercube_and_alone():
    for seed in range(5):
        assert shares(seed, "hub", "x", 1) == shares(seed, "hub", "x", 1, "independent")


def test_a_latin_hypercube_knows_the_mean_much_better():
    gap = TwoPiece(0, 1, 4)
    true = 0.5 * 0.5 + 0.5 * 2.5
    off = {
        kind: np.std([gap.sample(k, "hub", "x", 100, kind).mean() - true for k in range(60)])
        for kind in ("latin_hypercube", "independent")
    }
    assert off["latin_hypercube"] < 0.1 * off["independent"]


def test_two_numbers_of_a_latin_hypercube_do_not_go_together():
    one, other = (shares(1, "hub", name, 2000) for name in ("a", "b"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.06


@pytest.mark.parametrize("gap", SHAPES_OF)
def test_every_shape_reaches_from_low_to_high_and_rises(gap):
    values = gap.quantile(np.linspace(0, 1, 101))
    assert (values[0], values[-1]) == (0, 4)
    assert (np.diff(values) > 0).all()
    assert type(gap)(2, 2, 2).quantile(GRID).tolist() == [2.0] * len(GRID)


@pytest.mark.fast
def test_a_triangle_has_the_mean_and_the_mass_of_its_formula():
    """Mean (low + central + high) / 3; mass below central (central - low) / (high - low)."""
    values = Triangular(0.5, 2.0, 6.0).quantile(GRID)
    assert values.mean() == pytest.approx(8.5 / 3, abs=1e-3)
    assert np.mean(values < 2.0) == pytest.approx(1.5 / 5.5, abs=1e-3)
    assert Triangular(1, 1, 3).quantile(0.75) == pytest.approx(2.0)
    assert Triangular(1, 3, 3).quantile(0.25) == pytest.approx(2.0)


def test_a_uniform_does_not_look_at_its_central_value():
    assert Uniform(1, 1.5, 5).quantile([0, 0.25, 0.5, 1]).tolist() == [1, 2, 3, 5]


def test_draws_depend_on_seed_owner_and_name():
    gap = TwoPiece(0, 1, 4)
    first = gap.sample(3, "hub", "weight price", 20)
    for other in ((4, "hub", "weight price"), (3, "east", "weight price"), (3, "hub", "x")):
        assert not np.array_equal(first, gap.sample(*other, 20))


@pytest.mark.fast
def test_uniform_lies_between_its_ends():
    values = Drawn.uniform(0.2, 1.4).quantile(GRID)
    assert values.min() >= 0.2
    assert values.max() < 1.4
    assert values.mean() == pytest.approx(0.8)


def test_choice_takes_its_values_as_often_as_p_says():
    values = Drawn.choice([0.3, 2.0, 0.6], [0.5, 0.25, 0.25]).quantile(GRID)
    shares = {v: np.mean(values == v) for v in (0.3, 2.0, 0.6)}
    assert shares == {0.3: 0.5, 2.0: 0.25, 0.6: 0.25}


def test_choice_without_p_takes_all_values_equally_often():
    values = Drawn.choice([1, 2, 3, 4]).quantile(GRID)
    assert [np.mean(values == v) for v in (1, 2, 3, 4)] == [0.25] * 4


def test_a_value_with_p_zero_is_never_taken():
    drawn = Drawn.choice([1, 2, 3], [0.1, 0.9, 0.0])
    assert 3.0 not in drawn.quantile([0.0, 0.5, np.nextafter(1.0, 0.0)])


def test_quantile_keeps_the_row_of_a_world():
    drawn = Drawn.choice([1, 2])
    luck = uniforms(1, "hub:east", "parameter exponent", 100)[:, 0]
    assert np.array_equal(drawn.quantile(luck)[40:], drawn.quantile(luck[40:]))


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("uniform", (1, 0)), "a uniform has two ends, the lower one first"),
        (("uniform", (1,)), "a uniform has two ends, the lower one first"),
        (("uniform", (0, 1), (0.5, 0.5)), "a uniform has no p; only a choice has"),
        (("choice", ()), "a choice has at least one value"),
        (("choice", (1, 2), (1.0,)), "a choice has as many p as values"),
        (("choice", (1, 2), (0.7, 0.7)), "the p of a choice are not negative and sum to 1"),
        (("choice", (1, 2), (1.5, -0.5)), "the p of a choice are not negative and sum to 1"),
        (("normal", (0, 1)), "the kind of a distribution is 'uniform' or 'choice'"),
        (("uniform", (0, float("nan"))), "the numbers of a distribution have to be finite"),
    ],
)
def test_a_bad_distribution_is_refused(parts, sentence):
    with pytest.raises(ValueError, match=sentence):
        Drawn(*parts)
