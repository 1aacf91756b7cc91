"""Plays the log of a talk over again, by the written rules, in sets and plain numbers.

Nothing here comes from the engine but the rules of the talk and its outcome space: what the log
says is checked turn by turn, and what follows from it is compared with the results.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sim.protocol.rules import TalkRules

SIDES = ("hub", "partner")


class Referee:
    """The table of one talk in one world.

    Attributes:
        state: of every measure: off, requested, open, reviewed or refused.
        named: measures that the rule names now.
        status: "open" until the talk ends.
        package: of the deal, else -1.
        agreed: package agreed in principle, else -1.
        agreed_in: round of the first agreement in principle, 0 for never.
        ratifying: package that waits for its ratification, else -1.
        signed_in: round in which the package was signed, 0 for never.
        fair: tells whether a package is worth no less than no deal to the hub; None if unknown.
    """

    def __init__(
        self,
        rules: TalkRules,
        ratifiers: Sequence[str] = (),
        fair: Callable[[int], bool] | None = None,
    ) -> None:
        self.rules, self.ratifiers, self.fair = rules, ratifiers, fair
        self.measures = [measure.name for measure in rules.space.measures]
        self.state, self.named = dict.fromkeys(self.measures, "off"), set(rules.review)
        self.opened_in = dict.fromkeys(self.measures, 1)
        self.refused_in = dict.fromkeys(self.measures, 0)
        self.exchanged: dict[str, set[str]] = {name: set() for name in self.measures}
        self.perhaps: set[str] = set()
        self.standing = dict.fromkeys(SIDES, -1)
        self.offers = dict.fromkeys(SIDES, 0)
        self.status, self.package, self.agreed, self.agreed_in = "open", -1, -1, 0
        self.refusals = self.ended_in = self.signed_in = self.vetoes = 0
        self.ratifying = -1
        self.reviewed: list[str] = []
        self.wished: set[str] = set()
        self.asked: set[str] = set()
        if not rules.scope:
            self._open(self.measures, 1)
        self.seen = {side: self.held("open", "reviewed") for side in SIDES}

    def judge(self, rows: Iterable[Any], rounds: int, after: int = 0) -> "Referee":
        """Play the rows of a log, in their order; give back the table.

        Args:
            rows: of the log.
            rounds: the deadline, as it was announced last.
            after: rounds that are played after it.
        """
        self.rounds, self.last = rounds, rounds + after
        last = (0, 0)
        for row in rows:
            assert self.status == "open", "nothing happens after the end"
            assert last <= (row.round, row.mover), "turns come in order"
            if self.ratifying < 0:
                assert 1 <= row.round <= self.last, "nothing happens after the deadline"
            if row.round > last[0]:
                assert not self._due(last[0]), "reviews are settled at the end of each round"
            self.round = row.round
            if self.agreed >= 0 and self._barred(self.agreed):
                self.agreed = -1
            if row.mover < 3:
                assert last < (row.round, row.mover), "a side has one turn a round"
                self._turn(row)
            else:
                self._end_of_round(row)
            last = (row.round, row.mover)
        return self

    def lowered(self, package: int) -> set[str]:
        """Give the measures that a package lowers."""
        if package < 0:
            return set()
        levels = self.rules.space.levels[package]
        return {name for name, level in zip(self.measures, levels, strict=False) if level > 0}

    def held(self, *states: str) -> set[str]:
        """Give the measures in one of these states."""
        return {name for name, state in self.state.items() if state in states}

    def on_menu(self, package: int) -> bool:
        """Tell whether a package could be signed under today's docket."""
        if package < 0 or (package == 0 and not self.rules.null_deal):
            return False
        if self._barred(package):
            return False
        lowered = self.lowered(package)
        if self.rules.test == "by_change" and not self.named <= lowered:
            return False
        return lowered <= self.held("open", "reviewed")

    def _barred(self, package: int) -> bool:
        """Tell whether a package is above the ceiling, by the rates that are known this round."""
        now = self.rules.barred
        for since, barred in self.rules.bars:
            now = barred if since <= self.round else now
        return now is not None and bool(now[package])

    def missing(self, package: int) -> set[str]:
        """Give the measures whose review is still needed before a package is a deal."""
        lowered = self.lowered(package)
        needed = (self.named | lowered) - self.held("reviewed")
        return needed - lowered if self.rules.test == "by_change" else needed

    def unheard(self, side: str) -> set[str]:
        """Give what has opened since a side's latest turn and undoes what it agreed to."""
        relevant = self.named | self.wished
        return self.held("open", "reviewed") & relevant - self.seen[side]

    def _turn(self, row: Any) -> None:
        assert self.ratifying < 0, "nobody moves while a package waits for its ratification"
        side = "hub" if row.seat == self.rules.hub else "partner"
        self._move_aside(row, side)
        (self._admit if side == "hub" else self._request)(row)
        anew = self.agreed >= 0 and bool(self.unheard(side))
        assert (row.event == "judged anew") == (anew and row.answer != "walk")
        self.seen[side] = self.held("open", "reviewed")
        self._answer(row, side, SIDES[1 - SIDES.index(side)])
        if row.offer >= 0:
            self._offer(row, side)

    def _move_aside(self, row: Any, side: str) -> None:
        relented, opened = names(row.relented), names(row.opened)
        assert not relented or side == "partner", "the rule is the partner's"
        assert relented <= self.named, "only what the rule names is dropped, and once"
        self.named -= relented
        assert not opened or side == "hub", "only a hub opens"
        assert opened <= self.held("off", "requested", "refused")
        assert self.rules.moves is None or len(opened) <= self.rules.moves
        self.wished |= opened & self.held("requested", "refused")
        self._open(opened, row.round)

    def _request(self, row: Any) -> None:
        requested, withdrawn = names(row.requested), names(row.withdrawn)
        held = self.lowered(self.standing["partner"])
        assert requested <= self._askable(row.round) | self.held("requested") - self.asked
        assert withdrawn <= self.asked - held, "an offer holds its requests as long as it stands"
        asked = requested - held
        assert self.rules.moves is None or len(asked) + len(withdrawn) <= self.rules.moves
        self._set(withdrawn, "off")
        self._set(requested | (held & self._askable(row.round)), "requested")
        self.asked = self.asked - withdrawn | requested
        assert not names(row.admitted) | names(row.refused), "only a hub admits and refuses"

    def _hold(self, touched: set[str], round: int) -> None:
        """Request what an offer touches; what only an earlier one did is no request any more."""
        self._set(self.held("requested") - self.asked - touched, "off")
        self._set(touched & self._askable(round), "requested")

    def _admit(self, row: Any) -> None:
        admitted, refused = names(row.admitted), names(row.refused)
        assert admitted | refused <= self.held("requested")
        assert not admitted & refused
        moved = len(admitted) + len(names(row.opened))
        assert self.rules.moves is None or moved <= self.rules.moves
        self._open(admitted, row.round)
        self.wished |= admitted
        if self.rules.silence == "refuse":
            waits = self.held("requested") - refused
            assert not waits or moved == self.rules.moves, "silence is a refusal"
            self._set(refused, "refused")
            self.refused_in.update(dict.fromkeys(refused, row.round))
        else:
            assert not refused
        assert not names(row.requested) | names(row.withdrawn), "only a partner requests"

    def _answer(self, row: Any, side: str, other: str) -> None:
        if self.agreed >= 0:
            assert row.answer in ("stand", "reopen", "walk")
        elif self.standing[other] < 0:
            assert row.answer in ("", "walk")
        else:
            assert row.answer in ("accept", "reject", "walk")
        self.refusals += row.answer in ("reject", "reopen")
        assert row.offer < 0 or row.answer in ("reject", "reopen", "")
        if row.answer == "walk":
            assert row.event == "walked"
            self._end("walked", row.round)
        elif row.answer == "reopen":
            self.agreed = -1
        elif row.answer == "stand":
            self._agree(side, self.agreed)
        elif row.answer == "accept":
            self._agree(side, self.standing[other])
            self._accept(row, self.standing[other], other)
        else:
            assert row.event == ""

    def _accept(self, row: Any, package: int, maker: str) -> None:
        assert self.on_menu(package), "what touches closed measures cannot be accepted"
        self.seen[maker] |= self.lowered(package)
        told = self.unheard(maker)
        if not self.missing(package) and not told:
            assert row.event == ("signed" if self.ratifiers else "deal")
            self._sign(package, row.round)
        else:
            judged = ", to be judged anew" if told else ""
            assert row.event == f"agreement in principle{judged}"
            self.agreed, self.agreed_in = package, self.agreed_in or row.round

    def _offer(self, row: Any, side: str) -> None:
        self.standing[side] = row.offer
        self.offers[side] += 1
        if side == "hub":
            assert self.on_menu(row.offer), "a hub offers only from the menu"
        elif self.rules.scope:
            self._hold(self.lowered(row.offer), row.round)
        if self.rules.test == "by_answer":
            self._exchange(side, self.lowered(row.offer))
            if side == "hub":
                self._answer_by_offer()
        else:
            self._exchange(side, self.held("open", "reviewed"))

    def _agree(self, side: str, package: int) -> None:
        """Accept, or stand by: a hub speaks of all that is open, by answer a partner of cuts."""
        narrow = self.rules.test == "by_answer" and side == "partner"
        self._exchange(side, self.lowered(package) if narrow else self.held("open", "reviewed"))

    def _answer_by_offer(self) -> None:
        """Let an offer of the hub answer the partner's, if it could have signed that at no loss."""
        theirs = self.standing["partner"]
        if self.on_menu(theirs):
            if self.fair is None:
                self.perhaps |= self.lowered(theirs)
            elif self.fair(theirs):
                self._exchange("hub", self.lowered(theirs))

    def _end_of_round(self, row: Any) -> None:
        if row.reviewed:
            done = names(row.reviewed)
            assert self._due(row.round) <= done <= self._due(row.round, self.perhaps)
            self._review(done)
        elif row.event and self.ratifying < 0:
            assert not self._due(row.round), "reviews are settled before anything is signed"
        if row.event in ("deal", "signed", "reopened"):
            assert self.agreed >= 0
            assert not self.missing(self.agreed)
            assert not self.unheard("hub") | self.unheard("partner"), "both have been asked"
            if row.event != "reopened":
                assert row.event == ("signed" if self.ratifiers else "deal")
                self._sign(self.agreed, row.round)
            self.agreed = -1
        elif row.event == "ratified":
            assert self.ratifying >= 0
            self._take_effect(self.ratifying, row.round)
        elif row.event.startswith("vetoed by "):
            assert row.event.removeprefix("vetoed by ") in self.ratifiers
            self._veto(row.round)
        elif row.event == "lapsed":
            assert self.agreed >= 0
            assert row.round == self.rounds < self.last
            self.agreed = -1
        elif row.event == "broken_down":
            assert self.rules.breakdown > 0
            self._end("broken_down", row.round)
        elif row.event in ("expired", "silent"):
            assert row.round == self.last
            if row.event == "silent":
                assert not all(self.offers.values()) and not self.agreed_in and not self.vetoes
            self._end(row.event, row.round)

    def _veto(self, round: int) -> None:
        assert self.ratifying >= 0
        self.vetoes += 1
        self.ratifying, self.signed_in = -1, 0
        self.standing = dict.fromkeys(SIDES, -1)
        if self.rules.scope:
            self._hold(set(), round)
        if self.vetoes > 1 or round >= self.last:
            self._end("vetoed", round)

    def _due(self, round: int, answered: Iterable[str] = ()) -> set[str]:
        """Give what the tests by exchange and by answer hold for reviewed at the end of a round.

        Args:
            round: the round.
            answered: measures on which the hub is taken to have answered.
        """
        if self.rules.test not in ("by_exchange", "by_answer"):
            return set()
        by_answer = self.rules.test == "by_answer"
        return {
            name
            for name in self.held("open")
            if ("hub" in self.exchanged[name] or name in answered)
            and ("partner" in self.exchanged[name] or (by_answer and name in self.wished))
            and round - self.opened_in[name] + 1 >= self.rules.period
        }

    def _cooled(self, round: int) -> set[str]:
        return {
            name
            for name in self.held("refused")
            if round >= self.refused_in[name] + self.rules.cooldown
        }

    def _askable(self, round: int) -> set[str]:
        return self.held("off") | self._cooled(round)

    def _open(self, measures: Iterable[str], round: int) -> None:
        self._set(measures, "open")
        for name in measures:
            self.opened_in[name] = round
            assert "hub" not in self.exchanged[name]
        if self.rules.test == "by_admission":
            self._review(measures)

    def _exchange(self, side: str, measures: Iterable[str]) -> None:
        for name in measures:
            self.exchanged[name].add(side)

    def _review(self, measures: Iterable[str]) -> None:
        self._set(measures, "reviewed")
        self.reviewed += list(measures)

    def _set(self, measures: Iterable[str], state: str) -> None:
        self.state.update(dict.fromkeys(measures, state))
        self.asked &= self.held("requested")

    def _sign(self, package: int, round: int) -> None:
        self.signed_in = round
        if self.ratifiers:
            self.ratifying, self.agreed = package, -1
        else:
            self._take_effect(package, round)

    def _take_effect(self, package: int, round: int) -> None:
        if self.rules.test == "by_change":
            self._review(self.lowered(package))
        self.package, self.ratifying = package, -1
        self._end("deal", round)

    def _end(self, status: str, round: int) -> None:
        self.status, self.ended_in, self.agreed = status, round, -1


def names(joined: str) -> set[str]:
    """Read comma-joined names."""
    return set(filter(None, joined.split(",")))
