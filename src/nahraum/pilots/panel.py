"""What was observed before a pilot: one value per quarter and period, and its level and trend."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.frames import Column, Contract, require

PANEL = Contract(
    "panel",
    "one row per quarter and period",
    ("quarter_id", "period"),
    (
        Column("quarter_id", "text"),
        Column("period", "float", "in equal steps, e.g. the year"),
        Column("value", "float", "of the outcome; NaN not known", nullable=True),
    ),
)
QUARTERS = Contract(
    "quarters of a trial",
    "one row per quarter",
    ("quarter_id",),
    (
        Column("quarter_id", "text"),
        Column("name", "text"),
        Column("residents", "float", "", "persons", minimum=0),
        Column("need", "float", "persons whom the pilot is for; NaN not known", "persons", nullable=True, minimum=0),
    ),
)


def checked_panel(panel: pd.DataFrame) -> pd.DataFrame:
    """The panel by quarter and period, without rows that are not known.

    Raises
        InputError with all problems: columns, kinds, a quarter twice in a period.
    """
    found = require(panel, PANEL, called="the panel of the outcome", fix="quarter_id;period;value")
    kept = found[found["value"].notna()]
    return kept.sort_values(["quarter_id", "period"], ignore_index=True)


def lines_of(panel: pd.DataFrame, *, fewest: int) -> pd.DataFrame:
    """Level and trend of each quarter before the pilot.

    Returns
        by quarter_id: n_periods; level, the value of its line in the last period of the panel; trend per period (NaN
        below `fewest` periods; the level is then the last value); scatter about the line (NaN below 3 periods).
    """
    last = float(panel["period"].max())
    rows = {}
    for name, part in panel.groupby("quarter_id", sort=True):
        x, y = part["period"].to_numpy(np.float64) - last, part["value"].to_numpy(np.float64)
        if len(x) < max(fewest, 2):
            rows[str(name)] = (len(x), float(y[-1]), np.nan, np.nan)
            continue
        slope, level = np.polyfit(x, y, 1)
        left = y - (slope * x + level)
        scatter = float(np.sqrt((left**2).sum() / (len(x) - 2))) if len(x) > 2 else np.nan
        rows[str(name)] = (len(x), float(level), float(slope), scatter)
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["n_periods", "level", "trend", "scatter"])
    table.index.name = "quarter_id"
    return table
