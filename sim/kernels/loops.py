"""Searches over the packages of a menu, in values that are tariff part + concession part + lift.

Nothing is ranked: the tariff parts of a table and the concession parts of a draw are each in order
of value, so that a search goes through tariff parts and knows where among the concession parts its
band begins. Equal values go by the lower number of the package, everywhere.

Every loop is written for one world (`_best`, `_cheapest`, `_near`, `_collect`, `_value`) and run
over a batch by the function without the underscore. They read, of a seat with H tariff parts and T
concession parts (a given table may have T = 1, and whole packages as tariff parts):

    seat = (states, rise, tail, order, facts)
        states   (tables, 1 + H) values of tariff parts, no deal first
        rise     (tables, h) those tariff parts that are ever allowed, by rising value
        tail     (draws, T) concession parts by rising value
        order    (draws, T) which they are
        facts    (situations, 4) table, draw, lift, and the value of no deal
    rules = (lowered, plain, whole, allowed, width, cuts)
        lowered  (H,) measures that a tariff part lowers, as bits
        plain    (F,) whether all packages that are ever allowed are allowed in a phase
        whole    (F, H) whether all (1), some (2) or none (0) of its packages are allowed in a phase
        allowed  (F, H T) packages that are allowed
        width, cuts   number of measures; those that packages lower while the rule names them
    distance = (ahead, behind, given, halves)
        ahead, behind   how far the first and the second halves of tariff parts are apart
        given    (T, T) how far concession parts are apart
        halves   (H,) both halves of every tariff part, `first << HALF | second`

and of every world its `situation` and its menu, `TalkState.menus`.
"""

import numpy as np

from sim.kernels.compiling import array, compiled, several
from sim.kernels.compiling import whole as number
from sim.kernels.order import OFFSET, PACKAGE_BITS

HALF = 16

_NUMBERS, _WRITTEN = array("int64"), array("int64", written=True)
_TABLE, _FACTS = array("int32", 2, written=True), array("int64", 2, written=True)
_SEAT = several(_TABLE, _TABLE, _TABLE, _TABLE, _FACTS)
_RULES = several(
    array("int32", written=True), array("boolean", written=True), array("int8", 2, written=True),
    array("boolean", 2, written=True), number(), number(),
)  # fmt: skip
_DISTANCE = several(_TABLE, _TABLE, _TABLE, array("int32", written=True))
_ASKED = _SEAT, _RULES, _NUMBERS, _NUMBERS


@compiled()
def _situation(facts, now):
    """Give table, draw, lift and value of no deal."""
    return facts[now, 0], facts[now, 1], facts[now, 2], facts[now, 3]


@compiled()
def _menu(rules, key):
    """Give what is closed, what every package has to lower, both as bits, and the phase."""
    width, cuts = rules[4], rules[5]
    every = (1 << width) - 1
    return every & ~key, (cuts & ~(key >> width) | key >> 2 * width) & every, key >> 3 * width


@compiled()
def _of(rules, menu, part):
    """Tell whether all (1), some (2) or none (0) of the packages of a tariff part are on a menu."""
    closed, needed, phase = menu
    lowers = rules[0][part]
    if lowers & closed or needed & ~lowers:
        return 0
    return rules[2][phase, part]


@compiled()
def _from(states, rise, table, least):
    """Give the first place of tariff parts that are worth at least so much."""
    low, high = 0, rise.shape[1]
    while low < high:
        middle = (low + high) >> 1
        if states[table, 1 + rise[table, middle]] < least:
            low = middle + 1
        else:
            high = middle
    return low


@compiled()
def _first(tail, draw, least):
    """Give the first place of concession parts that are worth at least so much."""
    low, high = 0, tail.shape[1]
    while low < high:
        middle = (low + high) >> 1
        if tail[draw, middle] < least:
            low = middle + 1
        else:
            high = middle
    return low


