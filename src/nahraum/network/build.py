"""From mapped ways to the walking network: one edge per pair of consecutive nodes."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from nahraum.errors import InputError
from nahraum.network.graph import BLOCKED, Costs, Float64, Int64, Network, network_of_edges
from nahraum.network.lengths import geodesic_dm
from nahraum.network.order import memory_order
from nahraum.network.profiles import walking_profile
from nahraum.network.segments import Edges, Segments, edges_of, segments_of
from nahraum.network.times import Walker
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.sources.elevation import Elevation
    from nahraum.sources.osm import OsmExtract

Bool = npt.NDArray[np.bool_]


def build_network(
    osm: OsmExtract,
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
    ways, nodes = osm.ways, _by_id(osm.nodes)
    with ThreadPoolExecutor(1) as beside:  # projecting takes a fifth of the time and needs nothing of the rest
        xy = beside.submit(_projected, nodes, crs)
        return _built(ways, nodes, osm.way_nodes, xy, profile=profile, parameters=parameters, elevation=elevation)


def _built(
    ways: pd.DataFrame,
    nodes: pd.DataFrame,
    way_nodes: Int64,
    xy: Future[tuple[Float64, Float64]],
    *,
    profile: str | None,
    parameters: Parameters | None,
    elevation: Elevation | None,
) -> Network:
    """The network of sorted nodes whose places in the study's CRS are on their way."""
    passable = nodes["passable"].to_numpy(dtype=bool)
    segments = segments_of(ways, nodes["node_id"].to_numpy(dtype=np.int64), way_nodes)
    walker, counts = None, {}
    if profile is not None:
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
    xy: Future[tuple[Float64, Float64]],
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
        costs = walker.costs(edges.ends, row, length, segments.middle[edges.segment])
    ends, source, n_cut = _cut(edges.ends, passable)
    x_m, y_m = (axis[source] for axis in xy.result())
    order = memory_order(x_m, y_m)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    network = network_of_edges(
        (ids[source][order], x_m[order], y_m[order]),
        (place[ends[0]], place[ends[1]], length, ways["way_id"].to_numpy(dtype=np.int64)[row]),
        costs=_directed(costs, edges) if walker is not None or edges.is_one_way else None,
        unit="dm" if walker is None else "ds",
        pace=1.0 if walker is None else walker.profile.pace,
    )
    return replace(network, counts=network.counts | counts | {"cut_nodes": n_cut})


def _by_id(nodes: pd.DataFrame) -> pd.DataFrame:
    sound = np.isfinite(nodes["lon"].to_numpy(dtype=np.float64)) & np.isfinite(nodes["lat"].to_numpy(dtype=np.float64))
    if not sound.all():
        first = nodes["node_id"].to_numpy()[~sound][0]
        raise InputError("a node of the street data lies nowhere (NaN)", where=f"{(~sound).sum()}, first: {first}")
    return nodes if nodes["node_id"].is_monotonic_increasing else nodes.sort_values("node_id", ignore_index=True)


def _projected(nodes: pd.DataFrame, crs: str) -> tuple[Float64, Float64]:
    x_m, y_m = _transformer(crs).transform(nodes["lon"].to_numpy(), nodes["lat"].to_numpy())
    return np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)


def _require_walkable(ways: pd.DataFrame, edges: Edges, profile: str | None) -> None:
    if edges.n:
        return
    n_walkable = int(ways["walkable"].sum())
    raise InputError(
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


def _cut(ends: Int64, passable: Bool) -> tuple[Int64, Int64, int]:
    """Ends of the edges by new node numbers, for each new node the old one, and how many nodes were cut.

    Used nodes keep their order; an impassable one becomes as many nodes as edges end in it.
    """
    uses = np.bincount(ends.ravel(), minlength=len(passable))
    copies = np.where(passable, np.minimum(uses, 1), uses)
    start = np.cumsum(copies) - copies
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
