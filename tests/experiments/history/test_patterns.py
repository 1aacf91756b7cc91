"""Every kind of pattern on talks whose ends are written down, and its sentences."""

from datetime import date

import numpy as np
import pytest

from experiments.history.patterns import read_patterns
from experiments.history.worlds import WorldOutcomes
from sim.config import parse
from sim.errors import ConfigError
from tests.experiments.small import SCENARIO

pytestmark = pytest.mark.fast

NO = np.inf


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    from sim.config import read_scenario

    file = tmp_path_factory.mktemp("patterns") / "scenario.toml"
    file.write_text(SCENARIO, encoding="utf-8")
    return parse(read_scenario(file))


def ends(days, cars=((25, 25),) * 6, metals=((25, 25),) * 6, pledge=((0, 0),) * 6):
    """Give the ends of the talks East and West in some worlds; the pause ends on day 20."""
    day = np.array(days, dtype=float)
    deal, count = np.isfinite(day), len(days)
    points = {"cars": np.array(cars[:count], float), "metals": np.array(metals[:count], float)}
    return WorldOutcomes(
        talks=("east", "west"),
        start=date(2025, 3, 1),
        draw=np.arange(count),
        world=np.arange(count),
        deal=deal,
        day=day,
        left=np.where(deal, 20 - day, np.nan),
        lowered={name: deal & (level < 25) for name, level in points.items()},
        points=points,
        given={"pledge": np.where(deal, np.array(pledge[:count], float), 0.0)},
        applied={},
    )


def holds(config, seen, **said):
    (pattern,) = read_patterns({"one": said}, config).values()
    return pattern.holds(seen).tolist()


def test_kept(config):
    seen = ends([(4, 6), (4, 6), (NO, NO)], metals=((25, 25), (25, 0), (0, 0)))
    assert holds(config, seen, kind="kept", measures=["metals"]) == [True, False, True]
    east = {"kind": "kept", "measures": ["metals"], "talks": ["east"]}
    assert holds(config, seen, **east) == [True, True, True]


def test_only_together(config):
    seen = ends(
        [(4, 6)] * 3, cars=((15, 25), (15, 25), (25, 25)), pledge=((200, 0), (0, 200), (0, 0))
    )
    said = {"kind": "only_together", "measures": ["cars"], "concessions": ["pledge"]}
    assert holds(config, seen, **said) == [True, False, True]


def test_not_before(config):
    seen = ends([(10, 12), (10, 4), (10, NO), (NO, NO)])
    assert holds(config, seen, kind="not_before", date=date(2025, 3, 11)) == [
        True, False, True, True
    ]  # fmt: skip


def test_bunched(config):
    seen = ends([(15, 20), (14, 20), (15, NO), (22, 18)])
    assert holds(config, seen, kind="bunched", days=5) == [True, False, False, True]


def test_order(config):
    seen = ends([(4, 6), (6, 6), (8, 6), (4, NO), (NO, 6), (NO, NO)])
    said = {"kind": "order", "first": "east", "then": "west"}
    assert holds(config, seen, **said) == [True, False, False, True, False, False]


def test_between(config):
    seen = ends(
        [(4, 6), (4, 6), (4, NO)], cars=((15, 15), (15, 25), (15, 15)), metals=((0, 0),) * 3
    )
    said = {"kind": "between", "measures": ["cars", "metals"], "above": 10}
    assert holds(config, seen, **said, below=25) == [True, False, False]
    assert holds(config, seen, **said, below={"east": 25, "west": 26}) == [True, True, False]


def test_pays_at_least_relative_to(config):
    seen = ends([(4, 6), (4, 6), (4, NO)], pledge=((200, 100), (400, 100), (0, 0)))
    said = {"kind": "pays_at_least_relative_to", "talk": "west", "other": "east"}
    size = {"east": 4000, "west": 2000}
    assert holds(config, seen, **said, concession="pledge", size=size) == [True, False, False]


def test_no_common_front(config):
    seen = ends([(4, 6), (6, 6), (4, NO), (NO, NO)])
    assert holds(config, seen, kind="no_common_front") == [True, False, True, False]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "patterns.one.kind: missing; give one of kept, only_together, not_before, bunched, "
             "order, between, pays_at_least_relative_to, no_common_front"),
        ({"kind": "keept"}, "patterns.one.kind: there is no kind of pattern 'keept'; did you mean "
                            "'kept'?"),
        ({"kind": "kept", "measures": []}, "patterns.one.measures: is empty; name a measure"),
        ({"kind": "kept", "measures": ["metal"]}, "patterns.one.measures: there is no measure "
                                                  "'metal'; did you mean 'metals'?"),
        ({"kind": "kept", "measures": ["cars"], "talks": ["eas"]},
         "patterns.one.talks: there is no talk 'eas'; did you mean 'east'?"),
        ({"kind": "order", "first": "east", "than": "west"},
         "patterns.one.than: there is no key 'than'; did you mean 'then'?"),
        ({"kind": "between", "measures": ["cars"], "above": "x", "below": 1},
         "patterns.one.above: 'x' is not a number"),
        ({"kind": "between", "measures": ["cars"], "above": {"east": 1}, "below": 5},
         "patterns.one.above.west: missing; give a number for every talk"),
        ({"kind": "pays_at_least_relative_to", "talk": "east", "other": "west",
          "concession": "pledge", "size": {"east": 0, "west": 1}},
         "patterns.one.size.east: 0 is no size; it has to be above 0"),
    ],
)  # fmt: skip
def test_what_is_wrong_gets_a_sentence(config, said, sentence):
    with pytest.raises(ConfigError) as problem:
        read_patterns({"one": said}, config)
    assert str(problem.value) == sentence
