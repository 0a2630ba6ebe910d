"""Which choice moves the ranks most: variance-based sensitivity (Sobol) by a Saltelli design, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.index.robust.choices import oriented_units
from nahraum.index.robust.variants import BY_RANKS, Variant, Weighting, indices, ranks_of
from nahraum.index.status.engine import work_out
from nahraum.index.status.method import Method
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
N_BOOT, INTERVAL = 200, (0.025, 0.975)


def _design(n_factors: int, n_base: int, seed: int) -> tuple[Floats, Floats]:
    """Two independent quasi-random samples of the unit cube. (n_base, n_factors) each"""
    from scipy.stats import qmc

    whole = qmc.Sobol(2 * n_factors, scramble=True, seed=seed).random(n_base)
    return whole[:, :n_factors], whole[:, n_factors:]


def _estimates(a: Floats, b: Floats, mixed: Floats) -> tuple[Floats, Floats]:
    """First-order (Saltelli 2010) and total indices (Jansen) of each factor. mixed : (factors, n)"""
    variance = np.concatenate([a, b]).var()
    if not variance > 0:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    first = (b * (mixed - a)).mean(axis=1) / variance
    total = ((a - mixed) ** 2).mean(axis=1) / (2.0 * variance)
    return first, total


def sobol_indices(
    model: Callable[[Floats], Floats], names: Sequence[str], *, n_base: int = 1024, seed: int = 1
) -> pd.DataFrame:
    """What share of a result's variance goes back to each factor, alone and with all it works together with.

    Parameters
        model : takes (runs, factors) numbers in 0..1, returns (runs,) results; it is asked once, for
            n_base × (factors + 2) runs. n_base : a power of two.

    Returns
        factor, first, first_low, first_high, total, total_low, total_high: 95 % intervals by resampling the runs.

    References
        Saltelli et al. (2010). Variance based sensitivity analysis of model output. Computer Physics Communications
        181. doi 10.1016/j.cpc.2009.09.018
    """
    k = len(names)
    a, b = _design(k, n_base, seed)
    mixes = np.repeat(a[None], k, axis=0)
    for j in range(k):
        mixes[j, :, j] = b[:, j]
    found = np.asarray(model(np.concatenate([a, b, mixes.reshape(-1, k)])), dtype=np.float64)
    of_a, of_b, of_mix = found[:n_base], found[n_base : 2 * n_base], found[2 * n_base :].reshape(k, n_base)
    first, total = _estimates(of_a, of_b, of_mix)
    rng = np.random.default_rng(seed)
    again = [_estimates(of_a[at], of_b[at], of_mix[:, at]) for at in rng.integers(n_base, size=(N_BOOT, n_base))]
    ends = {
        name: np.quantile([part[which] for part in again], INTERVAL, axis=0)
        for which, name in enumerate(("first", "total"))
    }
    return pd.DataFrame({
        "factor": list(names), "first": first, "first_low": ends["first"][0], "first_high": ends["first"][1],
        "total": total, "total_low": ends["total"][0], "total_high": ends["total"][1],
    })  # fmt: skip


def _level(column: Floats, n: int) -> npt.NDArray[np.int64]:
    return np.minimum((column * n).astype(np.int64), n - 1)


def _settings(
    runs: Floats, units: Sequence[str], scales: Sequence[str], ways: Sequence[str]
) -> tuple[list[Variant], npt.NDArray[np.int64]]:
    """Variants of the runs, equal ones once, and the variant of each run.

    Weights are drawn between half and one and a half of equal weight; one unit is left out in a run of units + 1.
    """
    n = len(units)
    scale, way, out = _level(runs[:, 0], len(scales)), _level(runs[:, 1], len(ways)), _level(runs[:, 2], n + 1)
    weights = 0.5 + runs[:, 3 : 3 + n]
    for unit in range(n):
        weights[out == unit + 1, unit] = 0.0
    variants: list[Variant] = []
    place = np.empty(len(runs), dtype=np.int64)
    seen: dict[tuple[object, ...], int] = {}
    for row in range(len(runs)):
        key = (scale[row], way[row], weights[row].tobytes())
        if key not in seen:
            seen[key] = len(variants)
            named = Weighting(str(len(variants)), "drawn", "", weights[row])
            chosen = scales[0] if ways[way[row]] == BY_RANKS else scales[scale[row]]
            variants.append(Variant(named.id, chosen, named, ways[way[row]], 1.0))
        place[row] = seen[key]
    return variants, place


def sensitivity(
    values: pd.DataFrame, method: Method, parameters: Parameters, *, residents: pd.Series | None = None,
    excluded: Collection[str] = (), n_base: int = 1024, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Which choice of method moves the ranks of the areas most.

    Parameters
        values, residents, excluded : as for `status.status_index`; n_base, seed : as for `sobol_indices`.

    Returns
        as `sobol_indices`; factors: normalisation, aggregation, left_out, and weight_<unit> of every part. The result
        whose variance is told is the mean shift of the ranks against the method itself.
    """
    work = work_out(values, method, residents=residents, excluded=excluded)
    oriented, units, _ = oriented_units(work)
    base = ranks_of(work.status.steps.index)
    scales, ways = parameters.value("robust.normalisations"), parameters.value("robust.aggregations")

    def shift(runs: Floats) -> Floats:
        variants, place = _settings(runs, units, scales, ways)
        ranks = ranks_of(indices(oriented, variants, method.winsor))
        return np.asarray(np.abs(ranks - base).mean(axis=1)[place])

    names = ["normalisation", "aggregation", "left_out", *(f"weight_{unit}" for unit in units)]
    return sobol_indices(shift, names, n_base=n_base, seed=seed)
