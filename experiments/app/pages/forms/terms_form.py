"""The part of the form that says what can be agreed, and by when: rates, pledges, the deadline."""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from experiments.app import called
from experiments.app.knobs import read_number
from experiments.app.pages.forms.form import Form
from experiments.app.shown.glossary import about
from experiments.app.shown.markup import plain
from sim.config import ScenarioConfig
from sim.config.schema.talk_keys import ConcessionConfig, MeasureConfig
from sim.errors import ConfigError

_MOST = 12
"""Levels that a field shows one by one."""


def terms_form(form: Form, config: ScenarioConfig) -> dict[str, Any]:
    """Ask for the deadline and for the levels of every talk; give the changes of the scenario.

    Levels of given payoffs are not asked for: each of them has its payoffs in a table.

    Raises:
        ConfigError: an entry is wrong.
    """
    st.markdown("**What can be agreed, and by when**", help=about("measure", "package"))
    changes = _times(form, config)
    if config.economy is None:
        return changes
    names = [plain(config.countries[said.partner].label or name)
             for name, said in config.talks.items()]  # fmt: skip
    for tab, (talk, said) in zip(st.tabs(names), config.talks.items(), strict=True):
        with tab:
            for key, measure in said.measures.items():
                changes |= _measure(form, f"talks.{talk}.measures.{key}", key, measure)
            for key, concession in said.concessions.items():
                changes |= _concession(form, f"talks.{talk}.concessions.{key}", key, concession)
    return changes


def _times(form: Form, config: ScenarioConfig) -> dict[str, Any]:
    """Ask for the deadline, as a day where there are days, and for the time of a review."""
    calendar = config.calendar
    changes: dict[str, Any] = {}
    first, second = st.columns(2)
    with first:
        if calendar.start is None:
            rounds = form.number(
                "Deadline, in rounds", "calendar.rounds", calendar.rounds,
                hint="The last round in which there can be a deal.",
            )  # fmt: skip
            changes |= {"calendar.rounds": rounds} if rounds != calendar.rounds else {}
        else:
            changes |= _day(form, calendar.start, calendar.rounds, calendar.days_per_round,
                            calendar.deadline)  # fmt: skip
    if any(said.measures for said in config.talks.values()):
        with second:
            length = "" if calendar.start is None else f" of {calendar.days_per_round:g} days"
            period = form.number(
                f"A review takes, in rounds{length}",
                "rules.period",
                config.rules.period,
                hint="For so long a measure has to be open before it can count as reviewed. "
                f"{about('review')}",
            )
            changes |= {"rules.period": period} if period != config.rules.period else {}
    return changes


def _day(form: Form, start: date, rounds: int, days: float, said: date | None) -> dict[str, Any]:
    """Ask for the deadline as a day; the rounds are those that end by then."""
    usual = said or start + timedelta(rounds * days)
    given = form.day(
        "Deadline",
        "calendar.deadline",
        usual,
        hint="The day on which talks without a deal have failed. The last round is the last one "
        "that ends by then.",
    )
    if given == usual:
        return {}
    fits = int((given - start).days / days + 1e-9)
    if fits < 1:
        raise ConfigError(
            f"deadline: {called.day(given)} is less than a round of {days:g} days after the start, "
            f"{called.day(start)}; give a later day"
        )
    return {"calendar.deadline": given, "calendar.rounds": fits}


def _measure(form: Form, path: str, key: str, said: MeasureConfig) -> dict[str, Any]:
    """Ask for the rate of a measure without a deal, and for those that a deal may bring."""
    levels, label, unit = list(said.levels), plain(said.label or key), _short(said.unit)
    if len(levels) > _MOST:
        return _told(label, unit, levels)
    left, right = st.columns([1, 2])
    with left:
        kept = form.amount(
            f"{label} without a deal{unit}", f"{path}.kept", levels[0], hint=_about(said.unit)
        )
    with right:
        lowered = _numbers(
            form, f"{label} in a deal{unit}", f"{path}.lowered", levels[1:],
            hint=f"Rates that a deal may bring; type further ones. {_about(said.unit)}",
        )  # fmt: skip
    chosen = [kept, *sorted({n for n in lowered if n != kept}, reverse=True)]
    return {} if chosen == levels else {f"{path}.levels": chosen}


def _concession(form: Form, path: str, key: str, said: ConcessionConfig) -> dict[str, Any]:
    """Ask how much a partner may give."""
    levels, label, unit = list(said.levels), plain(said.label or key), _short(said.unit)
    if len(levels) > _MOST:
        return _told(label, unit, levels)
    given = _numbers(
        form, f"{label}{unit}", f"{path}.given", levels[1:],
        hint=f"Beside nothing, what the partner may give; type further amounts. "
        f"{_about(said.unit)}",
    )  # fmt: skip
    chosen = [0.0, *sorted(set(given) - {0.0})]
    return {} if chosen == levels else {f"{path}.levels": chosen}


def _told(label: str, unit: str, levels: list[float]) -> dict[str, Any]:
    """Say what levels there are, where they are too many for a field."""
    st.caption(
        f"{label}{unit}: {len(levels)} levels from {levels[0]:g} to {levels[-1]:g}; "
        "'Further settings' takes others."
    )
    return {}


def _numbers(form: Form, label: str, name: str, usual: list[float], hint: str) -> list[float]:
    """Ask for some numbers, those of the scenario or others."""
    texts = [f"{number:g}" for number in usual]
    given = form.typed(label, name, texts, texts, hint)
    read = [read_number(text, label) for text in given]
    if strange := [text for text, n in zip(given, read, strict=True) if isinstance(n, dict)]:
        raise ConfigError(f"{label}: '{strange[0]}' is a range; give one number at a time")
    return [float(number) for number in read if not isinstance(number, dict)]


def _short(unit: str) -> str:
    """Write a unit behind a label, without what follows its comma, or says of what points are."""
    points = "percentage points"
    short = points if unit.startswith(points) else unit.partition(",")[0]
    return f", {short}" if short else ""


def _about(unit: str) -> str:
    return f"In {unit}." if unit else ""
