"""What one chunk of worlds has worked out and the next one can use."""

from collections import OrderedDict
from typing import Any

_MOST = 12
"""Things that are kept."""


class Shelf:
    """Things that nobody uses at the moment, by key.

    Whoever takes one has it alone until it is put back: models that run side by side, or in
    threads, never share. Nothing on it may change a result; a copy of a shelf is empty.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Any, Any] = OrderedDict()

    def __reduce__(self) -> tuple[type["Shelf"], tuple[()]]:
        return Shelf, ()

    def take(self, key: Any) -> Any:
        """Give what lies there and forget it; None if there is nothing."""
        return self._kept.pop(key, None)

    def put(self, key: Any, thing: Any) -> None:
        """Keep a thing; the one that has lain there longest goes when there are many."""
        self._kept.pop(key, None)
        self._kept[key] = thing
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
