"""Everything of a .osm.pbf that can matter: relations first, then the ways they name, then the nodes of those."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from nahraum.sources.osm.pbf import Blocks, UnsortedError, pbf_blocks
from nahraum.sources.osm.pbf_block import (
    Block,
    Int32,
    Int64,
    Keys,
    NodeBatch,
    Order,
    RelationBatch,
    Tags,
    WayBatch,
    is_deciding,
    node_batch,
    picked,
    tag_dicts,
    way_batch,
)
from nahraum.sources.osm.pbf_kernels import NODES, RELATIONS, WAYS
from nahraum.sources.osm.raw import (
    AREA_RELATIONS,
    NODE_KEYS,
    UNKNOWN,
    WAY_KEYS,
    Raw,
    RawNodes,
    RawRelation,
    RawWays,
    degrees,
    last_by_id,
    slices,
)

_MEMBER_WAY, _MEMBER_NODE = 1, 0
_MAX_X, _MAX_Y = 1_800_000_000, 900_000_000


def read_pbf_raw(path: Path) -> Raw | None:
    """Nodes, ways and area relations of a .osm.pbf; None where it demands what is not understood here.

    Raises
        ValueError, InputError where the file is damaged, or packed in a way that is not read here.
    """
    with pbf_blocks(path) as blocks:
        if not blocks.file.is_plain:
            return None
        try:
            blocks.believe_sorted()
            return _raw(blocks)
        except UnsortedError:
            blocks.look_through()
            return _raw(blocks)


def _raw(blocks: Blocks) -> Raw:
    relations, _ = area_relations(blocks)
    ways, twice_ways = _ways(blocks, member_ways(relations))
    members = {ref for relation in relations for ref, _ in relation.nodes}
    wanted = np.unique(np.concatenate([ways.refs, np.array(sorted(members), dtype=np.int64)]))
    batches = list(blocks.each(NODES, lambda block: node_batch(block, Keys.of(NODE_KEYS), wanted)))
    x, y = positions(((batch.slot, batch.x, batch.y) for batch in batches), len(wanted))
    nodes, twice_nodes = tagged_nodes(batches)
    at = np.searchsorted(wanted, ways.refs)
    placed = RawWays(ways.ids, ways.start, ways.refs, degrees(x[at], y[at], 0), degrees(x[at], y[at], 1), ways.tags)
    found = _found(members, wanted, x, y)
    is_empty = not len(placed.ids) and not len(nodes.ids)
    return Raw(nodes, placed, relations, found, twice_nodes + twice_ways, is_empty)


def area_relations(blocks: Blocks, *keys: str) -> tuple[list[RawRelation], list[Order]]:
    """Relations that may be areas and carry all the keys, by id, of repeated ones the last; and their order."""
    needed = (Keys.of((), ("type",), AREA_RELATIONS), *(Keys.of((key,)) for key in keys))
    batches = list(blocks.each(RELATIONS, lambda block: _relations(block, needed)))
    found = {relation.id: relation for relations, _ in batches for relation in relations}
    return [found[number] for number in sorted(found)], [order for _, order in batches if order]


def _relations(block: Block, needed: tuple[Keys, ...]) -> tuple[list[RawRelation], Order | None]:
    found = RelationBatch.of(block)
    held = np.ones(len(found.ids), dtype=bool)
    for key in needed:
        held &= is_deciding(block, found.start, found.tags, key)
    rows = np.flatnonzero(held)
    tags = tag_dicts(block, *picked(found.start, found.tags, rows))
    ends, members = picked(found.first, found.members, rows)
    roles = picked(found.first, found.roles, rows)[1]
    texts = block.texts(roles[:, 0])
    who = [(ref, texts[role], kind) for ref, (role, kind) in zip(members.tolist(), roles.tolist(), strict=True)]
    relations = [
        _relation(number, own, who[first:last])
        for number, own, (first, last) in zip(found.ids[rows].tolist(), tags, pairwise(ends.tolist()), strict=True)
        if own.get("type") in AREA_RELATIONS
    ]
    rising = bool((np.diff(found.ids) > 0).all())
    return relations, Order(int(found.ids[0]), int(found.ids[-1]), rising) if len(found.ids) else None


def _relation(number: int, tags: Tags, members: list[tuple[int, str, int]]) -> RawRelation:
    ways = tuple(dict.fromkeys((ref, role) for ref, role, kind in members if kind == _MEMBER_WAY))
    return RawRelation(number, tags, ways, tuple((ref, role) for ref, role, kind in members if kind == _MEMBER_NODE))


def member_ways(relations: Iterable[RawRelation]) -> Int64:
    """Ids of the ways that are members, ascending."""
    return np.array(sorted({ref for relation in relations for ref, _ in relation.ways}), dtype=np.int64)


@dataclass(frozen=True)
class _Lines:
    """Ways without positions."""

    ids: Int64
    start: Int64
    refs: Int64
    tags: list[Tags]


def _ways(blocks: Blocks, members: Int64) -> tuple[_Lines, int]:
    keys = Keys.of(sorted(WAY_KEYS))

    def work(block: Block) -> tuple[WayBatch, list[Tags]]:
        batch = way_batch(block, keys, members)
        return batch, tag_dicts(block, batch.start, batch.tags)

    found = list(blocks.each(WAYS, work))
    ids, start, refs = joined([batch for batch, _ in found])
    tags = [own for _, each in found for own in each]
    order, n_repeated = last_by_id(ids)
    size = start[order + 1] - start[order]
    lines = _Lines(
        ids[order], np.concatenate([[0], np.cumsum(size)]), refs[slices(start[order], size)],
        [tags[row] for row in order.tolist()],
    )  # fmt: skip
    return lines, n_repeated


def joined(batches: list[WayBatch]) -> tuple[Int64, Int64, Int64]:
    """Ids, starts and references of the ways of several blocks."""
    none = np.zeros(0, dtype=np.int64)
    size = np.concatenate([none, *(np.diff(batch.first) for batch in batches)])
    return (
        np.concatenate([none, *(batch.ids for batch in batches)]),
        np.concatenate([[0], np.cumsum(size)]).astype(np.int64),
        np.concatenate([none, *(batch.refs for batch in batches)]),
    )


def positions(found: Iterable[tuple[Int32 | Int64, Int32, Int32]], n_wanted: int) -> tuple[Int32, Int32]:
    """Coordinates of the wanted nodes, the last of repeated ones; UNKNOWN where a node is missing. [1e-7°]"""
    x, y = np.full(n_wanted, UNKNOWN, dtype=np.int32), np.full(n_wanted, UNKNOWN, dtype=np.int32)
    for slot, own_x, own_y in found:
        x[slot], y[slot] = own_x, own_y
    return x, y


def tagged_nodes(batches: list[NodeBatch]) -> tuple[RawNodes, int]:
    """Tagged nodes on earth, by id, the last of repeated ones; and how many were repeated."""
    empty = np.zeros(0, dtype=np.int32)
    ids = np.concatenate([np.zeros(0, dtype=np.int64), *(batch.ids for batch in batches)])
    x = np.concatenate([empty, *(batch.tagged_x for batch in batches)])
    y = np.concatenate([empty, *(batch.tagged_y for batch in batches)])
    tags = [own for batch in batches for own in batch.tags]
    valid = np.flatnonzero(is_on_earth(x, y))
    order, n_repeated = last_by_id(ids[valid])
    rows = valid[order]
    lon, lat = degrees(x[rows], y[rows], 0), degrees(x[rows], y[rows], 1)
    return RawNodes(ids[rows], lon, lat, [tags[row] for row in rows.tolist()]), n_repeated


def is_on_earth(x: Int32, y: Int32) -> np.ndarray:
    """Whether a position is one of the earth's. [1e-7°]"""
    return (x >= -_MAX_X) & (x <= _MAX_X) & (y >= -_MAX_Y) & (y <= _MAX_Y)


def _found(members: set[int], wanted: Int64, x: Int32, y: Int32) -> dict[int, tuple[float, float]]:
    refs = np.array(sorted(members), dtype=np.int64)
    at = np.searchsorted(wanted, refs)
    at = at[is_on_earth(x[at], y[at])]
    lon, lat = degrees(x[at], y[at], 0), degrees(x[at], y[at], 1)
    return dict(zip(wanted[at].tolist(), zip(lon.tolist(), lat.tolist(), strict=True), strict=True))
