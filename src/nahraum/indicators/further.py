"""Further indicators beside the four prerequisites: each theme is a module of `indicators.themes` with a catalogue.

A theme has one or both of

    address_values(setting) -> DataFrame            one row per row of `setting.area.addresses`: <id>, <id>_status
    zone_values(setting, zones) -> DataFrame        one row per zone: <id>, <id>_status, <id>_completeness

and leaves out what the study has no data for: what is not computed has no column, what is not known has a status.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.access.per_address import Prepared
from nahraum.area.model import Area
from nahraum.errors import NahraumError
from nahraum.grid import GRID_CRS, cell_square
from nahraum.indicators import themes
from nahraum.indicators.catalogue import Indicator, entry_of, further_entry
from nahraum.network import Network
from nahraum.parameters import Parameters
from nahraum.tables import GridTable

ZONES = ("cells", "quarters", "municipality", "municipalities")
THEME_MODULES = tuple(f"{themes.__name__}.{name}" for name in themes.MODULES)
NOTE_COLUMNS = ("code", "count", "text_de", "text_en")


@dataclass(frozen=True)
class Given:
    """What a study brings beyond streets, residents and the four prerequisites; each may be empty.

    topics : further census tables by topic (rent, ages, …), per grid cell.
    context : polygons with a value (noise, heat, canopy …), or grid tables, by name.
    statistics : tables of small areas or municipalities (`sources.areatable.AreaTable`), by name.
    housing : the office's tables of rent ceilings and of dwellings bound in price, by section.
    minutes : walking times per profile, as `access.walking_minutes` returns them.
    walkers : which profiles were computed and how much is mapped of what stops them (`access.walkers.Walkers.known`).
    options : the sections of the study file these come from, by `group.item`.
    """

    topics: Mapping[str, GridTable] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)
    statistics: Mapping[str, Any] = field(default_factory=dict)
    housing: Mapping[str, Any] = field(default_factory=dict)
    minutes: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    walkers: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["profile", "computed", "surface"]))
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """What a theme may use: the study area, its network, the measured ways, parameters, what else is given."""

    area: Area
    network: Network
    access: pd.DataFrame
    parameters: Parameters
    given: Given = field(default_factory=Given)

    @cached_property
    def prepared(self) -> Prepared:
        """The area attached to its eliminated network: what `access.reach` needs; made once for all themes."""
        return Prepared.of(self.area, self.network, self.parameters)


@dataclass(frozen=True)
class Further:
    """Values of all themes.

    addresses : address_id, then <id> and <id>_status of every indicator that is summed up from addresses.
    cells, quarters, municipality, municipalities : cell_key, quarter_id or municipality_id, then <id>, <id>_status and
        <id>_completeness of every indicator that is computed per area.
    entries : catalogue entries that the study brought itself, as plain values.
    notes : code, count, text_de, text_en: what was left out, and why.
    """

    addresses: pd.DataFrame
    cells: pd.DataFrame
    quarters: pd.DataFrame
    municipality: pd.DataFrame
    municipalities: pd.DataFrame
    entries: tuple[Any, ...] = ()
    notes: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(NOTE_COLUMNS)))

    def catalogue(self) -> tuple[Indicator, ...]:
        """The entries that the study brought itself."""
        return tuple(further_entry(item["id"], {k: v for k, v in item.items() if k != "id"}) for item in self.entries)


def _modules() -> list[ModuleType]:
    return [importlib.import_module(name) for name in THEME_MODULES]


def further_values(setting: Setting) -> Further:
    """Every further indicator that the data of the study allow.

    Raises
        NahraumError where a theme hands back a column that no catalogue entry describes.
    """
    modules = _modules()
    entries = [item for module in modules for item in _called(module, "own_entries", setting, empty=())]
    known = {item.id for item in entries}
    addresses = _side_by_side(
        [_called(module, "address_values", setting, empty=None) for module in modules],
        setting.area.addresses.index,
        known,
    )
    addresses.insert(0, "address_id", setting.area.addresses["address_id"].to_numpy(dtype=object))
    notes = [note for module in modules for note in _called(module, "notes", setting, empty=())]
    return Further(
        addresses=addresses,
        **{name: _zone_table(name, modules, setting, known) for name in ZONES},
        entries=tuple(asdict(item) for item in entries),
        notes=pd.DataFrame(notes, columns=list(NOTE_COLUMNS)),
    )


def _called(module: ModuleType, name: str, setting: Setting, *, empty: Any) -> Any:
    function: Callable[[Setting], Any] | None = getattr(module, name, None)
    return empty if function is None else function(setting)


def _side_by_side(tables: list[pd.DataFrame | None], index: pd.Index, known: set[str]) -> pd.DataFrame:
    """The tables of all themes beside each other; every column has its entry in the catalogue and its status."""
    found = [table for table in tables if table is not None and len(table.columns)]
    for table in found:
        if len(table) != len(index):
            raise NahraumError("a theme lost rows", where=str(list(table.columns)[:3]), expected=f"{len(index)} rows")
        for column in map(str, table.columns):
            if column.endswith(("_status", "_completeness")):
                continue
            if f"{column}_status" not in table.columns:
                raise NahraumError(f"{column!r} has no column {column}_status")
            if column not in known and entry_of(column) is None:
                raise NahraumError(f"{column!r} is in no catalogue", fix="add it to indicators/themes/<theme>.toml")
    whole = pd.concat([table.reset_index(drop=True) for table in found], axis=1) if found else pd.DataFrame()
    return whole.reindex(range(len(index)))


def _zones(name: str, area: Area) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Keys and polygons of the areas values are computed for, in the study's CRS."""
    if name == "cells":
        lived_in = area.addresses["inside"].to_numpy(dtype=bool) & (area.addresses["residents"].to_numpy() > 0)
        keys = np.unique(area.addresses["cell_key"].to_numpy(dtype=np.int64)[lived_in])
        squares = gpd.GeoSeries(cell_square(keys), crs=GRID_CRS).to_crs(area.crs)
        return pd.DataFrame({"cell_key": keys}), gpd.GeoDataFrame({"zone": keys}, geometry=squares)
    if name == "quarters":
        quarters = area.quarters.sort_values("quarter_id", kind="stable").reset_index(drop=True)
        return quarters[["quarter_id"]], gpd.GeoDataFrame({"zone": quarters["quarter_id"]}, geometry=quarters.geometry)
    if name == "municipalities" and area.municipalities is not None:
        ids, shapes = area.municipalities["municipality_id"].to_numpy(), area.municipalities.geometry.to_numpy()
    else:
        n = int(name == "municipality")
        ids, shapes = np.array(["all"], dtype=object)[:n], area.boundary.geometry.to_numpy()[:n]
    return pd.DataFrame({"municipality_id": ids}), gpd.GeoDataFrame({"zone": ids}, geometry=shapes, crs=area.crs)


def _zone_table(name: str, modules: list[ModuleType], setting: Setting, known: set[str]) -> pd.DataFrame:
    keys, zones = _zones(name, setting.area)
    functions = [getattr(module, "zone_values", None) for module in modules]
    tables = [None if function is None else function(setting, zones) for function in functions]
    return pd.concat([keys, _side_by_side(tables, keys.index, known)], axis=1)
