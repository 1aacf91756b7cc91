"""The rules of the house: what a folder, a file and a name may be. CONTRIBUTING.md says why."""

import ast
import re
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest

pytestmark = pytest.mark.fast

ROOT = Path(__file__).parents[1]
WINGS = ("sim", "experiments")
FILES = sorted(path for wing in WINGS for path in (ROOT / wing).rglob("*.py"))
FOLDERS = sorted({path.parent for path in FILES})
OPEN = {"sim/strategies", "experiments/figures", "experiments/commands"}
"""Folders with a file for each of what may be many."""
DOORS = {"sim", "experiments"}
MORE = {"experiments/runs": 16}
"""Folders that are still to be made smaller, and how large they are."""


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]


@pytest.mark.parametrize("folder", FOLDERS, ids=place)
def test_a_folder_has_at_most_ten_files(folder: Path) -> None:
    if place(folder) in OPEN:
        return
    files = modules(folder)
    assert len(files) <= MORE.get(place(folder), 10), (
        f"{place(folder)} has {len(files)} files; divide it by question, or fold small files"
    )


@pytest.mark.parametrize("folder", FOLDERS, ids=place)
def test_a_package_says_its_question_and_its_nouns(folder: Path) -> None:
    text = (folder / "__init__.py").read_text(encoding="utf-8")
    said = ast.get_docstring(ast.parse(text))
    assert said, f"{place(folder)}/__init__.py does not say what the package answers"
    if place(folder) not in DOORS:
        lines = text.count("\n")
        assert lines <= 15, f"{place(folder)}/__init__.py has {lines} lines: at most 15"
    names = import_module(place(folder).replace("/", ".")).__all__
    inside = {path.stem for path in modules(folder)} | {
        path.parent.name for path in folder.glob("*/__init__.py")
    }
    if set(names) <= inside:
        assert set(names) == inside, (
            f"{place(folder)}/__init__.py lists {sorted(names)}, and there are {sorted(inside)}"
        )


@pytest.mark.parametrize("wing", WINGS)
def test_no_file_stem_twice_in_a_wing(wing: str) -> None:
    found = defaultdict(list)
    for path in FILES:
        where = place(path)
        bears = where.startswith(tuple(f"{folder}/" for folder in {*OPEN, "experiments/app/pages"}))
        if where.startswith(f"{wing}/") and path.name != "__init__.py" and not bears:
            found[path.stem].append(where)
    twice = [paths for paths in found.values() if len(paths) > 1]
    assert not twice, f"two files of one name: {twice}; a name says which noun it is"


def test_no_public_class_name_twice() -> None:
    found = defaultdict(list)
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(place(path))
    twice = {name: paths for name, paths in found.items() if len(paths) > 1}
    assert not twice, f"one name for two things: {twice}"


@pytest.mark.parametrize("path", FILES, ids=place)
def test_a_file_is_under_four_hundred_lines(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{place(path)} has {lines} lines; which two nouns are in it?"


def test_tests_mirror_the_tree() -> None:
    """A test file named after a module lies where the module lies."""
    where = defaultdict(set)
    for path in FILES:
        where[place(path).partition("/")[0], path.stem].add(place(path.parent))
    astray = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        stem, folder = path.stem[5:], place(path.parent)[len("tests/") :]
        there = where[folder.partition("/")[0], stem]
        if len(there) == 1 and folder not in there and not (ROOT / folder / stem).is_dir():
            astray.append(f"{place(path)} (the module is in {sorted(there)})")
    assert not astray, f"tests away from what they test: {astray}"


def test_no_country_and_no_machine_in_the_code() -> None:
    """Country names and calibrated numbers live in configs."""
    countries = re.compile(r"\b(Japan|Korea|United States|japan|korea)\b")
    named = []
    for path in FILES:
        code = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(code)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        named += [
            f"{place(path)}:{node.lineno}"
            for node in ast.walk(code)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs
            and countries.search(node.value)
        ]
    assert not named, f"a country is named in {named}; it belongs into a config"