@compiled()
def _best(seat, rules, now, key):
    """Give value and number of the best package worth no deal; else no deal and -1."""
    states, rise, tail, order, facts = seat
    table, draw, lift, none = _situation(facts, now)
    menu, allowed, size = _menu(rules, key), rules[3], order.shape[1]
    top = tail[draw, size - 1] + lift
    value, package = none, -1
    for j in range(rise.shape[1] - 1, -1, -1):
        part = rise[table, j]
        base = np.int64(states[table, 1 + part])
        if base + top < value:
            break
        of = _of(rules, menu, part)
        if of == 0:
            continue
        base += lift
        for k in range(size - 1, -1, -1):
            worth, found = base + tail[draw, k], part * size + order[draw, k]
            if worth < value:
                break
            if (of == 1 or allowed[menu[2], found]) and (
                worth > value or package < 0 or found < package
            ):
                value, package = worth, found
    return value, package


@compiled()
def _cheapest(seat, rules, now, key, low):
    """Give the cheapest package worth `low` and no deal; -1 if there is none."""
    states, rise, tail, order, facts = seat
    table, draw, lift, none = _situation(facts, now)
    menu, allowed, size = _menu(rules, key), rules[3], order.shape[1]
    least = max(low, none) - lift
    bottom, value, package, start = tail[draw, 0], 0, -1, size
    for j in range(_from(states, rise, table, least - tail[draw, size - 1]), rise.shape[1]):
        part = rise[table, j]
        base = np.int64(states[table, 1 + part])
        if package >= 0 and base + bottom > value:
            break
        of = _of(rules, menu, part)
        if of == 0:
            continue
        while start > 0 and base + tail[draw, start - 1] >= least:
            start -= 1
        for k in range(start, size):
            worth, found = base + tail[draw, k], part * size + order[draw, k]
            if package >= 0 and worth > value:
                break
            if of == 1 or allowed[menu[2], found]:
                if package < 0 or worth < value or found < package:
                    value, package = worth, found
                break
    return package


@compiled()
def _apart(distance, one, two, part):
    """Give how far a tariff part is from one with these halves."""
    both = distance[3][part]
    return np.int64(distance[0][one, both >> HALF]) + distance[1][two, both & (1 << HALF) - 1]


@compiled()
def _near(seat, rules, now, key, distance, low, high, other):
    """Give the package worth `low` to `high` that is nearest to another; -1 if there is none.

    Ties go to the lower value, then to the lower number.
    """
    states, rise, tail, order, facts = seat
    table, draw, lift, none = _situation(facts, now)
    menu, size = _menu(rules, key), order.shape[1]
    least, most = max(low, none) - lift, high - lift
    fewest, value, package = np.int64(1) << 40, np.int64(0), np.int64(-1)
    theirs, gives = other // size, other % size
    one, two = distance[3][theirs] >> HALF, distance[3][theirs] & (1 << HALF) - 1
    if size == 1:
        free = rules[1][menu[2]] and menu[0] == 0 and menu[1] == 0
        alone = tail[draw, 0]
        first = _from(states, rise, table, least - alone)
        for j in range(first, _from(states, rise, table, most + 1 - alone)):
            part = rise[table, j]
            steps = _apart(distance, one, two, part)
            if steps < fewest and (free or _of(rules, menu, part)):
                fewest, package = steps, np.int64(part)
        return package
    bottom, top = tail[draw, 0], tail[draw, size - 1]
    for j in range(rise.shape[1] - 1, -1, -1):
        part = np.int64(rise[table, j])
        base = np.int64(states[table, 1 + part])
        if base + top < least:
            break
        if base + bottom > most:
            continue
        of = _of(rules, menu, part)
        if of == 0:
            continue
        apart = _apart(distance, one, two, part)
        if apart > fewest:
            continue
        for k in range(_first(tail, draw, least - base), size):
            worth, found = base + tail[draw, k], part * size + order[draw, k]
            if worth > most:
                break
            steps = apart + distance[2][gives, order[draw, k]]
            if (steps < fewest or (steps == fewest and (worth, found) < (value, package))) and (
                of == 1 or rules[3][menu[2], found]
            ):
                fewest, value, package = steps, worth, found
    return package


