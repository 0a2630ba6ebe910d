"""What goes into a study area and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from nahraum.area.public_space import OpenSpace
from nahraum.area.transit import Transit
from nahraum.tables import GridTable, PopulationRegister, Register

if TYPE_CHECKING:
    import geopandas as gpd

    from nahraum.sources.gtfs import Timetable
    from nahraum.sources.osm import OsmExtract


@dataclass(frozen=True)
class AreaInputs:
    """The tables of one study, as the readers hand them over; only streets and residents are needed.

    `quarters` and `boundary` may come in any CRS that is named. Categories of supply can be declared:
    `complete_categories` (whoever runs the study knows that all places are mapped) and
    `unknown_categories` (absence proves nothing). `timetable_complete`: the timetable holds every line of the area.
    """

    osm: OsmExtract
    population: GridTable | None
    floor_area: GridTable | None = None
    dwellings: GridTable | None = None
    broadband: GridTable | None = None
    quarters: gpd.GeoDataFrame | None = None
    boundary: gpd.GeoDataFrame | None = None
    complete_categories: tuple[str, ...] = ()
    unknown_categories: tuple[str, ...] = ()
    registers: Mapping[str, Register] = field(default_factory=dict)
    registered_categories: tuple[str, ...] = ()  # what `area.registers` found complete
    population_register: PopulationRegister | None = None
    population_date: str = ""
    residents_stated: int = 0  # where `population` is None: shared among the homes by floor area
    timetable: Timetable | None = None
    timetable_complete: bool = False
    municipalities: gpd.GeoDataFrame | None = None
    delineate: str = ""  # where no quarters are given: any (boundaries of OpenStreetMap first), size, or "" for none


@dataclass(frozen=True)
class Area:
    """One study area: everything that lies in it, in one metric CRS, each table by its contract.

    crs               working CRS, e.g. "EPSG:25832"
    boundary          1 row (kind: given | quarters | extent, geometry): whom the study is about
    extent            1 row (geometry): how far the data reach
    addresses, cells, quarters, facilities, categories, greens, green_entrances
                      as in `nahraum.tables`; facilities also with opening_hours and area_m2
    barriers          line_id, kind (rail | motorway | water | major_road | fence), geometry
    crossings         line_id, kind, geometry: points where one can walk across a barrier
    base              kind, name, geometry: simplified, for drawing only
    background        kind, name, zoom, geometry: for the map in a browser; None where nothing was read
    municipalities    municipality_id, name, type, geometry; None in a study of one municipality; else
                      addresses have a column municipality_id too
    notes             code, count, text_de, text_en: what was repaired, left out, decided
    register_matches  by `tables.REGISTER_MATCHES`: what registers and OpenStreetMap have in common
    register_objects  a row per entry of a register and mapped place: for the office only
    population_difference
                      by `tables.POPULATION_DIFFERENCE`: census and register per quarter; empty without register
    ages              address_id and those columns of `tables.AGE_SHARES` that a register of residents tells (NaN:
                      not here); empty without
    transit           stops and departures of the timetable (`Transit`); None without one
    buildings         by `area.stock.building_stock`: footprint and storeys of every mapped building
    open_space        squares, places to play, benches, what ways are like (`OpenSpace`); None: not read
    """

    crs: str
    boundary: gpd.GeoDataFrame
    extent: gpd.GeoDataFrame
    addresses: pd.DataFrame
    cells: pd.DataFrame
    quarters: gpd.GeoDataFrame
    facilities: pd.DataFrame
    categories: pd.DataFrame
    greens: gpd.GeoDataFrame
    green_entrances: pd.DataFrame
    barriers: gpd.GeoDataFrame
    crossings: gpd.GeoDataFrame
    base: gpd.GeoDataFrame
    notes: pd.DataFrame
    register_matches: pd.DataFrame = field(default_factory=pd.DataFrame)
    register_objects: pd.DataFrame = field(default_factory=pd.DataFrame)
    population_difference: pd.DataFrame = field(default_factory=pd.DataFrame)
    ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    open_space: OpenSpace | None = None
    transit: Transit | None = None
    buildings: pd.DataFrame | None = None
    municipalities: gpd.GeoDataFrame | None = None
    background: gpd.GeoDataFrame | None = None
