"""The honest question after a regression: do its residuals hang together in space?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nahraum.index.incidence.rates import Floats
from nahraum.index.spatial.global_ import moran
from nahraum.index.spatial.neighbours import Neighbours, row_standardised


def residual_clustering(
    residuals: Floats, areas: Sequence[str], neighbours: Neighbours | None, *, permutations: int, seed: int
) -> tuple[float, float]:
    """Moran's I of the residuals of a model and how often chance gives as much, either way; NaN without neighbours.

    Notes
        What neighbours have in common and the model does not know makes each of them tell less than it seems to:
        then intervals and p of the regression are too narrow. The residuals are dealt anew among the areas.

    References
        Cliff and Ord (1981): Spatial processes, chapter 8
    """
    if neighbours is None or len(areas) < 2:
        return np.nan, np.nan
    values = pd.Series(residuals, index=list(areas), name="residuals")
    there = values[values.index.isin(neighbours.ids)]
    found = moran(
        there, row_standardised(neighbours), permutations=permutations, rng=np.random.default_rng(seed)
    )  # fmt: skip
    return found.value, found.p_permutation
