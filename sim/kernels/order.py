"""Values in order: tariff parts and menus are sorted, and ranks are looked up in them.

A key is a value and the number of what is worth it, `(value + OFFSET) << PACKAGE_BITS | number`.
"""

import numpy as np

from sim.kernels.compiling import array, compiled
from sim.kernels.compiling import whole as number

PACKAGE_BITS = 22
OFFSET = 1 << 26

NUMBERS, WRITTEN = array("int64"), array("int64", written=True)
TABLE = array("int32", 2, written=True)


@compiled()
def _place(keys, start, stop, sought):
    """Give the first place of a stretch, start to stop, whose key is not below the sought."""
    low, high = start, stop
    while low < high:
        middle = (low + high) >> 1
        if keys[middle] < sought:
            low = middle + 1
        else:
            high = middle
    return low


@compiled(NUMBERS, NUMBERS, NUMBERS, NUMBERS, WRITTEN)
def places(keys, start, stop, sought, found):
    """Write the first places of stretches, start to stop, whose keys are not below the sought."""
    for n in range(len(sought)):
        found[n] = _place(keys, start[n], stop[n], sought[n])


@compiled(NUMBERS, number(), number(), number(), number(), gives=number())
def worse(keys, start, stop, key, steps):
    """Give the package some ranks worse in a sorted menu, start to stop; -1 beyond its end.

    Ranks go from the best down, equal values from the lowest number up. A package that is not on
    the menu is placed where its value would stand.
    """
    value = key >> PACKAGE_BITS
    place = _place(keys, start, stop, key)
    equals = _place(keys, start, place, value << PACKAGE_BITS)
    better = stop - _place(keys, place, stop, value + 1 << PACKAGE_BITS)
    there = place < stop and keys[place] == key
    rank = better + place - equals + steps - (0 if there else 1)
    if rank >= stop - start:
        return -1
    value = keys[stop - 1 - rank] >> PACKAGE_BITS
    equals = _place(keys, start, stop, value << PACKAGE_BITS)
    better = stop - _place(keys, equals, stop, value + 1 << PACKAGE_BITS)
    return keys[equals + rank - better] & (1 << PACKAGE_BITS) - 1


@compiled(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, WRITTEN)
def below(keys, start, stop, sought, steps, packages):
    """Write the packages some ranks worse, (n,), each in a stretch of its own, as `worse`."""
    for n in range(len(sought)):
        packages[n] = worse(keys, start[n], stop[n], sought[n], steps[n])


@compiled(
    TABLE, number(), array("int32"), number(), TABLE, array("int64", 2, written=True), WRITTEN
)  # fmt: skip
def sort(states, begin, parts, every, rise, room, counts):
    """Write the tariff parts of tables from `begin` on by rising value, then number.

    A stable radix sort. Where only what is worth no deal is ever looked for, the others lie below
    it as they come.

    Args:
        states, begin, parts, rise: as above; from which table on; parts that are ever allowed.
        every: whether those that are worth less than no deal are sorted, too.
        room: (2, h) for values and parts.
        counts: room for so many digits as there are numbers in it, a power of two.
    """
    mask, digit = len(counts) - 1, 0
    while mask >> digit:
        digit += 1
    for n in range(len(rise)):
        table, below, count = begin + n, 0, 0
        none = np.int64(states[table, 0])
        least, most = np.int64(1) << 40, -(np.int64(1) << 40)
        for i in range(len(parts)):
            value = np.int64(states[table, 1 + parts[i]])
            if value < none and not every:
                rise[n, below] = parts[i]
                below += 1
            else:
                room[0, count] = (value + OFFSET) << PACKAGE_BITS | parts[i]
                least, most = min(least, value), max(most, value)
                count += 1
        least, here, shift = least + OFFSET, 0, 0
        while (most + OFFSET - least) >> shift > 0:
            counts[:] = 0
            for i in range(count):
                counts[((room[here, i] >> PACKAGE_BITS) - least) >> shift & mask] += 1
            total = np.int64(0)
            for bucket in range(mask + 1):
                before = total
                total += counts[bucket]
                counts[bucket] = before
            for i in range(count):
                key = room[here, i]
                digits = ((key >> PACKAGE_BITS) - least) >> shift & mask
                room[1 - here, counts[digits]] = key
                counts[digits] += 1
            here, shift = 1 - here, shift + digit
        for i in range(count):
            rise[n, below + i] = room[here, i] & ((1 << PACKAGE_BITS) - 1)
