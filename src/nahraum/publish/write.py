"""All of `public/` at once: into a folder beside it, then renamed, so that nothing half-written is left."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from pyogrio.errors import DataSourceError
from xlsxwriter.exceptions import XlsxWriterException

from nahraum.errors import OutputError
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.csvfiles import write_csv_files
from nahraum.publish.datapackage import write_datapackage
from nahraum.publish.dcat import write_dcat
from nahraum.publish.geopackage import write_geopackage
from nahraum.publish.manifest import write_manifest
from nahraum.publish.parquet import write_parquet_files
from nahraum.publish.workbook import write_workbook

Writer = Callable[[PublishBundle, Path], Iterable[Path]]
Told = Callable[[str], None]
_UNWRITABLE = (OSError, DataSourceError, XlsxWriterException, sqlite3.OperationalError)


def _nothing(_: str) -> None:
    return None


def _write_files(
    bundle: PublishBundle, folder: Path, *, writers: Iterable[tuple[str, Writer]], tell: Told
) -> list[Path]:
    """Data first, then report and map, then what describes them; the manifest last."""
    written: list[Path] = []
    tell("parquet")
    written += write_parquet_files(bundle, folder)
    tell("geopackage")
    written.append(write_geopackage(bundle, folder))
    tell("tables")
    written += [*write_csv_files(bundle, folder), write_workbook(bundle, folder)]
    for name, writer in writers:
        tell(name)
        written += writer(bundle, folder)
    tell("metadata")
    written += [write_datapackage(bundle, folder), write_dcat(bundle, folder)]
    return [*written, write_manifest(bundle, folder, files=written)]


def _swap(new: Path, folder: Path) -> None:
    """The new folder takes the place of the old one."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def write_all(
    bundle: PublishBundle,
    folder: Path,
    *,
    report: Writer | None = None,
    mapsite: Writer | None = None,
    tell: Told = _nothing,
) -> list[Path]:
    """Everything published of a study, complete or not at all.

    Parameters
        folder : the study's `public/`; what stood there is replaced as a whole.
        report, mapsite : called as writer(bundle, folder) after the tables stand in the folder; they write
            report.pdf, profiles/ and map/ below it and return their paths.
        tell : told the name of each part as it begins.

    Returns
        the paths of all files, in the order of writing, manifest.json last.

    Raises
        OutputError where the folder cannot be written; then it is as it was before.
    """
    writers = [(name, writer) for name, writer in (("report", report), ("map", mapsite)) if writer is not None]
    return replaced(folder, lambda working: _write_files(bundle, working, writers=writers, tell=tell))


def replaced(folder: Path, fill: Callable[[Path], list[Path]]) -> list[Path]:
    """A folder filled anew, complete or not at all; what stood there is replaced as a whole.

    Parameters
        fill : writes into the folder it is given and returns the paths of its files.

    Raises
        OutputError where the folder cannot be written; then it is as it was before.
    """
    folder = folder.absolute()
    working = folder.with_name(f".{folder.name}.writing")
    try:
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True)
        written = fill(working)
        _swap(working, folder)
    except _UNWRITABLE as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"the results cannot be written to {folder}",
            where=str(error),
            expected="a folder that may be written, with room for the results",
            fix="choose another [output] folder in study.toml, close programs that hold files of it open",
        ) from error
    finally:
        shutil.rmtree(working, ignore_errors=True)
    return [folder / path.relative_to(working) for path in written]
