"""The turn of a person: what lies on the table, and the form of the move."""

from collections.abc import Callable

import streamlit as st

from experiments.app import called
from experiments.app.game.builder import Level, chosen_of, levels, package_of
from experiments.app.game.sight import SeenTalk
from experiments.app.game.sitting import Sitting, ToMove
from experiments.app.moves import OFFERING, Move, offered
from experiments.app.shown import markup
from experiments.app.shown.board import Measure
from experiments.app.shown.glossary import about
from experiments.app.shown.rates import Tariffs
from experiments.app.shown.trade import Trade, assumed
from experiments.app.values import best_for
from sim.config import ScenarioConfig
from sim.protocol.issues import Issue

NEW, NONE = "Offer the package below", "Make no offer yet"
STAND = "Say nothing new: my last offer stands"
GO_ON, ACCEPT, WALK = "Go on bargaining", "Accept it", "Walk away: no deal in this talk"

_MOST = 8
"""Levels that stand beside each other."""


def ask(
    sitting: Sitting, turn: ToMove, scenario: ScenarioConfig, trade: Trade | None
) -> list[Move]:
    """Show the talks of a person, and ask for the moves in those where it is to move."""
    others = [called.country(sight.game, sight.other) for sight in turn.sights]
    names = [
        markup.plain(other) + _waits(sight)
        for other, sight in zip(others, turn.sights, strict=True)
    ]
    due = next(name for name, sight in zip(names, turn.sights, strict=True) if sight.due)
    tabs = st.tabs(names, default=due) if len(names) > 1 else [st.container()]
    moves = []
    for sight, tab in zip(turn.sights, tabs, strict=True):
        with tab:
            left, right = st.columns(2, gap="large")
            with left:
                _table(sight)
            with right, st.container():
                if sight.due:
                    moves.append(_Form(sitting, sight, scenario, trade).ask())
                else:
                    st.caption(f"This talk: {_rests(sight)}.")
    return moves


def _waits(sight: SeenTalk) -> str:
    """Say why there is nothing to do in a talk now; nothing if there is."""
    if sight.due:
        return ""
    if sight.ratifying >= 0:
        return " (signed)"
    return " (not your turn)" if sight.status == "open" else " (over)"


def _rests(sight: SeenTalk) -> str:
    """Say how a talk stands in which there is nothing to do now."""
    if sight.ratifying >= 0:
        return "signed, and waiting for its ratification"
    return called.ENDINGS[sight.status]


def _table(sight: SeenTalk) -> None:
    """Show what lies on the table, as this seat may know it."""
    other = called.country(sight.game, sight.other)
    st.subheader("What lies on the table?", anchor=False, help=about("package"))
    rows = [_worth(sight, f"{other} offers", sight.theirs)]
    rows.append(_worth(sight, "you offered", sight.mine))
    if sight.agreed >= 0:
        rows.append(_worth(sight, called.AGREED, sight.agreed))
    if sight.ratifying >= 0:
        rows.append(_worth(sight, called.SIGNED, sight.ratifying))
    st.html(markup.table(["", f"worth to you, {called.money(sight.game)}", "terms"], rows))
    st.caption("Worth: against no deal in this talk, as far as you know now.")
    if sight.agreed >= 0:
        st.info("The agreement becomes a deal once all that the rule names has been reviewed.")
    if sight.ratifying >= 0:
        st.info("The package is signed. It becomes a deal once it is ratified; a veto undoes it.")
    if sight.anew:
        st.warning("More has opened since you agreed: judge the agreement anew, or reopen it.")
    if sight.shocks:
        st.warning(
            f"What is expected of shocks at the deadline changes what no deal is worth to you by "
            f"{called.worth(sight.game, sight.shocks)}."
        )
    if sight.rules.space.measures:
        st.subheader(
            "Which measures are under review?",
            anchor=False,
            help=about("measure", "review", "rule"),
        )
        st.html(markup.docket(_docket(sight)))
    for sentence in map(markup.plain, sight.news):
        st.markdown(f"**{sentence}**" if "signed" in sentence else sentence)
    st.subheader("What has happened?", anchor=False)
    if sight.story:
        st.html(markup.story(sight.story))
    else:
        st.caption("Nothing yet.")


def _worth(sight: SeenTalk, what: str, package: int) -> tuple[str, str, str]:
    if package < 0:
        return what, "–", "nothing yet"
    terms = called.package(sight.rules, package)
    return what, called.signed(sight.values.one(package)), terms


def _docket(sight: SeenTalk) -> list[Measure]:
    return [
        Measure(called.issue(m), state, missing, m.name in sight.named)
        for m, state, missing in zip(
            sight.rules.space.measures, sight.docket, sight.missing, strict=True
        )
    ]


def _labels(sight: SeenTalk) -> dict[str, str]:
    """Give the names of measures for readers, by their own."""
    return {m.name: markup.plain(called.issue(m)) for m in sight.rules.space.measures}


