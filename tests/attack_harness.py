"""An attacker who holds every file of every release of a study, and the open census; built without nahraum's own rules.

New tables are attacked by how their columns are named: counts (`cases`, `<x>_residents`, `<x>_persons`,
`<x>_children`), shares (`<x>_share`, or `value` with a `scale`), denominators (`population`, `denominator`,
`residents_judged`, `residents`, in this order; for a share of an age the catalogue names its weight). The steps on
which figures lie are public (docs/decisions/publication.md), so the attacker knows them.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
from scipy.optimize import linprog

from nahraum.indicators.catalogue import entry_of

K, UNIT = 3, 5.0
STEPS = (0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
DENOMINATORS = ("population", "denominator", "residents_judged", "residents")
KEYS = ("municipality_id", "quarter_id", "cell_id", "location_id", "area_id", "funding_area_id", "part_id", "measure",
        "indicator", "fifth", "factor_id", "variant_id", "prerequisite", "period", "age_group")  # fmt: skip
LISTED = ("combinations", "partly_known", "categories", "location_services")  # rows without an id of their own
COUNT = re.compile(r"^(?:cases|numerator|amount)$|_(?:residents|persons|children|cases)(?:_min|_max)?$|^residents_.+")
SHARE = re.compile(r"_share(?:_min|_max)?$|_completeness$")
OF_PLACES = ("in_target_share", "in_target_possible_share", "variant_share", "index_class_share", "difference_share")
EXACT = ("cases", "amount")
TENS = ("locations", "location_services", "funding_areas", "social_status", "social_matrix")
EPSILON = 1e-6


@dataclass(frozen=True)
class Span:
    """Persons that a published figure may stand for."""

    low: float
    high: float

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    @property
    def secret(self) -> bool:
        """Whether nothing but 1..k-1 whole persons is left."""
        first, last = np.ceil(self.low - EPSILON), np.floor(self.high + EPSILON)
        return bool(1 <= first <= last <= K - 1)


def _numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    names = [key for key in KEYS if key in frame.columns]
    if not names:
        return frame.reset_index(drop=True)
    return frame.assign(**{key: frame[key].fillna("").astype(str) for key in names}).set_index(names).sort_index()


@dataclass
class Release:
    """Everything that one folder `public/` says, table by table and file by file."""

    public: Path
    files: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted((self.public / "tables").glob("*.csv")):
            texts = dict.fromkeys((*KEYS, "quarter_ids"), str)
            frame = pd.read_csv(path, sep=";", decimal=",", na_values=["."], encoding="utf-8-sig", dtype=texts)
            self._add(path.stem, "csv", frame)
        for path in sorted(self.public.glob("*.parquet")):
            self._add(path.stem, "parquet", pd.DataFrame(gpd.read_parquet(path).drop(columns="geometry")))
        self._geopackage()
        for path in sorted((self.public / "map" / "data").glob("*.json")):
            self._map(path)
        for path in (self.public / "tables").glob("*.xlsx"):
            self._workbook(path)

    def _add(self, table: str, file: str, frame: pd.DataFrame) -> None:
        self.files.setdefault(table, {})[file] = frame if table in LISTED else _keyed(frame)

    def _geopackage(self) -> None:
        for path in self.public.glob("*.gpkg"):
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                names = [row[0] for row in database.execute("select table_name from gpkg_contents")]
                for name in names:
                    frame = pd.read_sql_query(f'select * from "{name}"', database)
                    self._add(name, "gpkg", frame.drop(columns=[c for c in ("fid", "geom") if c in frame]))

    def _map(self, path: Path) -> None:
        document = json.loads(path.read_text(encoding="utf-8"))
        if "ids" not in document or "columns" not in document:
            return
        n, columns = len(document["ids"]), {}
        for name, told in document["columns"].items():
            if isinstance(told, dict):
                if "codes" in told:
                    told = [None if code is None or code < 0 else told["values"][code] for code in told["codes"]]
                elif "all" in told:
                    told = [told["all"]] * n
            if isinstance(told, list) and len(told) == n:
                columns[name] = told
        key = {"cells": "cell_id", "quarters": "quarter_id", "locations": "location_id"}.get(path.stem, "area_id")
        self._add(path.stem, "map", pd.DataFrame({key: list(map(str, document["ids"])), **columns}))

    def _workbook(self, path: Path) -> None:
        for sheet in openpyxl.load_workbook(path, read_only=True).worksheets:
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            at = next((i for i, row in enumerate(rows[:12]) if sum(_is_id(cell) for cell in row) >= 2), None)
            if at is None:
                continue
            frame = pd.DataFrame(rows[at + 1 :], columns=[str(cell) for cell in rows[at]])
            like = [n for n, f in self.files.items() if "csv" in f and set(_names(f["csv"])) == set(frame.columns)]
            if len(like) == 1:
                self._add(like[0], "xlsx", frame.replace({".": np.nan, "·": np.nan}))

    def table(self, name: str) -> pd.DataFrame:
        """A table from the file that holds most of it."""
        return max(self.files[name].values(), key=lambda frame: frame.size)

    def tables(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Every table once."""
        return ((name, self.table(name)) for name in self.files)


