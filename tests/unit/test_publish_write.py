"""`public/` is written whole or not at all, and twice the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from publish_bundle import make_bundle, make_cells, make_locations

from nahraum.errors import OutputError
from nahraum.publish import write_all


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def public(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "public"
    write_all(make_bundle(), folder)
    return folder


def test_two_runs_write_the_same_bytes(public, tmp_path):
    write_all(make_bundle(), tmp_path / "public")
    one, other = contents(public), contents(tmp_path / "public")
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_the_parquet_files_are_geoparquet_with_attribution(public):
    for name, epsg in (("cells", 3035), ("quarters", 25832), ("locations", 25832)):
        metadata = pq.read_schema(public / f"{name}.parquet").metadata
        assert json.loads(metadata[b"geo"])["version"] == "1.1.0"
        assert metadata[b"attribution"].decode().startswith("© OpenStreetMap contributors")
        frame = gpd.read_parquet(public / f"{name}.parquet")
        assert frame.crs.to_epsg() == epsg
        column = pq.ParquetFile(public / f"{name}.parquet").metadata.row_group(0).column(0)
        assert column.compression == "ZSTD"


def test_a_second_run_replaces_the_folder_as_a_whole(tmp_path):
    folder = tmp_path / "public"
    folder.mkdir()
    (folder / "left_over.csv").write_text("old")
    write_all(make_bundle(), folder)
    assert not (folder / "left_over.csv").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["public"]


def test_report_and_map_are_called_after_the_tables_and_before_the_metadata(tmp_path):
    order = []

    def report(bundle, folder):
        order.append(("report", (folder / "cells.parquet").is_file(), (folder / "manifest.json").exists()))
        (folder / "report.pdf").write_bytes(b"%PDF")
        return [folder / "report.pdf"]

    def mapsite(bundle, folder):
        order.append(("map", (folder / "report.pdf").is_file(), (folder / "datapackage.json").exists()))
        (folder / "map").mkdir()
        (folder / "map" / "index.html").write_text("<!doctype html>")
        return [folder / "map" / "index.html"]

    written = write_all(make_bundle(), tmp_path / "public", report=report, mapsite=mapsite, tell=lambda name: None)
    assert order == [("report", True, False), ("map", True, False)]
    assert written[-1].name == "manifest.json"
    assert all(path.is_file() for path in written)
    manifest = json.loads((tmp_path / "public" / "manifest.json").read_text(encoding="utf-8"))
    assert {"report.pdf", "map/index.html"} <= {entry["path"] for entry in manifest["files"]}


def test_a_failure_leaves_what_was_there_before(tmp_path):
    folder = tmp_path / "public"
    write_all(make_bundle(), folder)
    before = contents(folder)

    def fails(bundle, folder):
        raise RuntimeError("the report cannot be set")

    with pytest.raises(RuntimeError):
        write_all(make_bundle(), folder, report=fails)
    assert contents(folder) == before
    assert [p.name for p in tmp_path.iterdir()] == ["public"]


def test_an_output_that_cannot_be_written_is_said_in_four_parts(tmp_path):
    (tmp_path / "study.out").write_text("a file where a folder should be")
    with pytest.raises(OutputError) as caught:
        write_all(make_bundle(), tmp_path / "study.out" / "public")
    message = caught.value.message()
    for part in ("WHAT", "WHERE", "EXPECTED", "FIX"):
        assert part in message


def test_a_study_where_nothing_is_lacking_writes_all_files_too(tmp_path):
    bundle = make_bundle(cells=make_cells().iloc[:0], locations=make_locations().iloc[:0])
    written = write_all(replace(bundle, base=bundle.base.iloc[:0], notes=bundle.notes.iloc[:0]), tmp_path / "public")
    assert len(gpd.read_parquet(tmp_path / "public" / "locations.parquet")) == 0
    assert (tmp_path / "public" / "tables" / "locations.csv").read_text(encoding="utf-8-sig").count("\n") == 1
    assert written[-1].name == "manifest.json"
