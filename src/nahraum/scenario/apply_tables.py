"""Rows of tables added, found and changed, as edits need it."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.errors import InputError


def require_new(table: pd.DataFrame, key: str, value: str) -> None:
    """Raise where a table holds an id already."""
    if (table[key].to_numpy(dtype=object) == value).any():
        raise InputError(f"there is already a {key} {value!r}", expected="an id that is not there yet")


def rows_of(table: pd.DataFrame, key: str, value: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which rows of a table have an id.

    Raises
        InputError where none has.
    """
    at: np.ndarray[Any, np.dtype[np.bool_]] = table[key].to_numpy(dtype=object) == value
    if not at.any():
        raise InputError(f"there is no {key} {value!r}", expected="an id of the study", fix="look it up in the tables")
    return at


def with_row(table: Any, row: dict[str, Any]) -> Any:
    """The table with one more row; what the row does not say is empty: '' or NaN or False."""
    full = {}
    for name, kind in table.dtypes.items():
        text = pd.api.types.is_string_dtype(kind) and kind != "geometry"
        full[name] = row.get(name, "" if text else {"b": False, "i": 0}.get(getattr(kind, "kind", "f"), np.nan))
    made = pd.DataFrame([full])
    if isinstance(table, gpd.GeoDataFrame):
        made = gpd.GeoDataFrame(made, geometry="geometry", crs=table.crs)
    if table.empty:  # its columns have no kinds worth keeping
        return made
    made = made.astype({name: kind for name, kind in table.dtypes.items() if kind != "geometry"})
    return pd.concat([table, made], ignore_index=True)


def with_values(table: Any, at: np.ndarray[Any, np.dtype[np.bool_]], **values: Any) -> Any:
    """The table with other values in some rows."""
    changed = table.copy()
    for name, value in values.items():
        changed.loc[at, name] = value
    return changed
