"""How single values are printed in tables: held back is ".", unknown is empty, text never starts a formula."""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.publish.bundle import Released

HELD_BACK = "."
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plain(table: Released) -> pd.DataFrame:
    """The table without geometry."""
    frame = table.frame
    if isinstance(frame, gpd.GeoDataFrame):
        return pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return frame


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """The columns that a row names as held back; asked for every column, split once."""
    return frozenset(text.split())


def held_back(frame: pd.DataFrame, column: str) -> npt.NDArray[np.bool_]:
    """Rows in which the value of a column is held back (and not unknown)."""
    empty = frame[column].isna().to_numpy()
    gone = np.zeros(len(frame), dtype=np.bool_)
    if not empty.any():
        return gone
    if "suppressed" in frame.columns:
        words = frame["suppressed"].to_numpy(dtype=object)
        for row in np.flatnonzero(empty & (words != "")):
            gone[row] = not _words(words[row]).isdisjoint((column, "all"))
    if f"{column}_status" in frame.columns:
        gone |= (frame[f"{column}_status"] == "suppressed").to_numpy(dtype=np.bool_)
    return np.asarray(gone & empty, dtype=np.bool_)


def is_number(values: pd.Series) -> bool:
    """Whether a column holds numbers (truth values are words)."""
    return bool(pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype))


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula."""
    return text.startswith(_FORMULA)


def safe_text(value: object) -> str:
    """Text of one line for CSV; what a spreadsheet would compute is quoted by an apostrophe."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    line = " ".join(str(value).split())
    return f"'{line}" if starts_formula(line) else line


def number_text(value: float, decimals: int) -> str:
    """A number with a decimal comma and no superfluous zeros."""
    printed = f"{value:.{decimals}f}"
    if "." in printed:
        printed = printed.rstrip("0").rstrip(".")
    return "0" if printed == "-0" else printed.replace(".", ",")
