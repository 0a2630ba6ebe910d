"""Poles and platforms of one or several feeds, gathered to stops.

One stop are: what a feed puts under one parent station; poles of one name within `transit.same_name_m`; poles within
`transit.same_place_m`, whatever their names, of one feed or of two. A stop lies at its most central pole.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.gtfs.feed import Feed
from nahraum.sources.gtfs.values import degrees_of
from nahraum.sources.problems import Problems

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EARTH_M = 6_371_008.8
_POLE, _STATION = "0", "1"
_COLUMNS = ("stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station")


def read_poles(feed: Feed, used: npt.NDArray[np.object_]) -> pd.DataFrame:
    """Poles, platforms and stations of a feed: pole_id, name, lon, lat, station (bool), parent ('' none), sorted by id.

    Parameters
        used : ids at which trips of the typical days call; only their places must be possible.

    Raises
        InputError for a repeated or empty id, for trips that call at an unknown one, and for impossible places.
    """
    table, problems = feed.table("stops.txt", _COLUMNS), Problems()
    ids = table["stop_id"]
    again = ids.duplicated() | (ids == "")
    problems.add("'stop_id' repeats or is empty", ids[again], int(again.sum()))
    known = pd.Index(ids.drop_duplicates())
    strange = used[known.get_indexer(pd.Index(used, dtype=object)) < 0]
    problems.add("stop_times.txt calls at a 'stop_id' that is not there", strange, len(strange))
    lat = np.array([degrees_of(text, 90) for text in table["stop_lat"]], dtype=np.float64)
    lon = np.array([degrees_of(text, 180) for text in table["stop_lon"]], dtype=np.float64)
    lost = np.isnan(lat) | np.isnan(lon) | ((lat == 0) & (lon == 0))
    parent = known.get_indexer(pd.Index(table["parent_station"]))
    inherits = lost & (parent >= 0)
    lat, lon = (np.where(inherits, values[np.maximum(parent, 0)], values) for values in (lat, lon))
    lost &= ~(inherits & ~np.isnan(lat) & ~np.isnan(lon))
    placeless = lost & ids.isin(used).to_numpy()
    problems.add("has no possible 'stop_lat', 'stop_lon'", ids[placeless], int(placeless.sum()))
    problems.refuse_any(
        feed.called("stops.txt"), expected="a 'stop_id' once, degrees north and east (WGS 84)", fix="correct the feed"
    )
    poles = pd.DataFrame(
        {
            "pole_id": ids, "name": table["stop_name"], "lon": lon, "lat": lat,
            "station": (table["location_type"] == _STATION).to_numpy(), "parent": table["parent_station"],
        }
    )  # fmt: skip
    kept = ~lost & (table["location_type"].isin(("", _POLE, _STATION)) | ids.isin(used)).to_numpy()
    chosen: pd.DataFrame = poles[kept].sort_values("pole_id", kind="stable", ignore_index=True)
    return chosen


def gathered(poles: Sequence[pd.DataFrame], parameters: Parameters) -> tuple[pd.DataFrame, list[Ints]]:
    """The stops of all feeds, and for each feed the position of the stop of each pole.

    Returns
        stops : stop_id, name, lon, lat, n_poles, sorted by stop_id.
    """
    feed = np.repeat(np.arange(len(poles)), [len(one) for one in poles])
    every = pd.concat(poles, ignore_index=True)
    if not len(every):
        raise InputError("the timetable has no stop", expected="rows in stops.txt")
    place = _on_sphere(every["lon"].to_numpy(np.float64), every["lat"].to_numpy(np.float64))
    one, other = _same(every, feed, place, parameters)
    joined = coo_matrix((np.ones(len(one), dtype=np.int8), (one, other)), shape=(len(every), len(every)))
    number, group = connected_components(joined, directed=False)
    stops = _described(every, feed, place, group=group.astype(np.int64), number=number)
    order = np.argsort(stops["stop_id"].to_numpy(dtype=object), kind="stable")
    rank = np.empty(number, dtype=np.int64)
    rank[order] = np.arange(number)
    stop = rank[group]
    return stops.iloc[order].reset_index(drop=True), [stop[feed == at] for at in range(len(poles))]


def _on_sphere(lon: Floats, lat: Floats) -> Floats:
    """Points on the globe in metres, so that straight lines are distances for all that is near."""
    east, north = np.radians(lon), np.radians(lat)
    across = np.cos(north)
    return EARTH_M * np.stack([across * np.cos(east), across * np.sin(east), np.sin(north)], axis=1)


def _same(every: pd.DataFrame, feed: Ints, place: Floats, parameters: Parameters) -> tuple[Ints, Ints]:
    """Pairs of poles that are one stop."""
    name_m, place_m = parameters.number("transit.same_name_m"), parameters.number("transit.same_place_m")
    key = pd.factorize(every["name"].str.casefold().str.split().str.join(" "))[0]
    named = (every["name"] != "").to_numpy()
    tree = cKDTree(place)
    near = tree.query_pairs(max(name_m, place_m), output_type="ndarray")
    one, other = near[:, 0].astype(np.int64), near[:, 1].astype(np.int64)
    apart = np.linalg.norm(place[one] - place[other], axis=1)
    alike = (key[one] == key[other]) & named[one] & (apart <= name_m)
    alike |= apart <= place_m
    at = pd.MultiIndex.from_arrays([feed, every["pole_id"]])
    parent = at.get_indexer(pd.MultiIndex.from_arrays([feed, every["parent"]]))
    child = np.flatnonzero(parent >= 0)
    return np.concatenate([one[alike], child]), np.concatenate([other[alike], parent[child]])


def _described(every: pd.DataFrame, feed: Ints, place: Floats, *, group: Ints, number: int) -> pd.DataFrame:
    """Id, name and place of each stop: the lowest id of its stations, else of its poles; the most frequent name."""
    rows = pd.DataFrame(
        {
            "group": group, "pole": ~every["station"], "id": every["pole_id"], "feed": feed, "name": every["name"],
            "at": np.arange(len(every)),
        }
    )  # fmt: skip
    first = rows.sort_values(["group", "pole", "id", "feed"]).drop_duplicates("group")
    repeated = first["id"].duplicated(keep=False)
    ids = first["id"].where(~repeated, first["id"] + "@" + (first["feed"] + 1).astype(str))
    again = ids.duplicated(keep=False)  # one feed, two places of one id cannot be: ids are unique within a feed
    ids = ids.where(~again, ids + "@" + first["at"].astype(str))
    names = rows[rows["name"] != ""].groupby(["group", "name"]).size().reset_index(name="n")
    names = names.sort_values(["group", "n", "name"], ascending=[True, False, True]).drop_duplicates("group")
    name = names.set_index("group")["name"].reindex(range(number)).fillna("")
    central = _central(rows, place, number)
    return pd.DataFrame(
        {
            "stop_id": ("gtfs:" + ids).to_numpy(dtype=object),
            "name": name.to_numpy(dtype=object),
            "lon": every["lon"].to_numpy(np.float64)[central],
            "lat": every["lat"].to_numpy(np.float64)[central],
            "n_poles": np.bincount(group, weights=rows["pole"].to_numpy(dtype=np.float64), minlength=number).astype(
                int
            ),
        }
    )


def _central(rows: pd.DataFrame, place: Floats, number: int) -> Ints:
    """The pole of each stop that is nearest to all its others; the lowest id of several. A station has no place."""
    poles = rows.sort_values(["group", "id", "feed"])
    only_station = ~poles.groupby("group")["pole"].transform("any")
    poles = poles[poles["pole"] | only_station]
    at, group = poles["at"].to_numpy(dtype=np.int64), poles["group"].to_numpy(dtype=np.int64)
    start = np.searchsorted(group, np.arange(number + 1))
    chosen = at[start[:-1]]
    for stop in np.flatnonzero(np.diff(start) > 2):
        members = at[start[stop] : start[stop + 1]]
        total = np.linalg.norm(place[members][:, None] - place[members][None, :], axis=2).sum(axis=1)
        chosen[stop] = members[int(np.argmin(np.round(total, 3)))]
    return chosen
