"""Strategies that are wrong, each in one way: what a file says, and what has to be said of it."""

from dataclasses import dataclass

HEAD = """
from dataclasses import dataclass, field
import numpy as np
import time
from sim import Answer, BatchStrategy, Strategy

"""


@dataclass(frozen=True)
class Wrong:
    """A wrong strategy.

    Attributes:
        code: of a class `Wrong`.
        check: the check that catches it.
        says: what its sentence holds, in this order.
        run: what the failure of a run says; empty if a run cannot tell.
        given: parameters that a config gives.
    """

    code: str
    check: str
    says: tuple[str, ...]
    run: str = ""
    given: str = ""


def batch(body: str, fields: str = "") -> str:
    return _class("BatchStrategy", body, fields)


def single(body: str, fields: str = "") -> str:
    return _class("Strategy", body, fields)


def _class(base: str, body: str, fields: str) -> str:
    head = f"@dataclass(frozen=True)\nclass Wrong({base}):\n{fields}"
    return f"{head}    def propose(self, view):\n{body}"


WRONG: dict[str, Wrong] = {
    "a typo in a method name": Wrong(
        "class Wrong(Strategy):\n    def propos(self, view):\n        return view.best_package\n",
        "can_be_built",
        ("Wrong.propos is never asked", "the questions are", "did you mean 'propose'?"),
        run="did you mean 'propose'?",
    ),
    "a strategy inside that is asked for its offers only": Wrong(
        batch("        return self.inner.propose(view)\n", "    inner: BatchStrategy\n"),
        "hands_on_every_question",
        ("plays another strategy and never hands on side_move", "sim.seats.strategy.Wrapper"),
    ),
    "a wrong return type": Wrong(
        single("        return view.best\n"),
        "offers_what_its_seat_may",
        ("round 1, world 0", "propose returned", "float64; return whole numbers"),
        run="return whole numbers",
    ),
    "a package and an array of another length": Wrong(
        batch("        return view.best_package[:1].repeat(3)\n"),
        "offers_what_its_seat_may",
        ("propose returned an array of shape (3,); return one number for each of the",),
        run="return one number for each of the",
    ),
    "an offer that its seat may not make": Wrong(
        batch("        return np.full(len(view), view.space.size - 1)\n"),
        "offers_what_its_seat_may",
        (
            "as the hub in 'a docket",
            "which lowers cars, metals: not open",
            "a hub offers only from",
        ),
        run="a hub offers only from the menu",
    ),
    "a number that is no package": Wrong(
        single("        return view.space.size\n"),
        "offers_what_its_seat_may",
        ("packages are numbered 0 to 10, and -1 passes",),
        run="and -1 passes",
    ),
    "not a number": Wrong(
        single("        return float('nan')\n"),
        "offers_what_its_seat_may",
        ("propose returned an array of float64; return whole numbers",),
        run="return whole numbers",
    ),
    "not a number for a target": Wrong(
        batch(
            "        with np.errstate(all='ignore'):\n"
            "            return view.near(view.best / 0 * 0, view.standing)\n"
        ),
        "raises_nothing",
        ("asks for a package worth nan; a target has to be a number: is something divided by 0?",),
        run="is something divided by 0?",
    ),
    "an exception in the third turn": Wrong(
        single(
            "        return [view.best_package] * 2 if False else view.best_package "
            "if len(view.mine) < 2 else 1 // 0\n"
        ),
        "raises_nothing",
        (
            "round 3, world 0",
            "propose raised ZeroDivisionError",
            "a strategy answers in every state",
        ),
        run="propose raised ZeroDivisionError",
    ),
    "an exception against everybody": Wrong(
        batch("        raise IndexError('no such measure')\n"),
        "ends_against_every_strategy",
        ("as the hub in 'against ", "IndexError: no such measure", "a talk comes to its end"),
    ),
    "an endless loop": Wrong(
        single("        while True:\n            pass\n"),
        "keeps_to_its_time",
        ("round 1, world 0", "propose ran too long", "each question has 0.2 s"),
        run="longer than",
    ),
    "an endless loop that swallows everything": Wrong(
        batch(
            "        while True:\n            try:\n                time.sleep(0.01)\n"
            "            except Exception:\n                pass\n"
        ),
        "keeps_to_its_time",
        ("a question ran too long, and swallowed being stopped", "Do not catch every exception"),
    ),
    "a view that is written into": Wrong(
        batch("        view.standing[:] = 0\n        return view.best_package\n"),
        "leaves_the_view_alone",
        ("round 1, world 0", "propose writes into its view", "is read-only: change a copy"),
        run="what a view gives is read-only: change a copy of it",
    ),
    "a view that is unlocked and written into": Wrong(
        batch(
            "        view.standing.flags.writeable = True\n        view.standing[:] = 3\n"
            "        return view.best_package\n"
        ),
        "leaves_the_view_alone",
        ("propose writes into its view",),
    ),
    "numpy's global random state": Wrong(
        batch(
            "        return np.where(np.random.random(len(view)) < 0.5, view.best_package, -1)\n"
        ),
        "leaves_random_state_alone",
        ("moved the global random state of numpy.random", "take random numbers from view.luck(n)"),
        run="take random numbers from view.luck(n)",
    ),
    "state in a field": Wrong(
        single("        self.turns = 1\n        return view.best_package\n"),
        "raises_nothing",
        ("cannot assign to field 'turns'; a strategy holds no state: keep",),
        run="keep what has to be remembered in view.memory",
    ),
    "state in an object without fields": Wrong(
        "class Wrong(Strategy):\n    def propose(self, view):\n        self.turns = 1\n"
        "        return view.best_package\n",
        "raises_nothing",
        ("cannot assign to 'turns'; a strategy holds no state: keep",),
        run="keep what has to be remembered in view.memory",
    ),
    "state in a list": Wrong(
        single(
            "        self.seen.append(view.standing)\n        return view.best_package\n",
            "    seen: list = field(default_factory=list)\n",
        ),
        "can_be_built",
        ("the field seen holds a list, which can change", "make it a tuple"),
        run="a strategy holds no state: make it a tuple",
    ),
    "state in the class": Wrong(
        "class Wrong(Strategy):\n    seen = []\n\n    def propose(self, view):\n"
        "        self.seen.append(1)\n        return view.best_package\n",
        "can_be_built",
        ("has an attribute seen that can change, a list; make it a tuple",),
        run="make it a tuple",
    ),
    "state past the frozen dataclass": Wrong(
        single(
            "        object.__setattr__(self, 'turns', getattr(self, 'turns', 0) + 1)\n"
            "        return view.best_package\n"
        ),
        "holds_no_state",
        ("playing changed the field turns of it", "keep it in view.memory"),
    ),
    "state in the module": Wrong(
        "seen = []\n\n\nclass Wrong(Strategy):\n    def propose(self, view):\n"
        "        seen.append(1)\n        return view.best_package if len(seen) < 50 else -1\n",
        "same_seed_same_play",
        ("propose gives", "when it is played again", "the same seed is the same play"),
    ),
    "a parameter that its code misspells": Wrong(
        single("        return view.at_least(self.shar)\n", "    share: float = 0.5\n"),
        "raises_nothing",
        ("propose raised AttributeError", "did you mean 'share'?"),
        run="did you mean 'share'?",
    ),
    "a parameter that a config misspells": Wrong(
        single("        return view.at_least(self.share)\n", "    share: float = 0.5\n"),
        "can_be_built",
        ("there is no parameter 'shar'; did you mean 'share'?",),
        given="shar",
    ),
    "an answer that is none": Wrong(
        single(
            "        return view.best_package\n\n    def answer(self, view, mine):\n"
            "        return 7\n"
        ),
        "answers_with_an_answer",
        ("answer returned 7; return Answer.REJECT, Answer.ACCEPT or Answer.WALK",),
        run="return Answer.REJECT, Answer.ACCEPT or Answer.WALK",
    ),
    "what cannot be signed is accepted": Wrong(
        single(
            "        return view.best_package\n\n    def answer(self, view, mine):\n"
            "        return Answer.ACCEPT\n"
        ),
        "answers_with_an_answer",
        ("answer returned Answer.ACCEPT although no offer stands", "accept only what view.on_menu"),
        run="accept only what view.on_menu tells",
    ),
    "measures by their names": Wrong(
        single(
            "        return view.best_package\n\n    def scope(self, view):\n"
            "        return list(view.measures)\n"
        ),
        "makes_its_other_moves",
        ("scope returned", "return True or False per measure"),
        run="return True or False per measure",
    ),
    "asking by names": Wrong(
        single(
            "        return view.best_package\n\n    def ask(self, view):\n"
            "        return list(view.measures)\n"
        ),
        "makes_its_other_moves",
        ("ask returned", "return True or False per measure", "scope and ask give a flag"),
    ),
    "something over the axis of worlds": Wrong(
        batch("        return view.at_least(view.luck()[:, 0].mean())\n"),
        "same_in_any_batch",
        ("propose gives", "when the world is played alone", "whatever is played beside it"),
    ),
    "the place of a world": Wrong(
        batch(
            "        half = np.arange(len(view)) < len(view) / 2\n"
            "        return np.where(half, view.best_package, view.at_least(view.reservation))\n"
        ),
        "same_in_any_order",
        ("when the worlds stand in another order", "use no row numbers"),
    ),
    "the name of a country": Wrong(
        single("        return view.best_package if view.me == 'hub' else -1\n"),
        "same_under_other_names",
        ("when countries and talks have other names", "not on names"),
    ),
    "a hash that differs from process to process": Wrong(
        single(
            "        asked = hash(f'{view.round} {view.reservation}')\n"
            "        return view.best_package if asked % 2 else view.at_least(view.reservation)\n"
        ),
        "same_in_another_process",
        ("plays otherwise in another process", "not on hash()"),
    ),
    "the number of a world": Wrong(
        single("        return view.best_package if view.world % 2 else -1\n"),
        "same_under_other_numbers",
        ("propose gives", "when the worlds have other numbers", "take luck from view.luck(n)"),
    ),
    "what the other side wants": Wrong(
        batch(
            "        theirs = view._place.appraisals[1 - view._place.side]\n"
            "        view._theirs = theirs\n"
            "        return np.where(view.their_utility(view.best_package) > 0.2, "
            "view.best_package, -1)\n"
        ),
        "sees_no_more_than_its_view",
        ("when the other side wants something else", "alone what begins with an underscore"),
    ),
    "the error state of numpy": Wrong(
        batch("        np.seterr(under='raise')\n        return view.best_package\n"),
        "leaves_its_process_alone",
        ("changes numpy's error state of its process", "a strategy answers, and changes nothing"),
    ),
    "less than no deal": Wrong(
        single(
            "        return view.best_package\n\n    def answer(self, view, mine):\n"
            "        return Answer.ACCEPT if view.on_menu(view.standing) else Answer.REJECT\n"
        ),
        "signs_nothing_below_no_deal",
        ("accepts package", "worth", "compare with view.reservation, or declare"),
    ),
    "a class inside a function": Wrong(
        "def made():\n    class Wrong(Strategy):\n        def propose(self, view):\n"
        "            return view.best_package\n    return Wrong\n\n\nWrong = made()\n",
        "can_be_pickled",
        ("cannot be pickled", "define the class at the top of a module"),
    ),
}
