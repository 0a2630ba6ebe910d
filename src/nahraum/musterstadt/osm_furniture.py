"""What stands in streets, squares and parks: trees, benches, toilets, drinking water, as OpenStreetMap points."""

from __future__ import annotations

import numpy as np

from nahraum.musterstadt import plan as layout
from nahraum.musterstadt.city import City
from nahraum.musterstadt.greens import outline
from nahraum.musterstadt.osm_draft import OsmDraft

_TREES_PER_SIDE = (0, 3, 8)  # along a street side of a cell, by quarter in turn: bare, some, an avenue
_STREET_M, _BENCH_EVERY_M, _INTO_PARK_M = 6.0, 60.0, 4.0


def write_furniture(city: City, draft: OsmDraft) -> None:
    """Street trees (none in every third quarter), what stands in parks and on the square, a bench at every stop."""
    _trees(city, draft)
    _parks(city, draft)
    _square(city, draft)
    for x, y in zip(city.stops.x_m[:, 0].tolist(), city.stops.y_m[:, 0].tolist(), strict=True):
        draft.node(x + 2.0, y + 1.0, {"amenity": "bench", "backrest": "yes"})


def _trees(city: City, draft: OsmDraft) -> None:
    """Rows of single trees on both street sides of inhabited cells."""
    plan, (east, north) = city.plan, city.plan.origin_m
    for i, j in np.argwhere(plan.use == layout.HOME).tolist():
        quarter = int(plan.quarter[i, j])
        number = _TREES_PER_SIDE[quarter % len(_TREES_PER_SIDE)] if quarter >= 0 else 0
        for k in range(number):
            x = east + 100.0 * i + 100.0 * (k + 0.5) / number
            for y in (north + 100.0 * j + _STREET_M, north + 100.0 * j + 100.0 - _STREET_M):
                draft.node(x, y, {"natural": "tree"})


def _parks(city: City, draft: OsmDraft) -> None:
    """Benches along the inside of public parks, a drinking fountain in each, a toilet in the large ones."""
    for green in city.plan.greens:
        if not green.public or green.kind == "verge":
            continue
        x, y = outline(city.streets, green)
        middle = float(x.mean()), float(y.mean())
        for a, b, c, d in zip(x, y, np.roll(x, -1), np.roll(y, -1), strict=True):
            for share in (np.arange(int(np.hypot(c - a, d - b) // _BENCH_EVERY_M)) + 0.5) * _BENCH_EVERY_M:
                u = share / float(np.hypot(c - a, d - b))
                px, py = a + u * (c - a), b + u * (d - b)
                away = max(float(np.hypot(middle[0] - px, middle[1] - py)), 1.0)
                step = _INTO_PARK_M / away
                draft.node(
                    float(px + step * (middle[0] - px)), float(py + step * (middle[1] - py)), {"amenity": "bench"}
                )
        draft.node(middle[0] + 3.0, middle[1], {"amenity": "drinking_water"})
        if (green.i1 - green.i0) * (green.j1 - green.j0) >= 6:
            draft.node(middle[0] - 3.0, middle[1], {"amenity": "toilets", "fee": "no", "wheelchair": "yes"})


def _square(city: City, draft: OsmDraft) -> None:
    """Eight benches, a toilet and a fountain on the market square."""
    corner = city.streets.corner(*city.plan.at(-4, 2))
    x, y = float(city.streets.x_m[corner]), float(city.streets.y_m[corner])
    for k in range(8):
        draft.node(x + 15.0 + 10.0 * k, y + 12.0, {"amenity": "bench"})
    draft.node(x + 20.0, y + 80.0, {"amenity": "toilets", "fee": "yes", "wheelchair": "yes"})
    draft.node(x + 50.0, y + 50.0, {"amenity": "fountain", "drinking_water": "yes"})
