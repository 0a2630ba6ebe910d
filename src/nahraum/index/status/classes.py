"""Index values cut into classes, from the lowest index (high status) to the highest."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from nahraum.index.status.method import Classes
from nahraum.index.status.normalise import moments

Floats = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cut:
    """Class number (0..) of each index value, and the limits between the classes in the unit of the index."""

    number: Int64
    limits: Floats


def _sides(classes: Classes) -> tuple[str, ...]:
    return classes.at_cut or ("below",) * len(classes.cuts)


def _above(values: Floats, limits: Floats, sides: tuple[str, ...]) -> Int64:
    """How many limits each value has passed; "above": a value on the limit has passed it."""
    passed = [values >= limit if side == "above" else values > limit for limit, side in zip(limits, sides, strict=True)]
    return np.asarray(np.sum(passed, axis=0), dtype=np.int64) if passed else np.zeros(len(values), dtype=np.int64)


def _sd_limits(index: Floats, cuts: Floats, *, standardised: bool) -> Floats:
    if standardised:
        return cuts
    mean, spread = moments(index[:, None])
    return np.asarray(mean[0, 0] + spread[0, 0] * cuts)


def _by_rank(index: Floats, classes: Classes) -> Cut:
    """Class by ceil(rank * q / N), in whole numbers; areas with the same index share the higher class."""
    n, ordered = len(index), np.sort(index)
    downwards = classes.rank_from == "highest"
    passed = np.searchsorted(ordered, index, side="right")
    rank = n - passed + 1 if downwards else passed
    number = np.full(n, len(classes.cuts) if downwards else 0, dtype=np.int64)
    limits = []
    for cut in classes.cuts:
        share = Fraction(str(cut)).limit_denominator(10_000)
        share = 1 - share if downwards else share
        beyond = rank * share.denominator > share.numerator * n
        number += np.where(beyond, -1 if downwards else 1, 0)
        first = share.numerator * n // share.denominator
        limits.append(ordered[min(max((n - first if downwards else first) - 1, 0), n - 1)])
    return Cut(number, np.asarray(limits, dtype=np.float64))


def cut(index: Floats, classes: Classes, *, standardised: bool = False) -> Cut:
    """Classes of index values without gaps.

    Parameters
        index : values of the valid areas. standardised : whether they have mean 0 and sd 1 by construction, so that
            cuts in standard deviations are limits as they stand.

    Notes
        sd: limits at mean + c·sd (population). quantile: type 9 (Hyndman & Fan 1996), as the GISD has it. ceil_rank:
        the number of the class is ceil(rank·q/N), rank 1 for the lowest index; its limits are the highest index of
        the class below.
    """
    if not len(index):
        return Cut(np.zeros(0, dtype=np.int64), np.full(len(classes.cuts), np.nan))
    cuts = np.asarray(classes.cuts, dtype=np.float64)
    if classes.kind == "ceil_rank":
        return _by_rank(index, classes)
    if classes.kind == "quantile":
        limits = np.quantile(index, cuts, method="normal_unbiased")
    elif classes.kind == "sd":
        limits = _sd_limits(index, cuts, standardised=standardised)
    else:
        limits = cuts
    return Cut(_above(index, limits, _sides(classes)), np.asarray(limits, dtype=np.float64))


def class_of_one(index: Floats, row: int, classes: Classes, *, standardised: bool = False) -> int:
    """The class number of one area, as `cut` gives it, without classing the others."""
    if classes.kind != "ceil_rank":
        limits = cut(index, classes, standardised=standardised).limits
        return int(_above(index[row : row + 1], limits, _sides(classes))[0])
    n, own = len(index), index[row]
    downwards = classes.rank_from == "highest"
    rank = int((index > own).sum()) + 1 if downwards else int((index <= own).sum())
    number = len(classes.cuts) if downwards else 0
    for share in classes.cuts:
        exact = Fraction(str(share)).limit_denominator(10_000)
        exact = 1 - exact if downwards else exact
        if rank * exact.denominator > exact.numerator * n:
            number += -1 if downwards else 1
    return number
