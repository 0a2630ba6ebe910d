"""Disclosure control of the 16 combinations of lacks: a table of counts whose sums are published beside it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import MICRO
from nahraum.publish.disclosure import (
    Mask,
    Micro,
    Rules,
    is_small,
    micro,
    protected_table,
    small_differences,
)
from nahraum.publish.families import numbers
from nahraum.tables import PREREQUISITES


def _lacks(frame: pd.DataFrame) -> npt.NDArray[np.float64]:
    """Zero or one per row and prerequisite; rows that are no combination count nowhere but in the total."""
    columns = [name for name in PREREQUISITES if name in frame.columns]
    values = frame[columns].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return np.asarray(np.nan_to_num(values, nan=0.0), dtype=np.float64)


def published_sums(lacks: npt.NDArray[np.float64], residents: Micro, rules: Rules) -> npt.NDArray[np.float64]:
    """Which combinations each published sum adds up: all, those with a lack (also among those lacking
    several), those with k lacks or more.

    Sums that are small themselves are held back in the municipality's row and help nobody.
    """
    levels = [lacks.sum(axis=1) >= k for k in range(1, lacks.shape[1] + 1)]
    sums = [np.array([int(residents[level].sum())], dtype=np.int64) for level in levels]
    tells = small_differences(sums, min(rules.lacks_needed, len(levels)) - 1, rules.minimum_count)
    rows = [np.ones(len(residents))]
    candidates = [(lacks[:, column] > 0, False) for column in range(lacks.shape[1])]
    several = lacks.sum(axis=1) >= rules.lacks_needed
    candidates += [((lacks[:, column] > 0) & several, False) for column in range(lacks.shape[1])]
    candidates += [(level, bool(hide[0])) for level, hide in zip(levels, tells, strict=True)]
    total = int(residents.sum())
    for members, gone in candidates:
        part = int(residents[members].sum())
        pair = np.array([part, total - part], dtype=np.int64)
        if not gone and not is_small(pair, rules.minimum_count).any():
            rows.append(members.astype(np.float64))
    return np.vstack(rows)


def combination_mask(frame: pd.DataFrame, rules: Rules) -> Mask:
    """Combinations whose residents (and share) are held back.

    Where the table has shares only of too few residents, all of it goes.
    """
    residents = numbers(frame, "residents")
    if "residents" not in frame.columns and "share" in frame.columns:
        residents = micro(np.nan_to_num(frame["share"].to_numpy(dtype=np.float64)) * rules.minimum_denominator)
    if residents.sum() < rules.minimum_denominator * MICRO:
        return np.ones(len(frame), dtype=np.bool_)
    return protected_table(residents, published_sums(_lacks(frame), residents, rules), rules.minimum_count)
