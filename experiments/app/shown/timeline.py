"""The calendar of a negotiation: what happened when, and how far the deadline is."""

from typing import Any

from experiments.app import called
from experiments.app.negotiation import Negotiation
from experiments.app.shown.charts import READABLE, LegendEntry, Row, Spec
from experiments.figures.canvas import BLUE, DARK, GREEN, ORANGE, PINK, RED

KINDS = {
    "new offer of the hub": ("circle", "●", BLUE),
    "new offer of a partner": ("square", "■", ORANGE),
    "review requested": ("triangle-up", "▲", PINK),
    "measure opened": ("triangle-right", "▶", GREEN),
    "measure reviewed": ("diamond", "◆", GREEN),
    "refused or withdrawn": ("cross", "✚", DARK),
    "end of the talk": ("triangle-down", "▼", RED),
}
"""What is marked, with its shape, the same as a character, and its colour."""

NOW, DEADLINE = "now", "deadline"

_MOVES = {
    "requested": "review requested",
    "withdrawn": "refused or withdrawn",
    "refused": "refused or withdrawn",
    "admitted": "measure opened",
    "reviewed": "measure reviewed",
}


def events(shown: Negotiation, round: int) -> list[Row]:
    """Give what happened to the end of a round: talk, round, date, what, and more of it."""
    rows: list[Row] = []
    for talk, rules in enumerate(shown.game.talks):
        for turn in (each for each in shown.moves[talk] if each["round"] <= round):
            for move, what in _MOVES.items():
                if turn[move]:
                    more = called.listed(rules, turn[move].split(","))
                    rows.append(_row(shown, talk, turn["round"], what, more))
        for n, country, package in shown.offers(round, talk):
            side = "the hub" if country == rules.hub else "a partner"
            rows.append(
                _row(shown, talk, n, f"new offer of {side}", called.package(rules, package))
            )
        table = shown.tables[round][talk]
        if table.status != "open":
            said = called.ENDINGS[table.status]
            rows.append(_row(shown, talk, table.ended_in, "end of the talk", said))
    return rows


def days(shown: Negotiation, round: int) -> list[Row]:
    """Give the days that are marked: that of a round, and the deadline as announced then."""
    last = shown.deadlines[round]
    day = called.snap_back(shown.game.calendar, last)
    ends = day.isoformat() if day else _at(shown, last + 1)
    return [{"what": NOW, "when": _at(shown, round)}, {"what": DEADLINE, "when": ends}]


def _row(shown: Negotiation, talk: int, round: int, what: str, more: str) -> Row:
    game = shown.game
    when = game.calendar.date(round)
    return {
        "talk": called.talk(game, game.talks[talk]),
        "round": round,
        "when": when.isoformat() if when else round,
        "day": called.day(when) or f"round {round}",
        "what": what,
        "more": more,
    }


def calendar_spec(shown: Negotiation, round: int) -> Spec:
    """Give the specification of the calendar; rows as from `events` and `days`.

    It stays the same from round to round, so that a browser only takes up new rows, until the
    deadline moves or has passed.
    """
    game, end = shown.game, max(shown.deadlines[round], round)
    dated = game.calendar.start is not None
    scale = {"domain": [_at(shown, 1), _at(shown, end + 2)]}
    x = {
        "field": "when",
        "type": "temporal" if dated else "quantitative",
        "title": None if dated else "round",
        "scale": scale,
        "axis": {"labelOverlap": True, "tickCount": 6} | ({"format": "%-d %b"} if dated else {}),
    }
    talks = [called.talk(game, rules) for rules in game.talks]
    y = {
        "field": "talk",
        "type": "nominal",
        "title": None,
        "sort": talks,
        "axis": {"labelLimit": 120},
    }
    names = list(KINDS)
    about = [{"field": name} for name in ("day", "what", "more")]
    point = {
        "transform": [{"filter": {"field": "what", "oneOf": names}}],
        "mark": {"type": "point", "filled": True, "size": 75, "opacity": 0.9},
        "encoding": {
            "x": x,
            "y": y,
            "yOffset": {"field": "what", "type": "nominal", "sort": names},
            "color": _scaled(names, [KINDS[name][2] for name in names]),
            "shape": _scaled(names, [KINDS[name][0] for name in names]),
            "tooltip": about,
        },
    }
    layers = [
        _line(NOW, DARK, x, above=2),
        _line(DEADLINE, RED, x, above=15),
        point,
    ]
    return {"height": 50 + 65 * len(talks), "config": READABLE, "layer": layers}


def legend() -> list[LegendEntry]:
    """Say what the marks are."""
    return [LegendEntry(name, sign, colour) for name, (_, sign, colour) in KINDS.items()]


def _scaled(names: list[str], values: list[str]) -> Spec:
    return {"field": "what", "scale": {"domain": names, "range": values}, "legend": None}


def _at(shown: Negotiation, round: int) -> Any:
    when = shown.game.calendar.date(round)
    return when.isoformat() if when else round


def _line(what: str, colour: str, x: Spec, above: int) -> Spec:
    """Mark a day, with its name so many pixels above the calendar."""
    where = {"x": x}
    rule = {
        "mark": {"type": "rule", "color": colour, "strokeWidth": 2, "strokeDash": [4, 3]},
        "encoding": where,
    }
    text = {
        "mark": {
            "type": "text",
            "color": colour,
            "align": "right",
            "dx": 2,
            "baseline": "bottom",
            "text": what,
        },
        "encoding": where | {"y": {"value": -above}},
    }
    only = {"filter": {"field": "what", "equal": what}}
    return {"transform": [only], "layer": [rule, text]}
