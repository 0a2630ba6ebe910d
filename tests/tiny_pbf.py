"""A .osm.pbf written byte by byte, for what osmium's writer never writes: odd grids, plain nodes, wild orders."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nahraum.sources.osm.raw import Raw

Tags = Mapping[str, str]
Member = tuple[str, int, str]


def varint(number: int) -> bytes:
    """A number, seven bits a byte; negative ones as 64 bits."""
    number &= (1 << 64) - 1
    parts = []
    while number >= 128:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def signed(number: int) -> int:
    """The number with its sign in the last bit."""
    return 2 * number if number >= 0 else -2 * number - 1


def entry(number: int, value: int | bytes) -> bytes:
    """A field of a message: a number, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def packed(numbers: Iterable[int]) -> bytes:
    """Numbers one after another."""
    return b"".join(varint(number) for number in numbers)


def deltas(numbers: Iterable[int]) -> bytes:
    """Each number as its difference from the one before."""
    found, before = [], 0
    for number in numbers:
        found.append(signed(number - before))
        before = number
    return packed(found)


@dataclass
class TinyBlock:
    """One block under construction; coordinates are whole multiples of the granularity, after the offsets."""

    granularity: int = 100
    latitude_offset: int = 0
    longitude_offset: int = 0
    strings: list[str] = field(default_factory=lambda: [""])
    groups: list[bytes] = field(default_factory=list)

    def text(self, text: str) -> int:
        """The position of a text in the table."""
        if text not in self.strings[1:]:
            self.strings.append(text)
        return self.strings.index(text, 1)

    def pairs(self, tags: Tags) -> bytes:
        """The fields of keys and values."""
        keys, values = [self.text(key) for key in tags], [self.text(value) for value in tags.values()]
        return entry(2, packed(keys)) + entry(3, packed(values)) if tags else b""

    def dense(self, nodes: Iterable[tuple[int, int, int, Tags]], *, info: bytes = b"") -> TinyBlock:
        """Dense nodes: id, longitude, latitude, tags."""
        held = list(nodes)
        told = [number for node in held for k, v in node[3].items() for number in (self.text(k), self.text(v))]
        ends = [part for node in held for part in [*(self.text(t) for kv in node[3].items() for t in kv), 0]]
        message = entry(1, deltas(node[0] for node in held)) + (entry(5, info) if info else b"")
        message += entry(8, deltas(node[2] for node in held)) + entry(9, deltas(node[1] for node in held))
        self.groups.append(entry(2, message + (entry(10, packed(ends)) if told else b"")))
        return self

    def plain(self, nodes: Iterable[tuple[int, int, int, Tags]]) -> TinyBlock:
        """Nodes each on its own, with an info message nobody needs."""
        group = b""
        for number, lon, lat, tags in nodes:
            place = entry(8, signed(lat)) + entry(9, signed(lon))
            group += entry(1, entry(1, signed(number)) + self.pairs(tags) + entry(4, entry(1, 7)) + place)
        self.groups.append(group)
        return self

    def ways(self, ways: Iterable[tuple[int, list[int], Tags]]) -> TinyBlock:
        """Ways: id, references, tags."""
        self.groups.append(
            b"".join(
                entry(3, entry(1, number) + self.pairs(tags) + entry(4, entry(1, 3)) + entry(8, deltas(refs)))
                for number, refs, tags in ways
            )
        )
        return self

    def relations(self, relations: Iterable[tuple[int, list[Member], Tags]]) -> TinyBlock:
        """Relations: id, members (kind, id, role), tags."""
        group = b""
        for number, members, tags in relations:
            roles = entry(8, packed(self.text(role) if role else 0 for _, _, role in members))
            kinds = entry(10, packed("nwr".index(kind) for kind, _, _ in members))
            own = entry(1, number) + self.pairs(tags) + roles + entry(9, deltas(ref for _, ref, _ in members)) + kinds
            group += entry(4, own)
        self.groups.append(group)
        return self

    def content(self) -> bytes:
        """The bytes of the block."""
        table = b"".join(entry(1, text.encode()) for text in self.strings)
        groups = b"".join(entry(2, group) for group in self.groups)
        offsets = entry(19, self.latitude_offset) + entry(20, self.longitude_offset)
        return entry(1, table) + groups + entry(17, self.granularity) + offsets


def blob(kind: str, content: bytes, packing: str = "zlib") -> bytes:
    """A blob with its header; packings that nobody reads carry the content as it is."""
    field_number = {"raw": 1, "zlib": 3, "lzma": 4, "lz4": 6, "zstd": 7}[packing]
    body = entry(field_number, zlib.compress(content) if packing == "zlib" else content)
    body = body if packing == "raw" else entry(2, len(content)) + body
    header = entry(1, kind.encode()) + entry(3, len(body))
    return len(header).to_bytes(4, "big") + header + body


def header(*demands: str) -> bytes:
    """The header blob."""
    wanted = demands or ("OsmSchema-V0.6", "DenseNodes")
    return blob("OSMHeader", b"".join(entry(4, text.encode()) for text in wanted))


def write_pbf(path: Path, *blocks: TinyBlock, packing: str = "zlib", demands: tuple[str, ...] = ()) -> Path:
    """The file of these blocks."""
    content = header(*demands) + b"".join(blob("OSMData", block.content(), packing) for block in blocks)
    path.write_bytes(content)
    return path


def assert_same_raw(one: Raw, other: Raw) -> None:
    """Two readings of a file are equal in every array, every tag, every member."""
    for name in ("nodes", "ways"):
        first, second = vars(getattr(one, name)), vars(getattr(other, name))
        for part, values in first.items():
            if isinstance(values, list):
                assert values == second[part], (name, part)
            else:
                assert values.dtype == second[part].dtype, (name, part)
                np.testing.assert_array_equal(values, second[part], err_msg=f"{name}.{part}")
    assert one.relations == other.relations
    assert list(one.positions.items()) == list(other.positions.items())
    assert (one.n_repeated, one.is_empty) == (other.n_repeated, other.is_empty)