def _is_id(cell: object) -> bool:
    return isinstance(cell, str) and re.fullmatch(r"[a-z][a-z0-9_]*", cell) is not None


def _names(frame: pd.DataFrame) -> list[str]:
    return [*(str(name) for name in frame.index.names if name), *map(str, frame.columns)]


def share_step(size: float) -> float:
    """The step on which a share of so many persons lies."""
    return next((step for step in STEPS if step * size >= UNIT - 1e-9), STEPS[-1])


def size_of(name: str, frame: pd.DataFrame, column: str) -> np.ndarray:
    """Persons behind a share, as far as the tables tell."""
    known = [c for c in DENOMINATORS if c in frame.columns]
    if not known:
        return np.full(len(frame), np.nan)
    size = _numbers(frame, known[0])
    if name == "cells":
        size = _numbers(frame, "residents")
    entry = entry_of(re.sub(r"_share(?:_min|_max)?$", "_share", column))
    if entry is not None and entry.weight and entry.weight in frame.columns:
        size = size * _numbers(frame, entry.weight)
    for part in (f"{column.rpartition('_share')[0]}_completeness", f"{column}_completeness"):
        if part in frame.columns and not column.startswith(("several", "censored")):
            size = size * _numbers(frame, part)
            break
    return size


def told_counts(name: str, frame: pd.DataFrame) -> Iterator[tuple[str, list[Span | None], np.ndarray]]:
    """Column, what each row's figure says in persons (None where nothing), and the persons behind it."""
    for column in map(str, frame.columns):
        if column.endswith("_status") or column in OF_PLACES or not pd.api.types.is_numeric_dtype(frame[column]):
            continue
        figures = _numbers(frame, column)
        if COUNT.search(column) and not column.endswith("per_1000_residents"):
            half = 0.0 if column in EXACT else UNIT if name in TENS else UNIT / 2
            size = size_of(name, frame, column)
            yield column, [None if np.isnan(f) else Span(max(0.0, f - half), f + half) for f in figures], size
        elif SHARE.search(column) or (column == "value" and "scale" in frame.columns):
            entry = entry_of(column)
            if entry is not None and entry.of == "places":
                continue
            size = size_of(name, frame, column)
            if column == "value":
                scale = frame["scale"].map({"share": 1.0, "percent": 0.01}).to_numpy(dtype=float, na_value=np.nan)
                figures = figures * scale
            yield column, [_span(f, n) for f, n in zip(figures, size, strict=True)], size


def _span(share: float, size: float) -> Span | None:
    if np.isnan(share) or np.isnan(size) or size <= 0:
        return None
    half = share_step(size) * size / 2 + UNIT / 2 + EPSILON
    return Span(max(0.0, share * size - half), min(size, share * size + half))


