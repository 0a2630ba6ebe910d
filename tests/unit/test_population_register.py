"""Residents of a register: read, spread over the addresses of the census, told apart per quarter."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from nahraum.area import Area, AreaInputs, build_area
from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.parameters import Parameters
from nahraum.publish import release
from nahraum.sources.population_register import read_population_register
from nahraum.study import SourceSpec
from nahraum.tables import POPULATION_DIFFERENCE, PopulationRegister
from tiny_areas import EAST, GRID, NORTH, buildings, census, extract, house, parameters, quarters, square

COLUMNS = {"id": "Nr", "residents": "Einwohner"}
AGES = {"age_0_9": "u10", "age_10_64": "mitte", "age_65_79": "alt", "age_80_plus": "hochalt"}


def read(*paths: Path, kind: str = "quarter", **options: Any) -> PopulationRegister:
    spec = SourceSpec("population_register", kind, paths, {"columns": COLUMNS, "date": "2025-12-31"} | options)
    return read_population_register(spec, tolerance_share=0.02)


def table(path: Path, *rows: str, head: str = "Nr;Einwohner") -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def counted(told: PopulationRegister) -> dict[str, float]:
    return dict(zip(told.table["area_id"], told.table["residents"], strict=True))


# ── reading ──


def test_german_figures_totals_and_secret_numbers_are_understood(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "02;1.234.567", "01;.", "03;98", ";gesamt")
    told = read(path)
    assert counted(told) == pytest.approx({"01": math.nan, "02": 1_234_567, "03": 98}, nan_ok=True)
    assert told.table["residents_status"].tolist() == ["suppressed", "ok", "ok"]
    assert told.date == "2025-12-31"


def test_whole_thousands_that_could_be_fractions_must_be_told(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "01;1.234", "02;98")
    with pytest.raises(InputError, match="decimal"):
        read(path)
    assert counted(read(path, decimal=",")) == {"01": 1234.0, "02": 98.0}


def test_rows_of_totals_are_left_out_by_their_key(tmp_path: Path) -> None:
    assert counted(read(table(tmp_path / "a.csv", "00;150", "01;100", "02;50"), exclude=["00"])) == {
        "01": 100,
        "02": 50,
    }


def test_ages_become_shares_where_the_columns_begin_and_end_there(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "01;200;20;130;40;10", head="Nr;Einwohner;u10;mitte;alt;hochalt")
    row = read(path, columns=COLUMNS | AGES).table.iloc[0]
    assert (row["under_10_share"], row["from_65_share"], row["from_80_share"]) == pytest.approx((0.1, 0.25, 0.05))
    only = read(path, columns=COLUMNS | {"age_0_17": "u10", "age_65_plus": "alt"}).table.iloc[0]
    assert math.isnan(only["under_10_share"]) and only["from_65_share"] == pytest.approx(0.2)
    assert math.isnan(only["from_80_share"])


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (["01;-5", "02;7"], {}, "'residents' is negative in 1 rows, first: ['01: -5']"),
        (["01;5,5"], {}, "'residents' is no whole number"),
        (["01;viele"], {}, "text where a number is needed"),
        (["01;."], {}, "no number of residents"),
        (["01;5"], {"columns": {"id": "Nr"}}, "missing: 'residents'"),
        (["01;5"], {"columns": COLUMNS | {"age_10_5": "Nr"}}, "no range of ages"),
        (["01;5"], {"columns": COLUMNS | {"age_0_5": "Nr", "age_5_9": "Nr"}}, "overlap"),
        (["1;5"], {"columns": COLUMNS | {"age_0_9": "Einwohner", "age_10_plus": "Einwohner"}}, "add up to more"),
        (["01;5"], {"columns": {"id": "Nummer", "residents": "Einwohner"}}, "Nummer"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(tmp_path: Path, rows: list[str], options: dict, said: str) -> None:
    with pytest.raises(InputError) as error:
        read(table(tmp_path / "a.csv", *rows), **options)
    assert said in str(error.value)


def blocks(path: Path, shapes: dict[str, shapely.Geometry], **columns: Any) -> Path:
    gpd.GeoDataFrame({"Nr": list(shapes), **columns}, geometry=list(shapes.values()), crs=GRID).to_file(path)
    return path


def test_blocks_come_with_their_counts_or_as_polygons_and_table(tmp_path: Path) -> None:
    shapes = {"A": square(0, 0, 500), "B": square(500, 0, 500)}
    whole = read(blocks(tmp_path / "a.gpkg", shapes, Einwohner=[30, 40]), kind="block")
    apart = read(blocks(tmp_path / "b.gpkg", shapes), table(tmp_path / "b.csv", "A;30", "B;40"), kind="block")
    assert counted(whole) == counted(apart) == {"A": 30, "B": 40}
    assert whole.shapes.geometry.geom_equals_exact(apart.shapes.geometry, 1e-9).all()
    with pytest.raises(InputError, match="1 ids of the register have no polygon"):
        read(blocks(tmp_path / "c.gpkg", shapes), table(tmp_path / "c.csv", "A;30", "C;40"), kind="block")
    with pytest.raises(InputError, match="no polygons"):
        read(table(tmp_path / "d.csv", "A;30"), kind="block")


def test_addresses_need_points(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "7,1;50,2;3", "7,1;50,2;4", head="lon;lat;ew")
    told = read(path, kind="address", columns={"residents": "ew", "lon": "lon", "lat": "lat"})
    assert counted(told) == {"7.100000,50.200000": 3, "7.100000,50.200000#2": 4}
    with pytest.raises(InputError, match="have no point"):
        read(table(tmp_path / "b.csv", "1;3"), kind="address")


# ── in the study area ──


def register(kind: str, shapes: dict[str, shapely.Geometry] | None = None, **residents: float) -> PopulationRegister:
    ids = list(residents)
    frame = pd.DataFrame({"area_id": ids, "residents": list(map(float, residents.values())), "residents_status": "ok"})
    frame = frame.assign(under_10_share=math.nan, from_65_share=0.2, from_80_share=math.nan)
    drawn = gpd.GeoDataFrame({"area_id": list(shapes or {})}, geometry=list((shapes or {}).values()), crs=GRID)
    return PopulationRegister(kind, frame, drawn.to_crs("EPSG:4326"), "2025-12-31")


HOMES = [house(1, 30, 30), house(2, 70, 70, levels=4), house(3, 630, 30), house(4, 930, 930)]
WEST, EASTERN = square(0, 0, 500, 1000), square(500, 0, 500, 1000)
"""West: homes 1 and 2 share 90 as 30 and 60. East: home 3 holds 20; nobody by the census at home 4."""


def area(own: PopulationRegister | None, shapes: dict[str, shapely.Geometry] | None = None, **more: Any) -> Area:
    inputs = AreaInputs(
        osm=extract(buildings=buildings(more.pop("homes", HOMES))),
        population=census(more.pop("people", {(50, 50): 90, (650, 50): 20})),
        quarters=quarters(shapes or {"01": WEST, "02": EASTERN}),
        population_register=own,
        population_date="2022-05-15",
    )
    return build_area(inputs, parameters(**more), crs=None)


def residents(built: Area) -> dict[str, float]:
    return dict(zip(built.addresses["address_id"], built.addresses["residents"].round(3), strict=True))


def note(built: Area, code: str) -> int:
    table = built.notes.set_index("code")["count"]
    return int(table.get(code, 0))


def test_a_quarter_is_spread_as_the_census_spreads_it() -> None:
    built = area(register("quarter", **{"01": 120, "02": 10}))
    assert residents(built) == {"osm:w1": 40.0, "osm:w2": 80.0, "osm:w3": 10.0}


def test_lost_leading_zeros_are_put_back() -> None:
    built = area(register("quarter", **{"1": 120, "2": 10}))
    assert residents(built)["osm:w2"] == 80.0
    assert note(built, "register_ids_padded") == 2


def test_where_the_census_counts_nobody_homes_take_the_register_by_floor_area() -> None:
    shapes = {"01": WEST, "02": square(500, 0, 500, 500), "03": square(500, 500, 500)}
    built = area(register("quarter", **{"01": 90, "02": 20, "03": 7}), shapes)
    assert residents(built)["osm:w4"] == 7.0


def test_where_nothing_is_mapped_the_register_stands_on_a_point_of_its_own() -> None:
    shapes = {"01": WEST, "02": square(500, 0, 500, 500), "03": square(500, 500, 300, 300)}
    built = area(register("quarter", **{"01": 90, "02": 20, "03": 7}), shapes)
    row = built.addresses.set_index("address_id").loc["register:03"]
    assert (row["residents"], row["kind"], row["quarter_id"]) == (7.0, "register", "03")
    assert residents(built).get("osm:w4") is None
    assert note(built, "register_at_new_points") == 10  # rounded


def test_a_quarter_without_a_row_or_number_keeps_its_census() -> None:
    for own in (register("quarter", **{"01": 120}), register("quarter", **{"01": 120, "02": math.nan})):
        built = area(own)
        assert residents(built) == {"osm:w1": 40.0, "osm:w2": 80.0, "osm:w3": 20.0}
        assert note(built, "register_areas_unknown") == 1
        assert built.population_difference["used"].tolist() == ["register", "census"]


def test_a_quarter_of_elsewhere_is_left_out_and_told() -> None:
    built = area(register("quarter", **{"01": 120, "02": 10, "77": 5000}))
    assert built.addresses["residents"].sum() == pytest.approx(130)
    assert note(built, "register_areas_elsewhere") == 1


@pytest.mark.parametrize("wrong", [{"01": 5, "2x": 5}, {"a": 1, "b": 2}])
def test_ids_that_do_not_fit_on_both_sides_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError, match="does not fit the quarters by id") as error:
        area(register("quarter", **wrong))
    assert "only in the register" in str(error.value) and "leading zeros" in str(error.value)


def test_overlapping_quarters_give_the_address_to_the_lowest_id() -> None:
    shapes = {"01": square(0, 0, 700, 1000), "02": square(500, 0, 500, 1000)}
    built = area(register("quarter", **{"01": 220, "02": 9}), shapes)
    assert residents(built) == {"osm:w1": 60.0, "osm:w2": 120.0, "osm:w3": 40.0, "osm:w4": 9.0}
    with pytest.raises(InputError, match="covered wholly by others"):
        area(register("quarter", **{"01": 220, "02": 9}), {"01": square(0, 0, 1000), "02": square(800, 100, 50)})


def test_a_quarter_that_reaches_beyond_the_data_keeps_its_census() -> None:
    shapes = {"01": WEST, "02": square(500, 0, 20_000, 1000)}
    built = area(register("quarter", **{"01": 120, "02": 10}), shapes)
    assert residents(built)["osm:w3"] == 20.0
    assert note(built, "register_areas_cut") == 1


def test_a_total_far_from_the_census_is_said() -> None:
    assert note(area(register("quarter", **{"01": 150, "02": 20})), "register_deviation_percent") == 55
    assert note(area(register("quarter", **{"01": 95, "02": 20})), "register_deviation_percent") == 0


def test_blocks_have_ground_of_their_own_and_the_rest_keeps_its_census() -> None:
    built = area(register("block", {"b1": square(0, 0, 50), "b2": square(50, 50, 50)}, b1=10, b2=11))
    assert residents(built) == {"osm:w1": 10.0, "osm:w2": 11.0, "osm:w3": 20.0}
    assert built.population_difference["used"].tolist() == ["register", "census"]
    assert note(built, "register_census_stays") == 20


def test_blocks_of_elsewhere_are_refused() -> None:
    with pytest.raises(InputError, match="does not meet the OpenStreetMap data"):
        area(register("block", {"b1": square(90_000, 0, 50)}, b1=10))


def point(east: float, north: float) -> shapely.Geometry:
    return shapely.Point(EAST + east, NORTH + north)


def test_addresses_of_the_register_go_to_the_nearest_home_else_stand_alone() -> None:
    own = register("address", {"a": point(32, 30), "b": point(38, 36), "c": point(300, 300)}, a=30, b=40, c=5)
    built = area(own)
    assert residents(built) == {"osm:w1": 70.0, "osm:w3": 20.0, "register:c": 5.0}  # nobody at home 2, east unknown
    assert built.population_difference["used"].tolist() == ["register", "census"]


def test_an_address_never_goes_across_the_border_of_its_quarter() -> None:
    homes = [house(1, 30, 30), house(3, 510, 30)]
    built = area(register("address", {"a": point(495, 30)}, a=6), homes=homes, people={(50, 50): 9, (550, 50): 20})
    assert residents(built) == {"osm:w3": 20.0, "register:a": 6.0}


def test_a_stray_address_does_not_empty_a_quarter() -> None:
    own = register("address", {"a": point(32, 30), "b": point(68, 70), "z": point(632, 30)}, a=40, b=41, z=2)
    built = area(own)
    assert residents(built) == {"osm:w1": 40.0, "osm:w2": 41.0, "osm:w3": 20.0}  # 2 of 20 in the east is no register
    assert built.population_difference["used"].tolist() == ["register", "census"]
    assert note(built, "register_quarters_by_census") == 1


def test_homes_of_addresses_without_a_number_keep_the_census_and_their_quarter_is_partly_told() -> None:
    own = register("address", {"a": point(32, 30), "b": point(68, 70)}, a=50, b=math.nan)
    built = area(own)
    assert residents(built) == {"osm:w1": 50.0, "osm:w2": 60.0, "osm:w3": 20.0}
    assert built.population_difference["used"].tolist() == ["partly", "census"]
    assert (note(built, "register_areas_unknown"), note(built, "register_points_by_census")) == (1, 1)


def test_the_share_from_which_addresses_stand_for_a_quarter_can_be_chosen() -> None:
    own = register("address", {"z": point(632, 30)}, z=2)
    assert residents(area(own, **{"registers.points_minimum_share": 0.1}))["osm:w3"] == 2.0


def test_addresses_outside_every_quarter_are_left_out_and_told() -> None:
    own = register("address", {"a": point(30, 30), "z": point(30, 1500)}, a=3, z=9)
    assert note(area(own), "register_points_elsewhere") == 1
    with pytest.raises(InputError, match="none of 1 addresses"):
        area(register("address", {"z": point(30, 1500)}, z=9))


def test_communal_residents_stay_communal() -> None:
    homes = [house(1, 30, 30), house(2, 70, 70, communal=True, residential=False)]
    before, after = (area(own, homes=homes) for own in (None, register("quarter", **{"01": 180, "02": 40})))
    share = before.addresses["residents_communal"].sum() / 90
    assert share > 0
    assert after.addresses["residents_communal"].sum() == pytest.approx(180 * share, rel=1e-6)


def test_ages_stand_at_every_address_of_the_register() -> None:
    built = area(register("quarter", **{"01": 120}))
    assert list(built.ages.columns) == ["address_id", "from_65_share"]  # of the other ages nothing is known
    ages = built.ages.set_index("address_id")["from_65_share"]
    assert ages["osm:w1"] == 0.2 and math.isnan(ages["osm:w3"])
    assert area(None).ages.empty


def test_the_difference_is_told_per_quarter_with_both_dates() -> None:
    table = area(register("quarter", **{"01": 120, "02": 10})).population_difference
    require(table, POPULATION_DIFFERENCE, called="difference")
    assert table["residents"].tolist() == [120, 10] and table["residents_census"].tolist() == [90, 20]
    assert table["residents_difference"].tolist() == [30, -10]
    assert table["difference_share"].tolist() == pytest.approx([1 / 3, -0.5])
    assert set(table["census_date"]) == {"2022-05-15"} and set(table["register_date"]) == {"2025-12-31"}


def test_what_is_published_of_the_difference_is_rounded_and_small_quarters_are_held_back() -> None:
    table = pd.DataFrame(
        {
            "quarter_id": list("abcd"), "name": list("ABCD"), "residents": [123.0, 7.0, 64.0, 300.0],
            "residents_census": [111.4, 12.0, 66.0, 8.2], "residents_difference": [11.6, -5.0, -2.0, 291.8],
            "difference_share": [0.1, -0.42, -0.03, 35.6], "used": "register", "census_date": "2022-05-15",
            "register_date": "2025-12-31",
        }
    )  # fmt: skip
    shown = release(table, "population_difference", parameters=Parameters()).frame.set_index("quarter_id")
    assert shown.loc["a", ["residents", "residents_census", "residents_difference"]].tolist() == [123, 110, 15]
    assert shown.loc["b", "suppressed"] == "all" and math.isnan(shown.loc["b", "residents_census"])
    assert shown.loc["c", "suppressed"] == "all"  # or the small one would follow from the total
    assert math.isnan(shown.loc["d", "residents_census"]) and shown.loc["d", "residents"] == 300
    assert math.isnan(shown.loc["d", "residents_difference"])