def _too_early(sight: SeenTalk, unheard: list[str]) -> str:
    """Say that the last offer does not count for what opened after it."""
    return (
        f"Your last offer was made before this was open: {called.listed(sight.rules, unheard)}. It "
        "does not count as your offer in that review, which waits as long as you let it stand. "
        "Offer anew for that; the same package will do."
    )


class _Form:
    """The form of one move."""

    def __init__(
        self, sitting: Sitting, sight: SeenTalk, scenario: ScenarioConfig, trade: Trade | None
    ) -> None:
        self._sight, self._scenario, self._trade = sight, scenario, trade
        self._key = f"seat/{len(sitting.moves)}/{sitting.seed}/{sight.rules.name}/{sight.round}"
        self._talk = sight.game.talks.index(sight.rules)

    def ask(self) -> Move:
        """Ask for the move."""
        sight = self._sight
        st.subheader("What do you do?", anchor=False)
        extend, threat = self._aside()
        drop, opens = self._drop(), self._open()
        self._sight = sight = sight.after(drop, opens)
        want = self._want()
        reply = self._reply(want)
        offer = None
        if reply in OFFERING:
            package = self._offer(want)
            offer = offered(sight.rules.space, package)
        talk, round = sight.rules.name, sight.round
        return Move(talk, round, tuple(want), reply, offer, extend, threat, drop, opens)  # type: ignore[arg-type]

    def _aside(self) -> tuple[int, str]:
        """Ask for a move beside the table, where this seat can make one."""
        sight, extend, threat = self._sight, 0, ""
        if sight.longest:
            extend = int(
                st.number_input(
                    "Move the deadline by so many rounds",
                    0,
                    sight.longest,
                    0,
                    key=f"{self._key}/extend",
                )
            )
        if sight.threats:
            names = {"": "no", **sight.threats}
            threat = st.selectbox(
                "Threaten?", list(names), format_func=names.__getitem__, key=f"{self._key}/threat"
            )
        return extend, threat

    def _drop(self) -> tuple[str, ...]:
        """Ask a partner which measures it drops from its rule, where it can."""
        sight = self._sight
        given = self._some(
            "Give up that these be reviewed before a deal", "drop", sight.droppable()
        )
        if sight.droppable():
            cost = called.worth(sight.game, -sight.audience_cost).lstrip("−")
            st.caption(f"Each one costs you {cost} at home, once and for good.")
        return given

    def _open(self) -> tuple[str, ...]:
        """Ask a hub what it opens although nobody asks for it."""
        return self._some("Open to review unasked", "open", self._sight.unasked())

    def _some(self, label: str, key: str, names: list[str]) -> tuple[str, ...]:
        """Ask for some measures, none by default; nothing is asked where there are none."""
        if not names:
            return ()
        labels = _labels(self._sight)
        given = st.pills(
            label,
            names,
            selection_mode="multi",
            format_func=labels.__getitem__,
            key=f"{self._key}/{key}",
        )
        return tuple(name for name in names if name in given)

    def _want(self) -> list[str]:
        """Ask which measures are asked for, or admitted."""
        sight, asked = self._sight, self._sight.asked()
        if sight.rules.scope:
            self._rest()
        if not sight.rules.scope or not asked:
            if sight.rules.scope and sight.hub:
                st.caption("Nothing is asked for that you could admit now.")
            return []
        labels = _labels(sight)
        other = called.country(sight.game, sight.other)
        label = (
            f"Admit to review, of what {markup.plain(other)} asks for"
            if sight.hub
            else "Ask for review of"
        )
        given = st.pills(
            label,
            asked,
            selection_mode="multi",
            default=sight.wanted() if not sight.hub else [],
            format_func=labels.__getitem__,
            key=f"{self._key}/want",
            help="A measure that is open can be lowered in a deal; the rule may want it "
            f"reviewed.\n\n{about('review', 'rule')}",
        )
        if any(sight.review_costs):
            cost = called.worth(sight.game, -max(sight.review_costs)).lstrip("−")
            st.caption(f"A measure that becomes reviewed costs you {cost}, once: a precedent.")
        return [name for name in asked if name in given]

    def _rest(self) -> None:
        """Say which refused measures cannot be asked for yet."""
        sight = self._sight
        labels = _labels(sight)
        for name, again in sight.resting().items():
            st.caption(f"{labels[name]} was refused: it can be asked for again in round {again}.")

    def _reply(self, want: list[str]) -> str:
        """Ask for the answer to what stands."""
        sight = self._sight
        options = {"reject": GO_ON}
        if sight.agreed >= 0:
            options = {"accept": "Stand by the agreement in principle", "reopen": "Reopen it"}
        elif sight.may_accept(want):
            options["accept"] = ACCEPT
        options["walk"] = WALK
        about = "The agreement in principle" if sight.agreed >= 0 else "Their offer"
        reply = st.radio(
            about if sight.standing >= 0 else "There is no offer to answer yet",
            list(options),
            format_func=options.__getitem__,
            key=f"{self._key}/reply",
        )
        if sight.theirs >= 0 and not sight.may_accept(want):
            st.caption("Their offer touches what is not open yet: it cannot be accepted now.")
        return str(reply)

    def _offer(self, want: list[str]) -> int:
        """Ask for an offer; give the package, or -1."""
        sight = self._sight
        allowed = sight.offers(want)
        if not len(allowed):
            st.caption("Nothing can be offered as long as no measure is open.")
            return -1
        choice = st.radio(
            "Your offer",
            [NEW, STAND if sight.mine >= 0 else NONE],
            1 if sight.mine >= 0 else 0,
            key=f"{self._key}/new",
            horizontal=True,
        )
        if sight.mine >= 0 and (unheard := sight.unheard(want)):
            st.info(markup.plain(_too_early(sight, unheard)), icon=":material/history:")
        if choice != NEW:
            return -1
        best, _ = best_for(sight.values, sight.values, allowed, least=-float("inf"))
        begin = sight.mine if sight.mine >= 0 else best
        st.caption(
            f"Below each level: what it adds to the worth of the package to you, in "
            f"{called.money(sight.game)}, while the others stay as chosen."
        )
        self._starts(best)
        chosen = self._build(begin)
        package = package_of(sight, chosen)
        self._sum_up(package)
        return package

    def _starts(self, best: int) -> None:
        """Offer packages to begin with."""
        sight = self._sight
        starts = {
            "what is best for me": best,
            "their offer": sight.theirs,
            "my last offer": sight.mine,
        }
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("Begin with", width="content")
            for name, package in starts.items():
                if package >= 0:
                    st.button(name, on_click=self._set(package), key=f"{self._key}/{name}")

    def _set(self, package: int) -> Callable[[], None]:
        def put() -> None:
            for name, level in chosen_of(self._sight, package).items():
                st.session_state[f"{self._key}/issue/{name}"] = level

        return put

    def _build(self, begin: int) -> dict[str, int]:
        """Ask for a level of every issue, each with what it is worth."""
        sight = self._sight
        keys = {i.name: f"{self._key}/issue/{i.name}" for i in sight.rules.space.issues}
        for name, level in chosen_of(sight, begin).items():
            st.session_state.setdefault(keys[name], level)
        chosen = {name: int(st.session_state[key]) for name, key in keys.items()}
        for issue in sight.rules.space.issues:
            ask = self._slide if len(issue.levels) > _MOST else self._pick
            chosen[issue.name] = ask(issue, levels(sight, chosen, issue), keys[issue.name])
        return chosen

    def _pick(self, issue: Issue, listed: list[Level], key: str) -> int:
        """Ask for one of a few levels."""
        texts = [level.text for level in listed]
        given = st.radio(
            markup.plain(called.about(issue)),
            list(range(len(listed))),
            key=key,
            horizontal=True,
            format_func=lambda k: markup.plain(texts[k]),  # a radio knows its options by these
            captions=[markup.plain(level.caption) for level in listed],
        )
        return int(given or 0)

    def _slide(self, issue: Issue, listed: list[Level], key: str) -> int:
        """Ask for one of many levels."""
        texts = [level.text for level in listed]
        given = int(
            st.select_slider(
                markup.plain(called.about(issue)),
                list(range(len(listed))),
                key=key,
                format_func=texts.__getitem__,
            )
        )
        st.caption(markup.plain(f"{texts[given]}: {listed[given].caption}"))
        return given

    def _sum_up(self, package: int) -> None:
        """Say what the package is worth, and what it does to tariffs and trade."""
        sight = self._sight
        game, rules = sight.game, sight.rules
        worth = called.worth(game, sight.values.one(package))
        st.metric("Worth to you, against no deal", worth, border=True, help=about("payoff"))
        if sight.their_values is not None:
            theirs = called.worth(game, sight.their_values.one(package))
            other = markup.plain(called.country(game, sight.other))
            st.metric(f"Worth to {other}", theirs, border=True)
        tariffs = Tariffs(game, self._scenario, rules)
        with st.expander(f"Which {'tariffs' if rules.space.measures else 'terms'} does it leave?"):
            lines = tariffs.lines([package], sight.signed)
            st.html(markup.tariffs([*tariffs.heads(sight.deadline), "this package"], lines))
        if self._trade is not None:
            hub, partner = (called.country(game, c) for c in (rules.hub, rules.partner))
            with st.expander(markup.plain(f"What will {partner} sell to {hub}?")):
                st.html(self._sales(self._trade, package))
                others = assumed(game, self._talk, sight.signed)
                st.caption(
                    "USD bn a year, by the trade model at central elasticities"
                    + (f", {markup.plain(others)}: as far as you know." if others else ".")
                )

    def _sales(self, trade: Trade, package: int) -> str:
        sales = trade.sales(self._sight.game, self._talk, package, self._sight.signed)
        rows = [
            (name, f"{before:.1f}", f"{after:.1f}", called.signed(after - before, 1))
            for name, before, after in sales
        ]
        return markup.table(["", "no deal", "this package", "change"], rows)
