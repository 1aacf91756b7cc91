"""What a person does in a turn, as an object and as a line of text.

A line reads `TALK ROUND: PART; PART …`, with these parts, all of them optional:

    want NAME, NAME       measures that are asked for, or admitted; without it none
    offer NAME VALUE, …   a package: issues and their values; without it the last offer stands
    accept, or walk       instead of an offer
    reopen                an agreement in principle, with an offer or without one
    extend NUMBER         rounds by which the hub moves the deadline
    threaten NAME         a threat
    drop NAME, NAME       measures that a partner drops from its review rule
    open NAME, NAME       measures that the hub opens although nobody asks for them
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sim.protocol.issues import OutcomeSpace

Reply = Literal["reject", "reopen", "accept", "walk"]

OFFERING = ("reject", "reopen")
"""Replies that go with an offer."""

_HEAD = re.compile(r"\s*(\S+)\s+(\d+)\s*:(.*)", re.DOTALL)
_EXAMPLE = "TALK 3: want cars, parts; offer cars 15, pledge 400"


@dataclass(frozen=True)
class Move:
    """A turn of a person.

    Attributes:
        talk, round: when.
        want: measures that are wanted on the table.
        reply: to the standing offer; `reject` without an offer lets an agreement in principle
            stand, `reopen` does not.
        offer: values by issue; None passes, and the last offer stands.
        extend: rounds by which the deadline is moved.
        threat: name of a threat; empty for none.
        drop, open: measures that are dropped from the rule, and that are opened unasked.
    """

    talk: str
    round: int
    want: tuple[str, ...] = ()
    reply: Reply = "reject"
    offer: Mapping[str, float] | None = field(default=None, hash=False)
    extend: int = 0
    threat: str = ""
    drop: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    def package(self, space: OutcomeSpace) -> int:
        """Give the package that is offered, -1 if none is.

        Raises:
            ValueError: the talk has no such issue or level.
        """
        if self.offer is None:
            return -1
        issues = {issue.name: issue for issue in space.issues}
        for name, value in self.offer.items():
            if name not in issues:
                raise ValueError(f"moves offer '{name}', which is no issue: {', '.join(issues)}")
            if value not in issues[name].levels:
                levels = ", ".join(f"{level:g}" for level in issues[name].levels)
                raise ValueError(f"moves offer {name} {value:g}; its levels are {levels}")
        return space.package(**self.offer)

    def write(self) -> str:
        """Write the turn as a line."""
        parts = []
        if self.extend:
            parts.append(f"extend {self.extend}")
        if self.threat:
            parts.append(f"threaten {self.threat}")
        if self.drop:
            parts.append(f"drop {', '.join(self.drop)}")
        if self.open:
            parts.append(f"open {', '.join(self.open)}")
        if self.want:
            parts.append(f"want {', '.join(self.want)}")
        if self.reply != "reject":
            parts.append(self.reply)
        if self.reply in OFFERING and self.offer is not None:
            parts.append("offer " + ", ".join(f"{k} {v:g}" for k, v in self.offer.items()))
        return f"{self.talk} {self.round}: {'; '.join(parts)}".rstrip()


def offered(space: OutcomeSpace, package: int) -> dict[str, float] | None:
    """Give a package as values by issue, those left out that are as without a deal."""
    if package < 0:
        return None
    values = space.decode(package)
    return {i.name: values[i.name] for i in space.issues if values[i.name] != i.levels[0]}


def read_move(line: str) -> Move:
    """Read a line.

    Raises:
        ValueError: it is none.
    """
    found = _HEAD.fullmatch(line)
    if found is None:
        raise ValueError(f"moves has '{line}', which is not of the form '{_EXAMPLE}'")
    said: dict[str, object] = {}
    for part in filter(None, (part.strip() for part in found[3].split(";"))):
        said |= _part(part, line)
    return Move(found[1], int(found[2]), **said)  # type: ignore[arg-type]


def _part(part: str, line: str) -> dict[str, object]:
    """Read a part of a line."""
    word, _, rest = part.partition(" ")
    names = tuple(name.strip() for name in rest.split(",") if name.strip())
    if word in ("accept", "walk", "reopen") and not rest:
        return {"reply": word}
    if word in ("want", "drop", "open"):
        return {word: names}
    if word == "offer":
        return {"offer": dict(_term(n, line) for n in names)}
    if word == "extend" and rest.isdecimal():
        return {"extend": int(rest)}
    if word == "threaten" and len(names) == 1:
        return {"threat": names[0]}
    raise ValueError(f"moves has '{part}' in '{line}'; a turn reads like '{_EXAMPLE}'")


def _term(text: str, line: str) -> tuple[str, float]:
    name, _, value = text.rpartition(" ")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise ValueError(
            f"moves offers '{text}' in '{line}'; an offer names issues and values, such as cars 15"
        ) from None
