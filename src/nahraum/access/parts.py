"""Which nodes are still connected after edges were taken away or added: only around what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nahraum.access import surroundings
from nahraum.network.graph import Int64

if TYPE_CHECKING:
    from nahraum.access.standing import Standing

_LIMIT = 50_000  # nodes looked at before a split counts as large


def rejoined(standing: Standing, removed: list[int], added: list[int]) -> Int64 | None:
    """Connected parts brought up to date; edges whose part may serve others than before.

    None where a large part was split off or the main part is no longer the longest: that is computed anew.
    """
    if not removed and not added:
        return np.empty(0, dtype=np.int64)
    book = standing.book
    ends = [book[name][[*removed, *added]] for name in ("edge_from", "edge_to")]
    nodes = np.unique(np.concatenate(ends)).astype(np.int64)
    group, seen, owner, whole = surroundings.explored(nodes, standing.roads(), standing.mark, _LIMIT)
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
    return _measured(standing, {label: now}, set())


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
    fresh: list[Int64] = []
    rest = None
    for at, (own, seen, whole) in enumerate(pieces):
        kept = [label for label in labels[at] if keeper[label] == at]
        label = min(kept) if kept else book.grow("part", 1)
        if whole:
            changed[label] = _length_of(standing, seen)
            total -= changed[label]
            members = [seen]
        else:
            rest, members = label, [own]
        members += [np.flatnonzero(book["component"][: standing.n_nodes] == other) for other in kept if other != label]
        fresh.append(_named(standing, np.unique(np.concatenate(members)), label))
    if rest is not None:
        changed[rest] = total
    moved = np.unique(np.concatenate(fresh))
    standing.count_served()
    return _measured(standing, changed, set(changed), moved)


def _named(standing: Standing, nodes: Int64, label: int) -> Int64:
    """Nodes under a label; those that had another."""
    book = standing.book
    other = nodes[book["component"][nodes] != label]
    book.set("component", other, np.full(len(other), label))
    return np.asarray(other, dtype=np.int64)


def _length_of(standing: Standing, nodes: Int64) -> int:
    """Length of the living edges among the nodes of a whole part. [dm]"""
    book, total = standing.book, 0
    for node in nodes.tolist():
        for edge in standing.edges_at(node):
            if book["alive"][edge]:
                total += int(book["edge_length_dm"][edge])
    return total // 2


def _measured(
    standing: Standing, lengths: dict[int, int], labels: set[int], moved: Int64 | None = None
) -> Int64 | None:
    """New lengths of parts; the edges of nodes under another label, and of small parts that changed at all."""
    book = standing.book
    for label, length in lengths.items():
        book.set("part_length", label, length)
    longest = book["part_length"]
    if longest[1:].max(initial=0) >= longest[0]:
        return None
    before = book.tables["parts"]["facility"]
    standing.footing.sort_parts()
    after = book.tables["parts"]["facility"]
    small = {label for label in lengths if label and (label >= len(before) or before[label] != after[label])}
    small |= {label for label in labels if label}
    living = (
        np.flatnonzero(book["alive"][: book.sizes["edge"]]) if small or (moved is not None and len(moved)) else None
    )
    if living is None:
        return np.empty(0, dtype=np.int64)
    first = book["edge_from"][living]
    hit = np.isin(book["component"][first], sorted(small))
    if moved is not None:
        hit |= np.isin(first, moved)
    return living[hit]
