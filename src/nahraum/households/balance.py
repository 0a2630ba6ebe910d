"""Weights of seed records that meet the margins of every area: iterative proportional fitting in a batch of areas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.compiled import compiled
from nahraum.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_HALVINGS = 80
_LANES = 16  # areas that are fitted side by side
_EPSILON = 1e-9  # share of a total that stands for 0 (METHODS 1.4): what is 0 in one margin can come back in another


@dataclass(frozen=True)
class Balanced:
    """weights [areas, records]; gap: worst distance of a margin from its bounds per area; rounds: sweeps used."""

    weights: Floats
    gap: Floats
    rounds: Ints


@compiled
def _factor(sums: Floats, lower: Floats, upper: Floats, total: float, number: int) -> float:
    """f with sum of clip(f * sums, lower, upper) = total; the nearest possible where there is none."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        reached = 0.0
        for k in range(number):
            reached += min(max(sums[k] * high, lower[k]), upper[k])
        if reached >= total:
            break
        high *= 2.0
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        reached = 0.0
        for k in range(number):
            reached += min(max(sums[k] * middle, lower[k]), upper[k])
        if reached >= total:
            high = middle
        else:
            low = middle
    return high


@compiled
def _ratios(sums: Floats, lower: Floats, upper: Floats, total: float, number: int, ratio: Floats) -> float:
    """What each class of one margin is multiplied with; returns the largest change of a class."""
    fixed, open_sum, is_fixed = 0.0, 0.0, True
    for k in range(number):
        if lower[k] == upper[k]:
            fixed += lower[k]
        else:
            is_fixed, open_sum = False, open_sum + sums[k]
    factor = 1.0
    if not is_fixed and open_sum > 0.0:
        factor = max(total - fixed, 0.0) / open_sum
        for k in range(number):
            if lower[k] < upper[k] and not lower[k] <= sums[k] * factor <= upper[k]:
                factor = _factor(sums, lower, upper, total, number)
                break
    worst = 0.0
    for k in range(number):
        wanted = max(min(max(sums[k] * factor, lower[k]), upper[k]), _EPSILON * total)
        ratio[k] = wanted / sums[k] if sums[k] > 0.0 else 1.0
        worst = max(worst, abs(wanted - sums[k]))
    return worst


@compiled
def _begin(sums: Floats, lower: Floats, upper: Floats, total: float, number: int, ratio: Floats) -> None:
    """What each class is multiplied with at first: what is known of it, and its part of what is not, as in the seed."""
    rest, bases, rooms = total, np.zeros(number), np.zeros(number)
    for k in range(number):
        rest -= lower[k]
        if upper[k] > lower[k]:
            bases[k], rooms[k] = sums[k], upper[k] - lower[k]
    factor = _factor(bases, np.zeros(number), rooms, rest, number) if rest > 0.0 and bases.sum() > 0.0 else 0.0
    for k in range(number):
        wanted = max(lower[k] + min(factor * bases[k], rooms[k]), _EPSILON * total)
        ratio[k] = wanted / sums[k] if sums[k] > 0.0 else 1.0


@compiled
def _classes(w: Floats, of: Ints, sums: Floats) -> None:
    """Sums of the weights by class of one margin."""
    sums[:] = 0.0
    for r in range(of.size):
        sums[of[r]] += w[r]


@compiled
def _times(w: Floats, of: Ints, ratio: Floats) -> None:
    """Weights multiplied by what their class is multiplied with."""
    for r in range(of.size):
        w[r] *= ratio[of[r]]


@compiled
def _begun(
    seed: Floats, classes: Ints, sizes: Ints, low: Floats, high: Floats, total: float, additive: bool, w: Floats
) -> None:
    """Weights of one area to begin with."""
    sums, ratio = np.zeros(low.shape[1]), np.zeros(low.shape[1])
    w[:] = seed * (total / seed.sum())
    for m in range(classes.shape[0] if additive else 0):
        _classes(w, classes[m], sums)
        _begin(sums, low[m], high[m], total, sizes[m], ratio)
        _times(w, classes[m], ratio)


