"""A release held against the past ones: what both together tell that neither tells alone.

Three things happen. A value held back now was published before: that is told, it cannot be taken back. A count differs
from its last one by 1..k-1 persons: it is held back, for the difference speaks of so few. And what is held back now
follows from values of the past and totals of today: then values that are new today go, the smallest first.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.publish.attacker import TOLERANCE, Numbers, intervals
from nahraum.publish.disclosure import Mask, Rules
from nahraum.publish.families import Masks
from nahraum.publish.social_rules import area_keys, text
from nahraum.publish.suppression_tables import Key, Parents, Table, table_of

IDS = ("municipality_id", "quarter_id", "cell_id", "location_id", "area_id", "funding_area_id", "part_id", "period",
       "age_group", "combination", "measure", "indicator", "fifth", "variant_id", "prerequisite")  # fmt: skip
_COUNT = re.compile(
    r"^cases$|^amount$|^numerator$|.+_(?:residents|persons|children|cases)$|^residents_(?:communal|edge)$"
)
_ALL = "all"
HELD_BACK, TOLD = "held_back", "told"
_COLUMNS = ("table", "column", "key", "why", "released_on", "action")


@dataclass(frozen=True)
class Comparison:
    """What past releases give away of a table.

    masks : values that must be held back more, by column.
    findings : table, column, key, why (published_before | small_change | derivable), released_on, action
        (held_back | told).
    """

    masks: Masks
    findings: pd.DataFrame


def count_columns(frame: pd.DataFrame) -> list[str]:
    """Counts of persons and cases; residents themselves are no secret."""
    return [c for c in map(str, frame.columns) if _COUNT.match(c) and pd.api.types.is_numeric_dtype(frame[c].dtype)]


def row_keys(frame: pd.DataFrame) -> list[Key]:
    """What names each row in every release."""
    columns = [column for column in IDS if column in frame.columns]
    return list(zip(*(text(frame, column) for column in columns), strict=True)) if columns else [()] * len(frame)


def told_values(frame: pd.DataFrame, column: str) -> dict[Key, float]:
    """Values of a column that are published, by row."""
    if column not in frame.columns:
        return {}
    numbers = pd.to_numeric(frame[column], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return {key: float(value) for key, value in zip(row_keys(frame), numbers, strict=True) if not np.isnan(value)}


def _held(frame: pd.DataFrame, column: str) -> Mask:
    names = frame["suppressed"].fillna("").astype(str).str.split()
    return np.array([column in row or _ALL in row for row in names], dtype=np.bool_)


def _sums(frame: pd.DataFrame) -> tuple[list[Key], Sequence[Parents]] | None:
    """How the rows of a table add up; None for a table without totals."""
    if not {"area_id", "period"} <= set(frame.columns):
        return None
    areas, above = area_keys(frame)
    parents: list[Parents] = [above]
    for column in ("period", "age_group"):
        members = text(frame, column, _ALL)
        parts: dict[Hashable, Hashable] = dict.fromkeys((m for m in members if m != _ALL), _ALL)
        parents.append(parts if _ALL in members else {})
    return list(zip(areas, text(frame, "period", _ALL), text(frame, "age_group", _ALL), strict=True)), parents


class _Column:
    """One column of a table now, with all that past releases tell of it."""

    def __init__(self, frame: pd.DataFrame, column: str, past: Sequence[tuple[str, pd.DataFrame]]) -> None:
        self.keys, self.held = row_keys(frame), _held(frame, column)
        self.now = told_values(frame, column)
        self.past = [(day, told_values(earlier, column)) for day, earlier in past]

    def published_before(self) -> list[tuple[int, str]]:
        found = []
        for row in np.flatnonzero(self.held):
            days = [day for day, values in self.past if self.keys[row] in values]
            found += [(int(row), days[0])] if days else []
        return found

    def changes(self, minimum: int) -> list[tuple[int, str]]:
        """Rows whose count differs from the last one that was told by 1..k-1."""
        found = []
        for row, key in enumerate(self.keys):
            earlier = [(day, values[key]) for day, values in self.past if key in values]
            if key in self.now and earlier:
                apart = abs(self.now[key] - earlier[0][1])
                if TOLERANCE < apart < minimum:
                    found.append((row, earlier[0][0]))
        return found

    def unchanged(self) -> dict[Key, float]:
        """Values of past releases that rest on the same counts as today's: none of them is another today."""
        known: dict[Key, float] = {}
        for _, values in self.past:
            if all(abs(self.now[key] - value) <= TOLERANCE for key, value in values.items() if key in self.now):
                known = {**values, **known}
        return known


