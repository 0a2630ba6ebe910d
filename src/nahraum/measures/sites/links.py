"""Missing links: two points of the walking network that are near each other and far on foot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from nahraum.access.engine import Engine
from nahraum.access.reach import pairs
from nahraum.area.space import Geometries
from nahraum.measures.sites.place import Found, Place, found
from nahraum.measures.sites.setting import Setting
from nahraum.network import Attachment, Network

_DM = 10.0
_BRIDGED = ("rail", "motorway", "water")
_AT_THE_END_M = 1.0  # a line that starts on a way touches it
Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gaps:
    """Pairs of nodes with the straight line between them. [-, -, m, -]"""

    one: Int64
    other: Int64
    length_m: Floats
    lines: Geometries

    def only(self, mask: Any) -> Gaps:
        """Some of the gaps."""
        return Gaps(self.one[mask], self.other[mask], self.length_m[mask], self.lines[mask])


def link(setting: Setting) -> Found:
    """Short gaps with nothing in between: no building, no other way, no fence, nothing to bridge."""
    gaps, looked_at = _gaps(setting, setting.number("link.maximum_gap_m"), across=False)
    free = ~_meets(gaps.lines, setting.lines_of("fence"))
    return _found(gaps.only(free), setting, "link", looked_at)


def gate(setting: Setting) -> Found:
    """The same with a fence or a wall in between."""
    gaps, looked_at = _gaps(setting, setting.number("link.maximum_gap_m"), across=False)
    fenced = _meets(gaps.lines, setting.lines_of("fence"))
    return _found(gaps.only(fenced), setting, "gate", looked_at)


def bridge(setting: Setting) -> Found:
    """Gaps across rail, water or a motorway that a bridge could span."""
    gaps, looked_at = _gaps(setting, setting.number("link.maximum_bridge_m"), across=True)
    return _found(gaps, setting, "bridge", looked_at)


def _gaps(setting: Setting, longest_m: float, *, across: bool) -> tuple[Gaps, int]:
    """Pairs of points of the network that no building and no way parts, across rail and water or not at all."""
    net = setting.ground.network
    nodes = _ends(setting)
    if across:
        nodes = nodes[_near_what_parts(net, nodes, setting, longest_m)]
    xy = np.column_stack([net.x_m[nodes], net.y_m[nodes]])
    if len(nodes) < 2:
        return Gaps(*(np.zeros(0, dtype=np.int64),) * 2, np.zeros(0), np.array([], dtype=object)), 0
    found_pairs = cKDTree(xy).query_pairs(longest_m, output_type="ndarray").astype(np.int64)
    found_pairs = found_pairs[np.lexsort((found_pairs[:, 1], found_pairs[:, 0]))]
    one, other = nodes[found_pairs[:, 0]], nodes[found_pairs[:, 1]]
    lines = np.asarray(shapely.linestrings(xy[found_pairs]), dtype=object)
    gaps = Gaps(one, other, shapely.length(lines), lines)
    gaps = gaps.only(gaps.length_m > setting.number("link.spacing_m") / 2)
    looked_at = len(gaps.one)
    gaps = gaps.only(_parted(gaps.lines, setting) == across)
    gaps = gaps.only(_far_on_foot(gaps, setting))
    gaps = gaps.only(~_meets(gaps.lines, setting.buildings.geometry.to_numpy()))
    return gaps.only(~_crosses_a_way(gaps, setting)), looked_at


def _ends(setting: Setting) -> Int64:
    """Nodes of the main network inside the boundary, one per square: dead ends first, then crossings, then bends."""
    net = setting.ground.network
    degree = np.diff(net.indptr)
    inside = (net.component == 0) & shapely.contains_xy(setting.boundary, net.x_m, net.y_m)
    nodes = np.flatnonzero(inside)
    rank = np.where(degree == 1, 0, np.where(degree > 2, 1, 2))[nodes]
    edge = setting.number("link.spacing_m")
    column, row = (np.floor(axis[nodes] / edge).astype(np.int64) for axis in (net.x_m, net.y_m))
    order = np.lexsort((net.node_id[nodes], rank, row, column))
    nodes, column, row = nodes[order], column[order], row[order]
    first = np.ones(len(nodes), dtype=bool)
    first[1:] = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
    return np.sort(nodes[first])


def _near_what_parts(net: Network, nodes: Int64, setting: Setting, within_m: float) -> Bools:
    """Which nodes lie near rail, water or a motorway."""
    near = np.zeros(len(nodes), dtype=bool)
    shapes = _parting(setting)
    if len(shapes) and len(nodes):
        points = shapely.points(net.x_m[nodes], net.y_m[nodes])
        near[shapely.STRtree(shapes).query(points, predicate="dwithin", distance=within_m)[0]] = True
    return near


def _parting(setting: Setting) -> Geometries:
    return np.concatenate([setting.lines_of(*_BRIDGED), setting.water])


def _parted(lines: Geometries, setting: Setting) -> Bools:
    return _meets(lines, _parting(setting))


def _meets(lines: Geometries, shapes: Geometries) -> Bools:
    """Which lines meet any of the shapes."""
    met = np.zeros(len(lines), dtype=bool)
    if len(lines) and len(shapes):
        met[shapely.STRtree(shapes).query(lines, predicate="intersects")[0]] = True
    return met


def _crosses_a_way(gaps: Gaps, setting: Setting) -> Bools:
    """Which lines meet a walkable way before their ends: the shorter gap is another pair."""
    shares = np.clip(_AT_THE_END_M / np.maximum(gaps.length_m, 1e-9), 0.0, 0.4)
    start = shapely.line_interpolate_point(gaps.lines, shares, normalized=True)
    end = shapely.line_interpolate_point(gaps.lines, 1 - shares, normalized=True)
    xy = np.stack([shapely.get_coordinates(start), shapely.get_coordinates(end)], axis=1).reshape(-1, 2, 2)
    inner = np.asarray(shapely.linestrings(xy), dtype=object) if len(xy) else np.array([], dtype=object)
    return _meets(inner, setting.ways)


def _far_on_foot(gaps: Gaps, setting: Setting) -> Bools:
    """Which pairs are farther apart on foot than the rule's saving and ratio ask for: exact, on the network."""
    return _way_m(gaps, setting, _least_m(gaps, setting)) >= _least_m(gaps, setting)


