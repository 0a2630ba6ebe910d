"""Blocks of a .osm.pbf to arrays: protobuf read byte by byte, compiled.

A block holds a table of strings and groups of nodes, ways or relations; tags are pairs of positions in that table.
Strings stay bytes here: `pbf_tags.marks` tells which of them are keys of interest, so that nobody else's are touched.
Every length is checked against its surroundings: a damaged block raises ValueError, it never reads beyond its end.
All that reads bytes is in this one module, because numba does not notice when a kernel calls one of another module
that has changed. A tag of the format, `field << 3 | wire type`, is written as one number, as it stands in the file.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

NODES, WAYS, RELATIONS = 1, 2, 4
_STRINGS, _STRING, _GROUP, _GRANULARITY, _LATITUDE0, _LONGITUDE0 = 10, 10, 18, 136, 152, 160
_PLAIN_NODE, _DENSE_NODES, _WAY, _RELATION = 10, 18, 26, 34
_ID, _KEYS, _VALUES = 8, 18, 26
_NODE_LATITUDE, _NODE_LONGITUDE = 64, 72
_DENSE_ID, _DENSE_LATITUDE, _DENSE_LONGITUDE, _DENSE_TAGS = 10, 66, 74, 82
_REFS, _ROLES, _MEMBERS, _KINDS = 66, 66, 74, 82
_LARGEST = 0x7FFFFFFFFFFFFFFF


@compiled
def _varint(block, at, end):  # type: ignore[no-untyped-def]
    """A number and the position after it."""
    value, shift = np.int64(0), np.int64(0)
    while at < end and shift < 64:
        byte = np.int64(block[at])
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise ValueError("PBF error: a number breaks off")


@compiled
def _signed(value):  # type: ignore[no-untyped-def]
    """The number that was written with its sign in the last bit."""
    return ((value >> 1) & _LARGEST) ^ -(value & 1)


@compiled
def _span(block, at, end):  # type: ignore[no-untyped-def]
    """First position of a field's content, and the position after it."""
    size, at = _varint(block, at, end)
    if size < 0 or size > end - at:
        raise ValueError("PBF error: a field is longer than what it stands in")
    return at, at + size


@compiled
def _after(block, at, end, tag):  # type: ignore[no-untyped-def]
    """The position after a field of no interest."""
    wire = tag & 7
    if wire == 0:
        return _varint(block, at, end)[1]
    if wire == 2:
        return _span(block, at, end)[1]
    at += 8 if wire == 1 else 4
    if wire not in (1, 5) or at > end:
        raise ValueError("PBF error: a field of unknown kind")
    return at


@compiled
def layout(block, strings, groups, scale):  # type: ignore[no-untyped-def]
    """What a block consists of.

    Parameters
        strings, groups : to be filled with the extents of the strings and of the groups. [n, 2]
        scale : to be filled with granularity and offsets of latitude and longitude. [nanodegrees]

    Returns
        Number of strings; of groups; which kinds of objects there are (NODES | WAYS | RELATIONS).
    """
    n_strings = n_groups = kinds = at = np.int64(0)
    end = np.int64(len(block))
    while at < end:
        tag, at = _varint(block, at, end)
        if tag == _STRINGS:
            at, stop = _span(block, at, end)
            n_strings = _strings(block, at, stop, strings)
            at = stop
        elif tag == _GROUP:
            at, stop = _span(block, at, end)
            kinds |= _kinds(block, at, stop)
            groups[n_groups, 0], groups[n_groups, 1] = at, stop
            n_groups, at = n_groups + 1, stop
        elif tag == _GRANULARITY:
            scale[0], at = _varint(block, at, end)
        elif tag == _LATITUDE0:
            scale[1], at = _varint(block, at, end)
        elif tag == _LONGITUDE0:
            scale[2], at = _varint(block, at, end)
        else:
            at = _after(block, at, end, tag)
    return n_strings, n_groups, kinds


@compiled
def _strings(block, at, end, strings):  # type: ignore[no-untyped-def]
    n = np.int64(0)
    while at < end:
        tag, at = _varint(block, at, end)
        if tag == _STRING:
            start, at = _span(block, at, end)
            strings[n, 0], strings[n, 1] = start, at
            n += 1
        else:
            at = _after(block, at, end, tag)
    return n


@compiled
def _kinds(block, at, end):  # type: ignore[no-untyped-def]
    kinds = np.int64(0)
    while at < end:
        tag, at = _varint(block, at, end)
        if tag in (_PLAIN_NODE, _DENSE_NODES):
            kinds |= NODES
        elif tag == _WAY:
            kinds |= WAYS
        elif tag == _RELATION:
            kinds |= RELATIONS
        at = _after(block, at, end, tag)
    return kinds


@compiled
def _place(scale, offset, value):  # type: ignore[no-untyped-def]
    """A coordinate, cut to whole 1e-7 degrees as libosmium does."""
    nano = scale[offset] + scale[0] * value
    whole = nano // 100
    return np.int32(whole + 1 if nano < 0 and whole * 100 != nano else whole)


