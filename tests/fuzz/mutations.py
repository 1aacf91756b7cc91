"""Mutations of shipped configs: of their values, of their tables, and of their bytes."""

import datetime as dt
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import tomli_w

from sim.config import read_toml

CONFIGS = Path(__file__).parents[2] / "configs"
SHIPPED = sorted(CONFIGS.glob("*.toml"))
SCENARIOS = sorted((CONFIGS / "scenarios").glob("*.toml"))
OUTCOMES = sorted((CONFIGS / "outcomes").glob("*.toml"))
FILES = [*SHIPPED, *SCENARIOS, *OUTCOMES]

HUGE = [10**12, 10**18, 2**31, 2**63, 2**64, 10**400, -(10**400), 10**4200]
SMALL = [-(2**63), -(10**12), -101, -100, -1, 0, 1, 2, 3]
FLOATS = [1e308, -1e308, 1e-320, 5e-324, 0.1, 0.5, -0.0, 1e22, float("inf"), float("nan")]
TEXTS = [
    "", " ", "all", "none", "\0", "a\0b.toml", "ä", "a\u0308", "名前", "\u202e", "=1+1", "$x$",
    "/dev/zero", "/dev/null", "/", ".", "..", "~", "x" * 5000, "a/" * 3000, "os:system",
    "sys:exit", "nowhere.py:Nobody", ":", "a:b:c", "*", "**", "a.b.c", ".", "..a", "\n", "{}",
    "%s", "\ud7ff", "1", "1e999", "2025-05-04", "9999-99-99", "boulware", "never_yields",
]  # fmt: skip
DAYS = [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.datetime(2025, 5, 4, 1, 2), dt.time(1, 2)]


def nested(depth: int, as_list: bool) -> Any:
    """Give a table in a table, or a list in a list, so often."""
    value: Any = 1
    for _ in range(depth):
        value = [value] if as_list else {"a": value}
    return value


def _tables(rng: Random) -> Any:
    return rng.choice(
        [
            {}, {"value": rng.choice(HUGE)}, {"value": {}}, {"name": 1}, {"name": {"name": "x"}},
            {"low": 2, "central": 1, "high": 0}, {"low": -1e308, "central": 0, "high": 1e308},
            {"low": 0, "central": 10**400, "high": 10**401}, {"uniform": [1, 0]},
            {"uniform": [0]}, {"uniform": "ab"}, {"uniform": [-1e308, 1e308]}, {"choice": []},
            {"whole": [0, 10**12]}, {"whole": [1]}, {"whole": [0.5, "a"]}, {"choice": {}},
            {"from": 0, "to": 10**12, "step": 1}, {"from": 1e308, "to": -1e308, "step": 1e-320},
            {"from": 25, "to": 0, "step": 10**400}, {"value": 1, "also": {"a": 1}, "label": {}},
            {"value": 1, "label": float("nan")}, {"also": {}}, {"": ""}, {"*": 1}, {"a.b": 1},
            {"offer": "boulware", "accept": [], "model": {}}, {"name": "boulware", "exponent": {}},
        ]
    )  # fmt: skip


def _lists(rng: Random) -> Any:
    return rng.choice(
        [
            [], [[]], [{}], [0], [1, "a", True], [float("nan")], [10**400],
            list(range(30, 0, -1)), list(range(2000)), [0, 1, 1], ["all", "all"], [-1, -100, -101],
            [-99.999999, -100, -150], [1e308, -1e308], ["\0"], [[["a"]]], [True, False],
            [{"value": 1, "label": "a"}, {"value": 2, "label": "a"}],
        ]
    )  # fmt: skip


def value(rng: Random) -> Any:
    """Give a value that nobody should write."""
    return rng.choice(
        [
            lambda: rng.choice(HUGE), lambda: rng.choice(SMALL), lambda: rng.choice(FLOATS),
            lambda: rng.choice(TEXTS), lambda: rng.choice(DAYS), lambda: rng.random() < 0.5,
            lambda: _tables(rng), lambda: _lists(rng),
            lambda: nested(rng.choice([3, 60, 120]), rng.random() < 0.5),
        ]
    )()  # fmt: skip


Place = tuple[Any, Any]
"""A table or list, and a key of it."""


def places(said: Any) -> list[Place]:
    """List every place in which a value stands."""
    found: list[Place] = []
    if isinstance(said, dict | list):
        for key in list(said) if isinstance(said, dict) else range(len(said)):
            found += [(said, key), *places(said[key])]
    return found


