"""How far groups live apart: dissimilarity with the part chance makes, isolation, exposure, entropy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.inequality.people import Floats
from nahraum.index.spatial.neighbours import Neighbours

_NAN = float("nan")


@dataclass(frozen=True)
class TwoGroups:
    """Segregation of a group from the rest; all 0..1 unless said.

    dissimilarity : share of the group that would have to move for an even spread.
    expected : what chance alone makes of it in units so small; excess : the difference; corrected : the excess as share
        of what is possible beyond chance (Winship).
    isolation, exposure : share of the group, of the rest, among the neighbours of a member; they add up to 1.
    correlation : isolation beyond the group's share in the whole (eta²).
    entropy : information theory index H.
    status : ok or undetermined; completeness : units known, as share of all.
    """

    dissimilarity: float
    expected: float
    excess: float
    corrected: float
    isolation: float
    exposure: float
    correlation: float
    entropy: float
    units: int
    completeness: float
    status: str
    note_de: str
    note_en: str


@dataclass(frozen=True)
class ManyGroups:
    """Segregation of several groups at once.

    mutual_information : M, what the unit tells of the group. [nats] entropy : H = M / entropy of the groups. [0..1]
    expected_information : what chance makes of M, about (units - 1)(groups - 1) / (2 persons). [nats]
    dissimilarity : multigroup D. [0..1]
    """

    mutual_information: float
    expected_information: float
    entropy: float
    dissimilarity: float
    units: int
    completeness: float
    status: str
    note_de: str
    note_en: str


def two_groups(group: pd.Series, rest: pd.Series) -> TwoGroups:
    """How far a group lives apart from the rest of the residents.

    Parameters
        group, rest : persons by unit, the same units. Units with an unknown count are left out.

    Notes
        x group, y rest, t both: D = ½ Σ |x/X - y/Y|; isolation Σ (x/X)(x/t); exposure Σ (x/X)(y/t); H as of
        `many_groups`. `expected` is exact for residents dealt at random (hypergeometric); it is large where units are
        small: at 100 m report `excess`, never D alone. The units decide: never compare different ones.

    References
        Duncan & Duncan (1955). doi:10.2307/2088328; Winship (1977). doi:10.2307/2577465; Allen et al. (2015).
        doi:10.1111/rssc.12106; Lieberson (1981).
    """
    if len(apart := group.index.symmetric_difference(rest.index)):
        raise InputError(
            "segregation cannot be told", where=f"{len(apart)} units on one side only, first: {list(apart[:3])}",
            expected="persons of the group and of the rest in the same units", fix="unknown counts stay empty",
        )  # fmt: skip
    counts, completeness = _counts(pd.DataFrame({"group": group, "rest": rest}))
    x, y = counts.T
    if not x.sum() or not y.sum():
        return TwoGroups(
            _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, _NAN, len(x), completeness, "undetermined", *_EMPTY
        )  # fmt: skip
    t, share = x + y, x.sum() / counts.sum()
    dissimilarity = float(0.5 * np.abs(x / x.sum() - y / y.sum()).sum())
    expected = expected_dissimilarity(x, y)
    isolation = float(x / x.sum() @ (x / t))
    left = 1.0 - expected
    return TwoGroups(
        dissimilarity, expected, dissimilarity - expected,
        (dissimilarity - expected) / left if left > 0 else _NAN,
        isolation, float(x / x.sum() @ (y / t)), float((isolation - share) / (1.0 - share)),
        _information(counts)[1], len(x), completeness, "ok", "", "",
    )  # fmt: skip


_EMPTY = ("eine der Gruppen hat niemanden", "one of the groups has nobody")


def expected_dissimilarity(x: Floats, y: Floats) -> float:
    """Dissimilarity that chance alone makes where persons are dealt to units of the given sizes. [0..1]

    Notes
        D = T / (2 X Y) Σ |x - t X/T|, and the mean absolute deviation of the hypergeometric law is
        2 m (Y - t + m) / T · P(m), m the whole number above t X/T. Counts are rounded to whole persons.

    References
        Winship (1977). doi:10.2307/2577465; Diaconis & Zabell (1991). doi:10.1214/ss/1177011699
    """
    from scipy.special import gammaln

    t, group = np.rint(x + y), float(np.rint(x.sum()))
    whole = float(t.sum())
    rest = whole - group
    if not group > 0 or not rest > 0:
        return _NAN
    m = np.floor(t * group / whole) + 1.0
    possible = (m <= t) & (m <= group) & (t - m <= rest)
    m, t = m[possible], t[possible]

    def log_choose(n: Floats | float, k: Floats) -> Floats:
        return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0), dtype=np.float64)

    log_p = log_choose(group, m) + log_choose(rest, t - m) - log_choose(whole, t)
    deviation = 2.0 * m * (rest - t + m) / whole * np.exp(log_p)
    return float(whole / (2.0 * group * rest) * deviation.sum())


def many_groups(counts: pd.DataFrame) -> ManyGroups:
    """How far several groups live apart from each other.

    Parameters
        counts : persons by unit, a column per group. Units with an unknown count are left out; a group that nobody
            belongs to says nothing.

    Notes
        M = Σ_u p_u Σ_g p_g|u ln(p_g|u / p_g), H = M / E, E = -Σ p_g ln p_g;
        D = Σ_u t_u Σ_g |p_g|u - p_g| / (2 T Σ_g p_g (1 - p_g)).

    References
        Theil (1972); Mora & Ruiz-Castillo (2011). doi:10.1111/j.1467-9531.2011.01237.x; Reardon & Firebaugh (2002).
        doi:10.1111/1467-9531.00110
    """
    table, completeness = _counts(counts)
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2:
        return ManyGroups(_NAN, _NAN, _NAN, _NAN, len(table), completeness, "undetermined", *_EMPTY)
    information, entropy = _information(table)
    of_unit, whole = table.sum(axis=1), table.sum()
    share = table.sum(axis=0) / whole
    apart = np.abs(table / of_unit[:, None] - share).sum(axis=1) @ of_unit
    expected = (len(table) - 1) * (table.shape[1] - 1) / (2.0 * whole)
    return ManyGroups(
        information, float(expected), entropy, float(apart / (2.0 * whole * (share @ (1.0 - share)))), len(table),
        completeness, "ok", "", "",
    )  # fmt: skip


def spatial_information(counts: pd.DataFrame, neighbours: Neighbours) -> float:
    """How far several groups live apart where the surroundings count, not the unit alone: spatial H. [0..1]

    Parameters
        counts : persons by unit, a column per group. neighbours : of the units, with the weight of each; a unit counts
            in its own surroundings with weight 1.

    Returns
        NaN where fewer than two groups have anybody. Below 0 where surroundings are more mixed than the whole.

    Notes
        H~ = 1 - Σ t E~ / (T E), E~ the entropy of a unit's surroundings. A unit with an unknown count is in nobody's.
        Small units on a chessboard are apart by H and mixed by H~.

    References
        Reardon & O'Sullivan (2004). Measures of spatial segregation. doi:10.1111/j.0081-1750.2004.00150.x
    """
    around = counts.set_axis(counts.index.astype(str)).reindex(list(neighbours.ids))
    if len(strange := counts.index.astype(str).difference(pd.Index(neighbours.ids))):
        raise InputError(
            "segregation cannot be told", where=f"units without a place: {list(strange[:3])}",
            expected="neighbours for every unit", fix="use the same ids in table and geometry",
        )  # fmt: skip
    _counts(counts)
    table = around.to_numpy(dtype=np.float64, na_value=np.nan)
    table = np.where(np.isnan(table).any(axis=1, keepdims=True), 0.0, table)
    near = table + np.column_stack([neighbours.lag(group) for group in table.T])
    share, of_unit = table.sum(axis=0) / max(table.sum(), 1e-300), table.sum(axis=1)
    whole = _entropy(share[None, :])[0]
    if not whole > 0:
        return _NAN
    mixed = _entropy(near / np.maximum(near.sum(axis=1, keepdims=True), 1e-300))
    return float(1.0 - of_unit @ mixed / (of_unit.sum() * whole))


def _entropy(shares: Floats) -> Floats:
    return np.asarray(-(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1), dtype=np.float64)


def _information(table: Floats) -> tuple[float, float]:
    """Mutual information of unit and group, and as share of the entropy of the groups."""
    p = table / table.sum()
    unit, group = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
    ratio = np.where(p > 0, p, 1.0) / np.where(p > 0, unit * group, 1.0)
    information = max(0.0, float((p * np.log(ratio)).sum()))
    return information, information / float(-(group * np.log(group)).sum())


def _counts(table: pd.DataFrame) -> tuple[Floats, float]:
    """Units with all counts known and anybody in them, sorted by id; the share of units that are known."""
    numbers = table.sort_index(key=lambda index: index.astype(str)).to_numpy(dtype=np.float64, na_value=np.nan)
    problems = [f"negative in {int((numbers < 0).any(axis=1).sum())} units"] * bool((numbers < 0).any())
    problems += [f"infinite in {int(np.isinf(numbers).any(axis=1).sum())} units"] * bool(np.isinf(numbers).any())
    problems += ["ids of units repeat"] * (not table.index.is_unique)
    if problems:
        raise InputError(
            "segregation cannot be told", where=problems, expected="persons of each group in each unit, from 0 on",
            fix="one row per unit; unknown counts stay empty",
        )  # fmt: skip
    known = ~np.isnan(numbers).any(axis=1)
    completeness = float(known.mean()) if len(known) else _NAN
    return numbers[known & (np.nan_to_num(numbers).sum(axis=1) > 0)], completeness
