"""Registers of a municipality: read, held against OpenStreetMap, and put in its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import xlsxwriter

from nahraum.area import Area, AreaInputs, build_area
from nahraum.area.register_greens import with_register_greens
from nahraum.area.register_places import Ground
from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.sources.registers import read_register
from nahraum.store import codec
from nahraum.study import SourceSpec
from nahraum.tables import REGISTER, REGISTER_MATCHES, Register
from tiny_areas import (
    EAST,
    GRID,
    NORTH,
    buildings,
    census,
    extract,
    facilities,
    greens,
    house,
    lon_lat,
    parameters,
    quarters,
    square,
)

COLUMNS = {"id": "nr", "name": "name", "lon": "lon", "lat": "lat"}


def spec(path: Path, item: str = "pharmacy", **options: Any) -> SourceSpec:
    return SourceSpec(f"registers.{item}", "register", (path,), options)


def at(east: float, north: float) -> tuple[float, float]:
    """Degrees of a point given from the corner of the tiny town."""
    point = lon_lat(shapely.Point(EAST + east, NORTH + north), GRID)
    return point.x, point.y


def table(path: Path, *rows: str, head: str = "nr;name;lon;lat;plaetze;art") -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def entry(number: str, name: str, east: float, north: float, places: str = "", kind: str = "") -> str:
    lon, lat = at(east, north)
    return f"{number};{name};{lon:.7f};{lat:.7f};{places};{kind}".replace(".", ",")


def geojson(path: Path, *features: tuple[dict[str, Any], dict[str, Any]], crs: str = "") -> Path:
    document: dict[str, Any] = {"type": "FeatureCollection"}
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    document["features"] = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


# ── reading ──


def test_a_table_with_decimal_commas_becomes_entries(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", entry("007", "Rosen-Apotheke", 100, 200, "1.234"), entry("2", "", 5, 5))
    read = read_register(spec(path, columns=COLUMNS | {"places": "plaetze"}, date="2026-01-31"))
    require(read.entries, REGISTER, called="entries")
    assert read.entries["facility_id"].tolist() == ["register:pharmacy:007", "register:pharmacy:2"]
    assert read.entries["places"].tolist() == pytest.approx([1234, np.nan], nan_ok=True)
    assert (read.entries["lon"][0], read.entries["lat"][0]) == pytest.approx(at(100, 200), abs=1e-7)
    assert (read.categories, read.mode, read.date) == (("pharmacy",), "replace", "2026-01-31")


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    path = tmp_path / "kitas.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Kitas")
        for row, values in enumerate(
            [["Nummer", "Name", "x", "y", "Plätze"], [12, "Kita Wall", 600_000, 5_500_000, 69]]
        ):
            sheet.write_row(row, 0, values)
    columns = {"id": "Nummer", "name": "Name", "x": "x", "y": "y", "places": "Plätze"}
    read = read_register(spec(path, "kita", columns=columns, crs="EPSG:25832")).entries.iloc[0]
    assert (read["facility_id"], read["places"]) == ("register:kita:12", 69.0)
    assert (read["lon"], read["lat"]) == pytest.approx((10.38517, 49.64426), abs=1e-5)


def test_of_several_points_the_middle_one_and_of_an_area_a_point_inside_is_taken(tmp_path: Path) -> None:
    points = {"type": "MultiPoint", "coordinates": [[10.0, 50.0], [10.001, 50.0], [10.003, 50.0]]}
    ring = [[10.1, 50.1], [10.2, 50.1], [10.2, 50.2], [10.1, 50.2], [10.1, 50.1]]
    path = geojson(
        tmp_path / "a.geojson",
        ({"nr": "1"}, points),
        ({"nr": "2"}, {"type": "Polygon", "coordinates": [ring]}),
        ({"nr": "3"}, None),
    )
    read = read_register(spec(path, "playground", columns={"id": "nr", "name": "nr"}))
    assert read.entries["lon"].tolist() == pytest.approx([10.001, 10.15, np.nan], nan_ok=True)
    assert read.entries["area_m2"].notna().tolist() == [False, True, False]
    assert read.counts["several_points"] == 1 and read.counts["without_position"] == 1


def test_kinds_say_which_rows_are_which_categories(tmp_path: Path) -> None:
    rows = [entry(str(n), f"Schule {n}", n, n, kind=kind) for n, kind in enumerate(["G", "GYM", "GEM", "BBS"])]
    kinds = {"G": "primary_school", "GYM": "secondary_school", "GEM": ["primary_school", "secondary_school"]}
    read = read_register(
        spec(table(tmp_path / "s.csv", *rows), "school", columns=COLUMNS | {"kind": "art"}, kinds=kinds)
    )
    assert read.entries["facility_id"].tolist() == [
        "register:primary_school:0",
        "register:primary_school:2",
        "register:secondary_school:1",
        "register:secondary_school:2",
    ]
    assert read.categories == ("primary_school", "secondary_school") and read.counts["other_kinds"] == 1


def test_without_an_id_column_the_position_tells_entries_apart(tmp_path: Path) -> None:
    columns = {"name": "name", "lon": "lon", "lat": "lat"}
    path = table(tmp_path / "a.csv", entry("", "B", 100, 200), entry("", "A", 100, 200), entry("", "C", 0, 0))
    names = read_register(spec(path, columns=columns)).entries["facility_id"].tolist()
    assert len(set(names)) == 3 and sum(name.endswith("#2") for name in names) == 1
    assert read_register(spec(table(tmp_path / "b.csv", *reversed(path.read_text().splitlines()[1:])), columns=columns))


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (["1;A;7;50", "1;B;8;50"], {}, "id repeats"),
        (["1;A;7;50", ";B;8;50"], {}, "id is empty"),
        (["1;A;7;50"], {"columns": COLUMNS | {"ident": "nr"}}, "unknown: 'ident'"),
        (["1;A;7;50"], {"columns": COLUMNS | {"name": "nmae"}}, "did you mean 'name'"),
        (["1;A;7;50"], {"mode": "instead"}, "replace or add"),
        (["1;A;7;50"], {"kinds": {"x": "pharmcy"}, "columns": COLUMNS | {"kind": "name"}}, "did you mean 'pharmacy'"),
        (["1;A;7;50"], {"kinds": {"x": "pharmacy"}, "columns": COLUMNS | {"kind": "name"}}, "kinds there: ['A']"),
        (["1;A;7;50"], {"kinds": {"x": "pharmacy"}}, "missing: 'kind'"),
        (["1;A;sieben;50"], {}, "text where a number is needed"),
        (["1;A;7;95"], {}, "do not belong"),
        (
            ["1;A;7;50"],
            {"columns": {"id": "nr", "name": "name", "x": "lon", "y": "lat"}},
            "does not say its coordinate",
        ),
        (["1;A;7;50"], {"columns": {"id": "nr", "x": "lon", "y": "lat"}, "crs": "EPSG:31467"}, "old datum"),
        ([], {}, "holds no entry"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, rows: list[str], options: dict, said: str) -> None:
    path = table(tmp_path / "a.csv", *rows, head="nr;name;lon;lat")
    with pytest.raises(InputError) as error:
        read_register(spec(path, **({"columns": COLUMNS} | options)))
    assert said in str(error.value)


@pytest.mark.parametrize(("places", "said"), [("-3", "negative"), ("4,5", "no whole number"), ("viele", "holds text")])
def test_impossible_numbers_of_places_are_refused(tmp_path: Path, places: str, said: str) -> None:
    path = table(tmp_path / "a.csv", entry("1", "A", 1, 1, places), entry("2", "B", 1, 1, places))
    with pytest.raises(InputError, match="in 2 rows") as error:
        read_register(spec(path, columns=COLUMNS | {"places": "plaetze"}))
    assert said in str(error.value)


def test_a_category_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'kita'"):
        read_register(spec(table(tmp_path / "a.csv", entry("1", "A", 1, 1)), "kitta", columns=COLUMNS))


@dataclass(frozen=True)
class _Stage:
    registers: dict[str, Register]


def test_a_stored_register_is_what_it_was(tmp_path: Path) -> None:
    told = read_register(spec(table(tmp_path / "a.csv", entry("7", "Rosen", 1, 2)), columns=COLUMNS))
    codec.write(_Stage({"pharmacy": told}), tmp_path, "stage")
    back = codec.read(tmp_path, "stage", _Stage).registers["pharmacy"]
    assert (back.categories, back.mode, back.counts) == (told.categories, told.mode, told.counts)
    pd.testing.assert_frame_equal(back.entries, told.entries, check_dtype=False)
    assert back.greens.empty


# ── instead of OpenStreetMap ──

INSIDE = square(0, 0, 1000)


def mapped(places: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Places of OpenStreetMap given from the corner of the tiny town; pharmacies where nothing else is said."""
    rows = [{"category": "pharmacy"} | place for place in places]
    points = [shapely.Point(EAST + row["at"][0], NORTH + row["at"][1]) for row in rows]
    return facilities([row | {"geometry": point} for row, point in zip(rows, points, strict=True)])


