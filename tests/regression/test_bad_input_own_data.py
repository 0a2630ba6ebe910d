"""What an office brings and gets wrong: each is named in four parts, or has an answer that is written down and counted.

The list is that of issue 4; the readers' own tests hold the details, here each is met once, by `nahraum check`.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum import workflow
from nahraum.errors import NahraumError
from nahraum.musterstadt import write_city
from nahraum.sources.osm import read_osm
from nahraum.workflow.summary import Summary
from tiny_corrections import write

pytestmark = pytest.mark.xdist_group("bad_own")
OSM, FEED, QUARTERS = "musterstadt.osm.pbf", "fahrplan_gtfs.zip", "quartiere.geojson"
HERE, EMPTY = "05999001", "05999002"


@pytest.fixture(scope="module")
def raw(tmp_path_factory) -> Path:
    """Musterstadt with a lean study: without census topics."""
    folder = tmp_path_factory.mktemp("raw")
    write_city(1000, 1, folder)
    study = folder / "study.toml"
    text = study.read_text(encoding="utf-8")
    study.write_text(re.sub(r"\[sources\.topics\]\n(.+\n)+", "", text), encoding="utf-8")
    return folder


@pytest.fixture
def town(raw, tmp_path) -> Path:
    shutil.copytree(raw, tmp_path / "town")
    return tmp_path / "town"


def add(town: Path, section: str) -> None:
    study = town / "study.toml"
    study.write_text(study.read_text(encoding="utf-8") + "\n" + section + "\n", encoding="utf-8")


def replace(town: Path, section: str, by: str) -> None:
    """The section of the study written anew."""
    study = town / "study.toml"
    text = study.read_text(encoding="utf-8")
    found = re.search(rf"\[{re.escape(section)}\]\n(.+\n)+", text)
    assert found, section
    study.write_text(text.replace(found.group(0), by + "\n"), encoding="utf-8")


def check(town: Path) -> Summary:
    return workflow.check(town / "study.toml", quiet=True)


def quarters(town: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(town / QUARTERS)


def municipalities(town: Path) -> None:
    """Two municipalities in a file: the town, and empty land beside it."""
    west, south, east, north = quarters(town).total_bounds
    middle = shapely.box(west - 0.001, south - 0.001, east + 0.001, north + 0.001)
    beside = shapely.box(east + 0.002, south, east + 0.006, north)
    frame = {"AGS": [HERE, EMPTY], "GEN": ["Musterstadt", "Musterheide"], "BEZ": ["Stadt", "Gemeinde"]}
    gpd.GeoDataFrame(frame, geometry=[middle, beside], crs="EPSG:4326").to_file(town / "gemeinden.gpkg")
    add(town, '[sources.municipalities]\nfile = "gemeinden.gpkg"')


def pharmacy(town: Path) -> tuple[float, float]:
    """Position of the one pharmacy, in degrees."""
    places = read_osm(town / OSM).facilities
    point = places.geometry[places["category"] == "pharmacy"].iloc[0]
    return float(point.x), float(point.y)


# ── refused: what was wrong, where, what was expected, how to mend it ────────────────────────────


def unknown_ags(town: Path) -> None:
    municipalities(town)
    add(town, '[area]\nmunicipalities = ["05999003"]')


def ags_as_a_number_that_lost_its_zero(town: Path) -> None:
    municipalities(town)
    add(town, "[area]\nmunicipalities = [5999001]")


def correction_that_fits_two_objects(town: Path) -> None:
    osm = read_osm(town / OSM)
    ways = osm.ways[osm.ways["walkable"]]
    ends = np.concatenate([osm.way_nodes[ways["first"]], osm.way_nodes[ways["first"] + ways["n_nodes"] - 1]])
    node = int(pd.Series(ends).mode().iloc[0])  # a crossing
    at = osm.nodes.set_index("node_id").loc[node]
    row = {"action": "remove", "object": "path", "lon": f"{at['lon']:.7f}", "lat": f"{at['lat']:.7f}"}
    write([row], town / "korrekturen.csv")
    add(town, '[sources.corrections]\nfile = "korrekturen.csv"')


def timetable_without_calendar(town: Path) -> None:
    with zipfile.ZipFile(town / FEED) as feed:
        kept = {name: feed.read(name) for name in feed.namelist() if "calendar" not in name}
    with zipfile.ZipFile(town / FEED, "w") as feed:
        for name, content in kept.items():
            feed.writestr(name, content)


def study_of_a_municipality_without_residents(town: Path) -> None:
    municipalities(town)
    replace(town, "sources.quarters", "")
    add(town, f'[area]\nmunicipalities = ["{EMPTY}"]')


def register_without_its_crs(town: Path) -> None:
    (town / "apotheken.csv").write_text("Name;X;Y\nRats-Apotheke;447000.0;5715000.0\n", encoding="utf-8")
    add(town, '[sources.registers.pharmacy]\nfile = "apotheken.csv"\ncolumns = { name = "Name", x = "X", y = "Y" }')


def register_in_metres_said_to_be_degrees(town: Path) -> None:
    (town / "apotheken.csv").write_text("Name;X;Y\nRats-Apotheke;447000.0;5715000.0\n", encoding="utf-8")
    add(town, '[sources.registers.pharmacy]\nfile = "apotheken.csv"\ncolumns = { name = "Name", lon = "X", lat = "Y" }')


def buildings_without_a_number_of_residents(town: Path) -> None:
    replace(town, "sources.population", '[sources.population]\nkind = "buildings"\n')


def street_axes_that_are_no_lines(town: Path) -> None:
    replace(town, "sources.osm", f'[sources.osm]\nkind = "lines"\nfile = "{QUARTERS}"\n')


REFUSED: list[tuple[Callable[[Path], None], str]] = [
    (unknown_ags, "05999003"),
    (ags_as_a_number_that_lost_its_zero, "05999001"),
    (correction_that_fits_two_objects, "osm:w"),
    (timetable_without_calendar, "calendar"),
    (study_of_a_municipality_without_residents, "study area"),
    (register_without_its_crs, "crs"),
    (register_in_metres_said_to_be_degrees, "apotheken.csv"),
    (buildings_without_a_number_of_residents, "residents = 380000"),
    (street_axes_that_are_no_lines, "no lines"),
]


@pytest.mark.parametrize(("damage", "named"), REFUSED, ids=[damage.__name__ for damage, _ in REFUSED])
def test_what_an_office_gets_wrong_is_refused_in_four_parts(town, damage, named):
    damage(town)
    with pytest.raises(NahraumError) as caught:
        check(town)
    text = caught.value.message()
    assert text.startswith("WHAT") and named in text
    assert caught.value.expected or caught.value.fix


# ── answered: the run goes on, and the answer is counted and said ────────────────────────────────


def test_of_overlapping_quarters_the_lowest_key_has_the_address_and_a_note_counts_them(town):
    wide = quarters(town)
    wide.loc[0, "geometry"] = shapely.union_all(wide.geometry.to_numpy()[:2])  # the first lies over the second, too
    wide.to_file(town / QUARTERS, driver="GeoJSON")
    found = check(town)
    told = {note["code"]: note for note in found.document["notes"]}
    assert told["addresses_in_several_quarters"]["count"] > 0
    assert "kleinsten Kennung" in told["addresses_in_several_quarters"]["text_de"]
    assert told["quarters_without_residents"]["count"] == 1
    assert found.document["quarters"] == len(wide)


def test_of_two_municipalities_the_one_without_residents_is_counted_and_the_other_analysed(town):
    municipalities(town)
    replace(town, "sources.quarters", "")
    replace(town, "social", "")  # its table speaks of the quarters that are left out
    add(town, f'[area]\nmunicipalities = ["{HERE}", "{EMPTY}"]')
    found = check(town)
    assert found.document["quarters"] == 2 and found.document["residents"] > 900
    assert {n["code"]: n["count"] for n in found.document["notes"]}["quarters_without_residents"] == 1


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:25832", "EPSG:25833", "EPSG:3035"])
def test_a_register_in_any_named_crs_lands_at_the_same_place(town, crs):
    lon, lat = pharmacy(town)
    point = gpd.GeoSeries([shapely.Point(lon, lat)], crs="EPSG:4326").to_crs(crs).iloc[0]
    text = f"Name;X;Y\nRats-Apotheke;{point.x:.7f};{point.y:.7f}\n"
    (town / "apotheken.csv").write_text(text, encoding="utf-8")
    section = '[sources.registers.pharmacy]\nfile = "apotheken.csv"\ncolumns = { name = "Name", x = "X", y = "Y" }'
    add(town, f'{section}\ncrs = "{crs}"')
    document = check(town).document
    (match,) = document["registers"]
    assert (match["n_register"], match["n_osm"], match["n_matched"]) == (1, 1, 1)
    assert match["median_distance_m"] < 0.2


def test_the_same_town_without_a_census_has_the_stated_residents(town):
    replace(town, "sources.population", '[sources.population]\nkind = "buildings"\nresidents = 1234\n')
    found = check(town)
    assert found.document["residents"] == pytest.approx(1234, abs=0.001)
    assert {note["code"] for note in found.document["notes"]} >= {"residents_by_buildings"}
    assert "outside_germany" not in {note["code"] for note in found.document["notes"]}
