"""An attacker who holds every file of `stress/` and `housing/`, of every time they were written.

It knows nothing of nahraum's rules but what is public.

What is public: persons are told in tens, shares on steps worth five persons, quarters and kinds of fewer than 50
households not at all, nothing that 1 or 2 persons would follow from. Figures are found by how their columns are named:
`<x>_share` with its ends, `persons…`, `households`, `residents`.
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

from attack_harness import STEPS, Span, share_step

TEN, LEAST, K = 10.0, 50.0, 3.0
LEAST_BEHIND = 100.0  # persons behind a share
KEYS = ("scenario", "quarter_id", "group", "age_group", "concept_id", "case", "choice", "site_id", "period", "study")
SHARE = re.compile(r"_share(?:_min|_max)?$")
COUNT = re.compile(
    r"(?:^|_)(?:persons|households|residents|moves)(?:_low|_high|_min|_max)?$|^alone_in_one_room$"
)  # fmt: skip
NO_PERSONS = ("positive_share",)
_ENDS = {"low": "share_min", "high": "share_max", "drawn_low": "drawn_share_min", "drawn_high": "drawn_share_max"}
EPSILON = 1e-6


def _keyed(frame: pd.DataFrame) -> pd.DataFrame:
    names = [one for one in KEYS if one in frame]
    plain = frame.assign(**{one: frame[one].fillna("").astype(str) for one in names})
    return plain.set_index(names).sort_index() if names else plain


def _numbers(frame: pd.DataFrame, column: str) -> np.ndarray:
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=float, na_value=np.nan)


@dataclass
class Told:
    """Everything that `stress/` and `housing/` of a results folder say, table by table and file by file."""

    out: Path
    files: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict)
    outlines: int = 0
    out_of_order: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in [*self.out.glob("stress/tables/*.csv"), *self.out.glob("housing/*.csv")]:
            frame = pd.read_csv(
                path, sep=";", decimal=",", encoding="utf-8-sig", dtype=dict.fromkeys(KEYS, str), keep_default_na=False,
                na_values=["", "."],
            )  # fmt: skip
            self._add(path.stem if path.parent.name == "tables" else f"housing_{path.stem}", "csv", frame)
        for path in self.out.glob("stress/stress.json"):
            self._stress(json.loads(path.read_text(encoding="utf-8")))
        for path in self.out.glob("housing/housing.json"):
            self._housing(json.loads(path.read_text(encoding="utf-8")))
        for path in self.out.glob("housing/housing.xlsx"):
            for sheet in openpyxl.load_workbook(path, read_only=True).worksheets[1:]:
                head, *rows = [list(row) for row in sheet.iter_rows(values_only=True)]
                self._add(f"housing_{sheet.title}", "xlsx", pd.DataFrame(rows, columns=[str(one) for one in head]))
        for path in [*self.out.glob("stress/*.geojson"), *self.out.glob("housing/*.geojson")]:
            self._layer(path)
        for path in [*self.out.glob("stress/*.gpkg"), *self.out.glob("housing/*.gpkg")]:
            self._geopackage(path)

    def _add(self, table: str, file: str, frame: pd.DataFrame) -> None:
        if any(one in frame for one in KEYS):
            frame = frame[frame[next(one for one in KEYS if one in frame)].notna()]
            rows = frame.astype(str).iloc[:, 0].str.len() < 100  # the last line says that households are synthetic
            self.files.setdefault(table, {})[file] = _keyed(frame[rows])
            if table == "stress_repairs":
                self._ordered(frame[rows])

    def _ordered(self, frame: pd.DataFrame) -> None:
        """Rows whose order is not that of what they tell: it is that of something else."""
        for day, rows in frame.groupby("scenario", sort=False):
            told = list(zip(-_numbers(rows, "several_persons"), rows["site_id"], strict=True))
            if told != sorted(told, key=lambda one: (np.isnan(one[0]), np.nan_to_num(one[0]), one[1])):
                self.out_of_order.append(f"stress_repairs {day}: rows in an order that their figures do not give")

    def _stress(self, document: dict) -> None:
        for one in document["scenarios"]:
            parts = {"stress_quarters": one["quarters"], "stress_households": one["groups"]}
            parts |= {"stress_study": [one["whole"]], "stress_repairs": one["repairs"]}
            for name, rows in parts.items():
                self._grow(name, [_flat(row, "stress_") | {"scenario": one["id"]} for row in rows])
        if document["mismatch"]:
            mismatch = document["mismatch"]
            self._grow("mismatch", [_flat(row, "") for row in mismatch["quarters"]])
            self._grow("mismatch_groups", [_flat(row, "") for row in mismatch["groups"]])
            self._grow("mismatch_ages", [_flat(row, "", key="age_group") for row in mismatch["ages"]])

    def _grow(self, name: str, rows: list[dict]) -> None:
        if rows:
            frame = _keyed(pd.DataFrame(rows))
            before = self.files.setdefault(name, {}).get("json")
            self.files[name]["json"] = frame if before is None else pd.concat([before, frame]).sort_index()

    def _housing(self, document: dict) -> None:
        cases = [
            {"concept_id": one["id"], **row} for one in document["concepts"] for row in one.get("cases", ())
        ]  # fmt: skip
        for name, rows in (
            ("housing_quarters", document["quarters"]), ("housing_concepts", cases),
            ("housing_concepts_by_quarter", document["by_quarter"]), ("housing_stability", document["stability"]),
        ):  # fmt: skip
            self._grow(name, rows)
        if document["whole"]:
            self.files["housing_study"] = {"json": pd.DataFrame([document["whole"]])}

    def _layer(self, path: Path) -> None:
        layer = pd.DataFrame(gpd.read_file(path).drop(columns="geometry"))
        self.outlines = max(self.outlines, len(layer))
        if path.stem == "housing":
            self._add("housing_quarters", "geojson", layer)
            return
        scenarios = self.files.get("stress_quarters", {}).get("csv", pd.DataFrame()).index.unique(0)
        for one in scenarios:
            mine = [name for name in layer if str(name).startswith(f"{one}_stress")]
            frame = layer[["quarter_id", *mine]].rename(columns=lambda name: str(name).removeprefix(f"{one}_"))  # noqa: B023
            grown = _keyed(frame.assign(scenario=one))
            before = self.files["stress_quarters"].get("geojson")
            self.files["stress_quarters"]["geojson"] = grown if before is None else pd.concat([before, grown])

    def _geopackage(self, path: Path) -> None:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            query = "select table_name from gpkg_contents where data_type = 'features'"
            names = [row[0] for row in database.execute(query)]
            for name in names:
                frame = pd.read_sql_query(f'select * from "{name}"', database).drop(columns=["fid", "geom"])
                if name.startswith("stress_"):
                    grown = _keyed(frame.assign(scenario=name.removeprefix("stress_")))
                    before = self.files.setdefault("stress_quarters", {}).get("gpkg")
                    self.files["stress_quarters"]["gpkg"] = grown if before is None else pd.concat([before, grown])
                else:
                    table = {"crowding": "housing_quarters", "concepts": "housing_layer"}.get(name, name)
                    self._add(table, "gpkg", frame)

    def table(self, name: str) -> pd.DataFrame:
        """A table from the file that holds most of it."""
        return max(self.files[name].values(), key=lambda frame: frame.size)

    def tables(self) -> Iterator[tuple[str, str, pd.DataFrame]]:
        """Every table of every file."""
        return ((name, file, frame) for name, files in self.files.items() for file, frame in files.items())


def _flat(row: dict, prefix: str, *, key: str = "group") -> dict:
    """A row of a document as columns of the tables."""
    found = {
        name: value for name, value in row.items()
        if name not in ("figures", "group") and not name.startswith("label_")
    }  # fmt: skip
    if "group" in row:
        found[key] = row["group"]
    for name, figure in row.get("figures", {}).items():
        found[f"{prefix}{name}_share"] = figure["share"]
        for end, column in _ENDS.items():
            found[f"{prefix}{name}_{column}"] = figure.get(end)
        for end in ("persons", "persons_low", "persons_high"):
            found[f"{prefix}{name}_{end}"] = figure.get(end)
    return found


class SyntheticHarness:
    """What follows from all times that a study's tests and labs were written; sentences, one per secret found."""

    def __init__(self, *folders: Path) -> None:
        self.releases = [Told(Path(one)) for one in folders]
        self.now = self.releases[-1]

    def everything(self) -> list[str]:
        """All attacks one after the other."""
        return [
            *self.off_their_steps(), *self.files_against_files(), *self.few_households(), *self.totals(),
            *self.few_behind(), *self.ends_alone(), *self.now.out_of_order, *self.release_by_release(),
        ]  # fmt: skip

    def few_behind(self) -> list[str]:
        """Shares of too few persons: of the tenants of a quarter, say."""
        found = []
        for name, file, frame in self.now.tables():
            for column in (one for one in map(str, frame.columns) if SHARE.search(one) and one not in NO_PERSONS):
                most = _most_behind(frame, column)
                few = ~np.isnan(_numbers(frame, column)) & (most < LEAST_BEHIND)
                found += [f"{name}.{file} {frame.index[at]} {column}: of {most[at]:.0f}" for at in np.flatnonzero(few)]
        return found

    def ends_alone(self) -> list[str]:
        """Ends of a range, or of what draws scatter over, that are told beside a share that is held back."""
        found = []
        for name, file, frame in self.now.tables():
            if "suppressed" not in frame:
                continue
            gone = [set(str(one).split()) for one in frame["suppressed"].astype(object).fillna("")]
            for column in (one for one in map(str, frame.columns) if re.search(r"_share_(?:min|max)$", one)):
                share = column[:-4].replace("_drawn_share", "_share")
                known = ~np.isnan(_numbers(frame, column))
                found += [f"{name}.{file} {frame.index[at]} {column}: beside a share that is held back"
                          for at in np.flatnonzero(known) if share in gone[at]]  # fmt: skip
        return found

    def off_their_steps(self) -> list[str]:
        """Persons that are no tens, shares finer than their step: an exact number could be written down."""
        found = []
        for name, file, frame in self.now.tables():
            for column in map(str, frame.columns):
                figures = _numbers(frame, column) if COUNT.search(column) or SHARE.search(column) else None
                if figures is None or column in NO_PERSONS:
                    continue
                off = np.abs(figures / TEN - np.round(figures / TEN)) > EPSILON
                if SHARE.search(column):
                    if "residents" not in frame:
                        continue
                    off = _off_steps(figures, _most_behind(frame, column))
                found += [
                    f"{name}.{file} {frame.index[at]} {column}: {figures[at]}"
                    for at in np.flatnonzero(off & ~np.isnan(figures))
                ]
        return found

    def files_against_files(self) -> list[str]:
        """A figure that one file holds back and another tells, or tells otherwise."""
        found = []
        for name, files in self.now.files.items():
            for one, other in ((a, b) for a in files for b in files if a < b):
                shared = [c for c in map(str, files[one]) if c in files[other] and (COUNT.search(c) or SHARE.search(c))]
                rows = files[one].index.intersection(files[other].index)
                if files[one].index.has_duplicates or files[other].index.has_duplicates:
                    found.append(f"{name}: {one} or {other} tells a row twice")
                    continue
                for column in shared:
                    a, b = (_numbers(files[file].loc[rows], column) for file in (one, other))
                    differ = (np.isnan(a) != np.isnan(b)) | (np.abs(a - b) > 1e-3)
                    found += [f"{name}: {column} of {rows[at]}, {one} {a[at]}, {other} {b[at]}"
                              for at in np.flatnonzero(differ)]  # fmt: skip
        return found

    def few_households(self) -> list[str]:
        """Rows of fewer than 50 households, and a single quarter that is not told beside the whole study."""
        found = []
        for name, file, frame in self.now.tables():
            if "households" in frame and name != "housing_study":
                few = _numbers(frame, "households") < LEAST - TEN / 2
                found += [f"{name}.{file} {frame.index[at]}: few households" for at in np.flatnonzero(few)]
        if self.now.outlines and "stress_quarters" in self.now.files:
            told = self.now.table("stress_quarters")
            for scenario, rows in told.groupby(level="scenario"):
                known = rows["residents"].notna().sum() if "residents" in rows else len(rows)
                if self.now.outlines - known == 1:
                    found.append(f"{scenario}: a single quarter is not told; the whole study tells it")
        return found

    def totals(self) -> list[str]:
        """What the whole study leaves for the quarters that are held back, together."""
        found = []
        files = self.now.files
        for parts, all_ in (("stress_quarters", "stress_study"), ("mismatch", "mismatch_whole")):
            if parts not in files or all_ not in files:
                continue
            quarters, whole = self.now.table(parts), self.now.table(all_)
            days = [None] if parts == "mismatch" else list(quarters.index.unique("scenario"))
            for day in days:
                rows = quarters if day is None else quarters[quarters.index.get_level_values("scenario") == day]
                row = whole if day is None else whole[whole.index.get_level_values("scenario") == day]
                for column in (one for one in map(str, rows) if one.endswith("_share") and one in row):
                    spans, (one,) = (_spans(table, column) for table in (rows, row))
                    found += _rest(f"{day or parts} {column}", one, spans)
        if "housing_study" in files and "housing_quarters" in files:
            rows, whole = self.now.table("housing_quarters"), files["housing_study"]["json"].iloc[0]
            for column in (one for one in map(str, rows) if COUNT.search(one) and one in whole):
                spans = [None if np.isnan(one) else _tens(one) for one in _numbers(rows, column)]
                found += _rest(f"housing {column}", _tens(whole[column]), spans)
        return found

    def release_by_release(self) -> list[str]:
        """A figure of the same persons told in one release and held back in another, or told in two ways.

        The same: what does not rest on the options that were changed; the attacker knows which of them do.
        """
        found = []
        for before in self.releases[:-1]:
            for name in (one for one in self.now.files if one in before.files):
                now, old = self.now.table(name), before.table(name)
                rows = now.index.intersection(old.index)
                for column in map(str, now):
                    if column not in old or not (COUNT.search(column) or SHARE.search(column)) or "drawn" in column:
                        continue
                    a, b = (_numbers(one.loc[rows], column) for one in (old, now))
                    differ = (np.isnan(a) != np.isnan(b)) | (np.abs(a - b) > 1e-6)
                    found += [f"{name} {rows[at]} {column}: {a[at]}, later {b[at]}" for at in np.flatnonzero(differ)]
        return found


