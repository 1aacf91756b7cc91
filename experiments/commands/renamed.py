"""Names that commands had: they go on for one version, and say their new name."""

from collections.abc import Sequence

RENAMED: dict[str, tuple[str, ...]] = {
    "retry": ("run", "--retry"),
    "figures": ("plot", "--list"),
    "report": ("plot", "--report"),
    "compare": ("effect",),
    "calibrate": ("backtest", "calibrate"),
    "score": ("backtest", "score"),
    "discover": ("sensitivity", "--discover"),
    "export-domain": ("domain",),
}
"""New words for the first word of a command."""


def words_of_today(words: Sequence[str]) -> list[str]:
    """Give the words of a command with the name of today."""
    return [*RENAMED.get(words[0], words[:1]), *words[1:]] if words else []


def sentence(words: Sequence[str]) -> str:
    """Say that a command has an old name, and which is the new one; empty if it has none."""
    if not words or words[0] not in RENAMED:
        return ""
    return (
        f"'{words[0]}' is now '{' '.join(RENAMED[words[0]])}'; the old name goes with the next "
        "version"
    )