def town(registers: dict[str, Register], places: list[dict[str, Any]]) -> Area:
    """A square kilometre with one home; its quarter is the boundary, the data reach further."""
    osm = extract(facilities=mapped(places), buildings=buildings([house(1, 30, 30)]))
    inputs = AreaInputs(
        osm=osm, population=census({(50, 50): 90}), quarters=quarters({"a": INSIDE}), registers=registers
    )
    return build_area(inputs, parameters(), crs=None)


def register(tmp_path: Path, *rows: str, item: str = "pharmacy", **options: Any) -> Register:
    path = table(tmp_path / f"{item}.csv", *rows)
    return read_register(spec(path, item, columns=COLUMNS | {"places": "plaetze"}, **options))


PLACES = [
    {"facility_id": "osm:n1", "name": "Rosen Apotheke", "at": (100, 100), "opening_hours": "Mo-Fr 08:00-18:00"},
    {"facility_id": "osm:n2", "name": "Adler-Apotheke", "at": (800, 800)},
    {"facility_id": "osm:n3", "name": "Hirsch-Apotheke", "at": (1400, 500)},
    {"facility_id": "osm:n4", "name": "Markt", "at": (110, 100), "category": "market"},
]


def test_inside_the_boundary_the_register_alone_tells_what_there_is(tmp_path: Path) -> None:
    own = register(tmp_path, entry("1", "Rosen-Apotheke", 120, 100), entry("2", "Linden-Apotheke", 500, 500))
    built = town({"pharmacy": own}, PLACES)
    assert set(built.facilities["facility_id"]) == {
        "register:pharmacy:1",
        "register:pharmacy:2",
        "osm:n3",  # beyond the boundary
        "osm:n4",  # another category
    }
    chosen = built.categories.set_index("category").loc["pharmacy"]
    assert (chosen["reason"], chosen["status"], chosen["n_places"]) == ("register", "ok", 3)


