"""How sure a share of households is: draws of what noise, hidden classes and few households leave open."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.balance import balanced
from nahraum.households.fitting import class_sums, stacked
from nahraum.households.margins import Target
from nahraum.households.synthesis import Synthetic
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_ROUNDS = 12  # from the fitted weights; noise makes margins contradict each other, more sweeps change nothing


def drawn_shares(
    made: Synthetic,
    holds: Callable[[dict[str, npt.NDArray[np.int64]]], Mask],
    *,
    parameters: Parameters | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Share of households for which something holds, with an interval, per unit. [share]

    Parameters
        holds : gets household_size, household_type, rooms, tenure as classes from 1 of each record; says for which
            records it holds.

    Returns
        unit_id, share (of the weights), low, high: quantiles households.interval of households.draws draws.

    Notes
        Each draw moves every published class by the noise of the census (a 0 stays 0), fits again from the weights,
        and draws the households of the unit from them. Seeded by unit: other units do not matter. Value choices, like
        the strength of association of the seed, are another figure: run the synthesis for each.
    """
    known = parameters or Parameters()
    block = made.blocks["households"]
    flag = np.asarray(holds({name: block.classes[k] + 1 for k, name in enumerate(block.dimensions)}), dtype=bool)
    weights = made.fitted.weights["households"]
    share = (weights @ flag) / weights.sum(axis=1)
    number = int(known.number("households.draws"))
    quantiles = known.value("households.interval")
    drawn = np.stack([_of_unit(made, place, flag, number, known, seed) for place in range(made.unit_ids.size)])
    low, high = np.quantile(drawn, quantiles, axis=1)
    return pd.DataFrame({"unit_id": made.unit_ids, "share": share, "low": low, "high": high})


def _of_unit(made: Synthetic, place: int, flag: Mask, number: int, parameters: Parameters, seed: int) -> Floats:
    """The share in every draw of one unit."""
    rng = np.random.default_rng([seed, 7, int(made.unit_ids[place])])
    block, total = made.blocks["households"], float(made.totals[place])
    start = made.fitted.weights["households"][place : place + 1]
    sd = parameters.number("households.count_noise_sd")
    wanted = []
    for name in block.dimensions:
        aim = made.fitted.targets[name]
        lower, upper = aim.lower[place], aim.upper[place]
        if name == "rooms" and name not in made.margins:
            lower = upper = class_sums(block, start, name, lower.size)[0]
        wanted.append(_noisy(lower, upper, total, sd, rng.normal(size=(number, lower.size))))
    low, high = stacked(wanted)
    totals = np.full(number, total)
    fitted = balanced(start, block.classes, low, high, totals, rounds=_ROUNDS, tolerance=1e-4).weights
    chances = fitted @ flag / fitted.sum(axis=1)
    return np.asarray(rng.binomial(int(total), np.clip(chances, 0.0, 1.0)) / total)


def _noisy(lower: Floats, upper: Floats, total: float, sd: float, noise: Floats) -> Target:
    """Bounds with noise on the known classes, scaled to the total again where all are known."""
    fixed = (lower == upper) & (lower > 0)
    moved = np.where(fixed, np.maximum(lower + sd * noise, 0.0), lower)
    sums = moved.sum(axis=1, keepdims=True)
    all_known = bool((lower == upper).all())
    scale = np.where((sums > total) | (all_known & (sums > 0)), total / np.where(sums > 0, sums, 1.0), 1.0)
    moved = moved * scale
    high = np.where(fixed | (upper == 0), moved, np.maximum(upper, moved))
    return Target(moved, high, np.ones(noise.shape[0], dtype=bool))
