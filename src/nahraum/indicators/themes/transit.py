"""Public transport: quality classes by three systems, and how often one can leave; only with a timetable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.spatial import cKDTree

from nahraum.access import reach
from nahraum.access.setting import whole_dm
from nahraum.area.transit import STOP, Transit
from nahraum.indicators.reach import first_status
from nahraum.indicators.transit_classes import NONE, SYSTEMS, ClassSystem, best_rank, read_system, stop_categories

if TYPE_CHECKING:
    from nahraum.indicators.further import Setting

Float64 = npt.NDArray[np.float64]
Ids = npt.NDArray[np.object_]


def address_values(setting: Setting) -> pd.DataFrame | None:
    """Every indicator of the theme for every address, with its status; None without a timetable."""
    transit = setting.area.transit
    if transit is None:
        return None
    columns: dict[str, pd.Series] = {}
    for name in SYSTEMS:
        columns |= _classes(setting, transit, read_system(setting.parameters, name))
    columns |= _departures(setting, transit)
    return pd.DataFrame(columns, index=setting.area.addresses.index)


def transit_class_oerok(distances_m: pd.DataFrame, system: ClassSystem) -> pd.Series:
    """Quality class of public transport by ÖROK (Austria): 1 is A, 2 is B …; 8 is no class. [-]

    Parameters
        distances_m : on foot to the nearest stop of each category. [m]

    References
        Hiess, H. (2017). Entwicklung eines Umsetzungskonzeptes für österreichweite ÖV-Güteklassen.
    """
    return best_rank(distances_m, system).rename("transit_class_oerok")


def transit_class_are(distances_m: pd.DataFrame, system: ClassSystem) -> pd.Series:
    """Quality class of public transport by ARE (Switzerland): 1 is A … 4 is D; 5 is no class. [-]

    Parameters
        distances_m : in a straight line to the nearest stop of each category. [m]

    References
        Bundesamt für Raumentwicklung ARE (2022). ÖV-Güteklassen Berechnungsmethodik ARE.
    """
    return best_rank(distances_m, system).rename("transit_class_are")


def transit_class_de(distances_m: pd.DataFrame, system: ClassSystem) -> pd.Series:
    """Quality class of public transport by the German adaptation (Plan4Better): 1 is A … 6 is F; 7 is no class. [-]

    Parameters
        distances_m : in a straight line to the nearest stop of each category. [m]
    """
    return best_rank(distances_m, system).rename("transit_class_de")


def transit_good_oerok_share(rank: pd.Series, system: ClassSystem) -> pd.Series:
    """Who lives in a class that ÖROK calls at least good (A to D): 1 yes, 0 no. [-]"""
    return _among(rank, system, system.good, "transit_good_oerok_share")


def transit_very_poor_oerok_share(rank: pd.Series, system: ClassSystem) -> pd.Series:
    """Who lives in the last class of ÖROK (G) or in none: 1 yes, 0 no. [-]"""
    return _among(rank, system, system.very_poor, "transit_very_poor_oerok_share")


def transit_good_are_share(rank: pd.Series, system: ClassSystem) -> pd.Series:
    """Who lives in a class that ARE calls good or very good (A, B): 1 yes, 0 no. [-]"""
    return _among(rank, system, system.good, "transit_good_are_share")


def transit_very_poor_are_share(rank: pd.Series, system: ClassSystem) -> pd.Series:
    """Who lives in no class of ARE: 1 yes, 0 no. [-]"""
    return _among(rank, system, system.very_poor, "transit_very_poor_are_share")


def transit_good_de_share(rank: pd.Series, system: ClassSystem) -> pd.Series:
    """Who lives in class A or B of the German adaptation: 1 yes, 0 no. [-]"""
    return _among(rank, system, system.good, "transit_good_de_share")


def transit_very_poor_de_share(rank: pd.Series, system: ClassSystem) -> pd.Series:
    """Who lives in class F of the German adaptation or in none: 1 yes, 0 no. [-]"""
    return _among(rank, system, system.very_poor, "transit_very_poor_de_share")


def stop_departures_per_hour_500m(start: npt.NDArray[np.int64], rate: Float64) -> pd.Series:
    """Departures per hour and direction at the best served stop within 500 m on foot; 0 without a stop there. [1/h]

    Parameters
        start : the stops within reach of address i are `start[i]:start[i + 1]`.
        rate : departures per hour and direction of each stop reached, working day, in the hours of the stop rule.
    """
    best = np.zeros(len(start) - 1)
    np.maximum.at(best, np.repeat(np.arange(len(best)), np.diff(start)), rate)
    return pd.Series(best, name="stop_departures_per_hour_500m")


CLASSES = {"oerok": transit_class_oerok, "are": transit_class_are, "de": transit_class_de}
GOOD = {"oerok": transit_good_oerok_share, "are": transit_good_are_share, "de": transit_good_de_share}
VERY_POOR = {
    "oerok": transit_very_poor_oerok_share,
    "are": transit_very_poor_are_share,
    "de": transit_very_poor_de_share,
}


def _among(rank: pd.Series, system: ClassSystem, letters: tuple[str, ...], name: str) -> pd.Series:
    ranks = [system.rank(letter) for letter in letters]
    return rank.isin(ranks).astype(np.float64).where(rank.notna()).rename(name)


def _classes(setting: Setting, transit: Transit, system: ClassSystem) -> dict[str, pd.Series]:
    """Class, share of good and of very poor classes by one system, each with its status."""
    categories = stop_categories(transit, system)["category"]
    names = [name for name in system.classes if (categories == name).any()]
    groups = [categories.index[categories == name].to_numpy(dtype=object) for name in names]
    unknown = _unknown_stops(setting, transit)
    ways = _ways_m(setting, [*groups, unknown], metric=system.metric, limit_m=system.rings_m[-1])
    lost = _lost(setting) if system.metric == "network" else np.zeros(len(ways), dtype=np.bool_)
    rank = CLASSES[system.name](pd.DataFrame(ways[:, :-1], columns=names), system)
    doubtful = (ways[:, -1] <= system.rings_m[-1]) & (rank > 1).to_numpy()
    without = (rank == system.rank(NONE)).to_numpy()
    rank = rank.mask(lost | (doubtful & without))
    found: dict[str, pd.Series] = {}
    good, very_poor = GOOD[system.name](rank, system), VERY_POOR[system.name](rank, system)
    # a good class is a fact, and so is one that is not very poor: a better stop would not change them
    settled = {rank.name: np.zeros(len(rank), dtype=np.bool_), good.name: good == 1, very_poor.name: very_poor == 0}
    for value in (rank, good, very_poor):
        found |= _with_status(value, setting, lost=lost, doubtful=doubtful & ~np.asarray(settled[value.name]))
    return found


def _departures(setting: Setting, transit: Transit) -> dict[str, pd.Series]:
    limit = whole_dm(setting.parameters.number("transit.best_stop_within_m"))
    prepared = setting.prepared
    origins, places = prepared.attached.addresses, prepared.attached.facilities
    rates = transit.stops.set_index("facility_id")["departures_per_hour"]
    near = reach.pairs(prepared.engine, origins, places.of(rates.index.to_numpy(dtype=object)), limit=limit)
    rate = rates.reindex(near.group_ids).to_numpy(dtype=np.float64)[near.group]
    order = _order(setting, near.origin_ids)
    best = stop_departures_per_hour_500m(near.start, rate).iloc[order].reset_index(drop=True)
    lost = _lost(setting)
    to_unknown = _ways_m(setting, [_unknown_stops(setting, transit)], metric="network", limit_m=limit / 10)[:, 0]
    doubtful = ~np.isnan(to_unknown)
    best = best.mask(lost | (doubtful & (best == 0).to_numpy()))
    return _with_status(best, setting, lost=lost, doubtful=doubtful)


def _unknown_stops(setting: Setting, transit: Transit) -> Ids:
    """Stops of which no timetable tells the frequency."""
    facilities = setting.area.facilities
    stops = facilities.loc[facilities["category"] == STOP, "facility_id"]
    return stops[~stops.isin(transit.stops["facility_id"])].to_numpy(dtype=object)


def _ways_m(setting: Setting, groups: list[Ids], *, metric: str, limit_m: float) -> Float64:
    """Way from each address to the nearest stop of each group, NaN beyond the limit. [m; address, group]"""
    if metric == "linear":
        return _straight_m(setting, groups, limit_m)
    prepared = setting.prepared
    origins, places = prepared.attached.addresses, prepared.attached.facilities
    held = [places.of(ids) for ids in groups]
    walked = reach.distances(prepared.engine, origins, held, limit=whole_dm(limit_m))
    ways = np.where(walked < 0, np.nan, walked / 10)
    return np.asarray(ways[_order(setting, origins.id)], dtype=np.float64)


def _straight_m(setting: Setting, groups: list[Ids], limit_m: float) -> Float64:
    addresses, facilities = setting.area.addresses, setting.area.facilities
    here = addresses[["x_m", "y_m"]].to_numpy(dtype=np.float64)
    ways = np.full((len(here), len(groups)), np.nan)
    for at, ids in enumerate(groups):
        there = facilities.loc[facilities["facility_id"].isin(ids), ["x_m", "y_m"]].to_numpy(dtype=np.float64)
        if len(there):
            near, _ = cKDTree(there).query(here)
            ways[:, at] = np.where(near <= limit_m, near, np.nan)
    return ways


def _order(setting: Setting, ids: Ids) -> npt.NDArray[np.int64]:
    """Where each address of the area stands among these ids."""
    return np.asarray(pd.Index(ids).get_indexer(pd.Index(setting.area.addresses["address_id"])), dtype=np.int64)


def _lost(setting: Setting) -> npt.NDArray[np.bool_]:
    """Addresses that meet no way."""
    origins = setting.prepared.attached.addresses
    return np.asarray((origins.edge < 0)[_order(setting, origins.id)], dtype=np.bool_)


def _with_status(
    value: pd.Series, setting: Setting, *, lost: npt.NDArray[np.bool_], doubtful: npt.NDArray[np.bool_]
) -> dict[str, pd.Series]:
    """The value of each address with its status.

    Notes
        edge; missing (the address meets no way); undetermined (nothing better known than a stop of unknown frequency);
        unreliable (such a stop is near: the class may be better); ok.
    """
    index, name = setting.area.addresses.index, str(value.name)
    unknown = value.isna().to_numpy()
    status = first_status(
        index, ("edge", setting.area.addresses["edge"].to_numpy(dtype=bool)), ("missing", lost),
        ("undetermined", unknown), ("unreliable", doubtful), name=f"{name}_status",
    )  # fmt: skip
    return {name: value.set_axis(index), f"{name}_status": status}
