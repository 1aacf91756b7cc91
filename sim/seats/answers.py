"""Reading what a strategy answers: whole numbers and flags, or a sentence on what they are not."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import is_ctrl_c, is_number, kind_of, said_of

Ints = NDArray[np.int64]


class AnswerError(Exception):
    """An answer is not what it should be.

    Attributes:
        reason: what it is, and what it should be.
        row: of the first world concerned.
    """

    def __init__(self, reason: str, row: int = 0) -> None:
        self.reason, self.row = reason, row
        super().__init__(reason, row)


def integers(given: Any, worlds: int) -> Ints:
    """Read whole numbers, one for each world or one for all, (W,).

    Raises:
        AnswerError: they are something else.
    """
    array = _array(given)
    if array.dtype.kind not in "iu" or (array.size and not is_number(int(array.max()))):
        what = kind_of(given if array.ndim == 0 else array)
        raise AnswerError(f"{what}; return whole numbers", _first_odd(array, worlds))
    if array.shape not in ((), (worlds,)):
        raise AnswerError(
            f"an array of shape {array.shape}; return one number for each of the {worlds} worlds"
        )
    return np.array(array if array.ndim else np.full(worlds, array), dtype=np.int64)


def flags(given: Any, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Read flags that broadcast to a shape (W, M).

    Raises:
        AnswerError: they are something else.
    """
    array = _array(given)
    if array.dtype != bool:
        what = kind_of(given if array.ndim == 0 else array)
        raise AnswerError(f"{what}; return True or False per measure", _first_odd(array, shape[0]))
    if array.shape not in ((), shape[1:], shape, (shape[0], 1)):
        raise AnswerError(
            f"flags of shape {array.shape}; they have to fit (worlds, measures) = {shape}"
        )
    return np.broadcast_to(array, shape)


def column(answers: list[Any]) -> NDArray[Any]:
    """Make a column of answers without changing their types: a float stays a float."""
    if not answers:
        return np.zeros(0, dtype=np.int64)
    try:
        return np.array(answers)
    except ValueError:
        return _objects(answers)


def rows(answers: list[Any], width: int) -> NDArray[Any]:
    """Make rows of flags, (W, M), without changing their types."""
    if not answers:
        return np.zeros((0, width), dtype=bool)
    try:
        return np.array([np.broadcast_to(np.asarray(flags), width) for flags in answers])
    except ValueError:
        return _objects(answers)


def _objects(answers: list[Any]) -> NDArray[Any]:
    """Make a column of answers that differ in form."""
    held = np.empty(len(answers), dtype=object)
    held[:] = answers
    return held


def _array(given: Any) -> NDArray[Any]:
    """Make an array of an answer, whatever it is."""
    try:
        return np.asarray(given)
    except BaseException as problem:
        if is_ctrl_c(problem):
            raise
        raise AnswerError(
            f"{kind_of(given)}, of which no array can be made ({said_of(problem)})"
        ) from problem


def _first_odd(array: NDArray[Any], worlds: int) -> int:
    """Give the row of the first answer that is no number, if there is one a world; else 0."""
    if array.dtype.kind not in "Ou" or array.shape[:1] != (worlds,):
        return 0
    items = array.reshape(worlds, -1).tolist()
    return next((k for k, row in enumerate(items) if not all(map(is_number, row))), 0)
