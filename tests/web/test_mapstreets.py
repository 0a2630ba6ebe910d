"""Streets of the map: which cells a street passes, told by quarter, made of the drawing and released cells alone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from fake_bundle import make_bundle
from fake_social import make_social_bundle

from nahraum import grid
from nahraum.publish import mapsocial, mapstreets
from nahraum.publish.mapsite import write_map


def _with_streets(*streets: tuple[str, str, shapely.Geometry]) -> object:
    lines = [{"kind": kind, "name": name, "geometry": line} for kind, name, line in streets]
    return replace(make_bundle(), base=gpd.GeoDataFrame(lines, crs=grid.GRID_CRS))


def test_a_street_has_the_cells_within_25_metres_of_it() -> None:
    bundle = make_bundle()
    found = mapstreets.street_cells(bundle)
    cells, lines = bundle.cells.frame, bundle.base.to_crs(grid.GRID_CRS)
    assert len(found) > 10
    for name, rows in found.groupby("name"):
        line = lines.loc[lines["name"] == name].geometry.union_all()
        near = np.flatnonzero(cells.geometry.distance(line).to_numpy() < mapstreets.BESIDE_M - 0.5)
        told = sorted(cell for part in rows["cells"] for cell in part)
        assert set(near) <= set(told) and len(told) == len(set(told)), name
        assert (cells.geometry.iloc[told].distance(line) <= mapstreets.BESIDE_M).all(), name


def test_a_street_through_two_quarters_is_told_twice_each_with_its_own_cells() -> None:
    bundle = make_bundle()
    found = mapstreets.street_cells(bundle)
    main = found[found["name"] == "Hauptstraße"]
    assert main["quarter_id"].is_unique and len(main) > 1
    quarters = bundle.cells.frame["quarter_id"].to_numpy()
    for row in main.itertuples():
        assert set(quarters[row.cells]) == {row.quarter_id}


def test_its_point_lies_on_the_street() -> None:
    bundle = make_bundle()
    found = mapstreets.street_cells(bundle)
    lines = bundle.base.to_crs(grid.GRID_CRS)
    for row in found.itertuples():
        line = lines.loc[lines["name"] == row.name].geometry.union_all()
        assert line.distance(row.point) < 1e-6


def test_railways_nameless_streets_and_streets_without_homes_are_no_streets() -> None:
    west = shapely.LineString([(4_137_050, 3_137_050), (4_137_350, 3_137_050)])
    far = shapely.LineString([(4_100_000, 3_100_000), (4_100_400, 3_100_000)])
    bundle = _with_streets(("rail", "Hauptbahn", west), ("road", "", west), ("road", "Fernweg", far))
    assert mapstreets.streets_document(bundle) == {"names": [], "quarters": [], "points": [], "cells": []}  # type: ignore[arg-type]


def test_the_order_of_the_drawing_does_not_matter() -> None:
    bundle = make_bundle()
    turned = replace(bundle, base=bundle.base.iloc[::-1])
    assert mapstreets.streets_document(turned) == mapstreets.streets_document(bundle)


def test_the_social_tables_are_those_that_were_released(tmp_path: Path) -> None:
    bundle = make_social_bundle()
    told = mapsocial.social_document(bundle)
    released = bundle.table("social_matrix")
    assert released is not None and len(told["matrix"]) == len(released.frame) == 5
    assert [row["class"] for row in told["matrix"]] == released.frame["class"].to_list()
    assert mapsocial.social_document(make_bundle()) == {"matrix": [], "fifths": [], "inequality": []}
    write_map(bundle, tmp_path)
    assert json.loads((tmp_path / "map/data/social.json").read_text(encoding="utf-8")) == told
