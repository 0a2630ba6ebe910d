"""Green under a standard that measures straight lines, kept so that one green can be looked at again by itself.

The labels are those of `repair`: `cost << 32 | code` of the nearest green, `best` of the problem GREEN. No way and no
edit of a way has a part in them; `greens.nearest_linear` and `pairs_linear` are what a full run asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from nahraum.access.greens import nearest_linear
from nahraum.access.repair import COST_BITS, FAR
from nahraum.network.graph import Int64
from nahraum.network.legs import points_of

if TYPE_CHECKING:
    from nahraum.access.competition import Reach
    from nahraum.access.standing import Standing
    from nahraum.area.model import Area

_SLACK_M = 0.1  # more than rounding to decimetres does


class Straight:
    """Who is how near to which green. Table `shape`: green to its outline."""

    def __init__(self, standing: Standing, area: Area) -> None:
        self.standing, self.book = standing, standing.book
        self.best = f"best{len(standing.codes) - 1}"
        self.book.tables["shape"] = {}
        addresses = area.addresses.sort_values("address_id")
        standing._array(self.best, self._labels(addresses, area.greens)[standing.place], "address", fill=int(FAR))
        size = standing.n_base
        self.tree = shapely.STRtree(points_of(self.book["x"][:size], self.book["y"][:size]))

    def _labels(self, addresses: pd.DataFrame, greens: pd.DataFrame) -> Int64:
        """The nearest green of some addresses, from nothing."""
        found = nearest_linear(addresses, greens.sort_values("green_id"), limit_dm=self.standing.limit)
        codes = self.standing.codes[-1]
        code = np.array([codes.code(name) if name else 0 for name in found["place_id"]], dtype=np.int64)
        cost = found["cost"].to_numpy(dtype=np.int64)
        return np.where(cost >= 0, cost << COST_BITS | code, FAR)

    def reach_of(self, green: int) -> Reach:
        """Addresses within the standard's distance of a green, and how much each counts."""
        standing, empty = self.standing, np.empty(0, dtype=np.int64)
        shape = self.book.tables["shape"].get(green)
        if shape is None:
            return empty, empty
        near = self.tree.query(shape, predicate="dwithin", distance=standing.catchment / 10 + _SLACK_M)
        slots = np.concatenate([np.sort(near), np.arange(standing.n_base, self.book.sizes["address"])])
        slots = slots[self.book["lives"][slots]]
        cost = self._away_dm(slots, shape)
        slots, cost = slots[cost <= standing.catchment], cost[cost <= standing.catchment]
        weight = standing.weight[cost]
        return slots[weight > 0], weight[weight > 0]

    def offered(self, green: int) -> Int64:
        """Addresses to which a new green is the nearest."""
        size, shape = self.book.sizes["address"], self.book.tables["shape"][green]
        x, y, best = (self.book[name][:size] for name in ("x", "y", self.best))
        west, south, east, north = shape.bounds
        beside, beyond = np.maximum(west - x, x - east), np.maximum(south - y, y - north)
        at_least_m = np.hypot(np.maximum(beside, 0), np.maximum(beyond, 0))
        worth = at_least_m - _SLACK_M <= np.minimum(best >> COST_BITS, self.standing.limit) / 10
        slots = np.flatnonzero(worth & self.book["lives"][:size])
        cost = self._away_dm(slots, shape)
        label = np.where(cost <= self.standing.limit, cost << COST_BITS | self.book["g_code"][green], FAR)
        nearer = label < best[slots]
        return self._set(slots[nearer], label[nearer])

    def bereft(self, green: int) -> Int64:
        """Addresses whose nearest green is gone; they have another one now, or none."""
        size = self.book.sizes["address"]
        best = self.book[self.best][:size]
        gone = (best < FAR) & (best & ((1 << COST_BITS) - 1) == self.book["g_code"][green])
        return self.asked(np.flatnonzero(gone & self.book["lives"][:size]))

    def asked(self, slots: Int64) -> Int64:
        """The nearest green of some addresses anew; those with another one."""
        tables = self.book.tables
        greens = pd.DataFrame({
            "green_id": list(tables["green"]), "geometry": [tables["shape"][at] for at in tables["green"].values()]
        }, dtype=object)  # fmt: skip
        xy = {name: self.book[name[0]][slots] for name in ("x_m", "y_m")}
        label = self._labels(pd.DataFrame({"address_id": self.standing.names(slots), **xy}), greens)
        other = label != self.book[self.best][slots]
        return self._set(slots[other], label[other])

    def around(self, slot: int) -> set[int]:
        """Greens within the standard's distance of an address."""
        shapes = self.book.tables["shape"]
        greens, outlines = np.array(list(shapes)), np.array(list(shapes.values()), dtype=object)
        if not len(greens):
            return set()
        away = shapely.distance(outlines, shapely.Point(self.book["x"][slot], self.book["y"][slot]))
        return set(greens[np.asarray(away) <= self.standing.catchment / 10 + _SLACK_M].tolist())

    def _set(self, slots: Int64, label: Int64) -> Int64:
        if len(slots):
            self.book.set(self.best, slots, label)
        return slots

    def _away_dm(self, slots: Int64, shape: shapely.Geometry) -> Int64:
        """Straight ways from addresses to the edge of a green, 0 inside, as `greens` measures them. [dm]"""
        points = points_of(self.book["x"][slots], self.book["y"][slots])
        return np.rint(np.asarray(shapely.distance(points, shape), dtype=np.float64) * 10).astype(np.int64)
