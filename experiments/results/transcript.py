"""One negotiation as a text that a person reads: who asked, offered and conceded what, and when."""

from collections.abc import Iterable, Iterator, Mapping
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd

import sim
from experiments.results.words import amount, counted
from sim.protocol.issues import OutcomeSpace
from sim.protocol.reviews import TESTS
from sim.protocol.rules import TalkRules
from sim.protocol.threats import Threat
from sim.talks.record import Record
from sim.talks.talk import FALLS_DUE, IS_VOID
from sim.talks.turns import ANEW, TO_JUDGE

WIDTH = 80
VETO = "vetoed by "

ENDS_OF_ROUND = {
    "deal": "All reviews are done: the agreement in principle becomes a deal.",
    "signed": "All reviews are done: the agreement in principle is signed.",
    "reopened": "The agreement in principle is no longer worth signing to one side: reopened.",
    "lapsed": "The deadline has come: the agreement in principle lapses, and the talk goes on.",
    "ratified": "Ratified: the deal takes effect.",
}


def transcript(game: sim.Scenario, world: int, seed: int, record: Record | None = None) -> str:
    """Tell one world, talk after talk; lines of at most 80 characters.

    Args:
        game: the scenario.
        world: its number.
        seed: of all luck.
        record: of that world alone, with its turns, if it has been played.
    """
    record = record or sim.negotiate(game, first=world, seed=seed, turns=True)
    turns, outcomes = record.to_turns(), record.to_frame().set_index("talk")
    lines = [*_wrapped(game.title, ""), f"World {world}, seed {seed}", ""]
    lines += _wrapped(
        "What an offer is worth to the side that makes it: its utility, from 0 for the worst to "
        "100 for the best of all packages while no other talk has a deal.",
        "",
    )
    lines.append("")
    deadlines = _deadlines(game, turns)
    for rules in game.talks:
        outcome: Any = outcomes.loc[rules.name]
        mine = turns[turns["talk"] == rules.name]
        lines += _Talk(game, rules, deadlines).tell(mine, outcome)
        lines.append("")
    lines += _payoffs(game, outcomes)
    return "\n".join(lines) + "\n"


def sentences(
    game: sim.Scenario,
    rules: TalkRules,
    turns: Iterable[Mapping[str, Any]],
    *,
    worth: bool = True,
    labels: bool = False,
) -> list[tuple[int, str]]:
    """Tell the turns of one talk: the round, and what happened.

    Args:
        game: the scenario.
        rules: of the talk.
        turns: of the talk, rows of `Record.to_turns`.
        worth: whether it is told what an offer is worth to the side that makes it.
        labels: whether issues are called as readers call them, and not as in configs.
    """
    told = _Talk(game, rules, {}, worth=worth, labels=labels)
    return [(row["round"], sentence) for row in turns for sentence in told.turn(row)]


def announced(game: sim.Scenario, rules: TalkRules, draw: int, round: int = 1) -> list[str]:
    """Tell by what those at home have announced to vote on a package that is signed in a round."""
    told = []
    for vote in game.surroundings.ratifiers.get(rules.name, ()):
        if vote.announced:
            home = game.labels.get(vote.country) or vote.country
            bar = vote.bar(np.array([draw]), round + vote.delay)[0]
            unit = game.unit or "as payoffs are given"
            noise = f", give or take {vote.sd:g}" if vote.sd else ""
            told.append(
                f"Announced: {vote.label or vote.name} ({home}) says yes to what it counts as a "
                f"gain of at least {bar:.2f}{noise}, {unit}."
            )
    return told


def _deadlines(game: sim.Scenario, turns: pd.DataFrame) -> dict[int, int]:
    """Give the deadline that is announced in every round of a world."""
    moved = turns[turns["extended"] > 0].groupby("round")["extended"].max().to_dict()
    deadlines, last = {}, game.calendar.rounds
    for number in range(1, int(turns["round"].max()) + 1):
        last += int(moved.get(number, 0))
        deadlines[number] = last
    return deadlines


