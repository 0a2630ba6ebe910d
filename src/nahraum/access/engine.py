"""A network, eliminated once and then asked as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from nahraum.access.anchors import Anchors
from nahraum.access.elimination import Elimination, eliminate
from nahraum.access.sweep import COST_BITS, FAR, NARROW_FAR, NO_LABEL, sweep_costs, sweep_labels, sweep_lists
from nahraum.network.graph import BLOCKED, Int64, Network

Labels = npt.NDArray[np.uint64]
Costs = npt.NDArray[np.uint32]
Narrow = npt.NDArray[np.uint16]


HUGE_BYTES = 4 << 20  # from here on numpy asks for huge pages


def empty_rows(n: int, lanes: int, dtype: type[np.generic]) -> npt.NDArray[Any]:
    """Rows that hold anything. [n, lanes]

    Notes
        Rows of one to four megabytes are cut from a block of four: with small pages the system's handing out of memory
        takes as long as the whole search.
    """
    size = n * lanes * np.dtype(dtype).itemsize
    if not HUGE_BYTES // 4 <= size < HUGE_BYTES:
        return np.empty((n, lanes), dtype=dtype)
    return np.empty(HUGE_BYTES, dtype=np.uint8)[:size].view(dtype).reshape(n, lanes)


@dataclass(frozen=True)
class Seeds:
    """Where searches begin: rank, cost already walked, lane, owner; one row per seed. [-, unit, -, -]"""

    rank: Int64
    cost: Int64
    lane: Int64
    owner: Int64


@dataclass(frozen=True)
class Engine:
    """What `reach` asks. Costs are always those from a point to the seeds: places are sought, not left."""

    network: Network
    elimination: Elimination

    @staticmethod
    def of(network: Network) -> Engine:
        """Eliminates the network.

        Raises
            InputError where a cost is negative.
        """
        return Engine(network, eliminate(network))

    @cached_property
    def narrow(self) -> tuple[Narrow, Narrow]:
        """What rows cost more handed up and handed down, in 16 bits; too much for them is NARROW_FAR."""
        tree = self.elimination
        climb = np.minimum(tree.descend, NARROW_FAR).astype(np.uint16)
        fall = climb if tree.ascend is tree.descend else np.minimum(tree.ascend, NARROW_FAR).astype(np.uint16)
        return climb, fall

    def ranks(self, points: Anchors, *, limit: int = BLOCKED - 1) -> npt.NDArray[np.int32]:
        """Ranks of both ends of the points' edges; -1 where an end is not met within the limit."""
        rank = np.full(points.node.shape, -1, dtype=np.int32)
        held = points.cost <= limit
        rank[held] = self.elimination.rank[points.node[held]]
        return rank

    def seeds(self, places: Anchors, *, lane: Int64, owner: Int64) -> Seeds:
        """Both ends of the edges of some places, each with the lane and owner of its place."""
        held = places.cost < BLOCKED
        row = np.broadcast_to(np.arange(len(places.cost))[:, None], places.cost.shape)[held]
        rank = self.elimination.rank[places.node[held]].astype(np.int64)
        return Seeds(rank, places.cost[held], lane[row], owner[row])

    def costs(self, seeds: Seeds, n_lanes: int) -> Costs:
        """Cost from every rank to the nearest seed of each lane, FAR where there is none. [n, lanes]"""
        tree = self.elimination
        rows: Costs = empty_rows(len(tree.node), n_lanes, np.uint32)
        rows[seeds.rank] = FAR
        np.minimum.at(rows, (seeds.rank, seeds.lane), seeds.cost.astype(np.uint32))
        sweep_costs(tree.start, tree.upper, tree.descend, tree.ascend, rows, self._live(seeds))
        return rows

    def labels(self, seeds: Seeds, n_lanes: int) -> Labels:
        """Label of the nearest seed of each lane at every rank, NO_LABEL or more where there is none. [n, lanes]"""
        tree = self.elimination
        rows: Labels = empty_rows(len(tree.node), n_lanes, np.uint64)
        rows[seeds.rank] = NO_LABEL
        np.minimum.at(rows, (seeds.rank, seeds.lane), labels_of(seeds.cost, seeds.owner))
        sweep_labels(tree.start, tree.upper, tree.descend, tree.ascend, rows, self._live(seeds))
        return rows

    def lists(self, seeds: Seeds, k: int, n_owners: int) -> Labels:
        """Labels of the k nearest owners at every rank, in ascending order. [n, k]"""
        tree = self.elimination
        rows = np.full((len(tree.node), k), NO_LABEL, dtype=np.uint64)
        label = labels_of(seeds.cost, seeds.owner)
        order = np.lexsort((label, seeds.owner, seeds.rank))
        rank, owner, label = seeds.rank[order], seeds.owner[order], label[order]
        first = np.ones(len(rank), dtype=bool)
        first[1:] = (rank[1:] != rank[:-1]) | (owner[1:] != owner[:-1])
        rank, label = rank[first], label[first]
        order = np.lexsort((label, rank))
        rank, label = rank[order], label[order]
        column = np.arange(len(rank)) - np.searchsorted(rank, rank, side="left")
        fits = column < k
        rows[rank[fits], column[fits]] = label[fits]
        sweep_lists(tree.start, tree.upper, tree.descend, tree.ascend, rows, max(n_owners, 1))
        return rows

    def _live(self, seeds: Seeds) -> npt.NDArray[np.bool_]:
        live = np.zeros(len(self.elimination.node), dtype=bool)
        live[seeds.rank] = True
        return live


def labels_of(cost: Int64, owner: Int64) -> Labels:
    """Cost and owner in one number, ordered by cost, then owner."""
    packed = (cost.astype(np.uint64) << np.uint64(COST_BITS)) | owner.astype(np.uint64)
    return np.asarray(packed, dtype=np.uint64)
