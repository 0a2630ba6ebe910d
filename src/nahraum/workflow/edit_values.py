"""The plain values of an edit as a browser sends them: coordinates of either CRS, nothing that no store can hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from nahraum.errors import InputError
from nahraum.parameters import Parameters

CRS84 = ("OGC:CRS84", "EPSG:4326", "http://www.opengis.net/def/crs/OGC/1.3/CRS84")
_LARGEST = 1 << 53
_LONGEST_TEXT = 200


def turned(edit: Mapping[str, Any], crs: str, own: str, *, back: bool = False) -> dict[str, Any]:
    """An edit with coordinates of a CRS in the study's own, or `back` from there.

    Parameters
        crs : '' or `own` for the study's, or one of `CRS84`.
    """
    if crs in ("", own):
        return dict(edit)
    if crs not in CRS84:
        raise InputError("edits cannot be given in this CRS", where=crs[:60], expected=f"{own} or {CRS84[0]}")
    turn, told = _turning(own, back), dict(edit)
    if isinstance(edit.get("x_m"), int | float) and isinstance(edit.get("y_m"), int | float):
        told["x_m"], told["y_m"] = turn(edit["x_m"], edit["y_m"])
    for name in ("points", "outline", "entrances"):
        if isinstance(edit.get(name), list):
            told[name] = [turn(*one) if _is_point(one) else one for one in edit[name]]
    return told


def in_metres(log: Mapping[str, Any], own: str) -> dict[str, Any]:
    """A log of edits in `CRS84` as one in the study's CRS; any other one as it is."""
    edits = log.get("edits")
    if log.get("crs") not in CRS84 or not isinstance(edits, list):
        return dict(log)
    told = [turned(edit, CRS84[0], own) if isinstance(edit, Mapping) else edit for edit in edits]
    return {**log, "crs": own, "edits": told}


@lru_cache(maxsize=8)
def _turning(own: str, back: bool) -> Callable[[float, float], tuple[float, float]]:
    """From longitude and latitude into a CRS, or back."""
    import pyproj

    first, second = (own, CRS84[0]) if back else (CRS84[0], own)
    made = pyproj.Transformer.from_crs(first, second, always_xy=True)

    def turn(x: float, y: float) -> tuple[float, float]:
        east, north = made.transform(x, y)
        return float(east), float(north)

    return turn


def _is_point(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, int | float) for one in value)


def plain(name: str, value: Any, most: int) -> None:
    """Refuses texts that cannot be written down, numbers beyond 2^53 and lists that are too long."""
    wrong = ""
    if isinstance(value, str):
        wrong = "" if len(value) <= _LONGEST_TEXT and value.isprintable() else "no short printable text"
    elif isinstance(value, list | tuple):
        wrong = "" if len(value) <= most else f"more than {most} points"
        for one in value if not wrong else ():
            plain(name, one, most)
    elif isinstance(value, dict):
        wrong = "no plain value"
    elif isinstance(value, int | float) and not (math.isfinite(value) and abs(value) <= _LARGEST):
        wrong = "no number that fits"
    if wrong:
        raise InputError("the edit cannot be used", where=f"{name[:40]!r}: {wrong}", expected="see /api/openapi.json")


def bearable(edits: Sequence[Mapping[str, Any]], parameters: Parameters) -> None:
    """Lets through what is not too much, and what a store and JSON can hold.

    Raises
        InputError for everything else.
    """
    most, points = (int(parameters.number(f"serving.most_{name}")) for name in ("edits", "points"))
    if len(edits) > most:
        raise InputError("there are too many edits", expected=f"at most {most}")
    for edit in edits:
        for name, value in edit.items():
            plain(name, value, points)
