"""Registers of the municipality instead of OpenStreetMap, category by category, with what the two have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.register_greens import with_register_greens
from nahraum.area.register_places import AMBIGUOUS, OBJECTS, Category, Ground
from nahraum.area.space import LON_LAT, project_points
from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.tables import REGISTER_MATCHES, Register

if TYPE_CHECKING:
    from nahraum.sources.osm import OsmExtract

GREEN = "green"
Counts = dict[str, int]


@dataclass(frozen=True)
class Registered:
    """The extract with registers in it, what was found on the way, and categories that a register makes complete."""

    osm: OsmExtract
    matches: pd.DataFrame
    objects: pd.DataFrame
    complete: tuple[str, ...] = ()
    counts: Counts = field(default_factory=dict)


def with_registers(
    osm: OsmExtract, registers: Mapping[str, Register], ground: Ground, parameters: Parameters
) -> Registered:
    """The extract in which registers tell what there is; pure, the extract itself stays as it is.

    Returns
        facilities and greens of the extract with those of the registers; a row per register and category of what
        both know (`tables.REGISTER_MATCHES`); a row per entry and place, for the office only.

    Raises
        InputError where a register lies elsewhere, or two registers hold one category.

    Notes
        Inside the boundary a register with mode replace alone tells what there is: mapped places that it does not
        hold are dropped, except those that an entry without position may mean; with such entries the category is
        not complete by the register. Beyond the boundary mapped places stay, except those that the register holds too.
        An entry takes name, position, opening hours, operator and area from its mapped place where it has none.
    """
    if not registers:
        return Registered(osm, _empty(REGISTER_MATCHES.names()), _empty(OBJECTS))
    _check_categories(registers)
    dropped, added, rows, objects = [], [], [], []
    complete: list[str] = []
    counts: Counts = {"registers_used": len(registers)}
    for name, register in sorted(registers.items()):
        if GREEN in register.categories:
            osm, row, listed = with_register_greens(osm, register, ground, parameters)
            rows.append({"register": name, **row})
            objects.append(listed.assign(register=name))
            continue
        entries = _placed(register, name, ground)
        region = ground.of(*_known(entries))
        for category in register.categories:
            part = Category(category, register.mode, entries[entries["category"] == category], osm, ground.crs)
            result = part.merged(region, ground.data, parameters)
            dropped.append(result.dropped)
            added.append(result.added)
            rows.append({"register": name, "date": register.date, **result.row})
            objects.append(result.objects.assign(register=name))
            complete += [category] if register.mode == "replace" and not result.n_unplaced else []
        _count(counts, register, entries, ground)
    listed = pd.concat(objects, ignore_index=True).reindex(columns=list(OBJECTS))
    counts["register_osm_dropped"] = int((listed["outcome"] == "dropped").sum())
    counts["register_ambiguous"] = int(((listed["outcome"] == AMBIGUOUS) & (listed["register_id"] == "")).sum())
    matches = pd.DataFrame(rows).reindex(columns=REGISTER_MATCHES.names())
    facilities = _replaced(osm.facilities, dropped, added)
    return Registered(replace(osm, facilities=facilities), matches, listed, tuple(sorted(complete)), counts)


def _empty(columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))  # type: ignore[call-overload]


def _check_categories(registers: Mapping[str, Register]) -> None:
    owners: dict[str, list[str]] = {}
    for name, register in sorted(registers.items()):
        for category in register.categories:
            owners.setdefault(category, []).append(name)
    twice = [f"{category}: {', '.join(names)}" for category, names in owners.items() if len(names) > 1]
    if twice:
        raise InputError(
            "two registers hold the same category", where=twice, expected="one register per category",
            fix="name both files in one section (files = […]), or leave one out",
        )  # fmt: skip


def _placed(register: Register, name: str, ground: Ground) -> pd.DataFrame:
    """Entries with x_m, y_m in the study's CRS."""
    entries = register.entries
    x, y = project_points(entries["lon"], entries["lat"], LON_LAT, target=ground.crs)
    entries = entries.assign(x_m=np.round(x, 2), y_m=np.round(y, 2))
    entries.loc[entries["lon"].isna(), ["x_m", "y_m"]] = np.nan
    known = _known(entries)
    if len(known[0]) and not shapely.contains_xy(ground.data, *known).any():
        there, here = (_box(*bounds) for bounds in (_bounds(*known), shapely.bounds(ground.data)))
        raise InputError(
            f"[sources.registers.{name}]: none of {len(known[0])} entries lies inside the OpenStreetMap data",
            where=[f"register: {there}", f"data: {here}"],
            expected=f"the same place, in any CRS ({ground.crs} shown here)",
            fix="check crs, and that x and y (lon and lat) are not swapped",
        )
    return entries


def _known(entries: pd.DataFrame) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    there = entries["x_m"].notna()
    return entries.loc[there, "x_m"].to_numpy(np.float64), entries.loc[there, "y_m"].to_numpy(np.float64)


def _bounds(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> tuple[float, float, float, float]:
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _box(west: float, south: float, east: float, north: float) -> str:
    return f"west {west:.0f}, south {south:.0f}, east {east:.0f}, north {north:.0f}"


def _count(counts: Counts, register: Register, entries: pd.DataFrame, ground: Ground) -> None:
    known = _known(entries)
    beyond = len(known[0]) - int(shapely.contains_xy(ground.data, *known).sum())
    for code, number in (
        ("register_beyond_data", beyond),
        ("register_without_position", register.counts.get("without_position", 0)),
        ("register_other_kinds", register.counts.get("other_kinds", 0)),
    ):
        counts[code] = counts.get(code, 0) + number


def _replaced(
    facilities: gpd.GeoDataFrame, dropped: list[frozenset[str]], added: list[gpd.GeoDataFrame]
) -> gpd.GeoDataFrame:
    """Facilities of the extract without those that went, with those of the registers, sorted by id."""
    if not added:
        return facilities
    gone = frozenset[str]().union(*dropped)
    kept = facilities[~facilities["facility_id"].isin(gone)]
    kept = kept if "places" in kept else kept.assign(places=np.nan)
    kinds = {name: kept[name].dtype for name in kept.columns if name != "geometry"}
    new = [part.to_crs(kept.crs) for part in added if len(part)]
    table = pd.concat([kept, *new], ignore_index=True).reindex(columns=kept.columns)
    return gpd.GeoDataFrame(table.astype(kinds), geometry="geometry", crs=kept.crs).sort_values(
        "facility_id", kind="stable", ignore_index=True
    )
