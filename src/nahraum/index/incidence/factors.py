"""What incidence is held against: social status, each prerequisite, any other figure of the areas, one at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.incidence.rates import Floats

STATUS, PREREQUISITE, OTHER = "status", "prerequisite", "other"
_LACKS = {
    "living_space": ("ausreichender Wohnraum", "enough living space"),
    "green": ("nahes Grün", "green near home"),
    "internet": ("ein ausreichendes Internet-Angebot", "a sufficient internet offer"),
    "supply": ("die Nahversorgung", "everyday supply"),
}
_FIFTHS = 5
_DIGITS = 9  # decimals beyond which a value was computed, not written
_WHOLE = 1e-6  # from a whole number, by rounding of the machine
_QUARTILES = 1.349  # standard deviations between the quartiles of a normal distribution
_FINE = 50.0  # steps per area, among which hardly two areas would share one


@dataclass(frozen=True)
class Factor:
    """One figure of the areas.

    figures : by area_id, NaN where not known. label_de, label_en : of the figure, for tables.
    more_de, more_en : what a larger value means, to follow "where": "der soziale Status höher ist".
    kind : status | prerequisite | other.
    """

    id: str
    figures: pd.Series
    label_de: str
    label_en: str
    more_de: str
    more_en: str
    kind: str = OTHER


def status_factor(index: pd.Series, *, high_is: str) -> Factor:
    """Social status as a factor of which more is higher status.

    Parameters
        index : status index by area_id. high_is : what a high index means, disadvantage (MSS, GISD, IMD) or advantage.
    """
    if high_is not in ("disadvantage", "advantage"):
        raise InputError(
            f"the status index has no direction {high_is!r}", expected="high_is = disadvantage or advantage"
        )
    values = index if high_is == "advantage" else -index
    return Factor(
        "status", values, "sozialer Status (mehr = höher)", "social status (more = higher)",
        "der soziale Status höher ist", "social status is higher", STATUS,
    )  # fmt: skip


def prerequisite_factor(id: str, lacking_share: pd.Series) -> Factor:
    """The share of residents who lack a prerequisite as a factor.

    Parameters
        id : living_space, green, internet or supply. lacking_share : by area_id, 0 to 1.
    """
    german, english = _LACKS[id]
    return Factor(
        f"lacks_{id}_share", lacking_share, f"Anteil, dem {german} fehlt", f"share lacking {english}",
        f"einem größeren Anteil der Menschen {german} fehlt", f"a larger share of people lacks {english}",
        PREREQUISITE,
    )  # fmt: skip


def distinct_values_share(values: Floats) -> float:
    """How many different values there are, of those that so many areas would have if each had its own. [share]

    A figure of larger areas copied onto smaller ones repeats far more than rounding makes it repeat. Shares of 0 and 1
    do not count: everybody or nobody is often the truth of many areas.

    Notes
        Expected are the different values of a smooth distribution like that of the values (Gaussian kernel, bandwidth
        by Silverman's rule for as many), written with as many decimals.
    """
    counted = values[~np.isnan(values) & (values != 0) & (values != 1)]
    n, spread = len(counted), np.ptp(counted) if len(counted) else 0.0
    if not spread:
        return 1.0
    scaled, distinct = (counted - counted.min()) / spread, np.unique(np.round(counted, _DIGITS))
    steps = max(int(min(np.rint(spread * 10.0 ** _decimals(counted)), _FINE * n)), 1)
    lower, upper = np.quantile(scaled, [0.25, 0.75])
    narrow = min(float(scaled.std()), float(upper - lower) / _QUARTILES)
    width = 0.9 * (narrow or float(scaled.std())) * len(distinct) ** -0.2 * steps
    there = np.bincount(np.rint(scaled * steps).astype(np.int64), minlength=3 * steps)
    far = np.fft.fftfreq(len(there), 1 / len(there))
    kernel = np.exp(-((far / max(width, 0.1)) ** 2) / 2)
    chance = np.clip(np.fft.ifft(np.fft.fft(there) * np.fft.fft(kernel)).real, 0, None)[: steps + 1]
    expected = float((1 - (1 - chance / chance.sum()) ** n).sum())
    return len(distinct) / expected


def _decimals(values: Floats) -> int:
    """Decimals with which the values are written."""
    scaled = (values * 10.0**digits for digits in range(_DIGITS))
    return next((k for k, each in enumerate(scaled) if np.abs(each - np.rint(each)).max() < _WHOLE), _DIGITS)


def fifths_of_residents(values: Floats, residents: Floats) -> npt.NDArray[np.int64]:
    """Fifth of each area, 1 with the smallest values, so that about a fifth of residents lives in each.

    An area is in the fifth in which the middle of its residents lies; areas with the same value stay together.
    """
    order = np.argsort(values, kind="stable")
    distinct, place = np.unique(values[order], return_inverse=True)
    together = np.bincount(place, weights=residents[order], minlength=len(distinct))
    middle = (np.cumsum(together) - together / 2) / together.sum()
    fifth = np.empty(len(values), dtype=np.int64)
    fifth[order] = np.minimum((middle * _FIFTHS).astype(np.int64), _FIFTHS - 1)[place] + 1
    return fifth
