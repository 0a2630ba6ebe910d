"""Only what one walks on: the short way from a .osm.pbf to the tables of the walking network.

The same tables as `read_osm` gives, an order of magnitude sooner: tags are interpreted once per distinct
combination, not once per object, and of the nodes only those of the ways are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.sources.osm import walk
from nahraum.sources.osm.door import open_door, readable
from nahraum.sources.osm.pbf import Blocks, UnsortedError, pbf_blocks
from nahraum.sources.osm.pbf_block import (
    Block,
    BlockNodes,
    Keys,
    Order,
    is_deciding,
    is_rising,
    kinds,
    picked,
    values_of,
    way_batch,
)
from nahraum.sources.osm.pbf_kernels import NODES, WAYS
from nahraum.sources.osm.pbf_raw import area_relations, is_on_earth, member_ways, positions
from nahraum.sources.osm.pbf_runs import ranked, unbroken
from nahraum.sources.osm.raw import UNKNOWN, RawRelation, Tags, degrees, read_raw, slices

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

_NAME = "name"
_WAY_KEYS = Keys.of(("highway",), ("railway", "public_transport"), ("platform",), (*walk.WALK_KEYS, _NAME))
_NODE_KEYS = Keys.of(walk.ON_NODES, ("highway",), walk.CROSSINGS, walk.NODE_KEYS)


@dataclass(frozen=True)
class Streets:
    """Ways for people on foot and their nodes: what a network is made of.

    `bare_ways` (way_id, part, first, n_nodes, walkable, foot_oneway), `bare_nodes` (node_id, lon, lat, passable) and
    `way_nodes` as in OsmExtract; `way_rows` are the rows of the nodes along the ways, where known. `ways` and `nodes`
    have all columns: their texts are made when first asked for, lengths do without.
    """

    bare_ways: pd.DataFrame
    way_nodes: Int64
    bare_nodes: pd.DataFrame
    way_rows: Int32 | None
    all_ways: Callable[[], pd.DataFrame]
    all_nodes: Callable[[], pd.DataFrame]

    @staticmethod
    def of(ways: pd.DataFrame, way_nodes: Int64, nodes: pd.DataFrame) -> Streets:
        """Tables that are there with all columns."""
        return Streets(ways, way_nodes, nodes, None, lambda: ways, lambda: nodes)

    @cached_property
    def ways(self) -> pd.DataFrame:
        """The ways with all columns."""
        return self.all_ways()

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """Their nodes with all columns."""
        return self.all_nodes()


def read_streets(path: Path) -> Streets:
    """Ways for people on foot, and their nodes: what `network.build_network` needs, and nothing else.

    Parameters
        path : .osm.pbf, .osm.gz, .osm.bz2 or .osm; the format is found by content.

    Raises
        InputError where the file is missing, of another kind, or broken off.

    Notes
        A file that is not sorted, repeats an object or is no .osm.pbf is read as `read_osm` reads it.
    """
    door = open_door(Path(path))
    if door.format == "osm.pbf":
        with readable(door.path), pbf_blocks(door.path) as blocks:
            found = _sorted_streets(blocks) if blocks.file.is_plain else None
        if found is not None:
            return found
    raw = read_raw(door)
    ways, way_nodes = walk.way_table(raw.ways, walk.way_tags(raw))
    return Streets.of(ways, way_nodes, walk.node_table(raw, way_nodes))


def _sorted_streets(blocks: Blocks) -> Streets | None:
    """The streets of a file whose objects are in order, each there once; None for any other."""
    try:
        blocks.believe_sorted()
        relations, order = area_relations(blocks, "highway")
        squares = [relation for relation in relations if relation.tags["highway"] in walk.SQUARES]
        members = member_ways(squares)
        ways = list(blocks.each(WAYS, lambda block: _way_part(block, members)))
        lines = _lines(ways)
        wanted, at = _ranked(lines.refs)
        pending = blocks.each(NODES, lambda block: _node_part(block, wanted))
        described = _described(ways, squares)  # while the nodes are read
        nodes = list(pending)
    except UnsortedError:
        return None
    orders = (order, [part.order for part in ways], [part.order for part in nodes])
    if not all(is_rising([one for one in each if one]) for each in orders):
        return None
    return _streets(lines, described, nodes, (wanted, at))


@dataclass(frozen=True)
class _WayPart:
    """Ways of one block: references `start[i]:start[i + 1]`, distinct tags and names, and which each way has.

    `is_ring` marks ways that are only of interest as the ring of a square.
    """

    ids: Int64
    start: Int32
    refs: Int64
    tags: list[Tags]
    kind: Int64
    names: list[str]
    name: Int64
    is_ring: npt.NDArray[np.bool_]
    order: Order | None


def _way_part(block: Block, members: Int64) -> _WayPart:
    batch = way_batch(block, _WAY_KEYS, members)
    street = is_deciding(block, batch.start, batch.tags, _WAY_KEYS)
    rows = np.flatnonzero(street | np.isin(batch.ids, members)) if len(members) else np.flatnonzero(street)
    start, refs = picked(batch.first, batch.refs, rows)
    tags, kind = kinds(block, (batch.start, batch.tags), rows, _WAY_KEYS, limit=_NAME)
    named = values_of(block, (batch.start, batch.tags), _WAY_KEYS, _NAME)[rows]
    used, name = np.unique(named, return_inverse=True)
    texts = block.texts(used[used >= 0])
    names = ["" if row < 0 else texts[row] for row in used.tolist()]
    return _WayPart(batch.ids[rows], start, refs, tags, kind, names, name, ~street[rows], batch.order)


@dataclass(frozen=True)
class _NodePart:
    """Nodes of one block: places among the wanted ones with positions; those with tags of interest. [1e-7°]"""

    slot: Int32
    x: Int32
    y: Int32
    tagged: Int64
    tags: list[Tags]
    kind: Int64
    order: Order | None


def _node_part(block: Block, wanted: Int64) -> _NodePart:
    found = BlockNodes.of(block)
    slot, order = found.among(wanted)
    tagged = is_deciding(block, found.start, found.tags, _NODE_KEYS)
    rows, hit = np.flatnonzero(tagged & (slot >= 0) & is_on_earth(found.x, found.y)), np.flatnonzero(slot >= 0)
    tags, kind = kinds(block, (found.start, found.tags), rows, _NODE_KEYS) if len(rows) else ([], rows)
    return _NodePart(slot[hit].astype(np.int32), found.x[hit], found.y[hit], slot[rows], tags, kind, order)


@dataclass(frozen=True)
class _Lines:
    """All ways, without positions: references `start[i]:start[i + 1]`."""

    ids: Int64
    start: Int64
    refs: Int64


@dataclass(frozen=True)
class _Described:
    """The different tags, all names, and which kind of tags and which name each way has."""

    tags: list[Tags]
    names: list[str]
    kind: Int64
    name: Int64

    def rules(self, row: Int64) -> dict[str, npt.NDArray[Any]]:
        """Whether and in which direction one may walk some ways."""
        return {name: column[self.kind[row]] for name, column in walk.way_rules(self.tags).items()}

    def columns(self, row: Int64) -> dict[str, walk.Column]:
        """The attributes of some ways, by column."""
        kind, held = self.kind[row], walk.way_attributes(self.tags)
        names = pd.array(self.names, dtype="str").take(self.name[row])
        return {name: names if name == _NAME else column.take(kind) for name, column in held.items()}


def _lines(parts: list[_WayPart]) -> _Lines:
    size = _joined([np.diff(part.start) for part in parts])
    refs = _joined([part.refs for part in parts])
    return _Lines(_joined([part.ids for part in parts]), np.concatenate([[0], np.cumsum(size)]), refs)


def _joined(parts: Iterable[npt.NDArray[np.int32 | np.int64]]) -> Int64:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _ranked(values: Int64) -> tuple[Int64, Int32]:
    """The different values, ascending, and the place of each value among them."""
    different, place = np.empty(len(values), dtype=np.int64), np.empty(len(values), dtype=np.int32)
    n = ranked(values, np.argsort(values), different, place)
    return different[:n], place


def _numbered(parts: Sequence[tuple[list[Tags], Int64]]) -> tuple[list[Tags], Int64]:
    """The different tags of several blocks, and which of them each object has."""
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    found = []
    for tags, kind in parts:
        numbers = [seen.setdefault(tuple(own.items()), len(seen)) for own in tags]
        found.append(np.array(numbers, dtype=np.int64)[kind])
    return [dict(own) for own in seen], _joined(found)


def _described(parts: list[_WayPart], squares: list[RawRelation]) -> _Described:
    """What the tags of each way say; the rings of squares carry those of the square."""
    tags, kind = _numbered([(part.tags, part.kind) for part in parts])
    names = {"": 0}
    name = _joined([np.array([names.setdefault(n, len(names)) for n in part.names])[part.name] for part in parts])
    texts = list(names)
    claimed = {number: square.tags for square in reversed(squares) for number, _ in square.ways}
    ids = _joined([part.ids for part in parts])
    for ring in np.flatnonzero(_joined([part.is_ring.astype(np.int64) for part in parts])).tolist():
        merged = {**tags[kind[ring]], _NAME: texts[name[ring]], **claimed[int(ids[ring])]}
        name[ring] = names.setdefault(merged[_NAME], len(names))
        kind[ring] = len(tags)
        tags.append(merged)
    return _Described(tags, list(names), kind, name)


def _streets(lines: _Lines, described: _Described, nodes: list[_NodePart], places: tuple[Int64, Int32]) -> Streets:
    wanted, at = places
    x, y = positions(((part.slot, part.x, part.y) for part in nodes), len(wanted))
    room = len(at) // 2
    runs = tuple(np.empty(room, dtype=np.int32) for _ in range(4))
    used = np.zeros(len(wanted), dtype=bool)
    n = unbroken(lines.start, at, (x != UNKNOWN) & (y != UNKNOWN), runs, used)
    row, part, first, size = (column[:n].astype(np.int64) for column in runs)
    table = {"way_id": lines.ids[row], "part": part, "first": np.cumsum(size) - size, "n_nodes": size}
    whole = n == 0 or int(size.sum()) == len(at)
    position = slice(0, len(at) if n else 0) if whole else slices(first, size)
    place = np.cumsum(used, dtype=np.int32) - np.int32(1)
    held = np.flatnonzero(used)
    ids, x, y = (wanted, x, y) if len(held) == len(wanted) else (wanted[held], x[held], y[held])
    tags, kind = _numbered([(part.tags, part.kind) for part in nodes])
    slot = _joined([part.tagged for part in nodes])
    along = used[slot]
    on_nodes = (ids, degrees(x, y, 0), degrees(x, y, 1)), tags, kind[along], place[slot[along]].astype(np.int64)
    return Streets(
        pd.DataFrame(table | described.rules(row), copy=False), lines.refs[position], walk.bare_place_table(*on_nodes),
        place[at[position]],
        all_ways=lambda: pd.DataFrame(table | described.columns(row)),
        all_nodes=lambda: walk.place_table(*on_nodes),
    )  # fmt: skip
