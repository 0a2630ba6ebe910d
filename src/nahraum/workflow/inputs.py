"""Reading what a study names: streets and places first, then the census around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
import pyproj

from nahraum import sources
from nahraum.errors import InputError
from nahraum.grid import GRID_CRS
from nahraum.parameters import Parameters
from nahraum.sources.areatable import AreaTable
from nahraum.sources.corrections import load_corrections
from nahraum.sources.funding_edits import load_funding_edits
from nahraum.sources.gtfs import Timetable
from nahraum.sources.incidence import read_incidence
from nahraum.sources.load import (
    load_context,
    load_grid,
    load_municipalities,
    load_parcels,
    load_polygons,
    load_population_register,
    load_register,
    load_statistics,
    load_streets,
    load_timetable,
    load_topic,
)
from nahraum.sources.osm import OsmExtract
from nahraum.sources.osm.corrected import corrected
from nahraum.sources.stated_residents import stated_residents
from nahraum.study import Study
from nahraum.tables import GridTable, PopulationRegister, Register

__all__ = ["Inputs", "read_inputs", "window_of"]
_ = sources  # importing it closes GDAL's network and virtual drivers before anything is read
_MARGIN_M = 1000.0


@dataclass(frozen=True)
class Inputs:
    """Everything a study names, read and checked, still in the shape of its sources."""

    osm: OsmExtract
    grids: dict[str, GridTable]
    polygons: dict[str, gpd.GeoDataFrame]
    counts: dict[str, dict[str, int]]
    repeated: dict[str, list[str]]
    topics: dict[str, GridTable] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    statistics: dict[str, AreaTable] = field(default_factory=dict)
    housing: dict[str, AreaTable] = field(default_factory=dict)
    municipalities: gpd.GeoDataFrame | None = None
    timetable: Timetable | None = None
    corrections: pd.DataFrame | None = None
    registers: dict[str, Register] = field(default_factory=dict)
    population_register: PopulationRegister | None = None
    residents_stated: int = 0  # where there is no census
    incidence: AreaTable | None = None
    parcels: gpd.GeoDataFrame | None = None
    funding_edits: gpd.GeoDataFrame | None = None


def window_of(extent: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Window in EPSG:3035 around an extent in degrees, one kilometre wider. [m]"""
    transform = pyproj.Transformer.from_crs("EPSG:4326", GRID_CRS, always_xy=True)
    west, south, east, north = transform.transform_bounds(*extent, densify_pts=21)
    return west - _MARGIN_M, south - _MARGIN_M, east + _MARGIN_M, north + _MARGIN_M


def read_inputs(study: Study, parameters: Parameters) -> Inputs:
    """All inputs of the study; census tables only in the window of the street data."""
    osm_spec = study.source("osm")
    if osm_spec is None:
        raise InputError("the study names no OSM extract", fix="add [sources.osm] with file = …")
    stated = stated_residents(study.sources["population"])
    osm = load_streets(osm_spec, parameters=parameters)
    corrections = None
    if spec := study.source("corrections"):
        osm, corrections = corrected(osm, load_corrections(spec, on=study.reference_date), parameters)
    window = window_of(osm.extent)
    grids, polygons, counts, repeated = {}, {}, {"osm": dict(osm.counts)}, {}
    for name in ("population", "floor_area", "dwellings", "broadband"):
        if (spec := study.source(name)) and not (name == "population" and stated):
            grids[name] = load_grid(spec, parameters=parameters, window_m=window)
    topics = {item: load_topic(spec, window_m=window) for item, spec in study.group("topics").items()}
    for name in ("quarters", "boundary"):
        spec = study.source(name)
        if spec is not None and spec.kind == "vector":
            polygons[name], counts[name] = load_polygons(spec)
            repeated[name] = [str(item) for item in polygons[name].attrs.get("repeated_ids", [])]
    statistics = {item: load_statistics(spec) for item, spec in study.group("statistics").items()}
    housing = {n: load_statistics(s) for n in ("rent_ceilings", "bound_dwellings") if (s := study.source(n))}
    context = {item: load_context(spec, window_m=window) for item, spec in study.group("context").items()}
    counts |= {f"statistics.{item}": dict(table.counts) for item, table in statistics.items()}
    municipalities = None
    if spec := study.source("municipalities"):
        municipalities, counts["municipalities"] = load_municipalities(spec)
    incidence = read_incidence(spec) if (spec := study.source("incidence")) else None
    parcels, edits = None, None
    if spec := study.source("parcels"):
        parcels, counts["parcels"] = load_parcels(spec)
    if spec := study.source("funding_edits"):
        edits = load_funding_edits(spec, on=study.reference_date)
    timetable = None
    if spec := study.source("timetable"):
        timetable = load_timetable(spec, parameters=parameters, near=study.reference_date, extent=osm.extent)
    return Inputs(
        osm=osm,
        grids=grids,
        polygons=polygons,
        counts=counts,
        repeated=repeated,
        topics=topics,
        context=context,
        housing=housing,
        statistics=statistics,
        municipalities=municipalities,
        timetable=timetable,
        corrections=corrections,
        registers={item: load_register(spec) for item, spec in study.group("registers").items()},
        residents_stated=stated,
        incidence=incidence,
        parcels=parcels,
        funding_edits=edits,
        population_register=load_population_register(spec, parameters=parameters)
        if (spec := study.source("population_register"))
        else None,
    )
