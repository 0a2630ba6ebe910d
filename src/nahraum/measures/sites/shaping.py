"""From a place and a type of measure to a site: its id, quantity, cost, sealing, and the reason for it."""

from __future__ import annotations

import numpy as np

from nahraum.measures.model import MeasureType, Site
from nahraum.measures.sites.building import Built
from nahraum.measures.sites.open_ground import OPEN_KINDS
from nahraum.measures.sites.place import Place, short_hash
from nahraum.measures.sites.telling import reason

_OPEN_KINDS = (*OPEN_KINDS, "plot")  # where nothing stands yet


def site_of(kind: MeasureType, place: Place, made: Built) -> Site:
    """A type of measure at a place, without its quarter."""
    quantity = quantity_of(kind, place, made)
    reason_de, reason_en = reason(place, made.dwellings)
    return Site(
        site_id=f"{kind.id}:{short_hash(place.key)}", type_id=kind.id, quarter_id="", x_m=place.x_m, y_m=place.y_m,
        quantity=quantity, geometry=place.geometry, edits=made.edits, cost=kind.cost.times(quantity),
        running=kind.running.times(quantity), parcel_id=place.parcel_id, name=place.name, reason_de=reason_de,
        reason_en=reason_en, dwellings=made.dwellings,
        sealing_m2=_sealing(_surface_m2(kind, place, quantity), place.sealed),
        canopy_m2=kind.canopy_m2 * quantity,
    )  # fmt: skip


def quantity_of(kind: MeasureType, place: Place, made: Built) -> float:
    """How much of a type a place takes, in its unit: what the type's options say, else by the place, else one."""
    if "quantity" in kind.options and kind.unit != "site":
        return float(kind.options["quantity"])
    told = {
        "m2": place.area_m2, "m": place.length_m, "dwelling": made.dwellings or place.count, "address": place.count,
        "tree": place.count,
    }.get(kind.unit, 1.0)  # fmt: skip
    return 1.0 if np.isnan(told) else float(told)


def _surface_m2(kind: MeasureType, place: Place, quantity: float) -> float:
    """m² that become sealed (below 0: unsealed) if they are not yet: a place of supply on open ground is a building.

    So is one that is drawn as an area; one drawn as a point is taken to be in a house.
    """
    on_ground = place.kind in _OPEN_KINDS or (place.kind == "drawn" and not np.isnan(place.area_m2))
    if kind.effect == "facility" and kind.sealing_m2 == 0 and on_ground:
        return place.area_m2
    return kind.sealing_m2 * quantity


def _sealing(change_m2: float, sealed: float) -> float:
    """Only what is sealed can be unsealed, only what is not can be sealed; not known where today is not known."""
    if change_m2 == 0:
        return 0.0
    return change_m2 * (sealed if change_m2 < 0 else 1 - sealed)
