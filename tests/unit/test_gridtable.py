"""Grid tables with names of the study's own, and one file per floor-area class."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.sources.gridtable import read_class_files, read_grid_table

RESIDENTS = {"residents": "Einwohner"}


def census_1km(folder: Path, name: str, values: list[float]) -> Path:
    path = folder / f"continuous_{name}.parquet"
    frame = pd.DataFrame({name: values, "x": [4334500, 4335500, 4336500], "y": [2684500] * 3})
    frame.astype({"x": "int32", "y": "int32"}).to_parquet(path)
    return path


def csv(folder: Path, text: str, name: str = "cells.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_the_markers_of_the_2011_census_become_suppressed_never_numbers(tmp_path):
    path = census_1km(tmp_path, "Einwohner", [-1, 12, -9])
    read = read_grid_table([path], size_m=1000, columns=RESIDENTS, missing=[-1, -9]).table
    np.testing.assert_equal(read["residents"].to_numpy(), [np.nan, 12, np.nan])
    assert read["residents_status"].tolist() == ["suppressed", "ok", "suppressed"]


def test_a_marker_that_is_not_declared_is_refused_as_negative(tmp_path):
    with pytest.raises(InputError, match="is negative in 1 rows"):
        read_grid_table([census_1km(tmp_path, "Einwohner", [3, -9, 4])], size_m=1000, columns=RESIDENTS)


def test_several_files_are_joined_by_cell_and_what_one_lacks_is_missing(tmp_path):
    first = census_1km(tmp_path, "Einwohner", [5, 6, 7])
    second = csv(tmp_path, "x;y;Wohnfl\n4336500;2684500;40,5\n4337500;2684500;38\n")
    read = read_grid_table(
        [first, second], size_m=1000, columns=RESIDENTS | {"floor_area_m2_per_resident": "Wohnfl"}
    ).table
    assert len(read) == 4
    assert read["floor_area_m2_per_resident_status"].tolist() == ["missing", "missing", "ok", "ok"]
    assert read["residents_status"].tolist() == ["ok", "ok", "ok", "missing"]


def test_one_column_may_be_spread_over_files_with_different_cells(tmp_path):
    parts = [
        csv(tmp_path, "x,y,Einwohner\n4334500,2684500,5\n", "west.csv"),
        csv(tmp_path, "x,y,Einwohner\n4335500,2684500,6\n", "east.csv"),
    ]
    assert read_grid_table(parts, size_m=1000, columns=RESIDENTS).table["residents"].tolist() == [5, 6]
    with pytest.raises(InputError, match="occurs more than once"):
        read_grid_table([parts[0], parts[0]], size_m=1000, columns=RESIDENTS)


def test_csv_and_parquet_of_the_same_table_read_the_same(tmp_path):
    parquet = census_1km(tmp_path, "Einwohner", [5, 6, 7])
    text = csv(tmp_path, "Einwohner\ty\tx\n7\t2684500\t4336500\n5\t2684500\t4334500\n6\t2684500\t4335500\n")
    one, other = (read_grid_table([path], size_m=1000, columns=RESIDENTS).table for path in (parquet, text))
    assert one.equals(other)


@pytest.mark.parametrize(
    "cell", ["CRS3035RES100mN2768900E4334000", "RES100mN2768900E4334000", "100mN27689E43340", " 100mN27689E43340 "]
)
def test_long_and_short_inspire_ids_name_the_same_cell(tmp_path, cell):
    path = csv(tmp_path, f"raster;hh\n{cell};3\n")
    read = read_grid_table([path], size_m=100, columns={"cell": "raster", "households": "hh"}).table
    assert read["cell_key"].tolist() == [27689_043340]


def test_a_kilometre_id_is_understood_and_ids_of_another_size_are_refused(tmp_path):
    path = csv(tmp_path, "Gitter_ID_1km;Einwohner\n1kmN3142E4098;3\n")
    assert read_grid_table([path], size_m=1000, columns=RESIDENTS).table["cell_key"].tolist() == [3142_004098]
    with pytest.raises(InputError, match="not that of a 100 m cell"):
        read_grid_table([path], size_m=100, columns=RESIDENTS)


def test_the_centre_of_a_kilometre_cell_is_no_centre_of_a_hundred_metre_cell(tmp_path):
    with pytest.raises(InputError, match="not the centre of a 100 m cell"):
        read_grid_table([census_1km(tmp_path, "Einwohner", [1, 2, 3])], size_m=100, columns=RESIDENTS)


def test_an_id_that_contradicts_its_coordinates_is_refused(tmp_path):
    path = csv(tmp_path, "cell;x;y;Einwohner\n100mN27689E43340;4334150;2768950;3\n")
    with pytest.raises(InputError, match="does not fit the coordinates"):
        read_grid_table([path], size_m=100, columns=RESIDENTS)


def test_an_unknown_column_offers_the_nearest_one(tmp_path):
    path = csv(tmp_path, "x;y;Einwohner\n4334050;2768950;3\n")
    with pytest.raises(InputError, match="did you mean 'Einwohner'"):
        read_grid_table([path], size_m=100, columns={"residents": "Einwoner"})
    with pytest.raises(InputError, match="has no column 'east'"):
        read_grid_table([path], size_m=100, columns=RESIDENTS | {"x": "east"})


def test_a_table_that_does_not_say_the_cell_is_refused(tmp_path):
    with pytest.raises(InputError, match="which cell a row is about"):
        read_grid_table([csv(tmp_path, "Einwohner;y\n3;2768950\n")], size_m=100, columns=RESIDENTS)


def test_percent_becomes_a_share_and_more_than_all_is_refused(tmp_path):
    path = csv(tmp_path, "x;y;p\n4334050;2768950;62,5\n")
    read = read_grid_table([path], size_m=100, columns={"share": "p"}, percent=["share"]).table
    assert read["share"].tolist() == [0.625]
    path = csv(tmp_path, "x;y;p\n4334050;2768950;101\n")
    with pytest.raises(InputError, match="above 100 percent"):
        read_grid_table([path], size_m=100, columns={"share": "p"}, percent=["share"])


@pytest.mark.parametrize("value", ["viel", "1.234,5", "inf", "0x10"])
def test_text_is_refused(tmp_path, value):
    path = csv(tmp_path, f"x;y;Einwohner\n4334050;2768950;{value}\n")
    with pytest.raises(InputError, match="text where a number is needed"):
        read_grid_table([path], size_m=100, columns=RESIDENTS)


def test_infinite_numbers_and_true_false_in_parquet_are_refused(tmp_path):
    with pytest.raises(InputError, match="infinite"):
        read_grid_table([census_1km(tmp_path, "E", [1.0, np.inf, 2.0])], size_m=1000, columns={"residents": "E"})
    with pytest.raises(InputError, match="holds bool"):
        read_grid_table([census_1km(tmp_path, "E", [True, False, True])], size_m=1000, columns={"residents": "E"})


def test_an_empty_value_is_missing(tmp_path):
    path = csv(tmp_path, "x;y;Einwohner\n4334050;2768950;\n4334150;2768950;NA\n")
    read = read_grid_table([path], size_m=100, columns=RESIDENTS).table
    assert read["residents_status"].tolist() == ["missing", "missing"]


def test_a_row_without_coordinates_is_refused(tmp_path):
    path = census_1km(tmp_path, "Einwohner", [1, 2, 3])
    frame = pd.read_parquet(path).astype({"x": float})
    frame.loc[0, "x"] = np.nan
    frame.to_parquet(path)
    with pytest.raises(InputError, match="'x' is empty"):
        read_grid_table([path], size_m=1000, columns=RESIDENTS)


def test_only_the_window_is_read(tmp_path):
    path = census_1km(tmp_path, "Einwohner", [5, 6, 7])
    window = (4335100.0, 2684100.0, 4335200.0, 2684200.0)
    assert read_grid_table([path], size_m=1000, columns=RESIDENTS, window_m=window).table["residents"].tolist() == [6]


def test_the_attribute_table_of_a_geopackage_is_read(tmp_path):
    path = tmp_path / "grid.gpkg"
    frame = gpd.GeoDataFrame(
        {"raster_id": ["100mN27689E43340"], "down": [62.5]}, geometry=[shapely.box(0, 0, 1, 1)], crs=25832
    )
    frame.to_file(path, layer="Versorgungsdaten")
    read = read_grid_table([path], size_m=100, columns={"share": "down"}).table
    assert read["share"].tolist() == [62.5]


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08rest", b"PAR1 cut off", b"\xd0\xcf\x11\xe0 old Excel"])
def test_files_that_are_no_tables_are_refused(tmp_path, content):
    path = tmp_path / "cells.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_grid_table([path], size_m=100, columns=RESIDENTS)


def class_file(folder: Path, number: int, cells: dict[tuple[int, int], int]) -> Path:
    path = folder / f"dwellings_WOHNFLAECHE_10S_{number}.parquet"
    rows = [(value, 0, x, y) for (x, y), value in cells.items()]
    pd.DataFrame(rows, columns=["value", "quality", "x", "y"]).to_parquet(path)
    return path


def test_class_files_give_a_lower_bound_of_dwellings_and_the_mean_of_published_classes(tmp_path):
    here, there = (4334050, 2768950), (4334150, 2768950)
    files = [
        class_file(tmp_path, 2, {here: 3}),
        class_file(tmp_path, 1, {here: 9, there: 4}),
    ]
    read = read_class_files(files, size_m=100, classes=[24.0, 34.5]).table
    assert read["dwellings"].tolist() == [12, 4]
    assert read["floor_area_m2_per_dwelling"].tolist() == [(9 * 24 + 3 * 34.5) / 12, 24]
    assert set(read["dwellings_status"]) | set(read["floor_area_m2_per_dwelling_status"]) == {"unreliable"}


def test_a_missing_or_repeated_class_file_is_refused(tmp_path):
    first = class_file(tmp_path, 1, {(4334050, 2768950): 3})
    with pytest.raises(InputError, match=r"classes \[2\] are missing"):
        read_class_files([first], size_m=100, classes=[24.0, 34.5])
    with pytest.raises(InputError, match="comes twice"):
        read_class_files([first, first], size_m=100, classes=[24.0])
    with pytest.raises(InputError, match="number of a class"):
        read_class_files([first.rename(tmp_path / "all.parquet")], size_m=100, classes=[24.0])
