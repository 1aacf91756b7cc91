"""A review test is a type: the four that there are, and a fifth of a user's own."""

import numpy as np
import pytest

from sim.config.schema.talk_keys import RulesConfig
from sim.protocol.docket import Docket
from sim.protocol.reviews import TESTS, ReviewTest

pytestmark = pytest.mark.fast

ALL = np.array([0])


class ByTheHub(ReviewTest):
    """It was open, and the hub has made an offer since."""

    name, exchange = "by_the_hub", True
    said = "The hub has made an offer while it was open"

    def named(self, exchanged, wished):
        return np.full_like(exchanged, -1)


@pytest.mark.parametrize("name", TESTS)
def test_every_test_has_words_and_a_name(name):
    assert TESTS[name].name == name
    assert TESTS[name].said
    assert TESTS[name].__doc__
    assert RulesConfig(test=name).test == name


def test_a_fifth_is_a_class_and_a_line(monkeypatch):
    monkeypatch.setitem(TESTS, "by_the_hub", ByTheHub())
    docket = Docket(1, 2, test="by_the_hub", period=1)
    docket.request(ALL, np.array([0b01]), np.array([0]), 1)
    docket.admit(ALL, np.array([0b01]), 1)
    assert docket.settle(ALL, 1) == 0
    docket.offered(ALL, 1)
    assert docket.settle(ALL, 1) == 0
    docket.offered(ALL, 0)
    assert docket.settle(ALL, 1) == 0b01


def test_only_a_cut_is_a_review_without_waiting():
    assert [name for name, test in TESTS.items() if test.by_cut] == ["by_change"]
    both = np.array([0b11])
    assert TESTS["by_change"].missing(both, np.array([0b01])) == 0b10
    assert TESTS["by_exchange"].missing(both, np.array([0b01])) == 0b11


def test_an_unknown_test_is_a_sentence():
    with pytest.raises(ValueError, match="by_exchange"):
        RulesConfig(test="by_magic")
