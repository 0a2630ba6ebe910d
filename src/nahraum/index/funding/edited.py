"""What planners change by hand: kept with its reason, and told with the figures before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from nahraum.area.space import project
from nahraum.errors import InputError
from nahraum.index.funding.figures import figures, missed_limits
from nahraum.index.funding.limits import Task
from nahraum.index.funding.units import Flags, Units
from nahraum.index.people import Int64
from nahraum.sources.problems import nearest_name

ACTIONS = ("add", "remove", "must", "must_not", "crossing")
TOLD = ("residents", "people", "hectares", "recall", "precision", "compactness", "objective")
_HALF = 0.5
_COLUMNS = (
    "edit_id", "action", "area_id", "n_units", "unit_ids", "reason", "author", "date",
    *(f"{name}_{when}" for name in TOLD for when in ("before", "after")), "limits_de", "limits_en",
)  # fmt: skip


@dataclass(frozen=True)
class Edited:
    """Areas after the changes by hand, as they were, which of them changed, and a row per change."""

    inside: list[Flags]
    original: list[Flags]
    changed: list[bool]
    table: pd.DataFrame


def demanded(edits: pd.DataFrame, units: Units) -> tuple[list[str], list[str]]:
    """Ids of units that must and that must not be taken, as the rows say.

    Raises
        InputError for rows without a reason, author or date, unknown actions and units, and rows that hit no unit.
    """
    checked_edits(edits)
    found: dict[str, set[str]] = {"must": set(), "must_not": set()}
    for row in _rows(edits, units, tuple(found)):
        found[row["action"]] |= set(units.ids[row["at"]])
    return sorted(found["must"]), sorted(found["must_not"])


def checked_edits(edits: pd.DataFrame) -> pd.DataFrame:
    """The rows, where each says what, why, who and when.

    Raises
        InputError that names every row that does not.
    """
    problems = []
    for number, row in enumerate(edits.to_dict("records"), start=1):
        called = str(row.get("edit_id") or f"row {number}")
        action = str(row.get("action", ""))
        if action not in ACTIONS:
            problems.append(f"{called}: action {action!r} is not known; {nearest_name(action, ACTIONS)}")
        problems += [f"{called}: no {name}" for name in ("reason", "author", "date") if not _text(row.get(name))]
    if problems:
        raise InputError(
            f"{len(problems)} things are missing in the changes of funding areas",
            where=problems[:20],
            expected="action (add, remove, must, must_not, crossing), units or geometry, reason, author, date",
            fix="say in a few words why: the reason stands in the report beside the figures",
        )
    return edits


def crossings_of(edits: pd.DataFrame, units: Units) -> list[Any]:
    """Declared crossings, in the CRS of the units."""
    checked_edits(edits)
    chosen = edits[edits["action"] == "crossing"] if len(edits) else edits
    if not len(chosen):
        return []
    shapes = _placed(chosen, units)
    if any(shape is None or shape.is_empty for shape in shapes):
        raise InputError("a crossing has no place", expected="a point or a line where people cross the barrier")
    return list(shapes)


def _placed(edits: pd.DataFrame, units: Units) -> list[Any]:
    if "geometry" not in edits.columns:
        return [None] * len(edits)
    shapes = gpd.GeoDataFrame(edits[["geometry"]], geometry="geometry", crs=getattr(edits, "crs", None))
    if shapes.geometry.isna().all():
        return [None] * len(edits)
    here = project(shapes, str(units.table.crs), called="the changes of funding areas")
    return [None if shape is None else shape for shape in here.geometry.to_numpy()]


def _records(edits: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in edits.to_dict("records")]


def _rows(edits: pd.DataFrame, units: Units, actions: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with one of these actions, each with the positions of its units under `at`."""
    if not len(edits):
        return []
    found, empty = [], []
    shapes = _placed(edits, units)
    for number, row in enumerate(_records(edits)):
        if row["action"] not in actions:
            continue
        called = str(row.get("edit_id") or f"row {number + 1}")
        at = _positions(row, shapes[number], units, called)
        if not len(at):
            empty.append(called)
        found.append({**row, "edit_id": called, "at": at})
    if empty:
        raise InputError(
            f"{len(empty)} changes of funding areas hit no unit",
            where=empty[:10],
            expected=f"unit_id of {units.kind}, or a polygon that holds at least half of one",
            fix="compare with the layer of units that nahraum writes",
        )
    return found


