"""How much each part counts: equal, as given, or by the first principal component."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.index.status.normalise import moments, z

Floats = npt.NDArray[np.float64]
TINY = 1e-12  # sums of rounded numbers below it are zero


@dataclass(frozen=True)
class Component:
    """The first principal component of some parts: their mean, spread and loading, and the share it explains."""

    mean: Floats
    spread: Floats
    loading: Floats
    explained: float


def _sign(loading: Floats, score: Floats, toward: Floats | None) -> float:
    """+1 or -1, so that the component rises with `toward`, else with most parts."""
    if toward is not None and not np.isnan(toward).any():
        together = float(((toward - toward.mean()) * (score - score.mean())).sum())
        if abs(together) > TINY:
            return float(np.sign(together))
    leading = float(loading.sum())
    return float(np.sign(leading if abs(leading) > TINY else loading[np.abs(loading) > TINY][0]))


def first_component(values: Floats, *, toward: Floats | None = None) -> Component:
    """The direction in which the parts differ most together, by their correlations.

    Parameters
        values : (areas, parts) with NaN not known (such areas are left out).
        toward : a value of the same areas with which the component must rise; by default the loadings add up to at
            least 0.

    Notes
        A part equal everywhere has the loading 0. The sign of a component is arbitrary; it is set here, ties (a sum
        of 0) by the first loading that is not 0.
    """
    complete = ~np.isnan(values).any(axis=1)
    whole = values[complete]
    n_parts = values.shape[1]
    mean, spread = (part[0] for part in moments(whole)) if len(whole) else (np.zeros(n_parts), np.zeros(n_parts))
    varies = np.flatnonzero(spread > 0)
    loading = np.zeros(n_parts)
    if not len(varies):
        return Component(mean, spread, loading, np.nan)
    scores = z(whole)[:, varies]
    values_of, vectors = np.linalg.eigh(scores.T @ scores / len(whole))
    loading[varies] = vectors[:, -1]
    sign = _sign(loading, scores @ vectors[:, -1], None if toward is None else toward[complete])
    return Component(mean, spread, loading * sign, float(values_of[-1] / values_of.sum()))


def part_weights(how: str, given: Floats, component: Component | None) -> Floats:
    """Weight of each part.

    Parameters
        how : equal | given | pca (squared loadings, they add up to 1) | pca_score (loadings: the sum is the score).
        given : weights of the method file; component : the first one, for pca.
    """
    if how == "equal":
        return np.ones(len(given))
    if how == "given":
        return given
    if component is None:
        raise ValueError("weights by principal component need the component")
    return np.asarray(component.loading**2 if how == "pca" else component.loading)
