"""Failing people beside observed cases, wave by wave: a rank correlation that nothing was ever tuned on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.parameters import Parameters

_RATES = ("ratio", "adjusted_per_100000", "rate_per_100000")
_COLUMNS = ["scenario", "period", "rate", "n_areas", "rho", "p_value"]


def with_incidence(quarters: pd.DataFrame, cases: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Rank correlation of the share of people who fail in several components with cases, by wave.

    Parameters
        quarters : scenario, quarter_id, several_share, households of one scenario; quarters with fewer households than
            stress.minimum_households take no part. cases : as released by `incidence`: area_id, period and rates, NaN
            where held back.

    Returns
        scenario, period, rate (which one), n_areas, rho (Spearman), p_value; no row for a wave with fewer areas than
        stress.minimum_areas. The sign may change from wave to wave.

    Notes
        Association of areas, not of persons, and no cause. Nothing of the stress test was ever chosen by cases.
    """
    from scipy.stats import spearmanr

    rate = next((name for name in _RATES if name in cases), None)
    if rate is None or not len(cases):
        return pd.DataFrame(columns=_COLUMNS)
    enough = quarters["households"] >= parameters.number("stress.minimum_households")
    share = quarters.set_index(quarters["quarter_id"].astype(str))["several_share"].where(enough.to_numpy())
    scenario = str(quarters["scenario"].iloc[0])
    least = int(parameters.number("stress.minimum_areas"))
    rows = []
    for period, wave in cases.groupby(cases["period"].astype(str), sort=True):
        both = pd.DataFrame({"x": share.reindex(wave["area_id"].astype(str)).to_numpy(), "y": wave[rate].to_numpy()})
        both = both.dropna()
        if len(both) < least or both["x"].nunique() < 2 or both["y"].nunique() < 2:
            continue
        found = spearmanr(both["x"], both["y"])
        rows.append((scenario, str(period), rate, len(both), float(np.round(found.statistic, 3)), float(found.pvalue)))
    return pd.DataFrame(rows, columns=_COLUMNS)
