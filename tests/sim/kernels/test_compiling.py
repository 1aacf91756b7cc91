"""Where and when the loops are compiled changes nothing but the time that they take."""

import subprocess
import sys
from os import environ
from pathlib import Path
from shutil import copytree

import pytest

from sim import kernels
from sim.kernels.compiling import INTERPRETED, numba, stamp

PLAY = """
import sys
{first}
from hashlib import sha256
from sim import negotiate
from sim.testing import tariff_game
from sim.strategies import BUILT_IN
frames = []
for names in (("boulware", "micro"), ("linear", "random_walker")):
    seats = [BUILT_IN[name]() for name in names]
    game = tariff_game(*seats, talks=2, first_mover="draw", rounds=6)
    frames.append(negotiate(game, 4, 3, turns=True).to_turns())
print(sha256("".join(frame.to_csv() for frame in frames).encode()).hexdigest())
"""

BROKEN = """
import numba
usual = numba.njit
def njit(*types, cache=False, **options):
    if cache:
        raise RuntimeError("cannot cache function: no locator available")
    return usual(*types, **options)
numba.njit = njit
"""


def run(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    told = {key: value for key, value in environ.items() if key != INTERPRETED} | settings
    command = [sys.executable, "-W", "default", "-c", code]
    return subprocess.run(command, env=told, capture_output=True, text=True, check=True)


@pytest.fixture(scope="module")
def usual() -> str:
    return run(PLAY.format(first="")).stdout


@pytest.mark.slow
def test_interpreted_it_plays_the_same(usual: str) -> None:
    played = run(PLAY.format(first=""), **{INTERPRETED: "1"})
    assert played.stdout == usual
    assert "interpreted" not in played.stderr


@pytest.mark.slow
def test_without_numba_it_plays_the_same_and_says_so_once(usual: str) -> None:
    played = run(PLAY.format(first="sys.modules['numba'] = None"))
    assert played.stdout == usual
    assert played.stderr.count("numba cannot be imported") == 1
    assert "the searches run interpreted, with the same results" in played.stderr


@pytest.mark.slow
def test_a_cache_that_cannot_be_written_is_said_once(usual: str) -> None:
    played = run(PLAY.format(first=BROKEN))
    assert played.stdout == usual
    assert played.stderr.count("compiled searches cannot be kept") == 1


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--help"], ["strategies"]])
def test_what_plays_nothing_imports_no_numba(words: list[str]) -> None:
    code = (
        "import sys\nfrom experiments.commands.start import main\n"
        f"try:\n    main({words})\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('numba', 'sim.kernels.loops') if name in sys.modules])"
    )
    assert run(code).stdout.splitlines()[-1] == "[]"


def test_there_is_no_other_loop() -> None:
    with pytest.raises(AttributeError, match="no attribute 'rank'"):
        _ = kernels.rank


def test_what_is_kept_is_found_only_while_no_file_of_the_loops_has_changed(tmp_path: Path) -> None:
    folder = Path(kernels.__file__).parent
    same = copytree(folder, tmp_path / "same", ignore=lambda *_: ["__pycache__"])
    assert stamp(same) == stamp(folder)
    for path in sorted(same.glob("*.py")):
        other = copytree(same, tmp_path / path.stem)
        (other / path.name).write_text(path.read_text(encoding="utf-8") + "# another number\n")
        assert stamp(other) != stamp(folder)
    if numba is not None:
        for name in set(kernels.__all__) - {"worth"}:
            assert getattr(kernels, name).py_func.__qualname__ == f"{name}_{stamp(folder)}"
