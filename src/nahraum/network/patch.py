"""A network under change: ways added, cut, taken away, without renumbering anything until it is finished.

Nodes of the base keep their positions; new ones are appended. An edge that is cut or divided dies, and its pieces
are new edges of the same way. New nodes have ids from `NEW` on, so that they sort behind the source's.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from nahraum.errors import InputError
from nahraum.network.graph import BLOCKED, Network, network_of_edges
from nahraum.network.ledger import Ledger
from nahraum.network.legs import lines
from nahraum.network.nearby import EdgeGrid, nearest_edges

NEW = 1 << 52  # ids from here on are made by edits; below 2^53, so that they survive JSON
_GEOD = pyproj.Geod(ellps="WGS84")
Point = tuple[float, float]


class Draft:
    """Nodes and edges of a network as rows of a ledger; `removed` and `added` list the edges of the last change."""

    def __init__(self, network: Network, *, crs: str, room: int = 0) -> None:
        self.base, self.crs, self.ledger = network, crs, Ledger()
        low, high = network.edge_from, network.edge_to
        self.grid = EdgeGrid.of((network.x_m[low], network.y_m[low], network.x_m[high], network.y_m[high]))
        self.n_grid = network.n_edges
        self._made_before = np.flatnonzero(network.edge_way_id >= NEW)
        self.removed: list[int] = []
        self.added: list[int] = []
        self.fresh_from = network.n_nodes  # nodes from here on are new in this change
        for name in ("node_id", "x_m", "y_m", "component"):
            self._column(name, getattr(network, name), "node", room)
        columns = ("edge_from", "edge_to", "edge_length_dm", "edge_way_id", "edge_forward", "edge_backward")
        for name in columns:
            self._column(name, getattr(network, name), "edge", room)
        self._column("alive", np.ones(network.n_edges, dtype=np.bool_), "edge", room)

    def _column(self, name: str, values: npt.NDArray[np.generic], group: str, room: int) -> None:
        self.ledger.add(name, np.concatenate([values, np.zeros(room, dtype=values.dtype)]), group=group)
        self.ledger.sizes[group] = len(values)

    def begin(self) -> None:
        """A new change: nothing removed, nothing added yet."""
        self.removed, self.added = [], []
        self.fresh_from = self.ledger.sizes["node"]

    def extra(self) -> npt.NDArray[np.int64]:
        """Living edges that the grid does not know."""
        size = self.ledger.sizes["edge"]
        return np.flatnonzero(self.ledger["alive"][self.n_grid : size]) + self.n_grid

    def ways(self, part: npt.NDArray[np.int8]) -> tuple[npt.NDArray[np.generic], ...]:
        """Edges, nodes and kinds of parts as `nearby.nearest_edges` takes them."""
        names = ("edge_from", "edge_to", "edge_length_dm", "edge_way_id", "alive", "node_id", "x_m", "y_m", "component")
        return (*(self.ledger[name] for name in names), part)

    def near(self, box: tuple[float, float, float, float]) -> npt.NDArray[np.int64]:
        """Living edges that may meet a box; sorted by slot."""
        found = np.concatenate([self.grid.within(*box), self.extra()])
        return np.asarray(found[self.ledger["alive"][found]], dtype=np.int64)

    def joined(self, point: Point, limit_m: float) -> int:
        """The node of the nearest way to a point, which is divided there unless it ends there.

        Raises
            InputError where no way is within the limit.
        """
        part = np.zeros(self.ledger.sizes.get("part", int(self.base.component.max(initial=0)) + 1), dtype=np.int8)
        xy = (np.array([point[0]]), np.array([point[1]]))
        edge, _, share = nearest_edges(*xy, self.grid.arrays(), self.extra(), self.ways(part), limit_m)
        at = int(edge[0, 0])
        if at < 0:
            raise InputError(
                f"no way within {limit_m:g} m of the point {point[0]:.1f}, {point[1]:.1f}",
                expected="a footpath begins and ends at a way, or says which of its points join one",
                fix="draw it up to a way, or name the joining points in `joins`",
            )
        return self._divided(at, float(share[0, 0]))

    def path(self, points: list[Point], joins: frozenset[int], *, way_id: int, limit_m: float) -> None:
        """A new way along some points; those named in `joins` are moved onto the nearest way and meet it there."""
        if (self.ledger["edge_way_id"][self._made()] == way_id).any():
            raise InputError(f"there is already a way {way_id}", expected="a path that is not there yet")
        at = [self.joined(p, limit_m) if n in joins else self._new_node(*p) for n, p in enumerate(points)]
        for one, other in pairwise(at):
            if one != other:
                length = self._length_dm(one, other)
                cost = length if self.base.unit == "dm" else max(round(length * self.base.pace), 1)
                self._new_edge(one, other, length, way_id, cost, cost)
        if not (self.ledger["edge_way_id"][self.added] == way_id).any():
            raise InputError("the footpath begins and ends at the same place", expected="two different points")

    def remove_way(self, way_id: int) -> None:
        """All edges of a way die.

        Raises
            InputError where there is no such way.
        """
        found = np.flatnonzero(self.ledger["edge_way_id"][: self.ledger.sizes["edge"]] == way_id)
        found = found[self.ledger["alive"][found]]
        if not len(found):
            raise InputError(f"there is no way {way_id} that could be removed", expected="the id of a walkable way")
        for edge in found.tolist():
            self._kill(edge)

    def cut(self, line: shapely.LineString) -> None:
        """Every edge that a line meets ends there, on both sides, and is not walked across."""
        edges = self.near(line.bounds)
        first, second = self.ledger["edge_from"][edges], self.ledger["edge_to"][edges]
        x, y = self.ledger["x_m"], self.ledger["y_m"]
        shapes = lines(np.stack([x[first], y[first], x[second], y[second]], axis=1))
        for at in np.flatnonzero(shapely.intersects(shapes, line)).tolist():
            met = shapely.get_coordinates(shapely.intersection(shapes[at], line))
            edge = int(edges[at])
            shares = sorted({self._share(edge, px, py) for px, py in met.tolist()})
            self._severed(edge, shares)

    def finish(self) -> Network:
        """The network as it stands: living edges in the order of every network, all nodes."""
        n_nodes, n_edges = self.ledger.sizes["node"], self.ledger.sizes["edge"]
        living = self._living()
        ids, x_m, y_m = (self.ledger[name][:n_nodes].copy() for name in ("node_id", "x_m", "y_m"))
        columns = ("edge_from", "edge_to", "edge_length_dm", "edge_way_id", "edge_forward", "edge_backward")
        first, second, length, way, ahead, back = (self.ledger[name][:n_edges][living] for name in columns)
        made = network_of_edges(
            (ids, x_m, y_m), (first, second, length, way), costs=(ahead, back), unit=self.base.unit, pace=self.base.pace
        )  # fmt: skip
        return replace(
            made, counts=self.base.counts | made.counts | {"self_loops": self.base.counts.get("self_loops", 0)}
        )

    def _made(self) -> npt.NDArray[np.int64]:
        """Living edges of ways that edits have made."""
        edges = np.concatenate([self._made_before, self.extra()])
        return np.asarray(edges[self.ledger["alive"][edges]], dtype=np.int64)

    def _living(self) -> npt.NDArray[np.bool_]:
        return self.ledger["alive"][: self.ledger.sizes["edge"]]

    def _share(self, edge: int, px: float, py: float) -> float:
        """Where along an edge the foot of a point lies. [0..1]"""
        x0, y0, dx, dy = self._straight(edge)
        square = dx * dx + dy * dy
        return min(max(((px - x0) * dx + (py - y0) * dy) / (square or 1.0), 0.0), 1.0)

    def _straight(self, edge: int) -> tuple[float, float, float, float]:
        x, y = self.ledger["x_m"], self.ledger["y_m"]
        first, second = self.ledger["edge_from"][edge], self.ledger["edge_to"][edge]
        x0, y0 = float(x[first]), float(y[first])
        return x0, y0, float(x[second]) - x0, float(y[second]) - y0

    def _divided(self, edge: int, share: float) -> int:
        """The node at a share of an edge: one of its ends, or a new one between two pieces of it."""
        length = int(self.ledger["edge_length_dm"][edge])
        offset = int(np.rint(share * length))
        first, second = int(self.ledger["edge_from"][edge]), int(self.ledger["edge_to"][edge])
        if offset <= 0 or offset >= length:
            return first if offset <= 0 else second
        x0, y0, dx, dy = self._straight(edge)
        middle = self._new_node(x0 + share * dx, y0 + share * dy)
        self._pieces(edge, [(0, offset, first, middle), (offset, length, middle, second)])
        return middle

    def _severed(self, edge: int, shares: list[float]) -> None:
        """The edge in pieces that do not meet; each cut makes two loose ends."""
        length = int(self.ledger["edge_length_dm"][edge])
        x0, y0, dx, dy = self._straight(edge)
        cuts = {int(np.rint(share * length)): (x0 + share * dx, y0 + share * dy) for share in reversed(shares)}
        start, node, pieces = 0, int(self.ledger["edge_from"][edge]), []
        for offset, xy in sorted(cuts.items()):
            if offset > start:
                pieces.append((start, offset, node, self._new_node(*xy)))
            if offset < length:
                start, node = offset, self._new_node(*xy)
            else:
                start = length
        if start < length:
            pieces.append((start, length, node, int(self.ledger["edge_to"][edge])))
        self._pieces(edge, pieces)

    def _pieces(self, edge: int, pieces: list[tuple[int, int, int, int]]) -> None:
        """Parts of an edge (from, to along it, nodes there) instead of it; their costs add up to its own."""
        row = {
            name: int(self.ledger[name][edge])
            for name in ("edge_length_dm", "edge_way_id", "edge_forward", "edge_backward")
        }
        length = row["edge_length_dm"]
        self._kill(edge)
        for start, end, one, other in pieces:
            ahead, back = (
                BLOCKED if row[name] >= BLOCKED else _part(row[name], length, end) - _part(row[name], length, start)
                for name in ("edge_forward", "edge_backward")
            )
            self._new_edge(one, other, end - start, row["edge_way_id"], ahead, back)

    def _new_node(self, x_m: float, y_m: float) -> int:
        at = self.ledger.grow("node", 1)
        for name, value in (("node_id", NEW + at), ("x_m", x_m), ("y_m", y_m), ("component", 0)):
            self.ledger[name][at] = value
        return at

    def _new_edge(self, one: int, other: int, length: int, way_id: int, ahead: int, back: int) -> None:
        """An edge from the lower node id to the higher one, whichever way its costs were told."""
        ids = self.ledger["node_id"]
        if (int(ids[one]), one) > (int(ids[other]), other):
            one, other, ahead, back = other, one, back, ahead
        at = self.ledger.grow("edge", 1)
        row = {"edge_from": one, "edge_to": other, "edge_length_dm": length, "edge_way_id": way_id,
               "edge_forward": ahead, "edge_backward": back}  # fmt: skip
        for name, value in row.items():
            self.ledger[name][at] = value
        self.ledger.set("alive", at, True)
        self.added.append(at)

    def _kill(self, edge: int) -> None:
        self.ledger.set("alive", edge, False)
        if edge in self.added:
            self.added.remove(edge)
        else:
            self.removed.append(edge)

    def _length_dm(self, one: int, other: int) -> int:
        """Geodesic length between two nodes, at least 1 dm. [dm]"""
        x, y = self.ledger["x_m"], self.ledger["y_m"]
        lon, lat = _to_lon_lat(self.crs).transform([x[one], x[other]], [y[one], y[other]])
        metres = _GEOD.inv(lon[0], lat[0], lon[1], lat[1])[2]
        return max(round(float(metres) * 10), 1)


@lru_cache(maxsize=8)
def _to_lon_lat(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _part(cost: int, length_dm: int, offset_dm: int) -> int:
    """Cost of an edge up to a point on it, in proportion, rounded half up."""
    return (2 * cost * offset_dm + length_dm) // (2 * length_dm)
