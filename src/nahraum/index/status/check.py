"""Values of areas, checked at the door of a status index: all problems at once, in a planner's words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.status.method import Method, Part
from nahraum.index.status.pipeline import PER

LIMITS: dict[str, tuple[float, float]] = {
    "share": (0.0, 1.0), "percent": (0.0, 100.0), "points": (-100.0, 100.0), "rate": (0.0, np.inf),
    "amount": (0.0, np.inf), "rank": (1.0, np.inf), "score": (-np.inf, np.inf),
}  # fmt: skip
MEANT = {
    "share": "shares from 0 to 1", "percent": "percentages from 0 to 100", "points": "change in percentage points",
    "rate": "rates from 0 on", "amount": "amounts from 0 on", "rank": "ranks from 1 on", "score": "numbers",
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """Sorted by area id: given values and denominators of every part (columns are part ids), statuses, larger areas."""

    ids: list[str]
    given: pd.DataFrame
    people: pd.DataFrame
    larger: pd.DataFrame
    status: pd.DataFrame
    residents: pd.Series | None
    excluded: frozenset[str]
    dynamics: bool


def _some(ids: Collection[object]) -> str:
    listed = [str(item) for item in ids]
    return f"{listed[:3]}{f' and {len(listed) - 3} more' if len(listed) > 3 else ''}"


def _index_problems(values: pd.DataFrame) -> list[str]:
    found = []
    repeated = values.index[values.index.duplicated()].unique()
    if len(repeated):
        found.append(f"the area repeats: {_some(repeated)}")
    odd = [item for item in values.index if not isinstance(item, str) or not item.strip()]
    if odd:
        found.append(f"area ids must be texts (leading zeros count), these are not: {_some(odd)}")
    return found


def _residents_problems(values: pd.DataFrame, residents: pd.Series | None) -> list[str]:
    if residents is None:
        return []
    found = []
    if residents.index.has_duplicates:
        found.append(f"residents: the area repeats: {_some(residents.index[residents.index.duplicated()].unique())}")
    lost, strange = values.index.difference(residents.index), residents.index.difference(values.index)
    if len(lost):
        found.append(f"residents are not given for {len(lost)} areas of the values: {_some(lost)}")
    if len(strange):
        found.append(f"residents are given for {len(strange)} areas that have no values: {_some(strange)}")
    if (residents < 0).any():
        found.append(f"residents are negative in {_some(residents.index[residents < 0])}")
    return found


def _numbers(values: pd.DataFrame, name: str, problems: list[str]) -> pd.Series | None:
    """A column as numbers, NaN not known; None (and a problem) where it holds something else."""
    column = values[name]
    numbers = pd.to_numeric(column, errors="coerce").astype(np.float64)
    text = column[numbers.isna() & column.notna()]
    if len(text):
        problems.append(f"{name!r} holds text where a number is needed, first: {_some(text.unique())}")
        return None
    if np.isinf(numbers.to_numpy()).any():
        problems.append(f"{name!r} holds infinite values in {_some(numbers.index[np.isinf(numbers.to_numpy())])}")
        return None
    return numbers


def _scale_problems(part: Part, values: pd.Series) -> list[str]:
    """Values that cannot be what the method file says the column holds."""
    low, high = LIMITS[part.scale]
    known = values.dropna()
    found = []
    outside = known[(known < low) | (known > high)]
    if len(outside):
        hint = ""
        if part.scale == "share" and known.max() > 1 and known.max() <= 100:
            hint = '; if these are percentages, divide by 100 or say scale = "percent"'
        found.append(
            f"{part.id!r} must hold {MEANT[part.scale]}, {len(outside)} areas are outside, first: "
            f"{_some(outside.index)} with {_some([f'{v:g}' for v in outside])}{hint}"
        )
    if part.scale == "percent" and len(known) > 1 and 0 < known.max() <= 1:
        found.append(
            f"{part.id!r} must hold percentages from 0 to 100, but no value is above {known.max():g}: "
            'these are shares; multiply by 100 or say scale = "share"'
        )
    if part.scale == "rank" and (known % 1 != 0).any():
        found.append(f"{part.id!r} must hold ranks, but some are no whole numbers")
    if part.transform == "log" and (known <= 0).any():
        found.append(f"{part.id!r} has no logarithm where it is 0 or less: {_some(known.index[known <= 0])}")
    return found


def _people_problems(part: Part, people: pd.Series, known: pd.Series) -> list[str]:
    found = []
    if (people < 0).any():
        found.append(f"{part.denominator!r} is negative in {_some(people.index[people < 0])}")
    nobody = known & ~(people > 0)
    if nobody.any():
        found.append(
            f"{part.id!r} is given where its denominator {part.denominator!r} is 0 or not known: "
            f"{_some(people.index[nobody])}"
        )
    return found


def _counted(part: Part, values: pd.DataFrame, problems: list[str]) -> pd.Series | None:
    """The part from its column, or from numerator and denominator."""
    if part.id in values.columns:
        return _numbers(values, part.id, problems)
    top, bottom = _numbers(values, part.numerator, problems), _numbers(values, part.denominator, problems)
    if top is None or bottom is None:
        return None
    more = top > bottom
    if more.any():
        problems.append(
            f"the count {part.numerator!r} is greater than the denominator {part.denominator!r} in "
            f"{int(more.sum())} areas: {_some(top.index[more])}"
        )
    if (top < 0).any():
        problems.append(f"the count {part.numerator!r} is negative in {_some(top.index[top < 0])}")
    return (top / bottom.where(bottom > 0)).where(~more) * PER.get(part.scale, 1.0)


def _has(part: Part, values: pd.DataFrame) -> bool:
    return part.id in values.columns or bool(part.numerator and part.numerator in values.columns)


def _absent(parts: tuple[Part, ...], values: pd.DataFrame) -> list[str]:
    needed = [part.id for part in parts if not _has(part, values)]
    for part in parts:
        asked = [part.denominator if part.shrink != "none" or part.id not in values.columns else "", part.larger]
        needed += [name for name in asked if name and name not in values.columns]
    return list(dict.fromkeys(needed))


def _part_columns(
    part: Part, values: pd.DataFrame, problems: list[str]
) -> tuple[pd.Series | None, pd.Series | None, pd.Series]:
    """Value, denominator and status of a part."""
    numbers = _counted(part, values, problems)
    people = None
    if numbers is not None:
        problems += _scale_problems(part, numbers)
        if part.denominator in values.columns and (people := _numbers(values, part.denominator, problems)) is not None:
            problems += _people_problems(part, people, numbers.notna())
    if f"{part.id}_status" in values.columns:
        status = values[f"{part.id}_status"].astype(object)
    else:
        known = values.notna().any(axis=1) if numbers is None else numbers.notna()
        status = pd.Series(np.where(known, "ok", "missing"), index=values.index, dtype=object)
    return numbers, people, status


def _larger(part: Part, values: pd.DataFrame, problems: list[str]) -> pd.Series:
    """Number of the larger area of each area; 0 where the part has none."""
    if not part.larger:
        return pd.Series(0, index=values.index)
    if values[part.larger].isna().any():
        problems.append(f"{part.larger!r} is empty in {_some(values.index[values[part.larger].isna()])}")
    return pd.Series(pd.factorize(values[part.larger], sort=True)[0], index=values.index)


def checked(values: pd.DataFrame, method: Method, *, residents: pd.Series | None, excluded: Collection[str]) -> Checked:
    """Values, fit to be computed with, sorted by id. Raises InputError with all problems at once."""
    problems = _index_problems(values)
    if not len(values):
        problems.append("there is no area in the table")
    dynamics = method.dynamics is not None and any(_has(part, values) for part in method.dynamics.parts)
    parts = method.every_part() if dynamics else method.parts
    if absent := _absent(parts, values):
        problems.append(f"columns missing: {absent} (there are: {_some([str(c) for c in values.columns])})")
    if not problems:
        problems += _residents_problems(values, residents)
    if strange := sorted({str(item) for item in excluded} - {str(item) for item in values.index}):
        problems.append(f"areas to be excluded are not in the table: {_some(strange)}")
    ordered = values.sort_index() if not values.index.has_duplicates and not _index_problems(values) else values
    columns: dict[str, list[pd.Series]] = {"values": [], "people": [], "status": [], "larger": []}
    for part in parts if not absent else ():
        numbers, people, status = _part_columns(part, ordered, problems)
        empty = pd.Series(np.nan, index=ordered.index)
        columns["values"].append((empty if numbers is None else numbers).rename(part.id))
        columns["people"].append((empty if people is None else people).rename(part.id))
        columns["status"].append(status.rename(part.id))
        columns["larger"].append(_larger(part, ordered, problems).rename(part.id))
    if problems:
        raise InputError(
            f"the values for the status index {method.id!r} ({len(values)} areas) cannot be used", where=problems,
            expected=f"one row per area with {', '.join(f'{part.id} [{part.scale}]' for part in method.parts)}",
            fix="mend the table, or say in the method file what its columns hold (docs/howto/status-index.md)",
        )  # fmt: skip
    frames = {name: pd.concat(listed, axis=1) for name, listed in columns.items()}
    people_here = None if residents is None else residents.reindex(ordered.index).astype(np.float64)
    chosen = frozenset(str(item) for item in excluded)
    return Checked(
        [str(item) for item in ordered.index], frames["values"], frames["people"], frames["larger"], frames["status"],
        people_here, chosen, dynamics,
    )  # fmt: skip
