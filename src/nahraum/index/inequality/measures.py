"""How unequally something is spread over people: Gini, Theil, MLD, Atkinson, Palma."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.index.inequality.people import Weighted, fractional_rank, lorenz, weighted
from nahraum.parameters import Parameters

_NAN = float("nan")
NEGATIVE = ("nur für Werte ab 0 erklärt", "for values from 0 on only")
NOTHING = ("niemand hat etwas davon: die Summe ist 0", "nobody has any: the sum is 0")
ZERO = ("für Werte von 0 nicht erklärt", "not defined for values of 0")
NOBODY = ("kein Wert bekannt", "no value known")
NO_BOTTOM = ("der untere Teil hat nichts: kein Verhältnis", "the lower part has none: no ratio")


@dataclass(frozen=True)
class Measured:
    """A measure with its reason where there is none (NaN)."""

    value: float
    reason: tuple[str, str] = ("", "")


def _refused(data: Weighted) -> Measured | None:
    """What no measure can do: nobody known, values below 0, a sum of 0."""
    if not len(data.x):
        return Measured(_NAN, NOBODY)
    if (data.x < 0).any():
        return Measured(_NAN, NEGATIVE)
    return Measured(_NAN, NOTHING) if not data.x.any() else None


def gini(data: Weighted) -> Measured:
    """Gini coefficient: 0 everybody has the same, towards 1 one has all. [0..1]

    Notes
        Σ_i Σ_j w_i w_j |y_i - y_j| / (2 mean), Σ w = 1, over people, all of an area alike: less than between persons.
        Zeros count; NaN for negative values (it could exceed 1) and where the sum is 0.

    References
        Gini (1912); Lerman & Yitzhaki (1989). doi:10.1016/0304-4076(89)90074-2
    """
    if found := _refused(data):
        return found
    own = Weighted(data.ids, data.x, data.w, data.x, data.completeness)
    return Measured(max(0.0, float(2 * (data.w * data.x) @ (fractional_rank(own) - 0.5) / (data.w @ data.x))))


def theil(data: Weighted) -> Measured:
    """Theil's T: 0 everybody has the same; looks most at those who have most. [nats]

    Notes
        Σ w (y/mean) ln(y/mean); a value of 0 adds nothing (the limit). NaN for negative values, sum 0.

    References
        Theil (1967). Economics and Information Theory.
    """
    if found := _refused(data):
        return found
    share = data.x / data.mean
    return Measured(float(data.w @ (share * np.log(np.where(share > 0, share, 1.0))) / data.w.sum()))


def mld(data: Weighted) -> Measured:
    """Mean logarithmic deviation: 0 everybody has the same; looks most at those who have least. [nats]

    Notes
        Σ w ln(mean/y); infinite where anybody has 0, so NaN there, and for negative values.

    References
        Theil (1967). Economics and Information Theory.
    """
    if found := _refused(data):
        return found
    if (data.x == 0).any():
        return Measured(_NAN, ZERO)
    return Measured(float(data.w @ np.log(data.mean / data.x) / data.w.sum()))


def atkinson(data: Weighted, aversion: float) -> Measured:
    """Atkinson's index: share of the whole that equality would save at the same welfare. [0..1]

    Parameters
        aversion : to inequality, above 0; 1 is the geometric mean.

    Notes
        1 - (Σ w y^(1-e))^(1/(1-e)) / mean; e = 1: 1 - exp(Σ w ln y)/mean. For e ≥ 1 it is 1 as soon as anybody has 0
        (the limit). NaN for negative values, sum 0.

    References
        Atkinson (1970). On the measurement of inequality. doi:10.1016/0022-0531(70)90039-6
    """
    if found := _refused(data):
        return found
    if aversion >= 1 and (data.x == 0).any():
        return Measured(1.0)
    share, w = data.x / data.mean, data.w / data.w.sum()
    if abs(aversion - 1.0) < 1e-12:
        return Measured(1.0 - float(np.exp(w @ np.log(share))))
    return Measured(1.0 - float((w @ share ** (1.0 - aversion)) ** (1.0 / (1.0 - aversion))))


def palma(data: Weighted, *, top: float, bottom: float) -> Measured:
    """Palma ratio: what the top tenth of people holds, per what the bottom four tenths hold. [ratio]

    Parameters
        top, bottom : shares of residents; an area at the limit is split.

    References
        Palma (2011). Homogeneous middles vs. heterogeneous tails. doi:10.1111/j.1467-7660.2011.01695.x
    """
    if found := _refused(data):
        return found
    reached, sums = lorenz(Weighted(data.ids, data.x, data.w, data.x, data.completeness))
    low, high = np.interp([bottom, 1.0 - top], reached, sums)
    return Measured(float((sums[-1] - high) / low)) if low > 0 else Measured(_NAN, NO_BOTTOM)


def inequality(values: pd.Series, residents: pd.Series, parameters: Parameters) -> pd.DataFrame:
    """All measures of one value over people.

    Parameters
        values : by area_id; NaN is unknown and left out. residents : of the areas, the weights. [persons]

    Returns
        `measure`, `value` (NaN where undefined), `status` (ok | missing | undetermined), `completeness` (share of
        residents behind it), `areas`, `note_de`, `note_en`.
    """
    data = weighted(values, residents)
    top, bottom = parameters.value("inequality.palma_shares")
    found = {"gini": gini(data), "theil": theil(data), "mld": mld(data)}
    for aversion in parameters.value("inequality.atkinson_aversion"):
        found[f"atkinson_{aversion:g}"] = atkinson(data, float(aversion))
    found["palma"] = palma(data, top=float(top), bottom=float(bottom))
    rows = [
        {
            "measure": name, "value": one.value, "status": _status(one), "completeness": data.completeness,
            "areas": len(data.x), "note_de": one.reason[0], "note_en": one.reason[1],
        }
        for name, one in found.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _status(one: Measured) -> str:
    if not np.isnan(one.value):
        return "ok"
    return "missing" if one.reason == NOBODY else "undetermined"
