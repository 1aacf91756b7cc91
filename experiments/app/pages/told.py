"""What goes wrong is told in a sentence; no visitor sees the text of an exception."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from experiments.app.shown.markup import plain
from experiments.figures import Results
from experiments.runs.silence import silence
from sim.errors import TariffTalksError

UNEXPECTED = (
    "Something went wrong in the program, and it is not your doing. The terminal in which the page "
    "was started says more; reload the page to go on."
)


def warn_of_silence(results: Results) -> None:
    """Warn of cells whose talks end because nobody speaks."""
    said = silence(results.frame, results.frame["cell"].nunique())
    if said:
        st.warning(plain(f"{said[0].upper()}{said[1:]}."), icon=":material/voice_over_off:")


@contextmanager
def told() -> Iterator[None]:
    """Show what a user can mend as its sentence, and anything else as an apology."""
    try:
        yield
    except TariffTalksError as problem:
        st.error(plain(str(problem)), icon=":material/error:")
    except Exception:  # noqa: BLE001 - written to the terminal, and the visitor is told
        traceback.print_exc(file=sys.stderr)
        st.error(UNEXPECTED, icon=":material/error:")
