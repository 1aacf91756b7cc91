"""The form in which talks are chosen: scenario, rule, strategies, seed."""

from pathlib import Path
from typing import Any

import streamlit as st

from experiments.app import called
from experiments.app.choices import Choices, check_seed, read_changes
from experiments.app.pages.forms.form import Form
from experiments.app.pages.forms.strategy_form import brief, strategy_form
from experiments.app.pages.forms.terms_form import terms_form
from experiments.app.scenarios import Found, folder, read_chosen, scenarios
from experiments.app.shown.glossary import about
from experiments.app.shown.markup import plain
from sim.config import ScenarioConfig, override, parse
from sim.config.schema.stances import position_of
from sim.protocol.issues import Issue
from sim.protocol.reviews import TESTS

RULES = {
    "all": "Every measure: the package rule",
    "some": "Some measures",
    "none": "No measure: no rule",
}


def choose(page: str, seat: bool = False) -> Choices:
    """Ask for the talks; give what was chosen.

    Args:
        page: whose form it is.
        seat: whether a person takes one of the seats.

    Raises:
        ConfigError: a scenario cannot be read, or an entry is wrong.
    """
    form, found = Form(page), scenarios(folder())
    with st.expander("Choose scenario, rule, strategies and seed", icon=":material/tune:"):
        path = _scenario(form, found)
        said = read_chosen(path)
        config = parse(said, path.parent)
        form = form.within(path)
        changes = _rule(form, config)
        changes |= terms_form(form, config)
        st.markdown(
            "**Who plays how**"
            + (" (for your own seat: whom you are compared with)" if seat else ""),
            help=about("strategy", "stance", "hub"),
        )
        for column, country in zip(
            st.columns(len(config.countries)), config.countries, strict=True
        ):
            with column:
                changes |= _country(form, config, country)
        first, second = st.columns([1, 3])
        with first:
            hint = f"Another seed: other luck, and another draw. {about('draw')}"
            seed = check_seed(form.number("Seed", "seed", 1, hint=hint))
        with second:
            changes |= read_changes(_further(form))
        changed = parse(override(said, changes), path.parent)
    st.caption(plain(summary(changed)))
    return Choices(path, changes, seed)


def summary(config: ScenarioConfig) -> str:
    """Say in a line what was chosen: the rule, and who plays what."""
    review, measures = config.rules.review, measures_of(config)
    rule = {"all": "every measure", "none": "nothing"}.get(str(review)) or "; ".join(
        measures.get(name, name) for name in review
    )
    played = [
        f"{said.label or key}: {brief(config, key)}" for key, said in config.countries.items()
    ]
    if not measures:
        return f"{config.title} · {', '.join(played)}"
    lowered = "reviewed and lowered" if TESTS[config.rules.test].by_cut else "reviewed"
    return f"{config.title} · before a deal {rule} has to be {lowered} · {', '.join(played)}"


def _scenario(form: Form, found: list[Found]) -> Path:
    """Ask for the scenario; the address has its name, and not where it lies."""
    names = {_name(each): each for each in found}
    titles = {name: each.title for name, each in names.items()}
    return names[form.one_of("Scenario", "scenario", titles, _name(found[0]))].path


def _name(found: Found) -> str:
    """Name a scenario: a domain with its folder, as a file may have the same name."""
    path = found.path
    return f"{path.parent.name}/{path.name}" if path.is_dir() else path.stem


def _rule(form: Form, config: ScenarioConfig) -> dict[str, Any]:
    """Ask for the review rule."""
    measures = measures_of(config)
    changes: dict[str, Any] = {}
    if not measures:
        return changes
    review = config.rules.review
    usual = review if isinstance(review, str) else "some"
    first, second = st.columns(2)
    with first:
        rule = form.one_of(
            "No deal unless these are reviewed",
            "rule",
            RULES,
            usual,
            hint=about("rule", "review", "measure"),
        )
        if rule == "some":
            usual_names = list(measures) if isinstance(review, str) else list(review)
            names = form.some_of("Which", "named", measures, usual_names)
            if names != list(review):
                changes["rules.review"] = names
        elif rule != review:
            changes["rules.review"] = rule
    with second:
        test = form.one_of(
            "A measure counts as reviewed if",
            "test",
            {name: test.said for name, test in TESTS.items()},
            config.rules.test,
            hint=f"{about('measure', 'review')} Only a test by change asks for a cut.",
        )
        if test != config.rules.test:
            changes["rules.test"] = test
    return changes


def _country(form: Form, config: ScenarioConfig, country: str) -> dict[str, Any]:
    """Ask how a country plays, and what it wants on the table by default."""
    label = config.countries[country].label or country
    is_hub = country == config.hub
    with st.container(border=True):
        st.markdown(
            f"**{plain(label)}** · " + ("the hub: it owns the measures" if is_hub else "a partner")
        )
        changes = strategy_form(form, config, country)
        plays = changes.get(f"strategies.{country}", config.strategies[country])
        own = position_of(plays, config.stances.get(country, {}))
        said = config.positions.get(country, "all")
        measures = measures_of(config)
        if own is not None:
            st.caption("What is on the table by default goes with the stance.")
        elif isinstance(said, str | tuple) and measures:
            usual = [m for m in measures if said == "all" or m in said]
            names = form.some_of(
                "Admits by default" if is_hub else "Asks for by default",
                f"positions.{country}",
                measures,
                usual,
                hint="Measures on which it is ready to talk, or wants to; some strategies decide "
                "that themselves.",
            )
            if names != usual:
                changes[f"positions.{country}"] = names
    return changes


def _further(form: Form) -> str:
    given = st.text_area(
        "Further settings, one a line",
        form.value("further", ""),
        key=form.key("further"),
        height=68,
        placeholder="rules.period = 3",
        help="Any key of the scenario by its dotted path, as in a config; docs/odd.md lists them.",
    )
    return str(form.keep("further", given or "", ""))


def measures_of(config: ScenarioConfig) -> dict[str, str]:
    """Give the measures of all talks: names for readers by key."""
    return {
        key: called.issue(Issue(key, "measure", said.levels, label=said.label or key))
        for talk in config.talks.values()
        for key, said in talk.measures.items()
    }
