"""Walkable ways taken apart into pairs of consecutive nodes, and these into edges, each pair of nodes once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.network.graph import Int64

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Segments:
    """Pairs of consecutive nodes of walkable ways, in order of way id, part and place along the way.

    `first` and `second` are rows of the extract's nodes, `row` one of its ways; `way` counts ids of ways from 0;
    `middle` marks one segment of each unbroken run of a way.
    """

    first: Int64
    second: Int64
    row: Int64
    way: Int64
    middle: Bool

    def take(self, mask: Bool) -> Segments:
        """Only these segments."""
        return Segments(self.first[mask], self.second[mask], self.row[mask], self.way[mask], self.middle[mask])


@dataclass(frozen=True)
class Edges:
    """Different pairs of nodes in order of way id, then of nodes; `ends` are the lower and the higher node.

    `segment` is the one of the lowest way that has the pair. `ahead` and `back` tell whether it is walked from the
    lower to the higher node and back; None where no way is one-way.
    """

    ends: Int64
    segment: Int64
    ahead: Bool | None
    back: Bool | None

    @property
    def n(self) -> int:
        """Number of edges."""
        return len(self.segment)

    @property
    def is_one_way(self) -> bool:
        """Whether some edge is not walked in both directions."""
        return self.ahead is not None


def segments_of(ways: pd.DataFrame, node_ids: Int64, way_nodes: Int64) -> Segments:
    """All pairs of consecutive nodes of the walkable ways.

    Parameters
        ways : way_id, part, first, n_nodes, walkable (contract: OsmExtract).
        node_ids : ids of the nodes that have a position, ascending.
        way_nodes : ids of the nodes along the ways.

    Raises
        InputError where a way names a node that is not among these.
    """
    rows = np.flatnonzero(ways["walkable"].to_numpy(dtype=bool) & (ways["n_nodes"].to_numpy() > 0))
    way_id, part, start, size = (
        ways[name].to_numpy(dtype=np.int64)[rows] for name in ("way_id", "part", "first", "n_nodes")
    )
    order = np.lexsort((part, way_id))
    rows, way_id, start, size = rows[order], way_id[order], start[order], size[order]
    ends = np.cumsum(size)
    total = int(ends[-1]) if len(ends) else 0
    along = np.arange(total) + np.repeat(start - (ends - size), size)
    at = _positions(node_ids, np.asarray(way_nodes, dtype=np.int64)[along])
    inner = np.ones(total, dtype=bool)
    inner[ends - 1] = False
    way = np.cumsum(np.append(True, way_id[1:] != way_id[:-1])[: len(way_id)]) - 1
    first = np.flatnonzero(inner)
    pairs = size - 1
    middle = np.zeros(len(first), dtype=bool)
    middle[(np.cumsum(pairs) - pairs + pairs // 2)[pairs > 0]] = True
    return Segments(at[first], at[first + 1], np.repeat(rows, pairs), np.repeat(way, pairs), middle)


def _positions(ids: Int64, wanted: Int64) -> Int64:
    """Position of each wanted id among the ascending `ids`; sorted first, which is the faster way to look up many."""
    order = np.argsort(wanted)
    ascending = wanted[order]
    fresh = np.append(True, ascending[1:] != ascending[:-1])[: len(wanted)]
    different = ascending[fresh]
    at = np.minimum(np.searchsorted(ids, different), max(len(ids) - 1, 0))
    strange = different[ids[at] != different] if len(ids) else different
    if len(strange):
        raise InputError(
            "ways name nodes without coordinates", where=f"first: {strange[:3].tolist()}",
            expected="ways split where a node is missing",
        )  # fmt: skip
    found = np.empty(len(wanted), dtype=np.int64)
    found[order] = at[np.cumsum(fresh) - 1]
    return found


def edges_of(segments: Segments, oneway: Int64) -> tuple[Edges, int]:
    """Each pair of nodes once, under the lowest way that has it: between two nodes there is one straight line.

    Parameters
        oneway : of each row of the extract's ways: 1 and -1 walked only along and against the way, else 0.

    Returns
        The edges; how many segments joined a node to itself. Where one of several ways over the same two nodes may
        be walked in a direction, the edge may.
    """
    low, high = np.minimum(segments.first, segments.second), np.maximum(segments.first, segments.second)
    apart = np.flatnonzero(low != high)
    loops = len(low) - len(apart)
    pair = low[apart] * (int(high.max(initial=0)) + 1) + high[apart]
    order = np.argsort(pair)
    start = np.flatnonzero(np.append(True, np.diff(pair[order]) != 0)[: len(order)])
    if not len(start):
        return Edges(np.zeros((2, 0), dtype=np.int64), start, None, None), loops
    lowest = apart[np.minimum.reduceat(order, start)]
    rank = np.argsort(segments.way[lowest] * len(start) + np.arange(len(start)))  # by way, then by the pair of nodes
    segment = lowest[rank]
    ends = np.stack([low[segment], high[segment]])
    if not oneway[segments.row].any():
        return Edges(ends, segment, None, None), loops
    rule = np.where(segments.first > segments.second, -1, 1) * oneway[segments.row]
    size, found = np.diff(np.append(start, len(order))), pair[order][start]
    ahead, back = (_some_way(pair[rule[apart] == forbidden], found, size)[rank] for forbidden in (-1, 1))
    return Edges(ends, segment, ahead, back), loops


def _some_way(forbidden: Int64, pairs: Int64, size: Int64) -> Bool:
    """Whether at least one of the ways over each pair of nodes is not forbidden in a direction."""
    return np.asarray(np.bincount(np.searchsorted(pairs, forbidden), minlength=len(pairs)) < size)
