"""Open ground: car parks, brownfield, garages, strips of grass, yards of schools, greens that are closed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from nahraum.area.space import Geometries, polygonal
from nahraum.measures.sites.place import NAN, Found, Place, found, inner_point, largest_part
from nahraum.measures.sites.setting import Setting

OPEN_KINDS = ("parking", "brownfield", "greenfield", "garages")
_YARD_GAP_M = 2.0


def open_ground(setting: Setting) -> Found:
    """Car parks in the open, brownfield, building land not yet built on, courts of garages; hardly built on today."""
    grounds = setting.grounds
    if grounds is None:
        return found([], 0, "no_grounds")
    closed = grounds["kind"].eq("parking") & grounds["access"].isin(setting.words("ground.access_closed"))
    chosen = grounds[grounds["kind"].isin(OPEN_KINDS) & ~closed]
    free = _free_share(setting, chosen.geometry.to_numpy()) >= 1 - setting.number("ground.maximum_built_share")
    free = free | chosen["kind"].eq("garages").to_numpy()  # garages go with what is built on their court
    sealed = {"parking": setting.number("ground.sealed_share_parking")}
    return _as_places(setting, chosen[free], "ground_id", sealed, looked_at=len(chosen))


def grass_strip(setting: Setting) -> Found:
    """Grass, village greens and meadows that are no public green today."""
    greens = setting.greens
    chosen = greens[greens["kind"].isin(setting.words("grass.kinds")) & ~greens["public"].to_numpy(bool)]
    beside = ~_in_public_green(setting, chosen)
    kinds = dict.fromkeys(setting.words("grass.kinds"), 0.0)
    return _as_places(setting, chosen[beside], "green_id", kinds, looked_at=len(chosen), kind="grass")


def closed_green(setting: Setting) -> Found:
    """Parks and gardens that are not open to everybody, of the minimum size of the standard or more."""
    greens = setting.greens
    fits = greens["kind"].isin(setting.words("closed_green.kinds")) & ~greens["public"].to_numpy(bool)
    chosen = greens[fits & ~greens["kind"].isin(setting.words("grass.kinds"))]
    kinds = dict.fromkeys(setting.words("closed_green.kinds"), 0.0)
    return _as_places(setting, chosen, "green_id", kinds, looked_at=len(chosen), kind="closed_green")


def school_yard(setting: Setting) -> Found:
    """The ground of each school without its buildings, where it is not an open yard or public green already."""
    grounds = setting.grounds
    if grounds is None:
        return found([], 0, "no_grounds")
    schools = grounds[grounds["kind"] == "school"]
    shapes = [_without_buildings(setting, shape) for shape in schools.geometry]
    yards = schools.set_geometry(np.array([*shapes, None], dtype=object)[:-1], crs=schools.crs)
    large = shapely.area(yards.geometry.to_numpy()) >= setting.number("yard.minimum_m2")
    open_now = _open_yards(setting, yards)
    return _as_places(setting, yards[large & ~open_now], "ground_id", {}, looked_at=len(schools))


def _as_places(
    setting: Setting, table: gpd.GeoDataFrame, key: str, sealed: dict[str, float], *, looked_at: int, kind: str = ""
) -> Found:
    """A place per area of at least the minimum size; of several parts the largest."""
    least, places = setting.number("ground.minimum_m2"), []
    for row in table.to_dict("records"):
        shape = shapely.normalize(largest_part(row["geometry"]))
        if (area := float(shapely.area(shape))) < least:
            continue
        x, y = inner_point(shape)
        own = str(row["kind"])
        places.append(
            Place(
                key=str(row[key]), kind=kind or own, geometry=shape, x_m=x, y_m=y, parcel_id=str(row[key]),
                name=str(row["name"]), area_m2=round(area, 1), sealed=sealed.get(own, NAN),
            )
        )  # fmt: skip
    return found(places, looked_at)


def _free_share(setting: Setting, shapes: Geometries) -> np.ndarray:
    """Share of each area that no building stands on."""
    built = np.zeros(len(shapes))
    area, building = setting.walls.query(shapes, predicate="intersects")
    houses = setting.buildings.geometry.to_numpy()
    np.add.at(built, area, shapely.area(shapely.intersection(shapes[area], houses[building])))
    return np.asarray(1 - built / np.maximum(shapely.area(shapes), 1.0))


def _without_buildings(setting: Setting, shape: shapely.Geometry) -> shapely.Geometry:
    """The largest part of an area between its buildings."""
    houses = setting.buildings.geometry.to_numpy()[np.sort(setting.walls.query(shape, predicate="intersects"))]
    left = shapely.difference(shape, shapely.buffer(shapely.union_all(houses), _YARD_GAP_M)) if len(houses) else shape
    return largest_part(polygonal(np.array([left], dtype=object))[0][0])


def _in_public_green(setting: Setting, table: gpd.GeoDataFrame) -> np.ndarray:
    """Which areas lie mostly in public green already."""
    shapes, hit = table.geometry.to_numpy(), np.zeros(len(table), dtype=bool)
    if len(table) and len(setting.area.greens):
        greens = setting.area.greens.geometry.to_numpy()
        points = shapely.point_on_surface(shapes)
        hit[shapely.STRtree(greens).query(points, predicate="within")[0]] = True
    return hit


def _open_yards(setting: Setting, yards: gpd.GeoDataFrame) -> np.ndarray:
    """Which yards are open to everybody today: mapped as such, or public green."""
    held, space = _in_public_green(setting, yards), setting.area.open_space
    if space is not None and len(yards):
        mapped = space.spaces.geometry[space.spaces["kind"] == "open_yard"].to_numpy()
        if len(mapped):
            held[shapely.STRtree(yards.geometry.to_numpy()).query(mapped, predicate="intersects")[1]] = True
    return held
