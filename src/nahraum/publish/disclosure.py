"""Disclosure control on plain arrays: which values have to go so that no small count can be recovered.

Primary: counts 1..k-1 and their complements N-n. Secondary: what is held back in one group must not follow
from the group's total minus the rest, so further values go, the smallest first. All counts are whole
millionths (int64), so that nothing depends on rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import StudyError
from nahraum.frames import MICRO
from nahraum.parameters import Parameters

Mask = npt.NDArray[np.bool_]
Micro = npt.NDArray[np.int64]
MEANS = {"m": "m", "m2_per_resident": "m2", "within_reach": "services"}
METHODS = ("suppress", "cell_key", "round")
NOBODY = MICRO // 1000  # less than a thousandth of a person is rounding of the sums behind a share


@dataclass(frozen=True)
class Rules:
    """Thresholds of disclosure control, read once from the dated parameters."""

    minimum_count: int
    minimum_residents_cell: float
    minimum_denominator: float
    minimum_index: float
    rounding_location: int
    rounding_persons: int
    share_steps: tuple[float, ...]
    cell_share_step: float
    mean_steps: Mapping[str, float]
    typical_differences: Mapping[str, float]
    lacks_needed: int
    minimum_residents_drawn: float
    minimum_areas_classes: int
    rounding_index: float
    estimate_step: float
    dominance_share: float
    exact_cells: int
    method: str
    rounding_base: int
    noise_largest: int
    noise_variance: float
    secret: bytes = field(default=b"", repr=False)
    held: Mask | None = field(default=None, repr=False)  # rows that past releases would tell
    earlier: tuple[pd.DataFrame, ...] = field(default=(), repr=False)  # the table as released before


def _method(parameters: Parameters) -> str:
    method = str(parameters.value("release.method"))
    if method not in METHODS:
        raise StudyError(
            f"[parameters] release.method = {method!r} is no way to protect counts", expected=", ".join(METHODS),
            fix='release.method = "suppress" holds small counts back; it is what happens where nothing is said',
        )  # fmt: skip
    return method


def rules_of(parameters: Parameters, secret: bytes = b"") -> Rules:
    """The thresholds as the study sees them; `secret` makes the keys of its records."""
    return Rules(
        minimum_count=int(parameters.number("disclosure.minimum_count")),
        minimum_residents_cell=parameters.number("disclosure.minimum_residents_cell"),
        minimum_denominator=parameters.number("disclosure.minimum_denominator_share"),
        minimum_index=parameters.number("disclosure.minimum_residents_index"),
        rounding_location=int(parameters.number("disclosure.rounding_residents_location")),
        rounding_persons=int(parameters.number("disclosure.rounding_persons")),
        share_steps=tuple(float(step) for step in parameters.lookup("disclosure.rounding_share_steps").value),
        cell_share_step=parameters.number("disclosure.rounding_cell_several_share"),
        mean_steps={unit: parameters.number(f"disclosure.rounding_mean_{name}") for unit, name in MEANS.items()},
        typical_differences={
            unit: parameters.number(f"disclosure.typical_difference_{name}") for unit, name in MEANS.items()
        },
        lacks_needed=int(parameters.number("counting.lacks_needed")),
        minimum_residents_drawn=parameters.number("disclosure.minimum_residents_drawn"),
        minimum_areas_classes=int(parameters.number("disclosure.minimum_areas_classes")),
        rounding_index=parameters.number("disclosure.rounding_index"),
        estimate_step=parameters.number("disclosure.rounding_estimate"),
        dominance_share=parameters.number("disclosure.dominance_share"),
        exact_cells=int(parameters.number("disclosure.exact_cells")),
        method=_method(parameters),
        rounding_base=int(parameters.number("release.rounding_base")),
        noise_largest=int(parameters.number("release.cell_key_noise")),
        noise_variance=parameters.number("release.cell_key_variance"),
        secret=secret,
    )


def micro(values: npt.ArrayLike) -> Micro:
    """Persons in whole millionths; unknown counts as none (it adds nothing to any published total)."""
    numbers = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0)
    return np.asarray(np.rint(numbers * MICRO), dtype=np.int64)


def is_small(count: Micro, minimum_count: int) -> Mask:
    """Counts above none and below the minimum: 1..k-1 persons, fractions included."""
    return np.asarray((count > NOBODY) & (count < minimum_count * MICRO))


def protected(
    primary: Mask,
    size: Micro,
    counts: Sequence[Micro],
    *,
    minimum_count: int,
    minimum_size: float = 0.0,
    known: Mask | None = None,
) -> Mask:
    """Rows to hold back in one group whose total is published.

    Parameters
        primary : rows that must go for themselves.
        size : persons behind each row. [1e-6]
        counts : what could be recovered by subtraction, each an array over the rows. [1e-6]
        minimum_size : persons that the held-back rows must have together.
        known : rows that hold a value at all; an unknown one protects nothing.

    Returns
        a mask that contains `primary`. Unless it is all rows or none: two rows at least, together
        `minimum_size` persons, and of every count either none or 2k at least, so that each of 1..k-1 stays
        possible. Where that cannot be had, all rows.

    Notes
        Rows must come sorted by id: ties go to the first. A larger set of rows is never less safe.
    """
    known = np.ones(len(primary), dtype=np.bool_) if known is None else known
    hidden = primary & known
    if not hidden.any():
        return hidden
    enough = 2 * minimum_count * MICRO
    while not hidden[known].all():
        open_rows = known & ~hidden
        short = next((c for c in counts if NOBODY < c[hidden].sum() < enough), None)
        if short is not None:
            pool, weight = open_rows & (short > NOBODY), short
            if not pool.any():
                return known.copy()
        elif hidden.sum() < 2 or size[hidden].sum() < minimum_size * MICRO:
            pool, weight = open_rows, size
        else:
            return hidden
        candidates = np.flatnonzero(pool)
        hidden[candidates[np.argmin(weight[candidates])]] = True
    return hidden


def protected_by_group(
    primary: Mask,
    size: Micro,
    counts: Sequence[Micro],
    *,
    groups: npt.NDArray[np.object_],
    minimum_count: int,
    minimum_size: float = 0.0,
    known: Mask | None = None,
) -> Mask:
    """`protected` within each group (the cells of a quarter, say)."""
    result = np.zeros(len(primary), dtype=np.bool_)
    known = np.ones(len(primary), dtype=np.bool_) if known is None else known
    order = np.argsort(groups, kind="stable")
    changes = np.flatnonzero(groups[order][1:] != groups[order][:-1]) + 1
    for rows in np.split(order, changes):
        if primary[rows].any():
            result[rows] = protected(
                primary[rows], size[rows], [c[rows] for c in counts],
                minimum_count=minimum_count, minimum_size=minimum_size, known=known[rows],
            )  # fmt: skip
    return result


def small_differences(levels: Sequence[Micro], kept: int, minimum_count: int) -> list[Mask]:
    """Rows of each level to hold back because two neighbouring levels differ by a small count.

    Parameters
        levels : persons with at least 1, 2, … lacks, one array each. [1e-6]
        kept : position of the level that matters most; it is never held back here.

    Notes
        "At least 2" minus "at least 3" is the number of persons with exactly 2 lacks.
    """
    hide = [np.zeros(len(level), dtype=np.bool_) for level in levels]
    for step in (1, -1):
        reference = levels[kept].copy()
        at = kept + step
        while 0 <= at < len(levels):
            hide[at] = is_small(np.abs(levels[at] - reference), minimum_count)
            reference = np.where(hide[at], reference, levels[at])
            at += step
    return hide


def recoverable(constraints: npt.NDArray[np.float64], hidden: Mask) -> Mask:
    """Held-back values that follow from published sums by linear algebra alone.

    Parameters
        constraints : a published sum per row, the values it adds up per column (0 or 1).
    """
    found = np.zeros(len(hidden), dtype=np.bool_)
    part = constraints[:, hidden]
    rank = int(np.linalg.matrix_rank(part)) if part.size else 0
    for place, column in enumerate(np.flatnonzero(hidden)):
        unit = np.zeros((1, part.shape[1]))
        unit[0, place] = 1.0
        found[column] = int(np.linalg.matrix_rank(np.vstack([part, unit]))) == rank
    return found


def protected_table(values: Micro, constraints: npt.NDArray[np.float64], minimum_count: int) -> Mask:
    """Values of one table of counts to hold back, given the sums of it that are published elsewhere."""
    hidden = is_small(values, minimum_count)
    enough = 2 * minimum_count * MICRO
    while hidden.any() and not hidden.all():
        if not recoverable(constraints, hidden).any() and int(values[hidden].sum()) >= enough:
            break
        candidates = np.flatnonzero(~hidden)
        order = np.lexsort((candidates, values[candidates], values[candidates] == 0))
        hidden[candidates[order[0]]] = True
    return hidden
