"""What a command tells as JSON: `--json` prints it and nothing else, `--json FILE` keeps it."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
from cyclopts import Parameter

from experiments.commands.arguments import Optional
from sim.errors import of_file

Json = Annotated[
    list[Path] | None,
    Optional,
    Parameter(help="print the numbers as JSON and nothing else, or keep them in FILE as well"),
]


class _Nothing(StringIO):
    """Takes what is printed, and forgets it."""

    def write(self, text: str, /) -> int:
        return len(text)


@contextmanager
def as_json(where: Sequence[Path] | None) -> Iterator[dict[str, Any]]:
    """Collect what a command has to tell, and tell it as JSON if that is asked for.

    Args:
        where: None tells nothing; an empty list prints it, and nothing else is printed meanwhile;
            a file keeps it.

    Yields:
        What is told: put tables (data frames), sentences and numbers into it.
    """
    told: dict[str, Any] = {}
    if where is None:
        yield told
    elif where:
        yield told
        with of_file(where[0]):
            where[0].write_text(_text(told), encoding="utf-8")
        sys.stdout.write(f"{where[0]}\n")
    else:
        with redirect_stdout(_Nothing()):
            yield told
        sys.stdout.write(_text(told))


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """Give what JSON can hold."""
    if isinstance(value, pd.DataFrame):
        return json.loads(value.to_json(orient="records", double_precision=15, date_format="iso"))
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, Path | date):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
