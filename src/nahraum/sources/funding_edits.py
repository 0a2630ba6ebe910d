"""What planners want of funding areas: what must lie in one or may not, where people cross, what they change."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from nahraum.errors import InputError
from nahraum.sources.correction_places import Places
from nahraum.sources.correction_rows import Row, tables_of
from nahraum.sources.correction_words import folded
from nahraum.sources.problems import nearest_name
from nahraum.study import SourceSpec

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "action": ("action", "aktion", "was"),
    "unit_ids": ("unit_ids", "unit", "units", "unit_id", "einheit", "einheiten", "block", "blöcke", "flurstück",
                 "flurstücke", "zelle", "zellen", "parcel", "parcels", "cell"),
    "area_id": ("area_id", "area", "gebiet"),
    "reason": ("reason", "grund", "begründung"),
    "author": ("author", "bearbeiter", "bearbeiterin", "wer", "autor", "autorin"),
    "date": ("date", "datum", "tag"),
    "wkt": ("wkt", "geom_wkt"),
    "lon": ("lon", "longitude", "länge"),
    "lat": ("lat", "latitude", "breite"),
    "x": ("x", "ost", "rechtswert", "easting"),
    "y": ("y", "nord", "hochwert", "northing"),
    "crs": ("crs", "epsg"),
}  # fmt: skip
_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "add": ("add", "hinzu", "hinzufügen", "dazu", "aufnehmen"),
    "remove": ("remove", "entfernen", "weg", "herausnehmen"),
    "must": ("must", "muss", "pflicht"),
    "must_not": ("must_not", "darf nicht", "ausschluss", "nicht"),
    "crossing": ("crossing", "querung", "übergang"),
}
_NEEDED = ("action", "reason", "author", "date")
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_COLUMNS = ("edit_id", "row", "action", "unit_ids", "area_id", "reason", "author", "date", "geometry")


def load_funding_edits(spec: SourceSpec, *, on: date) -> gpd.GeoDataFrame:
    """The rows of `[sources.funding_edits]`. Raises as `read_funding_edits`."""
    return read_funding_edits(spec.files, layer=spec.option("layer"), crs=spec.option("crs"), on=on)


def read_funding_edits(
    paths: Sequence[Path], *, layer: str | None = None, crs: str | None = None, on: date
) -> gpd.GeoDataFrame:
    """Demands and changes by hand, one row each.

    Parameters
        paths : CSV, GeoJSON, GeoPackage; a row names units (ids, `;` between) or draws a polygon, a crossing a point.
        crs : of x, y and WKT where a row names none.
        on : reference date of the study; no row may be of a later day.

    Returns
        edit_id (hash of what the row says), row (file and row), action (add | remove | must | must_not | crossing),
        unit_ids, area_id, reason, author, date (2026-03-01), geometry (EPSG:4326; None where units are named).

    Raises
        InputError that names every row without reason, author or date, with an unknown action, without a place, or
        with a place that is none.
    """
    places, lines, wrong = Places(crs), [], []
    for path in paths:
        for table, names, found in tables_of(path, layer):
            columns = _columns(names, table)
            for place, values, shape, system in found:
                texts = {ours: values[theirs] for theirs, ours in columns.items() if values.get(theirs)}
                if texts or shape is not None:
                    line, problems = _line(Row(place, texts, shape, system), places, on)
                    lines.append(line)
                    wrong += [f"{place}: {problem}" for problem in problems]
    if wrong:
        raise InputError(
            f"{len(wrong)} things are wrong in the changes of funding areas",
            where=wrong[:20],
            expected="action, unit_ids or a polygon, reason, author, date (2026-03-01 or 1.3.2026)",
            fix="see docs/howto/funding-areas.md; a change without its reason cannot be defended and is not taken",
        )
    frame = pd.DataFrame(lines, columns=list(_COLUMNS)).sort_values(["date", "edit_id"], kind="stable")
    frame = frame.drop_duplicates("edit_id").reset_index(drop=True)
    texts = {name: "str" for name in _COLUMNS if name != "geometry"}
    shapes = gpd.GeoSeries(frame["geometry"].tolist(), crs="EPSG:4326")
    return gpd.GeoDataFrame(frame.drop(columns="geometry").astype(texts), geometry=shapes, crs="EPSG:4326")


def _columns(names: Sequence[str], table: str) -> dict[str, str]:
    meant = {folded(word): ours for ours, said in _HEADINGS.items() for word in said}
    columns = {name: meant[folded(name)] for name in names if folded(name) in meant}
    missing = [
        f"{ours!r} ({_HEADINGS[ours][1]!r}) is missing; {nearest_name(_HEADINGS[ours][1], names)}"
        for ours in _NEEDED if ours not in columns.values()
    ]  # fmt: skip
    twice = [ours for ours in _HEADINGS if list(columns.values()).count(ours) > 1]
    if missing or twice:
        raise InputError(
            f"{table} is no table of changes of funding areas",
            where=[*missing, *(f"several columns mean {ours!r}" for ours in twice)],
            expected="columns action, unit_ids (or shapes), reason, author, date; area_id where you wish",
            fix="see docs/howto/funding-areas.md",
        )
    return columns


def _line(row: Row, places: Places, on: date) -> tuple[dict[str, object], list[str]]:
    wrong = [f"no {name}" for name in _NEEDED if not row.text(name)]
    said = {folded(word): ours for ours, listed in _ACTIONS.items() for word in listed}
    action = said.get(folded(row.text("action")), "")
    if row.text("action") and not action:
        wrong.append(f"action {row.text('action')!r} is not known; {nearest_name(row.text('action'), said)}")
    day = _day(row.text("date"))
    if row.text("date") and not day:
        wrong.append(f"date {row.text('date')!r} is no day")
    elif day > on.isoformat():
        wrong.append(f"date {day} is after the reference date {on.isoformat()}")
    shape = places.shape(row, wrong)
    if shape is None and (action == "crossing" or not row.text("unit_ids")):
        wrong.append("no point of the crossing" if action == "crossing" else "neither units nor a polygon")
    line: dict[str, object] = {name: row.text(name) for name in ("unit_ids", "area_id", "reason", "author")}
    line |= {"row": row.place, "action": action, "date": day, "geometry": shape}
    told = [action, row.text("unit_ids"), row.text("area_id"), "" if shape is None else shape.wkt]
    digest = hashlib.sha256("|".join(told).encode()).hexdigest()[:10]
    return {"edit_id": f"edit:{digest}", **line}, wrong


def _day(text: str) -> str:
    if found := _GERMAN_DAY.fullmatch(text):
        day, month, year = found.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""
