"""Sites that planners draw: read from GeoJSON and GeoPackage, checked against study and catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from nahraum.area.space import project_points
from nahraum.errors import InputError
from nahraum.grid import cell_key
from nahraum.measures.model import MeasureType
from nahraum.measures.sites import Candidates, candidate_sites, conflicts
from nahraum.scenario.edits import (
    EntranceAdded,
    FacilityAdded,
    FootpathAdded,
    GreenAdded,
    InternetOfferChanged,
    ResidentsAdded,
)  # fmt: skip
from nahraum.sources.measure_sites import read_measure_sites
from tiny_sites import CRS, at, box, ground, kind, rules, town

TYPES = {
    one.id: one
    for one in (
        kind("park", "new_green", "open_ground", unit="m2"), kind("shop", "facility", "drawn",
        options={"category": "food_full_range"}), kind("path", "footpath", "link", unit="m"),
        kind("gate", "green_entrance", "green_entrance"), kind("flats", "dwellings", "open_ground", unit="dwelling"),
        kind("trees", "surface", "street", unit="tree"), kind("fibre", "internet", "internet_cells", unit="address"),
        kind("listed", "", "drawn"), kind("unpriced", "surface", "drawn", cost=float("nan")),
    )
}  # fmt: skip


def drawn(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    usual: dict[str, Any] = {"name": "", "quantity": np.nan, "cost_eur": np.nan, "parcel_id": "", "must": False}
    table = [usual | {"row": f"row {n}"} | row for n, row in enumerate(rows, start=1)]
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry="geometry", crs=CRS)


def sites(*rows: dict[str, Any], types: dict[str, MeasureType] = TYPES, **tables: Any) -> Candidates:
    return candidate_sites(town(drawn=drawn(*rows), **tables), types, rules())


def wrong(*rows: dict[str, Any], **tables: Any) -> str:
    with pytest.raises(InputError) as found:
        sites(*rows, **tables)
    return str(found.value)


def point(x: float, y: float) -> shapely.Point:
    return shapely.Point(*at(x, y))


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([at(*one) for one in points])


def test_every_effect_has_its_drawing_and_its_edit() -> None:
    found = sites(
        {"type": "park", "geometry": box(105, 105, 90)}, {"type": "shop", "geometry": point(50, 2)},
        {"type": "path", "geometry": line((100, 0), (150, 50), (200, 100))},
        {"type": "gate", "geometry": point(5, 180)},
        {"type": "flats", "geometry": point(20, 20), "quantity": 12.0},
        {"type": "trees", "geometry": line((0, 0), (100, 0)), "quantity": 8.0},
        of_area={"greens_held": {"g": (80.0, [at(5, 105)])}},
    )  # fmt: skip
    kinds = {site.type_id: type(site.edits[0]) if site.edits else None for site in found.sites}
    assert kinds == {
        "park": GreenAdded, "shop": FacilityAdded, "path": FootpathAdded, "gate": EntranceAdded,
        "flats": ResidentsAdded, "trees": None,
    }  # fmt: skip
    quantity = {site.type_id: site.quantity for site in found.sites}
    assert (quantity["flats"], quantity["trees"], quantity["shop"]) == (12, 8, 1)
    assert quantity["path"] == pytest.approx(2 * np.hypot(50, 50), abs=0.1)
    assert {site.source for site in found.sites} == {"drawn"}
    assert {site.type_id: site.cost.mid_eur for site in found.sites}["trees"] == 80


def test_a_shop_drawn_as_an_area_is_not_said_to_seal_nothing() -> None:
    for shape, sealed in ((point(50, 2), 0.0), (box(105, 105, 40), np.nan)):
        (site,) = sites({"type": "shop", "geometry": shape}).sites
        assert site.sealing_m2 == pytest.approx(sealed, nan_ok=True)


def test_a_drawn_area_of_fibre_takes_the_cells_and_households_in_it() -> None:
    east, north = project_points([at(150, 0)[0]], [at(0, 150)[1]], CRS, target="EPSG:3035")
    key = int(cell_key(east, north)[0])
    cells = town().area.cells.assign(cell_key=key, internet_offer_share=0.25, residents=40.0)
    found = sites({"type": "fibre", "geometry": box(0, 0, 400)}, of_area={"cells": cells})
    assert conflicts(found.sites).tolist() == [[0, 1]]  # the rule found the same cell
    (site,) = (one for one in found.sites if one.source == "drawn")
    (edit,) = site.edits
    assert isinstance(edit, InternetOfferChanged) and edit.cell_keys() == (key,)
    assert site.quantity == 20  # 40 ÷ 2, all of them: the quarter is small
    assert "no inhabited cell" in wrong({"type": "fibre", "geometry": box(2000, 0, 400)}, of_area={"cells": cells})


def test_the_planners_cost_and_quantity_replace_those_of_the_catalogue() -> None:
    (site,) = sites({"type": "unpriced", "geometry": point(50, 50), "cost_eur": 70_000.0}).sites
    assert (site.cost.low_eur, site.cost.mid_eur, site.cost.high_eur) == (70_000,) * 3
    (site,) = sites({"type": "park", "geometry": box(105, 105, 90), "quantity": 5000.0}).sites
    assert (site.quantity, site.cost.mid_eur) == (5000, 50_000)
    assert isinstance(site.edits[0], GreenAdded) and site.edits[0].area_m2 == 5000


def test_drawn_must_haves_are_named_and_exclude_what_overlaps() -> None:
    found = sites(
        {"type": "park", "geometry": box(105, 105, 90), "must": True, "name": "Stadtpark"},
        grounds=[ground(1, box(150, 105, 45))],
    )
    names = {site.site_id: site for site in found.sites}
    assert [names[one].name for one in found.must] == ["Stadtpark"]
    pairs = {tuple(sorted((found.sites[a].source, found.sites[b].source))) for a, b in conflicts(found.sites).tolist()}
    assert ("data", "drawn") in pairs


def test_drawn_sites_with_one_parcel_exclude_each_other() -> None:
    found = sites(
        {"type": "shop", "geometry": point(50, 2), "parcel_id": "12/3"},
        {"type": "flats", "geometry": point(60, 2), "parcel_id": "12/3", "quantity": 9.0},
    )
    assert conflicts(found.sites).tolist() == [[0, 1]]


def test_everything_wrong_with_drawn_sites_is_said_at_once() -> None:
    text = wrong(
        {"type": "parc", "geometry": box(105, 105, 90)}, {"type": "listed", "geometry": point(50, 50)},
        {"type": "unpriced", "geometry": point(50, 50)}, {"type": "park", "geometry": point(50, 50)},
        {"type": "shop", "geometry": shapely.Point(0, 0)},
        {"type": "path", "geometry": line((1000, 1000), (1100, 1000))},
        {"type": "gate", "geometry": point(50, 50)}, {"type": "park", "geometry": box(105, 105, 9)},
        {"type": "flats", "geometry": point(50, 50)},
        {"type": "park", "geometry": box(105, 105, 20), "quantity": 900.0},
    )  # fmt: skip
    for row, said in {
        1: "no type 'parc'; did you mean 'park'", 2: "only listed", 3: "cost of 'unpriced' is not known",
        4: "drawn as a point; needed: a polygon", 5: "outside the study", 6: "more than 30 m from every walkable way",
        7: "no public green within", 8: "smaller than the green standard", 9: "give quantity",
        10: "more than the 400 m²",
    }.items():  # fmt: skip
        assert any(f"row {row}: " in each and said in each for each in text.splitlines()), (row, text)
    assert "docs/howto/measure-sites.md" in text


def test_the_same_measure_drawn_twice_is_refused() -> None:
    assert "drawn twice" in wrong(*({"type": "shop", "geometry": point(50, 2)},) * 2)


# ------------------------------------------------------------------------------------------------ the reader


def geojson(folder: Path, *features: tuple[dict[str, Any], Any], name: str = "sites.geojson") -> Path:
    path = folder / name
    made = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}), encoding="utf-8")
    return path


POINT = {"type": "Point", "coordinates": [7.5, 51.0]}


def test_german_headings_numbers_and_words_are_understood(tmp_path: Path) -> None:
    row = {
        "Maßnahme": "park",
        "Bezeichnung": "Am Bach",
        "Menge": "1200,5",
        "Kosten": 9000,
        "Flurstück": "7/1",
        "muss": "ja",
    }
    found = read_measure_sites([geojson(tmp_path, (row, POINT))])
    assert found.drop(columns=["geometry", "row"]).to_dict("records") == [
        {"type": "park", "name": "Am Bach", "quantity": 1200.5, "cost_eur": 9000.0, "parcel_id": "7/1", "must": True}
    ]
    assert str(found.crs) == "EPSG:4326"


def test_all_layers_of_a_geopackage_are_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    shapes = {"points": shapely.Point(400_000, 5_650_000), "areas": shapely.box(400_000, 5_650_000, 400_100, 5_650_100)}
    for layer, shape in shapes.items():
        gpd.GeoDataFrame({"type": ["park"], "must": [True]}, geometry=[shape], crs=CRS).to_file(path, layer=layer)
    assert len(read_measure_sites([path])) == 2
    assert read_measure_sites([path], layer="areas").geometry.iloc[0].geom_type == "Polygon"


def test_every_row_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    rows = [
        ({"type": "", "must": "maybe"}, POINT), ({"type": "park", "must": "no", "cost": "viel"}, POINT),
        ({"type": "park", "quantity": -3}, POINT), ({"type": "park"}, None),
    ]  # fmt: skip
    with pytest.raises(InputError) as found:
        read_measure_sites([geojson(tmp_path, *rows)])
    text = str(found.value)
    for said in (
        "row 1: no type", "neither yes nor no", "row 2: cost_eur = 'viel' is no number", "row 3: quantity = -3",
        "row 4: nothing is drawn",
    ):  # fmt: skip
        assert said in text


def test_a_file_without_a_column_for_the_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'type' is missing"):
        read_measure_sites([geojson(tmp_path, ({"kind": "park"}, POINT))])


def test_coordinates_that_are_nowhere_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_measure_sites([geojson(tmp_path, ({"type": "park"}, {"type": "Point", "coordinates": [7.5e6, 51.0]}))])
