"""Cells whose houses nobody has mapped: their residents stand at the centre of the cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.musterstadt.city import City
from nahraum.musterstadt.greens import reach
from nahraum.musterstadt.homes import Homes, project, side_edge
from nahraum.musterstadt.people import NO_BUILDING_SHARE
from nahraum.musterstadt.plan import Ints
from nahraum.musterstadt.truth import GREEN_M, GREEN_M2, SUPPLY_M, green_ratio, lacks_supply, services_m

_WIDE = 0.12
Flags = npt.NDArray[np.bool_]


def _centres(city: City) -> tuple[Ints, Homes]:
    """The centre of every cell as a house at each of its streets, and the cell of each."""
    cells, (east, north) = city.cells, city.plan.origin_m
    number = np.tile(np.arange(cells.number), 4)
    side = np.repeat(np.arange(4), cells.number)
    i, j = cells.i[number], cells.j[number]
    edge = side_edge(city.streets, i, j, side)
    number, side, i, j, edge = (column[edge >= 0] for column in (number, side, i, j, edge))
    x = np.asarray(east + 100.0 * i + 50.0, dtype=np.float64)
    y = np.asarray(north + 100.0 * j + 50.0, dtype=np.float64)
    offset, leg = project(city.streets, edge, x, y)
    corners = np.zeros((edge.size, 4))
    return number, Homes(i, j, side, edge, corners, corners, x, y, np.ones(edge.size), offset, leg)


def _agrees(city: City, cell: Ints, homes: Homes) -> Flags:
    """Whether each house tells the truth of its cell, also with distances an eighth shorter or longer."""
    truth, walks = city.truth, city.walks
    service = services_m(city.streets, walks, homes)
    ratio = green_ratio(walks, truth.green_residents)
    pairs = reach(city.streets, walks.entrances, homes, GREEN_M * (1 + _WIDE))
    agrees = np.ones(cell.size, dtype=bool)
    for factor in (1 - _WIDE, 1 + _WIDE):
        agrees &= lacks_supply(service, SUPPLY_M * factor) == truth.lacks["supply"][cell]
        near = pairs.only(pairs.distance_m <= GREEN_M * factor)
        m2 = np.bincount(near.home, ratio[near.green], cell.size)
        agrees &= (m2 < GREEN_M2) == truth.lacks["green"][cell]
    return agrees


def cells_without_houses(city: City) -> Flags:
    """A few cells outside the core where all houses and the centre of the cell clearly tell the same."""
    cells, columns = city.cells, city.plan.shape[1] + 1
    cell = np.searchsorted(cells.i * columns + cells.j, city.homes.i * columns + city.homes.j)
    centre_cell, centres = _centres(city)
    possible = np.ones(cells.number, dtype=bool)
    for number, homes in ((cell, city.homes), (centre_cell, centres)):
        np.logical_and.at(possible, number, _agrees(city, number, homes))
    possible &= ~city.plan.in_core(cells.i, cells.j) & (cells.communal == 0)
    for place in city.places.places:
        possible &= ~((cells.i == place.i) & (cells.j == place.j))
    listed = np.nonzero(possible)[0]
    chosen = np.zeros(cells.number, dtype=bool)
    count = max(1, round(cells.number * NO_BUILDING_SHARE))
    chosen[city.plan.rng(18).permutation(listed)[:count]] = True
    return chosen
