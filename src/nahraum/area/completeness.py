"""Places of supply, and whether a category is mapped well enough to say that somebody lacks it."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import LON_LAT, project_points
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES

if TYPE_CHECKING:
    import geopandas as gpd

SCHOOL, SCHOOL_UNSPECIFIED = "primary_school", "school_unspecified"


def study_facilities(facilities: gpd.GeoDataFrame, *, crs: str) -> pd.DataFrame:
    """Places of supply in the study's CRS, sorted by id; all that the extract holds, also beyond the margin."""
    table = pd.DataFrame(facilities.drop(columns="geometry")).reset_index(drop=True)
    points = facilities.geometry
    x, y = project_points(points.x.to_numpy(), points.y.to_numpy(), str(facilities.crs or LON_LAT), target=crs)
    table = table.assign(x_m=x.round(2), y_m=y.round(2))
    table["places"] = table["places"].astype(np.float64) if "places" in table else np.nan
    names = ["facility_id", "category", "name", "x_m", "y_m", "status", "places"]
    known = [name for name in (*names, "area_m2", "opening_hours", "operator") if name in table]
    return table[known].sort_values(["facility_id", "category"], ignore_index=True)


def categories(
    facilities: pd.DataFrame,
    *,
    residents: float,
    ground: shapely.Geometry,
    parameters: Parameters,
    complete: Collection[str] = (),
    unknown: Collection[str] = (),
    registered: Collection[str] = (),
) -> pd.DataFrame:
    """One row per service of everyday supply: how many places, how many expected, and what that means.

    Parameters
        residents : all residents on `ground`. [persons]
        ground : boundary with margin, where places and residents are counted.
        complete : categories whoever runs the study declares complete.
        unknown : categories declared unknown.
        registered : categories that a register of the municipality holds completely.

    Returns
        a table by `tables.CATEGORIES`. status ok: absence means absence; imputed: schools of unspecified
        level stand in for primary schools; missing: absence proves nothing.

    Raises
        InputError for a declared category that is none of the services, or is declared both ways.
    """
    _check_declared(complete, unknown)
    x, y = facilities["x_m"].to_numpy(np.float64), facilities["y_m"].to_numpy(np.float64)
    places = facilities.loc[shapely.contains_xy(ground, x, y), "category"].value_counts()
    rows = []
    for category in SERVICES:
        national = parameters.number(f"national_density.{category}")
        spare = int(places.get(SCHOOL_UNSPECIFIED, 0)) if category == SCHOOL else 0
        count, expected = int(places.get(category, 0)), national * residents / 1000
        reason = _reason(count, expected, parameters)
        if category in complete or category in unknown:
            reason = "declared"
        elif category in registered:
            reason = "register"
        elif _schools_stand_in(count, spare, expected, parameters=parameters):
            reason, count = "fallback", count + spare
        missing = category in unknown or reason in ("absent", "sparse")
        rows.append(
            {
                "category": category,
                "n_places": count,
                "n_expected": expected,
                "per_1000_residents": count / residents * 1000 if residents > 0 else np.nan,
                "national_per_1000_residents": national,
                "status": "missing" if missing else "imputed" if reason == "fallback" else "ok",
                "reason": reason,
            }
        )
    return pd.DataFrame(rows).sort_values("category", ignore_index=True)


def with_fallback(facilities: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """Places, with schools of unspecified level taken for primary schools where that was decided."""
    if (judged.loc[judged["category"] == SCHOOL, "reason"] != "fallback").all():
        return facilities
    taken = facilities["category"] == SCHOOL_UNSPECIFIED
    return facilities.assign(
        category=facilities["category"].mask(taken, SCHOOL), status=facilities["status"].mask(taken, "imputed")
    )


def _reason(count: int, expected: float, parameters: Parameters) -> str:
    if count == 0:
        return "absent"
    return "sparse" if count < _enough(expected, parameters) else "complete"


def _enough(expected: float, parameters: Parameters) -> float:
    """How many places make a category complete; rounded, so that half of two is one. [places]"""
    return round(parameters.number("completeness.minimum_ratio") * expected, 6)


def _schools_stand_in(count: int, spare: int, expected: float, *, parameters: Parameters) -> bool:
    """Whether schools of unspecified level fill a gap in primary schools: they prove that levels are not mapped."""
    enough = _enough(expected, parameters)
    return spare > 0 and (count == 0 or count < enough) and count + spare >= enough


def _check_declared(complete: Collection[str], unknown: Collection[str]) -> None:
    problems = []
    for name in sorted({*complete, *unknown} - set(SERVICES)):
        near = difflib.get_close_matches(name, SERVICES, n=1, cutoff=0.4)
        problems.append(f"{name!r} is no category" + (f"; did you mean {near[0]!r}?" if near else ""))
    problems += [f"{name!r} is declared complete and unknown" for name in sorted(set(complete) & set(unknown))]
    if problems:
        raise InputError(
            "[completeness] cannot be used", where=problems, expected=f"categories among {', '.join(SERVICES)}",
            fix="correct complete = […] and unknown = […] in study.toml",
        )  # fmt: skip