@compiled
def _deltas(block, span, values):  # type: ignore[no-untyped-def]
    """Writes a list of differences as running sums, and returns how many there were."""
    at, end, total, n = span[0], span[1], np.int64(0), np.int64(0)
    while at < end:
        if n == len(values):
            raise ValueError("PBF error: more numbers than there is room for")
        value, at = _varint(block, at, end)
        total += _signed(value)
        values[n] = total
        n += 1
    return n


@compiled
def nodes(block, groups, scale, n_strings, out):  # type: ignore[no-untyped-def]
    """All nodes of a block.

    Parameters
        n_strings : how many texts the block's table has.
        out : to be filled: ids; x and y [1e-7 degrees]; start of each node's tags; tags (positions of key and value).

    Returns
        Number of nodes, number of tags.
    """
    n = n_tags = np.int64(0)
    for row in range(len(groups)):
        at, end = groups[row, 0], groups[row, 1]
        while at < end:
            tag, at = _varint(block, at, end)
            if tag == _DENSE_NODES:
                at, stop = _span(block, at, end)
                n, n_tags = _dense(block, at, stop, scale, n_strings, out, n, n_tags)
                at = stop
            elif tag == _PLAIN_NODE:
                at, stop = _span(block, at, end)
                n_tags = _plain(block, at, stop, scale, n_strings, out, n, n_tags)
                n, at = n + 1, stop
            else:
                at = _after(block, at, end, tag)
    return n, n_tags


@compiled
def _dense(block, at, end, scale, n_strings, out, n, n_tags):  # type: ignore[no-untyped-def]
    ids, x, y, start, tags = out
    number, lat, lon, pairs = (at, at), (at, at), (at, at), (at, at)
    while at < end:
        tag, at = _varint(block, at, end)
        if tag & 7 != 2:
            at = _after(block, at, end, tag)
            continue
        span = _span(block, at, end)
        at = span[1]
        if tag == _DENSE_ID:
            number = span
        elif tag == _DENSE_LATITUDE:
            lat = span
        elif tag == _DENSE_LONGITUDE:
            lon = span
        elif tag == _DENSE_TAGS:
            pairs = span
    more = _deltas(block, number, ids[n:])
    if _places(block, lat, scale, 1, y[n:]) != more or _places(block, lon, scale, 2, x[n:]) != more:
        raise ValueError("PBF error: nodes without a position")
    return n + more, _dense_tags(block, pairs, n_strings, start[n + 1 : n + more + 1], tags, n_tags)


@compiled
def _places(block, span, scale, offset, values):  # type: ignore[no-untyped-def]
    """Writes the coordinates of dense nodes, and returns how many there were."""
    at, end, total, n = span[0], span[1], np.int64(0), np.int64(0)
    while at < end:
        if n == len(values):
            raise ValueError("PBF error: more numbers than there is room for")
        value, at = _varint(block, at, end)
        total += _signed(value)
        values[n] = _place(scale, offset, total)
        n += 1
    return n


@compiled
def _dense_tags(block, span, n_strings, ends, tags, n_tags):  # type: ignore[no-untyped-def]
    """Writes the tags of dense nodes: key, value, key, value, 0 for the next node; returns the new total."""
    at, end, node = span[0], span[1], np.int64(0)
    while at < end and node < len(ends):
        key, at = _varint(block, at, end)
        if key == 0:
            ends[node] = n_tags
            node += 1
        else:
            value, at = _varint(block, at, end)
            _require_texts(key, value, n_strings)
            tags[n_tags, 0], tags[n_tags, 1] = key, value
            n_tags += 1
    while node < len(ends):
        ends[node] = n_tags
        node += 1
    return n_tags


@compiled
def _plain(block, at, end, scale, n_strings, out, n, n_tags):  # type: ignore[no-untyped-def]
    ids, x, y, start, tags = out
    keys, values, number, lat, lon = (at, at), (at, at), np.int64(0), np.int64(0), np.int64(0)
    while at < end:
        tag, at = _varint(block, at, end)
        if tag == _ID:
            number, at = _varint(block, at, end)
        elif tag == _NODE_LATITUDE:
            lat, at = _varint(block, at, end)
        elif tag == _NODE_LONGITUDE:
            lon, at = _varint(block, at, end)
        elif tag == _KEYS:
            keys = _span(block, at, end)
            at = keys[1]
        elif tag == _VALUES:
            values = _span(block, at, end)
            at = values[1]
        else:
            at = _after(block, at, end, tag)
    ids[n] = _signed(number)
    x[n], y[n] = _place(scale, 2, _signed(lon)), _place(scale, 1, _signed(lat))
    start[n + 1] = _tags(block, keys, values, n_strings, tags, n_tags)
    return np.int64(start[n + 1])


@compiled
def _tags(block, keys, values, n_strings, tags, n):  # type: ignore[no-untyped-def]
    """Appends the tags of one object; returns the new total."""
    at, other = keys[0], values[0]
    while at < keys[1]:
        key, at = _varint(block, at, keys[1])
        value, other = _varint(block, other, values[1])
        _require_texts(key, value, n_strings)
        tags[n, 0], tags[n, 1] = key, value
        n += 1
    return n


