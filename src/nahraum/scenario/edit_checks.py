"""What can be wrong with the values of an edit, in words; for `edits` alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nahraum.errors import InputError
from nahraum.grid import CELL_SIZE_M, parse_cell_id

Point = tuple[float, float]


def plain(value: Any) -> Any:
    """A value ready for JSON: lists instead of tuples."""
    return [plain(one) for one in value] if isinstance(value, (tuple, list)) else value


def finite(value: Any) -> bool:
    """Whether a value is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def not_numbers(edit: object, *names: str) -> list[str]:
    """Which values of an edit are no finite numbers, in words."""
    values = {name: getattr(edit, name) for name in names}
    return [f"{name!r} = {value!r} is no finite number" for name, value in values.items() if not finite(value)]


def is_cell(value: Any) -> bool:
    """Whether a value is the id of a 100 m cell."""
    try:
        return isinstance(value, str) and parse_cell_id(value)[1] == CELL_SIZE_M
    except InputError:
        return False


def beyond(edit: object, name: str, least: float, most: float) -> list[str]:
    """In words where a value of an edit is too small or too large."""
    value = getattr(edit, name)
    fine = not finite(value) or least <= value <= most
    return [] if fine else [f"{name!r} = {value!r} is not from {least:g} to {most:,.0f}"]


def empty(edit: object, name: str) -> list[str]:
    """In words where a text of an edit is missing."""
    value = getattr(edit, name)
    return [] if isinstance(value, str) and value else [f"{name!r} is missing"]


def bad_points(name: str, points: Sequence[Point], at_least: int) -> list[str]:
    """In words what is wrong with a list of points."""
    if not isinstance(points, tuple) or len(points) < at_least:
        return [f"{name!r} needs at least {at_least} point{'s' if at_least > 1 else ''}"]
    bad = [point for point in points if len(point) != 2 or not all(finite(value) for value in point)]
    return [f"{name!r} holds no finite coordinates, first: {bad[0]}"] if bad else []


def no_length(points: Sequence[Point]) -> list[str]:
    """In words where a line has no length."""
    return ["'points' is a line of length 0"] if len(points) > 1 and len(set(points)) == 1 else []
