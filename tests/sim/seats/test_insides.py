"""Whose a strategy is: only those of users are watched for what they do to the process."""

from dataclasses import dataclass
from typing import Any

import pytest

from sim.seats.insides import is_foreign
from sim.seats.strategy import BatchStrategy
from sim.strategies import BUILT_IN, Boulware, ScopeRefuser

pytestmark = pytest.mark.fast


@dataclass(frozen=True)
class Mine(BatchStrategy):
    """Offers its best package."""

    def propose(self, view: Any) -> Any:
        return view.best_package


@pytest.mark.parametrize("name", ["boulware", "micro", "hardliner", "zeuthen"])
def test_those_of_the_library_are_not_foreign(name: str) -> None:
    assert not is_foreign(BUILT_IN[name]())
    assert not is_foreign(ScopeRefuser(Boulware(), ("cars",)))


def test_one_of_a_user_is_wherever_it_is_held() -> None:
    assert is_foreign(Mine())
    assert is_foreign(ScopeRefuser(Mine(), ("cars",)))
