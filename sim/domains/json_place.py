"""Where something stands in a JSON file: every fault says file, path, value and rule."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.config.places import bytes_of, decoded
from sim.config.schema.sentences import shown
from sim.errors import ConfigError, DataError, near_match


@dataclass(frozen=True)
class JsonPlace:
    """A place in a file.

    Attributes:
        file: the file.
        keys: the keys that lead there, the outermost first.
    """

    file: Path
    keys: tuple[str, ...] = ()

    def at(self, *keys: str) -> "JsonPlace":
        """Give a place further inside."""
        return JsonPlace(self.file, self.keys + keys)

    def fault(self, words: str) -> DataError:
        """Give an error whose sentence begins with file and path."""
        path = f", {'.'.join(self.keys)}" if self.keys else ""
        return DataError(f"{self.file}{path}: {words}")

    def table(self, value: Any, holds: str) -> dict[str, Any]:
        """Check that a value is a JSON object that holds something.

        Raises:
            DataError: it is something else, or empty.
        """
        if not isinstance(value, dict):
            raise self.fault(f"{shown(value)} is not an object in braces; give {holds}")
        if not value:
            raise self.fault(f"is empty; give {holds}")
        return value

    def share(self, value: Any, what: str) -> float:
        """Check that a value is a number from 0 to 1.

        Raises:
            DataError: it is not.
        """
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(f"{shown(value)} is not a number; {what} is from 0 to 1")
        if not 0 <= value <= 1:
            raise self.fault(f"{shown(value)} is out of range; {what} is from 0 to 1")
        return float(value)

    def text(self, value: Any, what: str) -> str:
        """Check that a value is a text.

        Raises:
            DataError: it is not.
        """
        if not isinstance(value, str):
            raise self.fault(f"{shown(value)} is not a text in quotes; {what} is one")
        return value

    def known(self, said: Mapping[str, Any], keys: Mapping[str, str | None]) -> None:
        """Check the keys of a table; keys that are like none of them are left alone.

        Args:
            said: the table.
            keys: the keys that it may have, each with what it gives if it has to be there.

        Raises:
            DataError: a key is misspelt or missing.
        """
        absent = [key for key in keys if key not in said]
        for key in said:
            near = near_match(key, absent)
            if key not in keys and near:
                raise self.at(key).fault(f"there is no key '{key}'{near}")
        for key in absent:
            if keys[key] is not None:
                raise self.at(key).fault(f"missing; give {keys[key]}")

    def same(self, names: Collection[str], wanted: Collection[str], what: str, where: str) -> None:
        """Check that names here are those that stand somewhere else.

        Args:
            names: as they stand here.
            wanted: as they stand there.
            what: what they name, such as `issue`.
            where: there, such as `in issues`.

        Raises:
            DataError: one is too many or missing.
        """
        for name in names:
            if name not in wanted:
                near = near_match(name, wanted) or f"; there is {', '.join(wanted)}"
                raise self.at(name).fault(f"there is no {what} '{name}' {where}{near}")
        for name in wanted:
            if name not in names:
                raise self.at(name).fault(f"missing; the {what} '{name}' is {where}")


READ = (
    "what is read is JSON, a linear additive profile in the plain form (issueWeights and issues) "
    "or that of GeniusWeb (LinearAdditiveUtilitySpace)"
)
"""What to say of a file that is something else."""


def _is_xml(content: bytes) -> bool:
    """Tell whether a file begins as XML does, in any Unicode."""
    return content.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<"


def read_json(file: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object.

    Raises:
        DataError: it cannot be read, is no JSON, holds a key twice or is not an object.
    """
    place = JsonPlace(file)
    try:
        content = bytes_of(file, ".json")
        if _is_xml(content):
            raise place.fault(f"is XML, which is not read; {READ}")
        text = decoded(content)
        said = json.loads(text, object_pairs_hook=_pairs(place))
    except ConfigError as problem:
        raise place.fault(str(problem)) from None
    except json.JSONDecodeError as problem:
        raise place.fault(
            f"not valid JSON: {problem.msg}, line {problem.lineno} column {problem.colno}; " + READ
        ) from None
    except ValueError:
        raise place.fault("not valid JSON: a number has thousands of digits") from None
    except RecursionError:
        raise place.fault("not a profile: objects inside objects without end") from None
    return place.table(said, "a profile of a domain")


def _pairs(place: JsonPlace) -> Any:
    """Give a reader of objects that refuses keys that stand twice."""

    def read(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for key, value in pairs:
            if key in said:
                raise place.fault(f"the key '{key}' stands twice in one object; drop one")
            said[key] = value
        return said

    return read
