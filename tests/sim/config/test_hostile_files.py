"""Files that are none, and files that extend each other."""

import os
from pathlib import Path

import pytest

from sim.config import read_scenario, read_toml
from sim.errors import ConfigError

pytestmark = pytest.mark.fast


def sentence(call, *given):
    with pytest.raises(ConfigError) as caught:
        call(*given)
    return str(caught.value)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/random"])
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such devices")
def test_a_device_is_a_sentence(device):
    assert sentence(read_toml, device) == (
        f"{device}: is a device or a pipe; name a file on the disk"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_pipe_that_nobody_writes_to_is_a_sentence(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    assert "is a device or a pipe" in sentence(read_toml, tmp_path / "pipe.toml")
    (tmp_path / "a.toml").write_text("extends = 'pipe.toml'\n")
    assert "is a device or a pipe" in sentence(read_scenario, tmp_path / "a.toml")


@pytest.mark.parametrize("name", ["a\0b.toml", "x" * 5000, "a/" * 3000])
def test_a_path_that_no_file_can_have_is_a_sentence(tmp_path, name):
    assert "cannot be read: " in sentence(read_toml, tmp_path / name)


def test_a_file_that_is_too_large_is_a_sentence(tmp_path):
    with (tmp_path / "a.toml").open("wb") as file:
        file.truncate(30_000_000)
    assert sentence(read_toml, tmp_path / "a.toml").endswith(
        "has 30,000,000 bytes; at most 20,000,000 are read"
    )


@pytest.mark.parametrize("ring", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_files_that_extend_each_other_are_a_sentence(tmp_path, ring):
    for name, after in zip(ring, [*ring[1:], ring[0]], strict=True):
        (tmp_path / f"{name}.toml").write_text(f"extends = './{after}.toml'\n")
    said = sentence(read_scenario, tmp_path / "a.toml")
    assert "the file extends itself, by " in said
    assert said.count(" -> ") == len(ring)


def test_a_long_row_of_files_that_extend_each_other_is_a_sentence(tmp_path):
    for number in range(40):
        (tmp_path / f"{number}.toml").write_text(f"extends = '{number + 1}.toml'\n")
    assert "at most 20 may" in sentence(read_scenario, tmp_path / "0.toml")


@pytest.mark.parametrize("said", ["1", "''", "[]", "{}", "true"])
def test_what_is_extended_is_a_path(tmp_path, said):
    (tmp_path / "a.toml").write_text(f"extends = {said}\n")
    assert "is not the path of a scenario file" in sentence(read_scenario, tmp_path / "a.toml")


@pytest.mark.parametrize("said", ["[]", "1", "'rules.review'", "[[1]]"])
def test_changes_are_a_table(tmp_path, said):
    shipped = Path(__file__).parents[3] / "configs" / "scenarios" / "pie.toml"
    (tmp_path / "a.toml").write_text(f"extends = '{shipped}'\nchanges = {said}\n")
    assert "is not a table; write dotted paths" in sentence(read_scenario, tmp_path / "a.toml")
