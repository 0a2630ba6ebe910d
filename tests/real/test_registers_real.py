"""Real registers: Berlin's kitas, schools and pharmacies against OpenStreetMap; residents of Berlin and Köln."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from nahraum.area.matching import matched_places, plain_name, similarity
from nahraum.area.register_join import joined_by_id
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.population_register import read_population_register
from nahraum.sources.registers import read_register
from nahraum.sources.vector import read_polygons
from nahraum.study import SourceSpec
from nahraum.tables import PopulationRegister, Register

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("registers")]
UTM = "EPSG:25833"
SCHOOLS = {
    "Grundschule": "primary_school",
    "Gemeinschaftsschule": ["primary_school", "secondary_school"],
    "Freie Waldorfschule": ["primary_school", "secondary_school"],
    "Integrierte Sekundarschule": "secondary_school",
    "Gymnasium": "secondary_school",
}
REGISTERS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "kita": (
        "kindertagesstaetten.geojson",
        {"id": "e_nr", "name": "e_name", "places": "e_platz", "address": ["e_strasse", "e_hnr"]},
        {},
    ),
    "school": ("schulen.geojson", {"id": "bsn", "name": "name", "kind": "schulart"}, {"kinds": SCHOOLS}),
    "pharmacy": ("apothekenstandorte.geojson", {"id": "gc_id", "name": "aponame"}, {}),
}


def register(data_dir: Path, item: str) -> Register:
    file, columns, options = REGISTERS[item]
    path = data_dir / "berlin" / "facilities" / file
    return read_register(SourceSpec(f"registers.{item}", "register", (path,), {"columns": columns} | options))


def in_metres(lon: pd.Series, lat: pd.Series) -> tuple[Any, Any]:
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_crs(UTM)
    return points.x.to_numpy().round(2), points.y.to_numpy().round(2)


def entries(told: Register) -> pd.DataFrame:
    x, y = in_metres(told.entries["lon"], told.entries["lat"])
    return pd.DataFrame({"id": told.entries["facility_id"], "name": told.entries["name"], "x_m": x, "y_m": y})


def mapped(data_dir: Path, name: str) -> pd.DataFrame:
    file = data_dir / "berlin" / "osm_pois" / f"berlin-points-of-interest-{name}-details.geojson"
    rows = gpd.read_file(file).drop_duplicates("id")
    x, y = in_metres(rows.geometry.x, rows.geometry.y)
    return pd.DataFrame({"id": "osm:n" + rows["id"].astype(str), "name": rows["name"].fillna(""), "x_m": x, "y_m": y})


def test_berlins_registers_hold_what_spatial_md_says(data_dir: Path) -> None:
    """2,880 kitas with places, 902 schools, 732 pharmacies as MultiPoints, all in EPSG:25833."""
    kitas, schools, pharmacies = (register(data_dir, item) for item in ("kita", "school", "pharmacy"))
    assert len(kitas.entries) == 2880 and kitas.entries["places"].notna().all()
    assert kitas.entries["places"].sum() == 194_979
    assert len(pharmacies.entries) == 732 and pharmacies.counts["several_points"] == 0
    by_kind = schools.entries["category"].value_counts()
    assert schools.counts["other_kinds"] + schools.entries["facility_id"].str.rpartition(":")[2].nunique() == 902
    assert (by_kind["primary_school"], by_kind["secondary_school"]) == (486, 279)
    for told in (kitas, schools, pharmacies):
        assert told.entries["lon"].between(13.08, 13.77).all() and told.entries["lat"].between(52.33, 52.68).all()


@pytest.mark.parametrize(
    ("item", "osm", "n_osm", "matched", "of_osm"),
    [("kita", "kindergartens", 1133, (900, 1000), 0.8), ("pharmacy", "pharmacies", 660, (600, 660), 0.9)],
)
def test_openstreetmap_knows_a_plausible_part_of_the_register(
    data_dir: Path, item: str, osm: str, n_osm: int, matched: tuple[int, int], of_osm: float
) -> None:
    """The map file holds nodes only, so kitas drawn as areas are missing: a third is found, of pharmacies most."""
    own, theirs = entries(register(data_dir, item)), mapped(data_dir, osm)
    pairs = matched_places(own, theirs, Parameters())
    print(f"{item}: {len(own)} in the register, {len(theirs)} mapped, {len(pairs)} in both; "
          f"recall {len(pairs) / len(own):.3f}, median {pairs['distance_m'].median():.1f} m")  # fmt: skip
    assert len(theirs) == n_osm
    assert matched[0] <= len(pairs) <= matched[1]
    assert len(pairs) / len(theirs) >= of_osm
    assert pairs["distance_m"].median() < 20 and pairs["distance_m"].max() <= 150
    assert pairs["register_id"].is_unique and pairs["mapped_id"].is_unique


def test_pairs_of_pharmacies_are_those_of_the_rule_word_for_word(data_dir: Path) -> None:
    """Every entry against every place, without any index: 732 times 660 distances."""
    own, theirs = entries(register(data_dir, "pharmacy")), mapped(data_dir, "pharmacies")
    parameters = Parameters()
    generic = frozenset(parameters.value("registers.generic_words"))
    places = [(o.id, plain_name(o.name, generic), o.x_m, o.y_m) for o in theirs.itertuples()]
    rows = []
    for entry in own.itertuples():
        name = plain_name(entry.name, generic)
        for number, called, x, y in places:
            metres = round(math.hypot(entry.x_m - x, entry.y_m - y), 2)
            if metres > 150:
                continue
            alike = similarity(name, called) >= parameters.number("registers.name_similarity")
            if alike or not name or not called or metres <= 50:
                rows.append((not alike, metres, entry.id, number))
    taken_own: set[str] = set()
    taken: set[str] = set()
    expected = []
    for _, _, one, other in sorted(rows):
        if one not in taken_own and other not in taken:
            taken_own.add(one)
            taken.add(other)
            expected.append((one, other))
    found = matched_places(own, theirs, parameters)
    assert sorted(expected) == list(zip(found["register_id"], found["mapped_id"], strict=True))


def test_koelns_land_use_plan_serves_as_a_green_cadastre_in_koeln(data_dir: Path) -> None:
    """817 areas "Grün" with a geometry; their area is the plan's own, the false easting of 2,500,000 m is taken off."""
    path = data_dir / "koeln" / "flaechennutzungsplan" / "fnp_aktuell.shp"
    options = {"columns": {"name": "Langname", "public": "TYP"}, "public_values": ["Grün"]}
    told = read_register(SourceSpec("registers.green", "register", (path,), options))
    public = told.greens[told.greens["public"]]
    assert (len(told.greens), len(public), told.counts["not_polygons"]) == (2120, 817, 1)
    assert told.greens.total_bounds == pytest.approx([6.773, 50.830, 7.162, 51.085], abs=0.002)  # SPATIAL.md
    plan = gpd.read_file(path)
    stated = plan.loc[(plan["TYP"] == "Grün") & plan.geometry.notna(), "SHAPE_Area"].sum()
    assert public.to_crs("EPSG:25832").area.sum() == pytest.approx(stated, rel=1e-5)


