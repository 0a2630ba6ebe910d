"""The files of the map: released values only, in longitude and latitude, the same bytes every time."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from browser import needed
from fake_bundle import make_bundle

from nahraum.publish import mapfacts, mapjson, mapsite
from nahraum.publish.mapsite import assets_folder, map_warning, write_map

DATA = {
    "study.json", "cells.json", "quarters.json", "quarters.geojson", "locations.json", "locations.geojson",
    "greens.geojson", "entrances.geojson", "places.geojson", "base.pmtiles", "social.json", "streets.json",
    "plans.json", "chapters.json", "stress.json", "housing.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    write_map(make_bundle(), folder)
    return folder / "map"


def _json(folder: Path, name: str) -> Any:
    return json.loads((folder / "data" / name).read_text(encoding="utf-8"))


def _column(table: Any, name: str) -> list[Any]:
    """A column as the front end reads it."""
    column = table["columns"][name]
    if isinstance(column, list):
        return column
    if "all" in column:
        return [column["all"]] * len(table["ids"])
    return [column["values"][code] for code in column["codes"]]


def test_all_files_are_listed_and_written(written: Path) -> None:
    assert {path.name for path in (written / "data").iterdir()} == DATA
    listed = write_map(make_bundle(), written.parent)
    assert sorted(listed) == sorted(path for path in written.rglob("*") if path.is_file())


def test_two_runs_write_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_map(make_bundle(), tmp_path)
    for name in sorted(DATA):
        assert (tmp_path / "map" / "data" / name).read_bytes() == (written / "data" / name).read_bytes(), name


def test_cells_are_columns_with_four_corners_in_longitude_and_latitude(written: Path) -> None:
    cells = _json(written, "cells.json")
    corners = np.array(cells["corners"]).reshape(len(cells["ids"]), 4, 2)
    assert (np.abs(corners[..., 0] - 7.37) < 0.02).all()
    assert (np.abs(corners[..., 1] - 51.32) < 0.02).all()
    assert all(len(str(value).split(".")[1]) <= 6 for value in cells["corners"])
    assert {len(_column(cells, name)) for name in cells["columns"]} == {len(cells["ids"])}


def test_a_cell_below_ten_residents_keeps_its_class_only(written: Path) -> None:
    cells = _json(written, "cells.json")
    row = cells["ids"].index("CRS3035RES100mN3137000E4137600")
    told = {name: _column(cells, name)[row] for name in cells["columns"]}
    kept = {name for name, value in told.items() if value not in (None, "") and not name.endswith("_status")}
    assert kept == {"quarter_id", "class", "suppressed"}
    assert told["suppressed"] == "all"


def test_no_address_and_no_path_of_this_machine_leaves(written: Path) -> None:
    text = "".join((written / "data" / name).read_text(encoding="utf-8", errors="replace") for name in sorted(DATA))
    assert "address_id" not in text
    assert "/folder/" not in text
    assert _json(written, "study.json")["sources"][0]["file"] == "town.osm.pbf"


def test_a_cell_knows_the_location_it_is_part_of(written: Path) -> None:
    cells = _json(written, "cells.json")
    found = dict(zip(cells["ids"], _column(cells, "location_id"), strict=True))
    assert found["CRS3035RES100mN3137800E4138100"] == "L2"
    assert found["CRS3035RES100mN3137500E4137000"] == ""


def test_the_study_says_thresholds_units_and_evidence_of_every_indicator(written: Path) -> None:
    study = _json(written, "study.json")
    by_id = {entry["id"]: entry for entry in study["indicators"]}
    assert by_id["floor_area_m2_per_resident"]["threshold"]["value"] == 30
    assert by_id["green_distance_m"]["threshold"]["parameter"] == "green_standards.nahraum_green.maximum_distance_m"
    assert by_id["food_full_range_distance_m"]["threshold"]["value"] == 1000
    assert by_id["green_distance_m"]["unit"] == {"de": "m", "en": "m"}
    assert all(entry["evidence"] for entry in study["indicators"])
    assert not any(name.startswith("green_standards.who") for name in study["parameters"])
    for entry in study["prerequisites"]:
        assert entry["parameters"] and entry["label"]["de"] and set(entry["parameters"]) <= set(study["parameters"])


def test_a_threshold_is_always_a_limit_between_two_classes(written: Path) -> None:
    for entry in _json(written, "study.json")["indicators"]:
        if entry["threshold"] and entry["breaks"]:
            assert entry["threshold"]["value"] in entry["breaks"], entry["id"]
            assert entry["breaks"] == sorted(set(entry["breaks"]))
            assert len(entry["breaks"]) <= 5


@pytest.mark.parametrize(
    ("values", "threshold", "share", "expected"),
    [
        ([], 30.0, False, []),
        ([np.nan], 30.0, False, []),
        ([40.0, 50.0], 60.0, False, [43.0, 47.0, 60.0]),
        ([10.0, 10.0], 10.0, False, [10.0]),
        ([0.1, 0.9], None, True, [0.2, 0.4, 0.6, 0.8]),
    ],
)
def test_class_limits_of_plain_cases(
    values: list[float], threshold: float | None, share: bool, expected: list[float]
) -> None:
    assert mapfacts.breaks_of(values, threshold=threshold, share=share, whole=False) == expected


def test_counts_have_a_class_each() -> None:
    assert mapfacts.breaks_of([0, 2, 5], threshold=4.0, share=False, whole=True) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (pd.Series([1.0, np.nan, -0.0, 0.12345678]), [1, None, 0, 0.123457]),
        (pd.Series(["b", "a", None]), {"values": ["", "a", "b"], "codes": [2, 1, 0]}),
        (pd.Series(["ok", "ok"]), {"all": "ok"}),
        (pd.Series([2.0, 2.0]), {"all": 2}),
        (pd.Series([True, False]), [True, False]),
        (pd.Series([1, None], dtype="Int64"), [1, None]),
        (pd.Series([], dtype=float), []),
    ],
)
def test_columns_are_small_and_say_what_is_unknown(series: pd.Series, expected: object) -> None:
    assert mapjson.column(series) == expected


def test_the_files_of_one_source_are_told_as_one(written: Path) -> None:
    bundle = make_bundle()
    twice = (*bundle.sources, replace(bundle.sources[1], file="zensus_2.zip"))
    sources = mapfacts.study_document(replace(bundle, sources=twice))["sources"]
    assert [(one["name"], one["files"]) for one in sources] == [("osm", 1), ("population", 2), ("floor_area", 1)]
    assert sources[0]["scale"] == {"de": "Adresse", "en": "Adresse"}


def test_scales_are_told_in_both_languages() -> None:
    bundle = make_bundle()
    named = replace(bundle, sources=tuple(replace(one, scale="100 m cell") for one in bundle.sources[:1]))
    assert mapfacts.study_document(named)["sources"][0]["scale"] == {"de": "100-m-Zelle", "en": "100 m cell"}


def test_what_is_known_of_the_others_travels_with_the_combinations(written: Path) -> None:
    study = _json(written, "study.json")
    first = study["partly_known"][0]
    assert (first["green"], first["internet"], first["residents"]) == (1, None, 120)


def test_the_straight_way_to_the_nearest_green_stands_beside_the_way_on_foot(written: Path) -> None:
    cells = _json(written, "cells.json")
    straight, way = _column(cells, "green_straight_m"), _column(cells, "green_distance_m")
    assert any(value is not None for value in straight)
    assert all(value is None for value, on_foot in zip(straight, way, strict=True) if on_foot is None)
    # the park lies 820 to 1090 m east and 560 to 850 m north of the corner; this cell's centre lies within
    assert straight[cells["ids"].index("CRS3035RES100mN3137700E4137900")] == 0


def test_an_empty_table_of_locations_makes_a_map_too(tmp_path: Path) -> None:
    bundle = make_bundle(lambda cells: cells.assign(**{"class": "not_lacking"}))
    write_map(bundle, tmp_path)
    assert _json(tmp_path / "map", "locations.geojson")["features"] == []
    assert set(_column(_json(tmp_path / "map", "cells.json"), "location_id")) == {""}


def test_without_the_front_end_a_plain_page_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapsite, "assets_folder", lambda: None)
    listed = write_map(make_bundle(), tmp_path)
    page = (tmp_path / "map" / "index.html").read_text(encoding="utf-8")
    assert "hatch_build.py" in page and "Probestadt an der Lahn" in page and "OpenStreetMap" in page
    assert "<script" not in page
    assert len(listed) == len(DATA) + 1
    assert "npm" in map_warning()


def test_the_built_page_is_strict_small_and_names_no_other_server() -> None:
    folder = assets_folder()
    needed(folder, "the built front end (python hatch_build.py)")
    assert folder is not None
    page = (folder / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy"\s+content="([^"]+)"', page)
    assert policy and "default-src 'none'" in policy[1] and "unsafe" not in policy[1] and "http" not in policy[1]
    assert not re.findall(r'(?:src|href)="(?!\.|data:,)', page)
    scripts = sum(len(gzip.compress(path.read_bytes())) for path in folder.rglob("*.js"))
    assert scripts <= 600_000
    css = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.css"))
    assert "url(http" not in css and "@import" not in css
    assert "OFL" in (folder / "licences.txt").read_text(encoding="utf-8")


def test_squares_keep_their_corners_in_order() -> None:
    cells = make_bundle().cells.frame
    assert isinstance(cells, gpd.GeoDataFrame)
    corners = np.array(mapjson.flat_corners(cells)).reshape(-1, 4, 2)
    sides = np.roll(corners, -1, axis=1) - corners
    turns = sides[:, :, 0] * np.roll(sides, -1, axis=1)[:, :, 1] - sides[:, :, 1] * np.roll(sides, -1, axis=1)[:, :, 0]
    assert (np.sign(turns) == np.sign(turns[:, :1])).all()