@compiled
def _gap(w: Floats, classes: Ints, sizes: Ints, low: Floats, high: Floats) -> float:
    """How far the worst class of all margins is from its bounds."""
    found, sums = 0.0, np.zeros(low.shape[1])
    for m in range(classes.shape[0]):
        _classes(w, classes[m], sums)
        for k in range(sizes[m]):
            found = max(found, low[m, k] - sums[k], sums[k] - high[m, k])
    return found


@compiled
def _pass(w: Floats, before: Ints, ratio: Floats, of: Ints, sums: Floats) -> None:
    """Multiplies the weights of all lanes by the ratios of one margin and adds them up by class of another."""
    sums[:] = 0.0
    for r in range(w.shape[0]):
        was, now = np.uint64(before[r]), np.uint64(of[r])
        for lane in range(w.shape[1]):
            w[r, lane] *= ratio[was, lane]
            sums[now, lane] += w[r, lane]


@compiled
def _sweep(
    w: Floats, area: Ints, classes: Ints, sizes: Ints, lower: Floats, upper: Floats, totals: Floats, ratio: Floats,
    worst: Floats,
) -> None:  # fmt: skip
    """Goes through the margins once, for the areas of all lanes; worst : largest change of a class, by lane.

    ratio : what the last margin leaves to be multiplied with, before and after.
    """
    sums, before = np.empty_like(ratio), classes[classes.shape[0] - 1]
    own_sums, own_ratio = np.zeros(ratio.shape[0]), np.zeros(ratio.shape[0])
    worst[:] = 0.0
    for m in range(classes.shape[0]):
        _pass(w, before, ratio, classes[m], sums)
        before = classes[m]
        for lane in range(area.size):
            at = area[lane]
            if at >= 0:
                own_sums[:] = sums[:, lane]
                missed = _ratios(own_sums, lower[at, m], upper[at, m], totals[at], sizes[m], own_ratio)
                worst[lane] = max(worst[lane], missed)
                ratio[:, lane] = own_ratio


@compiled
def _fit(
    seeds: Floats,
    parent: Ints,
    classes: Ints,
    sizes: Ints,
    lower: Floats,
    upper: Floats,
    totals: Floats,
    rounds_most: int,
    tolerance: float,
    additive: bool,
    weights: Floats,
    gap: Floats,
    rounds: Ints,
) -> None:
    """Fills weights, gap and rounds; areas do not know each other, so that some are fitted side by side in lanes.

    A lane whose area is done takes the next one.
    """
    (n_margins, n_records), n_classes, lanes = classes.shape, lower.shape[2], min(_LANES, totals.size)
    w, ratio, worst = np.ones((n_records, lanes)), np.ones((n_classes, lanes)), np.zeros(lanes)
    area, fresh, own_ratio = np.full(lanes, -1), 0, np.zeros(n_classes)
    while True:
        for lane in range(lanes):
            if area[lane] < 0 and fresh < totals.size:
                total, seed = totals[fresh], seeds[parent[fresh]]
                _begun(seed, classes, sizes, lower[fresh], upper[fresh], total, additive, weights[fresh])
                w[:, lane] = weights[fresh]
                area[lane] = fresh
                fresh += 1
        if (area < 0).all():
            break
        _sweep(w, area, classes, sizes, lower, upper, totals, ratio, worst)
        for lane in range(lanes):
            at = area[lane]
            if at < 0:
                continue
            rounds[at] += 1
            if worst[lane] <= tolerance * max(totals[at], 1.0) or rounds[at] >= rounds_most:
                weights[at] = w[:, lane]
                own_ratio[:] = ratio[:, lane]
                _times(weights[at], classes[n_margins - 1], own_ratio)
                gap[at] = _gap(weights[at], classes, sizes, lower[at], upper[at])
                w[:, lane] = 1.0  # an idle lane stays as it is
                ratio[:, lane] = 1.0
                area[lane] = -1


