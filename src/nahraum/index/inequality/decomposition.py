"""How much of the inequality lies between groups of areas, and how much within them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.index.inequality.measures import Measured, mld, theil
from nahraum.index.inequality.people import Weighted, weighted


@dataclass(frozen=True)
class Decomposition:
    """Theil's T and MLD, each the exact sum of a part between and a part within groups; NaN where undefined.

    groups : group, residents_share, mean, theil, mld (within it), and what it adds to each within part.
    """

    theil: Measured
    theil_between: float
    theil_within: float
    mld: Measured
    mld_between: float
    mld_within: float
    completeness: float
    groups: pd.DataFrame


def decomposition(values: pd.Series, residents: pd.Series, groups: pd.Series) -> Decomposition:
    """Inequality between and within groups of areas (municipalities, districts, types).

    Parameters
        values, residents, groups : by area_id; areas without a group are left out like those without a value.

    Notes
        T = Σ s_g T_g + Σ s_g ln(mean_g/mean), s_g the share of the sum; MLD = Σ p_g L_g + Σ p_g ln(mean/mean_g), p_g
        the share of residents. A group whose sum is 0 adds nothing to T and leaves MLD undefined.

    References
        Shorrocks (1980). The class of additively decomposable inequality measures. doi:10.2307/1913126
    """
    named = groups.astype(object).where(groups.notna() & (groups.astype(str) != ""))
    names = sorted({str(name) for name in named.dropna()})
    code = named.map(lambda name: float(names.index(str(name))), na_action="ignore").astype(np.float64)
    data = weighted(values, residents, by=code)
    whole, table = theil(data), _groups(data, names)
    low, s, p = mld(data), table["sum_share"], table["residents_share"]
    ratio = np.log((table["mean"] / data.mean).where(table["mean"] > 0))
    known, known_low = not np.isnan(whole.value), not np.isnan(low.value)
    return Decomposition(
        theil=whole,
        theil_between=float((s * ratio).fillna(0.0).sum()) if known else np.nan,
        theil_within=float(table["theil_within"].fillna(0.0).sum()) if known else np.nan,
        mld=low,
        mld_between=float((-p * ratio).sum()) if known_low else np.nan,
        mld_within=float(table["mld_within"].sum()) if known_low else np.nan,
        completeness=data.completeness,
        groups=table,
    )


def _groups(data: Weighted, names: list[str]) -> pd.DataFrame:
    rows = []
    everybody, everything = data.w.sum(), data.w @ data.x
    for code in np.unique(data.by):
        inside = data.by == code
        part = Weighted((), data.x[inside], data.w[inside], data.by[inside], 1.0)
        people, held = part.w.sum() / everybody, (part.w @ part.x) / everything if everything else np.nan
        t, low = theil(part).value, mld(part).value
        rows.append(
            {
                "group": names[int(code)], "residents_share": people, "sum_share": held, "mean": part.mean,
                "theil": t, "mld": low, "theil_within": held * t, "mld_within": people * low,
            }
        )  # fmt: skip
    columns = ["group", "residents_share", "sum_share", "mean", "theil", "mld", "theil_within", "mld_within"]
    return pd.DataFrame(rows, columns=columns)
