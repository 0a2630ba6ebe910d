"""Kernels: what an area holds, what it is worth, a unit more or less.

`net` are the borders in both directions (`borders.neighbour_lists`) and the outline of each unit: start, other,
shared_mm, is_open, outer_mm. `values` are six whole numbers per unit: residents, judged, people, need [1e-6],
ground [cm²], and the outline [mm]. `state` is inside (0, 1), shared_mm with the area, open neighbours in the area,
and the totals of the area, the outline being that of the whole area.
"""

from __future__ import annotations

import numpy as np

from nahraum.compiled import compiled

_JUDGED, _PEOPLE, _NEED, _GROUND, _OUTLINE = 1, 2, 3, 4, 5


@compiled
def score(totals, limits):  # type: ignore[no-untyped-def]
    """How far the limits are missed (0: kept), and the objective of an area with these totals."""
    border_m = max(totals[_OUTLINE], 1) / 1000.0
    compact = 4.0 * np.pi * (totals[_GROUND] / 1e4) / border_m**2
    missed = 0.0
    if totals[0] < limits[0]:
        missed += (limits[0] - totals[0]) / limits[0]
    if totals[_GROUND] < limits[2]:
        missed += (limits[2] - totals[_GROUND]) / limits[2]
    if compact < limits[4]:
        missed += (limits[4] - compact) / limits[4]
    share = 0.0
    if totals[_JUDGED] > 0:
        share = min(1.0, totals[_PEOPLE] / totals[_JUDGED])
    return missed, totals[_NEED] / 1e6 * share ** limits[5] / border_m, compact


@compiled
def better(missed, value, than_missed, than_value):  # type: ignore[no-untyped-def]
    """Whether limits are kept better, or equally well with a higher objective."""
    if missed < than_missed - 1e-9:
        return True
    return missed <= than_missed + 1e-9 and value > than_value + 1e-12 * abs(than_value)


@compiled
def put(unit, sign, net, values, state):  # type: ignore[no-untyped-def]
    """Takes a unit into the area (sign 1) or out of it (-1)."""
    start, other, shared, is_open, _ = net
    inside, common, doors, totals = state
    for column in range(5):
        totals[column] += sign * values[unit, column]
    totals[_OUTLINE] += sign * (values[unit, _OUTLINE] - 2 * common[unit])
    inside[unit] = 1 if sign > 0 else 0
    for row in range(start[unit], start[unit + 1]):
        common[other[row]] += sign * shared[row]
        if is_open[row]:
            doors[other[row]] += sign


@compiled
def totals_with(unit, sign, values, state, room):  # type: ignore[no-untyped-def]
    """Totals of the area with a unit more or less, in `room`."""
    common, totals = state[1], state[3]
    for column in range(5):
        room[column] = totals[column] + sign * values[unit, column]
    room[_OUTLINE] = totals[_OUTLINE] + sign * (values[unit, _OUTLINE] - 2 * common[unit])


@compiled
def within(totals, limits):  # type: ignore[no-untyped-def]
    """Whether the largest sizes are kept."""
    return totals[0] <= limits[1] and totals[_GROUND] <= limits[3]


@compiled
def load(chosen, net, values, state):  # type: ignore[no-untyped-def]
    """Makes these units (0, 1) the area."""
    inside, common, doors, totals = state
    inside[:], common[:], doors[:], totals[:] = 0, 0, 0, 0
    for unit in range(len(chosen)):
        if chosen[unit]:
            put(unit, 1, net, values, state)
