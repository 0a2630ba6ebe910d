"""What the status says of each quarter, as columns of the table of quarters with their statuses."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

OF_STATUS = ("status_index", "status_class", "dynamics_class", "attention")
"""Columns of quarters that a status gives them; entries of the catalogue."""


def status_index(told: pd.DataFrame) -> pd.Series:
    """Index of each quarter by the study's method, high = low status. [standard deviations, or as the method says]

    Parameters
        told : a row per quarter as `Social.areas`, or released.
    """
    return told["index"].astype(np.float64)


def status_class(told: pd.DataFrame, language: str) -> pd.Series:
    """Name of the class of each quarter, '' where it has none."""
    return _text(told, f"class_{language}")


def dynamics_class(told: pd.DataFrame, language: str) -> pd.Series:
    """Name of the class of change of each quarter, '' where it has none."""
    return _text(told, f"dynamics_class_{language}")


def attention(told: pd.DataFrame, language: str) -> pd.Series:
    """Yes where the method asks for attention, no where not, '' where it cannot be told."""
    if "attention" not in told:
        return pd.Series("", index=told.index, dtype=object)
    yes, no = ("ja", "nein") if language == "de" else ("yes", "no")
    marks = told["attention"].astype(np.float64)
    words = pd.Series(np.where(marks == 1.0, yes, no), index=told.index, dtype=object)
    return words.where(marks.notna() & (_text(told, "class") != ""), "")


def _text(told: pd.DataFrame, column: str) -> pd.Series:
    found = told[column] if column in told else pd.Series("", index=told.index)
    return found.astype(object).where(found.notna(), "")


def with_status(quarters: gpd.GeoDataFrame, areas: pd.DataFrame, language: str) -> gpd.GeoDataFrame:
    """The quarters with the columns of their status that anybody has, each with its status.

    Parameters
        areas : `Social.areas`, or released: then `suppressed` names what is held back.
    """
    told = areas.set_index("area_id").reindex(quarters["quarter_id"].astype(str))
    columns: dict[str, object] = {}
    index = status_index(told)
    columns |= _column("status_index", index, index.notna(), _held(told, "index"))
    for name, words in (("status_class", status_class), ("dynamics_class", dynamics_class)):
        label = words(told, language)
        if (label != "").any():
            columns |= _column(name, label, label != "", _held(told, name.removeprefix("status_")))
    if "status_class" in columns and "attention" in told:
        marks = attention(told, language)
        columns |= _column("attention", marks, marks != "", _held(told, "attention"))
    plain = pd.DataFrame(quarters.drop(columns=quarters.geometry.name))
    whole = pd.concat([plain, pd.DataFrame(columns, index=plain.index)], axis=1)
    return gpd.GeoDataFrame(whole, geometry=quarters.geometry, crs=quarters.crs)


def _held(told: pd.DataFrame, column: str) -> list[bool]:
    """Where a column is held back."""
    if "suppressed" not in told:
        return [False] * len(told)
    rows = _text(told, "suppressed").astype(str).str.split()
    return [column in row or "all" in row for row in rows]


def _column(name: str, values: pd.Series, known: pd.Series, held: list[bool]) -> dict[str, object]:
    """A column with its status."""
    words = np.where(held, "suppressed", np.where(known.to_numpy(dtype=bool), "ok", "missing")).astype(object)
    return {name: values.to_numpy(), f"{name}_status": words}
