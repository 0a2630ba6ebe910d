"""Ways with their nodes under correction: segments found by place, nodes put into ways, ways added and taken out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.sources.osm.geometry import Plane
from nahraum.sources.osm.raw import slices

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
OWN = 1 << 51  # ids of corrections: from here to 2^52; every source's are below, those of what-if above
_DIGITS = 7  # of a degree, as OpenStreetMap keeps them


def own_number(told: str) -> int:
    """A number from 2^51 to 2^52 - 1 that stands for what is told."""
    return OWN + int(hashlib.sha256(told.encode()).hexdigest()[:16], 16) % OWN


@dataclass(frozen=True)
class Spot:
    """A node on a way: its id and place in degrees; `after` is the position in `way_nodes` that it follows, -1 where
    the node is there already; `share` is where between the two nodes there."""

    node_id: int
    lon: float
    lat: float
    after: int = -1
    share: float = 0.0


@dataclass(frozen=True)
class Segments:
    """Pairs of consecutive nodes of some ways: position in `way_nodes` of the first, row of the way, both ends. [m]"""

    position: Int64
    row: Int64
    ends: Float64  # x0, y0, x1, y1

    def near(self, bounds: Sequence[float], distance_m: float) -> Int64:
        """Segments whose box comes that near to a box."""
        west, south, east, north = bounds
        x, y = self.ends[:, 0::2], self.ends[:, 1::2]
        inside = (x.min(1) <= east + distance_m) & (x.max(1) >= west - distance_m)
        inside &= (y.min(1) <= north + distance_m) & (y.max(1) >= south - distance_m)
        return np.flatnonzero(inside)

    def lines(self, chosen: Int64) -> npt.NDArray[np.object_]:
        """The chosen segments as lines."""
        return np.asarray(shapely.linestrings(self.ends[chosen].reshape(-1, 2, 2)), dtype=object)

    def foot(self, x: float, y: float, limit_m: float) -> tuple[int, float, float] | None:
        """The nearest segment to a point, the share along it and the distance; the lowest way on a tie. [m]"""
        chosen = self.near((x, y, x, y), limit_m)
        if not len(chosen):
            return None
        share = self.share(chosen, x, y)
        x0, y0, x1, y1 = self.ends[chosen].T
        away = np.round(np.hypot(x0 + share * (x1 - x0) - x, y0 + share * (y1 - y0) - y), 4)
        best = int(np.argmin(away))
        return (int(chosen[best]), float(share[best]), float(away[best])) if away[best] <= limit_m else None

    def share(self, chosen: Int64, x: float, y: float) -> Float64:
        """Where along segments the foot of a point lies. [0..1]"""
        x0, y0, x1, y1 = self.ends[chosen].T
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        along = ((x - x0) * dx + (y - y0) * dy) / np.where(square > 0, square, 1.0)
        return np.asarray(np.clip(along, 0.0, 1.0), dtype=np.float64)


@dataclass(frozen=True)
class WayBook:
    """`ways`, `way_nodes` and `nodes` of an extract, the runs of nodes one after another in order of the rows."""

    ways: pd.DataFrame
    way_nodes: Int64
    nodes: pd.DataFrame
    plane: Plane

    @classmethod
    def of(cls, ways: pd.DataFrame, way_nodes: Int64, nodes: pd.DataFrame, plane: Plane) -> WayBook:
        """The book of an extract; runs are laid one after another if they are not."""
        book = cls(ways, way_nodes, nodes, plane)
        size = ways["n_nodes"].to_numpy(np.int64)
        is_packed = np.array_equal(ways["first"].to_numpy(np.int64), np.cumsum(size) - size)
        return book if is_packed and int(size.sum()) == len(way_nodes) else book.taken(np.arange(len(ways)))

    def taken(self, rows: npt.ArrayLike) -> WayBook:
        """Only some rows, in the given order; nodes of no way are left out."""
        ways = self.ways.iloc[np.asarray(rows, dtype=np.int64)].reset_index(drop=True)
        size = ways["n_nodes"].to_numpy(np.int64)
        way_nodes = self.way_nodes[slices(ways["first"].to_numpy(np.int64), size)]
        nodes = self.nodes
        if len(way_nodes) < len(self.way_nodes):
            nodes = nodes[np.isin(nodes["node_id"].to_numpy(), way_nodes)].reset_index(drop=True)
        return replace(self, ways=ways.assign(first=np.cumsum(size) - size), way_nodes=way_nodes, nodes=nodes)

    def places(self) -> tuple[Float64, Float64]:
        """Where each entry of `way_nodes` lies. [m]"""
        at = np.searchsorted(self.nodes["node_id"].to_numpy(), self.way_nodes)
        lon, lat = (self.nodes[name].to_numpy(np.float64)[at] for name in ("lon", "lat"))
        return lon * self.plane.east, lat * self.plane.north

    def lines(self) -> npt.NDArray[np.object_]:
        """Each row as a line, or a point where it has one node. [m]"""
        x, y = self.places()
        size = self.ways["n_nodes"].to_numpy(np.int64)
        xy = np.column_stack([x, y])
        shapes = np.empty(len(size), dtype=object)
        owner = np.repeat(np.arange(len(size)), size)
        long = size >= 2
        of_long = np.repeat(np.cumsum(long) - 1, size)[long[owner]]
        shapes[long] = shapely.linestrings(xy[long[owner]], indices=of_long)
        shapes[~long] = shapely.points(xy[self.ways["first"].to_numpy(np.int64)[~long]])
        return shapes

    def segments(self, rows: Bools) -> Segments:
        """Pairs of consecutive nodes of the marked rows."""
        size = self.ways["n_nodes"].to_numpy(np.int64)
        owner = np.repeat(np.arange(len(size)), size)
        inner = rows[owner]
        inner[np.cumsum(size)[size > 0] - 1] = False
        at = np.flatnonzero(inner)
        x, y = self.places()
        return Segments(at, owner[at], np.column_stack([x[at], y[at], x[at + 1], y[at + 1]]))

    def walked(self, *, on_ground: bool = True) -> Bools:
        """Rows that people walk on; `on_ground` leaves out bridges and tunnels."""
        walkable = self.ways["walkable"].to_numpy(bool)
        if not on_ground:
            return walkable
        return np.asarray(walkable & ~self.ways["bridge"].to_numpy(bool) & ~self.ways["tunnel"].to_numpy(bool))

    def spot(self, segments: Segments, segment: int, share: float, *, touch_m: float) -> Spot:
        """The node at a share of a segment: one of its ends if that is near, else a new one between them."""
        position = int(segments.position[segment])
        x0, y0, x1, y1 = segments.ends[segment].tolist()
        x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
        for at, (ex, ey) in ((position, (x0, y0)), (position + 1, (x1, y1))):
            if np.hypot(x - ex, y - ey) <= touch_m:
                node = int(self.way_nodes[at])
                row = int(np.searchsorted(self.nodes["node_id"].to_numpy(), node))
                return Spot(node, float(self.nodes["lon"].iloc[row]), float(self.nodes["lat"].iloc[row]))
        made = self.loose(x, y)
        return replace(made, after=position, share=share)

    def loose(self, x: float, y: float) -> Spot:
        """A new node at a place; two at one place are the same."""
        lon, lat = round(x / self.plane.east, _DIGITS), round(y / self.plane.north, _DIGITS)
        return Spot(own_number(f"node {lon:.7f} {lat:.7f}"), lon, lat)

    def with_spots(self, spots: Iterable[Spot]) -> WayBook:
        """The new nodes put into their ways, in order along them."""
        new = sorted({(s.after, s.share, s.node_id): s for s in spots if s.after >= 0}.items())
        kept = [
            spot for number, (_, spot) in enumerate(new) if not number or new[number - 1][1].node_id != spot.node_id
        ]
        if not kept:
            return self
        after = np.array([spot.after for spot in kept], dtype=np.int64)
        ids = np.array([spot.node_id for spot in kept], dtype=np.int64)
        size = self.ways["n_nodes"].to_numpy(np.int64)
        row = np.searchsorted(np.cumsum(size), after, side="right")
        longer = size + np.bincount(row, minlength=len(size))
        ways = self.ways.assign(first=np.cumsum(longer) - longer, n_nodes=longer)
        book = replace(self, ways=ways, way_nodes=np.insert(self.way_nodes, after + 1, ids))
        return book.with_nodes(kept)

    def with_nodes(self, spots: Iterable[Spot]) -> WayBook:
        """The table of nodes with those that are new."""
        new = {s.node_id: s for s in spots}
        there = set(self.nodes["node_id"].to_numpy()[np.isin(self.nodes["node_id"].to_numpy(), list(new))].tolist())
        fresh = [new[number] for number in sorted(set(new) - there)]
        if not fresh:
            return self
        columns: dict[str, Any] = {name: [""] * len(fresh) for name in self.nodes.columns}
        columns |= {"node_id": [s.node_id for s in fresh], "lon": [s.lon for s in fresh], "lat": [s.lat for s in fresh]}
        columns["passable"] = [True] * len(fresh)
        more = pd.DataFrame(columns).astype(self.nodes.dtypes.to_dict())
        nodes = pd.concat([self.nodes, more], ignore_index=True)
        return replace(self, nodes=nodes.sort_values("node_id", kind="stable", ignore_index=True))

    def with_ways(self, new: Sequence[tuple[dict[str, Any], Sequence[Spot]]]) -> WayBook:
        """Further ways: what the table says of each, and its nodes; rows in order of way id and part."""
        if not new:
            return self
        columns: dict[str, Any] = {}
        for name, kind in self.ways.dtypes.items():
            empty: Any = "" if pd.api.types.is_string_dtype(kind) else False if pd.api.types.is_bool_dtype(kind) else 0
            columns[str(name)] = [row.get(str(name), empty) for row, _ in new]
        size = np.array([len(spots) for _, spots in new], dtype=np.int64)
        columns |= {"n_nodes": size, "first": len(self.way_nodes) + np.cumsum(size) - size}
        ways = pd.concat([self.ways, pd.DataFrame(columns).astype(self.ways.dtypes.to_dict())], ignore_index=True)
        ids = np.array([spot.node_id for _, spots in new for spot in spots], dtype=np.int64)
        book = replace(self, ways=ways, way_nodes=np.concatenate([self.way_nodes, ids]))
        book = book.with_nodes([spot for _, spots in new for spot in spots])
        return book.taken(np.lexsort((ways["part"].to_numpy(np.int64), ways["way_id"].to_numpy(np.int64))))

    def with_passable(self, states: Mapping[int, tuple[bool, str | None]]) -> WayBook:
        """Nodes that are open or closed now, and the barrier on them (None: as it was)."""
        ids = self.nodes["node_id"].to_numpy()
        known = [node for node in sorted(states) if node in set(ids[np.isin(ids, list(states))].tolist())]
        if not known:
            return self
        at = np.searchsorted(ids, np.array(known, dtype=np.int64))
        passable, barrier = self.nodes["passable"].to_numpy(bool).copy(), self.nodes["barrier"].copy()
        passable[at] = [states[node][0] for node in known]
        for row, node in zip(at.tolist(), known, strict=True):
            if (said := states[node][1]) is not None:
                barrier.iloc[row] = said
        return replace(self, nodes=self.nodes.assign(passable=passable, barrier=barrier))
