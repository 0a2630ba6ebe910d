"""Units that are shown: a cell with enough households, or several small ones of the same square kilometre."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


def units(keys: Ints, km: Ints, municipality: Ints, households: Ints, *, least: int) -> Ints:
    """The unit of every cell: the lowest key of the cells that are shown together.

    Parameters
        keys : cells, sorted.
        least : households that a unit needs.

    Notes
        Cells with enough households stand alone. The others are taken together in the order of their keys, first
        within their square kilometre; what is left over there joins the last unit of the kilometre, and where it has
        none, what is left over in the next kilometres of the municipality. A municipality with too few households in
        all stays one unit below the limit: it is not shown.
    """
    unit = keys.copy()
    order = np.lexsort((keys, km, municipality))
    for town in np.unique(municipality):
        cells = order[municipality[order] == town]
        carried: list[int] = []
        last: list[int] = []
        for square in np.unique(km[cells]):
            groups, left = _grouped(cells[km[cells] == square], households, least)
            if groups:
                groups[-1] += left
            else:
                carried += left
            if households[carried].sum() >= least:
                groups.append(carried)
                carried = []
            last = groups[-1] if groups else last
            for group in groups:
                unit[group] = keys[group].min()
        if carried:
            joined = last + carried
            unit[joined] = keys[joined].min()
    return unit


def _grouped(cells: Ints, households: Ints, least: int) -> tuple[list[list[int]], list[int]]:
    """Groups of cells with enough households, and the cells that are left over."""
    groups = [[int(cell)] for cell in cells if households[cell] >= least]
    left: list[int] = []
    for cell in cells:
        if households[cell] < least:
            left.append(int(cell))
            if households[left].sum() >= least:
                groups.append(left)
                left = []
    return groups, left
