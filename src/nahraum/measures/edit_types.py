"""Which types of the catalogue an edit of a what-if could be, and how much of their unit it is: for its cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from nahraum.measures.model import MeasureType
from nahraum.scenario.edits import (
    Edit,
    EntranceAdded,
    FacilityAdded,
    FootpathAdded,
    GreenAdded,
    InternetOfferChanged,
    ResidentsAdded,
)

_EFFECTS: Mapping[type[Edit], str] = {
    FacilityAdded: "facility", GreenAdded: "new_green", EntranceAdded: "green_entrance", FootpathAdded: "footpath",
    ResidentsAdded: "dwellings", InternetOfferChanged: "internet",
}  # fmt: skip


def choices_of(edit: Edit, types: Mapping[str, MeasureType]) -> list[str]:
    """Ids of the types that an edit could be, the likeliest first; none for what closes, moves or takes away.

    Notes
        Of greens those whose area fits come first (`minimum_m2`, `maximum_m2` of the type).
    """
    effect = _EFFECTS.get(type(edit))
    found = [kind for kind in types.values() if effect and kind.effect == effect]
    if isinstance(edit, FacilityAdded):
        found = [kind for kind in found if kind.options.get("category") == edit.category]
    if isinstance(edit, GreenAdded):
        area = _green_m2(edit)
        found.sort(key=lambda kind: not _fits(kind, area))  # stable: else as in the catalogue
    return [kind.id for kind in found]


def quantity_of(
    edit: Edit, kind: MeasureType, *, persons_per_dwelling: float, households: Mapping[int, float]
) -> float:  # fmt: skip
    """How much of the unit of a type an edit is; NaN where the drawing does not tell.

    Parameters
        households : without the offer by `cell_key`, for the internet.
    """
    if isinstance(edit, GreenAdded) and kind.unit == "m2":
        return _green_m2(edit)
    if isinstance(edit, FootpathAdded) and kind.unit == "m":
        return math.fsum(math.dist(one, other) for one, other in pairwise(edit.points))
    if isinstance(edit, ResidentsAdded) and kind.unit == "dwelling":
        return edit.residents / persons_per_dwelling
    if isinstance(edit, InternetOfferChanged) and kind.unit == "address":
        return edit.share * math.fsum(households.get(key, math.nan) for key in edit.cell_keys())
    return 1.0 if kind.unit == "site" else math.nan


def fitting(edits: Sequence[Edit], types: Mapping[str, MeasureType], chosen: Mapping[int, str]) -> list[str]:
    """The type of each edit: as chosen by position, else the likeliest whose cost is known; '' for none."""
    found = []
    for at, edit in enumerate(edits):
        likely = choices_of(edit, types)
        costed = [name for name in likely if types[name].costed] or likely
        found.append(chosen.get(at, costed[0] if costed else ""))
    return found


def _green_m2(edit: GreenAdded) -> float:
    return edit.shape_m2() if edit.area_m2 is None else edit.area_m2


def _fits(kind: MeasureType, area_m2: float) -> bool:
    least, most = float(kind.options.get("minimum_m2", 0.0)), float(kind.options.get("maximum_m2", math.inf))
    bounded = "minimum_m2" in kind.options or "maximum_m2" in kind.options
    return bounded and least <= area_m2 <= most
