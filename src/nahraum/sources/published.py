"""Published tables that nahraum computes again: what `replications.toml` says of them, and their rows.

Columns go by position, because headings of real tables are shifted, repeated or wrong (data file, notes).
"""

from __future__ import annotations

import gzip
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from nahraum.errors import InputError
from nahraum.sources.figures import Cell, Decimal, Writing, figures
from nahraum.sources.headings import cell_text
from nahraum.sources.problems import Problems, nearest_name
from nahraum.sources.rows import MAXIMUM_BYTES, read_rows, text_rows

_FILE = "replications.toml"
_YEAR = re.compile(r"(?:19|20)\d\d")
_GZIP = b"\x1f\x8b"
_FIX = "take the file of the publisher unchanged; docs/howto/replicate.md names it"


@dataclass(frozen=True)
class Published:
    """One published table, as it lies in its file.

    file : below the data folder. key : position of the area's key (from 1), padded with zeros to `key_digits`.
    rows : areas that the publisher lists. figures, texts : our name -> position. years : the columns from
    `first_year` on hold one year each, named in the row `year_row`. optional : people behind the shares, without
    which the index is the same and only less of it can be released.
    """

    file: str
    key: int
    rows: int
    source: str
    licence: str
    attribution: str
    reference_date: str
    address: str = ""
    key_digits: int = 0
    skip: int = 1
    sheet: str = ""
    decimal: Decimal = "."
    figures: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, int] = field(default_factory=dict)
    first_year: int = 0
    year_row: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True)
class Replication:
    """One published index: its tables, what must come out, and the sentences about it.

    expected : published or independently verified figures, by name. needed : shares that must agree, by name.
    """

    id: str
    kind: str
    title_de: str
    title_en: str
    computed_de: str
    computed_en: str
    difference_de: str
    difference_en: str
    tables: Mapping[str, Published]
    method: str = ""
    years: float = 0.0
    expected: Mapping[str, Any] = field(default_factory=dict)
    needed: Mapping[str, float] = field(default_factory=dict)

    def told(self, name: str, language: str) -> str:
        """A sentence in German or English: title, computed, difference."""
        return str(getattr(self, f"{name}_{language}"))


@lru_cache(maxsize=1)
def replications() -> dict[str, Replication]:
    """Every published index that nahraum computes again, by name."""
    text = resources.files("nahraum.sources").joinpath(_FILE).read_text(encoding="utf-8")
    return {name: _replication(name, entry) for name, entry in tomllib.loads(text).items()}


def replication(name: str) -> Replication:
    """One of them. Raises InputError for an unknown name, with the nearest known one."""
    known = replications()
    if name not in known:
        raise InputError(
            f"there is no replication {name!r}",
            expected="a published index that nahraum can compute again",
            fix=f"{nearest_name(name, known)}; nahraum replicate --list tells them",
        )
    return known[name]


def _replication(name: str, entry: Mapping[str, Any]) -> Replication:
    """An entry of the data file; its tables inherit what stands above them."""
    own = {each.name for each in fields(Replication)}
    shared = {key: value for key, value in entry.items() if key not in own}
    tables = {table: Published(**{**shared, **spec}) for table, spec in entry["tables"].items()}
    return Replication(name, **{key: entry[key] for key in own - {"id", "tables"} if key in entry}, tables=tables)


def file_of(table: Published, folder: Path) -> Path | None:
    """Where the file lies: at its place below the folder, without its first folders, or by its bare name."""
    parts = Path(table.file).parts
    places = [folder.joinpath(*parts[start:]) for start in range(len(parts))]
    return next((place for place in places if place.is_file()), None)


def read_all(wanted: Replication, folder: Path) -> dict[str, pd.DataFrame]:
    """All tables of a replication, by name; optional ones only where they lie there.

    Raises
        InputError that names every missing file at once, and as `read_published`.
    """
    found = {name: file_of(table, folder) for name, table in wanted.tables.items()}
    lost = [wanted.tables[name] for name, file in found.items() if file is None]
    if any(not table.optional for table in lost):
        addresses = dict.fromkeys(table.address for table in lost if table.address)
        raise InputError(
            f"{wanted.id} cannot be computed again: {len(lost)} of its {len(found)} published tables are missing",
            where=[f"{table.file} is not in {folder}" for table in lost],
            expected="; ".join(dict.fromkeys(f"{table.source} ({table.licence})" for table in lost)),
            fix="--data DIR, or NAHRAUM_DATA in the environment: the folder with these files; from "
            + ", ".join(addresses),
        )
    return {name: read_published(wanted.tables[name], file) for name, file in found.items() if file is not None}


