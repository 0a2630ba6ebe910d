"""From mapped ways to the walking network: one edge per pair of consecutive nodes."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from nahraum.errors import InputError
from nahraum.network.graph import BLOCKED, Costs, Float64, Int64, Network, Whole, network_of_edges
from nahraum.network.lengths import geodesic_dm
from nahraum.network.order import memory_order
from nahraum.network.segments import Edges, Segments, edges_of, segments_of
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.network.times import Walker
    from nahraum.sources.elevation import Elevation
    from nahraum.sources.osm import OsmExtract
    from nahraum.sources.osm.streets import Streets

Bool = npt.NDArray[np.bool_]
Projected = list[Future[tuple[Float64, Float64]]]

_PROJECTORS = 2


class NoWayError(InputError):
    """The street data hold no way at all that somebody on foot, or of a profile, can use."""


def build_network(
    osm: OsmExtract | Streets,
    *,
    crs: str,
    profile: str | None = None,
    parameters: Parameters | None = None,
    elevation: Elevation | None = None,
) -> Network:
    """Where one can walk, as a graph. [costs in dm; in ds with a profile]

    Parameters
        osm : `ways`, `way_nodes` and `nodes` of an extract; only ways that are `walkable` count.
        crs : the study's metric CRS, for the coordinates of the nodes.
        profile : one of `PROFILES`; without, costs are lengths and everything walkable is open.
        parameters : of the study; the shipped ones without. Only read for a profile.
        elevation : heights of the ground, for walking times up and down; only with a profile.

    Returns
        One edge per pair of consecutive nodes, its length geodesic in whole decimetres; nodes along a Hilbert curve.
        A node that cannot be passed (locked gate, wall; for a wheelchair a raised kerb) cuts every way through it:
        one walks up to it from each side, not on. Ways a profile cannot use are no part of its network, so that
        points attach only to what it can walk, and its connected parts are its own.

    Raises
        InputError where there is no walkable way at all, or none for the profile; where a way names a node without
        coordinates, or a node lies nowhere; for an elevation without a profile.

    Notes
        Ways meet only at common nodes: a bridge is not joined to what it crosses. One-way rules hold where they
        speak of people on foot (escalators, `oneway:foot`): the forbidden direction costs BLOCKED. Connected parts
        are those of somebody who may turn round; `counts["one_way_nodes"]` tells how many nodes of the main part
        can only be entered or only be left.
    """
    ways, nodes, way_rows = _tables(osm, profile)
    xy = _projected(nodes, crs)
    segments = segments_of(ways, nodes["node_id"].to_numpy(dtype=np.int64), osm.way_nodes, way_rows)
    return _built(ways, nodes, segments, xy, profile=profile, parameters=parameters, elevation=elevation)


def _built(
    ways: pd.DataFrame,
    nodes: pd.DataFrame,
    segments: Segments,
    xy: Projected,
    *,
    profile: str | None,
    parameters: Parameters | None,
    elevation: Elevation | None,
) -> Network:
    """The network of sorted nodes whose places in the study's CRS are on their way."""
    passable = nodes["passable"].to_numpy(dtype=bool)
    walker, counts = None, {}
    if profile is not None:
        from nahraum.network.profiles import walking_profile  # slow to import, and lengths do without
        from nahraum.network.times import Walker

        walker = Walker.of(ways, nodes, walking_profile(profile, parameters), parameters or Parameters(), elevation)
        counts = walker.counts(segments)
        segments, passable = segments.take(walker.is_open(segments)), passable & walker.terms.node_open
    elif elevation is not None:
        raise InputError("heights change walking times, not lengths", fix="choose a walking profile as well")
    edges, loops = edges_of(segments, ways["foot_oneway"].to_numpy(dtype=np.int64))
    _require_walkable(ways, edges, profile)
    counts |= {"self_loops": loops, "repeated_edges": len(segments.first) - loops - edges.n}
    return _network(ways, nodes, (segments, edges), passable=passable, xy=xy, walker=walker, counts=counts)


