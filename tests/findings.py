"""The commands of the findings page and what they print.

`python -m tests.findings [RESULTS]` runs them on the directories in RESULTS (`results`), which the
page's `tariff-talks run` commands have made, and writes what they print into the page.
"""

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

from experiments.cli import main

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "findings.md"
BLOCK = re.compile(r"```console\n\$ (?P<command>.+?)(?<!\\)\n(?P<printed>.*?)```", re.DOTALL)
PLACE = re.compile(r"results/(?P<name>\w+)-\*")


def words(command: str) -> list[str]:
    """Give the words of a command of the page, without the program's name."""
    return shlex.split(command.replace("\\\n", " "))[1:]


def printed_by(asked: list[str]) -> str:
    """Run a command and give what it prints."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = main(asked)
    assert code == 0, asked
    return "\n".join(line.rstrip() for line in said.getvalue().splitlines()) + "\n"


def on(results: Path, word: str) -> str:
    """Put the directory of a run for its name on the page."""
    place = PLACE.match(word)
    if place is None:
        return word
    (found,) = results.glob(f"{place['name']}-*")
    return str(found) + word[place.end() :]


def written(text: str, results: Path) -> str:
    """Give the page with what its commands print now."""

    def block(match: re.Match[str]) -> str:
        asked = [on(results, word) for word in words(match["command"])]
        if asked[0] in ("score", "calibrate"):
            asked += ["--out", str(results)]
        kept = [line for line in printed_by(asked).splitlines() if str(results) not in line]
        printed = "\n".join(kept).strip("\n")
        return f"```console\n$ {match['command']}\n{printed}\n```"

    return BLOCK.sub(block, text)


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "results")
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), place), encoding="utf-8")
