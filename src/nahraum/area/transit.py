"""Stops and their departures from a timetable, in place of the stops of OpenStreetMap (docs/decisions/timetable.md)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from nahraum.area.space import LON_LAT, project_points
from nahraum.errors import InputError
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.sources.gtfs import Timetable

STOP, RARE_STOP = "stop", "stop_rare"
WORKING_DAY = "working_day"
Counts = dict[str, int]


@dataclass(frozen=True)
class Transit:
    """What the timetable says of the stops of a study area.

    stops       facility_id, departures_per_hour (one direction, mean over the hours of the stop rule), n_directions
                (1: a terminus or a loop, else 2), counts (whether it counts as everyday supply), sorted by facility_id
    departures  facility_id, day, route_type, direction, hour, departures, as `sources.gtfs.Timetable`
    links       facility_id, day, route_type, next_stops
    feeds       one row per file of the timetable

    A stop of category `stop` that is not in `stops` comes from OpenStreetMap: its frequency is not known.
    """

    stops: pd.DataFrame
    departures: pd.DataFrame
    links: pd.DataFrame
    feeds: pd.DataFrame


def within_hours(hour: npt.ArrayLike, from_hour: float, to_hour: float) -> npt.NDArray[np.bool_]:
    """Which hours of service days lie in a part of the day, by the clock: hour 30 is 6 in the morning."""
    clock = np.asarray(hour, dtype=np.int64) % 24
    return np.asarray((clock >= from_hour) & (clock < to_hour), dtype=np.bool_)


def departures_per_hour(
    departures: pd.DataFrame, *, from_hour: float, to_hour: float, one_way_share: float
) -> pd.DataFrame:
    """How often one can leave a stop in one direction on a working day. [departures per hour]

    Parameters
        departures : facility_id, day, direction, hour, departures.
        from_hour, to_hour : the part of the day over which the mean is taken. [h]
        one_way_share : from this share of its departures in one direction a stop has one direction only.

    Returns
        By facility_id, of all in `departures`: departures (both directions, in that part of the day), n_directions
        (1 or 2), departures_per_hour (departures / n_directions / hours).
    """
    counted = departures[(departures["day"] == WORKING_DAY) & within_hours(departures["hour"], from_hour, to_hour)]
    by_direction = counted.groupby(["facility_id", "direction"])["departures"].sum()
    most = by_direction.groupby("facility_id").max()
    stops = pd.Index(np.unique(departures["facility_id"].to_numpy(dtype=object)), name="facility_id")
    total = by_direction.groupby("facility_id").sum().reindex(stops, fill_value=0)
    one_way = most.reindex(stops, fill_value=0) >= one_way_share * total
    directions = np.where(one_way, 1, 2)
    rate = total / directions / (to_hour - from_hour)
    return pd.DataFrame({"departures": total, "n_directions": directions, "departures_per_hour": rate}, index=stops)


def transit_of(timetable: Timetable, *, crs: str, data: shapely.Geometry, parameters: Parameters) -> pd.DataFrame:
    """The stops of a timetable as facilities: category `stop` where they are served often enough, else `stop_rare`.

    Returns
        facility_id, category, name, x_m, y_m, status, and departures_per_hour, n_directions, counts; only stops in the
        data of the study.

    Raises
        InputError where no stop lies in the data, or the hours of the stop rule are impossible.
    """
    stops = timetable.stops
    x, y = project_points(stops["lon"].to_numpy(), stops["lat"].to_numpy(), LON_LAT, target=crs)
    here = shapely.contains_xy(data, x, y)
    if not here.any():
        raise InputError(
            "no stop of the timetable lies in the study's data", where=f"{len(stops)} stops near it, none inside",
            expected="a timetable of the same area", fix="check [sources.timetable] and [sources.osm]",
        )  # fmt: skip
    from_hour, to_hour = parameters.number("transit.from_hour"), parameters.number("transit.to_hour")
    if not 0 <= from_hour < to_hour <= 24:
        raise InputError(
            "[parameters] 'transit.from_hour' and 'transit.to_hour' cannot be used",
            where=f"from {from_hour:g} to {to_hour:g} h", expected="hours of one day, the first before the second",
        )  # fmt: skip
    rates = departures_per_hour(
        timetable.departures.rename(columns={"stop_id": "facility_id"}),
        from_hour=from_hour, to_hour=to_hour, one_way_share=parameters.number("transit.one_way_share"),
    )  # fmt: skip
    rates = rates.reindex(stops["stop_id"])
    often = rates["departures_per_hour"].to_numpy() >= parameters.number("transit.minimum_departures_per_hour")
    table = pd.DataFrame(
        {
            "facility_id": stops["stop_id"], "category": np.where(often, STOP, RARE_STOP), "name": stops["name"],
            "x_m": x.round(2), "y_m": y.round(2), "status": "ok",
            "departures_per_hour": rates["departures_per_hour"].to_numpy(), "counts": often,
            "n_directions": rates["n_directions"].to_numpy(),
        }
    )  # fmt: skip
    return table[here].sort_values("facility_id", ignore_index=True)


def with_timetable(
    places: pd.DataFrame, timetable: Timetable, *, crs: str, data: shapely.Geometry, parameters: Parameters,
    complete: bool = False,
) -> tuple[pd.DataFrame, Transit, Counts]:  # fmt: skip
    """Places of supply with the stops of the timetable in place of mapped ones.

    Parameters
        places : of OpenStreetMap or registers, in the study's CRS.
        complete : whether the timetable holds every line of the area; else mapped stops far from all of its stops stay,
            with unknown frequency.

    Returns
        The places, what the timetable says of its stops, and counts for the notes.
    """
    stops = transit_of(timetable, crs=crs, data=data, parameters=parameters)
    mapped = (places["category"] == STOP).to_numpy()
    covered_m = parameters.number("transit.osm_stop_covered_m")
    near, _ = cKDTree(stops[["x_m", "y_m"]].to_numpy()).query(places[["x_m", "y_m"]].to_numpy())
    replaced = mapped & (complete | (near <= covered_m))
    rows = stops.drop(columns=["departures_per_hour", "counts", "n_directions"])
    texts = {name: "" for name in ("opening_hours", "operator") if name in places.columns}
    together = pd.concat([places[~replaced], rows.assign(**texts)], ignore_index=True)[list(places.columns)]
    counts = {
        "stops_of_timetable": int(stops["counts"].sum()),
        "stops_rare": int((~stops["counts"]).sum()),
        "stops_replaced": int(replaced.sum()),
        "stops_of_unknown_frequency": int((mapped & ~replaced).sum()),
        "timetable_days_off": _days_off(timetable.feeds, parameters.on),
    } | {f"timetable_{name}": int(number) for name, number in timetable.counts.items()}
    ids = stops["facility_id"]
    transit = Transit(
        stops=stops[["facility_id", "departures_per_hour", "n_directions", "counts"]],
        departures=_of(timetable.departures, ids),
        links=_of(timetable.links, ids),
        feeds=timetable.feeds,
    )
    return together.sort_values(["facility_id", "category"], ignore_index=True), transit, counts


def told_by_timetable(judged: pd.DataFrame, unknown: tuple[str, ...]) -> pd.DataFrame:
    """Categories of supply where a timetable tells which stops there are: no stop means no stop.

    Parameters
        unknown : categories whose places whoever runs the study declares unknown; they stay so.
    """
    told = ((judged["category"] == STOP) & ~judged["category"].isin(unknown)).to_numpy()
    return judged.assign(status=judged["status"].mask(told, "ok"), reason=judged["reason"].mask(told, "timetable"))


def _of(table: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """The rows of these stops, under the name that facilities have."""
    here: pd.DataFrame = table[table["stop_id"].isin(ids)].rename(columns={"stop_id": "facility_id"})
    return here.reset_index(drop=True)


def _days_off(feeds: pd.DataFrame, on: date | None) -> int:
    """How many days the reference date lies outside the period of the feeds, at most. [days]"""
    if on is None:
        return 0
    first, last = (pd.to_datetime(feeds[name]) for name in ("first_day", "last_day"))
    day = pd.Timestamp(on)
    off = np.maximum((first - day).dt.days, (day - last).dt.days)
    return int(np.maximum(off, 0).max())
