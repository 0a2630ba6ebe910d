"""The tables that pass between the packages, as contracts: one place to see what a row is and what it holds.

Naming: `_m`, `_m2`, `_share` (0..1) as everywhere; `<column>_status` says how far a value can be relied on
(`frames.STATUSES`). `NaN` is "not known", `0` is "known to be none".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from nahraum.frames import STATUSES, Column, Contract

if TYPE_CHECKING:
    import geopandas as gpd

PREREQUISITES = ("living_space", "green", "internet", "supply")
SERVICES = ("food_full_range", "gp", "pharmacy", "primary_school", "stop")
CLASSES = ("lacking", "not_lacking", "undetermined")
ADDRESS_KINDS = ("building", "cell_centre", "register")


@dataclass(frozen=True)
class Register:
    """One register of a municipality, as its reader hands it over.

    categories  what it is about: categories of supply, or `green`
    mode        replace (inside the boundary it alone tells what there is) | add (it adds to what is mapped)
    entries     by `REGISTER`; empty for green
    greens      green_id, kind, name, public, fenced, geometry (EPSG:4326); empty for places
    counts      without_position, other_kinds (rows of kinds that the study does not name), several_points
    date        day of the register as the study states it
    """

    categories: tuple[str, ...]
    mode: str
    entries: pd.DataFrame
    greens: gpd.GeoDataFrame
    counts: dict[str, int]
    date: str = ""


AGE_SHARES = {"under_10_share": (0, 9), "from_65_share": (65, None), "from_80_share": (80, None)}
"""Shares of residents by age that a register of residents can tell: first and last age, None for no end."""


@dataclass(frozen=True)
class PopulationRegister:
    """Residents of a register by quarter, block or address, as its reader hands them over.

    kind    quarter (areas are those of the study, joined by id) | block (areas of its own) | address (points)
    table   area_id, residents (NaN not known), residents_status, and the columns of `AGE_SHARES` (NaN unknown)
    shapes  area_id and geometry (EPSG:4326): polygons of blocks, points of addresses; empty for quarters
    date    day of the register as the study states it
    counts  rows read and left out, for `check`
    """

    kind: str
    table: pd.DataFrame
    shapes: gpd.GeoDataFrame
    date: str = ""
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GridTable:
    """Values per grid cell: a column `cell_key` (unique, sorted), value columns and their `_status`.

    absent : classes that the publication has and the file has not, as its publisher calls them ("RAUMANZAHL 4").
    """

    size_m: int
    table: pd.DataFrame
    absent: tuple[str, ...] = ()


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
        Column("kind", "text", "register: known to the residents' register only", allowed=ADDRESS_KINDS),
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

MUNICIPALITIES = Contract(
    "municipalities",
    "one row per municipality",
    ("municipality_id",),
    (
        Column("municipality_id", "text", "official key (AGS), 8 digits with leading zeros"),
        Column("ars", "text", "regional key, 12 digits; '' where the file has none"),
        Column("name", "text", "'' where the file has none"),
        Column("type", "text", "kind of municipality as the file calls it (Stadt, Gemeinde …); '' where none is given"),
        Column("residents", "float", "as the file gives them", "persons", nullable=True, minimum=0),
        Column("geometry", "geometry"),
    ),
)

FACILITIES = Contract(
    "facilities",
    "one row per place of supply, deduplicated",
    ("facility_id",),
    (
        Column("facility_id", "text", "osm:n123, osm:w5, osm:r7, register:kita:01010010"),
        Column("category", "text"),
        Column("name", "text", "'' where none is mapped"),
        Column("x_m", "float", "", "m"),
        Column("y_m", "float", "", "m"),
        _status("status"),
        Column("places", "float", "how many it takes in, where a register tells", "places", nullable=True, minimum=0),
    ),
)

REGISTER = Contract(
    "register",
    "one row per entry of a municipal register and category",
    ("facility_id",),
    (
        Column("facility_id", "text", "register:<category>:<id of the register>"),
        Column("category", "text"),
        Column("name", "text", "'' where none is given"),
        Column("address", "text", "'' where none is given"),
        Column("places", "float", "how many it takes in", "places", nullable=True, minimum=0),
        Column("lon", "float", "NaN: the register gives no position", "degrees", True, -180, 180),
        Column("lat", "float", "", "degrees", True, -90, 90),
        Column("area_m2", "float", "of its polygon, where it has one", "m²", nullable=True, minimum=0),
        Column("opening_hours", "text", "'' where none are given"),
        _status("status"),
    ),
)

REGISTER_MATCHES = Contract(
    "register_matches",
    "one row per register and category: what it and OpenStreetMap have in common inside the boundary",
    ("register", "category"),
    (
        Column("register", "text", "name of the section [sources.registers.<name>]"),
        Column("category", "text"),
        Column("mode", "text", allowed=("replace", "add")),
        Column("date", "text", "day of the register as the study states it"),
        Column("n_register", "int", "entries inside the boundary", minimum=0),
        Column("n_osm", "int", "mapped places inside the boundary", minimum=0),
        Column("n_matched", "int", "entries of which the mapped place was found", minimum=0),
        Column("n_by_name", "int", "of these by name", minimum=0),
        Column("n_only_register", "int", minimum=0),
        Column("n_only_osm", "int", minimum=0),
        Column("n_unplaced", "int", "entries without a position, for which no mapped place was found", minimum=0),
        Column("osm_recall_share", "float", "matched ÷ entries of the register", "share", True, 0, 1),
        Column("median_distance_m", "float", "between entry and mapped place", "m", True, 0),
        Column("places", "float", "capacity of all entries that tell it", "places", True, 0),
        Column("register_m2", "float", "green cadastre: area of its public green", "m²", True, 0),
        Column("osm_m2", "float", "area of the mapped public green it replaces", "m²", True, 0),
        Column("common_m2", "float", "area in both", "m²", True, 0),
    ),
)

POPULATION_DIFFERENCE = Contract(
    "population_difference",
    "one row per quarter: residents by the census, by the register of residents, and which of them is used",
    ("quarter_id",),
    (
        Column("quarter_id", "text"),
        Column("name", "text"),
        Column("residents", "float", "used in this study", "persons", minimum=0),
        Column("residents_census", "float", "", "persons", minimum=0),
        Column("residents_difference", "float", "used less census", "persons"),
        Column("difference_share", "float", "difference ÷ census", "share", nullable=True),
        Column("used", "text", "register | partly | census", allowed=("register", "partly", "census")),
        Column("census_date", "text", "as the study states it"),
        Column("register_date", "text", "as the study states it"),
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
        Column("reason", "text", "one word for the report: complete, sparse, absent, declared, fallback, timetable"),
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

CASES = Contract(
    "cases",
    "one row per area, period and age",
    ("area_id", "period", "begin", "age"),
    (
        Column("area_id", "text"),
        Column("period", "text", "label of the period; '' for single days and weeks, that are summed up to waves"),
        Column("begin", "text", "first day, 2020-03-02; '' where it is not told"),
        Column("end", "text", "last day"),
        Column("age", "text", "'' all ages, 'unknown', else 0-4 or 80+"),
        Column("age_first", "float", "first year of age", "years", nullable=True, minimum=0),
        Column("age_last", "float", "last year, included; not known: and older", "years", nullable=True, minimum=0),
        Column("cases", "float", "", "cases", nullable=True, minimum=0),
        _status("cases_status"),
        Column("residents", "float", "of this age", "persons", nullable=True, minimum=0),
        _status("residents_status"),
    ),
)

HOUSEHOLD_MEASURES = (
    "household_size", "household_type", "rooms", "floor_area", "dwellings_by_type", "buildings_by_type",
    "buildings_by_year", "age_tens", "age_five", "owner_share",
)  # fmt: skip
HOUSEHOLD_COUNTS = Contract(
    "counts of households",
    "one row per level, cell, measure and class of the census",
    ("level", "area_key", "measure", "class_id"),
    (
        Column("level", "text", allowed=("cell", "km")),
        Column("area_key", "int", "key of the 100 m cell or of the 1 km cell"),
        Column("measure", "text", allowed=HOUSEHOLD_MEASURES),
        Column("class_id", "int", "1 … in the order of the publication; 0: total; owner_share: always 1", minimum=0),
        Column("count", "float", "households, dwellings, buildings or persons; owner_share: share", "", True, 0),
        _status("status"),
    ),
)