def _put(rng: Random, said: dict[str, Any]) -> str:
    here, key = rng.choice(places(said))
    here[key] = value(rng)
    return f"put {key}"


def _numbers(rng: Random, said: dict[str, Any]) -> str:
    """Change a number to another one."""
    found = [p for p in places(said) if type(p[0][p[1]]) in (int, float) and abs(p[0][p[1]]) < 1e99]
    if not found:
        return _put(rng, said)
    here, key = rng.choice(found)
    old = here[key]
    new = [-old, old * 10**6, old + 1, old - 1, old * 1.5, *HUGE, *SMALL, *FLOATS, f"{old:.6g}"]
    here[key] = rng.choice(new)
    return f"number {key}"


def _delete(rng: Random, said: dict[str, Any]) -> str:
    here, key = rng.choice(places(said))
    del here[key]
    return f"delete {key}"


def _rename(rng: Random, said: dict[str, Any]) -> str:
    here, key = rng.choice([p for p in places(said) if isinstance(p[0], dict)])
    new = rng.choice([f"{key}s", key[::-1], *TEXTS])
    here[new] = here.pop(key)
    return f"rename {key}"


def _add(rng: Random, said: dict[str, Any]) -> str:
    """Put a key that configs have, or none has, into a table."""
    tables = [said, *(p[0][p[1]] for p in places(said) if isinstance(p[0][p[1]], dict))]
    here = rng.choice(tables)
    key = rng.choice([*_keys(), *TEXTS])
    here[key] = value(rng)
    return f"add {key}"


def _swap(rng: Random, said: dict[str, Any]) -> str:
    """Let two values change places."""
    (a, k), (b, m) = rng.choice(places(said)), rng.choice(places(said))
    a[k], b[m] = deepcopy(b[m]), deepcopy(a[k])
    return f"swap {k} {m}"


def _top(rng: Random, said: dict[str, Any]) -> str:
    """Change what stands at the top of a config."""
    key = rng.choice([*TOP, *said])
    said[key] = value(rng)
    return f"top {key}"


def _sweep(rng: Random, said: dict[str, Any]) -> str:
    """Sweep a path that may not be there, by values that may not be any."""
    name = rng.choice(["sweep", "levers", "uncertainties", "overrides", "changes"])
    path = ".".join(rng.choice([*_keys(), "*", ""]) for _ in range(rng.randint(1, 4)))
    path = rng.choice([path, *PATHS])
    table = said.get(name)
    said[name] = table if isinstance(table, dict) else {}
    said[name][path] = value(rng) if name == "overrides" else [value(rng), value(rng)]
    return f"sweep {name} {path}"


TOP = (
    "name", "question", "scenario", "worlds", "seed", "draws", "replications", "overrides", "sweep",
    "levers", "uncertainties", "cells", "design", "order", "directory", "figures", "observed",
    "patterns", "calibration", "naive", "outcomes", "extends", "without", "without_measures",
    "add", "changes",
)  # fmt: skip
PATHS = (
    "rules.review", "rules.period", "rules.breakdown", "calendar.rounds", "calendar.start",
    "payoffs.draws", "payoffs.band", "payoffs.replications", "strategies.usa", "strategies.japan",
    "strategies.left", "talks.*.measures.*.levels", "talks.japan.measures.cars.levels", "countries",
    "talks.pie.concessions.slices.levels", "payoffs.given.pie.hub", "economy.elasticity_draws",
    "economy.data", "payoffs.weights.usa.revenue", "hub", "stances", "links.level", "calendar",
)  # fmt: skip


@cache
def _keys() -> list[str]:
    """List every key that a shipped config has."""
    found = {str(key) for file in FILES for here, key in places(read_toml(file))
             if isinstance(here, dict)}  # fmt: skip
    return sorted(found)


def _gently(rng: Random, said: dict[str, Any]) -> str:
    """Change a number to one that might do."""
    found = [p for p in places(said) if type(p[0][p[1]]) in (int, float) and abs(p[0][p[1]]) < 1e9]
    if not found:
        return _put(rng, said)
    here, key = rng.choice(found)
    old = here[key]
    new = [0, 1, -old, old + 1, 2 * old, 10 * old, old * 1000, old / 2, old / 1000]
    here[key] = type(old)(rng.choice(new))
    return f"gently {key} {old}"


