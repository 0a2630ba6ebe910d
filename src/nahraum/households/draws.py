"""How sure a share of households is: an interval out of draws."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.drawn import drawn_households
from nahraum.households.synthesis import Synthetic
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]


def drawn_shares(
    made: Synthetic,
    holds: Callable[[pd.DataFrame], npt.ArrayLike],
    *,
    parameters: Parameters | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Share of households for which something holds, with an interval, per unit. [share]

    Parameters
        holds : gets a table like `made.households`; says for which of its rows it holds.

    Returns
        unit_id, share (mean of the draws), low, high: quantiles households.interval of households.draws draws.

    Notes
        `drawn.drawn_households` tells what a draw is.
    """
    known = parameters or Parameters()
    number = int(known.number("households.draws"))
    drawn = np.zeros((number, made.unit_ids.size))
    for k, homes in enumerate(drawn_households(made, parameters=known, n=number, seed=seed)):
        unit = np.searchsorted(made.unit_ids, homes["unit_id"].to_numpy())
        drawn[k] = np.bincount(unit, np.asarray(holds(homes), dtype=np.float64), made.unit_ids.size) / made.totals
    low, high = np.quantile(drawn, known.value("households.interval"), axis=0)
    return pd.DataFrame({"unit_id": made.unit_ids, "share": drawn.mean(axis=0), "low": low, "high": high})
