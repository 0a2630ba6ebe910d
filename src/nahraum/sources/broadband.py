"""Broadband offered per grid cell: share of households by speed, never rising with the speed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from nahraum.errors import InputError
from nahraum.sources.cells import Float64, Mask
from nahraum.sources.gridtable import read_grid_table
from nahraum.sources.tabular import Window
from nahraum.tables import GridTable

_POSITION = ("cell", "x", "y")


def read_broadband(
    files: Sequence[Path],
    *,
    size_m: int,
    columns: Mapping[str, str],
    unit: Literal["percent", "share"] = "percent",
    missing: Sequence[float] = (),
    window_m: Window | None = None,
) -> GridTable:
    """Share of households that are offered at least a speed, by cell. [0..1]

    Parameters
        columns : speed in Mbit/s as text -> column, e.g. {"50": "down_fn_hh_alle_50"}; and `cell` or `x`, `y`.
        unit : what the file holds: percent (0..100) or share (0..1).

    Returns
        GridTable with `offered_<speed>_share` and status. Where a share rises with the speed, which cannot be,
        the nearest falling sequence takes its place, status imputed (so these cells can be counted).

    Raises
        InputError for a speed that is no whole number, shares above 1, and as `read_grid_table`.
    """
    speeds = sorted(int(speed) for speed in columns if speed not in _POSITION and _is_speed(speed))
    if unit not in ("percent", "share"):
        raise InputError(f"broadband unit = {unit!r} is not known", expected="percent or share")
    ours = [f"offered_{speed}_share" for speed in speeds]
    mapped = {name: columns[str(speed)] for name, speed in zip(ours, speeds, strict=True)}
    mapped |= {part: columns[part] for part in _POSITION if part in columns}
    percent = ours if unit == "percent" else []
    read = read_grid_table(files, size_m=size_m, columns=mapped, missing=missing, percent=percent, window_m=window_m)
    table = read.table.copy()
    if (table[ours] > 1).to_numpy().any():
        raise InputError(f"{files[0].name} holds shares above 1", fix='set unit = "percent"')
    shares, changed = falling(table[ours].to_numpy(dtype=np.float64))
    for place, name in enumerate(ours):
        table[name] = shares[:, place]
        table[f"{name}_status"] = table[f"{name}_status"].mask(changed[:, place], "imputed")
    return GridTable(size_m, table)


def _is_speed(text: str) -> bool:
    if text.isdecimal() and int(text) > 0:
        return True
    raise InputError(
        f"[sources.broadband] columns: {text!r} is no speed",
        expected='Mbit/s, e.g. columns = { 50 = "down_fn_hh_alle_50", cell = "raster_id" }',
    )


def falling(values: Float64) -> tuple[Float64, Mask]:
    """Per row the nearest sequence (least squares) that never rises, and which values it changed.

    Unknown values (NaN) stay unknown and do not take part.

    Notes
        isotonic regression by its closed form: fitted(i) = min over a <= i of max over b >= i of mean(a..b).
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    fitted = np.full(values.shape, np.inf)
    n_columns = values.shape[1]
    for place in range(n_columns):
        for first in range(place + 1):
            best = np.full(len(values), -np.inf)
            for last in range(place, n_columns):
                number = known[:, first : last + 1].sum(axis=1)
                total = filled[:, first : last + 1].sum(axis=1)
                mean = np.divide(total, number, out=np.full(len(values), -np.inf), where=number > 0)
                best = np.maximum(best, mean)
            fitted[:, place] = np.where(known[:, first], np.minimum(fitted[:, place], best), fitted[:, place])
    rising = np.zeros(len(values), dtype=bool)
    highest = np.full(len(values), np.inf)
    for place in range(n_columns):
        rising |= known[:, place] & (values[:, place] > highest)
        highest = np.where(known[:, place], np.minimum(highest, filled[:, place]), highest)
    result = np.where(known & rising[:, None], fitted, values)
    return result, known & (result != values)
