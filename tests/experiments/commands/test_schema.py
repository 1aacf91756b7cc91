"""The command `schema`: what is shipped fits it, and what a config refuses does not."""

import json
import tomllib
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from experiments.commands.cli import main
from experiments.commands.schema import written
from sim.config.shipped import SHIPPED

pytestmark = pytest.mark.fast

CONFIGS = [*sorted(SHIPPED.glob("*.toml")), SHIPPED / "new" / "experiment.toml"]
SCENARIOS = [*sorted((SHIPPED / "scenarios").glob("*.toml")), SHIPPED / "new" / "scenario.toml"]
REAL = SHIPPED / "scenarios" / "us_japan_korea_2025.toml"


def read(file: Path) -> Any:
    """Read a file as an editor does: days are texts."""
    return json.loads(json.dumps(tomllib.loads(file.read_text(encoding="utf-8")), default=_day))


def _day(value: date) -> str:
    return value.isoformat()


@pytest.fixture(scope="module")
def validators() -> dict[str, Draft202012Validator]:
    found = {what: written(what) for what in ("config", "scenario")}  # type: ignore[arg-type]
    for schema in found.values():
        Draft202012Validator.check_schema(schema)
    return {what: Draft202012Validator(schema) for what, schema in found.items()}


@pytest.mark.parametrize("file", [*CONFIGS, *SCENARIOS], ids=lambda file: file.stem)
def test_what_is_shipped_fits(validators: dict[str, Draft202012Validator], file: Path) -> None:
    what = "config" if file in CONFIGS else "scenario"
    assert [str(each.message)[:300] for each in validators[what].iter_errors(read(file))] == []


WRONG: dict[str, tuple[list[str], Any]] = {
    "a key that there is not": (["calendar", "round"], 3),
    "a number as a text": (["rules", "period"], "two"),
    "a fraction of a round": (["rules", "period"], 2.5),
    "a word that no rule has": (["rules", "test"], "by_heart"),
    "a table beside a value": (["rules", "period"], {"value": 2, "units": "rounds"}),
    "a range with a wrong end": (["economy", "sigma"], {"cars": {"low": 1, "centre": 2}}),
    "a switch that is none": (["rules", "scope"], "yes"),
    "no hub": (["hub"], None),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_scenario_refuses_does_not_fit(
    validators: dict[str, Draft202012Validator], what: str
) -> None:
    (*outer, last), value = WRONG[what]
    said = deepcopy(read(REAL))
    here = said
    for key in outer:
        here = here.setdefault(key, {})
    if value is None:
        del here[last]
    else:
        here[last] = value
    assert not validators["scenario"].is_valid(said)


def test_an_editor_can_tell_what_a_key_means() -> None:
    worlds = written("config")["properties"]["worlds"]
    assert worlds["description"] == "worlds per cell."
    period = written("scenario")["$defs"]["CalendarConfig"]["properties"]["rounds"]
    assert period["description"] == "rounds to the deadline."


def test_it_is_written_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "editor" / "config.schema.json"
    assert main(["schema", "config", "--out", str(file)]) == 0
    assert main(["schema", "config"]) == 0
    assert capsys.readouterr().out == f"{file}\n{file.read_text(encoding='utf-8')}"
    assert json.loads(file.read_text(encoding="utf-8")) == written("config")
    assert main(["schema", "scenery"]) == 2
