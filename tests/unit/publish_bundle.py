"""Small hand-made bundles for everything that publishes: six cells in two rows, three quarters, one town.

Numbers are simple enough to check in one's head; `make_bundle()` sends them through the door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum import grid
from nahraum.parameters import Parameters
from nahraum.provenance import Source
from nahraum.publish import PublishBundle, release
from nahraum.study import Study
from nahraum.tables import PREREQUISITES, SERVICES

CRS = "EPSG:25832"
EAST, NORTH = 4_337_000, 2_689_000
QUARTERS = ("Q1", "Q2", "Q3")
NAMES = ("Am Markt", "Süd & Hafen", "=Neue Höfe")


@dataclass(frozen=True)
class Entry:
    """A catalogue entry with what publishing reads."""

    id: str
    label_de: str
    label_en: str
    unit: str = ""
    unit_de: str = ""
    kind: str = "indicator"
    prerequisite: str = ""
    better: str = "lower"
    decimals: int = 1
    sentence_de: str = ""
    sentence_en: str = ""
    evidence: str = "proposal"
    geographies: tuple[str, ...] = ("cells", "quarters", "municipality")
    function: str = ""
    formula_de: str = ""
    formula_en: str = ""
    limits_de: str = ""
    limits_en: str = ""
    source: str = "nahraum DESIGN"
    scope: str = "row"
    needs: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    theme: str = ""
    summed: str = ""
    of: str = "residents"
    typical: float = 0.0
    weight: str = ""


CATALOGUE = (
    Entry(
        "floor_area_m2_per_resident", "Wohnfläche je Einwohner", "Floor area per resident", "m²/person", "m² je Person",
        prerequisite="living_space", better="higher",
    ),
    Entry(
        "green_m2_per_resident", "Grünfläche je Einwohner nach Konkurrenz", "Green per resident after competition",
        "m²/person", "m² je Person", prerequisite="green", better="higher",
    ),
    Entry("green_distance_m", "Fußweg zum Grün", "Walk to green", "m", "m", prerequisite="green", decimals=0),
    Entry(
        "internet_offer_share", "Haushalte mit Internet-Angebot", "Households offered the speed", "share", "Anteil",
        prerequisite="internet", better="higher", decimals=2,
    ),
    Entry(
        "food_full_range_distance_m", "Fußweg zum Lebensmittelmarkt", "Walk to food shop", "m", "m",
        prerequisite="supply", decimals=0,
    ),
    Entry("lacks_living_space", "ohne genug Wohnraum", "lacking space", kind="lack", prerequisite="living_space"),
    Entry("lacks_green", "ohne Grün", "lacking green", kind="lack", prerequisite="green"),
    Entry("lacks_internet", "ohne Internet-Angebot", "lacking internet offer", kind="lack", prerequisite="internet"),
    Entry("lacks_supply", "ohne Nahversorgung", "lacking everyday supply", kind="lack", prerequisite="supply"),
)  # fmt: skip


def make_study(path: Path | None = None, *, name: str = "Probestadt", language: str = "de") -> Study:
    """A study without files."""
    return Study(
        path=path or Path("study.toml"), name=name, language=language, reference_date=date(2025, 6, 30), crs=CRS,
        sources={}, overrides={}, complete_categories=(), unknown_categories=(), output_folder=Path("out"),
        contact="Amt für Stadtentwicklung",
    )  # fmt: skip


def _shares(residents: np.ndarray) -> dict[str, np.ndarray]:
    n = len(residents)
    columns: dict[str, Any] = {"residents": residents, "residents_judged": residents}
    columns |= {"residents_edge": np.zeros(n), "residents_communal": np.zeros(n)}
    for place, prerequisite in enumerate(PREREQUISITES):
        share = np.resize([0.0, 0.5, 1.0], n + place)[place:]
        columns[f"lacks_{prerequisite}_share"] = share
        columns[f"lacks_{prerequisite}_share_status"] = ["ok"] * n
        columns[f"lacks_{prerequisite}_residents"] = share * residents
        columns[f"lacks_{prerequisite}_completeness"] = np.ones(n)
        columns[f"contribution_{prerequisite}"] = np.full(n, 0.25)
    for k, share in ((1, 0.75), (2, 0.5), (3, 0.25), (4, 0.0)):
        columns[f"several_k{k}_share_min"] = np.full(n, share)
        columns[f"several_k{k}_share"] = np.full(n, share)
        columns[f"several_k{k}_share_max"] = np.full(n, min(1.0, share + 0.1))
    columns |= {"m0_min": np.full(n, 0.3), "m0": np.full(n, 0.3), "m0_max": np.full(n, 0.4)}
    for entry in CATALOGUE[:5]:
        columns[entry.id] = np.round(np.linspace(0.2, 0.9, n) if entry.unit == "share" else np.linspace(12, 740, n), 2)
        columns[f"{entry.id}_status"] = ["ok"] * n
    columns["known_dimensions"] = ["living_space+green+internet+supply"] * n
    columns["class"] = np.resize(["lacking", "not_lacking", "undetermined"], n)
    return columns


def make_cells(residents: tuple[float, ...] = (120.0, 80.0, 9.0, 45.0, 200.0, 130.0)) -> gpd.GeoDataFrame:
    """Cells of 100 m, two per quarter; the third has fewer than ten residents."""
    n = len(residents)
    east = EAST + 100 * (np.arange(n) % 3)
    north = NORTH + 100 * (np.arange(n) // 3)
    keys = grid.cell_key(east, north)
    columns = {"cell_id": grid.cell_id(keys), "quarter_id": [QUARTERS[i * 3 // n] for i in range(n)]}
    columns |= _shares(np.array(residents))
    for service in SERVICES:
        columns[f"{service}_nearest_id"] = [f"osm:n{i}" for i in range(n)]
        columns[f"{service}_nearest_name"] = [f"Markt {i}" for i in range(n)]
    return gpd.GeoDataFrame(columns, geometry=list(grid.cell_square(keys)), crs=grid.GRID_CRS)


def make_quarters(residents: tuple[float, ...] = (400.0, 500.0, 600.0)) -> gpd.GeoDataFrame:
    """Three quarters side by side."""
    n = len(residents)
    squares = [shapely.box(440_000 + 300 * i, 5_470_000, 440_300 + 300 * i, 5_470_300) for i in range(n)]
    ids = [f"Q{i + 1}" for i in range(n)]
    columns = {"quarter_id": ids, "name": [NAMES[i] if i < len(NAMES) else f"Viertel {i}" for i in range(n)]}
    columns |= _shares(np.array(residents))
    columns |= {"in_target_share": np.linspace(0.1, 1.0, n), "rank_min": np.arange(n) + 1, "rank_max": np.arange(n) + 1}
    return gpd.GeoDataFrame(columns, geometry=squares, crs=CRS)


def municipality_of(quarters: pd.DataFrame) -> pd.DataFrame:
    """The one row that the quarters add up to."""
    n = quarters["residents_judged"]
    row: dict[str, Any] = {"name": "Probestadt"}
    for column in quarters.columns:
        if column.startswith("residents") or column.endswith("_residents"):
            row[column] = quarters[column].sum()
        elif column.endswith("_completeness"):
            row[column] = 1.0
        elif pd.api.types.is_numeric_dtype(quarters[column].dtype) and not column.startswith(("rank", "in_")):
            row[column] = float((quarters[column] * n).sum() / n.sum())
        elif column.endswith("_status"):
            row[column] = "ok"
    return pd.DataFrame([row | {"class": "lacking"}])


def make_combinations(residents: Mapping[int, float] | None = None) -> pd.DataFrame:
    """The 16 combinations (bits: living_space, green, internet, supply) and the undetermined."""
    counts = {0: 500.0, 1: 300.0, 3: 200.0, 5: 150.0, 12: 350.0} if residents is None else residents
    total = sum(counts.values())
    rows = []
    for code in range(16):
        bits = [float(code >> (3 - place) & 1) for place in range(4)]
        rows.append([*bits, counts.get(code, 0.0), counts.get(code, 0.0) / total])
    rows.append([np.nan] * 4 + [0.0, 0.0])
    frame = pd.DataFrame(rows, columns=[*PREREQUISITES, "residents", "share"])
    frame.insert(0, "combination", [f"{code:04b}" for code in range(16)] + ["undetermined"])
    return frame


def make_locations() -> gpd.GeoDataFrame:
    """Two locations; the second is a settlement below the minimum."""
    shapes = [shapely.box(440_000, 5_470_000, 440_200, 5_470_100), shapely.box(440_500, 5_470_000, 440_600, 5_470_100)]
    columns = {
        "location_id": ["L1", "L2"], "name": ["Hafenstraße", "Mühle"], "residents": [344.0, 12.0],
        "hectares": [2.0, 1.0], "combination": ["living_space+green", "supply"], "compactness": [0.7, 0.8],
        "stability": [0.9, 0.4], "quarter_ids": ["Q1 Q2", "Q3"], "settlement": [False, True],
    }  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def _facts() -> dict[str, pd.DataFrame]:
    points = [shapely.Point(440_050 + 100 * i, 5_470_050) for i in range(3)]
    return {
        "location_services": pd.DataFrame({
            "location_id": ["L1", "L1"], "prerequisite": ["supply"] * 2, "service": ["gp", "pharmacy"],
            "nearest_id": ["osm:n1", "osm:n2"],
            "nearest_name": ["Praxis Dr. Groß", "@Apotheke"], "distance_m": [1350.0, 990.0],
        }),
        "categories": pd.DataFrame({
            "category": list(SERVICES), "n_places": [4, 2, 2, 1, 9], "n_expected": [3.0, 2.5, 1.5, 1.2, np.nan],
            "per_1000_residents": [2.6, 1.3, 1.3, 0.6, 6.0],
            "national_per_1000_residents": [2.0, 1.7, 1.0, 0.8, np.nan],
            "status": ["ok", "ok", "ok", "imputed", "ok"], "reason": ["complete"] * 3 + ["fallback", "complete"],
        }),
        "places": gpd.GeoDataFrame({
            "facility_id": ["osm:n1", "osm:n2", "osm:w3"], "category": ["gp", "pharmacy", "food_full_range"],
            "name": ["Praxis Dr. Groß", "@Apotheke", "=1+1"],
        }, geometry=points, crs=CRS),
        "greens": gpd.GeoDataFrame({
            "green_id": ["osm:w12"], "name": ["Volkspark"], "area_m2": [12_000.0],
        }, geometry=[shapely.box(440_100, 5_470_100, 440_220, 5_470_200)], crs=CRS),
        "entrances": gpd.GeoDataFrame({
            "entrance_id": ["osm:w12:0"], "green_id": ["osm:w12"], "kind": ["gate"],
        }, geometry=[shapely.Point(440_100, 5_470_100)], crs=CRS),
    }  # fmt: skip


def make_bundle(
    *,
    study: Study | None = None,
    cells: gpd.GeoDataFrame | None = None,
    quarters: gpd.GeoDataFrame | None = None,
    combinations: pd.DataFrame | None = None,
    locations: gpd.GeoDataFrame | None = None,
) -> PublishBundle:
    """A complete bundle through the door."""
    parameters = Parameters(on=date(2025, 6, 30))
    quarters = make_quarters() if quarters is None else quarters
    municipality = release(municipality_of(quarters), "municipality", parameters=parameters)
    discriminating = pd.DataFrame({
        "prerequisite": list(PREREQUISITES), "lacks_share": [0.5, 0.4, 0.01, 0.9],
        "warning": ["", "", "too_few", "too_many"], "next_threshold": [np.nan, np.nan, 1000.0, 800.0],
        "text_de": ["", "", "Internet-Angebot: fehlt kaum jemandem.", "Nahversorgung: fehlt fast allen."],
        "text_en": ["", "", "internet offer: hardly anybody lacks it.", "supply: nearly everybody lacks it."],
    })  # fmt: skip
    variants = pd.DataFrame({
        "variant": ["central", "supply 800 m"], "label_de": ["Standard", "Nahversorgung 800 m"],
        "label_en": ["default", "supply 800 m"], "several_share": [0.5, 0.55],
        "several_share_max": [0.6, 0.65],
    })  # fmt: skip
    facts = {name: release(table, name, parameters=parameters) for name, table in _facts().items()}
    base = gpd.GeoDataFrame(
        {"kind": ["road", "water"], "name": ["Hauptstraße", "Weiher"]},
        geometry=[
            shapely.LineString([(440_000, 5_470_000), (440_900, 5_470_300)]),
            shapely.box(440_300, 5_470_100, 440_350, 5_470_150),
        ],
        crs=CRS,
    )
    return PublishBundle(
        study=study or make_study(),
        cells=release(make_cells() if cells is None else cells, "cells", parameters=parameters),
        quarters=release(quarters, "quarters", parameters=parameters),
        municipality=municipality,
        locations=release(make_locations() if locations is None else locations, "locations", parameters=parameters),
        combinations=release(
            make_combinations() if combinations is None else combinations, "combinations", parameters=parameters
        ),
        discriminating=release(
            discriminating, "discriminating", parameters=parameters, against=municipality
        ),
        variants=release(variants, "variants", parameters=parameters, against=municipality),
        base=base,
        notes=pd.DataFrame({
            "code": ["cells_cut"], "count": [2], "text_de": ["2 Zellen am Rand nach Adressen geteilt"],
            "text_en": ["2 cells at the rim divided by address"],
        }),
        sources=(
            Source(
                "osm", "/secret/folder/town.osm.pbf", "ab" * 32, 1234, "ODbL-1.0",
                "© OpenStreetMap contributors", "2025-06-01", "address",
            ),
            Source(
                "population", "zensus.zip", "cd" * 32, 99, "dl-de/by-2-0",
                "© Statistisches Bundesamt (Destatis) 2024", "2022-05-15", "cell 100 m",
            ),
        ),
        parameters=tuple(parameters.all()),
        catalogue=CATALOGUE,
        version="0.1.0",
        crs=CRS,
        **facts,
    )  # fmt: skip
