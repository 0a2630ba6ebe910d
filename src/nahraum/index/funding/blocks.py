"""Building blocks: the ground between the centre lines of streets, rail and water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.barriers import study_obstacles
from nahraum.area.space import Geometries, points_of, project, way_lines
from nahraum.index.funding.borders import matched_borders
from nahraum.index.funding.slivers import joined_slivers
from nahraum.index.funding.units import HECTARE_M2, Units, notes_table, rounded_mm
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.area import Area
    from nahraum.sources.osm import OsmExtract

_GRID_M = 0.01
_NOTHING: Geometries = np.array([], dtype=object)


def blocks(area: Area, osm: OsmExtract, parameters: Parameters) -> Units:
    """The building blocks of a study area: base units of its funding areas.

    Parameters
        area : its boundary and the addresses, so that no block with residents is taken for a traffic island.
        osm : streets, barriers and water.

    Returns
        Units that cover the boundary. The id tells a point inside: `B<east>-<north>` in metres of the study's CRS.

    Notes
        Lines are cut where they meet and the faces between them taken; what ends in a face leaves no trace. Faces
        larger than the largest block are divided by drives and footways. Narrow and tiny ground without residents
        joins the neighbour with the longest border. A face that is narrow and mostly runs along barriers (between two
        carriageways or tracks) is itself a barrier.
    """
    ground = area.boundary.geometry.union_all()
    walls, cuts = _walls(area, osm, ground, parameters)
    faces, n_divided = _faces(osm, ground, cuts, crs=area.crs, parameters=parameters)
    lived_in = area.addresses[(area.addresses["residents"].to_numpy() > 0) & area.addresses["inside"].to_numpy(bool)]
    faces, closed, n_joined = joined_slivers(faces, walls, _inhabited(faces, lived_in), parameters)
    faces, ids, order = _named(faces)
    borders = matched_borders(faces, walls, parameters.number("funding_areas.shortest_border_m"))
    shut = closed[order][borders.first] | closed[order][borders.second]
    borders.is_open[shut] = False
    borders.kind[shut & (borders.kind == "")] = "motorway"
    table = gpd.GeoDataFrame(
        {"unit_id": ids, "hectares": shapely.area(faces) / HECTARE_M2}, geometry=faces, crs=area.crs
    )
    return Units(
        table=table, borders=borders, outer_mm=rounded_mm(shapely.length(faces)), kind="blocks",
        notes=_notes(len(faces), n_divided, n_joined),
    )  # fmt: skip


def _walls(
    area: Area, osm: OsmExtract, ground: shapely.Geometry, parameters: Parameters
) -> tuple[dict[str, Geometries], list[Geometries]]:
    """Barrier lines by kind, and all lines (barriers, shores) at which blocks end; bridges are barriers, too."""
    lines = project(osm.barriers, area.crs, called="barriers").sort_values(["line_id", "kind"])
    lines = lines[shapely.intersects(ground, lines.geometry.to_numpy())]
    kinds = tuple(parameters.value("funding_areas.barriers"))
    walls = {
        kind: np.asarray(lines[lines["kind"] == kind].geometry.to_numpy(), dtype=object)
        for kind in sorted(set(kinds) | {"rail", "motorway", "water"})
    }
    water = study_obstacles(osm, ground, crs=area.crs).water
    large = water[shapely.area(water) >= parameters.number("funding_areas.smallest_water_ha") * HECTARE_M2]
    shores = np.asarray(shapely.get_parts(shapely.boundary(large)), dtype=object)
    walls["water"] = np.concatenate([walls["water"], shores])
    return {kind: walls[kind] for kind in kinds if kind in walls}, list(walls.values())


def _faces(
    osm: OsmExtract, ground: shapely.Geometry, cuts: list[Geometries], *, crs: str, parameters: Parameters
) -> tuple[Geometries, int]:
    """Faces between lines inside the boundary, and how many large ones were divided by further ways."""
    runs, ways = way_lines(osm, crs)
    above = ~runs["tunnel"].to_numpy(bool) & shapely.intersects(ground, ways)
    kind = runs["highway"].to_numpy(dtype=object)
    streets = ways[above & np.isin(kind, parameters.value("funding_areas.block_streets"))]
    lines = np.concatenate([streets, *cuts, shapely.get_parts(shapely.boundary(ground))])
    faces = _polygonised(lines, ground)
    large = faces[shapely.area(faces) > parameters.number("funding_areas.largest_block_ha") * HECTARE_M2]
    further = ways[above & np.isin(kind, parameters.value("funding_areas.further_streets"))]
    if not len(large) or not len(further):
        return faces, 0
    face, way = shapely.STRtree(further).query(large, predicate="intersects")
    inner = shapely.intersection(further[way], large[face])
    inner = inner[shapely.length(inner) > 0]
    return _polygonised(np.concatenate([lines, inner]), ground), len(large)


def _polygonised(lines: Geometries, ground: shapely.Geometry) -> Geometries:
    """The faces inside the ground between lines, all on one fine grid so that neighbours have the same points."""
    within = np.asarray(lines, dtype=object)
    inside = shapely.contains_properly(ground, within)
    within = np.concatenate([within[inside], shapely.intersection(within[~inside], ground)])
    noded = shapely.union_all(within[~shapely.is_empty(within)], grid_size=_GRID_M)
    faces = np.asarray(shapely.get_parts(shapely.polygonize([noded])), dtype=object)
    holds = shapely.intersects(ground, shapely.point_on_surface(faces))
    return np.asarray(shapely.normalize(faces[holds]), dtype=object)


def _inhabited(faces: Geometries, lived_in: pd.DataFrame) -> np.ndarray:
    points = points_of(lived_in["x_m"], lived_in["y_m"])
    found = np.zeros(len(faces), dtype=bool)
    if len(points) and len(faces):
        found[np.unique(shapely.STRtree(points).query(faces, predicate="intersects")[0])] = True
    return found


def _named(faces: Geometries) -> tuple[Geometries, np.ndarray, np.ndarray]:
    """Faces sorted by their id, the ids, and the order; two in one metre are told apart by a letter."""
    xy = np.rint(shapely.get_coordinates(shapely.point_on_surface(faces))).astype(np.int64)
    order = np.lexsort((shapely.area(faces), xy[:, 1], xy[:, 0]))
    names = pd.Series([f"B{east}-{north}" for east, north in xy[order].tolist()], dtype=object)
    again = names.groupby(names.to_numpy()).cumcount().to_numpy()
    ids = np.array([name + "abcdefgh"[k - 1] * bool(k) for name, k in zip(names, again, strict=True)], dtype=object)
    by_id = np.argsort(ids, kind="stable")
    return faces[order][by_id], ids[by_id], order[by_id]


def _notes(n: int, n_divided: int, n_joined: int) -> pd.DataFrame:
    return notes_table([
        ("funding_blocks", n, f"{n} Baublöcke aus Straßenachsen, Gleisen und Gewässern.",
         f"{n} building blocks from centre lines of streets, rail and water."),
        ("funding_blocks_divided", n_divided, f"{n_divided} große Flächen durch Wege weiter geteilt.",
         f"{n_divided} large faces divided further by drives and footways."),
        ("funding_blocks_joined", n_joined, f"{n_joined} Splitterflächen ohne Einwohner dem Nachbarblock zugeschlagen.",
         f"{n_joined} slivers without residents joined to a neighbouring block."),
    ])  # fmt: skip