class Harness:
    """What follows from all releases of a study; every method returns the secrets it found, as sentences."""

    def __init__(self, *folders: Path) -> None:
        self.releases = [Release(Path(folder)) for folder in folders]
        self.now = self.releases[-1]

    def everything(self) -> list[str]:
        """All attacks one after the other."""
        return [
            *self.files_against_files(), *self.figures_and_complements(), *self.totals(), *self.release_by_release(),
            *self.changes(), *self.ranks(), *self.expected(),
        ]  # fmt: skip

    def files_against_files(self) -> list[str]:
        """A figure that one file holds back and another tells; or tells finer than all others."""
        found = []
        for name, files in self.now.files.items():
            for file, frame in files.items():
                for other, theirs in files.items():
                    if file < other and len(frame) == len(theirs) and frame.index.equals(theirs.index):
                        found += _apart(f"{name}: {file} and {other}", frame, theirs)
        return found

    def figures_and_complements(self) -> list[str]:
        """Each figure by itself: 1..k-1 persons, or all but so many."""
        found = []
        for name, frame in self.now.tables():
            for column, spans, size in told_counts(name, frame):
                for at, span in enumerate(spans):
                    if span is None:
                        continue
                    rest = Span(size[at], size[at]) - span if not np.isnan(size[at]) else Span(0, np.inf)
                    whole = span.low == span.high == size[at]
                    if span.secret or (rest.secret and not whole):
                        found.append(f"{name} {frame.index[at]} {column}: {span} of {size[at]}")
        return found

    def totals(self) -> list[str]:
        """What a total leaves for the rows that are held back, together."""
        found = []
        for part, whole, group in self._nestings():
            totals = {c: s for c, s, _ in told_counts("whole", whole)}
            for column, spans, size in told_counts("part", part):
                for key, rows in group.items():
                    if column not in totals or key >= len(whole) or totals[column][key] is None:
                        continue
                    gone = [at for at in rows if spans[at] is None]
                    known = [spans[at] for at in rows if spans[at] is not None]
                    if not gone or not known:
                        continue
                    left = totals[column][key]
                    for span in known:
                        left = left - span
                    everybody = size[gone].sum()
                    rest = Span(everybody, everybody) - left
                    if left.secret or (not np.isnan(everybody) and rest.secret):
                        found.append(f"{column}: the held-back rows {list(part.index[gone])} have {left} together")
        return [*found, *self._cases()]

    def _nestings(self) -> Iterator[tuple[pd.DataFrame, pd.DataFrame, dict[int, list[int]]]]:
        files = self.now.files
        if "quarters" in files and "municipality" in files:
            quarters = self.now.table("quarters")
            yield quarters, self.now.table("municipality").reset_index(drop=True), {0: list(range(len(quarters)))}
        if "municipalities" in files and "municipality" in files:
            rows = self.now.table("municipalities")
            yield rows, self.now.table("municipality").reset_index(drop=True), {0: list(range(len(rows)))}

    def _cases(self) -> list[str]:
        """Cases of each period: the sum of all areas is known from elsewhere, and so is every published total."""
        found = []
        for name, frame in self.now.tables():
            if not {"cases", "population"} & set(frame.columns) or "cases" not in frame.columns:
                continue
            plain = frame.reset_index()
            cases = _numbers(plain, "cases")
            gone = np.isnan(cases)
            if gone.sum() == 1:
                found.append(f"{name}: a single count is held back, {plain.loc[gone].iloc[0].to_dict()}")
            for period, rows in plain.groupby("period"):
                here = gone[rows.index]
                if here.sum() == 1 and len(rows) > 1:
                    found.append(f"{name} {period}: a single area is held back; the city's total tells it")
        return found

    def changes(self) -> list[str]:
        """A change of shares beside a held-back share: with the share of another year it tells it; or finer than it."""
        found = []
        for name, frame in self.now.tables():
            if not {"scale", "value", "denominator"} <= set(frame.columns):
                continue
            plain = frame.reset_index()
            value, size, scale = _numbers(plain, "value"), _numbers(plain, "denominator"), plain["scale"]
            change, share = (scale == "points").to_numpy(), scale.isin(("share", "percent")).to_numpy()
            told = ~np.isnan(value)
            for column in ("standardised", "contribution", "adjusted"):
                told |= ~np.isnan(_numbers(plain, column)) if column in plain else False
            for area, rows in plain.groupby("area_id").groups.items():
                here = np.isin(np.arange(len(plain)), rows)
                if (here & share & np.isnan(value)).any() and (here & change & told).any():
                    found.append(f"{name} {area}: a share is held back, and its change is told")
                least = size[here & share & (size > 0)]
                for at in np.flatnonzero(here & change & ~np.isnan(value)):
                    step = 100 * share_step(size[at] if size[at] > 0 else least.min() if len(least) else 0.0)
                    if abs(value[at] / step - round(value[at] / step)) > 1e-3:
                        found.append(f"{name} {area}: a change of {value[at]}, finer than {step} points")
        return found

    def ranks(self) -> list[str]:
        """Ranks with gaps: they are those of the areas whose index is held back."""
        found = []
        for name, frame in self.now.tables():
            if not {"rank", "index"} <= set(frame.columns):
                continue
            rank = np.sort(_numbers(frame, "rank")[~np.isnan(_numbers(frame, "rank"))])
            gaps = np.flatnonzero(rank != np.searchsorted(rank, rank, side="left") + 1)
            if len(gaps):
                found.append(f"{name}: the ranks before {rank[gaps[0]]:g} are missing")
            for column in ("rank_low", "rank_high"):
                if column in frame.columns and np.nanmax(_numbers(frame, column), initial=0.0) > len(rank):
                    found.append(f"{name}: {column} goes beyond the {len(rank)} areas that are shown")
        return found

    def expected(self) -> list[str]:
        """Expected cases: times all residents by those of the area they are the total of the period."""
        found = []
        for name, frame in self.now.tables():
            size = next((c for c in ("population", "residents") if c in frame.columns), "")
            if not size or not {"cases", "expected"} <= set(frame.columns):
                continue
            plain = frame.reset_index()
            for period, rows in plain.groupby("period"):
                cases, people = _numbers(rows, "cases"), _numbers(rows, size)
                wanted = _numbers(rows, "expected")
                if "ratio" in rows:
                    with np.errstate(divide="ignore", invalid="ignore"):
                        wanted = np.where(np.isnan(wanted) & (cases > 0), cases / _numbers(rows, "ratio"), wanted)
                gone = int((np.isnan(cases) & (people > 0)).sum())
                if not gone or np.isnan(wanted).all():
                    continue
                left = float(np.nanmedian(wanted * np.nansum(people) / people)) - np.nansum(cases)
                if abs(left - gone * K / 2) < 0.05:  # held back at the source: nahraum itself knows 1..k-1 only
                    continue
                if 0.5 < left < gone + K - 1 - 0.5:  # held-back counts are one at least
                    found.append(f"{name} {period}: {gone} held-back areas have {left:.1f} cases together")
        return found

    def release_by_release(self) -> list[str]:
        """Two releases: a count that changed by 1..k-1, and one that only the other tells."""
        found = []
        for before in self.releases[:-1]:
            for name, frame in self.now.tables():
                if name not in before.files or name in LISTED:
                    continue
                old = before.table(name)
                common = frame.index.intersection(old.index)
                if frame.index.has_duplicates or old.index.has_duplicates:
                    continue
                was = {c: dict(zip(old.index, s, strict=True)) for c, s, _ in told_counts(name, old)}
                for column, spans, _ in told_counts(name, frame):
                    now = dict(zip(frame.index, spans, strict=True))
                    for key in common:
                        one, other = now[key], was.get(column, {}).get(key)
                        if one is not None and other is not None and ((one - other).secret or (other - one).secret):
                            found.append(f"{name} {key} {column}: from {other} to {one}")
        return found

    def hidden_cells(self, census: pd.DataFrame, *, floor_area: str = "floor_area_m2_per_resident") -> list[str]:
        """Cells below ten: the least and the most of each, from quarters, locations, means and the open census.

        Parameters
            census : by cell_id: residents (the truth, only to judge) and the mean floor area that everybody knows.
        """
        found = []
        cells, quarters = self.now.table("cells").reset_index(), self.now.table("quarters").reset_index()
        joined = cells[["cell_id", "quarter_id", "residents"]].merge(census, on="cell_id", suffixes=("", "_truth"))
        for quarter in quarters.itertuples():
            part = joined[joined["quarter_id"].astype(str) == str(quarter.quarter_id)].reset_index(drop=True)
            hidden = part[part["residents"].isna()]
            if np.isnan(quarter.residents) or not len(hidden):
                continue
            rest = quarter.residents - part["residents"].sum()
            for at in range(len(hidden)):
                cost = (np.arange(len(hidden)) == at).astype(float)
                ends = []
                for sign in (1, -1):
                    answer = linprog(sign * cost, A_eq=np.ones((1, len(hidden))), b_eq=[rest], bounds=(0, None))
                    ends.append(sign * answer.fun if answer.status == 0 else np.nan)
                if hidden["residents_truth"].iloc[at] < K and ends[1] < K - EPSILON:
                    found.append(f"cell {hidden['cell_id'].iloc[at]}: {ends}")
        return found


def _apart(where: str, one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    found = []
    for column in sorted(set(map(str, one.columns)) & set(map(str, other.columns))):
        if not (COUNT.search(column) or SHARE.search(column) or column in ("residents", "value")):
            continue
        a, b = _numbers(one, column), _numbers(other, column)
        told = np.isnan(a) != np.isnan(b)
        if told.any():
            found.append(f"{where}: {column} is held back in one only, row {one.index[np.flatnonzero(told)[0]]}")
        size = size_of("", one, column)
        finest = np.where(SHARE.search(column) is None, 0.51, [share_step(n) / 2 if n > 0 else 0.5 for n in size])
        apart = np.abs(a - b) > finest + 1e-3
        if apart.any():
            found.append(f"{where}: {column} differs, row {one.index[np.flatnonzero(apart)[0]]}")
    return found