def population(path: Path, columns: dict[str, str], **options: Any) -> PopulationRegister:
    spec = SourceSpec("population_register", "quarter", (path,), {"columns": columns} | options)
    return read_population_register(spec, tolerance_share=0.02)


BERLIN = {
    "id": "PLR-ID", "residents": "Gesamt", "age_0_5": "unter6", "age_6_14": "6-15", "age_15_17": "15-18",
    "age_18_26": "18-27", "age_27_44": "27-45", "age_45_54": "45-55", "age_55_64": "55-65", "age_65_plus": "65undmehr",
}  # fmt: skip


def test_all_542_planungsraeume_of_berlin_join_and_hold_3_821_881_residents(data_dir: Path) -> None:
    """Einwohnerbestand 30 June 2022 (Amt für Statistik Berlin-Brandenburg), SPATIAL.md."""
    told = population(data_dir / "berlin" / "social" / "einwohnerbestand_06-2022_plr.csv", BERLIN)
    quarters, _ = read_polygons(data_dir / "berlin" / "lor_2021" / "lor_planungsraeume_2021.shp", id="PLR_ID")
    rows, counts = joined_by_id(told.table, quarters["quarter_id"].tolist())
    assert len(rows) == len(quarters) == 542
    assert rows["residents"].sum() == 3_821_881
    assert counts == {"register_ids_padded": 0, "register_areas_elsewhere": 0}
    assert rows.loc[rows["residents"] > 0, "from_65_share"].between(0, 1).all()
    assert rows["under_10_share"].isna().all()  # bands 0-5, 6-14


def test_a_lost_leading_zero_of_berlins_keys_is_put_back(data_dir: Path) -> None:
    told = population(data_dir / "berlin" / "social" / "einwohnerbestand_06-2022_plr.csv", BERLIN)
    short = told.table.assign(area_id=told.table["area_id"].str.lstrip("0"))
    rows, counts = joined_by_id(short, told.table["area_id"].tolist())
    assert rows["area_id"].tolist() == told.table["area_id"].tolist()
    assert counts["register_ids_padded"] == told.table["area_id"].str.startswith("0").sum() > 400
    with pytest.raises(InputError, match="does not fit"):  # the areas of before 2021 are others
        joined_by_id(short.assign(area_id="9" + short["area_id"]), told.table["area_id"].tolist())


def test_all_86_stadtteile_of_koeln_join_with_their_ages(data_dir: Path) -> None:
    """Köln's long table by year, sex, age …; 1,044,555 residents in 2012, the city's own row of totals."""
    columns = {
        "id": "raum_id", "residents": "Einwohner", "age_0_2": "00 - < 03", "age_3_5": "03 - < 06",
        "age_6_9": "06 - < 10", "age_65_74": "65 - < 75", "age_75_plus": "75 und älter",
    }  # fmt: skip
    layout = {"names": "zeile", "values": "zahl", "decimal": ".", "where": {"jahr": "2012", "tab_id": ["005", "020"]}}
    path = data_dir / "statistics" / "koeln" / "bevoelkerung.csv"
    told = population(path, columns, exclude=["0*"], **layout)
    quarters, _ = read_polygons(data_dir / "koeln" / "stadtteile" / "Stadtteil.shp", id="STT_NR", name="STT_NAME")
    rows, counts = joined_by_id(told.table, quarters["quarter_id"].tolist())
    assert len(rows) == 86 and counts["register_areas_elsewhere"] == 0
    total = population(path, columns, exclude=["?[1-9]*", "??[1-9]", "[1-9]*"], **layout).table
    assert total["area_id"].tolist() == ["000"] and total["residents"][0] == rows["residents"].sum()
    assert rows["residents"].sum() == 1_044_555
    under_10 = (rows["under_10_share"] * rows["residents"]).sum() / rows["residents"].sum()
    assert 0.08 < under_10 < 0.10
    assert (rows["from_65_share"] * rows["residents"]).sum() / rows["residents"].sum() == pytest.approx(0.177, abs=0.01)
