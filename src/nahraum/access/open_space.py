"""What every address meets on foot beside services and green: spaces, benches, the ways themselves, places to play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.access import catchment, reach
from nahraum.access.decay import decay_of
from nahraum.access.greens import pairs_linear
from nahraum.access.per_address import Prepared
from nahraum.access.setting import whole_dm
from nahraum.area.public_space import OpenSpace
from nahraum.frames import MICRO, to_micro
from nahraum.network import Attachment, SmallComponents, attach_points
from nahraum.network.graph import Int64
from nahraum.network.legs import points_of
from nahraum.network.profiles import profile_terms, walking_profile
from nahraum.parameters import Parameters

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int8 = npt.NDArray[np.int8]

NO, YES, UNKNOWN = 0, 1, 2
_CENTI = 100  # areas are added up in hundredths of a square metre
_UNLIT = ("no", "disused")


@dataclass(frozen=True)
class Surroundings:
    """A study area with its open space, ready to be asked; answers are in the order of `area.addresses`."""

    prepared: Prepared
    space: OpenSpace
    parameters: Parameters

    @cached_property
    def order(self) -> Int64:
        """Position of each address in what the engine answers (sorted by id)."""
        ids = pd.Index(self.prepared.attached.addresses.id)
        return np.asarray(ids.get_indexer(pd.Index(self.prepared.area.addresses["address_id"])), dtype=np.int64)

    @property
    def edge(self) -> Bool:
        """Whether each address lies near the edge of the data."""
        return self.prepared.area.addresses["edge"].to_numpy(dtype=bool)

    @property
    def lost(self) -> Bool:
        """Whether each address meets no way."""
        return np.asarray(self.prepared.attached.addresses.edge[self.order] < 0)

    @cached_property
    def places(self) -> Attachment:
        """Spaces and places to play on the network, each under its id, by every point where one comes in."""
        points = self.space.points
        return self._attached(points["point_id"], points, points["place_id"], self.prepared.rules.leg_barriers)

    @cached_property
    def entrances(self) -> Attachment:
        """Entrances of the greens of all sizes on the network, under the id of their green."""
        points, rules = self.space.green_entrances, self.prepared.rules
        return self._attached(points["entrance_id"], points, points["green_id"], rules.entrance_barriers, across=False)

    def furniture(self, kind: str) -> Attachment:
        """Benches, toilets or drinking water on the network."""
        found = self.space.furniture[self.space.furniture["kind"] == kind]
        return self._attached(found["furniture_id"], found, found["furniture_id"], self.prepared.rules.leg_barriers)

    def _attached(
        self, ids: pd.Series, points: pd.DataFrame, group: pd.Series, barriers: tuple[str, ...], *, across: bool = True
    ) -> Attachment:
        rules, lines = self.prepared.rules, self.prepared.area.barriers
        chosen = lines[lines["kind"].isin(barriers)]
        frame = pd.DataFrame({"id": ids.to_numpy(dtype=object), "x_m": points["x_m"], "y_m": points["y_m"]})
        held = attach_points(
            self.prepared.engine.network, frame, maximum_leg_m=rules.maximum_leg_m, across=across,
            small=SmallComponents(rules.component_minimum_m, rules.component_factor),
            barriers=np.asarray(chosen.geometry.to_numpy(), dtype=object),
        )  # fmt: skip
        of = pd.Series(group.to_numpy(dtype=object), index=ids.to_numpy(dtype=object)).reindex(held.id)
        grouped = replace(held, id=of.to_numpy(dtype=object))
        return grouped.take(np.argsort(grouped.id.astype(str), kind="stable").astype(np.int64))

    def nearest_m(self, sets: Sequence[Attachment]) -> Float64:
        """Way from each address to the nearest of each set of places, NaN where none is reached. [m; address, set]"""
        limit = whole_dm(self.prepared.rules.search_limit_m)
        found = reach.distances(self.prepared.engine, self.prepared.attached.addresses, list(sets), limit=limit)
        return np.where(found < 0, np.nan, found / 10)[self.order]

    def sums_within(self, places: Attachment, amount: Mapping[str, float], limits_m: Sequence[float]) -> Float64:
        """Sum of the amounts of the places within each limit on foot, each place once. [amount; address, limit]"""
        groups = np.unique(places.id)
        whole = np.array([round(amount[str(group)] * _CENTI) for group in groups], dtype=np.int64)
        found = self._sums(places, np.zeros(len(groups), dtype=np.int32), whole, limits_m)
        return found[:, 0, :] / _CENTI

    def residents_within(self, limits_m: Sequence[float]) -> Float64:
        """Residents within each limit on foot of each address, its own among them. [persons; address, limit]"""
        addresses = self.prepared.attached.addresses
        residents = self.prepared.area.addresses.set_index("address_id")["residents"].reindex(addresses.id)
        micro = to_micro(residents.to_numpy(dtype=np.float64))
        found = self._sums(addresses, np.zeros(len(micro), dtype=np.int32), micro, limits_m)
        own = micro[self.order][:, None]
        return np.maximum(found[:, 0, :], own) / MICRO  # who meets no way is still at home

    def _sums(
        self, places: Attachment, category: npt.NDArray[np.int32], amount: Int64, limits_m: Sequence[float]
    ) -> Int64:
        origins, limits = self.prepared.attached.addresses, [whole_dm(limit) for limit in limits_m]
        if not len(places.attached().id):
            return np.zeros((len(self.order), int(category.max(initial=0)) + 1, len(limits)), dtype=np.int64)
        found = reach.reachable(self.prepared.engine, origins, places, category=category, amount=amount, limits=limits)
        return np.asarray(found, dtype=np.int64)[self.order]

    @cached_property
    def ways(self) -> WayLengths:
        """Length of the ways near each address, by what is known of them."""
        network, table = self.prepared.engine.network, self.space.ways
        row = pd.Index(table["way_id"]).get_indexer(pd.Index(network.edge_way_id))
        lit, free, calm = lit_ways(table), step_free_ways(table, self.parameters), calm_streets(table, self.parameters)
        code = np.append(9 * lit + 3 * free + calm, 26).astype(np.int32)[row]  # -1: a way nobody described
        n = network.n_edges
        middles = Attachment(
            np.arange(n).astype(object), np.arange(n, dtype=np.int64), network.edge_length_dm // 2,
            np.zeros(n, dtype=np.int64), np.full(n, "ok", dtype=object),
        )  # fmt: skip
        near = [self.parameters.number("public_space.near_m")]
        length = self._sums(middles, code, network.edge_length_dm, near)[:, :, 0]
        whole = np.zeros((len(length), 27), dtype=np.int64)
        whole[:, : length.shape[1]] = length
        return WayLengths(whole.reshape(-1, 3, 3, 3) / 10)

    def green_distance_m(self, minimum_m2: float) -> Float64:
        """Way on foot to the nearest entrance of a green of at least a size; NaN where none is reached. [m]"""
        held = self.entrances.of(self._of_size(minimum_m2)["green_id"].to_numpy(dtype=object))
        return self.nearest_m([held])[:, 0] if len(held.attached().id) else np.full(len(self.order), np.nan)

    def has_green(self, minimum_m2: float, *, metric: str, limit_m: float) -> Bool:
        """Whether there is green of at least a size: on foot to an entrance, or straight to its edge."""
        if metric == "network":
            return np.asarray(self.green_distance_m(minimum_m2) <= limit_m)
        addresses = self.prepared.area.addresses
        pairs = pairs_linear(addresses, self._of_size(minimum_m2), limit_dm=whole_dm(limit_m))
        met = np.zeros(len(pairs.origin_ids), dtype=bool)
        met[pairs.origin] = True
        return met[pd.Index(pairs.origin_ids).get_indexer(pd.Index(addresses["address_id"]))]

    def _of_size(self, minimum_m2: float) -> pd.DataFrame:
        greens = self.space.greens
        large: pd.DataFrame = greens[greens["area_m2"] >= minimum_m2].sort_values("green_id")
        return large

    def green_m2_per_resident(self, minimum_m2: float, *, catchment_m: float) -> Float64:
        """Green per resident after competition on foot, without a cap; NaN where nobody competes for it. [m²]"""
        large = self._of_size(minimum_m2)
        held = self.entrances.of(large["green_id"].to_numpy(dtype=object))
        if not len(held.attached().id):
            return np.zeros(len(self.order))
        origins = self.prepared.attached.addresses
        pairs = reach.pairs(self.prepared.engine, origins, held, limit=whole_dm(catchment_m))
        residents = self.prepared.area.addresses.set_index("address_id")["residents"].reindex(pairs.origin_ids)
        supply = large.set_index("green_id")["area_m2"].reindex(pairs.group_ids).to_numpy(np.float64)
        decay = decay_of(self.parameters, "binary", catchment_m=catchment_m)
        share = catchment.two_step(pairs, residents.to_numpy(np.float64), supply, decay=decay)
        return share[pd.Index(pairs.origin_ids).get_indexer(pd.Index(self.prepared.area.addresses["address_id"]))]

    def trees_in_view(self, view_m: float, *, enough: int) -> Int64:
        """Mapped trees within a straight distance of each address, at least `enough` beside a wood. [trees]"""
        from scipy.spatial import cKDTree  # slow to import

        addresses, trees = self.prepared.area.addresses, self.space.furniture
        trees = trees[trees["kind"] == "tree"]
        xy = addresses[["x_m", "y_m"]].to_numpy(np.float64)
        count = np.zeros(len(xy), dtype=np.int64)
        if len(trees):
            tree = cKDTree(trees[["x_m", "y_m"]].to_numpy(np.float64))
            count = np.asarray(tree.query_ball_point(xy, view_m, return_length=True), dtype=np.int64)
        woods = self.space.woods.geometry.to_numpy()
        if len(woods):
            points = points_of(addresses["x_m"], addresses["y_m"])
            beside = np.unique(shapely.STRtree(points).query(woods, predicate="dwithin", distance=view_m)[1])
            count[beside] = np.maximum(count[beside], enough)
        return count


@dataclass(frozen=True)
class WayLengths:
    """Length of ways near each address. [m; address, lit, step-free, calm street], each of NO, YES, UNKNOWN"""

    length_m: Float64

    def share(self, axis: int) -> tuple[Float64, Float64]:
        """Share of the length that is YES among what is known, and how much of the length is known. [share]"""
        by_kind = self.length_m.sum(axis=tuple(other for other in (1, 2, 3) if other != axis))
        known, total = by_kind[:, NO] + by_kind[:, YES], by_kind.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return by_kind[:, YES] / known, known / total


def lit_ways(ways: pd.DataFrame) -> Int8:
    """Whether each way is lit: NO, YES, or UNKNOWN where it is not mapped."""
    lit = ways["lit"].str.lower()
    return np.where(lit == "", UNKNOWN, np.where(lit.isin(_UNLIT), NO, YES)).astype(np.int8)


def step_free_ways(ways: pd.DataFrame, parameters: Parameters) -> Int8:
    """Whether each way can be used by the profile of `public_space.profile`.

    Notes
        NO where one of its rules closes the way (steps, surface, width …); YES where none does and surface, smoothness
        or wheelchair is mapped; else UNKNOWN. Kerbs are nodes and do not count here.
    """
    profile = walking_profile(str(parameters.value("public_space.profile")), parameters)
    nodes = pd.DataFrame({name: pd.array([], dtype="str") for name in ("kerb", "barrier", "wheelchair", "crossing")})
    closed = profile_terms(ways, nodes, profile).closed > 0
    told = (ways[["surface", "smoothness", "wheelchair"]] != "").any(axis=1).to_numpy()
    return np.where(closed, NO, np.where(told, YES, UNKNOWN)).astype(np.int8)


def calm_streets(ways: pd.DataFrame, parameters: Parameters) -> Int8:
    """Whether each street is a living or pedestrian street; UNKNOWN stands for ways that are no streets."""
    calm = ways["highway"].isin(("living_street", "pedestrian"))
    street = ways["highway"].isin(list(parameters.value("green_access.streets"))) | calm
    return np.where(calm, YES, np.where(street, NO, UNKNOWN)).astype(np.int8)