def _positions(row: dict[str, Any], shape: Any, units: Units, called: str) -> Int64:
    named = [part.strip() for part in _text(row.get("unit_ids")).split(";") if part.strip()]
    at = units.positions(named, called=called) if named else np.array([], dtype=np.int64)
    if shape is None or shape.is_empty:
        return at
    near = np.sort(shapely.STRtree(units.shapes).query(shape, predicate="intersects"))
    if shapely.get_dimensions(shape) == 2:
        part = shapely.area(shapely.intersection(units.shapes[near], shape))
        near = near[part >= _HALF * shapely.area(units.shapes[near])]
    return np.unique(np.concatenate([at, near])).astype(np.int64)


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def applied(task: Task, inside: Sequence[Flags], edits: pd.DataFrame) -> Edited:
    """Areas after `add` and `remove`, row by row, with the figures before and after each.

    Notes
        A unit is added to the area that the row names, else to the one with the longest common border; it leaves the
        area it was in. Nothing is refused here: which limits the result misses is told.
    """
    now = [marks.copy() for marks in inside]
    lines: list[dict[str, object]] = []
    for row in _rows(edits, task.units, ACTIONS):
        at = np.asarray(row["at"], dtype=np.int64) if row["action"] != "crossing" else np.array([], dtype=np.int64)
        target = _target(task, now, row, at) if row["action"] in ("add", "remove") else -1
        before = figures(task, now[target]) if target >= 0 else {}
        if target >= 0:
            for marks in now if row["action"] == "add" else [now[target]]:
                marks[at] = False
            now[target][at] = row["action"] == "add"
        after = figures(task, now[target]) if target >= 0 else {}
        lines.append(_line(task, row, target, at, before, after))
    table = pd.DataFrame(lines, columns=list(_COLUMNS))
    changed = [bool((one != other).any()) for one, other in zip(now, inside, strict=True)]
    return Edited(now, list(inside), changed, table)


def _target(task: Task, now: Sequence[Flags], row: dict[str, object], at: Int64) -> int:
    """Number of the area that a row changes.

    Raises
        InputError where there is none.
    """
    wanted = _text(row.get("area_id"))
    known = [f"F{number + 1}" for number in range(len(now))]
    if wanted and wanted in known:
        return known.index(wanted)
    if wanted or not now:
        raise InputError(
            f"{row['edit_id']}: there is no area {wanted!r}" if wanted else f"{row['edit_id']}: no area to change",
            expected=f"one of {known}" if known else "at least one proposal", fix="leave area_id empty",
        )  # fmt: skip
    if row["action"] == "remove":
        worth = [int(marks[at].sum()) for marks in now]
    else:
        borders, mine = task.units.borders, np.zeros(len(task.units), dtype=bool)
        mine[at] = True
        worth = []
        for marks in now:
            common = (mine[borders.first] & marks[borders.second]) | (mine[borders.second] & marks[borders.first])
            worth.append(int(borders.shared_mm[common].sum()))
    if max(worth) == 0:
        why = "its units lie in no area" if row["action"] == "remove" else "its units border on no area"
        raise InputError(
            f"{row['edit_id']}: {why}", where=f"first unit: {task.units.ids[at[0]]!r}",
            expected="units of an area (remove) or beside one (add)",
            fix="name the area in area_id, or leave the row out",
        )  # fmt: skip
    return int(np.argmax(worth))


def _line(
    task: Task, row: dict[str, object], target: int, at: Int64, before: dict[str, float], after: dict[str, float]
) -> dict[str, object]:
    missed = missed_limits(after, task.limits) if after else []
    line: dict[str, object] = {name: _text(row.get(name)) for name in ("edit_id", "action", "reason", "author", "date")}
    line |= {
        "area_id": f"F{target + 1}" if target >= 0 else "",
        "n_units": len(at),
        "unit_ids": "; ".join(task.units.ids[at]),
        "limits_de": "; ".join(de for de, _ in missed),
        "limits_en": "; ".join(en for _, en in missed),
    }
    for name in TOLD:
        line[f"{name}_before"] = before.get(name, float("nan"))
        line[f"{name}_after"] = after.get(name, float("nan"))
    return line
