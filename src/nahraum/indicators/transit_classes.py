"""Quality classes of public transport (Güteklassen): stops by interval and mode, places by distance to stops.

Three systems, each with its own tables, hours, edge rules and metric, all in `parameters/transit.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.area.transit import WORKING_DAY, Transit, within_hours
from nahraum.errors import StudyError
from nahraum.parameters import Parameters

SYSTEMS = ("oerok", "are", "de")
NONE = "-"
METRICS = ("network", "linear")
_TABLES = "transit_classes"


@dataclass(frozen=True)
class ClassSystem:
    """One system of classes.

    modes from the highest rank down; route_types: first and last GTFS route type of each range of a mode; categories:
    per mode one for each interval; classes: per category one for each ring; node: (mode, the mode it becomes, from how
    many different next stops) or None.
    """

    name: str
    metric: str
    hours: tuple[float, float]
    always_halved: bool
    modes: tuple[str, ...]
    route_types: Mapping[str, tuple[tuple[int, int], ...]]
    limits_min: tuple[float, ...]
    limit_belongs: tuple[bool, ...]
    categories: Mapping[str, tuple[str, ...]]
    rings_m: tuple[float, ...]
    classes: Mapping[str, tuple[str, ...]]
    good: tuple[str, ...]
    very_poor: tuple[str, ...]
    node: tuple[str, str, float] | None = None

    @property
    def letters(self) -> tuple[str, ...]:
        """All classes, the best first."""
        return tuple(sorted({letter for row in self.classes.values() for letter in row} - {NONE}))

    @property
    def minutes(self) -> float:
        """Length of the part of the day in which departures count. [min]"""
        return 60 * (self.hours[1] - self.hours[0])

    def rank(self, letter: str) -> int:
        """1 for A, 2 for B …; no class comes after the last."""
        return len(self.letters) + 1 if letter == NONE else self.letters.index(letter) + 1

    def letter(self, rank: float) -> str:
        """The class of a rank, `-` for no class."""
        return self.letters[int(rank) - 1] if 1 <= rank <= len(self.letters) else NONE


def read_system(parameters: Parameters, name: str) -> ClassSystem:
    """A system of classes with the study's overrides.

    Raises
        StudyError for tables that do not fit each other, unknown metrics, and ranges of route types that are none.
    """
    marks = {key: item.value for key, item in parameters.group(f"{_TABLES}.{name}").items()}
    modes = tuple(marks["modes"])
    node = None
    if "node_of" in marks:
        node = (str(marks["node_of"]), str(marks["node_mode"]), float(marks["node_next_stops"]))
    system = ClassSystem(
        name=name,
        metric=str(marks["metric"]),
        hours=(float(marks["from_hour"]), float(marks["to_hour"])),
        always_halved=marks["directions"] == "two",
        modes=modes,
        route_types={mode: _ranges(marks.get(f"route_types.{mode}", ()), name) for mode in modes},
        limits_min=tuple(map(float, marks["interval_limits_min"])),
        limit_belongs=tuple(map(bool, marks["limit_belongs"])),
        categories={mode: tuple(marks[f"categories.{mode}"]) for mode in modes},
        rings_m=tuple(map(float, marks["rings_m"])),
        classes={key.removeprefix("classes."): tuple(row) for key, row in marks.items() if key.startswith("classes.")},
        good=tuple(marks["good"]),
        very_poor=tuple(marks["very_poor"]),
        node=node,
    )
    _check(system, str(marks["directions"]))
    return system


def _ranges(listed: Iterable[str], name: str) -> tuple[tuple[int, int], ...]:
    found = []
    for text in listed:
        first, _, last = str(text).partition("-")
        if not first.isdecimal() or not (last or first).isdecimal():
            raise StudyError(
                f"[parameters] {_TABLES}.{name}.route_types: {text!r} is no range", expected="3 or 700-799"
            )
        found.append((int(first), int(last or first)))
    return tuple(found)


def _check(system: ClassSystem, directions: str) -> None:
    problems = []
    if system.metric not in METRICS:
        problems.append(f"metric = {system.metric!r}: {' or '.join(METRICS)}")
    if directions not in ("two", "served"):
        problems.append(f"directions = {directions!r}: two or served")
    if not 0 <= system.hours[0] < system.hours[1] <= 24:
        problems.append(f"from_hour, to_hour = {system.hours}: hours of one day, the first before the second")
    for name, row in (("interval_limits_min", system.limits_min), ("rings_m", system.rings_m)):
        if list(row) != sorted(set(row)) or not row:
            problems.append(f"{name} = {list(row)}: ascending")
    rows = {f"categories.{mode}": row for mode, row in system.categories.items()} | {
        "limit_belongs": system.limit_belongs
    }
    problems += [
        f"{name} has not one value for each interval"
        for name, row in rows.items()
        if len(row) != len(system.limits_min)
    ]
    problems += [
        f"classes.{name} has not one value for each ring"
        for name, row in system.classes.items()
        if len(row) != len(system.rings_m)
    ]
    named = {category for row in system.categories.values() for category in row} - {NONE}
    problems += [f"there is no classes.{name}" for name in sorted(named - set(system.classes))]
    problems += [
        f"{name!r} is no class" for name in sorted({*system.good, *system.very_poor} - {*system.letters, NONE})
    ]
    if problems:
        raise StudyError(
            f"[parameters] {_TABLES}.{system.name} cannot be used", where=problems,
            expected="tables that fit each other, as shipped", fix="change them together, or leave them as they are",
        )  # fmt: skip


def stop_category(system: ClassSystem, mode: str, interval_min: float) -> str:
    """The category of a stop, `-` for none.

    Parameters
        mode : the highest one that serves the stop.
        interval_min : mean time between departures in one direction. [min]

    Notes
        Whether an interval of exactly a limit belongs to the row that the limit closes, `limit_belongs` says.

    Examples
        >>> stop_category(read_system(Parameters(), "oerok"), "2", 840 / 22)
        'IV'
    """
    for limit, belongs, category in zip(system.limits_min, system.limit_belongs, system.categories[mode], strict=True):
        if interval_min < limit or (belongs and interval_min == limit):
            return category
    return NONE


def quality_class(system: ClassSystem, category: str, distance_m: float) -> str:
    """The class of a place so far from a stop of a category, `-` for none. Rings include their upper limit.

    Examples
        >>> quality_class(read_system(Parameters(), "oerok"), "IV", 480.0)
        'D'
    """
    if category == NONE:
        return NONE
    for ring, letter in zip(system.rings_m, system.classes[category], strict=True):
        if distance_m <= ring:
            return letter
    return NONE


def stop_categories(transit: Transit, system: ClassSystem) -> pd.DataFrame:
    """Mode, interval and category of every stop of the timetable on its typical working day.

    Returns
        By facility_id, of all stops: mode ('' none that counts), departures (all lines of the modes that count, both
        directions, in the hours of the system), interval_min (NaN without departures), category.
    """
    rows = transit.departures[transit.departures["day"] == WORKING_DAY]
    rows = rows[within_hours(rows["hour"], *system.hours)]
    mode = _modes(rows["route_type"].to_numpy(dtype=np.int64), system)
    rows, mode = rows[mode < len(system.modes)], mode[mode < len(system.modes)]
    stops = transit.stops.set_index("facility_id")
    by_stop = rows.assign(mode=mode).groupby("facility_id").agg(departures=("departures", "sum"), mode=("mode", "min"))
    by_stop = by_stop.reindex(stops.index)
    departures = by_stop["departures"].fillna(0).to_numpy(dtype=np.float64)
    names = np.array([*system.modes, ""], dtype=object)
    found = names[by_stop["mode"].fillna(len(system.modes)).to_numpy(dtype=np.int64)]
    if system.node is not None:
        found = np.where((found == system.node[0]) & _nodes(transit, system, stops.index), system.node[1], found)
    halves = 2.0 if system.always_halved else stops["n_directions"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore"):
        interval = np.where(departures > 0, system.minutes * halves / departures, np.nan)
    category = [
        NONE if not name else stop_category(system, name, minutes)
        for name, minutes in zip(found, interval, strict=True)
    ]
    return pd.DataFrame(
        {"mode": found, "departures": departures, "interval_min": interval, "category": category}, index=stops.index
    )


def _modes(route_type: npt.NDArray[np.int64], system: ClassSystem) -> npt.NDArray[np.int64]:
    """Position of the mode of each route type, the number of modes where it is none."""
    mode = np.full(len(route_type), len(system.modes), dtype=np.int64)
    for at, name in reversed(list(enumerate(system.modes))):
        for first, last in system.route_types[name]:
            mode[(route_type >= first) & (route_type <= last)] = at
    return mode


def _nodes(transit: Transit, system: ClassSystem, stops: pd.Index) -> npt.NDArray[np.bool_]:
    """Which stops have so many next stops by the mode that makes nodes."""
    if system.node is None:
        return np.zeros(len(stops), dtype=np.bool_)
    of_mode, _, least = system.node
    links = transit.links[transit.links["day"] == WORKING_DAY]
    mode = _modes(links["route_type"].to_numpy(dtype=np.int64), system)
    most = links[mode == system.modes.index(of_mode)].groupby("facility_id")["next_stops"].max()
    return np.asarray(most.reindex(stops).fillna(0).to_numpy() >= least, dtype=np.bool_)


def best_rank(distances_m: pd.DataFrame, system: ClassSystem) -> pd.Series:
    """The best class of each place, as its rank: 1 for A, 2 for B …, no class one after the last.

    Parameters
        distances_m : way to the nearest stop of each category (columns), by the metric of the system; NaN none near.

    Notes
        The better class wins. Within a category classes only fall with distance, so its nearest stop is enough.
    """
    best = np.full(len(distances_m), system.rank(NONE), dtype=np.int64)
    for category in distances_m.columns:
        ranks = np.array([*(system.rank(letter) for letter in system.classes[str(category)]), system.rank(NONE)])
        way = distances_m[category].to_numpy(dtype=np.float64)
        ring = np.searchsorted(system.rings_m, np.where(np.isnan(way), np.inf, way), side="left")
        np.minimum(best, ranks[ring], out=best)
    return pd.Series(best.astype(np.float64), index=distances_m.index)