def read_published(table: Published, path: Path) -> pd.DataFrame:
    """The rows of one table: area_id, texts and figures in our names; years as columns of whole numbers.

    Returns
        rows in the order of the file; a figure that is not published is NaN, never 0.

    Raises
        InputError where text stands for a figure, a row is too short, or the number of rows is not the published one.
    """
    body, head = _rows(table, path)
    problems = Problems()
    if len(body) != table.rows:
        problems.add(f"{table.rows} areas are published, the file has {len(body)}", [path.name], max(len(body), 1))
    columns: dict[str | int, Sequence[object]] = {"area_id": _keys(body, table, problems)}
    columns |= {name: [_at(row, place) for row in body] for name, place in table.texts.items()}
    writing = Writing(table.decimal, table.marks)
    places: dict[str | int, int] = dict(table.figures.items())
    places |= _years(head, table)
    for name, place in places.items():
        cells: list[Cell] = [row[place - 1] if place <= len(row) else "" for row in body]
        read = figures(cells, writing, f"column {place}", problems)
        columns[name] = read.values  # noqa: PD011 - a field, not of a table
    problems.refuse_any(path.name, expected=f"{table.source}, {table.rows} areas", fix=_FIX)
    return pd.DataFrame(columns)


def _rows(table: Published, path: Path) -> tuple[list[list[Cell]], list[Cell]]:
    """Rows of areas, and the row in which the years stand."""
    with path.open("rb") as stream:
        packed = stream.read(2) == _GZIP
    if packed:
        rows = text_rows(_unpacked(path), path.name)
    elif path.suffix.lower() == ".zip" and not table.sheet and not table.figures and not table.texts:
        rows = _attribute_rows(path)
    else:
        rows = read_rows(path, sheet=table.sheet or None).rows
    filled = [row for row in rows[table.skip :] if any(cell_text(cell) for cell in row)]
    return filled, (rows[table.year_row - 1] if 0 < table.year_row <= len(rows) else [])


def _unpacked(path: Path) -> bytes:
    """The text in a gzip file; never more than a table of small areas may have."""
    try:
        with gzip.open(path, "rb") as stream:
            data = stream.read(MAXIMUM_BYTES + 1)
    except (OSError, EOFError) as error:
        raise InputError(f"{path.name} is damaged or cut off", where=str(error), fix=_FIX) from None
    if len(data) > MAXIMUM_BYTES:
        raise InputError(f"{path.name} unpacks to more than 256 MB", expected="a table of small areas", fix=_FIX)
    return data


def _attribute_rows(path: Path) -> list[list[Cell]]:
    """Attributes of a zipped vector file as rows under their headings."""
    from nahraum.sources.vectorfile import attributes  # only here: GDAL is loaded late

    table = attributes(path)
    columns = [[str(value) for value in column.to_pylist()] for column in table.columns]
    return [list(table.schema.names), *(list(row) for row in zip(*columns, strict=True))]


def _keys(body: Sequence[Sequence[Cell]], table: Published, problems: Problems) -> list[str]:
    keys = [_at(row, table.key) for row in body]
    keys = [key.zfill(table.key_digits) if key.isdecimal() else key for key in keys]
    empty = [f"row {number}" for number, key in enumerate(keys, start=table.skip + 1) if not key]
    problems.add("the area has no key", empty, len(empty))
    return keys


def _at(row: Sequence[Cell], place: int) -> str:
    return cell_text(row[place - 1]) if place <= len(row) else ""


def _years(head: Sequence[Cell], table: Published) -> dict[str | int, int]:
    """Year -> position of its column."""
    if not table.first_year:
        return {}
    found = ((_YEAR.search(cell_text(cell)), place) for place, cell in enumerate(head, start=1))
    return {int(year[0]): place for year, place in found if year and place >= table.first_year}
