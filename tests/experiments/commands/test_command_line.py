"""The command line: its help, its old names, its sentences, JSON, completion, and the docs."""

import inspect
import json
import re
import shlex
import subprocess
import sys
from dataclasses import fields, is_dataclass
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Any

import pytest
from cyclopts.completion import ShellDetectionError

from experiments.commands import cli
from experiments.commands.cli import COMMANDS, main, parser
from experiments.commands.renamed import RENAMED, sentence, words_of_today
from tests.docs.test_readme import ROOT, blocks
from tests.experiments.small import load

pytestmark = pytest.mark.fast

ALL = {name: said for group in COMMANDS.values() for name, said in group.items()}
PLACES = {name: path for name, (path, _) in ALL.items() if path}
WITHOUT_TABLE = {"show", "app", "export", "memo", "new", "schema"}
DOCS = ["README.md", "CONTRIBUTING.md", *(f"docs/{f.name}" for f in (ROOT / "docs").glob("*.md"))]
SAYING = [
    ROOT / "docs" / "tour.ipynb",
    *(ROOT / file for file in DOCS),
    *(ROOT / "configs").rglob("*.toml"),
    *(ROOT / "configs").rglob("*.py"),
    *(ROOT / "sim").rglob("*.py"),
    *(f for f in (ROOT / "experiments").rglob("*.py") if f.name != "renamed.py"),
    *(ROOT / "experiments").rglob("*.jinja"),
]


def function(name: str) -> Any:
    module, _, attribute = PLACES[name].partition(":")
    return getattr(import_module(module), attribute)


def helped(capsys: Any, *words: str) -> str:
    assert main([*words, "--help"]) == 0
    said: str = capsys.readouterr().out
    return said


# --- help --------------------------------------------------------------------------------------


def test_some_twenty_commands_in_named_groups(capsys: Any) -> None:
    assert len(cli.names()) <= 20
    said = helped(capsys)
    for title in COMMANDS:
        assert f"─ {title} ─" in said
    for name in cli.names():
        assert re.search(rf"^│ {name} ", said, re.MULTILINE), name
    for old in RENAMED:
        assert not re.search(rf"^│ {old} ", said, re.MULTILINE), old


@pytest.mark.parametrize("name", PLACES)
def test_the_list_says_what_the_command_says(name: str) -> None:
    first = (function(name).__doc__ or "").splitlines()[0]
    assert ALL[name][1] == first[0].lower() + first[1:].rstrip(".")


@pytest.mark.parametrize("name", PLACES)
def test_help_has_examples_that_are_commands(name: str, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    said = helped(capsys, *name.split())
    examples = said.partition("\nExamples:\n")[2].splitlines()
    assert len(examples) >= 2
    for line in examples:
        program, *words = shlex.split(line)
        assert program == "tariff-talks"
        assert words[: len(name.split())] == name.split()
        parser(words).parse_args(words)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", *PLACES])
@pytest.mark.parametrize("width", [40, 100])
def test_help_fits_the_terminal(name: str, width: int, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = helped(capsys, *name.split()).splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) > 10


@pytest.mark.parametrize("name", PLACES)
def test_every_option_has_a_word_in_the_docstring(name: str) -> None:
    for parameter in inspect.signature(function(name)).parameters.values():
        assert re.search(rf"^ +{parameter.name}: ", function(name).__doc__, re.MULTILINE)
        if is_dataclass(parameter.default):
            for each in fields(parameter.default):
                about = type(parameter.default).__doc__ or ""
                assert re.search(rf"^ +{each.name}: ", about, re.MULTILINE), each.name


def test_help_imports_nothing_of_the_simulation() -> None:
    code = """
import sys
from experiments.commands.start import main
for words in (["--help"], ["--version"], ["backtest", "--help"], ["shwo"]):
    main(words)
unwanted = {"pandas", "mesa", "matplotlib", "experiments.design.plan"}
print(*sorted(unwanted & set(sys.modules)), "end")
"""
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "end"


# --- what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("shwo", ": there is no command 'shwo'; did you mean 'show'?"),
        ("backtest scor", " backtest: there is no command 'scor'; did you mean 'score'?"),
        ("show", " show: CONFIG: is missing"),
        ("show a.toml b", " show: b: one word too many"),
        ("show a.toml --wrld 3", " show: there is no option --wrld; did you mean '--world'?"),
        ("show a.toml --world", " show: --world: needs a value"),
        ("show a.toml --world x", " show: --world: 'x' is not a whole number"),
        ("run a.toml --chunk 0", " run: --chunk: 0 is not a whole number of at least 1"),
        ("run a.toml --time-limit soon",
         " run: --time-limit: soon is neither a number of seconds nor 'none'"),
        ("economy a.toml --samples 1",
         " economy: --samples: 1 is not a whole number of at least 2"),
        ("economy a.toml --against yesterday",
         " economy: --against: yesterday is neither no-deal, today, before nor a date such as "
         "2025-04-05"),
        ("effect d --percent -1", " effect: --percent: -1 is not a number of at least 0"),
        ("domain a.toml --draw first",
         " domain: --draw: first is neither 'central' nor a number from 0"),
    ],
)  # fmt: skip
def test_a_word_that_is_wrong_gets_a_sentence(words: str, said: str, capsys: Any) -> None:
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"tariff-talks{said}; '")
    assert err.rstrip().endswith("--help' says what there is")
    assert err.count("\n") == 1


