"""A design checked against the spatial requirements: from its list of rooms, dwelling by dwelling."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.flexhousing.model import Requirement
from nahraum.measures.german import in_german

COLUMNS = ("dwelling", "room", "use", "m2", "door_to_hall", "divisible", "barrier_free")
USES = (
    "living", "room", "kitchen", "living_kitchen", "bath", "toilet", "hall", "storage", "outdoor", "joker", "work",
    "shared",
)  # fmt: skip
HOUSE = ("joker", "work", "shared")
"""Uses of rooms that belong to the house; their dwelling is empty."""
_TO_LIVE = ("living", "room", "living_kitchen")
_YES, _NO = ("yes", "ja", "1", "x", "true"), ("no", "nein", "0", "", "false")
_MOST_BYTES = 5_000_000
_EXPECTED = (
    f"a row per room with {', '.join(COLUMNS)}; use: {', '.join(USES)}; rooms of the house (joker, work, shared) have "
    "no dwelling; door_to_hall, divisible, barrier_free: yes or no"
)
_ERWARTET = (
    f"eine Zeile je Raum mit {', '.join(COLUMNS)}; use: {', '.join(USES)}; Räume des Hauses (joker, work, shared) ohne "
    "dwelling; door_to_hall, divisible, barrier_free: yes oder no"
)


@dataclass(frozen=True, eq=False)
class Checked:
    """rows : a row per requirement with value, least, met (None: not applicable), share of the dwellings that meet it.

    score : weighted share of the requirements met, 0 to 1, of those that apply. dwellings : a row per dwelling with
    rooms to live and sleep in, baths, outdoor_m2, m2. n_dwellings : of the design.
    """

    rows: pd.DataFrame
    score: float
    dwellings: pd.DataFrame


def read_rooms(data: bytes, *, called: str = "the list of rooms") -> pd.DataFrame:
    """The rooms of a design from a CSV (semicolon or comma, decimal comma or point, UTF-8).

    Raises
        InputError with all problems: missing columns, unknown uses, areas that are none, answers beside yes and no.
    """
    if len(data) > _MOST_BYTES:
        raise InputError(f"{called} is too large", where=f"{len(data):,} bytes", expected=f"{_MOST_BYTES:,} at most")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    columns, found = _lines(text, called)
    names = [str(name).strip().lower() for name in columns]
    missing = [name for name in COLUMNS[:4] if name not in names]
    if missing:
        wrong = InputError(f"{called} cannot be read", where=f"columns missing: {missing}", expected=_EXPECTED)
        raise in_german(
            wrong, f"{called} ist nicht lesbar", where=[f"Spalten fehlen: {', '.join(missing)}"], expected=_ERWARTET
        )
    rows, problems = [], list[str]()
    for line, raw in enumerate(found, start=2):
        item = {str(key).strip().lower(): str(value or "").strip() for key, value in raw.items() if key is not None}
        rows.append(_room(item, line, problems))
    if not rows or not any(row["dwelling"] for row in rows):
        problems.append("no dwelling in it")
    if problems:
        wrong = InputError(
            f"{called} ({len(rows)} rooms) cannot be used", where=problems[:20], expected=_EXPECTED,
            fix="nahraum housing STUDY --brief writes an example",
        )  # fmt: skip
        raise in_german(
            wrong, f"{called} ({len(rows)} Räume) ist nicht verwendbar", where=problems[:20], expected=_ERWARTET,
            fix="rooms_example.csv der Kriterienmatrix ist ein Beispiel",
        )  # fmt: skip
    return pd.DataFrame(rows)


def _lines(text: str, called: str) -> tuple[Sequence[str], list[dict[str, str]]]:
    """Names of the columns, and the lines; whatever ends a line."""
    head = text.splitlines()[0] if text.strip() else ""
    reader = csv.DictReader(io.StringIO(text, newline=None), delimiter=";" if ";" in head else ",")
    try:
        return reader.fieldnames or (), list(reader)
    except csv.Error as error:
        where = f"{reader.line_num + 1}: {error}"
        wrong = InputError(f"{called} cannot be read", where=f"line {where}", expected=_EXPECTED)
        raise in_german(wrong, f"{called} ist nicht lesbar", where=[f"Zeile {where}"], expected=_ERWARTET) from None


def _room(item: Mapping[str, str], line: int, problems: list[str]) -> dict[str, object]:
    use, area = item["use"].lower(), _area(item["m2"])
    if use not in USES:
        problems.append(f"line {line}: use {item['use']!r}")
    if not 0 < area <= 10_000:
        problems.append(f"line {line}: m2 {item['m2']!r}")
    if use in HOUSE and item["dwelling"]:
        problems.append(f"line {line}: a {use} room belongs to the house, dwelling must be empty")
    if use in USES and use not in HOUSE and not item["dwelling"]:
        problems.append(f"line {line}: no dwelling")
    marks = {}
    for name in COLUMNS[4:]:
        word = item.get(name, "").lower()
        if word not in (*_YES, *_NO):
            problems.append(f"line {line}: {name} {item[name]!r}")
        marks[name] = word in _YES
    return {"dwelling": item["dwelling"], "room": item["room"], "use": use, "m2": area, **marks}


def _area(text: str) -> float:
    try:
        return float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return math.nan


def dwellings_of(rooms: pd.DataFrame) -> pd.DataFrame:
    """A row per dwelling: rooms to live and sleep in (without kitchen), their largest, baths, outdoor_m2, m2, marks."""
    own = rooms[~rooms["use"].isin(HOUSE)]
    grouped = own.assign(
        living=own["use"].isin(_TO_LIVE).astype(int), baths=own["use"].isin(("bath", "toilet")).astype(int),
        outdoor_m2=own["m2"].where(own["use"] == "outdoor", 0.0),
        inside_m2=own["m2"].where(own["use"] != "outdoor", 0.0),
    ).groupby("dwelling")  # fmt: skip
    table = grouped.agg(
        rooms=("living", "sum"), baths=("baths", "sum"), outdoor_m2=("outdoor_m2", "sum"), m2=("inside_m2", "sum"),
        divisible=("divisible", "any"), barrier_free=("barrier_free", "all"),
    )  # fmt: skip
    return table.sort_index().reset_index()


def checked_design(rooms: pd.DataFrame, requirements: Mapping[str, Requirement]) -> Checked:
    """Every requirement held against the design.

    Returns
        value is the share of the dwellings that meet a requirement of dwellings, or the figure of the house.
    """
    dwellings = dwellings_of(rooms)
    rows = []
    for one in requirements.values():
        value, least = _CHECKS[one.check](rooms, dwellings, one)
        met = None if math.isnan(value) else bool(value >= least - 1e-9)
        rows.append((one.id, one.of, one.weight, value, least, met))
    table = pd.DataFrame(rows, columns=["requirement_id", "of", "weight", "value", "least", "met"])
    applies = table["met"].notna()
    weights = table.loc[applies, "weight"].to_numpy(dtype=np.float64)
    met_weights = weights * table.loc[applies, "met"].astype(bool).to_numpy(dtype=np.float64)
    score = float(met_weights.sum() / weights.sum()) if weights.sum() > 0 else math.nan
    return Checked(table, score, dwellings)


Check = Callable[[pd.DataFrame, pd.DataFrame, Requirement], tuple[float, float]]
_ALL = 1.0


def _rooms_at_least(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    """Share of the dwellings with a separable room beside the first; those of one room cannot have it."""
    large = rooms[rooms["use"].isin(_TO_LIVE) & (rooms["m2"] >= one.least_m2) & rooms["door_to_hall"]]
    first = rooms[rooms["use"].isin(_TO_LIVE)].groupby("dwelling").size().reindex(dwellings["dwelling"], fill_value=0)
    number = large.groupby("dwelling").size().reindex(dwellings["dwelling"], fill_value=0)
    return float(((number >= one.least) & (first >= 1 + one.least)).mean()), _ALL


def _second_sanitary(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    large = dwellings[dwellings["rooms"] >= one.least_rooms]
    return (float((large["baths"] >= 1 + one.least).mean()) if len(large) else math.nan), _ALL


def _outdoor(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    return float((dwellings["outdoor_m2"] >= one.least).mean()), _ALL


def _equal(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    living = rooms[rooms["use"].isin(_TO_LIVE)]
    return _share(living["m2"].between(one.least_m2, one.most_m2)), one.least


def _separate(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    return _share(rooms.loc[rooms["use"].isin(_TO_LIVE), "door_to_hall"]), one.least


def _wet(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    return _share(rooms.loc[rooms["use"].isin(("bath", "toilet")), "door_to_hall"]), one.least


def _divisible(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    return _share(dwellings.loc[dwellings["m2"] >= one.least_m2, "divisible"]), one.least


def _jokers(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    return float((rooms["use"] == "joker").sum()) / len(dwellings), one.least


def _desks(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    desks = np.floor(rooms.loc[rooms["use"] == "work", "m2"] / one.m2_per_desk).sum()
    return float(desks) / len(dwellings), one.least


def _shared(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    return float(rooms.loc[rooms["use"] == "shared", "m2"].sum()) / len(dwellings), one.least


def _barrier_free(rooms: pd.DataFrame, dwellings: pd.DataFrame, one: Requirement) -> tuple[float, float]:
    return _share(dwellings["barrier_free"]), one.least


def _share(values: pd.Series) -> float:
    return float(values.astype(bool).mean()) if len(values) else math.nan


_CHECKS: Mapping[str, Check] = {
    "rooms_at_least": _rooms_at_least, "second_sanitary": _second_sanitary, "outdoor_m2": _outdoor,
    "equal_share": _equal, "separate_share": _separate, "wet_separate": _wet, "divisible_share": _divisible,
    "jokers_per_dwelling": _jokers, "desks_per_dwelling": _desks, "shared_m2_per_dwelling": _shared,
    "barrier_free_share": _barrier_free,
}  # fmt: skip
