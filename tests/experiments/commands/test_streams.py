"""What a command writes to: encodings, closed streams, narrow terminals, no docstrings."""

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from experiments.commands import streams
from experiments.commands.cli import main
from tests.docs.test_readme import ROOT
from tests.experiments.small import SCENARIO, write

LABEL = "Østland – 東 $5 bn → “é”"
ENCODINGS = ("cp1252", "cp932", "ascii", "cp437", "latin-1")

STRATEGY = '''"""A strategy."""

from dataclasses import dataclass

from sim.strategies import Linear


@dataclass(frozen=True)
class Mine(Linear):
    """Concedes evenly."""
'''


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = write(tmp_path)
    text = SCENARIO.replace('label = "East"', f'label = "{LABEL}"')
    assert LABEL in text
    (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
    return file


def command(words: list[str], more: str = "", **environment: str) -> Any:
    """Run the command line as a shell does; `more` closes streams before."""
    begin = "import sys; from experiments.commands.start import main; sys.exit(main())"
    shell = f'exec "$@" {more}'
    return subprocess.run(
        ["sh", "-c", shell, "sh", sys.executable, "-c", begin, *words],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "0"} | environment,
    )


def whole(done: Any, code: int = 0) -> None:
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stdout + done.stderr
    assert b"Error" not in done.stderr


# --- in this process ---------------------------------------------------------------------------


@pytest.mark.fast
@pytest.mark.parametrize("name", ["stdout", "stderr"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_takes_every_letter(
    monkeypatch: pytest.MonkeyPatch, encoding: str, name: str
) -> None:
    written = io.BytesIO()
    for each in ("stdout", "stderr"):
        monkeypatch.setattr(sys, each, io.TextIOWrapper(io.BytesIO(), "utf-8"))
    monkeypatch.setattr(sys, name, io.TextIOWrapper(written, encoding, errors="strict"))
    streams.ready()
    print(f"{LABEL} … − ✓ 대한민국 \ud800", file=getattr(sys, name))
    getattr(sys, name).flush()
    text = written.getvalue().decode(encoding)
    assert "stland" in text
    assert "$5 bn" in text
    for letter, plain in (("–", "-"), ("→", "->"), ("…", "..."), ("東", "?"), ("대", "?")):
        try:
            letter.encode(encoding)
        except UnicodeEncodeError:
            assert letter not in text
            assert plain in text
        else:
            assert letter in text


@pytest.mark.parametrize("columns", ["40", "20"])
@pytest.mark.parametrize(
    "words", [["--help"], ["run", "--help"], ["strategies"], ["strategies", "boulware"]]
)
def test_a_narrow_terminal_is_wide_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, words: list[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(words) == 0
    said = capsys.readouterr()
    assert said.err == ""
    lines = [line for line in said.out.splitlines() if " " in line.strip()]
    assert len(lines) > 5
    if columns == "40" and words[-1] == "--help":
        assert max(map(len, lines)) <= 40


@pytest.mark.parametrize("words", ["show", "plan"])
def test_a_narrow_terminal_gets_what_a_wide_one_gets(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, config: Path, words: str
) -> None:
    more = ["--world", "0"] if words == "show" else ["--no-probe"]
    told = []
    for columns in ("40", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        assert main([words, str(config), *more]) == 0
        told.append(capsys.readouterr().out.split())
    assert told[0] == told[1]


# --- as a shell calls it -----------------------------------------------------------------------


@pytest.mark.slow
def test_a_terminal_of_another_encoding_gets_a_transcript(config: Path) -> None:
    done = command(["show", str(config), "--world", "0"], PYTHONIOENCODING="cp1252")
    whole(done)
    assert "Østland – ? $5 bn -> “é”" in done.stdout.decode("cp1252")


@pytest.mark.slow
def test_stderr_that_is_closed_is_nothing_to_stop_for(config: Path) -> None:
    done = command(["show", str(config), "--world", "0"], "2>&-")
    whole(done)
    assert LABEL in done.stdout.decode("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("cp932", "?stland - 東 $5 bn → “?”"),
        ("ascii", '?stland - ? $5 bn -> "?"'),
    ],
)
def test_terminals_of_other_encodings_get_a_transcript(
    config: Path, encoding: str, shown: str
) -> None:
    done = command(["show", str(config), "--world", "0"], PYTHONIOENCODING=encoding)
    whole(done)
    assert shown in done.stdout.decode(encoding)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["show", "CONFIG", "--world", "0"], ["plan", "CONFIG"]])
def test_a_shell_without_a_language_gets_it_all(config: Path, words: list[str]) -> None:
    words = [str(config) if word == "CONFIG" else word for word in words]
    done = command(words, LANG="C", LC_ALL="C", PYTHONCOERCECLOCALE="0")
    whole(done)
    assert done.stdout.decode("ascii")


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", "1>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_with_streams_closed_is_the_run(
    config: Path, tmp_path: Path, closed: str, workers: str
) -> None:
    words = ["run", str(config), "--out", str(tmp_path / "out"), "--no-figures"]
    whole(command([*words, "--workers", workers], closed))
    (table,) = (tmp_path / "out").glob("*/outcomes.parquet")
    assert main([*words[:3], str(tmp_path / "open"), "--no-figures", "--workers", "1"]) == 0
    (other,) = (tmp_path / "open").glob("*/outcomes.parquet")
    assert table.read_bytes() == other.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", "1>&- 2>&-"])
def test_what_is_wrong_has_its_exit_code_with_streams_closed(tmp_path: Path, closed: str) -> None:
    assert command(["plan", str(tmp_path / "nothing.toml")], closed).returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["strategies", "boulware"]])
def test_without_docstrings_the_help_comes(words: list[str]) -> None:
    whole(command(words, PYTHONOPTIMIZE="2", COLUMNS="40"))


@pytest.mark.slow
def test_without_docstrings_a_strategy_is_checked_as_with_them(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(STRATEGY, encoding="utf-8")
    done = command(["check", str(tmp_path / "mine.py:Mine")], PYTHONOPTIMIZE="2", COLUMNS="40")
    whole(done)
    marks = [line[0] for line in done.stdout.decode().splitlines() if line[:1] in ("✓", "✗", "–")]
    assert len(marks) == 21
    assert set(marks) == {"✓"}