def unless(game: sim.Scenario, threat: Threat, rules: TalkRules) -> str:
    """Say what makes a threat void: "unless there is a deal by …"; nothing if it has no unless."""
    said = threat.unless
    if said is None:
        return ""
    ways = []
    if said.signed_by:
        day = game.calendar.date(said.signed_by)
        when = f", {day.day} {day:%B %Y}" if day else ""
        ways.append(f"there is a deal by round {said.signed_by}{when}")
    if said.opened:
        labels = {issue.name: issue.label or issue.name for issue in rules.space.issues}
        listed = " and ".join(labels.get(name, name) for name in said.opened)
        within = f" within {counted(said.within, 'round')}" if said.within else ""
        due = f" by round {said.due}" if said.due and not said.within else ""
        ways.append(f"{listed} {'is' if len(said.opened) == 1 else 'are'} open{within}{due}")
    return f"unless {' or '.join(ways)}"


class _Talk:
    """Tells one talk."""

    def __init__(
        self,
        game: sim.Scenario,
        rules: TalkRules,
        deadlines: Mapping[int, int],
        worth: bool = True,
        labels: bool = False,
    ) -> None:
        self.game, self.rules, self.deadlines, self.worth = game, rules, deadlines, worth
        self.space: OutcomeSpace = rules.space
        self.names = {c: game.labels.get(c) or c for c in (rules.hub, rules.partner)}
        self.called = {i.name: (i.label if labels else "") or i.name for i in rules.space.issues}
        self.comma = "; " if labels else ", "
        self.offered: dict[str, tuple[int, float]] = {}
        self.closed = [m.name for m in rules.space.measures] if rules.scope else []
        self.named = set(rules.review)
        self.shocks = ""

    def tell(self, turns: pd.DataFrame, outcome: Mapping[str, Any]) -> list[str]:
        """Give the lines of the talk."""
        draw = int(outcome["draw"])
        head = f"{self.names[self.rules.hub]} and {self.names[self.rules.partner]}"
        rule = ", ".join(self.rules.review) or "nothing"
        lines = [head, "=" * len(head)]
        lines += _wrapped(f"Before a deal, these have to be reviewed: {rule}.", "")
        for bar in announced(self.game, self.rules, draw):
            lines += _wrapped(bar, "")
        seen = 0
        rows: list[Any] = turns.to_dict("records")
        for row in rows:
            said = list(self.turn(row))
            if said:
                if row["round"] != seen:
                    seen = row["round"]
                    lines += ["", self._round(seen)]
                for sentence in said:
                    lines += _wrapped(sentence, "  ")
        return [*lines, "", *_wrapped(self._end(outcome), "")]

    def _round(self, number: int) -> str:
        day = self.game.calendar.date(number)
        when = f", {day.day} {day:%B %Y}" if day else ""
        last = self.deadlines[number]
        if number > last:
            return f"Round {number}, after the deadline{when}"
        return f"Round {number} of {last}{when}"

    def turn(self, row: Mapping[str, Any]) -> Iterator[str]:
        """Give the sentences of a turn."""
        who = self.names.get(row["seat"], "")
        yield from self._weather(row["shocks"])
        yield from self._aside(who, row)
        for move, words in (
            ("requested", "requests review of"),
            ("withdrawn", "withdraws its request for"),
            ("admitted", "admits review of"),
            ("refused", "refuses review of"),
        ):
            if row[move]:
                yield f"{who} {words} {self._measures(row[move])}."
        opened = f"{row['admitted']},{row['opened']}".split(",")
        self.closed = [name for name in self.closed if name not in opened]
        if row["reviewed"]:
            yield f"Reviewed: {self._measures(row['reviewed'])}."
        yield from self._answer(who, row)
        if row["offer"] >= 0:
            yield from self._offer(who, row)
        if row["mover"] == 3:
            yield from self._end_of_round(row["event"])

    def _weather(self, shocks: str) -> Iterator[str]:
        """Tell what strikes, and what passes."""
        before, now = (set(filter(None, held.split(","))) for held in (self.shocks, shocks))
        self.shocks = shocks
        for shock in self.game.surroundings.shocks:
            if shock.name in now - before:
                yield f"Shock: {shock.label or shock.name}."
            if shock.name in before - now:
                yield f"It passes: {shock.label or shock.name}."

    def _aside(self, who: str, row: Mapping[str, Any]) -> Iterator[str]:
        if row["extended"]:
            yield f"{who} moves the deadline by {counted(row['extended'], 'round')}."
        if row["threat"]:
            threat = self._threat(row["threat"])
            void = f", {unless(self.game, threat, self.rules)}" if threat.unless else ""
            yield f"{who} threatens: {threat.label or threat.name}{void}."
        if row["relented"]:
            self.named -= set(row["relented"].split(","))
            yield f"{who} gives up its demand that {self._measures(row['relented'])} be reviewed."
        if row["opened"]:
            yield f"{who} opens review of {self._measures(row['opened'])} unasked."

    def _threat(self, name: str) -> Threat:
        return next(t for t in self.game.surroundings.threats if t.name == name)

    def _end_of_round(self, event: str) -> Iterator[str]:
        for begins, words in ((FALLS_DUE, "falls due"), (IS_VOID, "is void")):
            if event.startswith(begins):
                threat = self._threat(event.removeprefix(begins))
                yield f"The threat {words}: {threat.label or threat.name}."
        if event in ENDS_OF_ROUND:
            yield ENDS_OF_ROUND[event]
        elif event.startswith(VETO):
            yield f"Ratification: vetoed by {self._ratifier(event.removeprefix(VETO))}."

    def _ratifier(self, key: str) -> str:
        listed = self.game.surroundings.ratifiers[self.rules.name]
        ratifier = next(r for r in listed if r.key == key)
        return f"{ratifier.label or ratifier.name} ({self.names[ratifier.country]})"

    def _answer(self, who: str, row: Mapping[str, Any]) -> Iterator[str]:
        if row["answer"] == "accept" and row["event"] == "deal":
            yield f"{who} accepts: a deal."
        elif row["answer"] == "accept" and row["event"] == "signed":
            yield f"{who} accepts: signed, and waiting for its ratification."
        elif row["answer"] == "accept" and row["event"] == TO_JUDGE:
            other = next(name for name in self.names.values() if name != who)
            yield f"{who} accepts: an agreement in principle, which {other} has to judge anew."
        elif row["answer"] == "accept":
            late = self._too_late(row["round"])
            until = f"too late for a review of {late}" if late else "until the reviews are done"
            yield f"{who} accepts: an agreement in principle, {until}."
        elif row["answer"] == "stand" and row["event"] == ANEW:
            yield f"{who} stands by the agreement in principle, judged anew."
        elif row["answer"] == "reopen" and row["event"] == ANEW:
            yield f"{who} judges the agreement in principle anew, and reopens it."
        elif row["answer"] == "reopen":
            yield f"{who} reopens the agreement in principle."
        elif row["answer"] == "walk":
            yield f"{who} walks away."

    def _too_late(self, round: int) -> str:
        """Name what the rule names, is closed, and cannot be reviewed any more by the deadline."""
        calendar, rules = self.game.calendar, self.rules
        left = calendar.rounds - round + 1
        late = calendar.mode == "hard" and left < TESTS[rules.test].takes(rules.period)
        return self.comma.join(self.called[m] for m in self.closed if late and m in self.named)

    def _offer(self, who: str, row: Mapping[str, Any]) -> Iterator[str]:
        package, utility = int(row["offer"]), float(row["own_utility"])
        before = self.offered.get(who)
        if before is not None and before[0] == package:
            return
        self.offered[who] = (package, utility)
        asks = self._asks(package)
        if not self.worth:
            yield f"{who} offers {self.terms(package)}{asks}."
            return
        moved = ""
        if before is not None:
            step = 100 * (utility - before[1])
            much = f"{abs(step):.1f}"
            moved = f", {much} {'less' if step < 0 else 'more'} than its last offer"
            if much == "0.0":
                moved = ", as much as its last offer"
        worth = f"(worth {100 * utility:.1f} to itself{moved})"
        yield f"{who} offers {self.terms(package)} {worth}{asks}."

    def _asks(self, package: int) -> str:
        """Say what an offer touches that is not open: so it asks for that."""
        return f", and so asks for {names}" if (names := self._asked(package)) else ""

    def _asked(self, package: int) -> str:
        lowered = int(self.space.lowered[package])
        names = [m.name for k, m in enumerate(self.space.measures) if lowered >> k & 1]
        closed = [name for name in names if name in self.closed]
        return self._measures(",".join(closed)) if closed else ""

    def terms(self, package: int) -> str:
        """Give a package in words: what changes against no deal."""
        told = []
        for issue, number in zip(self.space.issues, self.space.levels[package], strict=True):
            if number and issue.kind == "measure":
                rates = f"{issue.levels[0]:g} → {issue.levels[number]:g}"
                told.append(f"{self.called[issue.name]} {rates}")
            elif number and issue.kind == "clause":
                told.append("a most-favoured clause")
            elif number:
                given = amount(issue.levels[number], issue.unit)
                told.append(f"{self.called[issue.name]} {given}")
        return self.comma.join(told) or "nothing"

    def _measures(self, names: str) -> str:
        listed = [self.called[name] for name in names.split(",")]
        every = len(listed) == len(self.space.measures) > 1
        return "every measure" if every else self.comma.join(listed)

    def _end(self, outcome: Mapping[str, Any]) -> str:
        if outcome["status"] == "deal":
            when = self._round(int(outcome["round"])).removeprefix("Round ")
            cut = "" if outcome["lowers"] else " It lowers no rate."
            return f"END: a deal in round {when}: {self.terms(int(outcome['package']))}.{cut}"
        if outcome["status"] == "walked":
            return f"END: no deal; {self.names[outcome['walked_by']]} walked away."
        if outcome["status"] == "broken_down":
            return "END: no deal; the talk broke down."
        if outcome["status"] == "vetoed":
            return f"END: no deal; vetoed by {self._ratifier(outcome['vetoed_by'])}."
        if outcome["status"] == "silent":
            return f"END: no deal at the deadline. {self._mute(outcome)}"
        return f"END: no deal at the deadline. {self._why(outcome)}"

    def _mute(self, outcome: Mapping[str, Any]) -> str:
        sides = (("hub", self.rules.hub), ("partner", self.rules.partner))
        never = [self.names[name] for side, name in sides if not outcome[f"offers.{side}"]]
        if len(never) == len(sides):
            return "Neither side ever made an offer, though one of them could have gained by it."
        return f"{never[0]} never made an offer, though it could have gained by it."

    def _why(self, outcome: Mapping[str, Any]) -> str:
        dropped = str(outcome.get("relented", "")).split(",")
        states = {m: outcome[f"review.{m}"] for m in self.rules.review if m not in dropped}
        closed = [m for m, state in states.items() if state not in ("open", "reviewed")]
        agreed = not pd.isna(outcome["in_principle"])
        if closed and agreed:
            return (
                f"There was an agreement in principle in round {int(outcome['in_principle'])}, but "
                f"{', '.join(closed)} never came to review, and the rule names "
                f"{'it' if len(closed) == 1 else 'them'}."
            )
        if closed:
            return f"The rule names {', '.join(closed)}, which never came to review."
        if agreed:
            if all(state == "reviewed" for state in states.values()):
                return "There was an agreement in principle, but it did not last."
            return "There was an agreement in principle; the reviews were not done in time."
        asked = (
            f"{who} asked for {names} to the end, which never came to review."
            for who, (package, _) in self.offered.items()
            if (names := self._asked(package))
        )
        return " ".join(["Neither side accepted what the other offered last.", *asked])


