"""Files that are whole or not there, and known by a digest."""

import json
import os
from pathlib import Path

import pytest

from experiments.runs.kept.whole import (
    DamagedError,
    atomic,
    checked,
    digest_of,
    is_checked,
    is_whole,
    read_json,
    sweep,
    write_json,
)

SAID = {"name": "ä – ü", "rows": 96, "shares": [0.1, 1.0, None], "labels": [{"a.b": "all"}]}


@pytest.mark.fast
def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    file = tmp_path / "file.txt"
    with atomic(file) as partial:
        partial.write_text("first")
        assert not file.exists()
        assert str(os.getpid()) in partial.name
    assert file.read_text() == "first"
    with pytest.raises(RuntimeError), atomic(file) as partial:
        partial.write_text("sec")
        raise RuntimeError
    assert file.read_text() == "first"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_a_new_name_is_on_the_disk_with_the_file(tmp_path, monkeypatch):
    """The directory is synced after the file was moved there, not before."""
    seen = []
    sync = os.fsync

    def noted(number):
        name = Path(f"/proc/self/fd/{number}").resolve().name
        seen.append((name, (tmp_path / "file.txt").exists()))
        sync(number)

    monkeypatch.setattr(os, "fsync", noted)
    with atomic(tmp_path / "file.txt") as partial:
        partial.write_text("whole")
    assert seen == [(partial.name, False), (tmp_path.name, True)]


def test_a_directory_that_cannot_be_synced_is_no_error(tmp_path, monkeypatch):
    """Some file systems have nothing to sync in a directory."""
    sync = os.fsync

    def refused(number):
        if Path(f"/proc/self/fd/{number}").is_dir():
            raise OSError(22, "Invalid argument")
        sync(number)

    monkeypatch.setattr(os, "fsync", refused)
    with atomic(tmp_path / "file.txt") as partial:
        partial.write_text("whole")
    assert (tmp_path / "file.txt").read_text() == "whole"


def test_half_files_of_processes_that_are_gone_are_swept_wherever_they_lie(tmp_path):
    """Half a report, a figure in a folder, a name that is no process: all but that of one alive."""
    (tmp_path / "figures" / "phone").mkdir(parents=True)
    gone = 2**22 - 3
    half = [
        tmp_path / f"report.html.{gone}.partial",
        tmp_path / "figures" / f"status.svg.{gone}.partial",
        tmp_path / "figures" / "phone" / f"status.png.{gone}.partial",
        tmp_path / "turns.parquet.nobody.partial",
    ]
    alive = tmp_path / f"report.html.{os.getppid()}.partial"
    whole = tmp_path / "report.html"
    for file in (*half, alive, whole):
        file.write_text("…")
    sweep(tmp_path)
    assert [file.name for file in half if file.exists()] == []
    assert alive.exists()
    assert whole.exists()


@pytest.mark.parametrize("bit", range(0, 8 * 150, 29))
def test_a_json_file_says_what_was_written_or_that_it_is_damaged(tmp_path, bit):
    file = tmp_path / "said.json"
    write_json(file, SAID)
    assert read_json(file) == SAID
    _flip(file, bit)
    try:
        read = read_json(file)
    except DamagedError as problem:
        assert str(file) in str(problem)
    else:
        assert {key: read[key] for key in SAID if key in read} == SAID


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_table_is_damaged(tmp_path, content):
    file = tmp_path / "said.json"
    file.write_bytes(content)
    with pytest.raises(DamagedError, match="is damaged"):
        read_json(file)


def test_a_file_of_before_checksums_is_read(tmp_path):
    (tmp_path / "old.json").write_text(json.dumps(SAID), encoding="utf-8")
    assert read_json(tmp_path / "old.json") == SAID


def test_a_text_is_known_by_its_last_line():
    text = checked('name = "ä"\nworlds = 40')
    assert is_checked(text.encode())
    assert not is_checked(text.replace("40", "41").encode())
    assert is_checked(text.rpartition("\n#")[0].replace("40", "41").encode())


def test_a_file_is_whole_as_long_as_nobody_touches_it(tmp_path):
    file = tmp_path / "table"
    file.write_bytes(b"rows" * 100)
    said = digest_of(file)
    assert is_whole(file, said)
    assert is_whole(file, None)
    _flip(file, 77)
    os.utime(file, ns=(1, 1))
    assert not is_whole(file, said)
    assert not is_whole(tmp_path / "gone", said)


def _flip(file, bit):
    content = bytearray(file.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    file.write_bytes(content)
