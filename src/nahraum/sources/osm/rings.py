"""From ways to rings: runs of known nodes, chains joined end to end, rings filled by the even-odd rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from nahraum.sources.osm.geometry import valid_area
from nahraum.sources.osm.raw import RawWays, slices

Int64 = npt.NDArray[np.int64]


def runs(ways: RawWays, rows: Int64) -> tuple[Int64, Int64, Int64, Int64]:
    """Unbroken runs of known nodes of the given ways: a missing node splits a way, it is never bridged.

    Returns
        Row of the way, part (0, 1, …), first position in the way's references, number of nodes (at least 2).
    """
    size = ways.start[rows + 1] - ways.start[rows]
    position = slices(ways.start[rows], size)
    owner = np.repeat(np.arange(len(rows)), size)
    known = ~np.isnan(ways.lon[position])
    if not len(position):
        return (np.zeros(0, dtype=np.int64),) * 4
    new_way = np.append(True, owner[1:] != owner[:-1])
    begins = known & (new_way | ~np.append(False, known[:-1]))
    run = np.cumsum(begins) - 1
    length = np.bincount(run[known], minlength=int(begins.sum())).astype(np.int64)
    start = np.flatnonzero(begins)
    long = length > 1
    start, length = start[long], length[long]
    holder = owner[start]
    fresh = np.append(True, holder[1:] != holder[:-1]) if len(holder) else np.zeros(0, dtype=bool)
    count = np.arange(len(holder))
    part = count - np.maximum.accumulate(np.where(fresh, count, 0)) if len(holder) else count
    return rows[holder], part.astype(np.int64), position[start], length


def chains_of(ways: RawWays, row: int) -> list[Int64]:
    """Positions of the known runs of one way; the two ends of a broken closed way are joined."""
    positions = np.arange(ways.start[row], ways.start[row + 1])
    known = ~np.isnan(ways.lon[positions])
    if len(positions) < 2 or not known.any():
        return []
    if known.all():
        return [positions]
    if ways.refs[positions[0]] == ways.refs[positions[-1]]:
        shift = int(np.argmin(known[:-1]))
        positions, known = np.roll(positions[:-1], -shift), np.roll(known[:-1], -shift)
    cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    return [piece for piece in np.split(positions, cuts) if len(piece) > 1 and not np.isnan(ways.lon[piece[0]])]


def stitched(chains: Sequence[Int64], refs: Int64) -> tuple[list[tuple[Int64, list[int]]], list[Int64]]:
    """Chains joined at common end nodes: closed rings with the numbers of their chains, and what stays open."""
    at: dict[int, list[int]] = defaultdict(list)
    for number, chain in enumerate(chains):
        at[int(refs[chain[0]])].append(number)
        at[int(refs[chain[-1]])].append(number)
    used: set[int] = set()
    rings, rest = [], []
    for number, chain in enumerate(chains):
        if number in used:
            continue
        used.add(number)
        line, members = chain, [number]
        for _ in range(2):
            line, more = _extended(line, chains, refs, at, used)
            members += more
            if refs[line[0]] == refs[line[-1]]:
                break
            line = line[::-1]
        if refs[line[0]] == refs[line[-1]] and len(line) > 3:
            rings.append((line, members))
        else:
            rest.append(line)
    return rings, rest


def _extended(
    line: Int64, chains: Sequence[Int64], refs: Int64, at: dict[int, list[int]], used: set[int]
) -> tuple[Int64, list[int]]:
    parts, members, end = [line], [], int(refs[line[-1]])
    while end != refs[line[0]]:
        following = next((number for number in at[end] if number not in used), None)
        if following is None:
            break
        used.add(following)
        members.append(following)
        chain = chains[following]
        chain = chain if refs[chain[0]] == end else chain[::-1]
        parts.append(chain[1:])
        end = int(refs[chain[-1]])
    return np.concatenate(parts), members


def filled(rings: Sequence[shapely.Polygon]) -> BaseGeometry:
    """The area of several rings by the even-odd rule: a ring in a ring is a hole, a ring in the hole an island."""
    outer, *holes = sorted(rings, key=lambda ring: -float(ring.area))
    simple = shapely.Polygon(outer.exterior, [hole.exterior for hole in holes])
    if shapely.is_valid(simple):
        return simple
    return valid_area(reduce(shapely.symmetric_difference, [valid_area(ring) for ring in rings]))
