"""What a register of residents changes, quarter by quarter, and the ages it tells, address by address."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.census import Window
from nahraum.area.model import AreaInputs
from nahraum.area.quarters import quarter_of_points
from nahraum.area.register_people import register_residents
from nahraum.frames import from_micro
from nahraum.parameters import Parameters
from nahraum.tables import AGE_SHARES, POPULATION_DIFFERENCE


def population_difference(
    before: pd.DataFrame,
    after: pd.DataFrame,
    quarters: gpd.GeoDataFrame,
    *,
    boundary: shapely.Geometry,
    dates: tuple[str, str],
) -> pd.DataFrame:
    """Residents of each quarter by the census and as used, by `tables.POPULATION_DIFFERENCE`; sorted by id.

    Parameters
        before, after : address points with micro; after also from_register.
        boundary : only who lives inside is counted, as everywhere in the study.
        dates : of census and register, as the study states them.

    Notes
        used: register where everybody of the quarter comes from it, census where nobody does, else partly.
    """
    index = pd.Index(quarters["quarter_id"], name="quarter_id")
    census, used = _by_quarter(before, quarters, boundary), _by_quarter(after, quarters, boundary)
    told = _by_quarter(after[after["from_register"]], quarters, boundary)
    micro = pd.DataFrame({"census": census, "used": used, "told": told}).reindex(index).fillna(0).astype(np.int64)
    counted, residents = from_micro(micro["census"]), from_micro(micro["used"])
    rest = (micro["used"] - micro["told"]).to_numpy()
    kept = np.where(micro["told"] == 0, "census", np.where(rest == 0, "register", "partly"))
    difference = from_micro(micro["used"] - micro["census"])
    table = pd.DataFrame(
        {
            "quarter_id": index.to_numpy(dtype=object),
            "name": quarters["name"].to_numpy(dtype=object),
            "residents": residents,
            "residents_census": counted,
            "residents_difference": difference,
            "difference_share": np.divide(difference, counted, out=np.full(len(index), np.nan), where=counted > 0),
            "used": np.where((rest == 0) & (micro["told"] == 0) & (counted > 0), "register", kept),
            "census_date": dates[0],
            "register_date": dates[1],
        }
    )
    return table[POPULATION_DIFFERENCE.names()]


def _by_quarter(points: pd.DataFrame, quarters: gpd.GeoDataFrame, boundary: shapely.Geometry) -> pd.Series:
    inside = _inside(points, boundary)
    quarter, _ = quarter_of_points(quarters, points["x_m"], points["y_m"])
    return points.loc[inside, "micro"].groupby(quarter[inside]).sum()


def _inside(points: pd.DataFrame, boundary: shapely.Geometry) -> npt.NDArray[np.bool_]:
    x, y = points["x_m"].to_numpy(np.float64), points["y_m"].to_numpy(np.float64)
    return np.asarray(shapely.intersects_xy(boundary, x, y))


@dataclass(frozen=True)
class Told:
    """Address points of a study, with what a register of residents tells beside them."""

    points: pd.DataFrame
    difference: pd.DataFrame = field(default_factory=pd.DataFrame)
    ages: pd.DataFrame = field(default_factory=pd.DataFrame)
    counts: dict[str, int] = field(default_factory=dict)


def told_by_register(
    points: pd.DataFrame,
    homes: pd.DataFrame,
    inputs: AreaInputs,
    *,
    ground: tuple[gpd.GeoDataFrame, shapely.Geometry],
    window: Window,
    parameters: Parameters,
) -> Told:
    """Address points by the register where the study has one; the points of the census as they are without.

    Parameters
        ground : quarters and boundary of the study.
    """
    register = inputs.population_register
    if register is None:
        return Told(points)
    quarters, boundary = ground
    people = register_residents(points, homes, register, quarters=quarters, window=window, parameters=parameters)
    dates = (inputs.population_date, register.date)
    difference = population_difference(points, people.points, quarters, boundary=boundary, dates=dates)
    kept = people.points.loc[~people.points["from_register"] & _inside(people.points, boundary), "micro"]
    counts = people.counts | {"register_census_stays": round(float(from_micro(kept.sum())))}
    return Told(people.points, difference, age_shares(people.points), counts)


def age_shares(points: pd.DataFrame) -> pd.DataFrame:
    """address_id and the shares of residents by age that are known anywhere, NaN elsewhere; empty without any."""
    names = [name for name in AGE_SHARES if points[name].notna().any()]
    if not names:
        return pd.DataFrame()
    return points[["address_id", *names]].sort_values("address_id", ignore_index=True)
