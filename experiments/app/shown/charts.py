"""The payoff plane of one negotiation, as a Vega-Lite specification that the browser draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from experiments.app import called
from experiments.app.negotiation import Negotiation
from experiments.app.values import Values, frontier
from experiments.figures.canvas import BLUE, DARK, GREEN, ORANGE, RED, SKY
from sim import Scenario
from sim.protocol.docket import mask
from sim.protocol.issues import Ints
from sim.protocol.rules import TalkRules

Spec = dict[str, Any]
Row = dict[str, Any]

ALL_OPEN, NOW_OPEN, DEAL, NO_DEAL = "all open", "now open", "deal", "no deal"
HUB, PARTNER = "offers of the hub", "offers of the partner"
HOUSE = "deals of the house strategy"

READABLE: Spec = {
    "axis": {"labelColor": "#3c444d", "titleColor": "#3c444d"},
    "mark": {"aria": False},
}
"""The `config` of every chart: axes that can be read; and a chart is one picture with a name, as
what its marks say is told in the tables and the list beside it."""


@dataclass(frozen=True)
class LegendEntry:
    """An entry of a legend.

    Attributes:
        name: for readers.
        sign: a character in the shape of the mark.
        colour: of the mark.
    """

    name: str
    sign: str
    colour: str


@dataclass(frozen=True, eq=False)
class PayoffPlane:
    """The payoff plane of a talk.

    Attributes:
        game, rules: the talk.
        hub, partner: what its packages are worth.
        docket: review states, which decide what could be signed now.
        named: measures that the review rule names.
        round: whose ceiling holds.
    """

    game: Scenario
    rules: TalkRules
    hub: Values
    partner: Values
    docket: tuple[str, ...]
    named: tuple[str, ...]
    round: int

    def point(self, what: str, package: int, **more: Any) -> Row:
        """Give a package as a point of the plane."""
        return {
            "what": what,
            "hub": self.hub.one(package),
            "partner": self.partner.one(package),
            "terms": called.package(self.rules, package) if package >= 0 else "",
        } | more

    def points(self, what: str, packages: Ints) -> list[Row]:
        """Give packages as points of the plane."""
        gains = zip(
            packages.tolist(),
            self.hub.gain(packages).tolist(),
            self.partner.gain(packages).tolist(),
            strict=True,
        )
        return [
            {"what": what, "hub": hub, "partner": partner, "terms": called.package(self.rules, n)}
            for n, hub, partner in gains
        ]

    def curves(self, near: bool = False) -> list[Row]:
        """Give the frontiers, and no deal.

        Args:
            near: leave out where one side would lose more than it could gain.
        """
        opened = ("open",) * len(self.docket)
        kinds = (
            (ALL_OPEN, menu(self.rules, opened, self.named, self.round)),
            (NOW_OPEN, menu(self.rules, self.docket, self.named, self.round)),
        )
        rows: list[Row] = []
        for what, packages in kinds:
            rows += self.points(what, frontier(self.hub, self.partner, packages))
        for side in ("hub", "partner") if near else ():
            most = max(
                (row[side] for row in rows if min(row["hub"], row["partner"]) >= 0), default=0
            )
            rows = [row for row in rows if row[side] >= -most]
        return [*rows, self.point(NO_DEAL, -1)]

    @property
    def title(self) -> str:
        """What the chart shows, for readers who do not see it."""
        return f"Payoff plane of {called.talk(self.game, self.rules)}: gains of both sides"

    def told(self, rows: Iterable[Row], now: str = "with what is open now") -> str:
        """Say the curves in words, for readers who do not see them: where nobody loses.

        Args:
            rows: those drawn.
            now: how what is open is called.
        """
        hub, partner = (called.country(self.game, c) for c in (self.rules.hub, self.rules.partner))
        kinds = {ALL_OPEN: "if every measure were open", NOW_OPEN: now}
        parts = [self.title]
        for what, name in kinds.items():
            here = [row for row in rows if row["what"] == what]
            gains = sorted(
                (r["hub"], r["partner"]) for r in here if min(r["hub"], r["partner"]) >= 0
            )
            ends = [
                f"{hub} {called.signed(mine)} and {partner} {called.signed(theirs)}"
                for mine, theirs in dict.fromkeys([*gains[:1], *gains[-1:]])
            ]
            along = f"is {' to '.join(ends)}, {called.money(self.game)}" if ends else "is no deal"
            parts.append(f"the best that both could get {name} {along}")
        return "; ".join(parts)

    def legend(self) -> list[LegendEntry]:
        """Say what the marks are."""
        hub, partner = (called.country(self.game, c) for c in (self.rules.hub, self.rules.partner))
        return [
            LegendEntry("the best that both could get, if every measure were open", "━", "#000000"),
            LegendEntry("the best that both could get with what is open now", "╍", GREEN),
            LegendEntry(f"offers of {hub}", "●", BLUE),
            LegendEntry(f"offers of {partner}", "■", ORANGE),
            LegendEntry("the deal", "◆", RED),
            LegendEntry("no deal", "✚", DARK),
            LegendEntry("both sides gain", "█", "#E3F4EC"),
        ]

    def legend_of_end(self, rows: Sequence[Row]) -> list[LegendEntry]:
        """Say what the marks are after a game; rows are those drawn."""
        first, now, *_, deal, none, gain = self.legend()
        drawn = {row["what"] for row in rows}
        said = {
            ALL_OPEN: first,
            NOW_OPEN: replace(now, name="the same, with what was open at the end"),
            DEAL: replace(deal, name="your deal"),
            HOUSE: LegendEntry(
                "deals of the house strategy; the larger, the more worlds", "●", SKY
            ),
        }
        return [*(entry for what, entry in said.items() if what in drawn), none, gain]

    def spec(self) -> Spec:
        """Give the specification; data are rows as from `point`."""
        hub, partner = (called.country(self.game, c) for c in (self.rules.hub, self.rules.partner))
        money = called.money(self.game)
        place = {
            "x": _axis("hub", f"gain of {hub}, {money}"),
            "y": _axis("partner", f"gain of {partner}, {money}"),
            "tooltip": [
                {"field": "what"},
                {"field": "round"},
                {"field": "worlds"},
                {"field": "hub", "title": f"gain of {hub}", "format": "+.2f"},
                {"field": "partner", "title": f"gain of {partner}", "format": "+.2f"},
                {"field": "terms"},
            ],
        }
        marks = [
            _curve(place, ALL_OPEN, "#000000"),
            _curve(place, NOW_OPEN, GREEN, [6, 3]),
            _path(place, HUB, BLUE),
            _path(place, PARTNER, ORANGE),
            _points(place, HUB, BLUE, "circle", 60),
            _points(place, PARTNER, ORANGE, "square", 60),
            _clouds(place),
            _points(place, NO_DEAL, DARK, "cross", 110),
            _points(place, DEAL, RED, "diamond", 230),
        ]
        return {"height": 400, "config": READABLE, "layer": [_both_gain(), *_zero(), *marks]}


def plane(shown: Negotiation, round: int, talk: int) -> tuple[PayoffPlane, list[Row]]:
    """Give the payoff plane of a talk, with the offers to the end of a round."""
    rules, table = shown.game.talks[talk], shown.tables[round][talk]
    made = PayoffPlane(
        shown.game, rules, *shown.values(round, talk), table.docket, table.named, round
    )
    rows = made.curves()
    for n, country, package in shown.offers(round, talk):
        rows.append(made.point(HUB if country == rules.hub else PARTNER, package, round=n))
    if table.package >= 0:
        rows.append(made.point(DEAL, table.package, round=table.ended_in))
    return made, rows


def menu(
    rules: TalkRules, docket: Iterable[str], named: Iterable[str], round: int | None = None
) -> Ints:
    """List the packages that could be signed with these review states, by what the rule names.

    By the ceiling of a round; of the last one if not given.
    """
    names = [measure.name for measure in rules.space.measures]
    held = [n for n, state in zip(names, docket, strict=True) if state in ("open", "reviewed")]
    cuts = rules.cuts & mask(named, names)
    allowed = rules.allowed if round is None else rules.phases[rules.phase(round)]
    signable = allowed & (cuts & ~rules.space.lowered == 0)
    return rules.space.menu(mask(held, names), signable)


def everything(rules: TalkRules) -> Ints:
    """List the packages that could be signed if every measure were open, by the rule at first."""
    return menu(rules, ("open",) * len(rules.space.measures), rules.review)


def _axis(field: str, title: str) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"nice": False, "padding": 12},
    }


def _both_gain() -> Spec:
    """Shade where both sides gain, to the ends of the axes."""
    corner = {"x": {"datum": 0}, "y": {"datum": 0}, "x2": {"value": "width"}, "y2": {"value": 0}}
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rect", "color": "#E3F4EC"},
        "encoding": corner,
    }


def _zero() -> list[Spec]:
    rule = {"type": "rule", "color": "#BBBBBB"}
    return [
        {"data": {"values": [{}]}, "mark": rule, "encoding": {axis: {"datum": 0}}}
        for axis in ("x", "y")
    ]


def _only(what: str) -> list[Spec]:
    return [{"filter": {"field": "what", "equal": what}}]


def _curve(place: Mapping[str, Any], what: str, colour: str, dash: list[int] | None = None) -> Spec:
    mark = {"type": "line", "color": colour, "strokeDash": dash or [1, 0]}
    return {
        "transform": _only(what),
        "mark": mark,
        "encoding": {**place, "order": {"field": "hub"}},
    }


def _path(place: Mapping[str, Any], what: str, colour: str) -> Spec:
    mark = {"type": "line", "color": colour, "opacity": 0.5, "strokeWidth": 1.5}
    return {
        "transform": _only(what),
        "mark": mark,
        "encoding": {**place, "order": {"field": "round"}},
    }


def _points(place: Mapping[str, Any], what: str, colour: str, shape: str, size: int) -> Spec:
    mark = {
        "type": "point",
        "filled": True,
        "opacity": 1,
        "color": colour,
        "shape": shape,
        "size": size,
    }
    return {"transform": _only(what), "mark": mark, "encoding": dict(place)}


def _clouds(place: Mapping[str, Any]) -> Spec:
    """Draw the deals of the house strategy, sized by their number of worlds."""
    size = {
        "field": "worlds",
        "type": "quantitative",
        "legend": None,
        "scale": {"range": [15, 700], "domainMin": 0},
    }
    mark = {"type": "point", "filled": True, "opacity": 0.55, "color": SKY, "shape": "circle"}
    return {"transform": _only(HOUSE), "mark": mark, "encoding": {**place, "size": size}}
