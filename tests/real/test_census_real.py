"""The census of 2011 as it lies in NAHRAUM_DATA, against the sums printed in its description."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import pytest

from nahraum.grid import GRID_CRS, cell_centre_m
from nahraum.parameters import Parameters
from nahraum.sources.gridtable import read_class_files, read_grid_table
from nahraum.sources.vector import read_boundary, read_polygons
from nahraum.tables import GridTable

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("census")]

KAISERSLAUTERN = (7.7171, 49.4183, 7.8206, 49.4570)  # box of the OSM file: west, south, east, north
COLUMNS = {"residents": "Einwohner", "floor_area_m2_per_resident": "Wohnfl_Bew_D"}


def window_of(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    to_grid = pyproj.Transformer.from_crs("EPSG:4326", GRID_CRS, always_xy=True)
    return to_grid.transform_bounds(*box, densify_pts=21)


def centres_inside(grid: GridTable, box: tuple[float, float, float, float]) -> pd.DataFrame:
    to_lonlat = pyproj.Transformer.from_crs(GRID_CRS, "EPSG:4326", always_xy=True)
    lon, lat = to_lonlat.transform(*cell_centre_m(grid.table["cell_key"], grid.size_m))
    west, south, east, north = box
    return grid.table[(lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)]


def kilometre_files(data_dir: Path) -> list[Path]:
    folder = data_dir / "statistics" / "zensus2011_1km_germany"
    return [folder / "continuous_Einwohner.parquet", folder / "continuous_Wohnfl_Bew_D.parquet"]


def test_germany_has_the_published_residents_and_floor_area_per_resident(data_dir):
    read = read_grid_table(kilometre_files(data_dir), size_m=1000, columns=COLUMNS, missing=[-1, -9]).table
    assert len(read) == 361_478
    assert read["residents"].sum() == 80_212_528
    assert read["residents_status"].value_counts().to_dict() == {"ok": 214_633, "suppressed": 146_845}
    both = read.dropna(subset=["residents", "floor_area_m2_per_resident"])
    mean = np.average(both["floor_area_m2_per_resident"], weights=both["residents"])
    assert mean == pytest.approx(42.406, abs=5e-4)


def test_the_window_of_kaiserslautern_has_the_described_residents(data_dir):
    window = window_of(KAISERSLAUTERN)
    read = read_grid_table(kilometre_files(data_dir), size_m=1000, columns=COLUMNS, missing=[-1, -9], window_m=window)
    inside = centres_inside(read, KAISERSLAUTERN)
    inhabited = inside[inside["residents"] > 0]
    assert len(inhabited) == 31
    assert inhabited["residents"].sum() == pytest.approx(75_100, abs=50)


def test_the_window_of_kaiserslautern_has_the_described_dwellings(data_dir):
    files = sorted((data_dir / "zensus2011_100m_germany").glob("dwellings_WOHNFLAECHE_10S_*.parquet"))
    midpoints = Parameters().value("census.floor_area_class_midpoints_m2")
    read = read_class_files(files, size_m=100, classes=midpoints, window_m=window_of(KAISERSLAUTERN))
    inside = centres_inside(read, KAISERSLAUTERN)
    assert (len(inside), inside["dwellings"].sum()) == (1053, 40_473)
    assert inside["floor_area_m2_per_dwelling"].between(24, 200).all()


def test_koeln_lands_in_koeln(data_dir):
    read, counts = read_polygons(data_dir / "koeln/stadtteile/Stadtteil.shp", id="STT_NR", name="STT_NAME")
    assert read.to_crs("EPSG:4326").total_bounds == pytest.approx([6.773, 50.830, 7.162, 51.085], abs=1e-3)
    assert (len(read), counts["repaired_geometries"]) == (86, 1)
    assert "Altstadt/Süd" in set(read["name"])


def test_the_postcode_that_occurs_twice_is_one_quarter(data_dir):
    read, counts = read_polygons(data_dir / "kaiserslautern/postcode_areas/districts.geojson", id="name")
    assert read["quarter_id"].tolist() == ["67655", "67657", "67659", "67661", "67663"]
    assert (counts["repeated_ids"], read.attrs["repeated_ids"]) == (1, ["67661"])


def test_berlin_keeps_the_leading_zeros_of_its_ids(data_dir):
    read, _ = read_polygons(data_dir / "berlin/lor_2021/lor_planungsraeume_2021.shp", id="PLR_ID", name="PLR_NAME")
    assert len(read) == 542
    assert set(read["quarter_id"].str.len()) == {8}


def test_gelsenkirchen_in_a_north_east_system_lands_in_gelsenkirchen(data_dir):
    path = data_dir / "boundaries/gelsenkirchen/Stadtteile_Gelsenkirchen.json"
    read, _ = read_polygons(path, id="spatialUnitId", name="stadttei00")
    assert read.to_crs("EPSG:4326").total_bounds == pytest.approx([6.988, 51.481, 7.152, 51.632], abs=1e-3)


def test_a_municipality_is_found_by_its_key_in_the_zipped_file_of_all(data_dir):
    read, counts = read_boundary(data_dir / "boundaries/germany/VG250_GEM_simplified.zip", name="073120000000")
    assert counts["repaired_geometries"] == 37
    assert read.geometry.area.sum() / 1e6 == pytest.approx(140, abs=3)  # Kaiserslautern: 140 km²
