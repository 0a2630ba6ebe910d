"""Is what came down what was asked for? A file is believed by its content, never by the word of a server."""

from __future__ import annotations

import bz2
import gzip
import html
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from nahraum.errors import InputError
from nahraum.sources.safety import HARMLESS_BYTES, MAXIMUM_RATIO

HEAD_BYTES = 512
_BLOCK = 1 << 20
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.S | re.I)
_PAGE = re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.I)
_SQLITE = b"SQLite format 3\0"
_FORMS: tuple[tuple[tuple[str, ...], tuple[bytes, ...], str], ...] = (
    ((".zip", ".xlsx", ".ods"), (b"PK\x03\x04", b"PK\x05\x06"), "a zip archive"),
    ((".gz",), (b"\x1f\x8b",), "a gzip file"),
    ((".bz2",), (b"BZh",), "a bzip2 file"),
    ((".gpkg",), (_SQLITE,), "a GeoPackage"),
    ((".parquet",), (b"PAR1",), "a Parquet file"),
    ((".json", ".geojson"), (b"{", b"[", b"\xef\xbb\xbf{"), "a JSON file"),
    ((".xls",), (b"\xd0\xcf\x11\xe0",), "an Excel file"),
)


def _form(name: str) -> tuple[tuple[bytes, ...], str]:
    """How a file of this name begins, and what it is called; () for files that may begin with anything."""
    for endings, heads, called in _FORMS:
        if name.lower().endswith(endings):
            return heads, called
    return (), "an OpenStreetMap extract" if name.lower().endswith(".pbf") else "a table"


def head_problem(head: bytes, name: str) -> str:
    """What the beginning of a file gives away; '' where it may be what its name says."""
    heads, called = _form(name)
    if not head:
        return "the file is empty"
    if _PAGE.match(head.removeprefix(b"\xef\xbb\xbf")) and not name.lower().endswith((".html", ".htm")):
        title = _TITLE.search(head)
        text = html.unescape(title[1].decode("utf-8", "replace")) if title else ""
        told = f" ({' '.join(text.split())[:80]!r})" if text.strip() else ""
        return f"a web page{told} instead of {called}"
    pbf = name.lower().endswith(".pbf") and head[5:15] != b"\tOSMHeader"
    if pbf or (heads and not head.lstrip(b" \r\n\t").startswith(heads)):
        return f"something that begins with {head[:24]!r} instead of {called}"
    return ""


def refuse_wrong_head(head: bytes, name: str, url: str) -> None:
    """Raises InputError where the first bytes show that this is not the file."""
    if problem := head_problem(head, name):
        raise InputError(
            f"{url} does not give {name}",
            where=f"it sends {problem}",
            expected=f"{_form(name)[1]}",
            fix="open the address in a browser: the publisher may have moved the file; then correct url in the study",
        )


def refuse_broken(path: Path, name: str, url: str) -> None:
    """Raises InputError where the whole file is not sound: packed files are unpacked once, by their checksums."""
    with path.open("rb") as stream:
        refuse_wrong_head(stream.read(HEAD_BYTES), name, url)
    if problem := _problem(path, name.lower()):
        raise InputError(
            f"{url} gave a damaged {name}",
            where=problem,
            expected="the whole file",
            fix="nahraum fetch once more; if it stays so, the publisher's file is broken",
        )


def ends_openly(path: Path, name: str) -> bool:
    """Whether nothing in a file proves that it is whole: a table that ends inside a line."""
    if _form(name)[1] != "a table":
        return False
    size = path.stat().st_size
    with path.open("rb") as stream:
        stream.seek(max(size - 2, 0))
        return not stream.read().rstrip(b"\0").endswith((b"\n", b"\r"))


def _problem(path: Path, name: str) -> str:
    """What proves that a file is damaged or cut off; '' where nothing does."""
    checks: tuple[tuple[tuple[str, ...], Callable[[Path], str]], ...] = (
        ((".zip", ".xlsx", ".ods"), _zip_problem),
        ((".gz",), lambda file: _packed_problem(gzip.GzipFile, file)),
        ((".bz2",), lambda file: _packed_problem(bz2.BZ2File, file)),
        ((".pbf",), _pbf_problem),
        ((".parquet",), lambda file: "" if _last(file, 4) == b"PAR1" else "the file is cut off: its end is missing"),
        ((".json", ".geojson"), _json_problem),
        ((".gpkg",), _gpkg_problem),
    )
    return next((check(path) for endings, check in checks if name.endswith(endings)), "")


def _last(path: Path, number: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(max(path.stat().st_size - number, 0))
        return stream.read()


def _json_problem(path: Path) -> str:
    return "" if _last(path, 64).rstrip().endswith((b"}", b"]")) else "the file is cut off: no bracket closes it"


def _gpkg_problem(path: Path) -> str:
    """SQLite notes in its head how many pages of which size there are (where the note is of the last writer)."""
    with path.open("rb") as stream:
        head = stream.read(100)
    page = int.from_bytes(head[16:18], "big")
    pages, noted = int.from_bytes(head[28:32], "big"), head[24:28] == head[92:96]
    whole, size = (65536 if page == 1 else page) * pages, path.stat().st_size
    return f"the file is cut off: {size:,} of {whole:,} bytes" if noted and size < whole else ""


def _packed_problem(unpacked: type[gzip.GzipFile | bz2.BZ2File], path: Path) -> str:
    """Reads to the end, as far as the file is no bomb: that is said by its reader."""
    most, seen = max(HARMLESS_BYTES, MAXIMUM_RATIO * path.stat().st_size), 0
    try:
        with unpacked(path, "rb") as stream:
            while (block := stream.read(_BLOCK)) and seen <= most:
                seen += len(block)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        return f"the file is damaged or cut off: {error}"
    return ""


def _zip_problem(path: Path) -> str:
    """Each member is read once, so that its checksum is held against its bytes; bombs are left to the reader."""
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                bomb = info.file_size > max(HARMLESS_BYTES, MAXIMUM_RATIO * info.compress_size)
                if bomb or info.is_dir() or info.flag_bits & 0x1:
                    continue
                with archive.open(info) as member:
                    while member.read(_BLOCK):
                        pass
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError, NotImplementedError) as error:
        return f"the archive is damaged or cut off: {error}"
    return ""


def _pbf_problem(path: Path) -> str:
    from nahraum.sources.osm.pbf_blobs import pbf_file

    try:
        with pbf_file(path):
            return ""
    except (ValueError, InputError) as error:
        return str(error)
