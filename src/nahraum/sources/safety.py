"""Archives from strangers: names checked, sizes believed only as far as they are borne out while reading."""

from __future__ import annotations

import copy
import io
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from nahraum.errors import InputError

# STYLE "Safety": above 200 a deflated member is no table any more (census files reach about 30). Members
# below a megabyte do no harm, and short tables of blanks are packed that well honestly.
MAXIMUM_RATIO = 200
HARMLESS_BYTES = 1 << 20
_BLOCK = 1 << 20
_NESTED = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz")
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_SYMLINK, _FILE_TYPE = 0o120000, 0o170000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError)
_AGAIN = "download the file again and compare its size with the publisher's"


def first_bytes(path: Path, number: int) -> bytes:
    """The beginning of a file, by which its format is known. Raises InputError where it cannot be opened."""
    try:
        with path.open("rb") as stream:
            return stream.read(number)
    except OSError as error:
        raise InputError(f"{path.name} cannot be opened", where=str(error.strerror or error)) from None


def is_zip(path: Path) -> bool:
    """Whether the file starts like a zip archive, whatever its name says."""
    return first_bytes(path, 4) in (b"PK\x03\x04", b"PK\x05\x06")


def _refused(path: Path, reason: str, fix: str = "") -> InputError:
    return InputError(
        f"{path.name} cannot be unpacked",
        where=reason,
        expected="a plain zip archive of tables",
        fix=fix or "take the file from the publisher, or unpack it yourself and name the table",
    )


def _name_problem(info: zipfile.ZipInfo) -> str:
    name = info.orig_filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if "\0" in name or not name or name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name):
        return f"the member {name!r} points out of the archive"
    if (info.external_attr >> 16) & _FILE_TYPE == _SYMLINK:
        return f"the member {name!r} is a link"
    return ""


def _size_problem(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 0x1:
        return f"the member {info.filename!r} is encrypted"
    if info.file_size > max(HARMLESS_BYTES, MAXIMUM_RATIO * info.compress_size):
        ratio = info.file_size / max(info.compress_size, 1)
        return f"the member {info.filename!r} would grow {ratio:.0f}-fold (at most {MAXIMUM_RATIO})"
    if info.filename.lower().endswith(_NESTED):
        return f"the member {info.filename!r} is itself an archive"
    return ""


def zip_members(path: Path) -> list[zipfile.ZipInfo]:
    """Files of an archive, by name, after every one of them was found harmless; nothing is unpacked.

    Raises
        InputError for a broken or encrypted archive, names that lead out of it, links, repeated names,
        nested archives, and members (or a whole) that would grow more than 200-fold.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except _BROKEN as error:
        raise _refused(path, f"the archive is damaged or cut off: {error}", _AGAIN) from None
    for info in infos:
        if problem := _name_problem(info) or _size_problem(info):
            raise _refused(path, problem)
    if sum(info.file_size for info in infos) > max(HARMLESS_BYTES, MAXIMUM_RATIO * path.stat().st_size):
        raise _refused(path, f"the members together would grow more than {MAXIMUM_RATIO}-fold")
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise _refused(path, f"the member {next(n for n in names if names.count(n) > 1)!r} occurs twice")
    files = [info for info in infos if not info.is_dir() and not _is_litter(info.filename)]
    return sorted(files, key=lambda info: info.filename)


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1].startswith(".")


class _DeclaredStream(io.RawIOBase):
    """Bytes of one member; more or fewer than declared, or damaged ones, are an error."""

    def __init__(self, path: Path, source: BinaryIO, declared: int) -> None:
        self._path, self._source, self._declared, self._seen = path, source, declared, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._source.read(len(buffer))
        except _BROKEN as error:
            raise _refused(self._path, f"the archive is damaged or cut off: {error}", _AGAIN) from None
        self._seen += len(data)
        if self._seen > self._declared:
            raise _refused(self._path, f"a member is larger than the {self._declared} bytes it declares")
        if not data and len(buffer) and self._seen < self._declared:
            raise _refused(self._path, f"a member ends after {self._seen} of {self._declared} bytes", _AGAIN)
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def open_member(path: Path, member: zipfile.ZipInfo) -> Iterator[BinaryIO]:
    """A stream of one checked member; what it unpacks to never lies in memory as a whole.

    Raises
        InputError, while reading, where the member is damaged or not as long as it declares.
    """
    if member.compress_type not in _READABLE:
        raise _refused(path, f"{member.filename!r} is packed in a way that is not supported (Deflate64?)")
    # zipfile itself would silently stop at the declared size; the stream below counts instead.
    probe = copy.copy(member)
    probe.file_size = sys.maxsize
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            source = stack.enter_context(archive.open(probe))
        except _BROKEN as error:
            raise _refused(path, f"the archive is damaged or cut off: {error}", _AGAIN) from None
        raw = _DeclaredStream(path, cast(BinaryIO, source), member.file_size)
        yield cast(BinaryIO, io.BufferedReader(raw, _BLOCK))


def unpack(path: Path, members: Sequence[zipfile.ZipInfo], folder: Path) -> list[Path]:
    """Checked members written below `folder`, streamed; their paths in the same order."""
    written = []
    for member in members:
        target = folder / PurePosixPath(member.filename.replace("\\", "/"))
        if not target.resolve().is_relative_to(folder.resolve()):
            raise _refused(path, f"the member {member.filename!r} points out of the archive")
        target.parent.mkdir(parents=True, exist_ok=True)
        with open_member(path, member) as source, target.open("wb") as sink:
            while block := source.read(_BLOCK):
                sink.write(block)
        written.append(target)
    return written
