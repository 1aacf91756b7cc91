"""Arguments that commands share, and how they are read."""

import argparse
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments.design.plan import Plan
from experiments.design.refine import refine
from experiments.design.refinement import Refinement
from experiments.runs.chunks import MOST
from sim.errors import ConfigError


def add_config(command: argparse.ArgumentParser) -> None:
    """Add a config and changes of it."""
    command.add_argument("config", type=Path, metavar="CONFIG", help="an experiment config")
    add_changes(command)


def add_changes(command: argparse.ArgumentParser) -> None:
    """Add changes of a config."""
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        help="a key of the config (worlds, seed, …) or a dotted path of the scenario",
    )


def add_refine(command: argparse.ArgumentParser) -> None:
    """Add how much finer the grid is to be."""
    command.add_argument(
        "--refine",
        action="append",
        default=[],
        metavar="N",
        help="play on a finer grid: 2 (steps between levels and the length of a round divided by "
        "2), levels=2, rounds=4, or one issue, such as cars=4; also with commas",
    )


def add_chunk(command: argparse.ArgumentParser) -> None:
    """Add how many worlds make a chunk."""
    words = f"worlds played together (as many as suit the workers, {MOST:,} at most)"
    command.add_argument("--chunk", type=count, metavar="WORLDS", help=words)


def load(arguments: argparse.Namespace) -> Plan:
    """Give the plan that a config and its changes make, on a finer grid if one is asked for."""
    plan = Plan.load(arguments.config, changes(arguments.set))
    return refine(plan, Refinement.of(getattr(arguments, "refine", [])))


def count(word: str) -> int:
    """Read a whole number of at least 1."""
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} is not a whole number of at least 1")
    return int(word)


def seconds(word: str) -> float | None:
    """Read a number of seconds above 0; `none` is no limit."""
    if word == "none":
        return None
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{word} is neither a number of seconds nor 'none'")
    return number


def changes(pairs: Sequence[str]) -> dict[str, Any]:
    """Read PATH=VALUE pairs; a value is JSON, a table or list as in a file, or else a word."""
    found = {}
    for pair in pairs:
        path, equals, value = pair.partition("=")
        if not equals or not path:
            raise ConfigError(f"--set {pair}: is not PATH=VALUE, such as rules.review=none")
        found[path] = _said(value)
    return found


def _said(value: str) -> Any:
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        if not value.lstrip().startswith(("{", "[")):
            return value
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return value


def pairs(option: str, said: Sequence[str]) -> dict[str, str]:
    """Read the PATH=VALUE pairs of an option; a value is a word."""
    found = {}
    for pair in said:
        path, equals, value = pair.partition("=")
        if not equals or not path:
            raise ConfigError(f"{option} {pair}: is not PATH=VALUE, such as rules.review=all")
        found[path] = value
    return found
