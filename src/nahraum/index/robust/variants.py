"""The printed list of other methods: every one a choice somebody could defend, none a probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.index.status.fast import composite
from nahraum.index.status.normalise import winsorised
from nahraum.index.status.weights import first_component, part_weights
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
BY_RANKS = "exponential_rank"  # looks at ranks only: one way of bringing parts to a scale is enough for it
DECIMALS = 12  # index values that agree so far are equal


@dataclass(frozen=True)
class Weighting:
    """How much each unit counts; `kind`: equal, given, pca, more, less, without; `unit` for the last three."""

    id: str
    kind: str
    unit: str
    weights: Floats


@dataclass(frozen=True)
class Variant:
    """One other method."""

    id: str
    normalisation: str
    weighting: Weighting
    aggregation: str
    target_factor: float


def weightings(oriented: Floats, units: Sequence[str], given: Floats, factors: Sequence[float]) -> list[Weighting]:
    """Equal weights, the method's own, the first principal component, one unit more or less, one unit left out.

    Parameters
        oriented : (areas, units), high is disadvantage. given : the method's weights.
    """
    n = len(units)
    found = [Weighting("equal", "equal", "", np.ones(n))]
    if not np.allclose(given / given.sum(), 1.0 / n):
        found.append(Weighting("given", "given", "", given / given.sum() * n))
    if n > 1:
        component = part_weights("pca", given, first_component(oriented))
        if component.sum() > 0:
            found.append(Weighting("pca", "pca", "", component * n))
    base = given / given.sum() * n
    for j, unit in enumerate(units if n > 1 else []):
        for factor in factors:
            changed = base.copy()
            changed[j] *= factor
            found.append(Weighting(f"{unit}_x{factor:g}", "less" if factor < 1 else "more", unit, changed))
        without = base.copy()
        without[j] = 0.0
        if without.sum() > 0:
            found.append(Weighting(f"without_{unit}", "without", unit, without))
    return found


def variant_list(chosen: Sequence[Weighting], parameters: Parameters) -> list[Variant]:
    """Normalisations × weightings × aggregations × sizes of the target set, in the order of the parameters."""
    scales, ways = parameters.value("robust.normalisations"), parameters.value("robust.aggregations")
    return [
        Variant(f"{scale}.{way}.{weighting.id}.{factor:g}", scale, weighting, way, float(factor))
        for scale in scales
        for way in ways
        if way != BY_RANKS or scale == scales[0]
        for weighting in chosen
        for factor in parameters.value("robust.target_factors")
    ]


def prepared(oriented: Floats, normalisation: str, shares: tuple[float, float]) -> tuple[Floats, str]:
    """Values and the way `composite` brings them to one scale; winsorising goes before."""
    if normalisation == "winsor_z":
        return winsorised(oriented, shares), "z"
    return oriented, normalisation


def indices(oriented: Floats, variants: Sequence[Variant], shares: tuple[float, float]) -> Floats:
    """The index of every area by every variant. (variants, areas)

    Notes
        Variants that differ in the target set only share their row; all weightings of one scale go at once.
    """
    found = np.empty((len(variants), len(oriented)))
    groups: dict[tuple[str, str], list[int]] = {}
    for row, variant in enumerate(variants):
        groups.setdefault((variant.normalisation, variant.aggregation), []).append(row)
    for (normalisation, aggregation), rows in groups.items():
        values, how = prepared(oriented, normalisation, shares)
        names = [variants[row].weighting.id for row in rows]
        different = {name: variants[row].weighting.weights for name, row in zip(names, rows, strict=True)}
        weights = np.stack(list(different.values()))
        whole = np.atleast_2d(composite(values, standardise=how, weights=weights, aggregate=aggregation))
        place = {name: number for number, name in enumerate(different)}
        found[rows] = whole[[place[name] for name in names]]
    return found


def ranks_of(index: Floats) -> Floats:
    """1 for the highest index; equal ones share the first of their ranks. (…, areas)"""
    rounded = np.round(np.atleast_2d(index), DECIMALS)
    rows = [len(row) - np.searchsorted(np.sort(row), row, side="right") + 1.0 for row in rounded]
    return np.asarray(np.stack(rows).reshape(index.shape), dtype=np.float64)


__all__ = ["Variant", "Weighting", "indices", "prepared", "ranks_of", "variant_list", "weightings"]
