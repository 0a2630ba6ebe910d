"""datapackage.json (Frictionless Data Package 1): columns, types, units and keys of every table."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pandas as pd

from nahraum.publish import facts, labels
from nahraum.publish.bundle import PublishBundle, Released
from nahraum.publish.csvfiles import FOLDER, csv_tables
from nahraum.publish.geopackage import FILE as GPKG
from nahraum.publish.manifest import json_text
from nahraum.publish.parquet import FILES as PARQUET
from nahraum.publish.values import HELD_BACK, is_number, plain
from nahraum.publish.workbook import FILE as XLSX

FILE = "datapackage.json"
_KEYS = {
    "cells": ["cell_id"],
    "quarters": ["quarter_id"],
    "locations": ["location_id"],
    "places": ["facility_id"],
    "greens": ["green_id"],
    "categories": ["category"],
    "corrections": ["correction_id"],
}
_MEDIA = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".gpkg": "application/geopackage+sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}


def _field(frame: pd.DataFrame, column: str, bundle: PublishBundle) -> dict[str, Any]:
    language = bundle.study.language
    found: dict[str, Any] = {"name": column, "title": labels.heading(column, bundle.catalogue, language)}
    if is_number(frame[column]):
        found |= {"type": "number", "decimalChar": ",", "bareNumber": True}
    elif pd.api.types.is_bool_dtype(frame[column].dtype):
        found |= {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]}
    else:
        found["type"] = "string"
    entry = labels.entry_of(column, bundle.catalogue)
    if entry is not None and entry.id == column and entry.unit:
        found["unit"] = labels.unit_of(entry, language)
    return found


def _schema(table: Released, bundle: PublishBundle) -> dict[str, Any]:
    frame = plain(table)
    schema: dict[str, Any] = {
        "fields": [_field(frame, str(column), bundle) for column in frame.columns],
        "missingValues": ["", HELD_BACK],
    }
    key = _KEYS.get(table.name)
    if key and set(key) <= set(frame.columns):
        schema["primaryKey"] = key
    return schema


def _resource(name: str, path: str, folder: Path, title: str) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "path": path, "title": title, "format": path.rsplit(".", 1)[-1]}
    found["mediatype"] = _MEDIA[f".{found['format']}"]
    if found["format"] != "csv":
        found["type"] = "file"
    file = folder / path
    if file.is_file() and file.suffix != ".gpkg":
        found |= {"bytes": file.stat().st_size, "hash": f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"}
    return found


def _csv_resource(table: Released, bundle: PublishBundle, folder: Path) -> dict[str, Any]:
    title = labels.table_name(table.name, bundle.study.language)
    resource = _resource(f"{facts.slug(table.name)}-csv", f"{FOLDER}/{table.name}.csv", folder, title)
    dialect = {"delimiter": ";", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True}
    return resource | {
        "profile": "tabular-data-resource",
        "encoding": "utf-8",
        "dialect": dialect,
        "schema": _schema(table, bundle),
    }


def datapackage(bundle: PublishBundle, folder: Path) -> dict[str, Any]:
    """The description of all files; sizes and hashes of those that stand in `folder` already."""
    licence, language = facts.output_licence(bundle), bundle.study.language
    resources = [_csv_resource(table, bundle, folder) for table in csv_tables(bundle)]
    for name, path in PARQUET.items():
        resources.append(_resource(f"{name}-parquet", path, folder, labels.table_name(name, language)))
    resources.append(_resource("geopackage", GPKG, folder, facts.title(bundle)))
    resources.append(_resource("workbook", f"{FOLDER}/{XLSX}", folder, facts.title(bundle)))
    if (folder / "report.pdf").is_file():
        resources.append(_resource("report", "report.pdf", folder, facts.title(bundle)))
    return {
        "profile": "data-package",
        "name": f"nahraum-{facts.slug(bundle.study.name)}",
        "title": facts.title(bundle),
        "description": facts.description(bundle),
        "version": facts.date_text(bundle),
        "licenses": [{"name": licence, "path": facts.licence_address(licence), "title": licence}],
        "attribution": bundle.attribution,
        "sources": [{"title": _source_title(source.name, source.attribution)} for source in bundle.sources],
        "resources": resources,
    }


def _source_title(name: str, attribution: str) -> str:
    return f"{name}: {attribution}" if attribution else name


def write_datapackage(bundle: PublishBundle, folder: Path) -> Path:
    """datapackage.json beside the files that it describes."""
    path = folder / FILE
    path.write_bytes(json_text(datapackage(bundle, folder)).encode("utf-8"))
    return path
