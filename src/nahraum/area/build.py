"""From the tables of the readers to one study area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.background import background_layers
from nahraum.area.barriers import crossings, study_obstacles
from nahraum.area.basemap import base_layers
from nahraum.area.buildings import homes
from nahraum.area.built_residents import study_residents
from nahraum.area.cells import COARSEST_M, inhabited_cells, with_internet_offer
from nahraum.area.census import Window
from nahraum.area.completeness import categories, study_facilities, with_fallback
from nahraum.area.edges import minimum_green_m2, near_the_edge, study_ground
from nahraum.area.entrances import green_entrances
from nahraum.area.floor_area import with_floor_area
from nahraum.area.footways import foot_network
from nahraum.area.greens import dissolved_greens, of_minimum_size, public_pieces
from nahraum.area.model import Area, AreaInputs
from nahraum.area.municipalities import as_quarters, municipality_of_points, study_municipalities, told_apart
from nahraum.area.neighbourhoods import neighbourhoods
from nahraum.area.notes import study_notes
from nahraum.area.public_space import open_space, smallest_green_m2
from nahraum.area.quarters import quarter_of_points, study_boundary, study_quarters, whole_study
from nahraum.area.register_places import Ground
from nahraum.area.register_tables import Told, told_by_register
from nahraum.area.registers import with_registers
from nahraum.area.space import extent_polygon, in_germany, way_lines, working_crs
from nahraum.area.stock import building_stock
from nahraum.area.transit import Transit, told_by_timetable, with_timetable
from nahraum.errors import InputError
from nahraum.frames import from_micro, require
from nahraum.grid import CELL_SIZE_M
from nahraum.parameters import Parameters
from nahraum.tables import ADDRESSES, CATEGORIES, CELLS, FACILITIES, GREEN_ENTRANCES, GREENS, QUARTERS, SERVICES

Counts = dict[str, int]


@dataclass(frozen=True)
class _Ground:
    """Where the study lies."""

    window: Window
    boundary: gpd.GeoDataFrame
    quarters: gpd.GeoDataFrame
    counts: Counts
    municipalities: gpd.GeoDataFrame | None = None


def build_area(inputs: AreaInputs, parameters: Parameters, *, crs: str | None) -> Area:
    """One study area from the tables of the readers.

    Parameters
        inputs : streets and places, residents, and what else the study has.
        parameters : of the study.
        crs : working CRS the study names; None takes the UTM zone of the data.

    Returns
        the area; every table sorted by id and checked against its contract.

    Raises
        InputError for an unknown CRS, an extract without streets, a census that lies elsewhere or has no
        resident in the area, quarters or a boundary that do not meet the data, unknown names in
        [completeness] or green.standard.
    """
    ground = _ground(inputs, parameters, crs)
    speaking = Ground(ground.window.crs, ground.boundary, ground.window.data)
    own = with_registers(inputs.osm, inputs.registers, speaking, parameters)
    inputs = replace(inputs, osm=own.osm, registered_categories=own.complete)
    addresses, people, told = _addresses(inputs, ground, parameters)
    if inputs.quarters is None and ground.municipalities is None and inputs.delineate:
        ground, addresses = _with_neighbourhoods(ground, addresses, inputs, parameters)
    cells, living = _cells(inputs, addresses, parameters)
    facilities, judged, transit, stops = _supply(inputs, addresses, ground, parameters=parameters)
    drawn, seen = _landscape(inputs, ground, parameters, residents=float(addresses["residents"].sum()))
    counts = inputs.osm.counts | ground.counts | people | living | seen | _missing_sources(inputs)
    counts |= stops | own.counts
    counts["quarters_without_residents"] = _empty_quarters(ground.quarters, addresses)
    return _checked(
        Area(
            crs=ground.window.crs,
            boundary=ground.boundary,
            extent=gpd.GeoDataFrame(geometry=[ground.window.data], crs=ground.window.crs),
            addresses=addresses,
            cells=cells,
            quarters=ground.quarters,
            facilities=facilities,
            categories=judged,
            notes=study_notes(counts, judged),
            municipalities=ground.municipalities,
            buildings=building_stock(inputs.osm.buildings, parameters, crs=ground.window.crs),
            transit=transit,
            register_matches=own.matches,
            register_objects=own.objects,
            population_difference=told.difference,
            ages=told.ages,
            **drawn,
        )
    )


def _ground(inputs: AreaInputs, parameters: Parameters, named_crs: str | None) -> _Ground:
    if not inputs.osm.ways["walkable"].any():
        raise InputError(
            "the OpenStreetMap extract holds no walkable way", where=f"{len(inputs.osm.ways)} ways in all",
            expected="an extract of a town with its streets", fix="check [sources.osm] file",
        )  # fmt: skip
    crs = working_crs(inputs.osm.extent, named_crs)
    data = extent_polygon(inputs.osm.extent, crs, coverage=inputs.osm.coverage)
    quarters, counts = study_quarters(inputs.quarters, crs=crs)
    municipalities = study_municipalities(inputs.municipalities, crs=crs)
    if municipalities is not None:
        quarters = as_quarters(municipalities) if quarters is None else told_apart(quarters, municipalities)
    given = inputs.municipalities if inputs.boundary is None else inputs.boundary
    boundary = study_boundary(given, quarters, data, crs=crs)
    shape = boundary.geometry.iloc[0]
    window = Window(crs, data, study_ground(shape, data, parameters))
    uncovered = 1 - shapely.area(shapely.intersection(shape, data)) / shapely.area(shape)
    counts["boundary_without_data_percent"] = round(100 * uncovered)
    quarters = whole_study(boundary) if quarters is None else quarters
    return _Ground(window, boundary, quarters, counts, municipalities)


def _addresses(inputs: AreaInputs, ground: _Ground, parameters: Parameters) -> tuple[pd.DataFrame, Counts, Told]:
    """Address points with residents, counts, and what a register of residents tells beside them."""
    window = ground.window
    buildings, counted = homes(inputs.osm.buildings, parameters, crs=window.crs)
    shape = ground.boundary.geometry.iloc[0]
    points, counts = study_residents(inputs, buildings, boundary=shape, window=window, parameters=parameters)
    if points.empty:
        raise InputError(
            "nobody lives inside the OpenStreetMap data", where="the census cells there hold no address",
            expected="residents inside the extract", fix="check [sources.population] and [sources.osm]",
        )  # fmt: skip
    here = (ground.quarters, shape)
    told = told_by_register(points, buildings, inputs, ground=here, window=window, parameters=parameters)
    points, counts = told.points, counts | told.counts
    quarter, several = quarter_of_points(ground.quarters, points["x_m"], points["y_m"])
    x, y = points["x_m"].to_numpy(np.float64), points["y_m"].to_numpy(np.float64)
    inside = shapely.intersects_xy(shape, x, y)
    if not inside.any():
        raise InputError(
            "nobody lives inside the study area", where=f"{len(points)} inhabited addresses lie around its boundary",
            expected="residents inside the boundary, the quarters or the municipalities of the study",
            fix="check [sources.boundary], [sources.quarters] and [area], and [sources.population]",
        )  # fmt: skip
    addresses = pd.DataFrame(
        {
            "address_id": points["address_id"],
            "cell_key": points["cell_key"],
            "quarter_id": quarter,
            "x_m": points["x_m"],
            "y_m": points["y_m"],
            "residents": from_micro(points["micro"]),
            "residents_communal": from_micro(points["communal_micro"]),
            "kind": points["kind"],
            "inside": inside,
            "edge": near_the_edge(points["x_m"], points["y_m"], data=window.data, parameters=parameters),
        }
    )
    if ground.municipalities is not None:
        addresses["municipality_id"], shared = municipality_of_points(ground.municipalities, x, y)
        empty = ~ground.municipalities["municipality_id"].isin(addresses["municipality_id"])
        counts |= {"addresses_in_several_municipalities": shared, "municipalities_without_residents": int(empty.sum())}
    counts |= counted | _people_counts(addresses) | {"addresses_in_several_quarters": several}
    return addresses, counts, told


def _with_neighbourhoods(
    ground: _Ground, addresses: pd.DataFrame, inputs: AreaInputs, parameters: Parameters
) -> tuple[_Ground, pd.DataFrame]:
    """Quarters for a study that brings none, and the addresses in them."""
    quarters, source = neighbourhoods(
        addresses, inputs.osm, ground.boundary, parameters, boundaries=inputs.delineate == "any"
    )
    quarter, _ = quarter_of_points(quarters, addresses["x_m"], addresses["y_m"])
    counts = ground.counts | {f"quarters_{source}": len(quarters)}
    return replace(ground, quarters=quarters, counts=counts), addresses.assign(quarter_id=quarter)


def _people_counts(addresses: pd.DataFrame) -> Counts:
    inside = addresses[addresses["inside"]]
    chosen = {
        "residents_edge": inside.loc[inside["edge"], "residents"],
        "residents_at_cell_centre": inside.loc[inside["kind"] == "cell_centre", "residents"],
        "residents_communal": inside["residents_communal"],
        "residents_outside_quarters": inside.loc[inside["quarter_id"] == "", "residents"],
    }
    return {name: round(float(people.sum())) for name, people in chosen.items()}


def _cells(inputs: AreaInputs, addresses: pd.DataFrame, parameters: Parameters) -> tuple[pd.DataFrame, Counts]:
    cells, living = with_floor_area(
        inhabited_cells(addresses), inputs.floor_area, inputs.dwellings, parameters=parameters
    )
    cells, online = with_internet_offer(cells, inputs.broadband, parameters)
    if inputs.floor_area is None:
        living["floor_area_unknown"] = 0  # said once: no_floor_area
    return cells, living | online


def _supply(
    inputs: AreaInputs, addresses: pd.DataFrame, ground: _Ground, *, parameters: Parameters
) -> tuple[pd.DataFrame, pd.DataFrame, Transit | None, Counts]:
    """Places of supply, how well they are mapped, and what the timetable says of stops."""
    places, transit = study_facilities(inputs.osm.facilities, crs=ground.window.crs), None
    counts = {"stops_without_timetable": int((places["category"] == "stop").sum())}
    if inputs.timetable is not None:
        places, transit, counts = with_timetable(
            places, inputs.timetable, crs=ground.window.crs, data=ground.window.data, parameters=parameters,
            complete=inputs.timetable_complete,
        )  # fmt: skip
    judged = categories(
        places,
        residents=float(addresses["residents"].sum()),
        ground=ground.window.area,
        parameters=parameters,
        complete=inputs.complete_categories,
        unknown=inputs.unknown_categories,
        registered=inputs.registered_categories,
    )
    if transit is not None:
        judged = told_by_timetable(judged, inputs.unknown_categories)
    return with_fallback(places, judged), judged, transit, counts


def _landscape(
    inputs: AreaInputs, ground: _Ground, parameters: Parameters, *, residents: float
) -> tuple[dict[str, Any], Counts]:
    """Green with its entrances, barriers with their crossings, public space, and the background of the maps."""
    crs, area = ground.window.crs, ground.window.area
    runs, lines = way_lines(inputs.osm, crs)
    obstacles = study_obstacles(inputs.osm, area, crs=crs)
    pieces, counts = public_pieces(inputs.osm, area, crs=crs)
    dissolved, joined = dissolved_greens(pieces, obstacles, parameters)
    greens, sized = of_minimum_size(dissolved, minimum_green_m2(parameters))
    network = foot_network(inputs.osm, runs, lines, crs=crs)
    entrances, entered = green_entrances(greens, network, obstacles, parameters=parameters)
    smallest = min(minimum_green_m2(parameters), smallest_green_m2(parameters))
    every, _ = of_minimum_size(dissolved, smallest)
    into = entrances
    if len(every) > len(greens):
        into, _ = green_entrances(every, network, obstacles, parameters=parameters)
    public = dissolved, every, into
    drawn = {
        "greens": greens[["green_id", "name", "area_m2", "geometry"]],
        "green_entrances": entrances,
        "barriers": obstacles.lines,
        "crossings": crossings(runs, lines, obstacles.lines),
        "base": base_layers((runs, lines), obstacles, pieces, ground=area, parameters=parameters),
        "background": background_layers(
            (runs, lines), obstacles, inputs.osm, ground=area, municipalities=ground.municipalities, crs=crs
        ),
        "open_space": open_space(
            inputs.osm,
            area,
            public,
            crs=crs,
            residents=residents,
            parameters=parameters,
            complete=inputs.registered_categories,
        ),
    }
    return drawn, counts | joined | sized | entered


def _missing_sources(inputs: AreaInputs) -> Counts:
    dwellings, floor_area = inputs.dwellings, inputs.floor_area
    return {
        "outside_germany": 0 if in_germany(inputs.osm.extent) else len(SERVICES),
        "no_floor_area": int(floor_area is None),
        "no_broadband": int(inputs.broadband is None),
        "dwellings_not_used": dwellings.size_m if dwellings is not None and dwellings.size_m != CELL_SIZE_M else 0,
        "floor_area_too_coarse": floor_area.size_m if floor_area is not None and floor_area.size_m > COARSEST_M else 0,
    }


def _empty_quarters(quarters: gpd.GeoDataFrame, addresses: pd.DataFrame) -> int:
    return int((~quarters["quarter_id"].isin(addresses["quarter_id"])).sum())


def _checked(area: Area) -> Area:
    """The area, if every table keeps its contract; otherwise nahraum itself is wrong."""
    tables = (
        (area.addresses, ADDRESSES), (area.cells, CELLS), (area.quarters, QUARTERS), (area.facilities, FACILITIES),
        (area.categories, CATEGORIES), (area.greens, GREENS), (area.green_entrances, GREEN_ENTRANCES),
    )  # fmt: skip
    for table, contract in tables:
        require(pd.DataFrame(table), contract, called=f"the area's table of {contract.name}")
    if set(area.categories["category"]) != set(SERVICES) or not np.isfinite(area.addresses["residents"]).all():
        raise InputError("the study area is incomplete", expected="all services and finite residents")
    return area
