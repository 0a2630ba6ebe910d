"""All files of the lab at once: the office's in `internal/housing/`, those for others in `housing/`."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum.errors import OutputError
from nahraum.flexhousing.lab import Lab
from nahraum.households.contracts import STATED
from nahraum.publish.housing.brief import brief_paper, criteria_csv, design_paper, example_csv
from nahraum.publish.housing.document import housing_document
from nahraum.publish.housing.layer import write_layer
from nahraum.publish.housing.layers import write_housing_layers
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.paper import lab_blocks, lab_paper
from nahraum.publish.housing.released import step_of
from nahraum.publish.housing.sections import sections_of
from nahraum.publish.housing.sheets import (
    csv_bytes,
    private_tables,
    released_tables,
    write_brief,
    write_workbook,
)
from nahraum.publish.housing.words import LabWords
from nahraum.publish.mapjson import write_json
from nahraum.publish.programme.paper_docx import paper_docx
from nahraum.publish.programme.paper_pdf import paper_pdf
from nahraum.publish.report.beside import write_chapters
from nahraum.publish.write import replaced

FOLDER, DOCUMENT = "housing", "housing.json"
STATEMENT = "STATEMENT.txt"


def write_housing(
    told: Told, out: Path, quarters: gpd.GeoDataFrame | None = None, *, exact: Lab, basis: str = ""
) -> list[Path]:  # fmt: skip
    """The exact tables for the office, and everything that may leave it, complete or not at all.

    Parameters
        out : output folder of the study. quarters : with their outlines; without them there is no layer.
        exact : the lab for the office.
        basis : key of the analysis, for the chapter of the next report.

    Returns
        the files in `out/housing/`: housing.pdf, .docx, .xlsx, tables as CSV, housing.json, housing.geojson, .gpkg;
        with a brief brief.pdf, .xlsx, criteria.csv, rooms_example.csv; with a design design.pdf.
    """
    _write_private(told, exact, out / "internal" / FOLDER)
    return replaced(out / FOLDER, lambda folder: _fill(told, folder, quarters, basis))


def _fill(told: Told, folder: Path, quarters: gpd.GeoDataFrame | None, basis: str) -> list[Path]:
    words = LabWords(told.language, step_of(told.parameters))
    statement = words.text("notice")
    written = [write_workbook(told, folder / "housing.xlsx")]
    for name, table in released_tables(told).items():
        written.append(_bytes(folder / f"{name}.csv", csv_bytes(table, statement)))
    if quarters is not None and len(quarters):
        written.append(write_layer(told, quarters, folder, statement))
        written += write_housing_layers(told, quarters, folder)
    written.append(write_json(housing_document(told, quarters), folder / DOCUMENT))
    sections = sections_of(lab_blocks(told, words), until=words.text("h_concepts"))
    sections[0]["lead"].insert(0, statement)
    written.append(write_chapters([{"title": words.text("kicker"), "sections": sections}], folder, basis=basis))
    papers = {"housing": lab_paper(told)}
    if told.brief:
        written.append(write_brief(told, folder / "brief.xlsx"))
        written.append(_bytes(folder / "criteria.csv", criteria_csv(told, words)))
        written.append(_bytes(folder / "rooms_example.csv", example_csv()))
        papers["brief"] = brief_paper(told)
    if told.design is not None:
        papers["design"] = design_paper(told)
    with tempfile.TemporaryDirectory(prefix="nahraum-housing-") as name:
        for called, paper in papers.items():
            written.append(_bytes(folder / f"{called}.pdf", paper_pdf(paper, Path(name))))
            written.append(_bytes(folder / f"{called}.docx", paper_docx(paper, Path(name))))
    return written


def _bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _write_private(told: Told, exact: Lab, folder: Path) -> None:
    """The exact tables, readable by their owner only.

    Raises
        OutputError where the folder cannot be written.
    """
    words = LabWords(told.language, step_of(told.parameters))
    try:
        working = folder.with_name(f".{folder.name}.{os.getpid()}")
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True)
        working.chmod(0o700)
        (working / STATEMENT).write_text(words.text("notice") + "\n", encoding="utf-8")
        for name, table in private_tables(exact).items():
            _parquet(table, working / f"{name}.parquet")
        shutil.rmtree(folder, ignore_errors=True)
        working.replace(folder)
        folder.parent.chmod(0o700)
    except OSError as error:
        raise OutputError(
            "the results of the lab cannot be written", where=f"{folder}: {error.strerror}",
            expected="a folder one may write to", fix="choose another [output] folder or --out",
        ) from None  # fmt: skip


def _parquet(table: pd.DataFrame, path: Path) -> None:
    """An exact table; its metadata say that no household of it exists."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    said = {**(arrow.schema.metadata or {}), b"statement": STATED.encode()}
    pq.write_table(arrow.replace_schema_metadata(said), path)