def test_what_the_register_does_not_tell_comes_from_the_mapped_place(tmp_path: Path) -> None:
    built = town({"pharmacy": register(tmp_path, entry("1", "Rosen-Apotheke", 120, 100, "7"))}, PLACES)
    one = built.facilities.set_index("facility_id").loc["register:pharmacy:1"]
    assert (one["name"], one["opening_hours"], one["places"]) == ("Rosen-Apotheke", "Mo-Fr 08:00-18:00", 7.0)
    assert one["status"] == "ok"
    assert np.isnan(built.facilities.set_index("facility_id").loc["osm:n3", "places"])


def test_a_register_that_adds_leaves_what_is_mapped(tmp_path: Path) -> None:
    own = register(tmp_path, entry("1", "Rosen-Apotheke", 120, 100), entry("2", "Linden", 500, 500), mode="add")
    built = town({"pharmacy": own}, PLACES)
    assert {"register:pharmacy:1", "register:pharmacy:2", "osm:n2", "osm:n3"} <= set(built.facilities["facility_id"])
    assert "osm:n1" not in set(built.facilities["facility_id"])  # the same place
    assert built.categories.set_index("category").loc["pharmacy", "reason"] != "register"


def test_the_comparison_counts_what_lies_inside(tmp_path: Path) -> None:
    own = register(
        tmp_path, entry("1", "Rosen-Apotheke", 120, 100, "7"), entry("2", "Linden", 500, 500, "5"),
        entry("3", "Hirsch-Apotheke", 1400, 510), date="2026-01-31",
    )  # fmt: skip
    built = town({"pharmacy": own}, PLACES)
    require(built.register_matches, REGISTER_MATCHES, called="matches")
    row = built.register_matches.iloc[0]
    assert (row["n_register"], row["n_osm"], row["n_matched"], row["n_by_name"]) == (2, 2, 1, 1)
    assert (row["n_only_register"], row["n_only_osm"], row["osm_recall_share"], row["places"]) == (1, 1, 0.5, 12.0)
    assert row["median_distance_m"] == pytest.approx(20, abs=0.1)
    objects = built.register_objects
    assert dict(zip(objects["register_id"] + objects["osm_id"], objects["outcome"], strict=True)) == {
        "register:pharmacy:1osm:n1": "matched by name",
        "register:pharmacy:2": "only in the register",
        "register:pharmacy:3osm:n3": "matched by name",
        "osm:n2": "dropped",
    }
    assert {"registers_used", "register_osm_dropped", "category_register_pharmacy"} <= set(built.notes["code"])


