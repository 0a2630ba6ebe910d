"""Walkable ways taken apart into pairs of consecutive nodes, and these into edges, each pair of nodes once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.network.graph import Int64

Bool = npt.NDArray[np.bool_]
Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Segments:
    """Pairs of consecutive nodes of walkable ways, in order of way id, part and place along the way.

    `first` and `second` are rows of the extract's nodes, `row` one of its ways; `way` counts ids of ways from 0;
    `middle` marks one segment of each unbroken run of a way.
    """

    first: Int32
    second: Int32
    row: Int32
    way: Int32
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

    ends: Int32
    segment: Int32
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


def segments_of(ways: pd.DataFrame, node_ids: Int64, way_nodes: Int64, way_rows: Int32 | None = None) -> Segments:
    """All pairs of consecutive nodes of the walkable ways.

    Parameters
        ways : way_id, part, first, n_nodes, walkable (contract: OsmExtract).
        node_ids : ids of the nodes that have a position, ascending.
        way_nodes : ids of the nodes along the ways.
        way_rows : their positions among the node ids, where a reader knows them.

    Raises
        InputError where a way names a node that is not among these.
    """
    from nahraum.network.strands import paired  # compiled: a network from the stage store does without

    rows = np.flatnonzero(ways["walkable"].to_numpy(dtype=bool) & (ways["n_nodes"].to_numpy() > 0))
    way_id, part, start, size = (
        ways[name].to_numpy(dtype=np.int64)[rows] for name in ("way_id", "part", "first", "n_nodes")
    )
    order = np.lexsort((part, way_id))
    rows, way_id, start, size = rows[order], way_id[order], start[order], size[order]
    if way_rows is None:
        ends = np.cumsum(size)
        along = np.arange(ends[-1] if len(ends) else 0) + np.repeat(start - (ends - size), size)
        way_rows = np.zeros(len(way_nodes), dtype=np.int32)
        way_rows[along] = _positions(node_ids, np.asarray(way_nodes, dtype=np.int64)[along])
    way = np.cumsum(np.append(True, way_id[1:] != way_id[:-1])[: len(way_id)]) - 1
    n = int(size.sum()) - len(size)
    first, second, row, of_way = (np.empty(n, dtype=np.int32) for _ in range(4))
    middle = np.zeros(n, dtype=bool)
    paired((rows, way, start, size), way_rows, first, second, row, of_way, middle)
    return Segments(first, second, row, of_way, middle)


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
    from nahraum.network.strands import distinct

    n_segments = len(segments.first)
    newest = np.full(1 + int(max(segments.first.max(initial=-1), segments.second.max(initial=-1))), -1, dtype=np.int32)
    kept, older = np.empty(n_segments, dtype=np.int32), np.empty(n_segments, dtype=np.int32)
    ahead, back = np.empty(n_segments, dtype=bool), np.empty(n_segments, dtype=bool)
    parts = segments.first, segments.second, segments.row, segments.way
    n, loops, is_ruled = distinct(parts, oneway, newest, kept, older, ahead, back)
    segment = kept[:n]
    first, second = segments.first[segment], segments.second[segment]
    ends = np.stack([np.minimum(first, second), np.maximum(first, second)])
    return Edges(ends, segment, ahead[:n] if is_ruled else None, back[:n] if is_ruled else None), loops
