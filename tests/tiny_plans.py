"""Tiny towns to plan in: real 100 m cells, two quarters, some who live communally; random measures as sites."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyproj
import shapely

from nahraum import scenario
from nahraum.errors import InputError
from nahraum.grid import GRID_CRS, cell_id, cell_key
from nahraum.measures.model import Cost, Site
from nahraum.scenario.edits import Edit
from nahraum.scenario.state import StudyState
from tiny_studies import CRS, EAST, NORTH, random_edit, random_study

NOTHING = Cost(0.0, 0.0, 0.0)


def random_town(dice: random.Random) -> StudyState:
    """As `random_study`, with cells of their own living space and internet offer, some of it not known."""
    area, network, parameters = random_study(dice)
    people = area.addresses
    turned = pyproj.Transformer.from_crs(CRS, GRID_CRS, always_xy=True)
    east, north = turned.transform(people["x_m"].to_numpy(), people["y_m"].to_numpy())
    in_care = np.where([dice.random() < 0.2 for _ in east], np.floor(people["residents"] / 2), 0.0)
    west = people["x_m"] < EAST + 200
    people = people.assign(
        cell_key=cell_key(east, north), quarter_id=np.where(west, "west", "q"), residents_communal=in_care
    )
    cells = pd.DataFrame({"cell_key": np.unique(people["cell_key"])})
    share = [dice.choice((0.0, 0.25, 1.0, np.nan)) for _ in cells["cell_key"]]
    floor = [dice.choice((20.0, 45.0, np.nan)) for _ in cells["cell_key"]]
    cells = cells.assign(
        quarter_id="q", residents=1.0, residents_communal=0.0, inside=True, floor_area_m2_per_resident=floor,
        internet_offer_share=share,
    )  # fmt: skip
    for name in ("floor_area_m2_per_resident", "internet_offer_share"):
        cells[f"{name}_status"] = np.where(cells[name].isna(), "missing", "ok").astype(object)
    quarters = area.quarters.iloc[[0, 0]].reset_index(drop=True)
    ground, middle = area.boundary.geometry.iloc[0], EAST + 200
    _, south, far_east, top = ground.bounds
    quarters = quarters.assign(quarter_id=["q", "west"], name=["Q", "West"]).set_geometry(
        [shapely.box(middle, south, far_east, top), shapely.box(ground.bounds[0], south, middle, top)], crs=CRS
    )
    return StudyState.of(replace(area, addresses=people, cells=cells, quarters=quarters), network, parameters)


def random_measure(dice: random.Random, state: StudyState) -> Edit:
    """Any edit, fibre more often than others."""
    if dice.random() < 0.25:
        keys = state.area.cells["cell_key"].to_numpy()
        some = cell_id(dice.sample(keys.tolist(), dice.randint(1, len(keys)))).tolist()
        return scenario.internet_offer_changed(some, share=dice.choice((0.5, 1.0)))
    return random_edit(dice, state)


def fitting_edits(dice: random.Random, state: StudyState, n: int) -> tuple[Edit, ...]:
    """Some edits that fit the state one after the other."""
    tried = state.branch()
    for _ in range(20 * n):
        if len(tried.log) - len(state.log) == n:
            break
        try:
            tried.apply(random_measure(dice, tried))
        except InputError:
            continue
    return tried.log[len(state.log) :]


def site(name: str, edits: Sequence[Edit], **values: Any) -> Site:
    """A site that costs nothing, unless it is said otherwise."""
    given = {"type_id": "any", "quarter_id": "q", "x_m": EAST, "y_m": NORTH, "quantity": 1.0, "geometry": None,
             "cost": NOTHING, "running": NOTHING}  # fmt: skip
    return Site(site_id=name, edits=tuple(edits), **(given | values))
