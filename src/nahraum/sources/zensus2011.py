"""Zensus 2011 grid files of Destatis: the long 100 m tables, the wide 100 m population, the wide 1 km tables.

Two things set 2011 apart. A count below 3 is not published, so that a class that a cell does not have may be empty
or hidden; and there is no total beside the classes: what they add up to is a lower bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.parameters import Parameters
from nahraum.sources.cells import MISSING, UNRELIABLE, Codes, Float64, grid_frame, status_codes
from nahraum.sources.floorclasses import N_CLASSES, dwelling_columns
from nahraum.sources.gridtable import read_grid_table
from nahraum.sources.longtable import LongTable, is_long, open_2011, read_long
from nahraum.sources.problems import Problems
from nahraum.sources.tabular import Window
from nahraum.sources.topics import share_of_classes, values_of
from nahraum.tables import GridTable

_FLOOR_AREA, _TOTAL = "WOHNFLAECHE_10S", "INSGESAMT"
_OF_PERSONS = ("ALTER_", "STAATSANGE", "GESCHLECHT", "FAMSTND", "RELIGION", "GEBURTLAND", "GEBURTSLAND")
_HIDDEN = (-1.0, -9.0)


def population(path: Path, size_m: int, *, window_m: Window | None = None) -> GridTable:
    """Residents per cell: columns `residents`, `residents_status`. [persons]

    Reads the wide tables (`Einwohner`; -1 is "nobody, or secret": suppressed) and the long one (`INSGESAMT`).
    """
    if size_m == 100 and is_long(open_2011(path)):
        read = read_long(path, variables=[_TOTAL], window_m=window_m)
        if others := [name for name in read.variables if name != _TOTAL and not name.startswith(_OF_PERSONS)]:
            raise InputError(
                f"{path.name} counts no persons",
                where=f"its variables: {', '.join(read.variables)}",
                expected="csv_Bevoelkerung_100m_Gitter.zip (Einwohner), or a long table of persons (ALTER_…)",
                fix=f"INSGESAMT beside {others[0]} counts dwellings, households or buildings: name another file",
            )
        frame = grid_frame(read.keys, {"residents": (read.counts[:, 0], read.codes[:, 0])}, Problems())
        return GridTable(size_m, frame)
    return _wide(path, size_m, {"residents": "Einwohner"}, window_m)


def floor_area(
    files: Sequence[Path],
    size_m: int,
    *,
    parameters: Parameters | None = None,
    window_m: Window | None = None,
) -> GridTable:
    """Mean floor area per resident: `floor_area_m2_per_resident`. [m²/person]

    At 1 km as published (`Wohnfl_Bew_D`). At 100 m the census of 2011 has none: it is derived, dwellings times the mean
    of their published classes by residents, and therefore unreliable. Where the number of dwellings is not published
    it would come out too low, by a quarter on average, and make homes look cramped: there it stays missing.

    Parameters
        files : the 1 km table; at 100 m the dwellings and the residents, in this order.
    """
    if size_m != 100 and len(files) == 1:
        return _wide(files[0], size_m, {"floor_area_m2_per_resident": "Wohnfl_Bew_D"}, window_m)
    if size_m != 100 or len(files) != 2:
        raise InputError(
            f"{files[0].name}: the census of 2011 has no living space per person at 100 m",
            expected="one table at 1 km (size_m = 1000), or two at 100 m: dwellings by floor area, then residents",
            fix='files = ["csv_Wohnungen_100m_Gitter.zip", "csv_Bevoelkerung_100m_Gitter.zip"]',
        )
    homes = dwellings(files[0], size_m, parameters=parameters, window_m=window_m)
    people = population(files[1], size_m, window_m=window_m).table
    joint = homes.table.merge(people, on="cell_key", how="inner", validate="one_to_one")
    inhabited = joint["residents"].where(joint["residents"] > 0).to_numpy(dtype=np.float64)
    counted = joint["dwellings"].where(joint["dwellings_status"] == "ok")
    value = (counted * joint["floor_area_m2_per_dwelling"]).to_numpy(dtype=np.float64) / inhabited
    code = np.where(np.isnan(value), np.int8(MISSING), np.int8(UNRELIABLE)).astype(np.int8)
    columns = {"floor_area_m2_per_resident": (value, code)}
    return GridTable(size_m, grid_frame(joint["cell_key"].to_numpy(), columns, Problems()), homes.absent)


def dwellings(
    path: Path, size_m: int, *, parameters: Parameters | None = None, window_m: Window | None = None
) -> GridTable:
    """Dwellings and their mean floor area per cell, from the 17 floor-area classes. [-, m²]

    Columns `dwellings` and `floor_area_m2_per_dwelling`. The number is the published total (INSGESAMT) where the file
    has it; else what the published classes add up to: a lower bound, unreliable. The mean is that of the published
    classes, unreliable as in `floorclasses.dwelling_columns`. At 1 km there is only a mean (topic `dwelling_area`).

    Raises
        InputError as `read_long`, and at sizes where there are no dwellings.
    """
    if size_m != 100:
        raise InputError("the census of 2011 has dwellings by floor area only at 100 m", fix="set size_m = 100")
    known = parameters or Parameters()
    read = read_long(path, variables=[_FLOOR_AREA, _TOTAL], window_m=window_m)
    if _FLOOR_AREA not in read.variables:
        raise InputError(f"{path.name} has no dwellings by floor area", where=f"its variables: {list(read.variables)}")
    counts = np.full((len(read.keys), N_CLASSES), np.nan)
    total = (np.full(len(read.keys), np.nan), np.full(len(read.keys), MISSING, dtype=np.int8))
    for column, (variable, code) in enumerate(read.classes):
        if variable == _TOTAL:
            total = (read.counts[:, column], read.codes[:, column])
        elif 1 <= code <= N_CLASSES:
            counts[:, code - 1] = read.counts[:, column]
        else:
            raise InputError(f"{path.name} has a floor-area class {code}", expected=f"1 to {N_CLASSES}")
    midpoints = np.asarray(known.value("census.floor_area_class_midpoints_m2"), dtype=np.float64)
    columns = dwelling_columns(counts, total, midpoints, known.number("census.minimum_class_coverage_share"))
    return GridTable(size_m, grid_frame(read.keys, columns, Problems()), read.absent)


def topic(path: Path, name: str, size_m: int, *, window_m: Window | None = None) -> GridTable:
    """The values of one topic (`topics.toml`) out of a wide or a long table, each with its status.

    A share of classes is only given where the file has all classes of the variable: copies of the census often lack
    the large ones. Without them the values are missing, and `absent` of the table says which classes the file lacks.

    Raises
        InputError for an unknown topic, one that the census of 2011 does not have in this layout, and as the readers.
    """
    rules = values_of(name)
    table = open_2011(path)
    if not is_long(table):
        there = {column.casefold(): column for column in table.names}
        theirs = {
            ours: [there[c.casefold()] for c in rule.get("columns", ()) if c.casefold() in there]
            for ours, rule in rules.items()
        }
        if lost := [ours for ours, found in theirs.items() if not found]:
            raise _not_there(name, table.called, lost[0], list(table.names))
        read = _wide(path, size_m, {ours: found[0] for ours, found in theirs.items()}, window_m)
        for ours, rule in rules.items():
            read.table[ours] = read.table[ours] * float(rule.get("factor", 1.0))
        return read
    variables = sorted({str(rule["variable_2011"]) for rule in rules.values() if "variable_2011" in rule})
    if len(variables) != 1 or size_m != 100:
        raise _not_there(name, table.called, name, list(table.names))
    counted = read_long(path, variables=variables, window_m=window_m)
    done = {ours: _of_classes(counted, rule) for ours, rule in rules.items()}
    return GridTable(size_m, grid_frame(counted.keys, done, Problems()), counted.absent)


def _of_classes(counted: LongTable, rule: Mapping[str, Any]) -> tuple[Float64, Codes]:
    """A share or mean of all classes; missing where the file lacks one of them."""
    codes = [code for _, code in counted.classes]
    if counted.absent or codes != list(range(1, len(rule["of"]) + 1)):
        return np.full(len(counted.keys), np.nan), np.full(len(counted.keys), MISSING, dtype=np.int8)
    weights = rule.get("mean_of") or [float(each in rule["part"]) for each in rule["of"]]
    value, status = share_of_classes(counted.counts, weights)
    return value, status_codes(pd.Series(status))


def _not_there(topic_name: str, called: str, value: str, columns: Sequence[str]) -> InputError:
    return InputError(
        f"{called} has nothing for [sources.topics.{topic_name}] ({value})",
        where=f"columns: {list(columns)[:12]}",
        expected="ages, age_classes, households, rooms (long tables, 100 m); mean_age, household_size, vacancy, "
        "dwelling_area, under_18, from_65 (wide tables, 1 km)",
        fix="take the census of 2022, or map the file as kind = 'grid_table'",
    )


def _wide(path: Path, size_m: int, columns: Mapping[str, str], window_m: Window | None) -> GridTable:
    """A table with one row per cell; -1 (nobody, or secret) and -9 (not shown) are suppressed."""
    return read_grid_table([path], size_m=size_m, columns=columns, missing=_HIDDEN, window_m=window_m)