def balanced(
    seeds: Floats,
    classes: Ints,
    lower: Floats,
    upper: Floats,
    totals: Floats,
    *,
    parent: Ints | None = None,
    rounds: int = 500,
    tolerance: float = 1e-6,
    additive: bool = False,
) -> Balanced:
    """Weights nearest to the seed (in relative entropy) that meet every margin of every area. [households]

    Parameters
        seeds : [seeds, records] positive weights; only their ratios count.
        classes : [margins, records] class of each record in each margin, from 0.
        lower, upper : [areas, margins, classes] bounds of each class; equal where the count is known, 0 and infinite
            where it is open. A margin with fewer classes is filled up with 0, 0.
        totals : [areas] sum of the weights, > 0.
        parent : which seed each area starts from; the first by default.
        rounds : sweeps at most; one sweep goes through the margins in their order.
        tolerance : a sweep that moves no class by more than this share of the total is the last.
        additive : where a class is known in part (0 < lower < upper: several cells, some of which hide it), begin with
            what is known and share out the rest like the seed; else the known part is taken for the whole first.

    Notes
        A class of one margin is multiplied by one number, so that the odds ratios of the seed stay. Open classes of a
        margin share what the known ones leave. Margins that contradict each other do not meet: `gap` says by how much.

    References
        Deming, W. E. & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency table when the
        expected marginal totals are known. doi 10.1214/aoms/1177731829. Hainmueller, J. (2012). Entropy balancing
        for causal effects. doi 10.1093/pan/mpr025.
    """
    _check(seeds, classes, lower, upper, totals)
    n_areas, n_margins = lower.shape[:2]
    used = np.array([classes[m].max() + 1 if classes.size else 0 for m in range(n_margins)], dtype=np.int64)
    out = Balanced(np.zeros((n_areas, classes.shape[1])), np.zeros(n_areas), np.zeros(n_areas, dtype=np.int64))
    origin = np.zeros(n_areas, dtype=np.int64) if parent is None else np.ascontiguousarray(parent, dtype=np.int64)
    _fit(
        np.ascontiguousarray(seeds, dtype=np.float64), origin, np.ascontiguousarray(classes, dtype=np.int64), used,
        np.ascontiguousarray(lower, dtype=np.float64), np.ascontiguousarray(upper, dtype=np.float64),
        np.ascontiguousarray(totals, dtype=np.float64), rounds, tolerance, additive, out.weights, out.gap,
        out.rounds,
    )  # fmt: skip
    return out


def _check(seeds: Floats, classes: Ints, lower: Floats, upper: Floats, totals: Floats) -> None:
    """Refuses what is no seed, no class and no margin; all problems at once."""
    problems = []
    if seeds.ndim != 2 or seeds.shape[1] != classes.shape[1]:
        problems.append(f"{seeds.shape} seed weights do not fit {classes.shape[1]} records")
    if not (np.isfinite(seeds).all() and (seeds >= 0).all() and (seeds.sum(axis=-1) > 0).all()):
        problems.append("seed weights must be finite, not negative, and not all 0")
    if not classes.size:
        problems.append(f"{classes.shape[0]} margins of {classes.shape[1]} records leave nothing to fit")
    elif classes.min() < 0 or classes.max() >= lower.shape[2]:
        problems.append(f"classes must be 0 to {lower.shape[2] - 1}")
    if lower.shape != upper.shape or lower.shape[:2] != (totals.size, classes.shape[0]):
        problems.append(
            f"margins {lower.shape}, {upper.shape} do not fit {totals.size} areas, {classes.shape[0]} margins"
        )
    elif not ((lower >= 0).all() and (lower <= upper).all() and np.isfinite(lower).all()):
        problems.append("counts must be finite and not negative, and no lower bound above its upper one")
    if not ((totals > 0).all() and np.isfinite(totals).all()):
        problems.append("every area needs a total above 0: leave out empty areas")
    if problems:
        raise InputError(
            "margins cannot be fitted",
            where=problems,
            expected="weights per record, a class per record and margin, bounds and a total per area",
        )
