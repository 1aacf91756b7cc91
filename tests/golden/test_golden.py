"""Golden transcripts: a whole negotiation stays as it was, word by word."""

import pytest

from tests.golden import CASES, COMMAND, HERE, told


@pytest.mark.parametrize("name", CASES)
def test_the_transcript_is_as_it_was(name: str) -> None:
    kept = (HERE / f"{name}.txt").read_text(encoding="utf-8")
    assert told(name) == kept, f"if the change is meant, write them anew: {COMMAND}"
