"""One question to the blocks: places in neighbouring lanes, points by the nodes they hang on, work on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from nahraum.access.anchors import Anchors, along_edge, arrivals, departures
from nahraum.access.blocks import LANES, Question
from nahraum.access.engine import Engine
from nahraum.access.sweep import NARROW_FAR
from nahraum.network.attachment import Attachment
from nahraum.network.graph import BLOCKED, Int64
from nahraum.network.order import hilbert_key

T = TypeVar("T")
Ids = npt.NDArray[np.object_]

BLOCKS_PER_THREAD = 4


@dataclass(frozen=True)
class Task:
    """A question to the kernels in `blocks`; `group` is the number (in `group_ids`) of each place as they see it."""

    group_ids: Ids
    group: Int64
    question: Question

    @staticmethod
    def of(engine: Engine, origins: Attachment, places: Attachment, *, limit: int) -> Task:
        """Prepares which origins reach which groups of places within a limit. [unit of the network]"""
        group_ids, group = np.unique(places.id, return_inverse=True)
        group, places = group[places.edge >= 0], places.attached()
        order, position = _neighbouring(engine, places, group.astype(np.int64), len(group_ids))
        at = position[group]
        limit = min(limit, BLOCKED - 1)
        narrow = limit < NARROW_FAR
        tree, kind = engine.elimination, np.uint16 if narrow else np.uint32
        climb, fall = engine.narrow if narrow else (tree.descend, tree.ascend)
        origin, place, cost = along_edge(engine.network, origins, places)
        near = np.flatnonzero(cost <= limit)
        near = near[np.argsort(at[place[near]], kind="stable")]
        seeds = _seeds(engine, arrivals(engine.network, places), at, len(group_ids), limit, kind)
        points = _points(engine, departures(engine.network, origins), limit, kind)
        extras = (origin[near].astype(np.int32), cost[near], _slices(at[place[near]], len(group_ids)))
        shape = (tree.start, tree.upper.view(np.uint32), tree.parent, tree.size)  # unsigned: no index from the end
        question = Question._make((*shape, climb, fall, *seeds, *points, *extras, limit))
        return Task(group_ids, order, question)

    def run(self, kernel: Callable[[Question, int, int], T], *, threads: int | None = None) -> list[T]:
        """The kernel over all blocks, in as many parts as there are cores."""
        n_blocks = -(-len(self.group) // LANES)
        n_parts = min(threads or os.cpu_count() or 1, max(n_blocks // BLOCKS_PER_THREAD, 1))
        bounds = [n_blocks * part // n_parts for part in range(n_parts + 1)]
        if n_parts == 1:
            return [kernel(self.question, 0, n_blocks)]
        with ThreadPoolExecutor(n_parts) as pool:
            return list(pool.map(lambda part: kernel(self.question, bounds[part], bounds[part + 1]), range(n_parts)))


def _neighbouring(engine: Engine, places: Attachment, group: Int64, n_groups: int) -> tuple[Int64, Int64]:
    """Groups in an order that keeps neighbours together, and the position of each group in it."""
    node = engine.network.edge_from[places.edge]
    key = hilbert_key(engine.network.x_m[node], engine.network.y_m[node])
    lowest = np.full(n_groups, np.iinfo(np.int64).max)
    np.minimum.at(lowest, group, key)
    order = np.argsort(lowest, kind="stable").astype(np.int64)
    position = np.empty(n_groups, dtype=np.int64)
    position[order] = np.arange(n_groups)
    return order, position


def _seeds(engine: Engine, places: Anchors, at: Int64, n_groups: int, limit: int, kind: type[Any]) -> tuple[Any, ...]:
    """Rank, lane and cost of all seeds, sorted by place, and their slices."""
    held = places.cost <= limit
    where = np.broadcast_to(at[:, None], held.shape)[held]
    order = np.argsort(where, kind="stable")
    rank = engine.elimination.rank[places.node[held]][order].astype(np.int32)
    lane = (where[order] % LANES).astype(np.int32)
    return rank, lane, places.cost[held][order].astype(kind), _slices(where[order], n_groups)


def _points(engine: Engine, origins: Anchors, limit: int, kind: type[Any]) -> tuple[Any, ...]:
    """Ends (ranks) and costs of all points, and the points by rank."""
    ends = engine.ranks(origins, limit=limit)
    held = ends >= 0
    cost = np.where(held, origins.cost, 0).astype(kind)
    rank, point = ends[held], np.broadcast_to(np.arange(len(ends))[:, None], held.shape)[held].astype(np.int32)
    order = np.argsort(rank, kind="stable")
    return ends, cost, _slices(rank[order], len(engine.elimination.node)), point[order]


def _slices(key: npt.NDArray[Any], n_keys: int) -> Int64:
    """First row of each key in sorted rows, and the end."""
    start = np.zeros(n_keys + 1, dtype=np.int64)
    np.cumsum(np.bincount(key, minlength=n_keys), out=start[1:])
    return start
