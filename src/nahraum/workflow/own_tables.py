"""What the office's own registers change: lines of `nahraum check`, and the list of entries for the office."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nahraum.area import Area
from nahraum.publish import labels
from nahraum.publish.report.words import Words
from nahraum.publish.values import number_text, safe_text

OBJECTS = "register_objects.csv"
_WORDS = {
    "de": {
        "population": "Einwohner nach Zensus ({census}) und Register ({register}), je Quartier",
        "quarter": "{name}: {before} → {after} ({apart})",
        "kept": "{name}: {before} nach dem Zensus, das Register zeigt keine Zahl",
        "registers": "Register und OpenStreetMap innerhalb der Grenze",
        "register": "{category}: {n_register} im Register, {n_osm} in der Karte, {n_matched} in beiden",
        "recall": " ({recall} erfasst, Abstand {metres} m)",
        "unplaced": "; {n_unplaced} Einträge ohne Lage",
        "not_stated": "ohne Angabe",
    },
    "en": {
        "population": "residents by census ({census}) and register ({register}), per quarter",
        "quarter": "{name}: {before} → {after} ({apart})",
        "kept": "{name}: {before} by the census, the register shows no number",
        "registers": "registers and OpenStreetMap inside the boundary",
        "register": "{category}: {n_register} in the register, {n_osm} on the map, {n_matched} in both",
        "recall": " ({recall} mapped, distance {metres} m)",
        "unplaced": "; {n_unplaced} entries without a position",
        "not_stated": "not stated",
    },
}


def own_lines(area: Area, language: str) -> list[str]:
    """Lines about registers and residents by register; none where the study has neither."""
    words, numbers = _WORDS[language], Words(language)
    lines: list[str] = []
    if len(area.population_difference):
        lines += ["", *_population_lines(area.population_difference, words, numbers)]
    if len(area.register_matches):
        lines += ["", words["registers"]]
        lines += [f"  {_register_line(row, words, numbers)}" for _, row in area.register_matches.iterrows()]
    return lines


def _population_lines(table: pd.DataFrame, words: dict[str, str], numbers: Words) -> list[str]:
    dates = {
        name: numbers.day(str(table[f"{name}_date"].iloc[0])) if table[f"{name}_date"].iloc[0] else words["not_stated"]
        for name in ("census", "register")
    }
    lines = [words["population"].format(**dates)]
    for _, row in table.iterrows():
        apart = round(float(row["residents_difference"]))
        told = {
            "name": str(row["name"]) or str(row["quarter_id"]),
            "before": numbers.number(row["residents_census"]),
            "after": numbers.number(row["residents"]),
            "apart": f"+{numbers.number(apart)}" if apart > 0 else numbers.number(apart),
        }
        lines.append("  " + words["kept" if row["used"] == "census" else "quarter"].format(**told))
    return lines


def _register_line(row: pd.Series, words: dict[str, str], numbers: Words) -> str:
    category = labels.text("names", str(row["category"]), numbers.language)
    counts = {name: numbers.number(row[name]) for name in ("n_register", "n_osm", "n_matched")}
    line = words["register"].format(category=category, **counts)
    if row["n_register"]:
        metres = numbers.number(row["median_distance_m"])
        line += words["recall"].format(recall=numbers.share(row["osm_recall_share"]), metres=metres)
    lost = int(row["n_unplaced"])
    return line + words["unplaced"].format(n_unplaced=numbers.number(lost)) if lost else line


def own_document(area: Area) -> dict[str, Any]:
    """The same for `--json`; empty where the study has no own data."""
    found = {}
    for name, table in (("population_difference", area.population_difference), ("registers", area.register_matches)):
        if len(table):
            found[name] = table.astype(object).where(table.notna(), None).to_dict("records")
    return found


def write_register_objects(area: Area, folder: Path) -> list[Path]:
    """`internal/register_objects.csv`: every entry and every mapped place without one, for the office only."""
    path, temporary = folder / OBJECTS, folder / f".tmp-{OBJECTS}"
    if area.register_objects.empty:
        path.unlink(missing_ok=True)
        return []
    with temporary.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow(area.register_objects.columns)
        for row in area.register_objects.itertuples(index=False):
            writer.writerow([_cell(value) for value in row])
    temporary.replace(path)
    path.chmod(0o600)
    return [path]


def _cell(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, int | float | np.number):
        return "" if np.isnan(value) else number_text(float(value), 1)
    return safe_text(str(value))
