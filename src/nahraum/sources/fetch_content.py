"""Is what came down what was asked for? A file is believed by its content, never by the word of a server."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

from nahraum.errors import InputError

HEAD_BYTES = 512
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
    """Raises InputError where the whole file is not sound: archives by their directory, extracts by their blobs."""
    with path.open("rb") as stream:
        refuse_wrong_head(stream.read(HEAD_BYTES), name, url)
    problem = ""
    if _form(name)[1] == "a zip archive":
        problem = _zip_problem(path)
    elif name.lower().endswith(".pbf"):
        problem = _pbf_problem(path)
    if problem:
        raise InputError(
            f"{url} gave a damaged {name}",
            where=problem,
            expected="the whole file",
            fix="nahraum fetch once more; if it stays so, the publisher's file is broken",
        )


def _zip_problem(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, NotImplementedError) as error:
        return f"the archive is damaged or cut off: {error}"
    return ""


def _pbf_problem(path: Path) -> str:
    from nahraum.sources.osm.pbf_blobs import pbf_file

    try:
        with pbf_file(path):
            return ""
    except (ValueError, InputError) as error:
        return str(error)
