"""Broadband per municipality, Kreis or Land out of the Breitbandatlas: four layouts of one statistic.

A figure of a whole municipality is context. It never makes a cell lack a prerequisite (docs/decisions/own-data.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nahraum.errors import InputError
from nahraum.sources.areatable import TEXTS, AreaTable, Layout, read_area_table
from nahraum.sources.headings import headings_of
from nahraum.sources.rows import read_rows

_KEYS = ("ags", "ars", "krs")
_KEY_DIGITS = {"krs": 5}
_AGS_DIGITS = 8
# Headings by edition: 300_50 (2018), verf_300_50 (Länder 2021), "alle Technologien ≥ 50 Mbit/s", priv_alle_tech_50.
_TECHNOLOGIES = {
    "all": r"(?:verf_)?300|alle Technologien|priv_alle_tech",
    "wired": r"(?:verf_)?100|leitungsg\. Technologien|priv_lg_tech",
    "fibre": r"(?:verf_)?ftth|FTTH/B|priv_ftthb",
}
# The published tables reach 100.39; what is beyond 101 is no percentage of households.
HIGHEST_PERCENT = 101
_EXPECTED = 'a table of the Breitbandatlas with columns such as 300_50, verf_300_50 or "alle Technologien ≥ 50 Mbit/s"'


def read_breitbandatlas(files: Sequence[Path], *, columns: Mapping[str, str] | None = None) -> AreaTable:
    """Share of private households that are offered at least a speed, by area. [0..1]

    Parameters
        columns : our name -> heading; without it all speeds of all, wired and fibre technologies.

    Returns
        AreaTable by AGS (8 digits; Kreis 5, Land 2) with `<technology>_<Mbit/s>_share`, e.g. `wired_50_share`. An
        area without any households has 0 everywhere in the publication: it is missing here, and counted as
        `unpopulated`. The publication goes a little beyond 100 percent: 1 here, imputed, `above_100_percent`.

    Raises
        InputError where no column is one of the Breitbandatlas, for values outside 0 to 100 percent, and as
        `read_area_table`.
    """
    read = read_rows(files[0])
    heads = headings_of(read.called, read.rows[:1])
    names = [heads.name(place) for place in range(len(heads.parts))]
    known = _known(names)
    key = next((name for name in names if name.casefold() in _KEYS), None)
    if not known or key is None:
        raise InputError(
            f"{read.called} is no table of the Breitbandatlas", where=f"columns: {names[:8]}", expected=_EXPECTED
        )
    layout = Layout(id_digits=_digits(key, read.rows))
    table = read_area_table(files, id=key, columns={**known, **(columns or {})}, layout=layout)
    return _only(_shares(table, read.called), list(columns or known))


def _known(names: Sequence[str]) -> dict[str, str]:
    found = {}
    for technology, pattern in _TECHNOLOGIES.items():
        for name in names:
            if match := re.fullmatch(rf"(?:{pattern})(?:_| ≥ )(\d+)(?: Mbit/s)?", name):
                found[f"{technology}_{match[1]}_share"] = name
    return found


def _digits(key: str, rows: Sequence[Sequence[object]]) -> int:
    """Length of the key: 5 for a Kreis, 2 for a Land, 8 for a municipality."""
    if key.casefold() in _KEY_DIGITS:
        return _KEY_DIGITS[key.casefold()]
    place = [str(cell) for cell in rows[0]].index(key)
    return 2 if all(len(str(row[place])) <= 2 for row in rows[1:] if len(row) > place) else _AGS_DIGITS


def _shares(read: AreaTable, called: str) -> AreaTable:
    """Percent as shares; areas where every technology offers nothing to anybody hold nobody."""
    table = read.table.copy()
    values = table[read.values].to_numpy(dtype=np.float64)
    if (values > HIGHEST_PERCENT).any() or (values < 0).any():
        raise InputError(f"{called} holds values outside 0 to 100", expected="percent of private households")
    empty = np.nan_to_num(values).sum(axis=1) == 0
    above = values > 100
    for place, name in enumerate(read.values):
        status = table[f"{name}_status"].mask(above[:, place], "imputed")
        table[name] = (table[name].clip(upper=100) / 100).mask(empty)
        table[f"{name}_status"] = status.mask(empty, "missing")
    counts = {"unpopulated": int(empty.sum()), "above_100_percent": int(above.any(axis=1).sum())}
    return replace(read, table=table, counts=read.counts | counts)


def _only(read: AreaTable, names: Sequence[str]) -> AreaTable:
    """The table with only these columns."""
    columns = ["area_id", *(c for name in names for c in ((name,) if name in TEXTS else (name, f"{name}_status")))]
    counts = read.counts | {
        "missing": int((read.table[[c for c in columns if c.endswith("_status")]] == "missing").to_numpy().sum())
    }
    return AreaTable(read.table[columns], {name: read.labels[name] for name in names}, counts)
