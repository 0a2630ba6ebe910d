"""Which dwellings and households a concept suits, and what of its rule the census cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.model import Bools, Concept

_IN = ("building_type", "building_year", "tenure")
_BOUNDS = {"floor_area_m2_min": "floor_area_m2", "household_size_max": "household_size"}


@dataclass(frozen=True, eq=False)
class Suited:
    """mask : per household. known : False where no part of the rule can be told; open : columns that are missing."""

    mask: Bools
    known: bool
    open: tuple[str, ...]


def suited(concept: Concept, homes: Housed) -> Suited:
    """The households or dwellings that a concept suits.

    Notes
        A column that nobody publishes leaves its part of the rule out and is named in `open`: the number is then an
        upper bound. A concept without a rule suits nothing of the stock by itself (known is False).
    """
    mask, missing = np.ones(len(homes), dtype=bool), []
    for key, value in concept.suits.items():
        found = _part(key, value, homes)
        if found is None:
            missing.append(key.removesuffix("_min").removesuffix("_max"))
        else:
            mask &= found
    known = len(concept.suits) > len(missing)
    return Suited(mask if known else np.zeros(len(homes), dtype=bool), known, tuple(missing))


def _part(key: str, value: object, homes: Housed) -> Bools | None:
    """One part of a rule; None where the census does not tell it."""
    if key == "spare_rooms_min":
        return np.asarray(homes.spare >= int(str(value)))
    if key == "aged_from_60":
        return homes.older_only
    column = key if key in _IN else _BOUNDS[key]
    if column not in homes.table.columns:
        return None
    if key in _IN:
        return homes.table[column].isin(list(value)).to_numpy(dtype=bool)  # type: ignore[call-overload]
    numbers = homes.table[column].to_numpy(dtype=np.float64)
    return np.asarray(numbers >= float(str(value)) if key.endswith("_min") else numbers <= float(str(value)))
