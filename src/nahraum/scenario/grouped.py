"""Counts and indicators of several quarters together: status groups, or the whole study."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.index import counting
from nahraum.index.means import weighted_median
from nahraum.index.people import Int64
from nahraum.scenario.persons import MEANT
from nahraum.scenario.tally import Tally, counted_table, counting_columns
from nahraum.tables import PREREQUISITES

MEASURES = ("h", "a", "m0")


def grouped_table(tally: Tally, of_quarter: Int64, names: pd.Index) -> pd.DataFrame:
    """The columns of `Tally.table` and H, A, M0 for groups of quarters.

    Parameters
        of_quarter : number of the group of each quarter of `Ground.quarters`. names : of the groups.

    Returns
        A row per group: `Tally.table`'s shares, residents, means and medians; `h`, `a`, `m0` (central, NaN not known)
        and `h_known`, `a_known`, `m0_known` of what is known of everybody. [share]

    Notes
        Bounds of H are sums of those of the quarters, never narrower than the municipality's own.
    """
    n, ground = len(names), tally.ground
    sums, tops, bottoms = (_added(values, of_quarter, n) for values in (tally.sums, tally.tops, tally.bottoms))
    told = counted_table(sums, ground.rule)
    means = np.where(bottoms > 0, tops / np.maximum(bottoms, 1), np.nan)
    every = tally.take(np.arange(len(ground.names)))
    weights = np.where(every.counted, every.micro, 0)
    green = weighted_median(every.column("green_m2_per_resident"), weights, of_quarter[every.quarter], n)
    more = np.column_stack([told.to_numpy(dtype=np.float64), means, green, _measures(tally, sums)])
    known = [f"{name}_known" for name in MEASURES]
    return pd.DataFrame(more, names, [*told.columns, *MEANT, "green_m2_per_resident", *MEASURES, *known])


def _added(values: Int64, of_quarter: Int64, n: int) -> Int64:
    total = np.zeros((n, values.shape[1]), dtype=np.int64)
    np.add.at(total, of_quarter, values)
    return total


def _measures(tally: Tally, sums: Int64) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """H, A and M0 (Alkire and Foster 2011) of sums, central and of what is known of everybody."""
    table, rule, d = pd.DataFrame(sums, columns=counting_columns()), tally.ground.rule, len(PREREQUISITES)
    central = [
        one["central"].to_numpy(dtype=np.float64)
        for one in (counting.several_share(table, rule.k, enough=rule.enough),
                    counting.a(table, rule.k, enough=rule.enough), counting.m0(table, rule.k, enough=rule.enough))
    ]  # fmt: skip
    heads, lacks, judged = (
        table[name].to_numpy(dtype=np.float64) for name in (f"h{rule.k}_known", f"m{rule.k}_known", "judged")
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        known = [heads / judged, lacks / heads / d, lacks / judged / d]
    return np.column_stack([*central, *known])
