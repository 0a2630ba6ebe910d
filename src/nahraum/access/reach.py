"""What is reached on foot: nearest places, all pairs within a limit, sums within limits. Costs are origin → place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from nahraum.access.anchors import Anchors, along_edge, arrivals, departures
from nahraum.access.blocks import Question, add_up, find_pairs, grouped
from nahraum.access.engine import Engine, labels_of
from nahraum.access.pairs import Pairs, pairs_of
from nahraum.access.sweep import COST_BITS, FAR, NO_LABEL, OWNER_MASK, merge_point_lists
from nahraum.access.task import Task
from nahraum.errors import InputError
from nahraum.network.attachment import Attachment
from nahraum.network.graph import BLOCKED, Int64

if TYPE_CHECKING:
    import pandas as pd

Ids = npt.NDArray[np.object_]
Int32 = npt.NDArray[np.int32]
Labels = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class NearestK:
    """The k nearest places of each origin, nearest first: positions in `place_ids` and costs; -1 where fewer."""

    origin_ids: Ids
    place_ids: Ids
    place: Int32
    cost: Int32


def nearest(
    engine: Engine, origins: Attachment, places: Mapping[str, Attachment], *, limit: int
) -> dict[str, pd.DataFrame]:
    """The nearest place of each kind for each origin, both legs included.

    Parameters
        places : by kind; an id may repeat within a kind (entrances under the id of their green).
        limit : nothing farther counts. [unit of the network]

    Returns
        By kind `id` (of every origin, in their order), `cost` (-1 where nothing is reached), `place_id` ('' there).

    Notes
        All kinds at once, each in a lane of its own. Of equally near places the one with the lowest id. Two
        points on one edge see each other along it.
    """
    kinds = list(places)
    held = {kind: places[kind].attached() for kind in kinds}
    everything = _together(list(held.values()))
    owners, owner = np.unique(everything.id, return_inverse=True)
    lane = np.repeat(np.arange(len(kinds)), [len(held[kind].id) for kind in kinds])
    rows = engine.labels(engine.seeds(arrivals(engine.network, everything), lane=lane, owner=owner), len(kinds))
    best = _at_points(engine, departures(engine.network, origins), rows, NO_LABEL)
    origin, place, cost = along_edge(engine.network, origins, everything)
    np.minimum.at(best, (origin, lane[place]), labels_of(cost, owner[place]))
    return {kind: _nearest_table(origins.id, best[:, at], owners, limit) for at, kind in enumerate(kinds)}


def nearest_k(engine: Engine, origins: Attachment, places: Attachment, *, k: int, limit: int) -> NearestK:
    """The k nearest places of each origin, ties to the lower id; entrances under one id count as one place."""
    owners, owner = np.unique(places.id, return_inverse=True)
    owner, places = owner[places.edge >= 0], places.attached()
    rows = engine.lists(engine.seeds(arrivals(engine.network, places), lane=owner, owner=owner), k, len(owners))
    anchors = departures(engine.network, origins)
    best = np.full((len(origins.id), k), NO_LABEL, dtype=np.uint64)
    origin, place, cost = along_edge(engine.network, origins, places)
    label = labels_of(cost, owner[place])
    start, _, label, _ = grouped(origin, len(origins.id), label, label)
    merge_point_lists(rows, engine.ranks(anchors), anchors.cost, start, label, best, max(len(owners), 1))
    far = best >= np.uint64(min(limit + 1, BLOCKED)) << np.uint64(COST_BITS)
    found = np.where(far, -1, (best & OWNER_MASK).astype(np.int64)).astype(np.int32)
    walked = np.where(far, -1, (best >> np.uint64(COST_BITS)).astype(np.int64)).astype(np.int32)
    return NearestK(origins.id, owners, found, walked)


def proximity(found: NearestK) -> npt.NDArray[np.float64]:
    """Mean cost to the k nearest places of each origin; NaN where fewer than k are reached. [unit of the network]"""
    complete = (found.cost >= 0).all(axis=1)
    return np.where(complete, found.cost.mean(axis=1), np.nan)


def distances(engine: Engine, origins: Attachment, places: Sequence[Attachment], *, limit: int = BLOCKED - 1) -> Int32:
    """Cost from each origin to the nearest of each set of places; -1 where none is reached. [n_origins, n_sets]

    Notes
        Sets are lanes of one sweep: the same places under several scenarios cost hardly more than once.
    """
    held = [one.attached() for one in places]
    everything, lane = _together(held), np.repeat(np.arange(len(held)), [len(one.id) for one in held])
    seeds = engine.seeds(arrivals(engine.network, everything), lane=lane, owner=lane)
    best = _at_points(engine, departures(engine.network, origins), engine.costs(seeds, len(held)), FAR)
    origin, place, cost = along_edge(engine.network, origins, everything)
    np.minimum.at(best, (origin, lane[place]), cost.astype(np.uint32))
    return np.where(best > min(limit, BLOCKED - 1), -1, best.astype(np.int64)).astype(np.int32)


def pairs(engine: Engine, origins: Attachment, places: Attachment, *, limit: int) -> Pairs:
    """Every origin with every group of places within the limit, by the nearest of the group.

    Parameters
        places : entrances under the id of their group (a facility is a group of one).
        limit : [unit of the network]
    """
    task = Task.of(engine, origins, places, limit=limit)
    found = task.run(find_pairs)
    origin, place, cost = (np.concatenate([part[column] for part in found]) for column in range(3))
    return pairs_of(origins.id, task.group_ids, (origin, task.group[place], cost))


def reachable(
    engine: Engine, origins: Attachment, places: Attachment, *, category: Int32, amount: Int64, limits: Sequence[int]
) -> Int64 | Int32:
    """What each origin reaches of each category within each limit: the sum of amounts. A group counts once.

    Parameters
        category, amount : by group, in order of the sorted group ids (amount 1 counts; its kind is the result's).
        limits : ascending, 0 or more. [unit of the network]

    Returns
        [n_origins, n_categories, n_limits]

    Raises
        InputError where there is not one category and one amount for each group, limits do not ascend, or all amounts
        of a category together are more than numbers of their kind can hold.
    """
    if not len(limits) or min(limits) < 0 or any(one > next_one for one, next_one in pairwise(limits)):
        raise InputError("limits do not ascend", where=f"{list(limits)}", expected="0 or more, each at least the last")
    n_groups = len(np.unique(places.id))
    if not len(category) == len(amount) == n_groups or category.min(initial=0) < 0:
        raise InputError(
            "places without a category or an amount",
            where=f"{n_groups} groups of places, {len(category)} categories, {len(amount)} amounts",
        )
    _require_countable(category, amount)
    task = Task.of(engine, origins, places, limit=max(limits))
    column, what = category[task.group].astype(np.int64) * len(limits), amount[task.group]
    rings = np.minimum(limits, task.question.limit).astype(task.question.climb.dtype)
    shape = (len(origins.id), int(category.max(initial=-1)) + 1, len(limits))

    def one(question: Question, lo: int, hi: int) -> Int64 | Int32:
        out = np.zeros(shape, dtype=amount.dtype)
        add_up(question, lo, hi, rings, column, what, out)
        return out

    parts = task.run(one)
    total = parts[0]
    for part in parts[1:]:
        total += part
    for ring in range(1, len(limits)):
        total[:, :, ring] += total[:, :, ring - 1]
    return total


def _require_countable(category: Int32, amount: Int64) -> None:
    """Sums may not run over: who reaches everything of a category gets all its amounts together."""
    most = np.iinfo(amount.dtype).max
    total = np.bincount(category, weights=np.abs(amount.astype(np.float64))).max(initial=0.0)
    if total > most:
        raise InputError(
            "the amounts are too large to be added up", where=f"{total:.4g} in one category",
            expected=f"at most {most:.4g} in {amount.dtype}", fix="give the amounts as int64, or in a larger unit",
        )  # fmt: skip


def _together(places: Sequence[Attachment]) -> Attachment:
    """Several sets of points as one, in order."""
    ids, statuses = [np.empty(0, dtype=object)], [np.empty(0, dtype=object)]
    numbers = [np.empty((3, 0), dtype=np.int64)]
    for one in places:
        ids.append(one.id)
        statuses.append(one.status)
        numbers.append(np.stack([one.edge, one.offset_dm, one.leg_dm]))
    edge, offset_dm, leg_dm = np.concatenate(numbers, axis=1)
    return Attachment(np.concatenate(ids), edge, offset_dm, leg_dm, np.concatenate(statuses))


def _at_points(
    engine: Engine, points: Anchors, rows: npt.NDArray[Any], none: np.uint32 | np.uint64
) -> npt.NDArray[Any]:
    """Rows of the points: for each the better of both ends of its edge."""
    rank = engine.ranks(points)
    shift = COST_BITS if rows.dtype == np.uint64 else 0
    best = np.full((len(rank), rows.shape[1]), none, dtype=rows.dtype)
    for end in range(2):
        held = np.flatnonzero(rank[:, end] >= 0)
        more = points.cost[held, end].astype(rows.dtype) << rows.dtype.type(shift)
        best[held] = np.minimum(best[held], rows.take(rank[held, end], axis=0) + more[:, None])
    return best


def _nearest_table(ids: Ids, best: Labels, owners: Ids, limit: int) -> pd.DataFrame:
    import pandas as pd  # slow to import, and other searches do without

    walked = (best >> np.uint64(COST_BITS)).astype(np.int64)
    reached = walked <= min(limit, BLOCKED - 1)
    place_id = np.full(len(ids), "", dtype=object)
    place_id[reached] = owners[(best[reached] & OWNER_MASK).astype(np.int64)]
    table = pd.DataFrame({"id": ids, "cost": np.where(reached, walked, -1), "place_id": place_id})
    return table.astype({"id": "str", "place_id": "str"})
