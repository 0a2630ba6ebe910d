"""One unpacked block of a .osm.pbf: its objects as arrays, its tags as texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from nahraum.sources.osm import pbf_kernels as kernels
from nahraum.sources.osm import pbf_tags as tag_kernels
from nahraum.sources.osm.pbf_runs import rehearse as rehearse_runs

Int16 = npt.NDArray[np.int16]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Tags = dict[str, str]
Found = TypeVar("Found")
Values = TypeVar("Values", Int32, Int64)

_EMPTY_BLOCK = b"\x0a\x00"  # a table without strings
_GRANULARITY = 100  # nanodegrees, where the file tells none


@dataclass(frozen=True)
class Words:
    """Texts to be found in the string table of a block, numbered from 1."""

    names: tuple[str, ...]
    letters: npt.NDArray[np.uint8]
    starts: Int32

    @classmethod
    def of(cls, names: Iterable[str]) -> Words:
        """These words."""
        held = tuple(names)
        coded = [name.encode() for name in held]
        starts = np.cumsum([0, *(len(word) for word in coded)], dtype=np.int32)
        return cls(held, np.frombuffer(b"".join(coded), dtype=np.uint8).copy(), starts)

    def number(self, name: str) -> int:
        """The number of a word."""
        return self.names.index(name) + 1


@dataclass(frozen=True)
class Keys:
    """Keys of interest: some decide alone that an object is kept, some with one of these values, others do not."""

    keys: Words
    n_alone: int
    n_deciding: int
    values: Words

    @classmethod
    def of(
        cls,
        alone: Iterable[str],
        with_value: Iterable[str] = (),
        values: Iterable[str] = (),
        others: Iterable[str] = (),
    ) -> Keys:
        """The keys in this order."""
        first, second = tuple(alone), tuple(with_value)
        words = Words.of((*first, *second, *others))
        return cls(words, len(first), len(first) + len(second), Words.of(values))


@dataclass(frozen=True)
class Block:
    """One unpacked block: its bytes, extents of its strings and groups, scale of coordinates, kinds of objects."""

    content: bytearray
    bytes: npt.NDArray[np.uint8]
    strings: Int32
    groups: Int64
    scale: Int64
    kinds: int

    @classmethod
    def of(cls, content: bytearray) -> Block:
        """The block of this content; raises ValueError where it is damaged."""
        view, room = np.frombuffer(content, dtype=np.uint8), len(content) // 2 + 1
        strings, groups = np.empty((room, 2), dtype=np.int32), np.empty((room, 2), dtype=np.int64)
        scale = np.array([_GRANULARITY, 0, 0], dtype=np.int64)
        n_strings, n_groups, kinds = kernels.layout(view, strings, groups, scale)
        return cls(content, view, strings[:n_strings].copy(), groups[:n_groups].copy(), scale, kinds)

    def marks(self, words: Words) -> Int16:
        """For each string the number of the word that it is, 0 for none."""
        found = np.zeros(len(self.strings), dtype=np.int16)
        tag_kernels.marks(self.bytes, self.strings, words.letters, words.starts, found)
        return found

    def texts(self, used: Int32 | Int64) -> list[str]:
        """The strings of the block as text; '' for those that are not used.

        Raises
            ValueError where a string is not in the table or is no text.
        """
        if used.size and (used.min() < 0 or used.max() >= len(self.strings)):
            raise ValueError("PBF error: a text that is not in the table")
        is_used = np.zeros(len(self.strings), dtype=bool)
        is_used[used] = True
        rows = np.flatnonzero(is_used)
        texts = [""] * len(self.strings)
        for row, (first, last) in zip(rows.tolist(), self.strings[rows].tolist(), strict=True):
            texts[row] = self.content[first:last].decode()
        return texts


@dataclass(frozen=True)
class Order:
    """Lowest and highest id of the objects of a block, and whether ids rise from each to the next."""

    lowest: int
    highest: int
    rising: bool


def is_rising(orders: Sequence[Order]) -> bool:
    """Whether ids rise through all blocks: then no object is there twice."""
    within = all(order.rising for order in orders)
    return within and all(one.highest < other.lowest for one, other in pairwise(orders))


def picked(start: Int32, values: Values, rows: Int64) -> tuple[Int32, Values]:
    """The slices of some rows, one after another, and where each starts."""
    size = (start[rows + 1] - start[rows]).astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(size)])
    at = np.repeat(start[rows] - ends[:-1], size) + np.arange(ends[-1])
    return ends.astype(np.int32), values[at]


def tag_dicts(block: Block, start: Int32, tags: Int32) -> list[Tags]:
    """The tags of objects; those of object i are `start[i]:start[i + 1]`."""
    texts = block.texts(tags)
    keys = [texts[row] for row in tags[:, 0].tolist()]
    values = [texts[row] for row in tags[:, 1].tolist()]
    ends = start.tolist()
    return [dict(zip(keys[a:b], values[a:b], strict=True)) for a, b in pairwise(ends)]


def is_deciding(block: Block, start: Int32, tags: Int32, keys: Keys) -> npt.NDArray[np.bool_]:
    """Whether each object carries a tag that decides that it is kept."""
    mark, word = block.marks(keys.keys), block.marks(keys.values)
    found = np.zeros(len(start) - 1, dtype=bool)
    tag_kernels.deciding(start, tags, mark, word, (keys.n_alone, keys.n_deciding), found)
    return found


def kinds(
    block: Block, tagged: tuple[Int32, Int32], rows: Int64, keys: Keys, limit: str = ""
) -> tuple[list[Tags], Int64]:
    """The different tags of some objects, as far as their keys are of interest, and which of them each object has.

    `limit` is the first key that does not count.
    """
    (start, tags), mark = tagged, block.marks(keys.keys)
    n_keys = keys.keys.number(limit) if limit else len(keys.keys.names) + 1
    kind, first = np.empty(len(rows), dtype=np.int64), np.empty(len(rows), dtype=np.int64)
    table = np.full(1 << (2 * len(rows) + 1).bit_length(), -1, dtype=np.int64)
    n = tag_kernels.kinds(start, tags, mark, n_keys, rows, (kind, first, table))
    own_start, own = picked(start, tags, first[:n])
    told = (mark[own[:, 0]] > 0) & (mark[own[:, 0]] < n_keys)
    ends = np.concatenate([[0], np.cumsum(told)]).astype(np.int32)[own_start]
    return tag_dicts(block, ends, own[told]), kind


def values_of(block: Block, tagged: tuple[Int32, Int32], keys: Keys, key: str) -> Int64:
    """Position of the text that each object has for a key, -1 for none."""
    start, tags = tagged
    found = np.full(len(start) - 1, -1, dtype=np.int64)
    tag_kernels.values_of(start, tags, block.marks(keys.keys), keys.keys.number(key), found)
    return found


@dataclass(frozen=True)
class BlockNodes:
    """All nodes of a block; node i has the tags `start[i]:start[i + 1]`, positions of key and value. [1e-7°]"""

    ids: Int64
    x: Int32
    y: Int32
    start: Int32
    tags: Int32

    @classmethod
    def of(cls, block: Block) -> BlockNodes:
        """Read from a block."""
        room = int((block.groups[:, 1] - block.groups[:, 0]).sum()) // 2 + len(block.groups)
        ids, x, y = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
        start, tags = np.zeros(room + 1, dtype=np.int32), np.empty((len(block.bytes) // 2 + 1, 2), dtype=np.int32)
        n, n_tags = kernels.nodes(block.bytes, block.groups, block.scale, len(block.strings), (ids, x, y, start, tags))
        return cls(ids[:n], x[:n], y[:n], start[: n + 1], tags[:n_tags])

    def among(self, wanted: Int64) -> tuple[Int64, Order | None]:
        """Place of each node among the wanted ids (ascending), -1 for none; and the order of all ids."""
        place = np.empty(len(self.ids), dtype=np.int64)
        rising = kernels.positions_among(self.ids, wanted, place)
        return place, Order(int(self.ids[0]), int(self.ids[-1]), rising) if len(place) else None


@dataclass(frozen=True)
class NodeBatch:
    """Of the nodes of a block: places among the wanted ids, with positions; those with a key of interest. [1e-7°]"""

    slot: Int64
    x: Int32
    y: Int32
    ids: Int64
    tagged_x: Int32
    tagged_y: Int32
    tags: list[Tags]


def node_batch(block: Block, keys: Keys, wanted: Int64) -> NodeBatch:
    """Nodes of a block that are wanted (ascending ids), and those with one of the keys."""
    found = BlockNodes.of(block)
    place, _ = found.among(wanted)
    hit, rows = np.flatnonzero(place >= 0), np.flatnonzero(is_deciding(block, found.start, found.tags, keys))
    tags = tag_dicts(block, *picked(found.start, found.tags, rows))
    return NodeBatch(place[hit], found.x[hit], found.y[hit], found.ids[rows], found.x[rows], found.y[rows], tags)


@dataclass(frozen=True)
class WayBatch:
    """The kept ways of a block: references `first[i]:first[i + 1]`, tags `start[i]:start[i + 1]`, as positions."""

    ids: Int64
    first: Int32
    refs: Int64
    start: Int32
    tags: Int32
    order: Order | None


def way_batch(block: Block, keys: Keys, members: Int64) -> WayBatch:
    """Ways of a block with one of the deciding keys, or among the members (ascending ids)."""
    room = len(block.bytes) // 2 + 1
    ids, first, start = np.empty(room, dtype=np.int64), np.zeros(room + 1, dtype=np.int32), np.zeros(room + 1, np.int32)
    refs, tags = np.empty(2 * room, dtype=np.int64), np.empty((room, 2), dtype=np.int32)
    n, lowest, highest, rising = kernels.ways(
        block.bytes, block.groups, block.marks(keys.keys), keys.n_deciding, members, (ids, first, refs, start, tags)
    )
    return WayBatch(
        ids[:n].copy(), first[: n + 1].copy(), refs[: first[n]].copy(), start[: n + 1].copy(), tags[: start[n]].copy(),
        Order(lowest, highest, rising) if lowest <= highest else None,
    )  # fmt: skip


@dataclass(frozen=True)
class RelationBatch:
    """All relations of a block: members `first[i]:first[i + 1]` (id; position of role, kind), tags as above."""

    ids: Int64
    first: Int32
    members: Int64
    roles: Int32
    start: Int32
    tags: Int32

    @classmethod
    def of(cls, block: Block) -> RelationBatch:
        """Read from a block."""
        room = len(block.bytes) // 2 + 1
        ids, first, start = np.empty(room, np.int64), np.zeros(room + 1, np.int32), np.zeros(room + 1, np.int32)
        members, roles = np.empty(2 * room, dtype=np.int64), np.empty((2 * room, 2), dtype=np.int32)
        tags = np.empty((room, 2), dtype=np.int32)
        n = kernels.relations(block.bytes, block.groups, len(block.strings), (ids, first, members, roles, start, tags))
        return cls(ids[:n], first[: n + 1], members[: first[n]], roles[: first[n]], start[: n + 1], tags[: start[n]])


def rehearse() -> None:
    """Compiles the kernels, so that the first file need not wait for it."""
    block, keys, none = Block.of(bytearray(_EMPTY_BLOCK)), Keys.of(("highway",)), np.zeros(0, dtype=np.int64)
    ways, nodes = way_batch(block, keys, none), BlockNodes.of(block)
    nodes.among(none)
    RelationBatch.of(block)
    is_deciding(block, ways.start, ways.tags, keys)
    kinds(block, (ways.start, ways.tags), none, keys)
    values_of(block, (ways.start, ways.tags), keys, "highway")
    rehearse_runs()
