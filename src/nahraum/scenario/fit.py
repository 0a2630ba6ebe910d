"""Whether an edit fits the study: within its data, near its green, of a kind that a run takes notice of."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from nahraum.access.per_address import FALLBACK
from nahraum.area.model import Area
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.scenario import edits as kinds
from nahraum.scenario.edit_checks import Point
from nahraum.scenario.edits import MOST_RESIDENTS, Edit
from nahraum.tables import SERVICES

CATEGORIES = (*SERVICES, *FALLBACK.values())
_OTHER_WORDS = {
    "supermarkt": "food_full_range", "supermarket": "food_full_range", "lebensmittel": "food_full_range",
    "vollsortimenter": "food_full_range", "grocery": "food_full_range", "arzt": "gp", "hausarzt": "gp",
    "arztpraxis": "gp", "doctor": "gp", "doctors": "gp", "apotheke": "pharmacy", "grundschule": "primary_school",
    "schule": "primary_school", "school": "primary_school", "haltestelle": "stop", "bushaltestelle": "stop",
    "bus_stop": "stop",
}  # fmt: skip


def fitting(
    edit: Edit, area: Area, parameters: Parameters, *, greens: Callable[[], gpd.GeoDataFrame],
    ground: shapely.Geometry | None = None,
) -> None:  # fmt: skip
    """Raise where an edit means nothing in this study.

    Parameters
        area : the study area without any edit: how far its data reach, which kinds of barrier it has.
        parameters : `scenario.data_margin_m`, `scenario.entrance_limit_m`, and the kinds of barrier of `attach`.
        greens : the greens before the edit, only asked for where the edit is about one of them.
        ground : how far the data reach, where somebody has looked it up already.

    Raises
        InputError for a point beyond the data, an entrance far from its green, a category that no indicator
        measures, a kind of barrier that no rule knows.
    """
    ground = area.extent.geometry.iloc[0] if ground is None else ground
    _within_data(ground, area.crs, edit, margin_m=parameters.number("scenario.data_margin_m"))
    if isinstance(edit, kinds.FacilityAdded):
        _measured(edit.category)
    elif isinstance(edit, kinds.BarrierAdded):
        _heeded(edit.barrier, area, parameters)
    elif isinstance(edit, kinds.GreenAdded):
        _at_the_edge(shapely.LinearRing(edit.outline), edit.entrances, edit.green_id, parameters)
    elif isinstance(edit, kinds.EntranceAdded):
        known = greens()
        shapes = known.geometry[known["green_id"].to_numpy(dtype=object) == edit.green_id]
        if len(shapes):  # that there is none is said where the entrance is made
            _at_the_edge(shapely.boundary(shapes.iloc[0]), [(edit.x_m, edit.y_m)], edit.green_id, parameters)


def bearable(edits: Iterable[Edit]) -> None:
    """Raise where all edits together bring more residents than whole numbers of millionths can carry."""
    total = sum(edit.residents for edit in edits if isinstance(edit, kinds.ResidentsAdded))
    if total > MOST_RESIDENTS:
        raise InputError(
            f"all edits together add {total:,.0f} residents", expected=f"at most {MOST_RESIDENTS:,.0f} in one log",
            fix="undo some of them, or give smaller numbers",
        )  # fmt: skip


def points_of(edit: Edit) -> dict[str, Point]:
    """The points of an edit by the name of their value, e.g. `outline[2]`."""
    if isinstance(edit, kinds.FacilityAdded | kinds.FacilityMoved | kinds.EntranceAdded):
        return {"x, y": (edit.x_m, edit.y_m)}
    if isinstance(edit, kinds.ResidentsAdded):
        return {} if edit.x_m is None or edit.y_m is None else {"x, y": (edit.x_m, edit.y_m)}
    lists: dict[str, Sequence[Point]] = {}
    if isinstance(edit, kinds.FootpathAdded | kinds.BarrierAdded):
        lists = {"points": edit.points}
    elif isinstance(edit, kinds.GreenAdded):
        lists = {"outline": edit.outline, "entrances": edit.entrances}
    return {f"{name}[{at}]": point for name, points in lists.items() for at, point in enumerate(points)}


def _within_data(ground: shapely.Geometry, crs: str, edit: Edit, *, margin_m: float) -> None:
    points = points_of(edit)
    if not points:
        return
    xy = np.array(list(points.values()), dtype=np.float64)
    if shapely.intersects_xy(ground, xy[:, 0], xy[:, 1]).all():  # the usual case, and the quickest to tell
        return
    near = np.asarray(shapely.dwithin(ground, shapely.points(xy), margin_m))
    if near.all():
        return
    beyond = [(name, point) for (name, point), inside in zip(points.items(), near.tolist(), strict=True) if not inside]
    west, south, east, north = shapely.bounds(ground).tolist()
    raise InputError(
        f"the edit {edit.kind!r} lies outside the study's data",
        where=[f"{name} = {point[0]:.12g}, {point[1]:.12g}" for name, point in beyond[:3]],
        expected=f"metres of {crs}: x from {west:.0f} to {east:.0f}, y from {south:.0f} to {north:.0f}",
        fix=_mistaken(beyond[0][1], crs, ground),
    )


def _mistaken(point: Point, crs: str, ground: Any) -> str:
    """What somebody may have meant with a point that lies outside the data."""
    x, y = point
    if (x or y) and abs(x) <= 180 and abs(y) <= 180:
        for lon, lat in ((x, y), (y, x)):
            if abs(lat) <= 90:
                east, north = _from_degrees(crs).transform(lon, lat)
                if np.isfinite([east, north]).all() and shapely.intersects_xy(ground, east, north):
                    return f"these look like degrees; in {crs} the point is {east:.0f}, {north:.0f}"
        return f"these look like degrees; give metres of {crs}"
    if shapely.intersects_xy(ground, y, x):
        return f"x and y look swapped: x = {y:.12g} (east), y = {x:.12g} (north)"
    return f"give a point of the study's data, in metres of {crs}"


@lru_cache(maxsize=8)
def _from_degrees(crs: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _at_the_edge(outline: Any, entrances: Sequence[Point], green_id: str, parameters: Parameters) -> None:
    limit_m = parameters.number("scenario.entrance_limit_m")
    away = shapely.distance(outline, shapely.points(np.array(entrances, dtype=np.float64)))
    far = [
        f"{x:.12g}, {y:.12g}: {metres:.0f} m from the outline of {green_id!r}"
        for (x, y), metres in zip(entrances, away.tolist(), strict=True) if metres > limit_m
    ]  # fmt: skip
    if far:
        raise InputError(
            "an entrance lies too far from its green", where=far[:3],
            expected=f"at most {limit_m:g} m from the outline (scenario.entrance_limit_m)",
            fix="move the entrance to the outline, or choose the green it belongs to",
        )  # fmt: skip


def _measured(category: str) -> None:
    if category in CATEGORIES:
        return
    words = {word: word for word in CATEGORIES} | _OTHER_WORDS
    near = difflib.get_close_matches(category.lower(), words, n=3, cutoff=0.6)
    meant = list(dict.fromkeys(words[word] for word in near))
    raise InputError(
        f"no indicator measures facilities of the category {category!r}", expected=", ".join(CATEGORIES),
        fix=f"did you mean {' or '.join(map(repr, meant))}?" if meant else "choose one of these categories",
    )  # fmt: skip


def barrier_kinds(area: Area, parameters: Parameters) -> list[str]:
    """The kinds of barriers that the study's rules or its data know, sorted."""
    rules = {*parameters.value("attach.leg_barriers"), *parameters.value("attach.entrance_barriers")}
    return sorted(rules | {str(kind) for kind in area.barriers["kind"]})


def _heeded(barrier: str, area: Area, parameters: Parameters) -> None:
    known = barrier_kinds(area, parameters)
    if barrier not in known:
        near = difflib.get_close_matches(barrier, known, n=1, cutoff=0.6)
        raise InputError(
            f"neither the study's rules nor its data know barriers of the kind {barrier!r}",
            expected=", ".join(known), fix=f"did you mean {near[0]!r}?" if near else "choose one of these kinds",
        )  # fmt: skip