def test_an_entry_without_position_stands_where_the_place_of_its_name_is_mapped(tmp_path: Path) -> None:
    own = register(tmp_path, "1;Adler-Apotheke;;;;", "2;Unbekannt;;;;", entry("3", "Linden", 10, 10))
    built, plain = town({"pharmacy": own}, PLACES), town({}, PLACES)
    found, theirs = built.facilities.set_index("facility_id"), plain.facilities.set_index("facility_id")
    assert found.loc["register:pharmacy:1", "x_m"] == pytest.approx(theirs.loc["osm:n2", "x_m"], abs=0.02)
    assert "register:pharmacy:2" not in found.index
    assert built.notes.set_index("code").loc["register_without_position", "count"] == 2


LIONS = [
    {"facility_id": "osm:n7", "name": "Löwen-Apotheke", "at": (200, 200)},
    {"facility_id": "osm:n8", "name": "Löwen Apotheke", "at": (900, 200)},
    {"facility_id": "osm:n9", "name": "Mohren-Apotheke", "at": (900, 900)},
]


def test_two_entries_without_position_do_not_take_the_two_places_they_may_mean(tmp_path: Path) -> None:
    built = town({"pharmacy": register(tmp_path, "1;Löwen-Apotheke;;;;", "2;Löwen-Apotheke;;;;")}, LIONS)
    assert set(built.facilities["facility_id"]) == {"osm:n7", "osm:n8"}
    assert built.categories.set_index("category").loc["pharmacy", "reason"] != "register"
    row = built.register_matches.iloc[0]
    assert (row["n_register"], row["n_osm"], row["n_unplaced"]) == (0, 3, 2)
    outcomes = built.register_objects.set_index("osm_id")["outcome"]
    assert outcomes["osm:n9"] == "dropped"
    assert outcomes["osm:n7"] == outcomes["osm:n8"] == "ambiguous: several may be meant"
    assert (built.register_objects["outcome"] == "ambiguous: several may be meant").sum() == 4
    assert built.notes.set_index("code").loc["register_ambiguous", "count"] == 2


