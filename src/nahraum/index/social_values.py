"""The office's table and the quarters of a study, brought together by the id of the area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.social_notes import Note, note
from nahraum.index.status.method import Method, Part
from nahraum.sources.problems import nearest_name
from nahraum.study_social import SocialSpec

_FIX = "docs/howto/social-analysis.md shows a table, its section and [social]"


@dataclass(frozen=True)
class Joined:
    """What the table knows of every quarter.

    values : indexed by quarter id; the columns a method asks for, NaN where the table has no row.
    residents : by quarter id. [persons]
    people : by part, the denominator of each quarter; NaN where the method names none. [persons]
    """

    values: pd.DataFrame
    residents: pd.Series
    people: pd.DataFrame
    notes: list[Note]


def columns_of(method: Method) -> list[str]:
    """Every column that a method may ask a table for, each once."""
    asked = [name for part in method.every_part() for name in _columns(part)]
    return list(dict.fromkeys(name for name in asked if name))


def _columns(part: Part) -> tuple[str, ...]:
    return part.id, part.numerator, part.denominator, part.larger


def table_columns(method: Method, spec: SocialSpec) -> list[str]:
    """The columns of the office's table that a study uses for its status."""
    found = [spec.columns.get(name, name) for name in columns_of(method)]
    return [*found, *([spec.residents] if spec.residents else [])]


def joined(table: pd.DataFrame, method: Method, spec: SocialSpec, quarters: pd.DataFrame) -> Joined:
    """The parts of a method for each quarter.

    Parameters
        table : area_id (each once), figures and `<figure>_status`. quarters : quarter_id, residents.

    Raises
        InputError where a column is not there, or no area of the table is a quarter.
    """
    _check_columns(table, method, spec)
    ids = quarters["quarter_id"].astype(str)
    rows = table.assign(area_id=table["area_id"].astype(str)).set_index("area_id")
    _check_ids(rows.index, ids, spec)
    found = rows.reindex(ids)
    values: dict[str, pd.Series] = {}
    for name in columns_of(method):
        theirs = spec.columns.get(name, name)
        for end in ("", "_status"):
            if f"{theirs}{end}" in found.columns:
                values[f"{name}{end}"] = found[f"{theirs}{end}"]
    frame = pd.DataFrame(values, index=pd.Index(ids.to_numpy(dtype=object), name="area_id"))
    for name in [column for column in frame.columns if str(column).endswith("_status")]:
        frame[name] = frame[name].astype(object).where(frame[name].notna(), "missing")
    counted = found[spec.residents] if spec.residents else quarters.set_index(ids)["residents"]
    residents = pd.Series(counted.to_numpy(dtype=np.float64), index=frame.index, name="residents")
    strange, lost = rows.index.difference(pd.Index(ids)), pd.Index(ids).difference(rows.index)
    notes = [note("rows_elsewhere", _sorted(strange))] if len(strange) else []
    notes += [note("quarters_without_row", _sorted(lost))] if len(lost) else []
    people = pd.DataFrame({part.id: _people(part, frame) for part in method.every_part()}, index=frame.index)
    return Joined(frame, residents, people, notes)


def _people(part: Part, frame: pd.DataFrame) -> pd.Series:
    """Persons behind a part; NaN where nothing tells them."""
    if part.denominator in frame.columns:
        return frame[part.denominator].astype(np.float64)
    return pd.Series(np.nan, index=frame.index)


def _sorted(ids: pd.Index) -> list[str]:
    return sorted(str(name) for name in ids)


def _check_columns(table: pd.DataFrame, method: Method, spec: SocialSpec) -> None:
    there = [str(name) for name in table.columns if name != "area_id" and not str(name).endswith("_status")]
    known = columns_of(method)
    problems = [
        f"columns maps {name!r}, which is no part of {method.id!r}: {nearest_name(name, known)}"
        for name in spec.columns
        if name not in known
    ]
    asked = [*spec.columns.values(), *([spec.residents] if spec.residents else [])]
    problems += [
        f"the table has no column {name!r}: {nearest_name(name, there)}" for name in asked if name not in there
    ]
    if problems:
        raise InputError(
            f"[social] and the table {spec.statistics!r} do not fit together", where=problems,
            expected=f"columns of [sources.statistics.{spec.statistics}]: {', '.join(there)}", fix=_FIX,
        )  # fmt: skip


def _check_ids(theirs: pd.Index, ids: Sequence[str] | pd.Series, spec: SocialSpec) -> None:
    if theirs.isin(list(ids)).any() or not len(ids):
        return
    raise InputError(
        f"no area of [sources.statistics.{spec.statistics}] is a quarter of the study",
        where=f"the table has {[str(name) for name in theirs[:3]]}, the quarters are {[str(name) for name in ids[:3]]}",
        expected="the same ids in the table and in [sources.quarters]; leading zeros count",
        fix="id_digits = 4 adds leading zeros; or choose the column with the ids of the quarters as id",
    )
