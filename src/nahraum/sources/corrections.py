"""Corrections of a study: what an office knows better than the data, one row each, as one checked table."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from nahraum.errors import InputError, StudyError
from nahraum.frames import Column, Contract, require
from nahraum.sources.correction_places import Places
from nahraum.sources.correction_rows import Row, Rows, read_rows
from nahraum.sources.correction_words import advice, meaning, osm_id
from nahraum.sources.correction_words import words as known_words
from nahraum.study import SourceSpec

ACTIONS = ("add", "remove", "retag", "move")
OBJECTS = ("facility", "gate", "green", "path", "barrier")
STATES = ("open", "closed", "public", "not_public")
CORRECTIONS = Contract(
    "corrections",
    "one row per correction",
    ("correction_id",),
    (
        Column("correction_id", "text", "own: and a hash of what it says; reason, author and date do not count"),
        Column("row", "text", "file and row, for messages"),
        Column("action", "text", allowed=ACTIONS),
        Column("object", "text", allowed=OBJECTS),
        Column("osm_id", "text", "osm:n12, '' where it is matched by place"),
        Column("name", "text", "of the object in the data, or of the added one"),
        Column("category", "text", "as the data have it, or of the added one"),
        Column("new_name", "text"),
        Column("new_category", "text"),
        Column("reason", "text"),
        Column("author", "text", "stays in the office unless the study says otherwise"),
        Column("date", "text", "2026-03-01"),
        Column("old_lon", "float", "where it stands in the data; NaN unless it is moved", "degrees", nullable=True),
        Column("old_lat", "float", "", "degrees", nullable=True),
        Column("geometry", "geometry", "where it is, EPSG:4326; of a move: where it is now", nullable=True),
    ),
)
_EXPECTED = "action, object, osm_id or place (and name), reason, author, date"
_FIX = "see docs/howto/corrections.md"
_SHAPES = {
    "facility": ("Point",),
    "gate": ("Point",),
    "green": ("Polygon", "MultiPolygon"),
    "path": ("LineString",),
    "barrier": ("LineString",),
}
_DRAWN = {"Point": "a point", "LineString": "a line", "Polygon": "an outline", "MultiPolygon": "an outline"}
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def read_corrections(
    paths: Path | Sequence[Path], *, on: date, layer: str | None = None, crs: str | None = None
) -> gpd.GeoDataFrame:
    """Corrections of all files, checked row by row, sorted by id (contract: CORRECTIONS).

    Parameters
        paths : CSV (semicolon, comma or tab), GeoPackage, GeoJSON, Shapefile or FlatGeobuf.
        on : reference date of the study; a correction of a later day is refused.
        layer : only this layer of a vector file.
        crs : of columns x and y and of WKT, where a row names none; lon and lat need none.

    Returns
        The table; `.attrs["unread"]` lists columns that nothing reads.

    Raises
        InputError with every problem of every row: unknown words, missing reason, author or date, days after the
        reference date, a place that is missing, not finite or of the wrong shape, the same correction twice.
    """
    listed = [paths] if isinstance(paths, Path) else sorted(paths)
    read = read_rows(listed, layer)
    places, problems = Places(crs), []
    found: list[dict[str, Any]] = []
    for row in read.rows:
        values, wrong = _correction(row, places, on)
        problems += [f"{row.place}: {text}" for text in wrong]
        found.append(values)
    problems += _twice(found) if not problems else []
    if problems:
        called = ", ".join(path.name for path in listed)
        raise InputError(f"{called} cannot be used", where=problems, expected=_EXPECTED, fix=_FIX)
    return _table(found, read)


def _table(found: list[dict[str, Any]], read: Rows) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries([one["geometry"] for one in found], crs="EPSG:4326")
    table = pd.DataFrame(found, columns=CORRECTIONS.names()).drop(columns="geometry")
    texts = {c.name: "str" for c in CORRECTIONS.columns if c.kind == "text"}
    frame = gpd.GeoDataFrame(table.astype(texts | {"old_lon": "float64", "old_lat": "float64"}), geometry=shapes)
    frame = frame.sort_values("correction_id", kind="stable", ignore_index=True)
    frame.attrs["unread"] = read.unread
    return require(frame, CORRECTIONS, called="the corrections", fix=_FIX)


def _correction(row: Row, places: Places, on: date) -> tuple[dict[str, Any], list[str]]:
    """One row in our words, and everything that is wrong with it."""
    wrong: list[str] = []
    action = _word("actions", row.text("action"), wrong, called="action")
    kind = _word("objects", row.text("object"), wrong, called="object")
    values: dict[str, Any] = dict.fromkeys(("osm_id", "category", "new_category", "date"), "")
    values |= {"row": row.place, "action": action, "object": kind, "geometry": None, "old_lon": None, "old_lat": None}
    values |= {name: row.text(name) for name in ("name", "new_name", "reason", "author")}
    wrong += [f"{name} is missing" for name in ("reason", "author", "date") if not row.text(name)]
    values["date"] = _day(row.text("date"), on, wrong)
    if not action or not kind:
        return values | {"correction_id": ""}, wrong
    for name in ("category", "new_category"):
        values[name] = _word(kind, row.text(name), wrong, called=name) if row.text(name) else ""
    if action in ("open", "close"):
        _opened(values, wrong)
    if text := row.text("osm_id"):
        values["osm_id"] = osm_id(text, kind)
        if not values["osm_id"]:
            wrong.append(f"osm_id {text!r} names no object that can be a {kind} (write n12, w3 or r4)")
    values["geometry"] = places.shape(row, wrong)
    values["old_lon"], values["old_lat"] = places.old_point(row, wrong)
    wrong += _incomplete(values)
    return values | {"correction_id": _identity(values)}, wrong


def _word(section: str, word: str, wrong: list[str], *, called: str) -> str:
    if not word:
        wrong.append(f"{called} is missing; one of {', '.join(known_words()[section])}")
        return ""
    found = meaning(section, word)
    if not found:
        wrong.append(f"{called} {word!r} is not known; {advice(section, word)}")
    return found


def _opened(values: dict[str, Any], wrong: list[str]) -> None:
    """`open` and `close` of a gate or a path are short for retag with that state."""
    if values["object"] not in ("gate", "path"):
        wrong.append(f"a {values['object']} is not opened or closed; use remove, retag or move")
    if values["new_category"]:
        wrong.append("open and close need no new_category")
    values["new_category"] = "open" if values["action"] == "open" else "closed"
    values["action"] = "retag"


def _day(text: str, on: date, wrong: list[str]) -> str:
    if not text:
        return ""
    german = _GERMAN_DAY.fullmatch(text)
    try:
        day = date(int(german[3]), int(german[2]), int(german[1])) if german else date.fromisoformat(text[:10])
    except ValueError:
        wrong.append(f"date {text!r} is no day (write 2026-03-01 or 01.03.2026)")
        return ""
    if day > on:
        wrong.append(f"date {day.isoformat()} lies after the study's reference_date {on.isoformat()}")
    return day.isoformat()


def _incomplete(values: dict[str, Any]) -> Iterable[str]:
    """What an action still needs."""
    action, kind, shape = values["action"], values["object"], values["geometry"]
    drawn = " or ".join(dict.fromkeys(_DRAWN[one] for one in _SHAPES[kind]))
    if action in ("add", "move") and shape is None:
        yield f"to {action} a {kind} needs {drawn}" + (" (WKT or a vector file)" if drawn != "a point" else "")
    elif action in ("add", "move") and shape.geom_type not in _SHAPES[kind]:
        yield f"to {action} a {kind} needs {drawn}, not {shape.geom_type}"
    elif action in ("add", "move") and shape.geom_type == "LineString" and shape.length == 0:
        yield "the line has no length"
    if action == "add" and kind == "facility" and not values["category"]:
        yield "to add a facility needs its category"
    if action in ("remove", "retag") and not values["osm_id"] and shape is None:
        yield f"to {action} a {kind} needs its osm_id, or its place and name"
    if action == "move" and not values["osm_id"] and values["old_lon"] is None:
        yield f"to move a {kind} needs its osm_id, or old_lon and old_lat (where the data have it)"
    if action == "retag" and not values["new_name"] and not values["new_category"]:
        yield "to retag needs new_name or new_category"
    if action != "retag" and (values["new_name"] or values["new_category"]):
        yield f"new_name and new_category are for retag, not for {action}"
    if values["new_name"] and kind in ("gate", "barrier"):
        yield f"a {kind} has no name that counts"
    if kind == "green" and values["new_category"] not in ("", "public", "not_public"):
        yield "the new_category of a green is public or not_public"
    if kind == "path" and action == "add" and (values["category"] in STATES or "=" in values["category"]):
        yield "the category of an added path is its kind, e.g. footway or steps"


def _identity(values: dict[str, Any]) -> str:
    """`own:` and sixteen hex digits of what the correction says: the same in any row of any file."""
    shape = values["geometry"]
    told = [values[name] for name in ("action", "object", "osm_id", "name", "category", "new_name", "new_category")]
    told += [f"{values[name]:.7f}" for name in ("old_lon", "old_lat") if values[name] is not None]
    told.append("" if shape is None else shapely.to_wkt(shapely.normalize(shape), rounding_precision=7))
    return "own:" + hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _twice(found: list[dict[str, Any]]) -> list[str]:
    seen: dict[str, str] = {}
    problems = []
    for values in found:
        if values["correction_id"] in seen:
            problems.append(f"{values['row']}: says the same as {seen[values['correction_id']]}")
        seen.setdefault(values["correction_id"], values["row"])
    return problems


def load_corrections(spec: SourceSpec, *, on: date) -> gpd.GeoDataFrame:
    """The corrections of `[sources.corrections]`. Raises as `read_corrections`, and for keys of the wrong kind."""
    for name, kind in (("layer", str), ("crs", str), ("publish_author", bool)):
        if (value := spec.option(name)) is not None and not isinstance(value, kind):
            raise StudyError(
                f"[sources.corrections] {name} = {value!r}", expected="true or false" if kind is bool else 'text in "…"'
            )
    return read_corrections(list(spec.files), on=on, layer=spec.option("layer"), crs=spec.option("crs"))
