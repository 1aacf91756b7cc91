"""What a process is like before and after: what a strategy changed, and what it only asked for."""

import pytest

import sim
from sim import kernels
from sim.testing.told.traces import differences, traces

pytestmark = pytest.mark.fast


@pytest.fixture
def not_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take from the package of the loops what it has loaded before."""
    for name in kernels.__all__:
        monkeypatch.delitem(vars(kernels), name, raising=False)


@pytest.mark.parametrize("name", kernels.__all__)
def test_a_loop_that_is_loaded_when_it_is_asked_for_is_no_change(not_yet: None, name: str) -> None:
    before = traces()
    assert callable(getattr(kernels, name))
    assert name in vars(kernels)
    assert differences(before, traces()) == []


@pytest.mark.parametrize("name", ["best", "worth"])
def test_another_in_its_place_is_one(
    not_yet: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    getattr(kernels, "near")  # noqa: B009 - so that the modules are there
    before = traces()
    monkeypatch.setitem(vars(kernels), name, lambda *_: 0)
    assert differences(before, traces()) == [f"the attribute sim.kernels.{name}"]


@pytest.mark.parametrize(("module", "key"), [(kernels, "mine"), (sim, "noted")])
def test_an_attribute_of_ones_own_is_one(
    monkeypatch: pytest.MonkeyPatch, module: object, key: str
) -> None:
    before = traces()
    monkeypatch.setattr(module, key, [1], raising=False)
    (name,) = differences(before, traces())
    assert name.endswith(f".{key}")
