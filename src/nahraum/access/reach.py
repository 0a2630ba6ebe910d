"""What is reached on foot: the nearest place, all pairs within a limit, sums within a limit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access import kernels
from nahraum.frames import from_micro, to_micro
from nahraum.network import Attachment, Network
from nahraum.network.graph import Int64

Ids = npt.NDArray[np.object_]


def nearest(network: Network, origins: Attachment, places: Attachment, *, limit_dm: int) -> pd.DataFrame:
    """The nearest place of each origin, both legs included. [dm]

    Parameters
        places : an id may repeat (entrances under the id of their green).
        limit_dm : nothing farther is looked for. [dm]

    Returns
        `id` (of every origin, sorted), `distance_dm` (-1 where nothing is reached), `place_id` ('' there).

    Notes
        Of equally near places the one with the lowest id. Two points on one edge see each other along it.
    """
    places = places.attached()
    owners, owner = np.unique(places.id, return_inverse=True)
    n_owners = max(len(owners), 1)
    labels = kernels.nearest_labels(
        kernels.Adjacency.of(network), _owned_seeds(network, places, owner), n_owners=n_owners, limit_dm=limit_dm
    )
    best = np.full(len(origins.id), kernels.UNREACHED, dtype=np.int64)
    held = np.flatnonzero(origins.edge >= 0)
    for node, walked in _ends(network, origins.take(origins.edge >= 0)):
        best[held] = np.minimum(best[held], labels[node] + walked * n_owners)
    origin, place, walked = _same_edge(origins, places)
    np.minimum.at(best, origin, walked * n_owners + owner[place])
    reached = best < (limit_dm + 1) * n_owners
    place_id = np.full(len(best), "", dtype=object)
    place_id[reached] = owners[best[reached] % n_owners]
    distance = np.where(reached, best // n_owners, -1)
    found = pd.DataFrame({"id": origins.id, "distance_dm": distance, "place_id": place_id})
    return found.astype({"id": "str", "place_id": "str"})


def pairs(network: Network, origins: Attachment, places: Attachment, *, limit_dm: int) -> pd.DataFrame:
    """Every origin with every group of places within the limit, by the nearest of the group. [dm]

    Parameters
        places : entrances under the id of their group (a facility is a group of one).

    Returns
        `origin_id`, `group_id`, `distance_dm`, sorted by both ids; each pair once.
    """
    places = places.attached()
    groups, group = np.unique(places.id, return_inverse=True)
    graph = kernels.Adjacency.of(network)
    front = _Front(network, origins)
    found = [(*_same_edge_groups(origins, places, group),)]
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(len(groups) + 1))
    for number in range(len(groups)):
        mask = np.zeros(len(group), dtype=bool)
        mask[order[bounds[number] : bounds[number + 1]]] = True
        reached = kernels.within(graph, _seeds(network, places.take(mask)), limit_dm=limit_dm)
        origin, distance = front.arrivals(reached)
        found.append((origin, np.full(len(origin), number, dtype=np.int64), distance))
    return _shortest_pairs(found, (origins.id, groups), limit_dm)


def totals_within(
    found: pd.DataFrame, amounts: pd.Series, *, origin_ids: Ids, limits_dm: Sequence[int]
) -> pd.DataFrame:
    """How many groups each origin reaches within each limit, and the sum of their amounts.

    Parameters
        found : pairs within the longest limit at least.
        amounts : per group id, e.g. m² of each green or 1 per shop.
        origin_ids : all origins; one that reaches nothing is kept with zero.

    Returns
        `origin_id`, `limit_dm`, `n_places`, `amount`, sorted by origin and limit; sums do not depend on order.
    """
    ids = np.sort(np.asarray(origin_ids, dtype=object))
    origin = np.searchsorted(ids, found["origin_id"].to_numpy(dtype=object))
    micro = to_micro(amounts.reindex(found["group_id"]).to_numpy(dtype=np.float64))
    distance = found["distance_dm"].to_numpy(dtype=np.int64)
    tables = []
    for limit in sorted(limits_dm):
        near = distance <= limit
        count, total = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.int64)
        np.add.at(count, origin[near], 1)
        np.add.at(total, origin[near], micro[near])
        tables.append(
            pd.DataFrame({"origin_id": ids, "limit_dm": limit, "n_places": count, "amount": from_micro(total)})
        )
    return pd.concat(tables, ignore_index=True).sort_values(["origin_id", "limit_dm"], ignore_index=True)


def pairs_table(origin_id: Ids, group_id: Ids, distance_dm: Int64) -> pd.DataFrame:
    """Pairs as a table with the same kinds of columns also where it is empty."""
    table = pd.DataFrame({"origin_id": origin_id, "group_id": group_id, "distance_dm": distance_dm})
    return table.astype({"origin_id": "str", "group_id": "str"})


def _ends(network: Network, points: Attachment) -> list[tuple[Int64, Int64]]:
    """Both end nodes of each point's edge and the way to them, leg included. [-, dm]"""
    rest = network.edge_length_dm[points.edge] - points.offset_dm
    return [
        (network.edge_from[points.edge], points.leg_dm + points.offset_dm),
        (network.edge_to[points.edge], points.leg_dm + rest),
    ]


