"""Ways to public green, each standard in its own metric: on foot to an entrance, or straight to the edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.access import reach
from nahraum.access.engine import Engine
from nahraum.access.pairs import Pairs, pairs_of
from nahraum.access.setting import AttachedArea, GreenStandard, whole_dm
from nahraum.network.graph import Int64
from nahraum.network.legs import points_of

if TYPE_CHECKING:
    from nahraum.area.model import Area

Ids = npt.NDArray[np.object_]
_SLACK_M = 0.1  # distances are compared in whole decimetres, so this finds every tie


@dataclass(frozen=True)
class Greens:
    """The greens of a study, ready to be asked by the metric of its standard."""

    area: Area
    engine: Engine
    attached: AttachedArea
    standard: GreenStandard

    def nearest(self, ids: Ids, *, limit_m: float) -> pd.DataFrame:
        """The nearest green of each address: `id`, `cost` [dm] (-1 none), `place_id`."""
        if self.standard.metric == "linear":
            return nearest_linear(*self._linear(ids), limit_dm=whole_dm(limit_m))
        origins = self.attached.addresses.of(ids)
        return reach.nearest(self.engine, origins, {"green": self.attached.entrances}, limit=whole_dm(limit_m))["green"]

    def pairs(self, ids: Ids) -> Pairs:
        """Each address with each green within the standard's distance. [dm]"""
        limit_dm = whole_dm(self.standard.maximum_distance_m)
        if self.standard.metric == "linear":
            return pairs_linear(*self._linear(ids), limit_dm=limit_dm)
        origins = self.attached.addresses.of(ids)
        return reach.pairs(self.engine, origins, self.attached.entrances, limit=limit_dm)

    def supply_m2(self, green_ids: Ids) -> npt.NDArray[np.float64]:
        """Usable area of these greens: their area, at most the standard's cap. [m²]"""
        area_m2 = self.area.greens.set_index("green_id")["area_m2"].reindex(green_ids)
        return np.asarray(area_m2.clip(upper=self.standard.cap_m2), dtype=np.float64)

    def _linear(self, ids: Ids) -> tuple[pd.DataFrame, pd.DataFrame]:
        addresses = self.area.addresses[self.area.addresses["address_id"].isin(ids)]
        return addresses.sort_values("address_id"), self.area.greens.sort_values("green_id")


def nearest_linear(addresses: pd.DataFrame, greens: pd.DataFrame, *, limit_dm: int) -> pd.DataFrame:
    """The nearest green of each address in a straight line to its edge, 0 inside. [dm]"""
    ids = addresses["address_id"].to_numpy(dtype=object)
    green_ids = greens["green_id"].to_numpy(dtype=object)
    points = points_of(addresses["x_m"], addresses["y_m"])
    distance_dm = np.full(len(ids), -1, dtype=np.int64)
    place_id = np.full(len(ids), "", dtype=object)
    if len(greens) and len(ids):
        shapes = greens["geometry"].to_numpy(dtype=object)
        tree = shapely.STRtree(shapes)
        (near, _), metres = tree.query_nearest(
            points, max_distance=limit_dm / 10 + _SLACK_M, return_distance=True, all_matches=False
        )
        point, green = tree.query(points[near], predicate="dwithin", distance=metres + _SLACK_M)
        origin = near[point]
        walked = _straight_dm(points[origin], shapes[green])
        order = np.lexsort((green, walked, origin))
        order = order[walked[order] <= limit_dm]
        chosen, first = np.unique(origin[order], return_index=True)
        distance_dm[chosen] = walked[order[first]]
        place_id[chosen] = green_ids[green[order[first]]]
    found = pd.DataFrame({"id": ids, "cost": distance_dm, "place_id": place_id})
    return found.astype({"id": "str", "place_id": "str"})


def pairs_linear(addresses: pd.DataFrame, greens: pd.DataFrame, *, limit_dm: int) -> Pairs:
    """Each address with each green within a straight-line limit. [dm]"""
    ids = addresses["address_id"].to_numpy(dtype=object)
    green_ids = greens["green_id"].to_numpy(dtype=object)
    points = points_of(addresses["x_m"], addresses["y_m"])
    shapes = greens["geometry"].to_numpy(dtype=object)
    green, origin = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    if len(greens) and len(ids):
        green, origin = shapely.STRtree(points).query(shapes, predicate="dwithin", distance=limit_dm / 10 + _SLACK_M)
    walked = _straight_dm(points[origin], shapes[green])
    near = walked <= limit_dm
    return pairs_of(ids, green_ids, (origin[near], green[near], walked[near]))


def _straight_dm(points: npt.NDArray[np.object_], shapes: npt.NDArray[np.object_]) -> Int64:
    return np.rint(np.asarray(shapely.distance(points, shapes), dtype=np.float64) * 10).astype(np.int64)
