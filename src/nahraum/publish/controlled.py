"""Controlled rounding: every count to a multiple beside it, so that parts still add up to their totals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.publish.attacker import Numbers
from nahraum.publish.suppression_tables import Table


def rounded_to_base(counts: npt.ArrayLike, base: int) -> Numbers:
    """Each count to the nearest multiple of the base, halves up; totals need not add up. NaN stays NaN."""
    exact = np.asarray(counts, dtype=np.float64)
    return np.asarray(np.floor(exact / base + 0.5) * base, dtype=np.float64)


def controlled_rounding(table: Table, base: int) -> Numbers:
    """Counts of a table as multiples of the base that add up as before.

    Parameters
        base : 5 or 10, or another whole number above 1.

    Returns
        for each number the multiple below or above it, a multiple itself stays; of all such tables the nearest. Where
        there is none (it can happen with three dimensions), every count by itself, and totals need not add up.

    Raises
        InputError for a base below 2.

    References
        Cox (1987). A constructive procedure for unbiased controlled rounding. Journal of the American Statistical
        Association 82.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    if base < 2:
        raise InputError("counts cannot be rounded", where=f"base {base}", expected="5, 10 or another number above 1")
    below = np.floor(table.values / base + 1e-9)
    part = table.values / base - below
    constraints: list[Any] = []
    if table.relations.shape[0]:
        level = -np.asarray(table.relations @ below, dtype=np.float64)
        constraints = [LinearConstraint(table.relations, lb=level, ub=level)]
    ties = 1e-7 * np.arange(1, len(table) + 1) / max(1, len(table))
    found = milp(
        1.0 - 2.0 * part + ties,
        integrality=np.ones(len(table)),
        bounds=Bounds(0.0, (part > 1e-9).astype(np.float64)),
        constraints=constraints,
        options={"node_limit": 20_000},
    )
    if found.status != 0:
        return rounded_to_base(table.values, base)
    return np.asarray((below + np.rint(found.x)) * base, dtype=np.float64)
