"""How well households fit, in a few figures per margin: what is published, what contradicts itself, what is met."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.frames import KNOWN_STATUSES
from nahraum.households.contracts import CLASSES

_OF_BUILDINGS = ("building_type", "building_year")  # derived from buildings: bounds, where a type has no fixed number
_COLUMNS = ["dimension", "n_counts", "told", "consistent", "met", "largest", "n_classes", "n_absent"]


def fit_by_dimension(fits: pd.DataFrame) -> pd.DataFrame:
    """The fit of the units, a row per dimension in the order of `contracts.CLASSES`.

    Parameters
        fits : `contracts.FITS`.

    Returns
        dimension, n_counts (classes of units), told (share of them that are published), consistent (share of the told
        whose unit's classes add up to its households, ± 1), met (share of the told that are met to one household or
        person, after they are scaled to the households of the unit), largest (difference among the told), n_classes,
        n_absent (classes of which no unit, kilometre or municipality is told anything, not even for a part of its
        cells); NaN where there is none.
    """
    units = fits[fits["level"] == "unit"] if len(fits) else fits
    rows = []
    for name in CLASSES:
        mine = units[units["dimension"] == name] if len(units) else units
        if not len(mine):
            continue
        told = (mine["status"].isin(KNOWN_STATUSES) & mine["published"].notna()).to_numpy()
        agrees = told & mine["consistent"].to_numpy(dtype=bool)
        apart = mine["difference"].abs().to_numpy(dtype=np.float64)[told]
        anything = fits[fits["dimension"] == name].groupby("class_id")["published"].count()
        absent = 0 if name in _OF_BUILDINGS else int((anything == 0).sum())
        rows.append((
            name, len(mine), float(told.mean()), _share(agrees.sum(), told.sum()),
            _share((apart <= 1).sum(), len(apart)), float(apart.max()) if len(apart) else np.nan,
            len(anything), absent,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def _share(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else np.nan