def test_without_a_word_help_is_shown_and_nothing_done(capsys: Any) -> None:
    assert main([]) == 2
    assert capsys.readouterr().out.startswith("Usage: tariff-talks COMMAND")


def test_the_last_of_two_values_holds_and_pairs_add_up(tmp_path: Path, capsys: Any) -> None:
    load(tmp_path)
    words = ["show", str(tmp_path / "config.toml"), "--cell", "99", "--cell", "1"]
    assert main([*words, "--set", "worlds=3", "--set", "seed=7"]) == 0
    assert "strategies.east = boulware" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "effect a b --to all",
            "--to: asks for an effect within one run",
        ),
        ("effect a b --refine c", "b: one run is compared with --refine"),
        ("effect a --moves", "--moves: goes with --refine"),
        ("run a --retry --set worlds=3", "--retry: plays a as it was begun; leave out worlds=3"),
        ("plot", "plot: DIR is missing; name the directory of a run, or write --list"),
        ("plot a --json", "--json: tells the list of figures; write --list as well"),
        ("domain a.toml", "a.toml: name the profile of side B as well; or, to write the talk"),
        ("domain a.json b.json --talk c", "b.json: two profiles are described, and nothing is set"),
    ],
)
def test_options_that_do_not_go_together_are_refused(words: str, said: str, capsys: Any) -> None:
    assert main(words.split()) == 2
    assert capsys.readouterr().err.startswith(f"tariff-talks: {said}")


# --- old names ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("old", RENAMED)
def test_an_old_name_goes_on_and_says_the_new_one(old: str, capsys: Any) -> None:
    assert old not in PLACES
    assert helped(capsys, old) == helped(capsys, *RENAMED[old])
    assert main([old, "--help"]) == 0
    new = " ".join(RENAMED[old])
    assert capsys.readouterr().err == (
        f"tariff-talks: '{old}' is now '{new}'; the old name goes with the next version\n"
    )
    assert not sentence(RENAMED[old])
    assert words_of_today([old, "a", "--b"]) == [*RENAMED[old], "a", "--b"]


def test_words_of_today_stay() -> None:
    assert words_of_today([]) == []
    assert words_of_today(["run", "retry"]) == ["run", "retry"]


# --- JSON --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PLACES)
def test_every_command_that_prints_a_table_tells_it_as_json(name: str) -> None:
    assert ("json" in inspect.signature(function(name)).parameters) != (name in WITHOUT_TABLE)