def _payoffs(game: sim.Scenario, outcomes: pd.DataFrame) -> list[str]:
    row = outcomes.iloc[0]
    told = [f"{game.labels.get(c) or c} {row[f'payoff.{c}']:+.2f}" for c in game.countries]
    unit = f"{game.unit} against no deal" if game.unit else "as given"
    lines = _wrapped(f"Payoffs ({unit}): {', '.join(told)}.", "")
    charged = "; ".join(_charged(game, outcomes))
    lines += _wrapped(f"Of that, costs of moves: {charged}.", "") if charged else []
    if game.interim is not None:
        got = [f"{game.labels.get(c) or c} {row[f'flow.{c}']:+.2f}" for c in game.countries]
        lines += _wrapped(f"Flows over the days of the talks (USD bn): {', '.join(got)}.", "")
    return lines


def _charged(game: sim.Scenario, outcomes: pd.DataFrame) -> Iterator[str]:
    """Tell who paid for reviews, for an extension, and for giving up its demand."""
    rows = outcomes.loc[[rules.name for rules in game.talks]]
    for column, what, by, over in (
        ("review_cost", "reviews", "hub", "sum"),
        ("extension_cost", "the extension", "hub", "max"),
        ("audience_cost", "a demand given up", "partner", "sum"),
    ):
        if column in rows:
            payers = [getattr(rules, by) for rules in game.talks]
            for country, cost in rows[column].groupby(payers).agg(over).items():
                if cost > 0:
                    yield f"{game.labels.get(str(country)) or country} {cost:.2f} for {what}"


def _wrapped(sentence: str, indent: str) -> list[str]:
    return wrap(sentence, WIDTH, initial_indent=indent, subsequent_indent=indent + "  ")
