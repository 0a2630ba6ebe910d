"""Residents of a study: of the census, or where none is at hand a stated total, shared among homes by floor area."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.apportion import apportion_groups
from nahraum.area.census import Window, census_cells
from nahraum.area.residents import residents_at_addresses
from nahraum.errors import InputError
from nahraum.frames import MICRO, to_micro
from nahraum.grid import CELL_SIZE_M
from nahraum.parameters import Parameters

if TYPE_CHECKING:
    from nahraum.area.model import AreaInputs

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]


def study_residents(
    inputs: AreaInputs, homes: pd.DataFrame, *, boundary: shapely.Geometry, window: Window, parameters: Parameters
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Address points with their residents, by the census or of a stated total; and the counts for the notes."""
    if inputs.population is None:
        return residents_by_buildings(
            homes, inputs.residents_stated, boundary=boundary, window=window, parameters=parameters
        )
    census, counts = census_cells(inputs.population, window)
    points, shared = residents_at_addresses(census, homes, inputs.dwellings, window=window, parameters=parameters)
    counts["coarse_census_cells"] = len(census.key) if census.size_m > CELL_SIZE_M else 0
    return points, counts | shared


def residents_by_buildings(
    homes: pd.DataFrame, residents: int, *, boundary: shapely.Geometry, window: Window, parameters: Parameters
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Address points with their share of a stated total, in whole millionths. [persons]

    Parameters
        homes : from `buildings.homes`.
        residents : of all homes inside the boundary, as whoever runs the study states it. [persons]
        boundary : whom the total is about, in the study's CRS.
        window : which ground the study keeps; homes in the margin get residents at the rate of those inside.

    Returns
        as `residents.residents_at_addresses`, and the counts for the notes.

    Raises
        InputError where no home with floor area lies inside the boundary.

    Notes
        Communal accommodation takes its estimate by floor area, less where all homes together would need more
        than the total; the rest goes to ordinary homes in proportion to their gross floor area, exact to a millionth.
        Where storeys are rarely mapped, homes of many storeys get too few residents and low ones too many.
    """
    lived_in = homes[~homes["makeshift"] & (homes["floor_m2"] > 0)].sort_values("building_id", ignore_index=True)
    x, y = lived_in["x_m"].to_numpy(np.float64), lived_in["y_m"].to_numpy(np.float64)
    inside = shapely.intersects_xy(boundary, x, y)
    floor, communal = lived_in["floor_m2"].to_numpy(np.float64), lived_in["communal"].to_numpy(bool)
    if not (inside & ~communal).any():
        raise InputError(
            "no home is mapped inside the boundary, so the stated residents have no place",
            where=f"{len(lived_in)} homes in the OpenStreetMap extract, none of them inside",
            expected="mapped residential buildings, for kind = \"buildings\" spreads residents over them",
            fix="check [sources.osm] and [sources.boundary], or take a census grid",
        )  # fmt: skip
    micro, communal_micro = _shared(residents, floor, communal, inside=inside, parameters=parameters)
    addresses = pd.DataFrame(
        {
            "address_id": lived_in["building_id"].to_numpy(dtype=object),
            "cell_key": lived_in["cell_key"].to_numpy(np.int64),
            "x_m": x,
            "y_m": y,
            "micro": micro,
            "communal_micro": communal_micro,
            "kind": "building",
        }
    )
    kept = (micro > 0) & shapely.contains_xy(window.area, x, y)
    ordinary_m2, people = floor[inside & ~communal].sum(), (micro - communal_micro)[inside & ~communal].sum() / MICRO
    counts = {
        "residents_by_buildings": residents,
        "residents_by_buildings_m2": round(float(ordinary_m2 / people)) if people > 0 else 0,
        "buildings_no_home": int((homes["makeshift"] & _on(window, homes)).sum()),
    }
    return addresses[kept].sort_values("address_id", ignore_index=True), counts


def _on(window: Window, points: pd.DataFrame) -> npt.NDArray[np.bool_]:
    return np.asarray(shapely.contains_xy(window.area, points["x_m"].to_numpy(), points["y_m"].to_numpy()))


def _shared(
    residents: int, floor_m2: Float64, communal: npt.NDArray[np.bool_], *, inside: npt.NDArray[np.bool_],
    parameters: Parameters,
) -> tuple[Int64, Int64]:  # fmt: skip
    """Residents of every home, and of them those in communal accommodation. [1e-6]"""
    total = residents * MICRO
    rate = np.where(
        communal,
        parameters.number("area.communal_residents_per_m2"),
        1 / parameters.number("residents.gross_floor_area_m2_per_resident"),
    )
    expected = floor_m2 * rate
    scale = min(1.0, residents / float(expected[inside].round(6).sum()))
    communal_micro = np.where(communal, np.floor(to_micro(expected) * scale), 0).astype(np.int64)
    rest = total - int(communal_micro[inside].sum())
    ordinary = inside & ~communal
    micro = communal_micro.copy()
    micro[ordinary] = apportion_groups(
        np.array([rest], dtype=np.int64), np.zeros(int(ordinary.sum()), dtype=np.int64), floor_m2[ordinary]
    )
    beyond = ~inside & ~communal
    per_m2 = rest / float(floor_m2[ordinary].round(3).sum())
    micro[beyond] = np.floor(floor_m2[beyond] * per_m2).astype(np.int64)
    return micro, communal_micro
