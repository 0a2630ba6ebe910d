"""Edits as changes of what stands: which of `access.changes` an edit is, and whether it fits the study."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from nahraum.access import changes
from nahraum.access.standing import Standing
from nahraum.area.model import Area
from nahraum.errors import InputError
from nahraum.frames import to_micro
from nahraum.network.graph import Int64
from nahraum.parameters import Parameters
from nahraum.scenario import edits as kinds
from nahraum.scenario.apply import edit_area, edit_draft, gate_id, green_shape, large_enough
from nahraum.scenario.apply_people import cells_named, new_address
from nahraum.scenario.edits import Edit


def mended(standing: Standing, edit: Edit, parameters: Parameters, *, area: Callable[[], Area]) -> Int64:
    """Makes an edit on what stands; addresses that may have changed.

    Parameters
        area : the study area before the edit, only asked for where its tables decide.

    Raises
        HardWay where the edit must be computed anew; InputError where it does not fit the study.
    """
    if isinstance(edit, kinds.FacilityAdded | kinds.FacilityMoved | kinds.FacilityClosed):
        return _facility(standing, edit)
    if isinstance(edit, kinds.FootpathAdded | kinds.FootpathRemoved):
        edit_draft(standing.draft, edit, parameters)
        return changes.change_network(standing)
    if isinstance(edit, kinds.BarrierAdded):
        if edit.line_id in standing.book.tables["barrier"]:
            raise _taken("line_id", edit.line_id)
        edit_draft(standing.draft, edit, parameters)
        return changes.add_line(standing, edit.line_id, shapely.LineString(edit.points), edit.barrier)
    if isinstance(edit, kinds.ResidentsAdded):
        return _residents(standing, edit, parameters, area)
    if isinstance(edit, kinds.InternetOfferChanged):  # no way is another; only the tables know cells
        cells_named(area(), edit)
        return np.empty(0, dtype=np.int64)
    if isinstance(edit, kinds.BarrierRemoved):
        if edit.line_id not in standing.book.tables["barrier"]:
            raise _unknown("line_id", edit.line_id)
        return changes.remove_line(standing, edit.line_id)
    if standing.straight:  # entrances do not matter then, and only the tables know them
        edit_area(area(), edit, parameters)
        if isinstance(edit, kinds.EntranceAdded | kinds.EntranceRemoved):
            return np.empty(0, dtype=np.int64)
    return _green(standing, edit, parameters)


def _facility(standing: Standing, edit: Edit) -> Int64:
    places = standing.book.tables["place"]
    if isinstance(edit, kinds.FacilityAdded):
        if ("facility", edit.facility_id) in places:
            raise _taken("facility_id", edit.facility_id)
        return changes.add_facility(standing, edit.facility_id, edit.category, edit.x_m, edit.y_m)
    assert isinstance(edit, kinds.FacilityMoved | kinds.FacilityClosed)
    slot = places.get(("facility", edit.facility_id))
    if slot is None:
        raise _unknown("facility_id", edit.facility_id)
    if isinstance(edit, kinds.FacilityMoved):
        return changes.move_facility(standing, slot, edit.x_m, edit.y_m)
    return changes.close_facility(standing, slot)


def _green(standing: Standing, edit: Edit, parameters: Parameters) -> Int64:
    tables = standing.book.tables
    if isinstance(edit, kinds.GreenAdded):
        if edit.green_id in tables["green"]:
            raise _taken("green_id", edit.green_id)
        gates = {gate_id(edit.green_id, number): point for number, point in enumerate(edit.entrances)}
        for name in gates:
            if ("gate", name) in tables["place"]:
                raise _taken("entrance_id", name)
        return changes.add_green(standing, edit.green_id, green_shape(edit, parameters), gates)
    if isinstance(edit, kinds.EntranceRemoved):
        slot = tables["place"].get(("gate", edit.entrance_id))
        if slot is None:
            raise _unknown("entrance_id", edit.entrance_id)
        return changes.close_gate(standing, slot)
    assert isinstance(edit, kinds.EntranceAdded | kinds.GreenRemoved | kinds.CapacityChanged)
    if edit.green_id not in tables["green"]:
        raise _unknown("green_id", edit.green_id)
    if isinstance(edit, kinds.GreenRemoved):
        return changes.remove_green(standing, edit.green_id)
    if isinstance(edit, kinds.CapacityChanged):
        large_enough(edit.area_m2, parameters)
        return changes.change_capacity(standing, edit.green_id, edit.area_m2)
    if ("gate", edit.entrance_id) in tables["place"]:
        raise _taken("entrance_id", edit.entrance_id)
    return changes.add_gates(standing, edit.green_id, {edit.entrance_id: (edit.x_m, edit.y_m)})


def _residents(
    standing: Standing, edit: kinds.ResidentsAdded, parameters: Parameters, area: Callable[[], Area]
) -> Int64:
    slot = standing.book.tables["address"].get(edit.address_id)
    micro = int(to_micro(edit.residents))
    if edit.x_m is None or edit.y_m is None:
        if slot is None:
            raise _unknown("address_id", edit.address_id)
        return changes.add_residents(standing, slot, micro)
    if slot is not None:
        raise _taken("address_id", edit.address_id)
    row = new_address(area(), edit, parameters)
    return changes.add_address(standing, edit.address_id, (edit.x_m, edit.y_m), micro, rim=bool(np.bool_(row["edge"])))


def _unknown(key: str, value: str) -> InputError:
    return InputError(f"there is no {key} {value!r}", expected="an id of the study", fix="look it up in the tables")


def _taken(key: str, value: str) -> InputError:
    return InputError(f"there is already a {key} {value!r}", expected="an id that is not there yet")
