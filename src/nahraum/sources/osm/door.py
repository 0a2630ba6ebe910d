"""The door: is this an OpenStreetMap file at all, in which format, of which day?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import osmium

from nahraum.errors import InputError

EXPECTED = "an OpenStreetMap extract: .osm.pbf, .osm.gz, .osm.bz2 or .osm"
_DAY = re.compile(r"^(20\d\d)-(\d\d)-(\d\d)")
_HEADER_BYTES = 64


@dataclass(frozen=True)
class Door:
    """An OpenStreetMap file whose content was looked at: path, osmium's format name, header box and day."""

    path: Path
    format: str
    box: tuple[float, float, float, float] | None
    date: str

    def file(self) -> osmium.io.File:
        """The file as osmium wants it, with the format found by content."""
        return osmium.io.File(str(self.path), self.format)


def content_format(head: bytes) -> str:
    """Osmium's name of the format that the first bytes belong to; '' for none that is read."""
    if head[5:15] == b"\tOSMHeader":
        return "osm.pbf"
    if head.startswith(b"\x1f\x8b"):
        return "osm.gz"
    if head.startswith(b"BZh"):
        return "osm.bz2"
    return "osm" if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<") else ""


def open_door(path: Path) -> Door:
    """The checked file.

    Raises
        InputError where the file is missing, empty, of another kind, or broken.
    """
    if not path.is_file():
        raise InputError(f"{path.name} cannot be read", where=f"there is no file {path}", expected=EXPECTED)
    with path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    if not head:
        raise InputError(f"{path.name} is empty", where=str(path), expected=EXPECTED, fix="download it again")
    format_name = content_format(head)
    if not format_name:
        raise InputError(
            f"{path.name} is not an OpenStreetMap file", where=f"it starts with {head[:12]!r}", expected=EXPECTED
        )
    with readable(path):
        reader = osmium.io.Reader(osmium.io.File(str(path), format_name), osmium.osm.NOTHING)
        header = reader.header()
        reader.close()
    return Door(path, format_name, _box(header), _day(header))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what osmium raises on broken content into the four-part message."""
    try:
        yield
    except InputError:
        raise
    except (RuntimeError, ValueError, OSError) as problem:
        text = str(problem)
        other = "top-level element" in text
        raise InputError(
            f"{path.name} is not an OpenStreetMap file" if other else f"{path.name} is damaged or incomplete",
            where=f"{path}: {text}",
            expected=EXPECTED,
            fix="" if other else "download it again and compare its size and checksum",
        ) from problem


def _box(header: osmium.io.Header) -> tuple[float, float, float, float] | None:
    box = header.box()
    if not box.valid() or box.size() <= 0:
        return None
    low, high = box.bottom_left, box.top_right
    return (low.lon, low.lat, high.lon, high.lat)


def _day(header: osmium.io.Header) -> str:
    """The day of the data; timestamps before 2004 and of 2106 (a lost one, as unsigned) are no day."""
    for key in ("osmosis_replication_timestamp", "timestamp"):
        found = _DAY.match(header.get(key, ""))
        if found and "2004" <= found[1] < "2100":
            return found[0]
    return ""
