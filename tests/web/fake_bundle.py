"""The small town of fake_town.py as a complete publication, through the door of `publish.release`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from fake_town import CRS, EAST, NORTH, PLACES, aggregate, make_cells, make_locations, make_quarters

from nahraum import grid
from nahraum.indicators.catalogue import read_catalogue
from nahraum.parameters import Parameters
from nahraum.provenance import Source
from nahraum.publish import PublishBundle, release
from nahraum.study import Study
from nahraum.tables import PREREQUISITES, SERVICES

DESTATIS = "© Statistisches Bundesamt (Destatis), 2024"


def make_study(language: str = "de") -> Study:
    """A study without files."""
    return Study(
        path=Path("study.toml"), name="Probestadt an der Lahn", language=language, reference_date=date(2025, 6, 30),
        crs=CRS, sources={}, overrides={}, complete_categories=(), unknown_categories=(), output_folder=Path("out"),
        contact="Amt für Stadtentwicklung",
    )  # fmt: skip


def _at(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(EAST + x, NORTH + y) for x, y in points]


def _drawing() -> gpd.GeoDataFrame:
    """Streets, a railway, a river and a park, enough to see where one is."""
    lines = [
        ("road", f"{number}. Querstraße", _at((x, -50), (x, 1050))) for number, x in enumerate(range(100, 1200, 100), 1)
    ]
    lines += [
        ("road", f"{name}weg", _at((-50, y), (1250, y + 20)))
        for name, y in (("Linden", 150), ("Ahorn", 350), ("Ulmen", 750))
    ]
    lines += [
        ("road_major", "Hauptstraße", _at((-200, 520), (500, 540), (1400, 470))),
        ("road_major", "Bahnhofstraße", _at((610, -150), (590, 500), (640, 1200))),
        ("rail", "", _at((-200, 250), (400, 260), (1400, 60))),
        ("path", "", _at((850, 600), (1050, 840))),
        ("water", "Lahn", _at((-200, 930), (300, 860), (800, 990), (1400, 900))),
    ]
    shapes = [{"kind": kind, "name": name, "geometry": shapely.LineString(line)} for kind, name, line in lines]
    park = shapely.Polygon(_at((820, 560), (1080, 580), (1090, 850), (840, 830)))
    shapes.append({"kind": "green", "name": "Stadtpark", "geometry": park})
    shapes.append({"kind": "water", "name": "", "geometry": shapely.Polygon(_at((100, 600), (180, 610), (160, 690)))})
    return gpd.GeoDataFrame(shapes, crs=grid.GRID_CRS).to_crs(CRS)


def _service_points() -> list[shapely.Point]:
    return [shapely.Point(*_at((150 + 180 * place, 180 + 60 * place))[0]) for place in range(len(SERVICES))]


def _places() -> dict[str, gpd.GeoDataFrame]:
    points = _service_points()
    columns = {
        "facility_id": [f"osm:n{place + 1}" for place in range(len(SERVICES))],
        "category": list(SERVICES),
        "name": [PLACES[service] for service in SERVICES],
    }
    drawing = _drawing()
    park = drawing[drawing["kind"] == "green"].reset_index(drop=True)
    green = {"green_id": ["osm:w1"], "name": ["Stadtpark"], "area_m2": park.area.to_list()}
    entrance = {"entrance_id": ["osm:w1:0"], "green_id": ["osm:w1"], "kind": ["gate"]}
    return {
        "places": gpd.GeoDataFrame(columns, geometry=points, crs=grid.GRID_CRS).to_crs(CRS),
        "greens": gpd.GeoDataFrame(green, geometry=park.geometry.to_list(), crs=CRS),
        "entrances": gpd.GeoDataFrame(entrance, geometry=points[:1], crs=grid.GRID_CRS).to_crs(CRS),
    }


def _location_services() -> pd.DataFrame:
    rows = [
        ("L1", "green", "green", "osm:w1", "Stadtpark", 620.0, 400.0, 0.8),
        ("L2", "supply", "gp", "osm:n2", "Praxis Dr. Groß", 1350.0, 160.0, 1.0),
        ("L2", "supply", "pharmacy", "osm:n3", "Löwen-Apotheke", 1410.0, 160.0, 1.0),
        ("L2", "supply", "primary_school", "osm:n4", "", 1275.0, 160.0, 1.0),
    ]
    names = ["location_id", "prerequisite", "service", "nearest_id", "nearest_name", "distance_m"]
    return pd.DataFrame(rows, columns=[*names, "residents_missing", "missing_share"])


def _categories() -> pd.DataFrame:
    rows = [
        ("food_full_range", 4, 3.6, 0.4, 0.33, "ok", "complete"),
        ("gp", 5, 4.9, 0.45, 0.45, "ok", "complete"),
        ("pharmacy", 2, 2.3, 0.2, 0.21, "ok", "complete"),
        ("primary_school", 2, 2.0, 0.2, 0.18, "imputed", "fallback"),
        ("stop", 21, 26.0, 2.0, 2.4, "ok", "declared"),
    ]
    density = ["per_1000_residents", "national_per_1000_residents"]
    return pd.DataFrame(rows, columns=["category", "n_places", "n_expected", *density, "status", "reason"])


def _combinations(cells: pd.DataFrame) -> pd.DataFrame:
    lacks = np.column_stack([cells[f"lacks_{name}_share"] for name in PREREQUISITES])
    total = cells["residents"].sum()
    rows = []
    for code in range(16):
        bits = np.array([code >> (3 - place) & 1 for place in range(4)], dtype=float)
        count = float(cells["residents"][(np.round(lacks) == bits).all(axis=1)].sum())
        rows.append([*bits, count, count / total])
    rest = float(cells["residents"][np.isnan(lacks).any(axis=1)].sum())
    rows.append([np.nan] * 4 + [rest, rest / total])
    return pd.DataFrame(rows, columns=[*PREREQUISITES, "residents", "share"])


def _partly_known() -> pd.DataFrame:
    rows = [
        ("green+internet?", 0.0, 1.0, np.nan, 0.0, 120.0, 0.1, "Grün + Internet-Angebot?", "green + internet offer?"),
        ("internet?", 0.0, 0.0, np.nan, 0.0, 60.0, 0.05, "Internet-Angebot?", "internet offer?"),
    ]
    return pd.DataFrame(rows, columns=["combination", *PREREQUISITES, "residents", "share", "name_de", "name_en"])


def _discriminating(municipality: pd.DataFrame) -> pd.DataFrame:
    shares = [float(municipality[f"lacks_{name}_share"].iloc[0]) for name in PREREQUISITES]
    persons = [float(municipality[f"lacks_{name}_residents"].iloc[0]) for name in PREREQUISITES]
    table = pd.DataFrame({"prerequisite": list(PREREQUISITES), "lacks_share": shares, "lacks_residents": persons})
    return table.assign(warning=["", "", "", "low"], next_threshold=[np.nan, np.nan, np.nan, 800.0])


def _variants() -> pd.DataFrame:
    rows = [
        ("base", "wie in der Studie gewählt", "as chosen in the study", 0.27, np.nan, 0.36),
        ("living_space_25", "Wohnraum: mindestens 25 m² je Person", "living space: at least 25 m²", 0.22, np.nan, 0.31),
        ("supply_800", "Nahversorgung: in höchstens 800 m", "everyday supply: within 800 m", 0.35, 0.35, 0.35),
    ]
    ends = ("_min", "", "_max")
    table = pd.DataFrame(rows, columns=["variant_id", "label_de", "label_en", *(f"several_share{e}" for e in ends)])
    for end in ("_min", "_max"):
        table[f"several_residents{end}"] = table[f"several_share{end}"] * 13_736
    return table


def _notes() -> pd.DataFrame:
    rows = [
        ("cells_cut", 2, "2 Zellen am Rand sind nach Adressen geteilt.", "2 cells at the rim are divided by address."),
        ("repeated_ids", 1, "1 Quartier kam doppelt vor, zusammengefasst.", "1 quarter occurred twice, dissolved."),
    ]
    return pd.DataFrame(rows, columns=["code", "count", "text_de", "text_en"])


def _sources() -> tuple[Source, ...]:
    osm = ("/folder/town.osm.pbf", "ab" * 32, 1234, "ODbL-1.0", "© OpenStreetMap-Mitwirkende", "2025-06-01", "Adresse")
    census = ("cd" * 32, 99, "dl-de/by-2-0", DESTATIS, "2022-05-15")
    return (
        Source("osm", *osm),
        Source("population", "zensus.zip", *census, "Zelle 100 m"),
        Source("floor_area", "zensus_wohnflaeche.zip", *census, "Zelle 1 km"),
    )


def make_bundle(change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame] = lambda cells: cells) -> PublishBundle:
    """The town as it is published.

    Parameters
        change : alters the table of cells first (to try hostile names and empty tables).
    """
    parameters = Parameters(on=date(2025, 6, 30))
    cells = change(make_cells())
    municipality = pd.DataFrame([aggregate(pd.DataFrame(cells)) | {"name": "Probestadt"}])
    whole = release(municipality, "municipality", parameters=parameters)
    tables: dict[str, pd.DataFrame] = {
        "cells": cells,
        "quarters": make_quarters(cells),
        "locations": make_locations(cells),
        "location_services": _location_services(),
        "combinations": _combinations(cells),
        "partly_known": _partly_known(),
        "discriminating": _discriminating(municipality),
        "variants": _variants(),
        "categories": _categories(),
        **_places(),
    }
    return PublishBundle(
        study=make_study(),
        municipality=whole,
        **{name: release(table, name, parameters=parameters, against=whole) for name, table in tables.items()},
        base=_drawing(),
        notes=_notes(),
        sources=_sources(),
        parameters=tuple(parameters.all()),
        catalogue=read_catalogue(),
        version="0.1.0",
        crs=CRS,
    )
