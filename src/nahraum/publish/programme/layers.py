"""plan.gpkg and the layers of the map: measures of a plan and the sites it chose from."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely.geometry import Point, shape

from nahraum.publish.geopackage import VERSION, write_styles
from nahraum.publish.mapjson import COORDINATE_DIGITS, write_json
from nahraum.publish.programme.drawings import FIELD_COLOURS
from nahraum.publish.programme.measure_sheets import funder_sums
from nahraum.publish.programme.model import Candidate, Measure, PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.styles import Shape, Style, categorized
from nahraum.tables import PREREQUISITES

FILE = "plan.gpkg"
_WGS84 = "EPSG:4326"
_CHOSEN_COLOURS = {"yes": "#c8500a", "no": "#9aa5ad"}


def measure_table(plan: PlanDocument) -> pd.DataFrame:
    """A row per measure with what a map or a table shows of it."""
    words = PlanWords(plan["language"])
    return pd.DataFrame([_row(plan, one, words) for one in plan["measures"]])


def _row(plan: PlanDocument, one: Measure, words: PlanWords) -> dict[str, Any]:
    effect, paid = one["effect"], funder_sums(plan, one["number"])
    gains = {f"{name}_gain": words.persons(effect["prerequisites"][name]["gain"]) for name in PREREQUISITES
             if name in effect["prerequisites"]}  # fmt: skip
    return {
        "number": one["number"], "site_id": one["site_id"], "type_id": one["type_id"], "label": one["label"],
        "name": one["name"], "field": one["field"], "quarter_id": one["quarter_id"], "quarter": one["quarter"],
        "quantity": one["quantity"], "unit": one["unit"], "cost_low_eur": one["cost"]["low_eur"],
        "cost_eur": one["cost"]["mid_eur"], "cost_high_eur": one["cost"]["high_eur"],
        "running_eur": one["running"]["mid_eur"], "verify_locally": one["verify"], "start_year": one["start_year"],
        "ready_year": one["ready_year"], "relieved": words.persons(effect["relieved"]), **gains,
        "funding": "; ".join(f"{words.named('funders', who)} {eur:.2f}" for who, eur in paid.items() if eur),
        "chosen_share": one["chosen_share"], "reason": one["reason"], "run": plan["run"]["manifest"],
        "notice": words.text("notice"),
    }  # fmt: skip


def candidate_table(plan: PlanDocument) -> pd.DataFrame:
    """A row per candidate site."""
    return pd.DataFrame([
        {
            "site_id": one["site_id"], "type_id": one["type_id"], "label": one["label"], "field": one["field"],
            "name": one["name"], "quarter_id": one["quarter_id"], "cost_low_eur": one["cost"]["low_eur"],
            "cost_eur": one["cost"]["mid_eur"], "cost_high_eur": one["cost"]["high_eur"],
            "verify_locally": one["verify"], "chosen": "yes" if one["chosen"] else "no", "reason": one["reason"],
        }
        for one in plan["candidates"]
    ])  # fmt: skip


def _points(table: pd.DataFrame, items: Sequence[Measure] | Sequence[Candidate], crs: str) -> gpd.GeoDataFrame:
    geometry = gpd.GeoSeries([Point(*one["point"]) for one in items], crs=_WGS84)
    return gpd.GeoDataFrame(table, geometry=geometry, crs=_WGS84).to_crs(crs)


def _shapes(plan: PlanDocument, table: pd.DataFrame, dimension: str) -> gpd.GeoDataFrame:
    drawn = gpd.GeoSeries([shape(one["geometry"]) for one in plan["measures"]], crs=_WGS84)
    frame = gpd.GeoDataFrame(table, geometry=drawn, crs=_WGS84).to_crs(plan["study"]["crs"])
    return frame[frame.geometry.geom_type.str.endswith(dimension)].reset_index(drop=True)


def _layers(plan: PlanDocument) -> list[tuple[str, gpd.GeoDataFrame, Style]]:
    words, crs, table = PlanWords(plan["language"]), plan["study"]["crs"], measure_table(plan)
    fields = {name: words.named("fields", name) for name in FIELD_COLOURS}
    answers = {"yes": words.text("chosen"), "no": words.text("not_chosen")}
    found: list[tuple[str, gpd.GeoDataFrame, Style]] = []
    shapes: tuple[tuple[str, Shape, str], ...] = (
        ("measure_shapes", "fill", "Polygon"), ("measure_lines", "line", "LineString")
    )  # fmt: skip
    for name, drawn, dimension in shapes:
        part = _shapes(plan, table, dimension) if len(table) else gpd.GeoDataFrame()
        if len(part):
            qml = categorized("field", FIELD_COLOURS, fields, shape=drawn)
            found.append((name, part, Style(words.text(f"layer_{name}"), "field", qml)))
    if len(table):
        qml = categorized("field", FIELD_COLOURS, fields, shape="marker")
        points = _points(table, plan["measures"], crs)
        found.append(("measures", points, Style(words.text("layer_measures"), "field", qml)))
    if plan["candidates"]:
        qml = categorized("chosen", _CHOSEN_COLOURS, answers, shape="marker")
        points = _points(candidate_table(plan), plan["candidates"], crs)
        found.append(("candidate_sites", points, Style(words.text("layer_candidate_sites"), "chosen", qml)))
    return found


def write_plan_geopackage(plan: PlanDocument, folder: Path) -> list[Path]:
    """plan.gpkg with `measures` and `candidate_sites` (points) and the shapes of the measures; styled for QGIS.

    Returns
        no path for a plan that has neither measures nor candidates.
    """
    path, words = folder / FILE, PlanWords(plan["language"])
    moment, layers = f"{plan['reference_date']}T00:00:00.000Z", _layers(plan)
    said = {
        "TITLE": plan["title"], "STATEMENT": words.text("notice"), "ATTRIBUTION": plan["attribution"],
        "RUN": plan["run"]["manifest"], "REFERENCE_DATE": plan["reference_date"],
    }  # fmt: skip
    if not layers:
        return []
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        for place, (name, frame, style) in enumerate(layers):
            several = bool(frame.geometry.geom_type.str.startswith("Multi").any())
            pyogrio.write_dataframe(
                frame, path, layer=name, driver="GPKG", append=place > 0, promote_to_multi=several,
                dataset_options={"VERSION": VERSION},
                layer_options={"IDENTIFIER": style.name, "DESCRIPTION": plan["title"], "GEOMETRY_NAME": "geom"},
                dataset_metadata=said if place == 0 else None, layer_metadata=said,
            )  # fmt: skip
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    with closing(sqlite3.connect(path)) as database, database:
        write_styles(database, {name: [style] for name, _, style in layers}, moment)
        database.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))
        database.execute("UPDATE gpkg_metadata_reference SET timestamp = ?", (moment,))
    return [path]


def write_map_layers(plan: PlanDocument, folder: Path) -> list[Path]:
    """measures.geojson and candidate_sites.geojson in WGS 84, for the map.

    Every feature has an id, a point in `point` and the shape as its geometry; facts beside it are in plan.json.
    """
    table = measure_table(plan)
    rows = table.astype(object).where(table.notna(), None).to_dict(orient="records") if len(table) else []
    measures = [_feature(row, one["geometry"], one["point"]) for row, one in zip(rows, plan["measures"], strict=True)]
    table = candidate_table(plan)
    rows = table.astype(object).where(table.notna(), None).to_dict(orient="records") if len(table) else []
    sites = [
        _feature(row, {"type": "Point", "coordinates": one["point"]}, one["point"])
        for row, one in zip(rows, plan["candidates"], strict=True)
    ]
    return [
        write_json({"type": "FeatureCollection", "features": found}, folder / f"{name}.geojson")
        for name, found in (("measures", measures), ("candidate_sites", sites))
    ]


def _feature(row: dict[Any, Any], geometry: dict[str, Any], point: Sequence[float]) -> dict[str, Any]:
    told = {str(key): _plain(value) for key, value in row.items()}
    told["point"] = [round(one, COORDINATE_DIGITS) for one in point]
    return {"type": "Feature", "properties": told, "geometry": geometry}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