VALUES: list[Callable[[Random, dict[str, Any]], str]] = [
    _put, _numbers, _gently, _gently, _gently, _delete, _rename, _add, _swap, _top, _sweep,
]  # fmt: skip


def _at(rng: Random, raw: bytes) -> int:
    return rng.randrange(len(raw) + 1)


def _insert(what: bytes) -> Callable[[Random, bytes], bytes]:
    def change(rng: Random, raw: bytes) -> bytes:
        at = _at(rng, raw)
        return raw[:at] + what + raw[at:]

    return change


def _flip(rng: Random, raw: bytes) -> bytes:
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]


def _cut(rng: Random, raw: bytes) -> bytes:
    start, end = sorted((_at(rng, raw), _at(rng, raw)))
    return raw[:start] + raw[end:]


def _line(what: bytes) -> Callable[[Random, bytes], bytes]:
    """Put a line at the top, where a key of the whole file stands."""
    return lambda rng, raw: what + b"\n" + raw


def _digits(rng: Random, raw: bytes) -> bytes:
    """Make a number of the file longer than any machine's."""
    found = [k for k, byte in enumerate(raw) if chr(byte).isdigit()]
    at = rng.choice(found or [0])
    return raw[:at] + b"9" * rng.choice([25, 400, 4299, 4301, 6000]) + raw[at:]


BYTES: list[Callable[[Random, bytes], bytes]] = [
    _flip, _flip, _cut, _digits, _insert(b"\0"), _insert(b"\xff"), _insert(b"\xef\xbb\xbf"),
    _insert(b"\r"), _insert(b"[" * 5000), _insert(b"{a=" * 5000), _insert(b"."), _insert(b'"'),
    _line(b"x = " + b"[" * 3000 + b"]" * 3000), _line(b".".join([b"a"] * 4000) + b" = 1"),
    _line(b"x = " + b"{a=" * 2000 + b"1" + b"}" * 2000), _line(b"\xef\xbb\xbf"),
    _line(b"[" + b".".join([b"b"] * 3000) + b"]"), lambda rng, raw: b"", lambda rng, raw: b"\0",
    lambda rng, raw: raw.decode().encode("utf-16"), lambda rng, raw: raw.replace(b"\n", b"\r\n"),
]  # fmt: skip


@dataclass
class Case:
    """A mutated config.

    Attributes:
        number: names it; the same number is the same case.
        file: the shipped file that was mutated.
        raw: its bytes now.
        told: what was done to it.
    """

    number: int
    file: Path
    raw: bytes
    told: list[str] = field(default_factory=list)


@cache
def small(file: Path) -> dict[str, Any]:
    """Read a shipped config, with the first two of what it sweeps, so that planning is cheap."""
    said = read_toml(file)
    if file in SHIPPED:
        for name in ("sweep", "levers", "uncertainties"):
            said |= {name: _few(said[name])} if name in said else {}
        said |= {"uncertainties": dict(list(said.get("uncertainties", {}).items())[:3])}
        if "cells" in said:
            said["cells"] = said["cells"][:2]
        if "points" in said.get("design", {}):
            said["design"]["points"] = 2
    return said


def _few(said: Any) -> Any:
    if isinstance(said, list):
        return said[:2]
    if isinstance(said, Mapping) and "choice" not in said and "uniform" not in said:
        return {key: _few(item) for key, item in said.items()}
    return said


def case(number: int) -> Case:
    """Make a case from its number."""
    rng = Random(f"config from hell {number}")
    file = rng.choice([*SHIPPED, *SCENARIOS, *SCENARIOS, *OUTCOMES])
    said, told = deepcopy(small(file)), []
    if rng.random() < 0.75:
        for change in rng.choices(VALUES, k=rng.choice([1, 1, 1, 2, 4])):
            told += [change(rng, said)] if places(said) else []
        return Case(number, file, _written(said), told)
    raw, change = _written(said), rng.choice(BYTES)
    told.append(f"bytes {BYTES.index(change)}")
    return Case(number, file, change(rng, raw), told)


def _written(said: Mapping[str, Any]) -> bytes:
    return tomli_w.dumps(said).encode("utf-8", "surrogatepass")


def gentle(number: int, said: Mapping[str, Any]) -> bytes:
    """Change a scenario a little, so that much of what comes out can be planned."""
    rng, changed = Random(f"a gentle config {number}"), deepcopy(dict(said))
    for change in rng.choices([_gently, _gently, _gently, _numbers, _put, _swap], k=2):
        change(rng, changed)
    return _written(changed)
