"""From size and seed to the finished city in memory: plan, streets, places, houses, people, truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.musterstadt.greens import reach
from nahraum.musterstadt.homes import Homes, build_homes
from nahraum.musterstadt.lattice import build_lattice
from nahraum.musterstadt.people import Cells, build_cells
from nahraum.musterstadt.places import Located, build_places
from nahraum.musterstadt.plan import Floats, Plan, build_plan
from nahraum.musterstadt.stops import Stops, build_stops
from nahraum.musterstadt.streets import Streets, build_streets
from nahraum.musterstadt.truth import (
    GREEN_M,
    Truth,
    Walks,
    clear_crowding,
    clear_homes,
    competition,
    home_residents,
    measure_walks,
    plant_truth,
)

_AMPLE_M2, _CROWDED_M2, _THINNER, _ROUNDS = 8.2, 3.6, 0.55, 4


@dataclass(frozen=True)
class City:
    """Everything the writers need."""

    plan: Plan
    streets: Streets
    places: Located
    stops: Stops
    homes: Homes
    cells: Cells
    walks: Walks
    truth: Truth


def _settle(
    plan: Plan, streets: Streets, walks: Walks, homes: Homes, care: set[tuple[int, int]]
) -> tuple[Homes, Cells]:
    """Residents, and the houses that stay, so that every green is clearly ample or clearly crowded.

    Where a green would give between 3.6 and 8.2 m² per resident, the cells around it are settled more thinly.
    """
    factor, columns = np.ones(plan.shape), plan.shape[1] + 1
    pairs = reach(streets, walks.entrances, homes, GREEN_M)
    usable = np.minimum(walks.green_m2, 100_000.0)
    cells = build_cells(plan, homes, factor, care)
    for _ in range(_ROUNDS):
        _, residents = home_residents(cells, homes, columns)
        demand, _ = competition(walks, pairs, residents)
        ratio = np.divide(usable, demand, out=np.full(usable.size, np.inf), where=demand > 0)
        short = (ratio > _CROWDED_M2) & (ratio < _AMPLE_M2)
        if not short[pairs.green].any():
            break
        thinner: Floats = np.where(short, np.maximum(ratio / (_AMPLE_M2 * 1.06), _THINNER), 1.0)
        lowest = np.ones(homes.i.size)
        np.minimum.at(lowest, pairs.home, thinner[pairs.green])
        change = np.ones(plan.shape)
        np.minimum.at(change, (homes.i, homes.j), lowest)
        factor = np.maximum(factor * change, 0.35)
        cells = build_cells(plan, homes, factor, care)
    homes = clear_crowding(plan, streets, walks, homes, cells)
    return homes, build_cells(plan, homes, factor, care)


def build_city(residents: int, seed: int) -> City:
    """The finished city; the same size and seed always give the same."""
    return city_of(build_plan(residents, seed))


def city_of(plan: Plan) -> City:
    """The finished city of a plan."""
    streets = build_streets(plan, build_lattice(plan))
    places, taken = build_places(plan, streets)
    stops = build_stops(plan, streets)
    walks = measure_walks(plan, streets, places, stops)
    homes = clear_homes(plan, streets, walks, build_homes(plan, streets, taken))
    care = {(p.i, p.j) for p in places.places if p.kind == "care"}
    homes, cells = _settle(plan, streets, walks, homes, care)
    truth = plant_truth(streets, walks, homes, cells, plan.shape[1] + 1)
    return City(plan, streets, places, stops, homes, cells, walks, truth)