def _spans(table: Table, told: dict[Key, float], top: float) -> tuple[Numbers, Numbers]:
    values = np.array([told.get(key, np.nan) for key in table.keys], dtype=np.float64)
    return np.where(np.isnan(values), 0.0, values), np.where(np.isnan(values), top, values)


def _derivable(frame: pd.DataFrame, column: _Column, rules: Rules) -> tuple[list[int], list[int]]:
    """Rows that must go because past values tell a held-back one, and held-back ones that nothing protects."""
    sums, known = _sums(frame), column.unchanged()
    if sums is None or not known or not column.held.any():
        return [], []
    keys, parents = sums
    table = table_of(dict.fromkeys(keys, 0.0), parents)
    row_of = {key: row for row, key in enumerate(keys)}
    top = 2.0 * (sum({**known, **column.now}.values()) + rules.minimum_count)  # room for totals that nobody tells
    gone: list[int] = []
    while True:
        told = {keys[r]: column.now[k] for r, k in enumerate(column.keys) if k in column.now and r not in gone}
        told |= {keys[r]: known[k] for r, k in enumerate(column.keys) if k in known}
        targets = [at for at, key in enumerate(table.keys) if key in row_of and key not in told]
        _, high = intervals(table.relations, *_spans(table, told, top), targets=np.array(targets, dtype=np.int64))
        bare = [at for at in targets if TOLERANCE < high[at] < rules.minimum_count - TOLERANCE]
        if not bare:
            return gone, []
        fresh = [r for r, k in enumerate(column.keys) if k in column.now and k not in known and r not in gone]
        near = [r for r in fresh if _share_a_sum(table, keys[r], bare)]
        if not near:
            return gone, [row_of[table.keys[at]] for at in bare]
        gone.append(min(near, key=lambda r: (column.now[column.keys[r]], r)))


def _share_a_sum(table: Table, key: Key, bare: list[int]) -> bool:
    """Whether a number stands in one sum with one of those that are too well known."""
    touches = abs(table.relations).tocsc()
    of_bare = {int(row) for at in bare for row in touches[:, [at]].indices}
    return bool(of_bare & {int(row) for row in touches[:, [table.keys.index(key)]].indices})


def compare(name: str, frame: pd.DataFrame, past: Sequence[tuple[str, pd.DataFrame]], rules: Rules) -> Comparison:
    """What a table tells together with its past releases, and what has to go therefore.

    Parameters
        frame : the table as released today, with its column `suppressed`.
        past : day and table of past releases, the newest first.
    """
    masks: Masks = {}
    rows: list[tuple[object, ...]] = []
    for column in count_columns(frame) if past else ():
        one = _Column(frame, column, past)
        mask = np.zeros(len(frame), dtype=np.bool_)
        for row, day in one.published_before():
            rows.append((name, column, _text(one.keys[row]), "published_before", day, TOLD))
        for row, day in one.changes(rules.minimum_count):
            mask[row] = True
            rows.append((name, column, _text(one.keys[row]), "small_change", day, HELD_BACK))
        gone, bare = _derivable(frame, one, rules)
        mask[gone] = True
        rows += [(name, column, _text(one.keys[row]), "derivable", past[0][0], HELD_BACK) for row in gone]
        rows += [(name, column, _text(one.keys[row]), "derivable", past[0][0], TOLD) for row in bare]
        if mask.any():
            masks[column] = mask
    return Comparison(masks, pd.DataFrame(rows, columns=list(_COLUMNS)))


def held_masks(frame: pd.DataFrame, held: Mapping[str, Mask]) -> Masks:
    """Counts to be held back for the sake of past releases, with the shares that tell them; never one row alone."""
    found: Masks = {}
    for column, mask in held.items():
        wanted, known = mask.copy(), frame[column].notna().to_numpy()
        if wanted.sum() == 1 and (known & ~wanted).any():
            counts = np.where(known & ~wanted, frame[column].to_numpy(dtype=np.float64, na_value=np.nan), np.inf)
            wanted[int(np.argmin(counts))] = True
        stem = column.rpartition("_")[0]
        told = (f"{stem}_share", f"{stem}_rate")
        along = [column, *(c for c in map(str, frame.columns) if stem and c.startswith(told))]
        found |= {name: found.get(name, np.zeros(len(frame), dtype=np.bool_)) | wanted for name in along}
    return found


def _text(key: Key) -> str:
    return " ".join(str(part) for part in key if str(part))
