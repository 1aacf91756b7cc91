"""The part of the form in which a strategy is chosen, with its parameters."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from experiments.app.choices import read_strategy
from experiments.app.knobs import Knob, knobs, read_number, write_number
from experiments.app.pages.forms import address
from experiments.app.pages.forms.form import Form
from experiments.app.shown.glossary import about
from experiments.app.shown.markup import plain
from experiments.report.scenario import strategy as in_words
from sim.config import ScenarioConfig
from sim.scenario.players import registry

AS_SAID, ANOTHER = "as in the scenario", "another one, typed in"


def strategy_form(form: Form, config: ScenarioConfig, country: str) -> dict[str, Any]:
    """Ask for the strategy of a country; give the change of the scenario, if any.

    Raises:
        ConfigError: an entry is wrong.
    """
    path = f"strategies.{country}"
    told = dict(registry.summaries())
    stances = {name: config.stance_label(country, name) for name in config.stances.get(country, {})}
    options = {AS_SAID: f"as in the scenario: {brief(config, country)}"} | stances
    options |= {name: name.replace("_", " ") for name in told} | {ANOTHER: ANOTHER}
    name = form.one_of("Strategy", path, options, AS_SAID, hint=about("strategy", "stance"))
    if name == AS_SAID:
        st.caption(plain(f"{_spoken(config, country)}."))
        return {}
    if name in stances:
        played = config.model_copy(update={"strategies": {**config.strategies, country: name}})
        st.caption(plain(f"{_spoken(played, country)}."))
        return {path: name}
    if name == ANOTHER:
        typed = form.text(
            "Name, file.py:Class, or a table in braces",
            f"{path}.typed",
            hint='Such as my_strategy.py:Mine, or { name = "boulware", exponent = 0.3 }.',
        )
        return {path: read_strategy(typed, path)}
    st.caption(plain(f"{told[name]}."))
    return {path: _parameters(form, config, name, path)}


def brief(config: ScenarioConfig, country: str) -> str:
    """Name the strategy of a country: by its stance, if it plays one."""
    said = config.strategies[country]
    if label := config.stance_label(country, said):
        return label
    if not isinstance(said, Mapping):
        return in_words(said)
    return in_words(said["name"]) if "name" in said else "one for each talk"


def _spoken(config: ScenarioConfig, country: str) -> str:
    """Write the strategy of a country, or those of its talks, in words, stances written out."""
    talks = [t for t, s in config.talks.items() if country in (config.hub, s.partner)]
    said = {talk: in_words(config.said_strategy(country, talk)[1]) for talk in talks}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "; ".join(f"in {talk}: {words}" for talk, words in said.items())


def _parameters(form: Form, config: ScenarioConfig, name: str, path: str) -> dict[str, Any]:
    """Ask for the parameters of a strategy; give it as a config says it."""
    said: dict[str, Any] = {"name": name}
    for knob in knobs(name):
        here = f"{path}.{name}.{knob.name}"
        value = _asked(form, config, knob, here)
        if value is not None and value != knob.default:
            said[knob.name] = value
    return said


def _asked(form: Form, config: ScenarioConfig, knob: Knob, path: str) -> Any:
    """Ask for one parameter."""
    label = knob.name.replace("_", " ")
    if knob.kind == "strategy":
        return _inner(form, config, knob, path)
    if knob.kind == "switch":
        given = st.checkbox(
            label,
            bool(form.value(path, knob.default, address.yes)),
            key=form.key(path),
            help=knob.about or None,
        )
        return form.keep(path, given, bool(knob.default))
    if knob.kind == "names":
        return _names(form, config, knob, path)
    text = form.text(
        label,
        path,
        write_number(knob.default) if knob.kind != "text" else str(knob.default or ""),
        hint=_help(knob),
    )
    if not text.strip():
        return None
    return text if knob.kind == "text" else read_number(text, f"{label} of {path}")


def _help(knob: Knob) -> str:
    if knob.kind == "text":
        return knob.about
    more = "A number, or a range such as 0.1 to 0.8, from which every world draws its own."
    return f"{knob.about} {more}".strip()


def _names(form: Form, config: ScenarioConfig, knob: Knob, path: str) -> list[str]:
    measures = dict.fromkeys(m for talk in config.talks.values() for m in talk.measures)
    return form.typed(
        knob.name.replace("_", " "), path, measures, list(knob.default or ()), knob.about
    )


def _inner(form: Form, config: ScenarioConfig, knob: Knob, path: str) -> Any:
    """Ask for the strategy inside another one; those with one inside themselves are left out."""
    simple = [n for n in registry.known() if all(k.kind != "strategy" for k in knobs(n))]
    options = {name: name.replace("_", " ") for name in simple}
    usual = "boulware" if "boulware" in options else simple[0]
    name = form.one_of(knob.name.replace("_", " "), path, options, usual, hint=knob.about)
    return _parameters(form, config, name, path)
