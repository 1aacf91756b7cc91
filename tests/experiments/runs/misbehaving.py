"""Strategies that misbehave, each in its own way: what `check` and a run have to say of them."""

from dataclasses import dataclass

HEAD = """
import asyncio, ctypes, os, random, signal, subprocess, sys, threading, time
from dataclasses import dataclass
import numpy as np
from sim import Answer, BatchStrategy, Strategy

"""


@dataclass(frozen=True)
class Bad:
    """A strategy that misbehaves.

    Attributes:
        kind: of what.
        code: of a file with a class `Bad`.
        check: the check that names it.
        says: what that says.
        run: what the failure of its cell says; empty where a run cannot tell: the cell is whole.
        slow: whether a run needs a limit to name it.
    """

    kind: str
    code: str
    check: str
    says: str
    run: str = ""
    slow: bool = False


def _class(base: str, lines: str, above: str = "") -> str:
    body = "".join(f"        {line}\n" for line in lines.splitlines())
    return (
        f"{HEAD}{above}\n\n@dataclass(frozen=True)\nclass Bad({base}):\n"
        f"    def propose(self, view):\n{body}"
    )


def one(lines: str, above: str = "") -> str:
    """Give a strategy of one world."""
    return _class("Strategy", lines, above)


def many(lines: str, above: str = "") -> str:
    """Give a strategy of all worlds."""
    return _class("BatchStrategy", lines, above)


BEST = "return view.best_package"
ENDED = "did not come back, 3 times: it was ended from inside, with exit code"
KILLED = "did not come back, 3 times: it was killed by the signal"
LATE = "longer than"


def made(method: str) -> str:
    """Give a strategy with one more method."""
    return one(BEST) + f"\n    {method}\n"


