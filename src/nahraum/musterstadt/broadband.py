"""Fixed-network offer per cell, with the columns of the Breitbandatlas grid."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from nahraum.musterstadt.census import Cells100
from nahraum.musterstadt.people import Cells

SPEEDS = (10, 16, 30, 50, 100, 200, 400, 1000)


def offered_percent(cells: Cells) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Share of households offered each of the atlas' speeds; never rises with the speed. [%]"""
    known = cells.offered * 100.0
    at_50, at_100, at_1000 = known.T
    lift = 100.0 - at_50
    columns = [at_50 + lift * part for part in (0.9, 0.8, 0.4)]
    columns += [at_50, at_100, at_100 - (at_100 - at_1000) * 0.25, at_100 - (at_100 - at_1000) * 0.6, at_1000]
    return np.stack(columns, axis=1)


def write_broadband(offers: Iterable[tuple[str, Cells, Cells100]], path: Path) -> None:
    """CSV with semicolon and decimal point: cell, municipality, percent of households by speed.

    Parameters
        offers : key, cells and where they lie, of each municipality.
    """
    lines = [";".join(["raster_id", "ags", *(f"down_fn_hh_alle_{speed}" for speed in SPEEDS)])]
    for ags, cells, where in offers:
        lines += _lines(ags, cells, where)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lines(ags: str, cells: Cells, where: Cells100) -> list[str]:
    percent = offered_percent(cells)
    ids = [f"CRS3035RES100mN{n}E{e}" for n, e in zip(where.north_m.tolist(), where.east_m.tolist(), strict=True)]
    return [
        ";".join([cell, ags, *(f"{value:.2f}" for value in row)])
        for cell, row in zip(ids, percent.tolist(), strict=True)
    ]
