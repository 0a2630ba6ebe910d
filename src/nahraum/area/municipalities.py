"""The municipalities of a study that is about several: chosen by AGS or Kreis key, in the study's CRS."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.quarters import quarter_of_points
from nahraum.area.space import polygonal, project
from nahraum.errors import StudyError

_SHOWN = 5


def chosen_municipalities(known: gpd.GeoDataFrame, *, ags: Sequence[str], kreis: str) -> gpd.GeoDataFrame:
    """The municipalities that the study names, sorted by AGS.

    Parameters
        known : table `MUNICIPALITIES` as the file has it.
        ags : keys of eight digits; kreis : key of five digits, or of three and two for a Land or Regierungsbezirk.
            Neither: all of the file.

    Raises
        StudyError for a key that the file does not hold, naming the nearest ones.
    """
    ids = known["municipality_id"].astype(str)
    wanted = pd.Series(True, index=known.index)
    if ags or kreis:
        lost = sorted({key for key in ags if key not in set(ids)})
        if lost:
            raise _unknown(lost, known)
        wanted = ids.isin(list(ags))
        if kreis:
            inside = ids.str.startswith(kreis)
            if not inside.any():
                raise StudyError(
                    f"[area] kreis = {kreis!r} is no key of the municipalities' file",
                    where=f"Kreise there: {', '.join(sorted(set(ids.str[:5]))[:_SHOWN])} …",
                    expected="the first five digits of the AGS, e.g. 07335",
                )
            wanted |= inside
    return known[wanted].sort_values("municipality_id", ignore_index=True)


def _unknown(lost: Sequence[str], known: gpd.GeoDataFrame) -> StudyError:
    names = dict(zip(known["municipality_id"].astype(str), known["name"].astype(str), strict=True))
    offered = []
    for key in lost:
        near = difflib.get_close_matches(key, names, n=2, cutoff=0.6)
        near += [one for one, name in names.items() if name.lower() == key.lower()][:_SHOWN]
        offered.append(f"{key!r}; near: {', '.join(f'{one} {names[one]}' for one in near) or 'none'}")
    return StudyError(
        f"[area] municipalities names {len(lost)} that the municipalities' file does not hold",
        where=offered,
        expected="official municipality keys (AGS) of eight digits, as text: leading zeros count",
        fix='municipalities = ["07312000", …]',
    )


def study_municipalities(chosen: gpd.GeoDataFrame | None, *, crs: str) -> gpd.GeoDataFrame | None:
    """The chosen municipalities in the study's CRS, valid, sorted by id; None where the study names none.

    A municipality without a name in the file is called by its key.
    """
    if chosen is None:
        return None
    here = project(chosen, crs, called="the table of municipalities")
    shapes, _ = polygonal(here.geometry.to_numpy())
    kind = here["type"].astype(str).to_numpy() if "type" in here.columns else np.full(len(here), "")
    named, keys = here["name"].astype(str), here["municipality_id"].astype(str)
    frame = {
        "municipality_id": keys.to_numpy(),
        "name": named.where(named != "", keys).to_numpy(),
        "type": kind,
    }
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs).sort_values("municipality_id", ignore_index=True)


def as_quarters(municipalities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The municipalities as the quarters of a study that has none."""
    return municipalities.rename(columns={"municipality_id": "quarter_id"})[["quarter_id", "name", "geometry"]]


def municipality_of_points(
    municipalities: gpd.GeoDataFrame, x_m: npt.ArrayLike, y_m: npt.ArrayLike
) -> tuple[npt.NDArray[np.object_], int]:
    """Municipality of each point, "" where it lies in none, and how many lie in several.

    On a shared border, and where municipalities overlap, the one with the lowest key has the point.
    """
    return quarter_of_points(as_quarters(municipalities), x_m, y_m)


def told_apart(quarters: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The quarters; names that several of them have, as every county has its Altstadt, with their municipality."""
    repeated = quarters["name"].duplicated(keep=False).to_numpy()
    if not repeated.any():
        return quarters
    points = shapely.point_on_surface(quarters.geometry.to_numpy())
    keys, _ = municipality_of_points(municipalities, shapely.get_x(points), shapely.get_y(points))
    of = pd.Series(keys).map(municipalities.set_index("municipality_id")["name"]).fillna("").to_numpy()
    names = [
        f"{name} ({where})" if again and where and name else name
        for name, where, again in zip(quarters["name"], of, repeated, strict=True)
    ]
    return quarters.assign(name=names)