def _seeds(network: Network, places: Attachment) -> list[tuple[int, int]]:
    return [
        seed for node, walked in _ends(network, places) for seed in zip(node.tolist(), walked.tolist(), strict=True)
    ]


def _owned_seeds(network: Network, places: Attachment, owner: Int64) -> list[tuple[int, int, int]]:
    return [
        seed
        for node, walked in _ends(network, places)
        for seed in zip(node.tolist(), walked.tolist(), owner.tolist(), strict=True)
    ]


def _same_edge(origins: Attachment, places: Attachment) -> tuple[Int64, Int64, Int64]:
    """Pairs of an origin and a place on one edge (positions), and the way along it, legs included. [-, -, dm]"""
    left = pd.DataFrame({"edge": origins.edge, "origin": np.arange(len(origins.edge))})
    right = pd.DataFrame({"edge": places.edge, "place": np.arange(len(places.edge))})
    both = left[left["edge"] >= 0].merge(right, on="edge")
    origin, place = both["origin"].to_numpy(dtype=np.int64), both["place"].to_numpy(dtype=np.int64)
    along = np.abs(origins.offset_dm[origin] - places.offset_dm[place])
    return origin, place, along + origins.leg_dm[origin] + places.leg_dm[place]


def _same_edge_groups(origins: Attachment, places: Attachment, group: Int64) -> tuple[Int64, Int64, Int64]:
    origin, place, walked = _same_edge(origins, places)
    return origin, group[place].astype(np.int64), walked


class _Front:
    """Which origins hang on which node, so that a search hands its nodes over at once."""

    def __init__(self, network: Network, origins: Attachment) -> None:
        held = np.flatnonzero(origins.edge >= 0)
        ends = _ends(network, origins.attached())
        node = np.concatenate([end for end, _ in ends])
        order = np.argsort(node, kind="stable")
        self._origin = np.concatenate([held, held])[order]
        self._walked = np.concatenate([walked for _, walked in ends])[order]
        self._start = np.searchsorted(node[order], np.arange(network.n_nodes + 1))

    def arrivals(self, reached: dict[int, int]) -> tuple[Int64, Int64]:
        """Origins met by a search and the way to each; an origin is met from both ends of its edge. [-, dm]"""
        node = np.fromiter(reached.keys(), dtype=np.int64, count=len(reached))
        distance = np.fromiter(reached.values(), dtype=np.int64, count=len(reached))
        number = self._start[node + 1] - self._start[node]
        before = np.cumsum(number) - number
        at = np.arange(int(number.sum())) - np.repeat(before - self._start[node], number)
        return self._origin[at], self._walked[at] + np.repeat(distance, number)


def _shortest_pairs(
    found: list[tuple[Int64, Int64, Int64]],
    ids: tuple[Ids, Ids],
    limit_dm: int,
) -> pd.DataFrame:
    origin, group, distance = (np.concatenate([part[column] for part in found]) for column in range(3))
    near = distance <= limit_dm
    origin, group, distance = origin[near], group[near], distance[near]
    order = np.lexsort((distance, group, origin))
    origin, group, distance = origin[order], group[order], distance[order]
    first = np.ones(len(origin), dtype=bool)
    first[1:] = (origin[1:] != origin[:-1]) | (group[1:] != group[:-1])
    return pairs_table(ids[0][origin[first]], ids[1][group[first]], distance[first])
