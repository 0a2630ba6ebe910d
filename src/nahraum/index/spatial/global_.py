"""Are like values side by side in the whole area? Moran's I, Geary's C, Getis–Ord G, Moran's I of rates."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.spatial.moments import Moments, geary_moments, getis_ord_moments, moran_moments, sums_of
from nahraum.index.spatial.neighbours import Floats, Neighbours
from nahraum.index.spatial.permuting import permuted_sums, two_sided
from nahraum.index.spatial.values import Placed, aligned, placed

_NAN = float("nan")


@dataclass(frozen=True)
class Association:
    """One statistic of a whole area, with what chance would give.

    measure : moran, geary, getis_ord or eb_moran; all p are two-sided.
    expected : under chance; `*_normality` take the values as normal, `*_randomisation` as dealt at random.
    p_permutation : of `permutations` random arrangements; NaN where there are none.
    areas : how many are in it; unknown, islands : ids of those without a value, without a neighbour.
    status : ok or undetermined; note_de, note_en : why, or what to know.
    """

    measure: str
    value: float
    expected: float
    sd_normality: float
    z_normality: float
    p_normality: float
    sd_randomisation: float
    z_randomisation: float
    p_randomisation: float
    p_permutation: float
    permutations: int
    areas: int
    unknown: tuple[str, ...]
    islands: tuple[str, ...]
    status: str
    note_de: str
    note_en: str

    def as_row(self) -> dict[str, Any]:
        """Plain values for a table."""
        row = asdict(self)
        return row | {name: ", ".join(row[name]) for name in ("unknown", "islands")}


def moran(
    values: pd.Series, neighbours: Neighbours, *, permutations: int = 0, rng: np.random.Generator | None = None
) -> Association:
    """Moran's I: 1 like beside like, near 0 by chance, below 0 like a chessboard.

    Parameters
        values : by area_id; unknown ones are left out and told.
        permutations : random arrangements for `p_permutation`, with `rng`.

    Notes
        I = (n/S0) Σ w_ij z_i z_j / Σ z_i², E = -1/(n-1). It speaks of areas, not persons, and depends on their cut.

    References
        Cliff & Ord (1981). Spatial Processes. Moran (1950). doi:10.2307/2332142
    """
    return _moran("moran", placed(values, neighbours), permutations, rng)


def _moran(measure: str, data: Placed, permutations: int, rng: np.random.Generator | None) -> Association:
    z, w = data.spread, data.neighbours
    if found := _undefined(measure, data, z):
        return found
    factor = len(z) / w.weights.sum() / (z @ z)
    value = float(z @ w.lag(z) * factor)
    chance = _dealt(z, w, permutations, rng)[0] * factor
    return _associated(measure, data, value, moran_moments(z, sums_of(w)), chance)


def geary(
    values: pd.Series, neighbours: Neighbours, *, permutations: int = 0, rng: np.random.Generator | None = None
) -> Association:
    """Geary's C: near 0 like beside like, 1 by chance, above 1 like a chessboard.

    Notes
        C = (n-1) Σ w_ij (x_i - x_j)² / (2 S0 Σ z_i²). Parameters as of `moran`.

    References
        Geary (1954). The contiguity ratio and statistical mapping. doi:10.2307/2986645
    """
    data = placed(values, neighbours)
    z, w = data.spread, data.neighbours
    if found := _undefined("geary", data, z):
        return found
    factor = (len(z) - 1) / (2 * w.weights.sum() * (z @ z))
    value = float(w.weights @ (z[w.rows] - z[w.indices]) ** 2 * factor)
    products, squares = _dealt(z, w, permutations, rng)
    chance = (squares - 2 * products) * factor
    return _associated("geary", data, value, geary_moments(z, sums_of(w)), chance)


def getis_ord(
    values: pd.Series, neighbours: Neighbours, *, permutations: int = 0, rng: np.random.Generator | None = None
) -> Association:
    """Getis–Ord G: above its expectation where high values stand together, below where low ones do.

    Notes
        G = Σ w_ij x_i x_j / Σ x_i x_j over i ≠ j; only for values from 0 on. Meant for weights 0 and 1. Its variance is
        that of randomisation. Parameters as of `moran`.

    References
        Getis & Ord (1992). The analysis of spatial association by use of distance statistics.
        doi:10.1111/j.1538-4632.1992.tb00261.x
    """
    data = placed(values, neighbours)
    x, w = data.x, data.neighbours
    if (x < 0).any():
        return _nothing("getis_ord", data, "Getis–Ord G ist nur für Werte ab 0 erklärt.", "G needs values from 0 on.")
    if found := _undefined("getis_ord", data, data.spread):
        return found
    bottom = x.sum() ** 2 - (x**2).sum()
    if bottom <= 0:
        return _nothing("getis_ord", data, "Nur ein Gebiet hat einen Wert über 0.", "One area only is above 0.")
    chance = _dealt(x, w, permutations, rng)[0] / bottom
    return _associated("getis_ord", data, float(x @ w.lag(x) / bottom), getis_ord_moments(x, sums_of(w)), chance)


def eb_moran(
    cases: pd.Series, base: pd.Series, neighbours: Neighbours, *, permutations: int = 0,
    rng: np.random.Generator | None = None,
) -> Association:  # fmt: skip
    """Moran's I of rates, each held against how far chance alone would carry a rate of so many people.

    Parameters
        cases, base : by area_id; an area without people is unknown. Others as of `moran`.

    References
        Assunção & Reis (1999). A new proposal to adjust Moran's I for population density.
        doi:10.1002/(SICI)1097-0258(19990830)18:16<2147::AID-SIM179>3.0.CO;2-I
    """
    return _moran("eb_moran", placed(assuncao_reis(cases, base, neighbours), neighbours), permutations, rng)


def assuncao_reis(cases: pd.Series, base: pd.Series, neighbours: Neighbours) -> pd.Series:
    """Rates less their mean, over the spread that people and places give together. [standard deviations]

    NaN where cases or people are not known or there are none.

    Raises
        InputError for negative cases or people.
    """
    o, p = aligned(cases, neighbours), aligned(base, neighbours)
    known = ~np.isnan(o) & (p > 0)
    if (o < 0).any() or (p < 0).any():
        raise InputError("rates cannot be made", where="negative cases or people", expected="numbers from 0 on")
    result = np.full(len(o), np.nan)
    if known.any():
        o, p = o[known], p[known]
        mean = o.sum() / p.sum()
        between = (p * (o / p - mean) ** 2).sum() / p.sum() - mean / p.mean()
        variance = between + mean / p
        variance = np.where(variance > 0, variance, mean / p)
        result[known] = (o / p - mean) / np.sqrt(np.where(variance > 0, variance, 1.0))
    return pd.Series(result, index=pd.Index(neighbours.ids, name="area_id"), name="eb_rate")


def _dealt(x: Floats, w: Neighbours, permutations: int, rng: np.random.Generator | None) -> tuple[Floats, Floats]:
    if not permutations:
        return np.zeros(0), np.zeros(0)
    if rng is None:
        raise InputError("random arrangements need a start", expected="rng", fix="rng=numpy.random.default_rng(seed)")
    return permuted_sums(x, w, permutations, rng)


def _undefined(measure: str, data: Placed, z: Floats) -> Association | None:
    """Where there is nothing to compare: one area, no neighbours, all values equal."""
    if len(z) < 2:
        return _nothing(measure, data, "Weniger als zwei Gebiete mit Wert.", "Fewer than two areas with a value.")
    if not len(data.neighbours.indices):
        return _nothing(measure, data, "Kein Gebiet hat ein Nachbargebiet.", "No area has a neighbour.")
    if not z.any():
        return _nothing(measure, data, "Alle Gebiete haben denselben Wert.", "All areas have the same value.")
    return None


def _nothing(measure: str, data: Placed, note_de: str, note_en: str) -> Association:
    return Association(
        measure, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, 0, len(data.x), data.unknown,
        data.neighbours.islands, "undetermined", note_de, note_en,
    )  # fmt: skip


def _p(z: float) -> float:
    return erfc(abs(z) / sqrt(2.0))


def _z(value: float, expected: float, variance: float) -> tuple[float, float, float]:
    """Standard deviation, z and two-sided p; NaN where the variance is none."""
    if not variance > 0:
        return _NAN, _NAN, _NAN
    z = (value - expected) / sqrt(variance)
    return sqrt(variance), z, _p(z)


def _associated(measure: str, data: Placed, value: float, moments: Moments, chance: Floats) -> Association:
    rounding = 1e-12 * max(1.0, abs(value))
    more, less = np.array([(chance >= value - rounding).sum()]), np.array([(chance <= value + rounding).sum()])
    p = float(two_sided(more, less, len(chance))[0]) if len(chance) else _NAN
    german, english = _told(data)
    return Association(
        measure, value, moments.expected, *_z(value, moments.expected, moments.normality),
        *_z(value, moments.expected, moments.randomisation), p, len(chance), len(data.x), data.unknown,
        data.neighbours.islands, "ok", german, english,
    )  # fmt: skip


def _told(data: Placed) -> tuple[str, str]:
    parts = [
        (len(data.unknown), "ohne bekannten Wert ausgelassen", "left out without a known value"),
        (len(data.neighbours.islands), "ohne Nachbargebiet", "without a neighbour"),
    ]
    german = [f"{number} {'Gebiet' if number == 1 else 'Gebiete'} {text}" for number, text, _ in parts if number]
    english = [f"{number} {'area' if number == 1 else 'areas'} {text}" for number, _, text in parts if number]
    return "; ".join(german), "; ".join(english)
