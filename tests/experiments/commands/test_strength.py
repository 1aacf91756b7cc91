"""How strong a strategy is against three others."""

from pathlib import Path

import pytest

from experiments.commands.strength import AGAINST, strength, words
from sim.errors import TariffTalksError
from tests.sim.testing.wrong import HEAD


def test_linear_is_as_strong_as_linear_and_who_concedes_late_is_stronger() -> None:
    linear, late = strength("linear", {}), strength("boulware", {"exponent": 0.2})
    assert [one.against for one in linear] == list(AGAINST)
    assert all(one.share == one.linear for one in linear)
    assert linear[1].share == pytest.approx(50, abs=2), "of a pie that both concede alike"
    assert all(one.share > one.linear for one in late)
    assert words(linear).endswith(f"from boulware ({linear[2].linear:.0f}).")


def test_who_can_take_one_seat_and_who_wraps_another_is_measured() -> None:
    for name in ("scope_refuser", "package_or_nothing"):
        assert all(0 <= one.share <= 100 for one in strength(name, {}))


def test_who_never_yields_gets_all_from_who_concedes_by_the_clock() -> None:
    assert min(one.share for one in strength("hardliner", {})) > 90


def test_one_that_ends_its_process_is_told(tmp_path: Path) -> None:
    file = tmp_path / "gone.py"
    file.write_text(HEAD + "class Gone(Strategy):\n    def propose(self, view):\n        "
                    "__import__('os')._exit(3)\n", encoding="utf-8")  # fmt: skip
    with pytest.raises(TariffTalksError, match="did not come back"):
        strength(f"{file}:Gone", {})
