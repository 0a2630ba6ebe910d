"""Values of addresses summed up to a place: resident-weighted, with status and completeness."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nahraum.frames import MICRO, STATUSES, to_micro
from nahraum.index.people import Floats, Int64, judged_rows, sum_micro
from nahraum.indicators.reach import STATUS
from nahraum.tables import SERVICES

MEANS = (
    "floor_area_m2_per_resident",
    "internet_offer_share",
    "green_distance_m",
    *(f"{service}_distance_m" for service in SERVICES),
    "services_within_reach",
)
MEDIANS = ("green_m2_per_resident",)
_MISSING = STATUSES.index("missing")
_BY_SEVERITY = np.array([STATUSES.index(word) for word in ("ok", "imputed", "unreliable", "edge")], dtype=np.int64)
_SEVERITY = np.zeros(len(STATUSES), dtype=np.int64)
_SEVERITY[_BY_SEVERITY] = np.arange(len(_BY_SEVERITY))


def status_numbers(status: pd.Series) -> Int64:
    """Each status as its place in `STATUSES`; what is none of them counts as missing."""
    codes = np.asarray(pd.Categorical(status, dtype=STATUS).codes, dtype=np.int64)
    return np.where(codes < 0, _MISSING, codes)


def shown_weights(rows: pd.DataFrame, code: Int64, n: int) -> Int64:
    """Residents that a value of a place stands for: the judged ones; where a place has none, all inside.

    [millionths of a person]
    """
    everybody = np.where(rows["inside"].to_numpy(dtype=bool), to_micro(rows["residents"].to_numpy()), 0)
    judged = np.where(judged_rows(rows), everybody, 0)
    nobody = sum_micro(judged, code, n) == 0
    return np.asarray(np.where(nobody[code], everybody, judged), dtype=np.int64)


def weighted_mean(values: Floats, weights: Int64, code: Int64, n: int) -> Floats:
    """Mean of the known values per group, independent of the order of rows; NaN where none is known."""
    known = ~np.isnan(values) & (weights > 0)
    product = np.rint(np.where(known, values, 0.0) * weights).astype(np.int64)
    top, bottom = sum_micro(product, code, n), sum_micro(weights * known, code, n)
    return np.where(bottom > 0, top / np.maximum(bottom, 1), np.nan)


def weighted_median(values: Floats, weights: Int64, code: Int64, n: int) -> Floats:
    """Lower median of the known values per group: at least half of the residents have this much or less."""
    known = np.flatnonzero(~np.isnan(values) & (weights > 0))
    order = known[np.lexsort((values[known], code[known]))]
    groups, reached = code[order], np.cumsum(weights[order])
    totals = sum_micro(weights[known], code[known], n)
    before = np.cumsum(totals) - totals
    half = 2 * (reached - before[groups]) >= totals[groups]
    result = np.full(n, np.nan)
    first = np.flatnonzero(half)[::-1]
    result[groups[first]] = values[order][first]
    return result


def summed_status(status: pd.Series, known: Floats, weights: Int64, code: Int64, n: int, *, share: float) -> Int64:
    """Status per group as a number in `STATUSES`: how weak the known values are, where none is known the status
    that holds for most residents.

    Parameters
        share : the weakest status is taken that holds, itself or a weaker one, for at least this share of the
            residents behind a known value; a few bracketed values do not make a whole town unreliable.
    """
    number = status_numbers(status)
    behind = (~np.isnan(known)) & (weights > 0)
    by_severity = np.zeros((n, len(_BY_SEVERITY)), dtype=np.int64)
    np.add.at(by_severity, (code[behind], _SEVERITY[number[behind]]), weights[behind])
    total = by_severity.sum(axis=1)
    at_least = by_severity[:, ::-1].cumsum(axis=1)[:, ::-1]
    weakest = (at_least >= np.maximum(1, np.rint(share * total))[:, None]).sum(axis=1) - 1
    by_status = np.zeros((n, len(STATUSES)), dtype=np.int64)
    np.add.at(by_status, (code, number), weights)
    most = np.where(by_status.sum(axis=1) > 0, by_status.argmax(axis=1), _MISSING)
    return np.asarray(np.where(total > 0, _BY_SEVERITY[np.maximum(weakest, 0)], most), dtype=np.int64)


def status_words(numbers: Int64) -> pd.Series:
    """Statuses as words."""
    return pd.Series(np.array(STATUSES, dtype=object)[numbers])


def completeness(known: Floats, weights: Int64, code: Int64, n: int) -> Floats:
    """Share of residents whose value is known; NaN where there are none. [share]"""
    total = sum_micro(weights, code, n)
    part = sum_micro(weights * ~np.isnan(known), code, n)
    return np.where(total > 0, part / np.maximum(total, 1), np.nan)


def indicator_columns(
    rows: pd.DataFrame, code: Int64, n: int, *, share: float, names: Sequence[str] = (*MEANS, *MEDIANS)
) -> dict[str, object]:
    """Every indicator per group with `<name>_status` (`share` as in `summed_status`) and `<name>_completeness`.

    Notes
        Means, resident-weighted; `green_m2_per_resident` is the median, because few addresses beside large
        greens would carry a mean. A way that could not be found has no length: such residents lower the
        completeness.
    """
    weights = shown_weights(rows, code, n)
    columns: dict[str, object] = {}
    for name in names:
        values = rows[name].to_numpy(dtype=np.float64)
        summed = weighted_median if name in MEDIANS else weighted_mean
        columns[name] = summed(values, weights, code, n)
        status = summed_status(rows[f"{name}_status"], values, weights, code, n, share=share)
        columns[f"{name}_status"] = status_words(status)
        columns[f"{name}_completeness"] = completeness(values, weights, code, n)
    return columns


def residents_columns(rows: pd.DataFrame, code: Int64, n: int) -> dict[str, object]:
    """Residents inside the boundary per group: all, communal, judged, at the edge of the data. [persons]"""
    inside = rows["inside"].to_numpy(dtype=bool)
    everybody = to_micro(rows["residents"].to_numpy()) * inside
    communal = to_micro(rows["residents_communal"].to_numpy()) * inside
    counted = judged_rows(rows)
    parts = {
        "residents": everybody,
        "residents_communal": communal,
        "residents_judged": everybody * counted,
        "residents_edge": everybody * ~counted,
    }
    return {name: sum_micro(micro, code, n) / MICRO for name, micro in parts.items()}