def test_a_register_with_one_entry_nobody_can_place_does_not_make_its_category_complete(tmp_path: Path) -> None:
    lost = register(tmp_path, entry("1", "Rosen-Apotheke", 120, 100), "2;Unbekannt;;;;")
    built = town({"pharmacy": lost}, PLACES)
    assert "osm:n2" not in set(built.facilities["facility_id"])  # no name like it: the register does not hold it
    assert built.categories.set_index("category").loc["pharmacy", "reason"] == "complete"  # by number, not by register


def test_a_school_of_unspecified_level_can_be_the_school_of_the_register(tmp_path: Path) -> None:
    schools = [
        {"facility_id": "osm:w1", "name": "Schule am Wall", "at": (100, 100), "category": "school_unspecified"},
        {"facility_id": "osm:w2", "name": "Lessing-Schule", "at": (700, 700), "category": "school_unspecified"},
    ]
    own = register(tmp_path, entry("1", "Grundschule am Wall", 130, 100), item="primary_school")
    built = town({"primary_school": own}, schools)
    assert dict(zip(built.facilities["facility_id"], built.facilities["category"], strict=True)) == {
        "register:primary_school:1": "primary_school",
        "osm:w2": "school_unspecified",  # may be a secondary school
    }
    assert built.categories.set_index("category").loc["primary_school", "reason"] == "register"


def test_a_register_that_holds_what_is_mapped_moves_no_place(tmp_path: Path) -> None:
    rows = [entry(place["facility_id"], place["name"], *place["at"]) for place in PLACES[:2]]
    built, plain = town({"pharmacy": register(tmp_path, *rows)}, PLACES), town({}, PLACES)
    ours, theirs = (area.facilities.sort_values("name", ignore_index=True) for area in (built, plain))
    assert (ours[["x_m", "y_m"]] - theirs[["x_m", "y_m"]]).abs().to_numpy().max() <= 0.02
    assert ours["opening_hours"].tolist() == theirs["opening_hours"].tolist()


def test_a_place_that_a_correction_added_stays_beside_the_register(tmp_path: Path) -> None:
    added = {"facility_id": "own:1a2b", "name": "Neue Apotheke", "at": (600, 600)}
    built = town({"pharmacy": register(tmp_path, entry("1", "Rosen-Apotheke", 120, 100))}, [*PLACES, added])
    assert "own:1a2b" in set(built.facilities["facility_id"])
    assert "osm:n2" not in set(built.facilities["facility_id"])


def test_nothing_changes_without_registers() -> None:
    plain = town({}, PLACES)
    assert set(plain.facilities["facility_id"]) == {"osm:n1", "osm:n2", "osm:n3", "osm:n4"}
    assert plain.register_matches.empty and plain.register_objects.empty


def test_a_register_of_elsewhere_is_refused_with_both_boxes(tmp_path: Path) -> None:
    far = read_register(spec(table(tmp_path / "a.csv", "1;A;52,5;13,4;;"), columns=COLUMNS))  # lat before lon
    with pytest.raises(InputError, match="none of 1 entries") as error:
        town({"pharmacy": far}, PLACES)
    assert "swapped" in str(error.value) and "data: west" in str(error.value)


def test_two_registers_of_one_category_are_refused(tmp_path: Path) -> None:
    own = register(tmp_path, entry("1", "Rosen-Apotheke", 120, 100))
    with pytest.raises(InputError, match="same category"):
        town({"a": own, "b": own}, PLACES)


def test_without_a_boundary_a_register_speaks_only_around_its_own_entries(tmp_path: Path) -> None:
    own = register(tmp_path, entry("1", "Rosen-Apotheke", 90, 90), entry("2", "B", 600, 100), entry("3", "C", 100, 600))
    between = {"facility_id": "osm:n9", "name": "Zwischen", "at": (300, 300)}
    osm = extract(facilities=mapped([*PLACES[:2], between]), buildings=buildings([house(1, 30, 30)]))
    inputs = AreaInputs(osm=osm, population=census({(50, 50): 90}), registers={"pharmacy": own})
    built = build_area(inputs, parameters(), crs=None)
    assert "osm:n2" in set(built.facilities["facility_id"])  # 800, 800: outside the triangle
    assert "osm:n9" not in set(built.facilities["facility_id"])


