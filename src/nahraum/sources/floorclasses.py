"""Dwellings by floor-area class: their number and mean floor area per cell, from class mid-points."""

from __future__ import annotations

import re

import numpy as np

from nahraum.sources.cells import MISSING, OK, SUPPRESSED, UNRELIABLE, Codes, Float64

N_CLASSES = 17
_FIRST_M2, _STEP_M2 = 30, 10


def class_number(header: str) -> int | None:
    """Number 1..17 of the class a census column counts (`unter30`, `30bis39`, `180undmehr`), else None."""
    name = header.strip().casefold()
    if re.fullmatch(r"unter_?30", name):
        return 1
    if re.fullmatch(r"a?180_?und_?mehr", name):
        return N_CLASSES
    found = re.fullmatch(r"a?(\d+)_?bis_?(\d+)", name)
    if not found:
        return None
    low, high = int(found[1]), int(found[2])
    number = (low - _FIRST_M2) // _STEP_M2 + 2
    return number if high == low + _STEP_M2 - 1 and low % _STEP_M2 == 0 and 1 < number < N_CLASSES else None


def dwelling_columns(
    counts: Float64, total: tuple[Float64, Codes], midpoints_m2: Float64, minimum_coverage_share: float
) -> dict[str, tuple[Float64, Codes]]:
    """Dwellings and mean floor area per dwelling of each cell. [-, m²]

    Parameters
        counts : dwellings by cell (row) and class (column); NaN where a class is not published.
        total : dwellings by cell and their status codes; NaN where not published.
        minimum_coverage_share : published classes below this share of the total give an unreliable mean.

    Notes
        mean = sum of count times mid-point over sum of counts, over the published classes. A cell whose total
        is not published counts what its classes add up to, marked unreliable (a lower bound).
    """
    known = np.nansum(counts, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known > 0, np.nansum(counts * midpoints_m2, axis=1) / known, np.nan)
        covered = known >= minimum_coverage_share * total[0]
    no_total = np.isnan(total[0])
    unpublished = np.isnan(counts).any(axis=1)
    mean_code = np.where(covered & (total[1] == OK), OK, UNRELIABLE)
    mean_code = np.where(known > 0, mean_code, np.where(unpublished, SUPPRESSED, MISSING)).astype(np.int8)
    number = np.where(no_total & (known > 0), known, total[0])
    number_code = np.where(no_total & (known > 0), UNRELIABLE, total[1]).astype(np.int8)
    return {"dwellings": (number, number_code), "floor_area_m2_per_dwelling": (mean, mean_code)}
