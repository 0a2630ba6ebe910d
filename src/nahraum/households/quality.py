"""How well households fit: every class of every margin, what was published, aimed at, and what there is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.assembly import counted
from nahraum.households.contracts import BAND_FIVE, BAND_TENS, BANDS, CLASSES, OF_PERSONS
from nahraum.households.fitting import Fitted, class_sums
from nahraum.households.labels import words
from nahraum.households.margins import NAMES, Margin, Target, target
from nahraum.households.seed import Block

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Where = dict[str, tuple[Ints, dict[str, Margin]]]
_BLOCK = {"floor_area": "dwellings", "building_type": "buildings", "building_year": "years"}


def fit_table(
    homes: pd.DataFrame,
    ids: Ints,
    margins: dict[str, Margin],
    targets: dict[str, Target],
    fitted: Fitted,
    blocks: dict[str, Block],
    where: Where,
    unit_of_cell: Ints,
) -> pd.DataFrame:
    """`contracts.FITS` for the units, and for the coarser levels over all of their units.

    Notes
        Kilometres and municipalities are held against what their units add up to, where no unit reaches beyond them
        and none of their cells is left out: they gave the start of the fit and are not forced.
    """
    counts = {
        name: _counted(homes, ids.size, name)
        for name in CLASSES
        if (name in homes if name not in OF_PERSONS else "age_00_09" in homes)
    }
    parts = []
    for name, margin in margins.items():
        sums = None
        if name not in OF_PERSONS:
            block = _BLOCK.get(name, "households")
            sums = class_sums(blocks[block], fitted.weights[block], name, len(CLASSES[name]))
        parts.append(_rows("unit", ids, name, margin, targets[name], sums, counts[name]))
    for level, (area_of_cell, of_level) in where.items():
        areas = np.unique(area_of_cell)
        member, whole = _members(areas, area_of_cell, ids, unit_of_cell)
        for name, margin in of_level.items():
            have = member @ counts[name]
            aim = target(margin, have.sum(axis=1).astype(np.float64), len(CLASSES[name]))
            rows = _rows(level, areas, name, margin, aim, None, have)
            parts.append(rows[np.repeat(whole, len(CLASSES[name]))])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _counted(homes: pd.DataFrame, n_units: int, name: str) -> Ints:
    """Households, or persons, of each unit by class."""
    unit, shape = homes["unit"].to_numpy(), (n_units, len(CLASSES[name]))
    if name not in OF_PERSONS:
        return counted(unit, homes[name].to_numpy() - 1, shape)
    counts = np.zeros(shape, dtype=np.int64)
    for band, of in zip(BANDS, BAND_TENS if name == "age_tens" else BAND_FIVE, strict=True):
        counts[:, of] += np.bincount(unit, homes[f"age_{band}"].to_numpy(), n_units).astype(np.int64)
    return counts


def _members(areas: Ints, area_of_cell: Ints, ids: Ints, unit_of_cell: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Which units lie in each area, and whether the area is made of whole units that are all shown."""
    member = np.zeros((areas.size, ids.size), dtype=np.int64)
    area = np.searchsorted(areas, area_of_cell)
    unit = np.minimum(np.searchsorted(ids, unit_of_cell), ids.size - 1)
    is_shown = ids[unit] == unit_of_cell
    member[area[is_shown], unit[is_shown]] = 1
    whole = np.ones(areas.size, dtype=bool)
    whole[area[~is_shown]] = False
    beyond = member.sum(axis=0) > 1
    whole &= ~(member[:, beyond] > 0).any(axis=1) & (member.sum(axis=1) > 0)
    return member, whole


def _rows(
    level: str, areas: Ints, name: str, margin: Margin, aim: Target, fitted: Floats | None, have: Ints
) -> pd.DataFrame:
    """One row per area and class."""
    n = len(CLASSES[name])
    below, above = np.maximum(aim.lower - have, 0.0), np.maximum(have - aim.upper, 0.0)
    return pd.DataFrame(
        {
            "level": level,
            "area_key": np.repeat(areas, n),
            "dimension": name,
            "class_id": np.tile(np.arange(1, n + 1), areas.size),
            "published": margin.published.reshape(-1),
            "status": words(NAMES, margin.code.reshape(-1)),
            "lower": aim.lower.reshape(-1),
            "upper": np.where(np.isinf(aim.upper), np.nan, aim.upper).reshape(-1),
            "fitted": np.full(areas.size * n, np.nan) if fitted is None else fitted.reshape(-1),
            "households": have.reshape(-1).astype(np.float64),
            "difference": (above - below).reshape(-1),
            "consistent": np.repeat(aim.consistent, n),
        }
    )
