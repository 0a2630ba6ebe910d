"""The planted truth: who lacks what, from the plan alone, and houses removed where it would be a close call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nahraum.musterstadt import greens as green_plan
from nahraum.musterstadt.greens import Entrances, Pairs
from nahraum.musterstadt.homes import Homes
from nahraum.musterstadt.people import LIMIT_M2, Cells
from nahraum.musterstadt.places import SERVICES, Located
from nahraum.musterstadt.plan import Floats, Ints, Plan
from nahraum.musterstadt.search import Feet, along_edge, at_feet, nearest_m
from nahraum.musterstadt.stops import Stops
from nahraum.musterstadt.streets import Streets

# the definitions the truth is planted for (DESIGN "The four prerequisites"), and how wide a close call is
SUPPLY_M, SUPPLY_NEEDED, SUPPLY_DOUBT = 1000.0, 4, 0.035
GREEN_M, GREEN_DOUBT, GREEN_M2 = 500.0, 0.07, 6.0
INTERNET_SHARE = 0.5
CLEAR_MAJORITY = 0.75

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Walks:
    """Distances on foot from the street network, before any house stands: by node, for each service."""

    to_service: Floats  # [5, nodes]
    service_feet: tuple[Feet, ...]
    entrances: Entrances
    green_m2: Floats


@dataclass(frozen=True)
class Truth:
    """Lacks of every inhabited cell, with the values behind them (means over residents)."""

    lacks: dict[str, Flags]
    supply_share: Floats
    green_share: Floats
    service_m: Floats  # [5, homes]
    green_m: Floats  # by house
    m2_per_resident: Floats  # by house
    green_residents: Floats  # by green


def measure_walks(plan: Plan, streets: Streets, places: Located, stops: Stops) -> Walks:
    """Distances of all corners to the nearest of each service, and where greens are entered."""
    feet: list[Feet] = []
    for kind in SERVICES[:-1]:
        of = places.of(kind)
        feet.append((places.edge[of], places.offset_m[of], places.leg_m[of]))
    feet.append((stops.edge, stops.offset_m, stops.leg_m))
    rows = [nearest_m(streets, *foot) for foot in feet]
    entrances = green_plan.build_entrances(plan, streets)
    return Walks(np.stack(rows), tuple(feet), entrances, green_plan.areas_m2(plan, streets))


def services_m(streets: Streets, walks: Walks, homes: Homes) -> Floats:
    """Distance of every house to the nearest of the five services. [m]"""
    found = at_feet(streets, walks.to_service, homes.edge, homes.offset_m, homes.leg_m)
    for row, feet in zip(found, walks.service_feet, strict=True):
        np.minimum(row, along_edge(feet, (homes.edge, homes.offset_m, homes.leg_m)), out=row)
    return found


def lacks_supply(service_m: Floats, limit_m: float) -> Flags:
    """No food shop within reach, or fewer than four of the five services."""
    reached = service_m <= limit_m
    return np.asarray(~reached[0] | (reached.sum(axis=0) < SUPPLY_NEEDED))


def _nearest_green(pairs: Pairs, homes: int) -> Floats:
    nearest = np.full(homes, np.inf)
    np.minimum.at(nearest, pairs.home, pairs.distance_m)
    return nearest


def _share(cell: Ints, weight: Floats, flag: Flags, number: int) -> Floats:
    return np.asarray(np.bincount(cell, weight * flag, number) / np.maximum(np.bincount(cell, weight, number), 1e-9))


def _cell_numbers(homes: Homes, columns: int) -> tuple[Ints, int]:
    _, cell = np.unique(homes.i * columns + homes.j, return_inverse=True)
    return cell.astype(np.int64), int(cell.max()) + 1


def _drop_doubtful(plan: Plan, homes: Homes, doubtful: Flags, lacks: Flags) -> Flags:
    """Houses that stay: in cells without a clear majority first the doubtful, then the minority goes.

    Outside the core a cell with doubtful houses only is left empty.
    """
    cell, number = _cell_numbers(homes, plan.shape[1] + 1)
    weight = homes.footprint_m2
    low = _share(cell, weight, lacks & ~doubtful, number)
    high = _share(cell, weight, lacks | doubtful, number)
    unclear = (low < CLEAR_MAJORITY) & (high > 1 - CLEAR_MAJORITY)
    certain = np.bincount(cell, ~doubtful, number)
    goes = unclear[cell] & doubtful & (certain[cell] > 0)
    rest = np.where(goes, 0.0, weight)
    share = _share(cell, rest, lacks, number)
    mixed = (share > 1 - CLEAR_MAJORITY) & (share < CLEAR_MAJORITY)
    goes |= mixed[cell] & (lacks != (share >= 0.5)[cell])
    hopeless = unclear & (certain == 0)
    left = np.bincount(cell, ~goes, number)
    goes &= left[cell] > 0
    return np.asarray(~(goes | (hopeless[cell] & ~plan.in_core(homes.i, homes.j))))


def clear_homes(plan: Plan, streets: Streets, walks: Walks, homes: Homes) -> Homes:
    """Houses of the plan without those that would make the truth of their cell a close call."""
    service = services_m(streets, walks, homes)
    doubt = lacks_supply(service, SUPPLY_M * (1 - SUPPLY_DOUBT)) != lacks_supply(service, SUPPLY_M * (1 + SUPPLY_DOUBT))
    homes = homes.only(_drop_doubtful(plan, homes, doubt, lacks_supply(service, SUPPLY_M)))
    pairs = green_plan.reach(streets, walks.entrances, homes, GREEN_M * (1 + GREEN_DOUBT))
    green = _nearest_green(pairs, homes.i.size)
    doubt = (green > GREEN_M * (1 - GREEN_DOUBT)) & (green <= GREEN_M * (1 + GREEN_DOUBT))
    return homes.only(_drop_doubtful(plan, homes, doubt, green > GREEN_M))


def home_residents(cells: Cells, homes: Homes, columns: int) -> tuple[Ints, Floats]:
    """Cell number of every house, and its residents: those of the cell by floor area."""
    cell = np.searchsorted(cells.i * columns + cells.j, homes.i * columns + homes.j)
    ground = np.bincount(cell, homes.footprint_m2, cells.number)
    return cell, cells.residents[cell] * homes.footprint_m2 / ground[cell]


def green_ratio(walks: Walks, demand: Floats) -> Floats:
    """What each green gives to everybody who reaches it. [m² per person]"""
    usable = np.minimum(walks.green_m2, green_plan.CAP_M2)
    return np.asarray(np.divide(usable, demand, out=np.zeros_like(usable), where=demand > 0), dtype=np.float64)


def competition(walks: Walks, pairs: Pairs, residents: Floats) -> tuple[Floats, Floats]:
    """Two-step floating catchment: residents of each green, and m² per resident of each house."""
    demand = np.asarray(np.bincount(pairs.green, residents[pairs.home], walks.green_m2.size), dtype=np.float64)
    per_home = np.bincount(pairs.home, green_ratio(walks, demand)[pairs.green], residents.size)
    return demand, np.asarray(per_home, dtype=np.float64)


def clear_crowding(plan: Plan, streets: Streets, walks: Walks, homes: Homes, cells: Cells) -> Homes:
    """Houses without those where a second green just within or just beyond reach decides."""
    _, residents = home_residents(cells, homes, plan.shape[1] + 1)
    pairs = green_plan.reach(streets, walks.entrances, homes, GREEN_M * (1 + GREEN_DOUBT))
    near = pairs.only(pairs.distance_m <= GREEN_M)
    demand, m2 = competition(walks, near, residents)
    ratio = green_ratio(walks, demand)
    sure = pairs.only(pairs.distance_m <= GREEN_M * (1 - GREEN_DOUBT))
    low = np.bincount(sure.home, ratio[sure.green], homes.i.size)
    high = np.bincount(pairs.home, ratio[pairs.green], homes.i.size)
    doubt = (low < GREEN_M2) != (high < GREEN_M2)
    return homes.only(_drop_doubtful(plan, homes, doubt, m2 < GREEN_M2))


def plant_truth(streets: Streets, walks: Walks, homes: Homes, cells: Cells, columns: int) -> Truth:
    """Lacks of every cell: at least half of its residents lack the prerequisite."""
    cell, residents = home_residents(cells, homes, columns)
    service = services_m(streets, walks, homes)
    supply = _share(cell, residents, lacks_supply(service, SUPPLY_M), cells.number)
    pairs = green_plan.reach(streets, walks.entrances, homes, GREEN_M)
    nearest = _nearest_green(pairs, homes.i.size)
    demand, m2 = competition(walks, pairs, residents)
    green = _share(cell, residents, ~(nearest <= GREEN_M) | (m2 < GREEN_M2), cells.number)
    lacks = {
        "living_space": cells.space_m2 < LIMIT_M2,
        "green": green >= 0.5,
        "internet": cells.offered[:, 1] < INTERNET_SHARE,
        "supply": supply >= 0.5,
    }
    return Truth(lacks, supply, green, service, nearest, m2, demand)
