"""Index values of many variants at once: arrays in, arrays out (robustness, draws of noisy data)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.index.status.compose import aggregated, exponential_of
from nahraum.index.status.normalise import standardised

Floats = npt.NDArray[np.float64]


def composite(
    values: Floats, *, standardise: str, weights: Floats, aggregate: str, posts: tuple[Floats, Floats] | None = None
) -> Floats:
    """The index of every area, not rescaled; equal to the long way of `engine.status_index` before its last step.

    Parameters
        values : (areas, parts) or (draws, areas, parts), oriented so that high is disadvantage, nothing unknown.
        standardise : z | minmax | rank | percentile | goalposts (with `posts`) | none.
        weights : (parts,), or (variants, parts) for many weightings of the same values at once.
        aggregate : sum | mean | geometric | mazziotta_pareto | exponential_rank | maximum | counting.

    Returns
        (areas,) or (draws, areas); with many weightings (variants, areas).
    """
    scaled = standardised(np.asarray(values, dtype=np.float64), standardise, posts=posts)
    chosen = np.asarray(weights, dtype=np.float64)
    if chosen.ndim == 1:
        return aggregated(scaled, chosen, aggregate, scale=standardise)
    if aggregate in ("sum", "counting", "mean"):
        total = chosen.sum(axis=-1, keepdims=True) if aggregate == "mean" else 1.0
        return np.asarray(chosen @ np.swapaxes(scaled, -1, -2) / total)
    if aggregate == "exponential_rank":
        return np.asarray(chosen @ np.swapaxes(exponential_of(scaled), -1, -2))
    return np.stack([aggregated(scaled, row, aggregate, scale=standardise) for row in chosen])
