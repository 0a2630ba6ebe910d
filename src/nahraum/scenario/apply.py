"""A study with edits, as if its data had been so from the beginning.

This is what an edit *means*; how fast an answer comes is the business of `state`. The two are tested against
each other: `access.measure` of what `edited` gives is the oracle of every incremental answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import geopandas as gpd
import shapely

from nahraum.area.edges import minimum_green_m2
from nahraum.area.model import Area
from nahraum.errors import InputError
from nahraum.network import Network
from nahraum.network.patch import Draft
from nahraum.parameters import Parameters
from nahraum.scenario import edits as kinds
from nahraum.scenario.apply_people import with_internet_offer, with_residents
from nahraum.scenario.apply_tables import require_new, rows_of, with_row, with_values
from nahraum.scenario.edits import Edit
from nahraum.scenario.fit import bearable, fitting


def edited(area: Area, network: Network, edits: Sequence[Edit], parameters: Parameters) -> tuple[Area, Network]:
    """Study area and network after some edits, in their order.

    Parameters
        edits : as made by the functions of `scenario.edits`.
        parameters : `scenario.join_limit_m`, and the standard's minimum size of a green.

    Raises
        InputError for an edit that does not fit the study: an id that is not there or there already, a green below
        the standard's size, a footpath that meets no way, and whatever `fit.fitting` refuses.

    Notes
        Nodes of the network keep their positions; new ones are appended. What the data say about themselves stays:
        which categories are mapped well enough, how far the data reach, which ways cross a barrier. The inputs are
        not changed.
    """
    draft: Draft | None = None
    base = area
    bearable(edits)
    for edit in effective(edits):
        fitting(edit, base, parameters, greens=partial(_greens_of, area))
        area = edit_area(area, edit, parameters)
        if changes_network(edit):
            draft = Draft(network, crs=area.crs) if draft is None else draft
            edit_draft(draft, edit, parameters)
    return area, network if draft is None else draft.finish()


def _greens_of(area: Area) -> gpd.GeoDataFrame:
    return area.greens


def effective(edits: Iterable[Edit]) -> list[Edit]:
    """The edits without those barriers that a later edit takes away again."""
    kept: list[Edit] = []
    for edit in edits:
        if isinstance(edit, kinds.BarrierRemoved):
            added = [e for e in kept if isinstance(e, kinds.BarrierAdded) and e.line_id == edit.line_id]
            if added:
                kept.remove(added[0])
                continue
        kept.append(edit)
    return kept


def changes_network(edit: Edit) -> bool:
    """Whether an edit adds, cuts or removes ways."""
    return isinstance(edit, (kinds.FootpathAdded, kinds.FootpathRemoved, kinds.BarrierAdded))


def edit_draft(draft: Draft, edit: Edit, parameters: Parameters) -> None:
    """The network's part of an edit; `draft.removed` and `draft.added` say which edges."""
    draft.begin()
    if isinstance(edit, kinds.FootpathAdded):
        limit_m = parameters.number("scenario.join_limit_m")
        draft.path(list(edit.points), edit.joining(), way_id=edit.way_id, limit_m=limit_m)
    elif isinstance(edit, kinds.FootpathRemoved):
        draft.remove_way(edit.way_id)
    elif isinstance(edit, kinds.BarrierAdded):
        draft.cut(shapely.LineString(edit.points))


def edit_area(area: Area, edit: Edit, parameters: Parameters) -> Area:
    """The area's part of an edit: its tables with rows added, changed or taken out."""
    return _AREA[type(edit)](area, edit, parameters)


def _facility_added(area: Area, edit: kinds.FacilityAdded, _: Parameters) -> Area:
    require_new(area.facilities, "facility_id", edit.facility_id)
    row = {"facility_id": edit.facility_id, "category": edit.category, "name": edit.name, "x_m": edit.x_m,
           "y_m": edit.y_m, "status": "ok"}  # fmt: skip
    return replace(area, facilities=with_row(area.facilities, row))


def _facility_moved(area: Area, edit: kinds.FacilityMoved, _: Parameters) -> Area:
    at = rows_of(area.facilities, "facility_id", edit.facility_id)
    return replace(area, facilities=with_values(area.facilities, at, x_m=edit.x_m, y_m=edit.y_m))


def _facility_closed(area: Area, edit: kinds.FacilityClosed, _: Parameters) -> Area:
    at = rows_of(area.facilities, "facility_id", edit.facility_id)
    return replace(area, facilities=area.facilities[~at].reset_index(drop=True))


def _capacity_changed(area: Area, edit: kinds.CapacityChanged, parameters: Parameters) -> Area:
    at = rows_of(area.greens, "green_id", edit.green_id)
    large_enough(edit.area_m2, parameters)
    return replace(area, greens=with_values(area.greens, at, area_m2=edit.area_m2))


