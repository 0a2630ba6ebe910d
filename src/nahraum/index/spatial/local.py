"""Where like values stand together: local Moran with its quadrants, local Getis–Ord G and G*."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.index.spatial.neighbours import Floats, Neighbours, row_standardised
from nahraum.index.spatial.permuting import conditional_p, false_discovery
from nahraum.index.spatial.values import Placed, placed

QUADRANTS = ("high_high", "low_high", "low_low", "high_low")
"""An area and its neighbours, above or below the mean."""


@dataclass(frozen=True)
class Local:
    """A statistic of every area.

    areas : area_id, value, `lag_mean` (mean of the neighbours), the statistic, `p` (two-sided), `q` (share of false
        discoveries at which the area would be named), `named` (q within the limit), `pattern`, `status` (`ok`;
        `missing` without a value; `undetermined` without neighbours or where nothing differs).
    note_de, note_en : what to know; empty where nothing.
    """

    areas: pd.DataFrame
    note_de: str
    note_en: str


def local_moran(
    values: pd.Series, neighbours: Neighbours, *, permutations: int, rng: np.random.Generator,
    false_discovery_share: float,
) -> Local:  # fmt: skip
    """Local Moran: is an area like its neighbours, more than chance would have it?

    Parameters
        values : by area_id. permutations : of the neighbours of each area, e.g. 9999.
        false_discovery_share : q up to which an area is named.

    Returns
        `local_i`, and `quadrant` (of every area with neighbours); `pattern` is the quadrant of those named.

    Notes
        I_i = (n-1) z_i Σ w_ij z_j / Σ z², weights of a row adding up to 1. Areas without neighbours are unknown.

    References
        Anselin (1995). Local indicators of spatial association. doi:10.1111/j.1538-4632.1995.tb00338.x
    """
    data = _by_row(placed(values, neighbours))
    z, w = data.spread, data.neighbours
    told, alone = z.any(), w.counts == 0
    lag = w.lag(z)
    local = (len(z) - 1) * z * lag / (z @ z) if told else np.full(len(z), np.nan)
    p = conditional_p(z, w, permutations, rng) if told else np.full(len(z), np.nan)
    code = np.where(z > 0, np.where(lag > 0, 0, 3), np.where(lag > 0, 1, 2))
    quadrant = np.where(alone | (not told), "", np.array(QUADRANTS, dtype=object)[code])
    return _table(
        data, {"local_i": np.where(alone, np.nan, local)}, p, quadrant, permutations, false_discovery_share
    )  # fmt: skip


def local_g(values: pd.Series, neighbours: Neighbours, *, itself: bool, false_discovery_share: float) -> Local:
    """Local Getis–Ord G: do high (z > 0) or low (z < 0) values gather around an area?

    Parameters
        itself : the area counts as its own neighbour (G*), with weight 1.

    Returns
        `local_g_z` in standard deviations; `pattern` hot or cold for areas named.

    Notes
        z = (Σ w x - W x̄) / (s √((m Σ w² - W²) / (m-1))), W = Σ w; for G* over all m = n areas, for G over the m = n-1
        others with their own mean and deviation. p is that of a normal law: rough for few areas and few neighbours.

    References
        Ord & Getis (1995). Local spatial autocorrelation statistics. doi:10.1111/j.1538-4632.1995.tb00912.x
    """
    data = placed(values, neighbours)
    z = _g_star_z(data) if itself else _g_z(data)
    alone = data.neighbours.counts == 0
    z = np.where(alone | (not data.spread.any()), np.nan, z)
    p = np.array([erfc(abs(one) / sqrt(2.0)) for one in z])
    pattern = np.where(np.isnan(z), "", np.where(z > 0, "hot", "cold"))
    return _table(data, {"local_g_z": z}, p, pattern, 0, false_discovery_share)


def _g_star_z(data: Placed) -> Floats:
    x, w = data.spread, data.neighbours
    n = float(len(x))
    if n < 2:
        return np.full(len(x), np.nan)
    total = np.bincount(w.rows, w.weights, len(x)) + 1.0
    squares = np.bincount(w.rows, w.weights**2, len(x)) + 1.0
    return _ratio(w.lag(x) + x, (x @ x) / n * (n * squares - total**2) / (n - 1))


def _g_z(data: Placed) -> Floats:
    x, w = data.spread, data.neighbours
    m = float(len(x)) - 1.0
    if m < 2:
        return np.full(len(x), np.nan)
    total, squares = np.bincount(w.rows, w.weights, len(x)), np.bincount(w.rows, w.weights**2, len(x))
    mean = (x.sum() - x) / m
    variance = np.maximum(((x @ x) - x**2) / m - mean**2, 0.0)
    return _ratio(w.lag(x) - total * mean, variance * (m * squares - total**2) / (m - 1))


def _ratio(top: Floats, variance: Floats) -> Floats:
    """z where chance has any play, NaN where it has none (all others are neighbours)."""
    safe = variance > 1e-12 * np.abs(variance).max(initial=0.0)
    return np.where(safe, top / np.sqrt(np.where(safe, variance, 1.0)), np.nan)


def _by_row(data: Placed) -> Placed:
    shares = row_standardised(data.neighbours)
    return Placed(data.x, shares, data.known, data.unknown)


def _table(
    data: Placed, statistic: dict[str, Floats], p: Floats, pattern: npt.NDArray[np.object_], permutations: int,
    share: float,
) -> Local:  # fmt: skip
    q = false_discovery(p)
    named = np.nan_to_num(q, nan=1.0) <= share
    (name, numbers), means = next(iter(statistic.items())), row_standardised(data.neighbours).lag(data.x)
    known = pd.DataFrame(
        {
            "value": data.x, "lag_mean": np.where(data.neighbours.counts == 0, np.nan, means), name: numbers,
            "quadrant": pattern, "p": p, "q": q, "pattern": np.where(named, pattern, ""),
            "status": np.where(np.isnan(numbers), "undetermined", "ok"),
        },
        index=pd.Index(data.neighbours.ids, name="area_id", dtype=object),
    )  # fmt: skip
    everybody = pd.Index(sorted((*data.neighbours.ids, *data.unknown)), name="area_id", dtype=object)
    whole = known.reindex(everybody)
    words = whole[["quadrant", "pattern", "status"]].astype(object)
    whole[["quadrant", "pattern", "status"]] = words.fillna({"quadrant": "", "pattern": "", "status": "missing"})
    whole["named"] = (whole["pattern"] != "").to_numpy()
    whole = whole.reset_index()
    german, english = _told(data, p, permutations, share)
    return Local(whole if name == "local_i" else whole.drop(columns="quadrant"), german, english)


def _told(data: Placed, p: Floats, permutations: int, share: float) -> tuple[str, str]:
    """What a reader has to know: what is left out, and where so few arrangements cannot name a single area."""
    german, english = [], []
    if data.unknown:
        german.append(f"{len(data.unknown)} ohne bekannten Wert ausgelassen.")
        english.append(f"{len(data.unknown)} left out without a known value.")
    if islands := data.neighbours.islands:
        german.append(f"{len(islands)} ohne Nachbargebiet: unbestimmt.")
        english.append(f"{len(islands)} without a neighbour: undetermined.")
    if len(data.x) and not data.spread.any():
        german.append("Alle Gebiete haben denselben Wert: nicht bestimmbar.")
        english.append("All areas have the same value: not determined.")
    tests = int((~np.isnan(p)).sum())
    if permutations and tests and 2.0 / (permutations + 1.0) * tests > share:
        least = int(np.ceil(2.0 / (permutations + 1.0) * tests / share))
        german.append(f"Bei {permutations} Anordnungen werden Gebiete erst ab {least} gleich starken benannt.")
        english.append(f"With {permutations} arrangements areas are named only from {least} equally strong ones on.")
    return " ".join(german), " ".join(english)
