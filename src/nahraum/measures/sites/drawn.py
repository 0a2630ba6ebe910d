"""Sites that a planner drew: checked against the study and the catalogue, all problems at once."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from nahraum.area.space import project
from nahraum.errors import InputError
from nahraum.grid import GRID_CRS, cell_square
from nahraum.measures.model import Cost, MeasureType, Site
from nahraum.measures.sites.building import built
from nahraum.measures.sites.internet import counted_households, rounded_households
from nahraum.measures.sites.place import NAN, Place, inner_point, largest_part, short_hash
from nahraum.measures.sites.setting import Setting
from nahraum.measures.sites.shaping import site_of

_SHAPES = {
    "new_green": ("polygon",), "footpath": ("line",), "green_entrance": ("point",),
    "facility": ("point", "polygon"), "dwellings": ("polygon", "point"), "internet": ("polygon",),
    "surface": ("polygon", "line", "point"),
}  # fmt: skip
_KINDS = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}
_MORE_THAN_DRAWN = 1.02  # drawn and measured by different hands
_FIX = "see docs/howto/measure-sites.md"
_LEFT = {
    "too_small": "smaller than the green standard asks for, and it touches no green of the study",
    "in_green": "most of it is public green already",
    "no_way": "no walkable way beside it from which it could be entered",
    "wrong_size": "too small or too large for its type (options of the type, sites.facility.minimum_m2)",
    "few_dwellings": "room for fewer dwellings than sites.dwellings.minimum; give quantity",
    "no_cells": "no inhabited cell of the census has its centre in it",
    "no_green": "no public green within scenario.entrance_limit_m",
}


def drawn_sites(
    drawn: gpd.GeoDataFrame | None, types: Mapping[str, MeasureType], setting: Setting
) -> tuple[list[Site], tuple[str, ...]]:
    """The drawn sites, and the ids of those that must be built.

    Parameters
        drawn : of `sources.measure_sites`; None or empty for none.

    Raises
        InputError that names every row with an unknown type, without a cost, outside the study, of the wrong shape,
        or where its type cannot be built.
    """
    if drawn is None or drawn.empty:
        return [], ()
    rows = project(drawn, setting.area.crs, called="the drawn sites")
    sites: dict[str, Site] = {}
    wrong: list[str] = []
    must = []
    for row in rows.to_dict("records"):
        site, problems = _drawn(row, types, setting)
        wrong += [f"{row['row']}: {problem}" for problem in problems]
        if site is not None:
            if site.site_id in sites:
                wrong.append(f"{row['row']}: the same measure at the same place is drawn twice")
            sites[site.site_id] = site
            must += [site.site_id] if row["must"] else []
    if wrong:
        raise InputError(
            f"{len(wrong)} things are wrong in the drawn sites", where=wrong[:20],
            expected="types of the catalogue with a cost, drawn inside the study", fix=_FIX,
        )  # fmt: skip
    return list(sites.values()), tuple(sorted(must))


def _drawn(row: Mapping[str, Any], types: Mapping[str, MeasureType], setting: Setting) -> tuple[Site | None, list[str]]:
    """One row as a site, or what is wrong with it."""
    kind = types.get(str(row["type"]))
    if kind is None:
        return None, [f"there is no type {row['type']!r}{_nearest(str(row['type']), types)}"]
    if not kind.effect:
        return None, [f"{kind.id!r} is only listed in the catalogue: it has no effect model"]
    wrong = _shape_problems(kind, row["geometry"], float(row["quantity"]), setting)
    if math.isnan(kind.cost.mid_eur) and math.isnan(row["cost_eur"]):
        wrong.append(f"the cost of {kind.id!r} is not known: give cost, or [measures.{kind.id}] cost in the study file")
    if wrong:
        return None, wrong
    place = _place(kind, row, setting)
    made = built(kind, place, setting)
    if made.left:
        return None, [_LEFT.get(made.left, made.left)]
    return _with_told(site_of(kind, place, made), row, kind), []


def _nearest(name: str, types: Mapping[str, MeasureType]) -> str:
    near = difflib.get_close_matches(name, list(types), n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(types)}"


def _shape_problems(kind: MeasureType, shape: Any, quantity: float, setting: Setting) -> list[str]:
    drawn = _KINDS.get(int(shapely.get_type_id(shape)), "collection")
    wanted = _SHAPES[kind.effect]
    if drawn not in wanted:
        return [f"{kind.id!r} is drawn as a {drawn}; needed: a {' or a '.join(wanted)}"]
    if kind.unit == "m2" and quantity > _MORE_THAN_DRAWN * float(shapely.area(shape)):
        return [f"quantity = {quantity:g} m² is more than the {shapely.area(shape):.0f} m² that are drawn"]
    if kind.unit == "dwelling" and quantity % 1 > 0:
        return [f"quantity = {quantity:g} is no whole number of dwellings"]
    margin = setting.number("drawn.outside_m")
    if not shapely.covers(shapely.buffer(setting.boundary, margin + 1e-6), shape):
        x, y = inner_point(shape)
        return [f"it lies outside the study ({x:.0f}, {y:.0f} in {setting.area.crs})"]
    if kind.effect == "footpath":
        return _loose_ends(shape, setting)
    return []


def _loose_ends(shape: Any, setting: Setting) -> list[str]:
    """A drawn way must meet the network at both ends."""
    if shapely.get_type_id(shape) == 5 and len(shapely.get_parts(shapely.line_merge(shape))) > 1:
        return ["the way is drawn in several parts; draw one line"]
    limit = setting.parameters.number("scenario.join_limit_m")
    line = shapely.line_merge(shape) if shapely.get_type_id(shape) == 5 else shape
    ends = np.array([shapely.get_point(line, 0), shapely.get_point(line, -1)])
    met = set(setting.way_tree.query(ends, predicate="dwithin", distance=limit)[0].tolist())
    return [] if met == {0, 1} else [f"an end of the way lies more than {limit:g} m from every walkable way"]


def _place(kind: MeasureType, row: Mapping[str, Any], setting: Setting) -> Place:
    shape = shapely.normalize(row["geometry"])
    if shapely.get_type_id(shape) == 5:
        shape = shapely.line_merge(shape)
    elif shapely.get_type_id(shape) == 4:
        shape = shapely.get_parts(shape)[0]
    areal = float(shapely.area(shape)) if kind.effect == "internet" else float(shapely.area(largest_part(shape)))
    ground = shape if kind.effect == "internet" or areal == 0 else largest_part(shape)
    x, y = inner_point(ground)
    quantity, unit = float(row["quantity"]), kind.unit
    cells = _cells(ground, setting) if kind.effect == "internet" else ()
    count = quantity if unit in ("address", "tree") else NAN
    if kind.effect == "internet" and math.isnan(count):
        count = _households(cells, setting)
    text = f"drawn|{kind.id}|{shapely.to_wkt(ground, rounding_precision=1)}"
    return Place(
        key=f"drawn:{short_hash(text)}", kind="drawn", geometry=ground, x_m=x, y_m=y,
        parcel_id=str(row["parcel_id"]) or (f"drawn:{short_hash(text)}" if areal > 0 and not cells else ""),
        name=str(row["name"]), area_m2=_area(kind, areal, quantity), length_m=float(shapely.length(ground)) or NAN,
        dwellings=quantity if unit == "dwelling" and not math.isnan(quantity) else 0.0, cells=cells,
        target=_green_near(ground, setting) if kind.effect == "green_entrance" else "",
        count=count,
    )  # fmt: skip


def _area(kind: MeasureType, areal_m2: float, quantity: float) -> float:
    """The drawn area; where a planner says how many m² of it are used, that. [m²]"""
    if areal_m2 <= 0:
        return NAN
    told = kind.unit == "m2" and not math.isnan(quantity)
    return round(min(quantity, areal_m2) if told else areal_m2, 1)


def _green_near(point: Any, setting: Setting) -> str:
    """The green whose edge is nearest, if near enough; ties to the lowest id."""
    greens, limit = setting.area.greens, setting.parameters.number("scenario.entrance_limit_m")
    if greens.empty:
        return ""
    away = np.asarray(shapely.distance(shapely.boundary(greens.geometry.to_numpy()), point))
    at = int(np.argmin(away))
    return str(greens["green_id"].iloc[at]) if away[at] <= limit else ""


def _cells(shape: Any, setting: Setting) -> tuple[int, ...]:
    """Inhabited cells whose centres lie in an area."""
    cells = setting.area.cells
    keys = cells["cell_key"].to_numpy(np.int64)
    squares = gpd.GeoSeries(shapely.centroid(cell_square(keys)), crs=GRID_CRS).to_crs(setting.area.crs)
    return tuple(sorted(keys[shapely.within(squares.to_numpy(), shape)].tolist()))


def _households(cells: tuple[int, ...], setting: Setting) -> float:
    """Households in some cells that a measure of the internet offer is for, rounded. [households]"""
    table = setting.area.cells.set_index("cell_key").reindex(list(cells))
    return rounded_households(float(counted_households(table, setting).sum()), setting)


def _with_told(site: Site, row: Mapping[str, Any], kind: MeasureType) -> Site:
    """The site with what the planner says about it: how much of it, its cost, and that it was drawn."""
    quantity, cost = float(row["quantity"]), float(row["cost_eur"])
    site = replace(site, source="drawn")
    if not math.isnan(quantity):
        share = quantity / site.quantity
        sealing, canopy = site.sealing_m2 * share, site.canopy_m2 * share
        site = replace(
            site, quantity=quantity, cost=kind.cost.times(quantity), running=kind.running.times(quantity),
            sealing_m2=sealing, canopy_m2=canopy,
        )  # fmt: skip
    return site if math.isnan(cost) else replace(site, cost=Cost(cost, cost, cost))
