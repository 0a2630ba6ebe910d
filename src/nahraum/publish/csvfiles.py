"""CSV as German spreadsheets read it: semicolon, decimal comma, UTF-8 with BOM."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd

from nahraum.publish.bundle import PublishBundle, Released
from nahraum.publish.labels import decimals_of
from nahraum.publish.values import HELD_BACK, held_back, is_number, number_text, plain, safe_text

FOLDER = "tables"
TABLES = (
    "cells", "quarters", "municipality", "locations", "location_services", "combinations", "partly_known",
    "discriminating", "variants", "categories", "places", "greens",
)  # fmt: skip


def csv_tables(bundle: PublishBundle) -> list[Released]:
    """The tables that are written as CSV, in order."""
    named = {*TABLES, *(table.name for table in bundle.more)}
    return [table for table in bundle.tables() if table.name in named]


def _column(frame: pd.DataFrame, column: str, bundle: PublishBundle) -> list[str]:
    values = frame[column]
    if not is_number(values):
        return [safe_text(value) for value in values.tolist()]
    decimals, gone = decimals_of(column, bundle.catalogue), held_back(frame, column)
    return [
        HELD_BACK if dot else "" if value != value else number_text(float(value), decimals)
        for value, dot in zip(values.tolist(), gone.tolist(), strict=True)
    ]


def csv_text(table: Released, bundle: PublishBundle) -> str:
    """One table as text; the headings are the column ids of the documentation.

    "." is held back, empty is unknown, 0 is known to be none.
    """
    frame = plain(table)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([str(column) for column in frame.columns])
    writer.writerows(zip(*(_column(frame, str(column), bundle) for column in frame.columns), strict=True))
    return stream.getvalue()


def write_csv_files(bundle: PublishBundle, folder: Path) -> list[Path]:
    """All tables as tables/<name>.csv."""
    (folder / FOLDER).mkdir(exist_ok=True)
    paths = []
    for table in csv_tables(bundle):
        path = folder / FOLDER / f"{table.name}.csv"
        path.write_bytes(csv_text(table, bundle).encode("utf-8-sig"))
        paths.append(path)
    return paths
