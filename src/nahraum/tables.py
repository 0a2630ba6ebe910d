"""The tables that pass between the packages, as contracts: one place to see what a row is and what it holds.

Naming: `_m`, `_m2`, `_share` (0..1) as everywhere; `<column>_status` says how far a value can be relied on
(`frames.STATUSES`). `NaN` is "not known", `0` is "known to be none".
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from nahraum.frames import STATUSES, Column, Contract

PREREQUISITES = ("living_space", "green", "internet", "supply")
SERVICES = ("food_full_range", "gp", "pharmacy", "primary_school", "stop")
CLASSES = ("lacking", "not_lacking", "undetermined")


@dataclass(frozen=True)
class GridTable:
    """Values per grid cell: a column `cell_key` (unique, sorted), value columns and their `_status`."""

    size_m: int
    table: pd.DataFrame


def _status(name: str) -> Column:
    return Column(name, "text", allowed=STATUSES)


ADDRESSES = Contract(
    "addresses",
    "one row per address point (a residential building, or the centre of a cell without one)",
    ("address_id",),
    (
        Column("address_id", "text", "provider and source id, never a row number: osm:w123, cell:CRS3035RES100m…"),
        Column("cell_key", "int", "100 m cell that holds the point"),
        Column("quarter_id", "text", "'' where the point lies in no quarter"),
        Column("x_m", "float", "easting in the study's CRS", "m"),
        Column("y_m", "float", "northing in the study's CRS", "m"),
        Column("residents", "float", "all residents, whole millionths", "persons", minimum=0),
        Column("residents_communal", "float", "of these in communal accommodation", "persons", minimum=0),
        Column("kind", "text", allowed=("building", "cell_centre")),
        Column("inside", "bool", "inside the study's boundary; others only compete for supply"),
        Column("edge", "bool", "nearer to the edge of the data than the longest catchment"),
    ),
)

CELLS = Contract(
    "cells",
    "one row per inhabited 100 m cell",
    ("cell_key",),
    (
        Column("cell_key", "int"),
        Column("quarter_id", "text", "quarter of most residents"),
        Column("residents", "float", "", "persons", minimum=0),
        Column("residents_communal", "float", "", "persons", minimum=0),
        Column("inside", "bool", "most residents are inside the boundary"),
        Column("floor_area_m2_per_resident", "float", "", "m²/person", nullable=True, minimum=0),
        _status("floor_area_m2_per_resident_status"),
        Column("internet_offer_share", "float", "households offered the required speed", "share", True, 0, 1),
        _status("internet_offer_share_status"),
    ),
)

QUARTERS = Contract(
    "quarters",
    "one row per quarter",
    ("quarter_id",),
    (Column("quarter_id", "text"), Column("name", "text"), Column("geometry", "geometry")),
)

FACILITIES = Contract(
    "facilities",
    "one row per place of supply, deduplicated",
    ("facility_id",),
    (
        Column("facility_id", "text", "osm:n123, osm:w5, osm:r7"),
        Column("category", "text"),
        Column("name", "text", "'' where none is mapped"),
        Column("x_m", "float", "", "m"),
        Column("y_m", "float", "", "m"),
        _status("status"),
    ),
)

CATEGORIES = Contract(
    "categories",
    "one row per category of supply: is it mapped well enough to say that somebody lacks it?",
    ("category",),
    (
        Column("category", "text"),
        Column("n_places", "int", minimum=0),
        Column("n_expected", "float", "by the national density", nullable=True),
        Column("per_1000_residents", "float", nullable=True),
        Column("national_per_1000_residents", "float", nullable=True),
        Column("status", "text", "ok | imputed (fallback used) | missing (incomplete: absence proves nothing)"),
        Column("reason", "text", "one word for the report: complete, sparse, absent, declared, fallback"),
    ),
)

GREENS = Contract(
    "greens",
    "one row per public green after dissolving and size filter",
    ("green_id",),
    (
        Column("green_id", "text", "lowest source id of its pieces: osm:w12"),
        Column("name", "text"),
        Column("area_m2", "float", "", "m²", minimum=0),
        Column("geometry", "geometry"),
    ),
)

GREEN_ENTRANCES = Contract(
    "green_entrances",
    "one row per point where one can walk into a public green",
    ("entrance_id",),
    (
        Column("entrance_id", "text", "green_id and a running number in order of position"),
        Column("green_id", "text"),
        Column("x_m", "float", "", "m"),
        Column("y_m", "float", "", "m"),
        Column("kind", "text", "path (a way crosses the edge) | gate | open (sampled along an open edge)"),
    ),
)

ACCESS_COLUMNS = tuple(
    column
    for service in SERVICES
    for column in (
        Column(f"{service}_distance_m", "float", "on foot to the nearest", "m", nullable=True, minimum=0),
        _status(f"{service}_distance_m_status"),
        Column(f"{service}_nearest_id", "text", "'' where none is reached"),
    )
)

ACCESS = Contract(
    "access",
    "one row per address",
    ("address_id",),
    (
        Column("address_id", "text"),
        *ACCESS_COLUMNS,
        Column("green_distance_m", "float", "on foot to the nearest entrance of a green", "m", True, 0),
        _status("green_distance_m_status"),
        Column("green_nearest_id", "text"),
        Column("green_m2_per_resident", "float", "after competition (2SFCA)", "m²/person", True, 0),
        _status("green_m2_per_resident_status"),
    ),
)
