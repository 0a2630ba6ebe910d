"""Which nodes are still connected after edges were taken away or added: only around what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nahraum.access import connected
from nahraum.network.graph import Int64

if TYPE_CHECKING:
    from nahraum.access.standing import Standing

_LIMIT = 500_000  # nodes looked at before a split counts as large
NOBODY = np.empty(0, dtype=np.int64)


def rejoined(standing: Standing, removed: list[int], added: list[int]) -> Int64 | None:
    """Connected parts brought up to date; edges whose part may serve others than before.

    None where a large part was split off or the main part is no longer the longest: that is computed anew.
    """
    if not removed and not added:
        return np.empty(0, dtype=np.int64)
    book = standing.book
    ends = [book[name][[*removed, *added]] for name in ("edge_from", "edge_to")]
    nodes = np.unique(np.concatenate(ends)).astype(np.int64)
    group, seen, owner, whole = connected.explored(nodes, standing.roads(), standing.node_room[:3], _LIMIT)
    if not len(seen):
        return None
    pieces = [
        (nodes[group == root], seen[owner == root], bool(whole[group == root][0])) for root in np.unique(group).tolist()
    ]
    known = standing.draft.fresh_from
    labels = [set(book["component"][own[own < known]].tolist()) for own, _, _ in pieces]
    if len(pieces) == 1 and len(labels[0]) == 1:
        return _grown(standing, labels[0].pop(), nodes[nodes >= known], removed, added)
    return _relabelled(standing, pieces, labels, (removed, added))


def _grown(standing: Standing, label: int, fresh: Int64, removed: list[int], added: list[int]) -> Int64 | None:
    """One part before and after: new nodes belong to it, and its length is another."""
    book = standing.book
    book.set("component", fresh, label)
    now = (
        int(book["part_length"][label])
        + int(book["edge_length_dm"][added].sum())
        - int(book["edge_length_dm"][removed].sum())
    )
    return _measured(standing, {label: now}, {})


def _relabelled(
    standing: Standing,
    pieces: list[tuple[Int64, Int64, bool]],
    labels: list[set[int]],
    edges: tuple[list[int], list[int]],
) -> Int64 | None:
    """Parts that were split or joined."""
    book, (removed, added) = standing.book, edges
    old = set().union(*labels)
    total = sum(int(book["part_length"][label]) for label in old)
    total += int(book["edge_length_dm"][added].sum()) - int(book["edge_length_dm"][removed].sum())
    keeper = {}
    for label in sorted(old):
        holders = [at for at, held in enumerate(labels) if label in held]
        keeper[label] = next((at for at in holders if not pieces[at][2]), holders[0])
    changed: dict[int, int] = dict.fromkeys(old, 0)
    nodes: dict[int, Int64 | None] = dict.fromkeys(old, NOBODY)  # of each part all nodes, None where that is unknown
    fresh: list[Int64] = []
    rest = None
    for at, (own, seen, whole) in enumerate(pieces):
        kept = [label for label in labels[at] if keeper[label] == at]
        label = min(kept) if kept else book.grow("part", 1)
        if whole:
            changed[label] = connected.length_within(seen, standing.roads(), book["edge_length_dm"])
            total -= changed[label]
            members, nodes[label] = [seen], seen
        else:
            rest, members, nodes[label] = label, [own], None
        members += [np.flatnonzero(book["component"][: standing.n_nodes] == other) for other in kept if other != label]
        fresh.append(_named(standing, np.unique(np.concatenate(members)), label))
    if rest is not None:
        changed[rest] = total
    standing.count_served()
    return _measured(standing, changed, nodes, np.unique(np.concatenate(fresh)))


def _named(standing: Standing, nodes: Int64, label: int) -> Int64:
    """Nodes under a label; those that had another."""
    book = standing.book
    other = nodes[book["component"][nodes] != label]
    book.set("component", other, np.full(len(other), label))
    return np.asarray(other, dtype=np.int64)


def _measured(
    standing: Standing, lengths: dict[int, int], nodes: dict[int, Int64 | None], moved: Int64 = NOBODY
) -> Int64 | None:
    """New lengths of parts; the edges of nodes under another label, and of small parts that changed at all.

    Parameters
        nodes : of the parts that were split or joined.
    """
    book = standing.book
    for label, length in lengths.items():
        book.set("part_length", label, length)
    longest = book["part_length"]
    if longest[1:].max(initial=0) >= longest[0]:
        return None
    before = book.tables["parts"]["facility"]
    standing.footing.sort_parts()
    after = book.tables["parts"]["facility"]
    around = [moved]
    for label in sorted(lengths):
        if label and (label in nodes or label >= len(before) or before[label] != after[label]):
            known = nodes.get(label)
            here = np.flatnonzero(book["component"][: standing.n_nodes] == label) if known is None else known
            around.append(here)
    some = np.unique(np.concatenate(around))
    return np.asarray(connected.edges_at(some, standing.roads()), dtype=np.int64)