def _network(
    ways: pd.DataFrame,
    nodes: pd.DataFrame,
    walked: tuple[Segments, Edges],
    *,
    passable: Bool,
    xy: Projected,
    walker: Walker | None,
    counts: dict[str, int],
) -> Network:
    """Edges cut at impassable nodes, measured and with costs; nodes in their order."""
    segments, edges = walked
    ids, lon, lat = (nodes[name].to_numpy() for name in ("node_id", "lon", "lat"))
    row = segments.row[edges.segment]
    length = geodesic_dm(lon, lat, edges.ends)
    costs = (length, length)
    if walker is not None:
        costs = walker.costs(edges.ends.astype(np.int64), row.astype(np.int64), length, segments.middle[edges.segment])
    ends, source, n_cut = _cut(edges.ends, passable)
    x_m, y_m = (np.concatenate(axis) for axis in zip(*(part.result() for part in xy), strict=True))
    order = memory_order(x_m, y_m, source)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    node = source[order]
    network = network_of_edges(
        (ids[node], x_m[node], y_m[node]),
        (place[ends[0]], place[ends[1]], length, ways["way_id"].to_numpy(dtype=np.int64)[row]),
        costs=_directed(costs, edges) if walker is not None or edges.is_one_way else None,
        unit="dm" if walker is None else "ds",
        pace=1.0 if walker is None else walker.profile.pace,
    )
    return replace(network, counts=network.counts | counts | {"cut_nodes": n_cut})


def _tables(osm: Any, profile: str | None) -> tuple[pd.DataFrame, pd.DataFrame, npt.NDArray[np.int32] | None]:
    """Ways, nodes by id, and the rows of the nodes along the ways where a reader knows them."""
    is_bare = profile is None and hasattr(osm, "bare_ways")
    ways, nodes = (osm.bare_ways, osm.bare_nodes) if is_bare else (osm.ways, osm.nodes)
    ordered = _by_id(nodes)
    return ways, ordered, getattr(osm, "way_rows", None) if ordered is nodes else None


def _by_id(nodes: pd.DataFrame) -> pd.DataFrame:
    sound = np.isfinite(nodes["lon"].to_numpy(dtype=np.float64)) & np.isfinite(nodes["lat"].to_numpy(dtype=np.float64))
    if not sound.all():
        first = nodes["node_id"].to_numpy()[~sound][0]
        raise InputError("a node of the street data lies nowhere (NaN)", where=f"{(~sound).sum()}, first: {first}")
    return nodes if nodes["node_id"].is_monotonic_increasing else nodes.sort_values("node_id", ignore_index=True)


def _projected(nodes: pd.DataFrame, crs: str) -> Projected:
    """The nodes in the study's CRS, begun beside: this takes as long as the rest and needs nothing of it."""
    lon, lat = nodes["lon"].to_numpy(), nodes["lat"].to_numpy()
    bounds = [len(lon) * part // _PROJECTORS for part in range(_PROJECTORS + 1)]
    return [
        _projectors().submit(_transformer(crs).transform, lon[first:last], lat[first:last])
        for first, last in pairwise(bounds)
    ]


@lru_cache(maxsize=1)
def _projectors() -> ThreadPoolExecutor:
    """Threads that stay: each would load the projection again."""
    return ThreadPoolExecutor(_PROJECTORS, thread_name_prefix="projecting")


if hasattr(os, "register_at_fork"):  # threads do not come along
    os.register_at_fork(after_in_child=_projectors.cache_clear)


def _require_walkable(ways: pd.DataFrame, edges: Edges, profile: str | None) -> None:
    if edges.n:
        return
    n_walkable = int(ways["walkable"].sum())
    raise NoWayError(
        "the street data hold no walkable way" + (f" for the profile {profile!r}" if profile and n_walkable else ""),
        where=f"{len(ways)} ways, {n_walkable} of them walkable",
        expected="highway=* with at least two mapped nodes",
        fix="take an extract with streets, not only with places",
    )


def _directed(costs: Costs, edges: Edges) -> Costs:
    """The same costs, BLOCKED where an edge is not walked."""
    if edges.ahead is None or edges.back is None:
        return costs
    return np.where(edges.ahead, costs[0], BLOCKED), np.where(edges.back, costs[1], BLOCKED)


def _cut(ends: Whole, passable: Bool) -> tuple[Whole, Int64, int]:
    """Ends of the edges by new node numbers, for each new node the old one, and how many nodes were cut.

    Used nodes keep their order; an impassable one becomes as many nodes as edges end in it.
    """
    uses = np.bincount(ends.ravel(), minlength=len(passable))
    copies = np.where(passable, np.minimum(uses, 1), uses).astype(np.int32)
    start = np.cumsum(copies, dtype=np.int32) - copies
    new = start[ends]
    loose = np.flatnonzero(~passable[ends.ravel()])
    at = ends.ravel()[loose]
    order = np.argsort(at, kind="stable")
    count = np.arange(len(at)) - np.searchsorted(at[order], at[order])
    new.ravel()[loose[order]] += count
    return new, np.repeat(np.arange(len(copies)), copies), int((uses[~passable] > 0).sum())


@lru_cache(maxsize=8)
def _transformer(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
