import os
import pickle
import sys
from dataclasses import dataclass
from importlib.metadata import EntryPoint

import pytest

from sim import strategies
from sim.chance.spreads import Drawn
from sim.errors import BrokenStrategyError, ConfigError
from sim.scenario.players import registry
from sim.scenario.players.code import ONLY
from sim.scenario.players.registry import build, find
from sim.seats.strategy import BatchStrategy, Strategy, Wrapper


@dataclass(frozen=True)
class Steep(BatchStrategy):
    """Gives way late.
    Very late. After Doe (1998)."""

    exponent: float = 0.2
    stride: int = 1
    keep: bool = False
    label: str = ""

    def __post_init__(self):
        if not isinstance(self.exponent, Drawn) and self.exponent <= 0:
            raise ValueError(f"exponent is {self.exponent:g}; it has to be more than 0")

    def propose(self, view):
        return view.best_package


@dataclass(frozen=True)
class Picky(Wrapper):
    admits: tuple[str, ...] = ()
    until: float | Drawn = 0.5
    price: float | None = None


class Plain(Strategy):
    def propose(self, view):
        return -1


@pytest.fixture(autouse=True)
def built_in(monkeypatch):
    known = {"steep": Steep, "picky": Picky, "plain": Plain}
    monkeypatch.setattr(strategies, "BUILT_IN", known, raising=False)


@pytest.mark.fast
def test_a_name_is_the_strategy_with_its_defaults():
    assert build("steep") == Steep()


def test_a_table_gives_parameters_and_the_strategy_inside():
    said = {"name": "picky", "admits": ["cars"], "inner": {"name": "steep", "exponent": 2}}
    assert build(said) == Picky(inner=Steep(exponent=2.0), admits=("cars",))


def test_a_strategy_inside_may_be_said_by_its_name():
    assert type(build({"name": "picky", "inner": "plain"}).inner) is Plain


def test_a_strategy_is_given_back():
    strategy = Steep(exponent=0.7)
    assert build(strategy) is strategy


def test_a_whole_number_may_stand_for_any_number():
    assert build({"name": "picky", "inner": "plain", "until": 2, "price": 1}).until == 2


def test_unit_and_source_beside_a_parameter_are_for_readers():
    said = {"name": "steep", "exponent": {"value": 0.3, "unit": "exponent", "source": "guess"}}
    assert build(said) == Steep(exponent=0.3)


def test_drawn_parameters_are_named_by_their_path():
    said = {
        "name": "picky",
        "until": {"choice": [0.5, 2], "p": [0.25, 0.75], "source": "guess"},
        "inner": {"name": "steep", "exponent": {"uniform": [0.1, 1]}},
    }
    built = build(said)
    assert built.until == Drawn("choice", (0.5, 2), (0.25, 0.75), "until")
    assert built.inner.exponent == Drawn("uniform", (0.1, 1), (), "inner.exponent")


