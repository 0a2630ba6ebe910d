"""Everybody who fails, added up in one pass: how components meet in each household, and sums of all groups at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@compiled
def _most(shares: Floats, k: int) -> float:
    """`index.bounds.several_upper` of one household; sorts the shares."""
    d = shares.size
    if k <= 0:
        return 1.0
    if k > d:
        return 0.0
    for at in range(1, d):
        share, place = shares[at], at
        while place > 0 and shares[place - 1] > share:
            shares[place] = shares[place - 1]
            place -= 1
        shares[place] = share
    best, heap = 1.0, 0.0
    for at in range(d):
        heap += shares[at]
        t = d - 1 - at  # how many of the largest are left out
        if t < k:
            best = min(best, heap / (k - t))
    return best


@compiled
def _meeting(likely: Floats, low: Floats, high: Floats, k: int, chance: Floats, told: Floats) -> None:
    """`summary.several` of one household: told is low, likely, high and the expected number."""
    d, unknown = likely.size, False
    chance[:] = 0.0
    chance[0] = 1.0
    for c in range(d):
        h = likely[c]
        if np.isnan(h):
            unknown, h = True, 0.0
        for count in range(c + 1, 0, -1):
            chance[count] = chance[count] * (1.0 - h) + chance[count - 1] * h
        chance[0] *= 1.0 - h
    heads, number = 0.0, 0.0
    for count in range(k, d + 1):
        heads += chance[count]
        number += chance[count] * count
    for c in range(d):
        low[c] = 1.0 if np.isnan(low[c]) else 1.0 - low[c]
        high[c] = 1.0 if np.isnan(high[c]) else high[c]
    told[0] = min(max(1.0 - _most(low, d - k + 1), 0.0), 1.0)
    told[2] = min(max(_most(high, k), 0.0), 1.0)
    told[1] = np.nan if unknown else min(max(heads, told[0]), told[2])
    told[3] = np.nan if unknown else number


@compiled
def _gathered(chances: Floats, row: int, known: Ints, values: Floats, ends: Floats) -> None:
    """All chances of one household, and low, likely, high of its components with data."""
    for c in range(chances.shape[0]):
        for end in range(3):
            values[3 * c + end] = chances[c, end, row]
    for at in range(known.size):
        for end in range(3):
            ends[end, at] = values[3 * known[at] + end]


@compiled
def add_up(
    chances: Floats, beside: Floats, known: Ints, k: int, weight: Floats, places: Ints, whole: Floats, told: Floats,
    total: Floats,
) -> None:  # fmt: skip
    """Fills the sums of all groups of all groupings, household by household in their order.

    Parameters
        chances : [components, 3, households]: low, likely, high. beside : one figure more of each household.
        known : components with data; k of them together count. places : [groupings, households] number of the group
            among those of all groupings, -1: left out.
        whole : [groups] weights. told, total : [groups, columns] weights of the households whose value is known, and
            weighed values: low, likely, high of each component, then of those that meet, their number, and `beside`.
    """
    values, here = np.empty(told.shape[1]), np.empty(told.shape[1])
    chance, ends, meeting = np.zeros(known.size + 1), np.empty((3, known.size)), np.empty(4)
    for row in range(weight.size):
        _gathered(chances, row, known, values, ends)
        if known.size:
            _meeting(ends[1], ends[0], ends[2], k, chance, meeting)
        else:
            meeting[0], meeting[1], meeting[2], meeting[3] = 0.0, np.nan, 1.0, np.nan
        values[-5:-1] = meeting
        values[-1] = beside[row]
        mine = weight[row]
        for at in range(values.size):
            one = values[at]
            here[at] = 0.0 if np.isnan(one) else mine
            values[at] = 0.0 if np.isnan(one) else mine * one
        for grouping in range(places.shape[0]):
            group = places[grouping, row]
            if group >= 0:
                whole[group] += mine
                for at in range(values.size):
                    told[group, at] += here[at]
                    total[group, at] += values[at]