# ── green cadastre ──


def cadastre(path: Path, *rows: tuple[str, str, shapely.Geometry], **options: Any) -> Register:
    frame = gpd.GeoDataFrame(
        pd.DataFrame([row[:2] for row in rows], columns=["nr", "widmung"]), geometry=[r[2] for r in rows], crs=GRID
    )
    frame.to_file(path, driver="GPKG")
    columns = {"id": "nr", "name": "nr", "public": "widmung"}
    return read_register(spec(path, "green", columns=columns, public_values=["gewidmet"], **options))


MAPPED = [
    {"green_id": "osm:w1", "geometry": square(100, 100, 100)},
    {"green_id": "osm:w2", "geometry": square(500, 500, 100)},
    {"green_id": "osm:w3", "geometry": square(900, 0, 200)},  # half of it beyond the boundary
    {"green_id": "osm:w4", "kind": "forest", "geometry": square(300, 800, 100)},
    {"green_id": "osm:w5", "kind": "forest", "geometry": square(600, 800, 100)},
]


def with_green(own: Register) -> Area:
    tables = {"greens": greens(MAPPED, GRID)}
    osm = extract(buildings=buildings([house(1, 30, 30)]), **tables)
    inputs = AreaInputs(
        osm=osm, population=census({(50, 50): 90}), quarters=quarters({"a": INSIDE}), registers={"green": own}
    )
    return build_area(inputs, parameters(), crs=None)


def test_a_green_cadastre_stands_for_mapped_parks_inside_the_boundary(tmp_path: Path) -> None:
    own = cadastre(
        tmp_path / "g.gpkg", ("1", "gewidmet", square(100, 100, 100)), ("2", "gewidmet", square(300, 300, 100)),
        ("3", "nicht gewidmet", square(590, 790, 120)),
    )  # fmt: skip
    built = with_green(own)
    row = built.register_matches.iloc[0]
    assert (row["n_register"], row["n_osm"], row["n_matched"], row["n_only_osm"]) == (2, 3, 1, 2)
    assert row["register_m2"] == pytest.approx(20_000, rel=1e-3)
    assert row["osm_m2"] == pytest.approx(40_000, rel=1e-3)  # 1 ha, 1 ha and the half of 4 ha that lies inside
    assert row["common_m2"] == pytest.approx(10_000, rel=1e-3)
    ground = Ground(built.crs, built.boundary, built.extent.geometry.iloc[0])
    osm, _, _ = with_register_greens(extract(greens=greens(MAPPED, GRID)), own, ground, parameters())
    public = osm.greens[osm.greens["public"]].set_index("green_id").to_crs(GRID)
    assert set(public.index) == {"register:green:1", "register:green:2", "osm:w3", "osm:w4"}
    assert public.geometry.area["osm:w3"] == pytest.approx(20_000, rel=1e-3)  # what lies beyond the boundary


def test_green_without_any_public_area_or_polygon_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no green is public"):
        cadastre(tmp_path / "g.gpkg", ("1", "privat", square(0, 0, 10)))
    points = geojson(tmp_path / "p.geojson", ({"nr": "1"}, {"type": "Point", "coordinates": [10, 50]}))
    with pytest.raises(InputError, match="no polygons"):
        read_register(spec(points, "green", columns={"id": "nr"}))


def test_a_cadastre_of_elsewhere_is_refused(tmp_path: Path) -> None:
    own = cadastre(tmp_path / "g.gpkg", ("1", "gewidmet", square(90_000, 90_000, 100)))
    with pytest.raises(InputError, match="none of 1 greens"):
        with_green(own)
