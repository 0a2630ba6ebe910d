"""A corrections file as an office writes it: words of two languages, places of four kinds, and all that is wrong."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nahraum.errors import InputError
from nahraum.sources.correction_words import is_similar, meaning, osm_id, plain_name, words
from nahraum.sources.corrections import CORRECTIONS, read_corrections
from nahraum.sources.osm.categories import CATEGORIES
from tiny_corrections import ON, place, read, wkt, write

REMOVE = {"action": "remove", "object": "facility", "osm_id": "n1"}


def problems(rows, folder) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(rows, folder)
    assert caught.value.message().startswith("WHAT") and caught.value.expected and caught.value.fix
    return caught.value.where


def test_a_german_file_with_semicolons_and_decimal_commas_is_read(tmp_path):
    path = tmp_path / "korrekturen.csv"
    path.write_text(
        "Aktion;Objekt;OSM-ID;Name;Art;Länge;Breite;Grund;Bearbeiterin;Datum\n"
        'neu;Laden;;Stern-Apotheke;Apotheke;7,0057;51,00027;"seit März; siehe Akte";F. Amt;01.03.2026\n'
        "schließen;Tor;4;;;;;nachts zu;F. Amt;2026-02-01\n",
        encoding="cp1252",
    )
    table = read_corrections(path, on=ON)
    assert list(table.columns) == CORRECTIONS.names()
    new, gate = (table[table["object"] == kind].iloc[0] for kind in ("facility", "gate"))
    assert (new["action"], new["category"], new["date"]) == ("add", "pharmacy", "2026-03-01")
    assert new["geometry"].equals(shapely.Point(7.0057, 51.00027)) and new["reason"] == "seit März; siehe Akte"
    assert (gate["action"], gate["osm_id"], gate["new_category"]) == ("retag", "osm:n4", "closed")


def test_an_english_file_with_commas_means_the_same(tmp_path):
    row = {"action": "add", "object": "facility", "category": "shop=supermarket", "name": "Dorfladen"} | place((50, 50))
    one = read_corrections(write([row], tmp_path / "a.csv", delimiter=","), on=ON)
    german = {"action": "neu", "object": "Laden", "category": "Supermarkt", "name": "Dorfladen"} | place((50, 50))
    other = read_corrections(write([german], tmp_path / "b.csv"), on=ON)
    pd.testing.assert_frame_equal(one.drop(columns="row"), other.drop(columns="row"))


def test_x_and_y_wkt_and_degrees_name_the_same_place(tmp_path):
    lon, lat = place((400, 300)).values()
    point = gpd.GeoSeries([shapely.Point(float(lon), float(lat))], crs="EPSG:4326").to_crs("EPSG:25832").iloc[0]
    common = {"action": "add", "object": "facility", "category": "post"}
    table = read(
        [
            common | {"name": "1", "lon": lon, "lat": lat},
            common | {"name": "2", "x": f"{point.x:.4f}", "y": f"{point.y:.4f}".replace(".", ","), "crs": "25832"},
            common | {"name": "3", "wkt": f"POINT ({lon} {lat})"},
            common | {"name": "4", "wkt": f"POINT ({point.x:.4f} {point.y:.4f})", "crs": "EPSG:25832"},
        ],
        tmp_path,
    )
    assert shapely.distance(table.geometry.to_numpy(), shapely.Point(float(lon), float(lat))).max() < 1e-8


def test_layers_of_a_geopackage_are_rows_with_shapes(tmp_path):
    told = {
        "object": ["path"],
        "name": [""],
        "reason": ["neu gebaut"],
        "author": ["A"],
        "date": pd.to_datetime(["2026-01-05"]),
    }
    line = shapely.LineString([(7.001, 51.001), (7.002, 51.002)])
    paths = gpd.GeoDataFrame({"action": ["add"]} | told, geometry=[line], crs="EPSG:4326")
    paths.to_crs("EPSG:25832").to_file(tmp_path / "k.gpkg", layer="wege")
    point = shapely.Point(7.001, 51.001)
    gone = gpd.GeoDataFrame({"action": ["remove"]} | told | {"object": ["gate"]}, geometry=[point], crs="EPSG:4326")
    gone.to_file(tmp_path / "k.gpkg", layer="tore")
    table = read_corrections(tmp_path / "k.gpkg", on=ON)
    assert table["object"].tolist().count("path") == 1 and table["date"].tolist() == ["2026-01-05", "2026-01-05"]
    drawn = table[table["object"] == "path"].iloc[0]
    assert shapely.hausdorff_distance(drawn["geometry"], line) < 1e-8 and "layer 'wege', row 1" in drawn["row"]
    assert len(read_corrections(tmp_path / "k.gpkg", on=ON, layer="tore")) == 1


def test_outlines_of_a_geojson_are_greens_and_an_unknown_layer_is_named(tmp_path):
    told = {"action": "neu", "object": "Park", "grund": "angelegt", "autor": "A", "datum": "01.02.2026"}
    square = shapely.MultiPolygon([shapely.box(7.001, 51.001, 7.002, 51.002)])
    frame = gpd.GeoDataFrame([told], geometry=[square], crs="EPSG:4326")
    frame.to_file(tmp_path / "k.geojson", driver="GeoJSON")
    table = read_corrections(tmp_path / "k.geojson", on=ON)
    assert table.geometry.iloc[0].equals(square.geoms[0]) and table["date"].tolist() == ["2026-02-01"]
    for name in ("a", "b"):
        frame.to_file(tmp_path / "k.gpkg", layer=name)
    with pytest.raises(InputError, match="has no layer 'c'"):
        read_corrections(tmp_path / "k.gpkg", on=ON, layer="c")


def test_empty_lines_of_a_sheet_are_no_corrections(tmp_path):
    path = tmp_path / "k.csv"
    head = "action;object;osm_id;reason;author;date;;\n"
    path.write_text(head + ";;;;;;;\nremove;facility;n1;zu;A;2026-01-01;;\n;;;;;;;\n\n", encoding="utf-8-sig")
    assert read_corrections(path, on=ON)["row"].tolist() == ["k.csv, row 3"]


def test_a_line_with_more_values_than_headings_is_told(tmp_path):
    path = tmp_path / "k.csv"
    path.write_text("action;object;osm_id;reason;author;date\nremove;facility;n1;zu;seit März;A;2026-01-01\n", "utf-8")
    with pytest.raises(InputError, match="row 2 has 7 values for 6 columns"):
        read_corrections(path, on=ON)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 a workbook", b"\xff\xfea\x00;\x00"])
def test_what_is_no_table_is_refused_in_words(tmp_path, content):
    path = tmp_path / "k.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_corrections(path, on=ON)
    assert caught.value.message().startswith("WHAT")


def test_every_problem_of_every_row_is_told_at_once(tmp_path):
    told = problems(
        [
            {"action": "entfrnen", "object": "Laden", "osm_id": "n1"},
            {"action": "remove", "object": "facility", "osm_id": "w1x", "reason": "", "author": ""},
            {"action": "remove", "object": "gate", "osm_id": "w4"},
            {"action": "add", "object": "facility", "name": "ohne Art und Ort"},
            {"action": "add", "object": "path"} | place((1, 1)),
            {"action": "add", "object": "barrier", "category": "Zaun"},
            {"action": "retag", "object": "facility", "osm_id": "n1"},
            {"action": "move", "object": "facility"} | place((1, 1)),
            {"action": "remove", "object": "facility", "date": "2027-01-01", "osm_id": "n1"},
            {"action": "remove", "object": "facility", "date": "im März", "osm_id": "n1"},
            {"action": "remove", "object": "facility", "lon": "7.1"},
            {"action": "remove", "object": "facility", "name": "X", "lon": "4400000", "lat": "51"},
            {"action": "remove", "object": "facility", "name": "X", "x": "4400000", "y": "51"},
            {"action": "close", "object": "facility", "osm_id": "n1"},
            {"action": "retag", "object": "green", "osm_id": "w5", "new_category": "park"},
            {"action": "remove", "object": "facility", "name": "X", "wkt": "POINT 7 51"},
        ],
        tmp_path,
    )
    expected = [
        (2, "did you mean 'entfernen'?"),
        (3, "reason is missing"),
        (3, "author is missing"),
        (3, "names no object that can be a facility"),
        (4, "names no object that can be a gate"),
        (5, "needs a point"),
        (5, "needs its category"),
        (6, "needs a line, not Point"),
        (7, "needs a line (WKT or a vector file)"),
        (8, "needs new_name or new_category"),
        (9, "old_lon and old_lat"),
        (10, "2027-01-01 lies after the study's reference_date 2026-06-30"),
        (11, "'im März' is no day"),
        (12, "lat is missing"),
        (13, "none on Earth"),
        (14, "need a CRS"),
        (15, "is not opened or closed"),
        (16, "public or not_public"),
        (17, "is no WKT"),
    ]
    for row, text in expected:
        assert any(f"row {row}:" in line and text in line for line in told), (row, text, told)


def test_the_same_correction_twice_is_refused_whoever_says_it(tmp_path):
    told = problems([REMOVE, REMOVE | {"author": "B. Amt", "reason": "auch gesehen"}], tmp_path)
    assert len(told) == 1 and "row 3: says the same as" in told[0] and "row 2" in told[0]


def test_an_id_of_a_correction_is_made_of_what_it_says_only(tmp_path):
    rows = [REMOVE, {"action": "retag", "object": "facility", "osm_id": "n2", "new_name": "Dr. Neu"}]
    one = read(rows, tmp_path)
    other = read([row | {"reason": "anders", "author": "C", "date": "2026-04-04"} for row in rows[::-1]], tmp_path)
    assert one["correction_id"].tolist() == other["correction_id"].tolist()
    assert one["correction_id"].str.fullmatch(r"own:[0-9a-f]{16}").all()


def test_a_file_without_the_columns_names_them(tmp_path):
    path = tmp_path / "k.csv"
    path.write_text("aktion;ding;osm_id\nremove;facility;n1\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_corrections(path, on=ON)
    told = " ".join(caught.value.where)
    assert all(f"'{name}' is missing" in told for name in ("object", "reason", "author", "date"))


def test_a_column_that_nobody_reads_is_told(tmp_path):
    table = read([REMOVE | {"bemerkung": "x"}], tmp_path)
    assert table.attrs["unread"] == ["korrekturen.csv: 'bemerkung'"]


def test_an_empty_file_of_corrections_has_none(tmp_path):
    path = tmp_path / "k.csv"
    path.write_text("action;object;osm_id;reason;author;date\n", encoding="utf-8")
    assert read_corrections(path, on=date(2026, 1, 1)).empty


def test_an_outline_that_crosses_itself_is_refused(tmp_path):
    bow = [(0, 0), (100, 100), (100, 0), (0, 100), (0, 0)]
    told = problems([{"action": "add", "object": "green"} | wkt("POLYGON", bow)], tmp_path)
    assert any("crosses itself" in line for line in told)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("n12", "facility", "osm:n12"), ("osm:w3", "green", "osm:w3"), ("node/12", "gate", "osm:n12"),
        ("https://www.openstreetmap.org/way/5", "path", "osm:w5"), ("Relation 7", "green", "osm:r7"),
        ("12", "gate", "osm:n12"), ("12", "path", "osm:w12"), ("12", "facility", ""), ("n12", "path", ""),
        ("osm:n12#post", "facility", "osm:n12#post"), ("own:ab", "facility", ""),
    ],
)  # fmt: skip
def test_ids_of_openstreetmap_are_known_in_all_spellings(text, kind, expected):
    assert osm_id(text, kind) == expected


def test_names_are_compared_as_people_read_them():
    assert plain_name("St. Müller-Str.") == plain_name("Sankt Mueller Straße")
    assert is_similar("Edeka Müller", "EDEKA Mueller GmbH", 0.8) and is_similar(
        "Rathausapotheke", "Rathaus-Apotheke", 0.6
    )
    assert not is_similar("Grundschule Nord", "Grundschule Süd", 0.8) and not is_similar("", "Edeka", 0.8)


def test_every_word_of_a_category_means_one_thing_and_every_category_has_its_own_name():
    assert [one for one in CATEGORIES if meaning("facility", one) != one] == []
    for section, listed in words().items():
        told = [word for said in listed.values() for word in said]
        assert len(told) == len(set(told)), section