BAD: dict[str, Bad] = {
    "returns nothing": Bad(
        "answer", one("view.best_package"), "offers_what_its_seat_may",
        "propose returned None: is a `return` missing?", "None: is a `return` missing?",
    ),
    "is a generator": Bad(
        "answer", many("yield view.best_package"), "offers_what_its_seat_may",
        "a generator, as it holds a `yield`", "a generator, as it holds a `yield`",
    ),
    "is async": Bad(
        "answer",
        one(BEST).replace("def propose", "async def propose"), "offers_what_its_seat_may",
        "a coroutine, as it is written with `async def`", "a coroutine",
    ),
    "returns a huge integer": Bad(
        "answer", one("return 10**5000"), "offers_what_its_seat_may",
        "a number of 16610 bits", "a number of 16610 bits",
    ),
    "exits as a script does": Bad(
        "exit by exception", one("sys.exit('enough')"), "raises_nothing",
        "propose raised SystemExit: enough", "propose raised SystemExit: enough",
    ),
    "raises GeneratorExit": Bad(
        "base exception", many("raise GeneratorExit"), "raises_nothing",
        "propose raised GeneratorExit", "propose raised GeneratorExit",
    ),
    "raises an own base exception": Bad(
        "base exception", many("raise Out('of here')", "class Out(BaseException): pass"),
        "raises_nothing", "propose raised Out: of here", "propose raised Out: of here",
    ),
    "raises Ctrl-C by itself": Bad(
        "false Ctrl-C", one("raise KeyboardInterrupt"), "raises_nothing",
        "propose raised KeyboardInterrupt", "propose raised KeyboardInterrupt",
    ),
    "interrupts its process": Bad(
        "false Ctrl-C", many("os.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(9)"),
        "raises_nothing", "killed by the signal SIGTERM", KILLED + " SIGTERM",
    ),
    "says half a character": Bad(
        "message", one("raise ValueError('\\ud83d is no text')"), "raises_nothing",
        "propose raised ValueError: \\ud83d is no text", "\\ud83d is no text",
    ),
    "says something without end": Bad(
        "message", one("raise ValueError('no ' * 10**6)"), "raises_nothing",
        "propose raised ValueError: no no no", "no no no",
    ),
    "calls itself without end": Bad(
        "recursion", one("return self.propose(view)"), "raises_nothing",
        "propose raised RecursionError", "RecursionError",
    ),
    "has an __init__ with state": Bad(
        "made", made("def __init__(self):\n        self.n = 0"), "can_be_built",
        "without an __init__, and keep what has to be remembered in view.memory",
        "in view.memory",
    ),
    "exits when it is made": Bad(
        "made", made("def __post_init__(self):\n        os._exit(0)"), "can_be_built",
        "with exit code 0; a strategy may neither", ENDED + " 0",
    ),
    "loops when it is made": Bad(
        "made late", made("def __post_init__(self):\n        while True: pass"), "can_be_built",
        "does a loop end?", LATE, slow=True,
    ),
    "loops when it is imported": Bad(
        "import late", one(BEST, "while True: pass"), "can_be_built", "does a loop end?", LATE,
        slow=True,
    ),
    "loops at import and swallows": Bad(
        "import late",
        one(BEST, "while True:\n    try:\n        time.sleep(0.1)\n    except: pass"),
        "can_be_built", "swallowed being stopped", LATE, slow=True,
    ),
    "exits when it is imported": Bad(
        "import", one(BEST, "sys.exit(1)"), "can_be_built",
        "cannot be imported: SystemExit: 1", "cannot be imported: SystemExit: 1",
    ),
    "ends its process when it is imported": Bad(
        "import", one(BEST, "os._exit(7)"), "can_be_built",
        "with exit code 7; a strategy may neither", ENDED + " 7",
    ),
    "imports what is nowhere": Bad(
        "import", one(BEST, "import nowhere_at_all"), "can_be_built",
        "a helper lies beside the file", "a helper lies beside the file",
    ),
    "loops": Bad(
        "loop", one("while True: pass"), "keeps_to_its_time", "propose ran too long", LATE,
        slow=True,
    ),
    "loops and swallows exceptions": Bad(
        "loop",
        many("while True:\n    try:\n        time.sleep(0.01)\n    except Exception: pass"),
        "keeps_to_its_time", "swallowed being stopped", LATE, slow=True,
    ),
    "loops and swallows all": Bad(
        "loop", many("while True:\n    try:\n        time.sleep(0.01)\n    except: pass"),
        "keeps_to_its_time", "swallowed being stopped", LATE, slow=True,
    ),
    "sleeps": Bad(
        "sleep", one("time.sleep(1000)"), "keeps_to_its_time", "propose ran too long", LATE,
        slow=True,
    ),
    "ends its process": Bad(
        "end", many("os._exit(0)"), "raises_nothing", "with exit code 0", ENDED + " 0",
    ),
    "ends its process late": Bad(
        "end", one("if view.round > 2: os._exit(5)\n" + BEST), "raises_nothing",
        "with exit code 5", ENDED + " 5",
    ),
    "aborts": Bad(
        "crash", many("os.abort()"), "raises_nothing", "the signal SIGABRT", KILLED + " SIGABRT",
    ),
    "reads at address 0": Bad(
        "crash", one("ctypes.string_at(0)"), "raises_nothing", "the signal SIGSEGV",
        KILLED + " SIGSEGV",
    ),
    "kills itself": Bad(
        "kill", many("os.kill(os.getpid(), signal.SIGKILL)"), "raises_nothing",
        "the signal SIGKILL", KILLED + " SIGKILL",
    ),
    "kills its group": Bad(
        "kill", many("os.killpg(0, signal.SIGKILL)"), "raises_nothing", "the signal SIGKILL",
        KILLED + " SIGKILL",
    ),
    "draws from random": Bad(
        "random state", one("return view.best_package if random.random() < 0.5 else -1"),
        "leaves_random_state_alone", "moved the global random state of random",
        "moved the global random state of random",
    ),
    "draws from numpy": Bad(
        "random state",
        many("return np.where(np.random.random(len(view)) < 0.5, view.best_package, -1)"),
        "leaves_random_state_alone", "moved the global random state of numpy.random",
        "moved the global random state of numpy.random",
    ),
    "goes somewhere else": Bad(
        "process state", many("os.chdir('/')\n" + BEST), "leaves_its_process_alone",
        "the working directory",
    ),
    "sets the environment": Bad(
        "process state", many("os.environ['TARIFF_BAD'] = str(view.round)\n" + BEST),
        "leaves_its_process_alone", "the environment (TARIFF_BAD)",
    ),
    "sets what numpy does about errors": Bad(
        "process state", many("np.seterr(all='raise')\n" + BEST), "leaves_its_process_alone",
        "numpy's error state",
    ),
    "handles a signal": Bad(
        "process state", many("signal.signal(signal.SIGUSR1, lambda *_: None)\n" + BEST),
        "leaves_its_process_alone", "the handler of SIGUSR1",
    ),
    "sets the recursion limit": Bad(
        "process state", many("sys.setrecursionlimit(4321)\n" + BEST), "leaves_its_process_alone",
        "the recursion limit",
    ),
    "leaves a thread": Bad(
        "process state",
        many("threading.Thread(target=time.sleep, args=(99,), daemon=True).start()\n" + BEST),
        "leaves_its_process_alone", "threads",
    ),
    "leaves a child": Bad(
        "process state",
        many("if not KEPT: KEPT.append(subprocess.Popen(['sleep', '99']))\n" + BEST, "KEPT = []"),
        "leaves_its_process_alone", "children",
    ),
    "changes numpy": Bad(
        "other modules",
        many("np.minimum = np.maximum\n" + BEST), "leaves_its_process_alone", "numpy.minimum",
    ),
    "changes our classes": Bad(
        "other modules",
        many("from sim.seats.views.view import View\nView.hopeless = True\n" + BEST),
        "leaves_its_process_alone", "sim.seats.views.view.View.hopeless",
    ),
    "reads a name": Bad(
        "names", one("return view.best_package if view.me == 'atlantis' else -1"),
        "same_under_other_names", "when countries and talks have other names",
    ),
    "reads the other side's name": Bad(
        "names",
        many("mine = 'atlantis' in view.talk or 'atlantis' in ''.join(view.others)\n"
             "return view.best_package if mine else np.full(len(view), -1)"),
        "same_under_other_names", "when countries and talks have other names",
    ),
    "reads the environment": Bad(
        "surroundings",
        one("return view.best_package if os.environ.get('TARIFF_MOOD') else -1"),
        "same_in_another_process", "plays otherwise in another process",
    ),
    "goes by a hash": Bad(
        "surroundings",
        one("return view.best_package if hash(f'{view.round}') % 2 else -1"),
        "same_in_another_process", "plays otherwise in another process",
    ),
    "goes by the number of the world": Bad(
        "number of the world",
        many("return np.where(view.worlds % 2 == 0, view.best_package, -1)"),
        "same_under_other_numbers", "when the worlds have other numbers",
    ),
    "looks into the other side's payoffs": Bad(
        "private ways",
        many("theirs = view._place.appraisals[1 - view._place.side]\n"
             "worth = theirs.look(view.rows).utility if False else _worth(theirs, view)\n"
             "return np.where(worth, view.best_package, -1)",
             "def _worth(theirs, view):\n"
             "    view._theirs = theirs\n"
             "    return view.their_utility(view.best_package) > 0.21"),
        "sees_no_more_than_its_view", "the other side wants something else",
    ),
    "keeps count in its module": Bad(
        "state", one("SEEN.append(1)\nreturn view.best_package if len(SEEN) % 50 else -1",
                     "SEEN = []"),
        "same_seed_same_play", "when it is played again",
    ),
    "writes into its view": Bad(
        "view", many("view.standing[:] = 0\n" + BEST), "leaves_the_view_alone",
        "propose writes into its view", "what a view gives is read-only",
    ),
}  # fmt: skip
"""By what it does."""

DEFAULT = (
    "returns nothing", "exits as a script does", "raises Ctrl-C by itself", "says half a character",
    "has an __init__ with state", "ends its process when it is imported", "loops",
    "ends its process", "reads at address 0", "changes numpy",
)  # fmt: skip
"""Ten that are played in the default suite; all of them are nightly."""