@compiled
def _require_texts(key, value, n_strings):  # type: ignore[no-untyped-def]
    if key < 0 or value < 0 or key >= n_strings or value >= n_strings:
        raise ValueError("PBF error: a text that is not in the table")


@compiled
def _has_mark(block, keys, mark, n_deciding):  # type: ignore[no-untyped-def]
    at = keys[0]
    while at < keys[1]:
        key, at = _varint(block, at, keys[1])
        if key < 0 or key >= len(mark):
            raise ValueError("PBF error: a key that is not in the table")
        if 0 < mark[key] <= n_deciding:
            return True
    return False


@compiled
def _place_of(numbers, wanted):  # type: ignore[no-untyped-def]
    """The first place among ascending numbers whose number is not lower."""
    low, high = np.int64(0), np.int64(len(numbers))
    while low < high:
        middle = (low + high) >> 1
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def ways(block, groups, mark, n_deciding, members, out):  # type: ignore[no-untyped-def]
    """Ways that carry one of the first `n_deciding` keys, or are among the members (ascending ids).

    Parameters
        out : to be filled: ids; start of each way's references; references; start of its tags; tags (positions of
            key and value).

    Returns
        Number of kept ways; lowest and highest id of *all* ways, and whether these rise throughout.
    """
    ids, first, refs, start, tags = out
    n, lowest, highest, rising = np.int64(0), np.int64(_LARGEST), np.int64(-_LARGEST), True
    for row in range(len(groups)):
        at, end = groups[row, 0], groups[row, 1]
        while at < end:
            tag, at = _varint(block, at, end)
            if tag != _WAY:
                at = _after(block, at, end, tag)
                continue
            at, stop = _span(block, at, end)
            number, keys, values, line, _, _ = _object(block, at, stop)
            at = stop
            rising &= number > highest
            lowest, highest = min(lowest, number), max(highest, number)
            place = _place_of(members, number)
            is_member = place < len(members) and members[place] == number
            if is_member or _has_mark(block, keys, mark, n_deciding):
                ids[n] = number
                first[n + 1] = first[n] + _deltas(block, line, refs[first[n] :])
                start[n + 1] = _tags(block, keys, values, len(mark), tags, np.int64(start[n]))
                n += 1
    return n, lowest, highest, rising


@compiled
def _object(block, at, end):  # type: ignore[no-untyped-def]
    """Id of a way or relation; extents of keys, values, references or roles, members, and their kinds."""
    number, keys, values = np.int64(0), (at, at), (at, at)
    eighth, ninth, tenth = (at, at), (at, at), (at, at)
    while at < end:
        tag, at = _varint(block, at, end)
        if tag == _ID:
            number, at = _varint(block, at, end)
            continue
        if tag & 7 != 2:
            at = _after(block, at, end, tag)
            continue
        span = _span(block, at, end)
        at = span[1]
        if tag == _KEYS:
            keys = span
        elif tag == _VALUES:
            values = span
        elif tag == _REFS:
            eighth = span
        elif tag == _MEMBERS:
            ninth = span
        elif tag == _KINDS:
            tenth = span
    return number, keys, values, eighth, ninth, tenth


@compiled
def relations(block, groups, n_strings, out):  # type: ignore[no-untyped-def]
    """All relations of a block.

    Parameters
        n_strings : how many texts the block's table has.
        out : to be filled: ids; start of each relation's members; ids of members; roles (position of the text) and
            kinds (0 node, 1 way, 2 relation) of members; start of its tags; tags (positions of key and value).

    Returns
        Number of relations.
    """
    ids, first, members, roles, start, tags = out
    n = np.int64(0)
    for row in range(len(groups)):
        at, end = groups[row, 0], groups[row, 1]
        while at < end:
            tag, at = _varint(block, at, end)
            if tag != _RELATION:
                at = _after(block, at, end, tag)
                continue
            at, stop = _span(block, at, end)
            ids[n], keys, values, named, who, kinds = _object(block, at, stop)
            at, low = stop, np.int64(first[n])
            high = low + _deltas(block, who, members[low:])
            _numbers(block, named, roles[low:high], 0)
            _numbers(block, kinds, roles[low:high], 1)
            first[n + 1], start[n + 1] = high, _tags(block, keys, values, n_strings, tags, np.int64(start[n]))
            n += 1
    return n


@compiled
def _numbers(block, span, table, column):  # type: ignore[no-untyped-def]
    """Writes a list of numbers into one column, one for each row."""
    at = span[0]
    for row in range(len(table)):
        table[row, column], at = _varint(block, at, span[1])


@compiled
def positions_among(ids, wanted, found):  # type: ignore[no-untyped-def]
    """Writes for each id its place among the wanted ones (ascending), -1 where it is not wanted; whether ids rise."""
    at, before, rising = np.int64(0), np.int64(_LARGEST), True
    for row in range(len(ids)):
        number = ids[row]
        if number <= before:
            at = _place_of(wanted, number)
            rising &= row == 0
        before = number
        while at < len(wanted) and wanted[at] < number:
            at += 1
        found[row] = at if at < len(wanted) and wanted[at] == number else -1
    return rising
