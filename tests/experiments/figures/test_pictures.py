"""A config selects figures and their arguments; what is wrong gets a sentence."""

from pathlib import Path

import pytest

from experiments.figures import FIGURES
from experiments.figures.pictures import Picture, arguments_of, draw_all, need_turns, pictures
from sim.errors import ConfigError


def test_the_usual_pictures() -> None:
    usual = [one.name for one in pictures({})]
    assert usual[:2] == ["status", "price"]
    assert "scores" not in usual
    assert "scores" in [one.name for one in pictures({}, about=["observed"])]
    assert not any(one.asked for one in pictures({}))


def test_a_config_selects_figures_and_their_arguments() -> None:
    said = {"status": {"most": 4}, "gains": {"figure": "heat_map", "quantity": "payoff"}}
    assert pictures(said) == [
        Picture("status", "status", {"most": 4}),
        Picture("gains", "heat_map", {"quantity": "payoff"}),
    ]
    assert not need_turns(pictures(said))
    assert need_turns(pictures({"docket": {}}))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"stats": {}}, "figures.stats: there is no figure 'stats'; did you mean 'status'?"),
        (
            {"gains": {"figure": "heatmap"}},
            "figures.gains: there is no figure 'heatmap'; did you mean 'heat_map'?",
        ),
        (
            {"heat_map": {"quality": "deals"}},
            "figures.heat_map.quality: there is no key 'quality'; did you mean 'quantity'?",
        ),
        ({"status": {"most": "all"}}, "figures.status.most: 'all' is not a whole number"),
        ({"status": {"most": True}}, "figures.status.most: true is not a whole number"),
        ({"terms": {"columns": "rate.cars"}}, "figures.terms.columns: 'rate.cars' is not a list"),
        (
            {"../status": {"figure": "status"}},
            "figures.../status: '../status' is no name of a file; use letters, digits, '_' and '-' "
            "only",
        ),
    ],
)
def test_what_is_wrong_gets_a_sentence(said: dict, sentence: str) -> None:
    with pytest.raises(ConfigError) as problem:
        pictures(said)
    assert str(problem.value) == sentence


def test_every_figure_says_what_it_is() -> None:
    for name, module in FIGURES.items():
        assert module.TITLE.endswith("?"), f"{name}: a title asks what the figure answers"
        assert module.CAPTION.endswith("."), name
        documented = module.numbers.__doc__ or ""
        for argument in arguments_of(name):
            assert argument in documented, f"{name} does not describe {argument}"


def test_a_picture_without_numbers_says_what_it_needs(unswept: Path) -> None:
    asked = Picture("price", "price", {})
    usual = Picture("price", "price", {}, asked=False)
    (told,) = draw_all(unswept, [asked])
    assert told.problem == (
        "figure price: left out; it compares the rules 'all' and 'none', and the run does not "
        "sweep rules.review over both"
    )
    (silent,) = draw_all(unswept, [usual])
    assert (silent.problem, silent.files) == ("", ())


def test_a_picture_that_asks_too_much_leaves_the_others_alone(directory: Path) -> None:
    wrong = Picture("difference", "difference", {"a": 99})
    drawn = draw_all(directory, [wrong, Picture("status", "status", {})])
    assert drawn[0].problem.startswith("figure difference: a: there is no cell 99 here")
    assert [file.name for file in drawn[1].files] == [
        "status.png",
        "status.svg",
        "status.png",
        "status.csv",
    ]
    assert drawn[1].title == "How do the talks end?"