def test_an_entry_point_is_found_by_its_name(monkeypatch):
    point = EntryPoint("guest", f"{__name__}:Plain", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    assert isinstance(build("guest"), Plain)
    assert registry.known()[-1] == "guest"


def test_an_entry_point_that_does_not_load_is_named(monkeypatch):
    point = EntryPoint("guest", "no_such_module:Plain", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    with pytest.raises(ConfigError, match="the entry point guest = no_such_module:Plain cannot"):
        build("guest")


def test_an_entry_point_that_does_not_load_keeps_nobody_from_the_rest(monkeypatch):
    points = [
        EntryPoint("guest", "no_such_module:Plain", registry.GROUP),
        EntryPoint("friend", f"{__name__}:Plain", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    classes, (fault,) = registry.loaded()
    assert "guest" not in classes
    assert classes["friend"] is Plain
    assert "the entry point guest = no_such_module:Plain cannot be loaded" in fault
    assert [name for name, _ in registry.summaries()] == list(classes)


def test_a_component_beside_a_name_is_told_where_it_goes():
    with pytest.raises(ConfigError, match=r"strategy\.accept: .* goes with an offer: { offer"):
        build({"name": "steep", "accept": "combi"})


def test_the_summary_of_a_strategy_is_its_first_sentence():
    assert registry.summaries()[0] == ("steep", "Gives way late")


def test_a_module_and_class_is_imported():
    assert find(f"{__name__}:Steep") is Steep


FILE = """
from dataclasses import dataclass
from sim.seats.strategy import BatchStrategy

@dataclass(frozen=True)
class Mine(BatchStrategy):
    step: float = 1.0

    def propose(self, view):
        return view.best_package

class Unframed(BatchStrategy):
    step: float = 1.0

    def propose(self, view):
        return view.best_package

class Mute(BatchStrategy):
    pass

class Stranger:
    pass
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE)
    return path


def test_a_file_is_imported_once(file):
    assert build({"name": f"{file}:Mine", "step": 2}) == build({"name": f"{file}:Mine", "step": 2})


def test_a_file_that_changed_is_imported_anew(file, monkeypatch):
    """Also in the second of its writing, with a content as long as before."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    before = find(f"{file}:Mine")
    written = file.stat().st_mtime_ns
    file.write_text(FILE.replace("1.0", "3.0"))
    os.utime(file, ns=(written, written))
    assert build(f"{file}:Mine").step == 3.0
    assert before().step == 1.0


def test_tracebacks_say_where_a_file_is(file, monkeypatch):
    monkeypatch.chdir(file.parent)
    assert find("mine.py:Mine").propose.__code__.co_filename == str(file)


def test_a_strategy_from_a_file_travels_within_the_process(file):
    strategy = build(f"{file}:Mine")
    assert pickle.loads(pickle.dumps(strategy)) == strategy


def test_a_file_beside_the_config_is_found(file):
    assert find("mine.py:Mine", directory=file.parent).__name__ == "Mine"


SAID = [
    (3, "s: 3 is neither a name nor a table with a name"),
    ("stepe", "s: there is no strategy 'stepe'; did you mean 'steep'?"),
    ("unheard-of", "s: there is no strategy 'unheard-of'; there is steep, picky, plain"),
    ({"nam": "steep"}, "s.name: missing; give a strategy, such as 'steep'"),
    ({"name": 3}, "s.name: 3 is not a text in quotes"),
    ({"name": "stepe"}, "s.name: there is no strategy 'stepe'; did you mean 'steep'?"),
    (
        {"name": "steep", "exponnent": 1},
        "s.exponnent: there is no parameter 'exponnent'; did you mean 'exponent'?",
    ),
    ({"name": "plain", "x": 1}, "s.x: there is no parameter 'x'; there is none here"),
    ("picky", "s.inner: missing; give the strategy inside"),
    (
        {"name": "picky", "inner": {"name": "steeep"}},
        "s.inner.name: there is no strategy 'steeep'; did you mean 'steep'?",
    ),
    (
        {"name": "picky", "inner": {"name": "steep", "exponent": "high"}},
        "s.inner.exponent: 'high' is not a number",
    ),
    ({"name": "steep", "exponent": True}, "s.exponent: true is not a number"),
    ({"name": "steep", "stride": 1.5}, "s.stride: 1.5 is not a whole number"),
    ({"name": "steep", "keep": "yes"}, "s.keep: 'yes' is not true or false"),
    ({"name": "steep", "label": 3}, "s.label: 3 is not a text in quotes"),
    (
        {"name": "picky", "inner": "steep", "admits": "cars"},
        "s.admits: 'cars' is not a list of texts",
    ),
    (
        {"name": "picky", "inner": "steep", "price": "dear"},
        "s.price: 'dear' is not a number or nothing",
    ),
    (
        {"name": "picky", "inner": "steep", "until": "late"},
        "s.until: 'late' is not a number or a distribution",
    ),
    ({"name": "steep", "exponent": -1}, "s.exponent: exponent is -1; it has to be more than 0"),
    (
        {"name": "steep", "exponent": {"uniform": [-0.5, 1]}},
        "s.exponent: exponent is -0.5; it has to be more than 0",
    ),
    (
        {"name": "steep", "exponent": {"normal": [0, 1]}},
        "s.exponent: {'normal': [0, 1]} is neither a number nor a distribution; write "
        "{uniform = [low, high]} or {choice = [values], p = [probabilities]}",
    ),
    (
        {"name": "steep", "exponent": {"uniform": [1, 0]}},
        "s.exponent: {'uniform': [1, 0]}: a uniform has two ends, the lower one first",
    ),
    (
        {"name": "steep", "exponent": {"choice": [1, "a"]}},
        "s.exponent.choice: [1, 'a'] is not a list of numbers",
    ),
    (
        {"name": "steep", "label": {"uniform": [0, 1]}},
        "s.label: {'uniform': [0, 1]} is not a text in quotes",
    ),
    ("mine.py", "s: 'mine.py' is a file; write 'mine.py:Class'"),
    ("gone.py:Mine", "s: there is no file 'gone.py' (looked for gone.py)"),
    (
        "no_such_package.part:Mine",
        "s: 'no_such_package.part:Mine' needs a module 'no_such_package.part', and there is none; "
        "install it, or name a file: 'path/to/file.py:Class'",
    ),
    (
        f"{__name__}:Step",
        "s: there is no strategy in test_registry.py named 'Step'; did you mean 'Steep'?",
    ),
    (
        f"{__name__}:FILE",
        f"s: '{__name__}:FILE' is not a strategy; derive it from sim.Strategy or sim.BatchStrategy",
    ),
]


@pytest.mark.fast
@pytest.mark.parametrize(("said", "sentence"), SAID)
def test_what_is_wrong_is_one_sentence(said, sentence):
    with pytest.raises(ConfigError) as caught:
        build(said, "s")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("cls", "sentence"),
    [
        ("Stranger", "is not a strategy; derive it from sim.Strategy or sim.BatchStrategy"),
        ("Mute", "does not say what it proposes; write propose"),
        (
            "Unframed",
            "has fields and is no frozen dataclass; write @dataclass(frozen=True) above the class",
        ),
    ],
)
def test_a_class_that_cannot_be_a_strategy_says_what_to_write(file, cls, sentence):
    with pytest.raises(ConfigError) as caught:
        build(f"{file}:{cls}", "s")
    assert str(caught.value) == f"s: '{file}:{cls}' {sentence}"


def test_a_file_that_does_not_run_says_why(tmp_path):
    path = tmp_path / "broken.py"
    path.write_text("import no_such_package\n")
    with pytest.raises(ConfigError) as caught:
        build(f"{path}:Mine", "s")
    assert str(caught.value) == (
        f"s: '{path}' cannot be imported: ModuleNotFoundError: No module named 'no_such_package'"
        f"; a helper lies beside the file that imports it ({tmp_path / 'no_such_package'}.py), "
        "or is installed"
    )


def test_a_misnamed_question_is_found_when_the_file_is_read(tmp_path):
    path = tmp_path / "typo.py"
    path.write_text(
        "from sim.seats.strategy import BatchStrategy\n"
        "class Mine(BatchStrategy):\n"
        "    def propos(self, view):\n        return -1\n"
    )
    with pytest.raises(ConfigError, match="did you mean 'propose'"):
        build(f"{path}:Mine", "s")


STATEFUL = {
    "an own __init__": "    def __init__(self):\n        self.n = 0\n",
    "with a parameter": "    def __init__(self, n=0):\n        self.turns = n\n",
    "after the fields": "    n: int = 1\n\n    def __post_init__(self):\n        self.n += 1\n",
}
ENDING = {
    "SystemExit": "    def __post_init__(self):\n        raise SystemExit(1)\n",
    "a base exception": "    def __init__(self):\n        raise BaseException('no')\n",
    "a key": "    def __post_init__(self):\n        {}['share']\n",
    "half a character": "    def __post_init__(self):\n        raise OSError('\\ud800')\n",
}
CLASS = "from dataclasses import dataclass\nfrom sim import BatchStrategy\n\n\n"


@pytest.mark.parametrize("what", [*STATEFUL, *ENDING])
@pytest.mark.parametrize("frozen", ["@dataclass(frozen=True)\n", ""])
def test_what_goes_wrong_when_it_is_made_is_told(what, frozen, tmp_path):
    body = {**STATEFUL, **ENDING}[what]
    if "__post_init__" in body and not frozen:
        return
    file = tmp_path / "mine.py"
    file.write_text(
        f"{CLASS}{frozen}class Mine(BatchStrategy):\n{body}\n"
        "    def propose(self, view):\n        return view.best_package\n"
    )
    with pytest.raises(BrokenStrategyError) as caught:
        build(f"{file}:Mine", "strategies.hub")
    said = str(caught.value)
    assert said.startswith("strategies.hub: Mine cannot be made: ")
    said.encode()
    if what in STATEFUL:
        assert "frozen dataclass, without an __init__, and keep what has to be remembered" in said


@pytest.mark.parametrize("line", ["raise SystemExit", "raise GeneratorExit", "raise BaseException"])
def test_whatever_an_import_raises_is_told(line, tmp_path):
    (tmp_path / "mine.py").write_text(f"{line}\n")
    with pytest.raises(BrokenStrategyError, match=f"cannot be imported: {line.split()[1]}"):
        build(f"{tmp_path / 'mine.py'}:Mine")


@pytest.mark.parametrize("module", ["antigravity", "os", "idlelib.idle", "test.autotest", "json"])
def test_no_module_of_python_itself_is_imported(module):
    before = set(sys.modules)
    with pytest.raises(ConfigError) as raised:
        registry.build(f"{module}:Mine", "strategies.east")
    assert str(raised.value) == (
        f"strategies.east: '{module}:Mine' names the module '{module}' of Python itself, and no "
        f"strategy is there; name a file: '{module.replace('.', '/')}.py:Class'"
    )
    assert set(sys.modules) == before


MINE = """
from sim import Strategy

class Mine(Strategy):
    def propose(self, view):
        return view.best_package
"""


@pytest.mark.parametrize("inside", ["mine.py", "deeper/mine.py"])
def test_where_only_one_folder_counts_its_files_are_run_and_no_other(inside, tmp_path, monkeypatch):
    here, there = tmp_path / "here", tmp_path / "here too"
    for file in (here / inside, there / "mine.py"):
        file.parent.mkdir(parents=True)
        file.write_text(MINE, encoding="utf-8")
    (here / "link.py").symlink_to(there / "mine.py")
    monkeypatch.setenv(ONLY, str(here))
    assert type(registry.build(f"{inside}:Mine", directory=here)).__name__ == "Mine"
    for name in ("../here too/mine.py", str(there / "mine.py"), "link.py"):
        for said in (f"{name}:Mine", {"offer": "plain", "accept": f"{name}:Mine"}):
            with pytest.raises(ConfigError, match=r"'.*\.py' lies outside .*/here, and only"):
                registry.build(said, "strategies.east", here)