def _least_m(gaps: Gaps, setting: Setting) -> Floats:
    """The way on foot from which a gap counts. [m]"""
    ratio, saving = setting.number("link.minimum_ratio"), setting.number("link.minimum_saving_m")
    return np.maximum(gaps.length_m * ratio, gaps.length_m + saving)


def _way_m(gaps: Gaps, setting: Setting, within_m: Floats) -> Floats:
    """Way on foot between the ends of each gap; the limit where it is longer. [m]"""
    if not len(gaps.one):
        return np.zeros(0)
    net, limit = setting.ground.network, float(within_m.max())
    nodes, at = np.unique(np.concatenate([gaps.one, gaps.other]), return_inverse=True)
    points = _at_nodes(net, nodes)
    reached = pairs(Engine.of(net), points, points, limit=int(np.ceil(limit * _DM)))
    n = len(nodes)
    known = reached.origin * n + reached.group  # sorted: by origin, then group
    first, second = at[: len(gaps.one)], at[len(gaps.one) :]
    wanted = first * n + second
    place = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    hit = known[place] == wanted if len(known) else np.zeros(len(wanted), dtype=bool)
    return np.where(hit, reached.cost[place] / _DM if len(known) else limit, limit)


def _at_nodes(net: Network, nodes: Int64) -> Attachment:
    """Nodes as points of the network, on the lowest edge that meets each, in order of their positions."""
    edges = np.arange(net.n_edges)
    edge = np.full(net.n_nodes, net.n_edges, dtype=np.int64)
    np.minimum.at(edge, net.edge_from, edges)
    np.minimum.at(edge, net.edge_to, edges)
    on = edge[nodes]
    offset = np.where(net.edge_from[on] == nodes, 0, net.edge_length_dm[on])
    ids = np.array([f"{at:09d}" for at in nodes.tolist()], dtype=object)
    return Attachment(ids, on, offset, np.zeros(len(on), dtype=np.int64), np.full(len(on), "ok", dtype=object))


def _found(gaps: Gaps, setting: Setting, kind: str, looked_at: int) -> Found:
    """The gaps that save most for people in need, apart from each other."""
    longest = np.full(len(gaps.one), setting.number("link.longest_way_m"))
    way = _way_m(gaps, setting, longest)
    people = setting.near(gaps.lines, setting.number("link_reach_m"), "any")
    worth = (way - gaps.length_m) * (people + 1.0)
    middle = shapely.get_coordinates(shapely.line_interpolate_point(gaps.lines, 0.5, normalized=True)).reshape(-1, 2)
    order = np.lexsort((gaps.other, gaps.one, -worth.round(3)))
    kept = _apart(middle, order, setting.number("link.apart_m"))
    return found([_place(gaps, at, kind, float(way[at])) for at in kept], looked_at)


def _apart(xy: Floats, order: Int64, apart_m: float) -> list[int]:
    """Positions in their order, without those too near to one already taken."""
    if not len(xy):
        return []
    near, taken = cKDTree(xy).query_ball_point(xy, apart_m), np.zeros(len(xy), dtype=bool)
    kept = []
    for at in order.tolist():
        if not taken[at]:
            kept.append(at)
            taken[near[at]] = True
    return kept


def _place(gaps: Gaps, at: int, kind: str, way_m: float) -> Place:
    line = gaps.lines[at]
    xy = shapely.get_coordinates(line).round(1)
    xy = xy[np.lexsort((xy[:, 1], xy[:, 0]))]
    x, y = xy.mean(axis=0).round(1).tolist()
    ends = ":".join(f"{value:.0f}" for value in xy.ravel().tolist())
    return Place(
        key=f"{kind}:{ends}", kind=kind, geometry=shapely.LineString(xy), x_m=x, y_m=y,
        length_m=round(float(gaps.length_m[at]), 1), sealed=0.0, extra={"way": way_m},
    )  # fmt: skip
