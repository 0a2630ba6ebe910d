"""Further facts of the place an office has as polygons: noise bands, heat classes, sealing, canopy, floods."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.sources.problems import find_name
from nahraum.sources.vector import clean_layer

COLUMN = "value"


def read_context(
    files: Sequence[Path],
    *,
    value: str,
    layer: str | None = None,
    crs: str | None = None,
    accept_datum_shift: bool = False,
) -> gpd.GeoDataFrame:
    """Polygons with one figure each: value (NaN not known), geometry; in the CRS of the first file.

    Parameters
        value : the column that holds the figure; texts such as "55-60" or "Lden5559" give their first number, a
            decimal comma is read.

    Raises
        InputError as `read_polygons`; for an unknown column, and where it holds no number at all.
    """
    parts = []
    for path in sorted(files):
        read = clean_layer(Path(path), layer=layer, crs=crs, accept_datum_shift=accept_datum_shift)
        names = [str(column) for column in read.rows.columns if column != "geometry"]
        column = read.rows[find_name(value, names, called=read.called)]
        numbers = figures_of(column)
        if np.isnan(numbers).all():
            shown = [str(text) for text in column.dropna().unique()[:5]]
            raise InputError(
                f"{read.called}: {value!r} holds no number",
                where=f"there are: {', '.join(shown) or 'no values'}",
                expected="a figure, or a class that begins with one, e.g. 55-60",
                fix="name another column: columns = { value = … }",
            )
        parts.append(gpd.GeoDataFrame({COLUMN: numbers}, geometry=read.rows.geometry.to_numpy(), crs=read.rows.crs))
    whole: gpd.GeoDataFrame = pd.concat([part.to_crs(parts[0].crs) for part in parts], ignore_index=True)
    return whole


def figures_of(column: pd.Series) -> np.ndarray:
    """The first number in each value, NaN where there is none."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    texts = column.astype("str").str.replace(",", ".", regex=False)
    found = texts.str.extract(r"(-?\d+(?:\.\d+)?)", expand=False)
    return pd.to_numeric(found).to_numpy(dtype=np.float64, na_value=np.nan)
