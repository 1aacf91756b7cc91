"""Old import paths go on working, and say where things are now."""

import importlib
import sys

import pytest

from sim.old_names import NAMES, now

pytestmark = pytest.mark.fast


@pytest.mark.parametrize("name", NAMES)
def test_an_old_path_gives_the_module_of_today(name: str) -> None:
    sys.modules.pop(name, None)
    today = importlib.import_module(NAMES[name])
    spec = today.__spec__
    with pytest.warns(DeprecationWarning, match=f"{name} is now {NAMES[name]}; the old path works"):
        old = importlib.import_module(name)
    assert old is today
    assert today.__spec__ is spec


@pytest.mark.parametrize("name", NAMES)
def test_no_name_at_the_door_is_an_old_path(name: str) -> None:
    wing, _, stem = name.partition(".")
    assert stem not in importlib.import_module(wing).__all__


def test_what_lies_in_a_package_moved_with_it() -> None:
    assert now("sim.components.scope") == "sim.strategies.parts.scope"
    assert now("sim.talks") is None
    with pytest.warns(DeprecationWarning, match=r"sim\.strategies\.parts\.scope"):
        sys.modules.pop("sim.components.scope", None)
        from sim.components.scope import Salami
    assert Salami.__module__ == "sim.strategies.parts.scope"


@pytest.mark.parametrize("wing", ["sim", "experiments"])
def test_everything_at_the_door_is_there(wing: str) -> None:
    door = importlib.import_module(wing)
    assert set(door.__all__) <= set(dir(door))
    for name in door.__all__:
        assert getattr(door, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = door.nothing
