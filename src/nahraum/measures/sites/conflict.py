"""Which sites exclude each other: one parcel, one use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import shapely

from nahraum.measures.model import Site
from nahraum.scenario.edits import CapacityChanged, InternetOfferChanged

OVERLAP_M2 = 10.0  # drawn by hand along a fence; below, two grounds only touch


def conflicts(sites: Sequence[Site]) -> npt.NDArray[np.int64]:
    """Pairs of positions that cannot both be built, first < second, sorted, each once. [n, 2]

    Notes
        Two sites exclude each other when they are on the same parcel, when their grounds overlap by more than
        10 m², when both set the size of the same green, or when both bring fibre to the same cell. Pair by pair:
        where A overlaps B and B overlaps C, A and C may both be built.
    """
    pairs = set(_same([site.parcel_id for site in sites]))
    pairs |= set(_same([_resized(site) for site in sites]))
    pairs |= set(_overlapping(sites)) | set(_connected_twice(sites))
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _same(names: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of positions with the same name, without those that have none."""
    held: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(names):
        if name:
            held[name].append(at)
    return [pair for positions in held.values() for pair in combinations(positions, 2)]


def _resized(site: Site) -> str:
    return next((edit.green_id for edit in site.edits if isinstance(edit, CapacityChanged)), "")


def _overlapping(sites: Sequence[Site]) -> list[tuple[int, int]]:
    """Pairs of sites whose areas overlap."""
    areal = [at for at, site in enumerate(sites) if shapely.area(site.geometry) > OVERLAP_M2 and _is_ground(site)]
    shapes = np.array([*(sites[at].geometry for at in areal), None], dtype=object)[:-1]
    if not len(shapes):
        return []
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    upper = one < other
    one, other = one[upper], other[upper]
    large = shapely.area(shapely.intersection(shapes[one], shapes[other])) > OVERLAP_M2
    return [(areal[a], areal[b]) for a, b in zip(one[large].tolist(), other[large].tolist(), strict=True)]


def _connected_twice(sites: Sequence[Site]) -> list[tuple[int, int]]:
    """Pairs of sites that bring fibre to the same cell."""
    held: dict[int, list[int]] = defaultdict(list)
    for at, site in enumerate(sites):
        for edit in site.edits:
            for key in edit.cell_keys() if isinstance(edit, InternetOfferChanged) else ():
                held[key].append(at)
    return [pair for positions in held.values() for pair in combinations(positions, 2)]


def _is_ground(site: Site) -> bool:
    """Whether a site takes the ground it covers: fibre under a street and programmes for houses do not."""
    return bool(site.parcel_id)