def _most_behind(frame: pd.DataFrame, column: str) -> np.ndarray:
    """How many persons at most are behind a share: of the residents those of whom it is known."""
    if "residents" not in frame:
        return np.full(len(frame), np.inf)
    people = _numbers(frame, "residents") + TEN / 2
    stem = re.sub(r"_share(?:_min|_max)?$", "", column).removesuffix("_drawn")
    if f"{stem}_completeness" not in frame:
        return np.where(np.isnan(people), np.inf, people)
    known = _numbers(frame, f"{stem}_completeness")
    half = np.array([share_step(one) / 2 if one > 0 else 0.5 for one in people])
    return np.where(np.isnan(people + known), np.inf, people * np.minimum(known + half, 1.0))


def _off_steps(shares: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Shares that lie on no step of so many persons at most."""
    found = np.zeros(len(shares), dtype=bool)
    for at in np.flatnonzero(~np.isnan(shares) & np.isfinite(most)):
        finest = share_step(most[at])  # of fewer people, or where some are not known, a coarser one
        steps = [step for step in STEPS if step >= finest]
        found[at] = all(abs(shares[at] / step - round(shares[at] / step)) > 1e-3 for step in steps)
    return found


def _span(share: float, size: float) -> Span | None:
    if pd.isna(share) or pd.isna(size) or size <= 0:
        return None
    half = share_step(size) * size / 2 + TEN / 2
    return Span(max(0.0, share * size - half), share * size + half)


def _spans(frame: pd.DataFrame, column: str) -> list[Span | None]:
    """Persons that the shares of a column stand for."""
    known = f"{column.removesuffix('_share')}_completeness"
    size = _numbers(frame, "residents") * (_numbers(frame, known) if known in frame else 1.0)
    return [_span(share, n) for share, n in zip(_numbers(frame, column), size, strict=True)]


def _tens(figure: float) -> Span | None:
    if pd.isna(figure):
        return None
    exact = abs(figure / TEN - round(figure / TEN)) > EPSILON
    half = 0.0 if exact else TEN / 2
    return Span(max(0.0, figure - half), figure + half)


def _rest(what: str, whole: Span | None, spans: list[Span | None]) -> list[str]:
    gone = sum(one is None for one in spans)
    if whole is None or not gone:
        return []
    left = whole
    for one in spans:
        left = left if one is None else left - one
    return [f"{what}: the {gone} held-back rows have {left} together"] if left.secret else []
