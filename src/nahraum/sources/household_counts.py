"""Counts of households, dwellings and people of the census, class by class, from the files a study names already."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import STATUSES
from nahraum.sources.cells import Float64, Int64
from nahraum.sources.floorclasses import class_number
from nahraum.sources.longtable import is_long, open_2011, read_long
from nahraum.sources.safety import is_zip, zip_members
from nahraum.sources.tabular import Window
from nahraum.sources.zensus import read_zensus2022
from nahraum.study import SourceSpec
from nahraum.tables import HOUSEHOLD_COUNTS

_LEVELS = {"cell": (100, "100m-gitter"), "km": (1000, "1km-gitter")}


@lru_cache(maxsize=1)
def measures() -> dict[str, dict[str, Any]]:
    """What of the census becomes which measure of `tables.HOUSEHOLD_COUNTS`."""
    file = resources.files("nahraum.sources").joinpath("household_counts.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def sections() -> tuple[str, ...]:
    """The sections of a study that hold counts of households: `dwellings`, `topics.households` …"""
    return tuple(sorted({str(rule["section"]) for rule in measures().values()}))


def household_counts(sources: Mapping[str, SourceSpec], *, window_m: Window | None = None) -> pd.DataFrame:
    """Every published count of the census about households and their dwellings, by 100 m cell and by square kilometre.

    Parameters
        sources : the sources of the study by name; of these the census files of `sections()`.
        window_m : only cells that touch this box: west, south, east, north. [m, EPSG:3035]

    Returns
        `tables.HOUSEHOLD_COUNTS`, sorted. In 2022 a level is there where the archive holds its member; a dash is
        suppressed. In the long tables of 2011 a class that only this cell lacks is suppressed ("none, or below 3"), one
        that the whole file lacks has no row. Tables that a study maps itself hold shares, no counts: they give nothing.

    Raises
        InputError from the readers.
    """
    parts = []
    for name, rule in measures().items():
        spec = sources.get(str(rule["section"]))
        if spec is None or len(spec.files) != 1:
            continue
        if spec.kind == "zensus2022":
            parts += [_of_2022(spec.file, name, rule, level, window_m) for level in _levels(spec.file, spec)]
        elif spec.kind == "zensus2011" and "variable_2011" in rule:
            parts.append(_of_2011(spec.file, name, str(rule["variable_2011"]), window_m))
    found = [part for part in parts if part is not None and len(part)]
    if not found:
        return pd.DataFrame({name: pd.Series(dtype=_DTYPES[name]) for name in HOUSEHOLD_COUNTS.names()})
    return pd.concat(found, ignore_index=True)


_DTYPES = {
    "level": "object", "area_key": "int64", "measure": "object", "class_id": "int64", "count": "float64",
    "status": "object",
}  # fmt: skip


def _levels(path: Path, spec: SourceSpec) -> list[str]:
    """The levels an archive holds; a plain file holds what the study says."""
    if not is_zip(path):
        size = int(spec.option("size_m", 100))
        return [level for level, (size_m, _) in _LEVELS.items() if size_m == size]
    names = [member.filename.casefold() for member in zip_members(path)]
    return [level for level, (_, label) in _LEVELS.items() if any(label in each for each in names)]


def _of_2022(
    path: Path, measure: str, rule: Mapping[str, Any], level: str, window_m: Window | None
) -> pd.DataFrame | None:
    """The rows of one measure and level; None where the file is about something else."""
    frame = read_zensus2022(path, size_m=_LEVELS[level][0], window_m=window_m)
    there = {str(name).casefold(): str(name) for name in frame.columns if not str(name).endswith("_status")}
    classes = _columns(there, rule, measure)
    beginning = str(rule.get("total", "-")).casefold()
    total = next((name for folded, name in sorted(there.items()) if folded.startswith(beginning)), None)
    if rule.get("needs_total") and total is None:
        return None
    if lost := [name for name, found in zip(rule["classes"], classes, strict=True) if found is None]:
        raise InputError(
            f"[sources.{rule['section']}] {path.name} lacks classes of households",
            where=f"columns missing: {lost}",
            expected="the columns as Destatis spells them",
            fix="name the archive of this topic",
        )
    named = [*([total] if total else []), *(name for name in classes if name is not None)]
    counts = frame[named].to_numpy(dtype=np.float64) * float(rule.get("factor", 1.0))
    status = frame[[f"{name}_status" for name in named]].to_numpy(dtype=object)
    numbers = [*([0] if total else []), *range(1, len(classes) + 1)]
    return _rows(level, frame["cell_key"].to_numpy(), measure, numbers, counts, status)


def _columns(there: Mapping[str, str], rule: Mapping[str, Any], measure: str) -> list[str | None]:
    """The publisher's column of each class; floor areas are known by their limits, however they are written."""
    if measure != "floor_area":
        return [there.get(str(name).casefold()) for name in rule["classes"]]
    known = {class_number(name): name for name in there.values()}
    return [known.get(number) for number in range(1, len(rule["classes"]) + 1)]


def _of_2011(path: Path, measure: str, variable: str, window_m: Window | None) -> pd.DataFrame | None:
    """The rows of one variable of a long table; None where the file does not have it."""
    if not is_long(open_2011(path)):
        return None
    read = read_long(path, variables=[variable], window_m=window_m)
    status = np.array(STATUSES, dtype=object)[read.codes]
    return _rows("cell", read.keys, measure, [code for _, code in read.classes], read.counts, status)


def _rows(
    level: str, keys: Int64, measure: str, numbers: Sequence[int], counts: Float64, status: npt.NDArray[np.object_]
) -> pd.DataFrame:
    """One row per cell and class."""
    n = len(numbers)
    return pd.DataFrame(
        {
            "level": level,
            "area_key": np.repeat(keys, n),
            "measure": measure,
            "class_id": np.tile(np.array(numbers, dtype=np.int64), keys.size),
            "count": counts.reshape(-1),
            "status": status.reshape(-1),
        }
    )