@compiled()
def _collect(seat, rules, now, key, keys):
    """Write value and number of every package worth no deal, as one number each; say how many."""
    states, rise, tail, order, facts = seat
    table, draw, lift, none = _situation(facts, now)
    menu, allowed, size = _menu(rules, key), rules[3], order.shape[1]
    count = 0
    for j in range(_from(states, rise, table, none - lift - tail[draw, size - 1]), rise.shape[1]):
        part = rise[table, j]
        of = _of(rules, menu, part)
        if of == 0:
            continue
        base = np.int64(states[table, 1 + part]) + lift
        for k in range(size - 1, -1, -1):
            worth, found = base + tail[draw, k], part * size + order[draw, k]
            if worth < none:
                break
            if of == 1 or allowed[menu[2], found]:
                keys[count] = (worth + OFFSET) << PACKAGE_BITS | found
                count += 1
    return count


def worth(states, given, size, table, draw, lift, package):
    """Give the value of a package: tariff part + concession part + lift.

    The only place where a package is put together. It reads tables of plain numbers as well.
    """
    part = package // size
    return states[table, 1 + part] + given[draw, package - part * size] + lift


_worth = compiled()(worth)


@compiled()
def _value(states, given, facts, now, package):
    """Give the value of a package in a situation; of -1: of no deal."""
    table, draw, lift, none = _situation(facts, now)
    if package < 0:
        return none
    return np.int64(_worth(states, given, given.shape[1], table, draw, lift, package))


@compiled(*_ASKED, _WRITTEN, _WRITTEN)
def best(seat, rules, situation, menus, values, packages):
    """Write value and number of the best package of every world, as `_best`."""
    for n in range(len(menus)):
        values[n], packages[n] = _best(seat, rules, situation[n], menus[n])


@compiled(*_ASKED, _NUMBERS, _WRITTEN)
def cheapest(seat, rules, situation, menus, low, packages):
    """Write the cheapest packages worth `low`; where there is none, what stands there stays."""
    for n in range(len(menus)):
        found = _cheapest(seat, rules, situation[n], menus[n], low[n])
        if found >= 0:
            packages[n] = found


@compiled(*_ASKED, _DISTANCE, _NUMBERS, _NUMBERS, _NUMBERS, _WRITTEN)
def near(seat, rules, situation, menus, distance, low, high, other, packages):
    """Write the packages worth `low` to `high` that are nearest to others.

    Where there is none, or no other package (-1), the cheapest worth `low`; where there is none
    either, what stands there stays.
    """
    for n in range(len(menus)):
        found, now, key = -1, situation[n], menus[n]
        if other[n] >= 0:
            found = _near(seat, rules, now, key, distance, low[n], high[n], other[n])
        if found < 0:
            found = _cheapest(seat, rules, now, key, low[n])
        if found >= 0:
            packages[n] = found


@compiled(*_ASKED, _FACTS, _WRITTEN)
def collect(seat, rules, situation, menus, keys, counts):
    """Write the packages of every world that are worth no deal, unsorted, and how many they are.

    Args:
        keys: (n, H T) value and number of each, `(value + OFFSET) << PACKAGE_BITS | number`.
        counts: (n,).
    """
    for n in range(len(menus)):
        counts[n] = _collect(seat, rules, situation[n], menus[n], keys[n])


@compiled(_TABLE, _TABLE, _FACTS, _NUMBERS, _NUMBERS, _WRITTEN)
def values(states, given, facts, situation, packages, found):
    """Write the values of packages, (n,), each in its situation; `given` (draws, T) by number."""
    for n in range(len(packages)):
        found[n] = _value(states, given, facts, situation[n], packages[n])


@compiled(
    _TABLE, _TABLE, _FACTS, array("float64"), array("float64"), _NUMBERS,
    array("int64", 2), array("float64", 2, written=True),
)  # fmt: skip
def utilities(states, given, facts, floor, span, situation, packages, found):
    """Write the utilities of packages, (n, m), in n situations, on the scale of their draws."""
    for n in range(len(packages)):
        now = situation[n]
        draw = facts[now, 1]
        for k in range(packages.shape[1]):
            worth = _value(states, given, facts, now, packages[n, k])
            found[n, k] = (worth - floor[draw]) / span[draw]
