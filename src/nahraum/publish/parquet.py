"""GeoParquet 1.1: the tables for everybody who computes with them; same rows, same bytes."""

from __future__ import annotations

import io
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from nahraum.publish import facts
from nahraum.publish.bundle import PublishBundle, Released

FILES = {"cells": "cells.parquet", "quarters": "quarters.parquet", "locations": "locations.parquet"}


def _arrow(table: Released) -> pa.Table:
    if not isinstance(table.frame, gpd.GeoDataFrame):
        return pa.Table.from_pandas(table.frame, preserve_index=False)
    stream = io.BytesIO()
    table.frame.to_parquet(stream, index=False, schema_version="1.1.0", write_covering_bbox=True)
    return pq.read_table(stream)


def write_parquet(table: Released, path: Path, bundle: PublishBundle) -> Path:
    """One table as GeoParquet 1.1 with zstd; title, licence and attribution in the file's metadata.

    Cells keep EPSG:3035, everything else the study's CRS; a bounding box per row lets readers skip.
    """
    arrow = _arrow(table)
    said = {
        "title": facts.title(bundle),
        "licence": facts.output_licence(bundle),
        "attribution": bundle.attribution,
        "reference_date": facts.date_text(bundle),
        "nahraum": bundle.version,
    }
    metadata = {**(arrow.schema.metadata or {}), **{k.encode(): v.encode() for k, v in said.items()}}
    metadata.pop(b"pandas", None)
    pq.write_table(arrow.replace_schema_metadata(metadata), path, compression="zstd", compression_level=9)
    return path


def write_parquet_files(bundle: PublishBundle, folder: Path) -> list[Path]:
    """cells, quarters and locations as GeoParquet."""
    tables = {table.name: table for table in bundle.tables()}
    files = FILES | {table.name: f"{table.name}.parquet" for table in bundle.more if table.spatial}
    return [write_parquet(tables[name], folder / file, bundle) for name, file in files.items()]
