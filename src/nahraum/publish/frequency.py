"""How often stops are served, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.indicators.catalogue import format_number

STOPS = ("stop", "stop_rare")
_UNKNOWN = {"de": "Takt unbekannt", "en": "frequency unknown"}
_UNIT = {"de": "{rate} Abfahrten je Stunde und Richtung", "en": "{rate} departures per hour and direction"}


def with_frequency(places: pd.DataFrame, rates: pd.Series | None, language: str) -> pd.DataFrame:
    """Places with their frequency: a text for stops (unknown where no timetable tells it), '' for all others.

    Parameters
        rates : departures per hour and direction by facility_id; None without a timetable.

    Returns
        The places with `frequency`, and with `departures_per_hour` (NaN where there is none) where there are rates.
    """
    is_stop = places["category"].isin(STOPS)
    if rates is None:
        return places.assign(frequency=np.where(is_stop, "unknown", ""))
    known = rates.reindex(places["facility_id"]).to_numpy(dtype=np.float64)
    texts = [
        _UNKNOWN[language] if np.isnan(rate) else _UNIT[language].format(rate=format_number(rate, 1, language))
        for rate in known.tolist()
    ]
    return places.assign(frequency=np.where(is_stop, texts, ""), departures_per_hour=np.round(known, 3))
