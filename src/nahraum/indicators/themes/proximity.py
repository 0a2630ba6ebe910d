"""The 15-minute city: how long people walk to the nearest twenty places of each kind."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access import reach
from nahraum.access.setting import whole_dm
from nahraum.indicators.further import Setting
from nahraum.indicators.reach import first_status
from nahraum.indicators.themes.supply import in_order, places_of

Floats = npt.NDArray[np.float64]
GREEN = "green"


def proximity_time_min(minutes: Floats) -> Floats:
    """Mean over the kinds of places of the mean time to the nearest twenty of each. [min]

    Parameters
        minutes : mean time to the nearest twenty, a row per address and a column per kind.

    Returns
        NaN where a kind is not reached at all.

    References
        Bruno, Monteiro Melo, Campanelli & Loreto (2024). A universal framework for inclusive 15-minute cities.
        Nature Cities. doi 10.1038/s44284-024-00119-4
    """
    return np.asarray(minutes.mean(axis=1), dtype=np.float64)


def within_15_minutes_share(proximity_min: Floats, *, maximum_min: float) -> Floats:
    """Whether the proximity time is at most 15 minutes: 1, 0, NaN not known. [share]"""
    return np.where(np.isnan(proximity_min), np.nan, (proximity_min <= maximum_min).astype(np.float64))


def address_values(setting: Setting) -> pd.DataFrame:
    """Proximity time and its share per address; nothing where the data hold too few places of a kind."""
    parameters, prepared = setting.parameters, setting.prepared
    kinds = {name: tuple(item.value) for name, item in parameters.group("proximity.kinds").items()}
    k, least = int(parameters.number("proximity.places")), int(parameters.number("proximity.minimum_places"))
    metres_per_min = parameters.number("proximity.speed_km_h") * 1000 / 60
    origins = in_order(setting, prepared.attached.addresses)
    minutes, few = np.full((len(origins.id), len(kinds)), np.nan), np.zeros(len(origins.id), dtype=bool)
    for at, categories in enumerate(kinds.values()):
        places = prepared.attached.entrances if GREEN in categories else places_of(setting, categories)
        number = min(k, len(np.unique(places.attached().id)))
        if number < least:
            return pd.DataFrame(index=setting.area.addresses.index)
        limit = whole_dm(parameters.number("proximity.search_limit_m"))
        found = reach.nearest_k(prepared.engine, origins, places, k=number, limit=limit)
        known = np.where(found.cost >= 0, found.cost / 10, np.nan)
        enough = (found.cost >= 0).sum(axis=1) >= least
        minutes[enough, at] = np.nanmean(known[enough], axis=1) / metres_per_min
        few |= (found.cost >= 0).sum(axis=1) < k
    time = proximity_time_min(minutes)
    limit_min = parameters.number("proximity.maximum_min")
    status = first_status(
        pd.RangeIndex(len(time)),
        ("edge", setting.area.addresses["edge"].to_numpy(dtype=bool)),
        ("unreachable", origins.edge < 0),
        ("missing", np.isnan(time)),
        ("unreliable", few),
        name="status",
    )
    table = pd.DataFrame(
        {
            "proximity_time_min": time, "proximity_time_min_status": status,
            "within_15_minutes_share": within_15_minutes_share(time, maximum_min=limit_min),
            "within_15_minutes_share_status": status,
        }
    )  # fmt: skip
    return table.set_axis(setting.area.addresses.index)
