"""Traffic islands and ground between carriageways: no blocks of their own."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import Geometries
from nahraum.index.funding.borders import matched_borders
from nahraum.index.funding.units import Flags
from nahraum.index.people import Int64
from nahraum.parameters import Parameters

_PASSES = 6


def joined_slivers(
    faces: Geometries, walls: dict[str, Geometries], inhabited: Flags, parameters: Parameters
) -> tuple[Geometries, Flags, int]:
    """Faces without slivers; which of the faces are themselves barriers; and how many slivers joined another face.

    Parameters
        faces : they cover the ground with the same points on both sides of a border.
        walls : barrier lines by kind; inhabited : faces with residents stay.
    """
    barred = _between_barriers(faces, walls, inhabited, parameters)
    before, closed = len(faces), barred
    for _ in range(_PASSES):
        small = _slivers(faces, parameters) & ~inhabited & ~closed
        if not small.any():
            break
        group = _groups(faces, small, closed)
        n = int(group.max()) + 1
        faces = _merged(faces, group)
        inhabited = np.bincount(group, weights=inhabited, minlength=n) > 0
        closed = np.bincount(group, weights=closed, minlength=n) > 0
        if n == len(group):
            break
    return faces, closed, before - len(faces)


def _slivers(faces: Geometries, parameters: Parameters) -> Flags:
    area, outline = shapely.area(faces), shapely.length(faces)
    narrow = 2 * area / outline < parameters.number("funding_areas.narrowest_block_m")
    return np.asarray(narrow | (area < parameters.number("funding_areas.smallest_block_m2")))


def _between_barriers(
    faces: Geometries, walls: dict[str, Geometries], inhabited: Flags, parameters: Parameters
) -> Flags:
    """Slivers of which at least half of the outline is a barrier: the ground between two tracks or carriageways."""
    borders = matched_borders(faces, walls, 0.0)
    barrier = np.zeros(len(faces))
    along = (borders.shared_mm - borders.open_mm) / 1000
    np.add.at(barrier, borders.first, along)
    np.add.at(barrier, borders.second, along)
    return _slivers(faces, parameters) & ~inhabited & (barrier >= shapely.length(faces) / 2)


def _groups(faces: Geometries, small: Flags, closed: Flags) -> Int64:
    """Number of the group each face goes to: slivers with the neighbour of the longest border that is no barrier."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    borders = matched_borders(faces, {}, 0.0)
    frame = pd.DataFrame(
        {
            "own": np.concatenate([borders.first, borders.second]),
            "other": np.concatenate([borders.second, borders.first]),
            "length": np.concatenate([borders.shared_mm, borders.shared_mm]),
        }
    )
    frame = frame[small[frame["own"]] & ~closed[frame["other"]]]
    best = frame.sort_values(["own", "length", "other"], ascending=[True, False, True]).drop_duplicates("own")
    n = len(faces)
    links = coo_array((np.ones(len(best), dtype=np.int8), (best["own"], best["other"])), shape=(n, n))
    label = connected_components(links, directed=False)[1]
    return np.unique(label, return_inverse=True)[1].astype(np.int64)


def _merged(faces: Geometries, group: Int64) -> Geometries:
    """One face per group: pieces of a coverage put together keep the points of their outer border."""
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group)
    ends = np.cumsum(counts)
    result = np.empty(len(counts), dtype=object)
    for number, (end, count) in enumerate(zip(ends, counts, strict=True)):
        rows = order[end - count : end]
        result[number] = faces[rows[0]] if count == 1 else shapely.coverage_union_all(faces[rows])
    return np.asarray(shapely.normalize(result), dtype=object)
