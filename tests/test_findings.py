"""The findings page: every number is printed by a command on it, and holds at reduced size."""

import re
from dataclasses import replace

import pytest

from experiments.plan import Plan
from experiments.run import run
from tests.findings import BLOCK, PAGE, PLACE, ROOT, printed_by, words

NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)*")
ROW = re.compile(
    r"^\s*(?P<key>.*\S)\s+(?P<worlds>\d+)\s+"
    r"(?P<difference>-?[\d.]+|–)\s+(?P<low>-?[\d.]+|–)\s+(?P<high>-?[\d.]+|–)$"
)
REDUCED = {"worlds": 80, "draws": 80, "replications": 1}


def rows(printed):
    """Give the differences of a table that `effect` prints, by setting, quantity and talk."""
    found = {}
    table, _, _ = printed.partition("in how many settings")
    for match in filter(None, map(ROW.match, table.splitlines())):
        numbers = [match[name] for name in ("difference", "low", "high")]
        if "–" not in numbers:
            found[" ".join(match["key"].split())] = tuple(map(float, numbers))
    return found


@pytest.fixture(scope="module")
def reduced(tmp_path_factory):
    """Give the directory of a config run with a few worlds, each config once."""
    known = {}

    def directory(name):
        if name not in known:
            plan = Plan.load(ROOT / "configs" / f"{name}.toml", REDUCED)
            wanted = [cell for cell in plan.cells if "suspended only" not in cell.labels.values()]
            cells = tuple(replace(cell, index=k) for k, cell in enumerate(wanted))
            known[name] = run(replace(plan, cells=cells), tmp_path_factory.mktemp(name))
        return known[name].store.directory

    return directory


def effects():
    """Give the commands `effect` of the page and what they printed."""
    found = BLOCK.finditer(PAGE.read_text(encoding="utf-8"))
    pairs = [(words(block["command"]), block["printed"]) for block in found]
    asked = [pair for pair in pairs if pair[0][0] == "effect"]
    return [pytest.param(*pair, id=" ".join(pair[0][1:])) for pair in asked]


@pytest.mark.nightly
@pytest.mark.parametrize(("asked", "printed"), effects())
def test_effects_have_the_sign_and_the_size_that_the_page_says(reduced, asked, printed):
    name = PLACE.match(asked[1])["name"]
    said, now = rows(printed), rows(printed_by(["effect", str(reduced(name)), *asked[2:]]))
    assert said
    assert set(said) & set(now), "no setting is the same"
    for key in set(said) & set(now):
        (value, low, high), (mean, least, most) = said[key], now[key]
        apart = 2 * max(high - low, most - least, 0.02)
        assert abs(mean - value) <= apart, f"{key}: {mean} now, {value} on the page"
        if low > 0 or high < 0:
            assert mean * value > 0 or abs(value) < most - least, f"{key}: the sign changed"


def test_every_number_in_the_sentences_is_printed_by_a_command():
    text = PAGE.read_text(encoding="utf-8")
    printed = [
        abs(float(number.replace(",", "").replace("−", "-")))
        for block in BLOCK.finditer(text)
        for number in NUMBER.findall(block["printed"])
    ]
    prose = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "", text, flags=re.DOTALL)
    prose = re.sub(r"^#.*$", "", prose, flags=re.MULTILINE)
    prose = re.sub(r"\b\d{1,2} (May|June|July|August)|\b(19|20)\d\d\b|\b95 %", "", prose)
    missing = [number for number in NUMBER.findall(prose) if not _is_among(number, printed)]
    assert not missing, f"no command on the page prints {', '.join(missing)}"


def _is_among(number, printed):
    plain = number.replace(",", "").replace("−", "").lstrip("+-")
    digits = len(plain.partition(".")[2])
    return any(abs(other - float(plain)) <= 0.5 * 10**-digits + 1e-9 for other in printed)