def told(capsys: Any, *words: object) -> tuple[int, Any]:
    code = main([str(word) for word in words])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_json_is_all_that_is_printed(tmp_path: Path, capsys: Any) -> None:
    load(tmp_path)
    config, out = tmp_path / "config.toml", tmp_path / "out"
    code, plan = told(capsys, "plan", config, "--out", out, "--no-probe", "--json")
    assert (code, plan["left"], len(plan["cells"])) == (0, 4 * plan["worlds"], 4)
    words = ["--workers", "1", "--no-figures"]
    code, run = told(capsys, "run", config, "--out", out, *words, "--json")
    assert (code, run["status"], run["failures"]) == (0, "finished", [])
    assert len(run["deals"]) == 4
    directory = run["directory"]
    assert told(capsys, "run", "--retry", directory, *words, "--json")[1] == {
        "directory": directory, "status": "finished"
    }  # fmt: skip
    effect = told(capsys, "effect", directory, "--json")[1]
    assert effect["said"][0].startswith("rules.review: none → all")
    assert {"quantity", "difference", "error"} <= set(effect["rows"][0])
    between = told(capsys, "effect", directory, directory, "--json")[1]
    assert {row["difference"] for row in between["rows"]} <= {0.0, None}


def test_json_in_a_file_leaves_the_table_where_it_is(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "figures.json"
    assert main(["plot", "--list", "--json", str(file)]) == 0
    printed = capsys.readouterr().out
    assert printed.endswith(f"{file}\n")
    figures = json.loads(file.read_text(encoding="utf-8"))["figures"]
    assert all(name in printed for name in figures)
    assert figures["heat_map"]["arguments"]["quantity"]


def test_strategies_checks_and_domains_as_json(capsys: Any) -> None:
    code, every = told(capsys, "strategies", "--json")
    assert code == 0
    assert {"boulware", "accept.combi"} <= {each["name"] for each in every["strategies"]}
    assert told(capsys, "strategies", "boulware", "--json")[1]["parameters"]
    folder = ROOT / "configs" / "domains" / "harbour"
    words = [folder / "profileA.json", folder / "profileB.json"]
    code, domain = told(capsys, "domain", *words, "--json")
    assert code == 0
    assert sum(domain["weights"]["A"].values()) == pytest.approx(1)
    assert {"nash", "egalitarian"} <= set(domain["solutions"])


# --- completion --------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_a_shell_is_printed(shell: str, capsys: Any) -> None:
    assert main(["--show-completion", shell]) == 0
    script = capsys.readouterr().out
    for name in (*cli.names(), "calibrate"):
        assert name in script
    assert "--time-limit" in script or "time-limit" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_completion_is_installed(tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("BASH_COMPLETION_USER_DIR", raising=False)
    assert main(["--install-completion", "bash"]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert file.is_relative_to(tmp_path)
    assert "backtest" in file.read_text(encoding="utf-8")


def test_a_shell_that_nobody_knows_gets_a_sentence(capsys: Any, monkeypatch: Any) -> None:
    def nobody() -> None:
        raise ShellDetectionError

    monkeypatch.setattr("cyclopts.completion.detect.detect_shell", nobody)
    assert main(["--install-completion"]) == 2
    assert capsys.readouterr().err == (
        "tariff-talks: --install-completion: which shell is in use cannot be told; name it: bash, "
        "zsh, fish or powershell\n"
    )


# --- what the docs say -------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("page", DOCS)
def test_every_command_of_a_page_is_one(page: str) -> None:
    for block in [*blocks(page, "sh"), *blocks(page, "console"), *blocks(page, "")]:
        text = block.replace("\\\n", " ")
        for line in re.findall(r"^(?:\$ )?tariff-talks (.*)$", text, re.MULTILINE):
            words = shlex.split(line, comments=True)
            parser(words).parse_args(words)


@pytest.mark.slow
@pytest.mark.parametrize("file", SAYING, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_text_names_a_command_that_is_none(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    names = {*cli.names(), "--help", "--version", "--show-completion", "--install-completion"}
    for name in re.findall(r"(?:['`]|^\$ |bin/)tariff-talks ([a-z-]+)", text, re.MULTILINE):
        assert name in names, file.name
    for old in set(RENAMED) - set(cli.names()):
        assert not re.search(rf"`{old} (DIR|CONFIG|FILE|SCENARIO)", text), old


def test_docstrings_have_their_examples_before_their_arguments() -> None:
    for name in PLACES:
        about = cleandoc(function(name).__doc__ or "")
        assert about.index("\nExamples:\n") < about.index("\nArgs:\n")
