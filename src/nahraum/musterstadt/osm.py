"""The city as an OpenStreetMap file."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nahraum.musterstadt.city import City
from nahraum.musterstadt.names import street_names
from nahraum.musterstadt.osm_buildings import write_homes, write_other_buildings, write_places
from nahraum.musterstadt.osm_draft import OsmDraft, to_lon_lat
from nahraum.musterstadt.osm_features import FeatureWriter
from nahraum.musterstadt.osm_furniture import write_furniture
from nahraum.musterstadt.osm_streets import StreetWriter, write_corridors
from nahraum.musterstadt.plan import Ints


def stop_names(city: City, names: tuple[list[str], Ints]) -> list[str]:
    """A name for every stop: of the quarter, of the street, or of the crossing."""
    streets, texts, of_edge = city.streets, names[0], names[1]
    seen: dict[str, int] = {}
    result = []
    for name, edge in zip(city.stops.name, city.stops.edge.tolist(), strict=True):
        text = name or (texts[of_edge[edge]] if of_edge[edge] >= 0 else "Am Ortsrand")
        number = seen.get(text, 0)
        seen[text] = number + 1
        if number:
            i, j = divmod(int(streets.start[edge]), streets.rows)
            cross = [int(streets.v_edge[i, j]), int(streets.h_edge[min(i, streets.h_edge.shape[0] - 1), j])]
            other = [texts[of_edge[k]] for k in cross if k >= 0 and of_edge[k] >= 0 and texts[of_edge[k]] != text]
            text = f"{text}/{other[0]}" if other else f"{text} {number + 1}"
            text = text if text not in seen else f"{text} {number + 1}"
            seen[text] = 1
        result.append(text)
    return result


def extent_lon_lat(city: City) -> tuple[float, float, float, float]:
    """West, south, east, north of the data: the box that fits into the bent rectangle of the plan. [°]"""
    return box_lon_lat(city.plan.origin_m, city.plan.shape)


def box_lon_lat(origin_m: tuple[int, int], shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """West, south, east, north of the box that fits into a rectangle of cells of EPSG:3035. [°]"""
    (east, north), (nx, ny) = origin_m, shape
    x, y = np.linspace(east, east + 100.0 * nx, 50), np.linspace(north, north + 100.0 * ny, 50)
    left, _ = to_lon_lat(np.full(50, x[0]), y)
    right, _ = to_lon_lat(np.full(50, x[-1]), y)
    _, low = to_lon_lat(x, np.full(50, y[0]))
    _, high = to_lon_lat(x, np.full(50, y[-1]))
    return float(left.max()), float(low.max()), float(right.min()), float(high.min())


def write_osm(city: City, path: Path, hidden: set[tuple[int, int]]) -> None:
    """Writes the city as .osm.pbf.

    Parameters
        hidden : cells whose houses nobody has mapped.
    """
    draft = OsmDraft()
    draw_city(city, draft, hidden)
    draft.write(path, extent_lon_lat(city))


def draw_city(city: City, draft: OsmDraft, hidden: set[tuple[int, int]]) -> Ints:
    """Everything mapped of a city, into a draft that may hold others; the OSM node of each node of its streets."""
    names = street_names(city.plan, city.streets)
    streets = StreetWriter(city.plan, city.streets, draft, names)
    streets.write()
    write_corridors(city.plan, draft)
    features = FeatureWriter(city, draft, streets.ids)
    features.greens()
    features.square()
    features.stops(stop_names(city, names))
    features.boundaries()
    features.land()
    write_places(city, draft, names)
    write_other_buildings(city, draft)
    write_homes(city, draft, names, hidden)
    write_furniture(city, draft)
    return streets.ids
