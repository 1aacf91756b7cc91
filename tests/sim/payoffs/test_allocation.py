"""Memory that arrays leave behind is kept for the next ones."""

import platform
import subprocess
import sys

import pytest

GLIBC = platform.libc_ver()[0] == "glibc"

FAULTS = """
import resource
import sys
import numpy as np
from sim.payoffs.allocation import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        arrays = [np.ones(150_000) for _ in range(5)]
        del arrays
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

plain = faults()
kept = keep_freed_memory()
faults()
print(kept, plain, faults())
"""


def measured() -> tuple[str, int, int]:
    """Give whether memory was kept, and pages touched anew before and after that was asked for."""
    told = subprocess.run(
        [sys.executable, "-c", FAULTS], capture_output=True, check=True, text=True
    )
    kept, plain, after = told.stdout.split()
    return kept, int(plain), int(after)


@pytest.mark.skipif(not GLIBC, reason="only glibc has the setting")
def test_arrays_that_come_and_go_touch_no_new_pages():
    kept, plain, after = measured()
    assert kept == "True"
    assert plain > 1_000
    assert after < 100


@pytest.mark.skipif(sys.platform == "win32" or GLIBC, reason="there it is possible")
def test_elsewhere_nothing_changes():
    assert measured()[0] == "False"