def _green_added(area: Area, edit: kinds.GreenAdded, parameters: Parameters) -> Area:
    require_new(area.greens, "green_id", edit.green_id)
    shape, area_m2 = green_shape(edit, parameters)
    row = {"green_id": edit.green_id, "name": edit.name, "area_m2": area_m2, "geometry": shape}
    entrances = area.green_entrances
    for number, (x, y) in enumerate(edit.entrances):
        name = gate_id(edit.green_id, number)
        require_new(entrances, "entrance_id", name)
        entrances = with_row(entrances, _gate(name, edit.green_id, x, y))
    return replace(area, greens=with_row(area.greens, row), green_entrances=entrances)


def green_shape(edit: kinds.GreenAdded, parameters: Parameters) -> tuple[shapely.Polygon, float]:
    """Outline and area of a green that is added. [m²]

    Raises
        InputError where the outline crosses itself or the green is below the standard's size.
    """
    shape = shapely.Polygon(edit.outline)
    if not shape.is_valid:
        raise InputError("the outline of the green crosses itself", where=edit.green_id, expected="a simple ring")
    area_m2 = round(edit.shape_m2(), 2) if edit.area_m2 is None else edit.area_m2
    large_enough(area_m2, parameters)
    return shape, area_m2


def gate_id(green_id: str, number: int) -> str:
    """Id of an entrance of a green that is added."""
    return f"{green_id}#{number}"


def _green_removed(area: Area, edit: kinds.GreenRemoved, _: Parameters) -> Area:
    at = rows_of(area.greens, "green_id", edit.green_id)
    gates = area.green_entrances["green_id"].to_numpy(dtype=object) == edit.green_id
    return replace(
        area, greens=area.greens[~at].reset_index(drop=True),
        green_entrances=area.green_entrances[~gates].reset_index(drop=True),
    )  # fmt: skip


def _entrance_added(area: Area, edit: kinds.EntranceAdded, _: Parameters) -> Area:
    rows_of(area.greens, "green_id", edit.green_id)
    require_new(area.green_entrances, "entrance_id", edit.entrance_id)
    row = _gate(edit.entrance_id, edit.green_id, edit.x_m, edit.y_m)
    return replace(area, green_entrances=with_row(area.green_entrances, row))


def _entrance_removed(area: Area, edit: kinds.EntranceRemoved, _: Parameters) -> Area:
    at = rows_of(area.green_entrances, "entrance_id", edit.entrance_id)
    return replace(area, green_entrances=area.green_entrances[~at].reset_index(drop=True))


def _unchanged(area: Area, edit: Edit, _: Parameters) -> Area:
    return area


def _barrier_added(area: Area, edit: kinds.BarrierAdded, _: Parameters) -> Area:
    require_new(area.barriers, "line_id", edit.line_id)
    row = {"line_id": edit.line_id, "kind": edit.barrier, "geometry": shapely.LineString(edit.points)}
    return replace(area, barriers=with_row(area.barriers, row))


def _barrier_removed(area: Area, edit: kinds.BarrierRemoved, _: Parameters) -> Area:
    at = rows_of(area.barriers, "line_id", edit.line_id)
    return replace(area, barriers=area.barriers[~at].reset_index(drop=True))


_AREA: dict[type[Edit], Callable[[Area, Any, Parameters], Area]] = {
    kinds.FacilityAdded: _facility_added,
    kinds.FacilityMoved: _facility_moved,
    kinds.FacilityClosed: _facility_closed,
    kinds.CapacityChanged: _capacity_changed,
    kinds.GreenAdded: _green_added,
    kinds.GreenRemoved: _green_removed,
    kinds.EntranceAdded: _entrance_added,
    kinds.EntranceRemoved: _entrance_removed,
    kinds.FootpathAdded: _unchanged,
    kinds.FootpathRemoved: _unchanged,
    kinds.BarrierAdded: _barrier_added,
    kinds.BarrierRemoved: _barrier_removed,
    kinds.ResidentsAdded: with_residents,
    kinds.InternetOfferChanged: with_internet_offer,
}


def _gate(name: str, green_id: str, x_m: float, y_m: float) -> dict[str, Any]:
    return {"entrance_id": name, "green_id": green_id, "x_m": x_m, "y_m": y_m, "kind": "gate"}


def large_enough(area_m2: float, parameters: Parameters) -> None:
    """Raise where a green is below the minimum size of the study's standard."""
    at_least = minimum_green_m2(parameters)
    if area_m2 < at_least:
        raise InputError(
            f"a green of {area_m2:g} m² does not count", expected=f"{at_least:g} m² or more by the study's standard",
            fix="remove the green, or choose another standard in the study",
        )  # fmt: skip
