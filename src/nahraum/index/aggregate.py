"""From addresses to cells, quarters and the municipality: one aggregator for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.frames import MICRO
from nahraum.index import counting
from nahraum.index.means import (
    indicator_columns,
    residents_columns,
    shown_weights,
    status_words,
    summed_status,
)
from nahraum.index.people import APART, LACKS, Int64, People, judged_people, judged_rows, sum_micro
from nahraum.parameters import Parameters
from nahraum.tables import PREREQUISITES

COUNT_COLUMNS = ("min", "central", "max")
_SUFFIX = {"min": "_min", "central": "", "max": "_max"}


@dataclass(frozen=True)
class Counting:
    """How places are told apart, read once from the parameters.

    k : lacks needed; majority : share of residents that gives a place its class; enough : completeness
    from which a central value is given and a prerequisite counts as known; status_share : share of the
    residents behind a value from which their status is that of the value.
    """

    k: int
    majority: float
    enough: float
    status_share: float


def read_counting(parameters: Parameters) -> Counting:
    """The counting rules of a study (k is checked by `indicators.read_rules`)."""
    return Counting(
        k=int(parameters.number("counting.lacks_needed")),
        majority=parameters.number("counting.majority_share"),
        enough=parameters.number("counting.minimum_completeness"),
        status_share=parameters.number("counting.status_share"),
    )


@dataclass(frozen=True)
class Units:
    """Residents counted per unit: those of a cell, or those of a cell in one quarter."""

    keys: pd.DataFrame  # cell_key, and quarter_id where quarters are told apart
    sums: pd.DataFrame

    def grouped(self, code: Int64, n: int) -> pd.DataFrame:
        """The sums per group, given the group (0..n-1) of each unit, -1 for none."""
        values = self.sums.to_numpy(dtype=np.int64)
        totals = np.zeros((n, values.shape[1]), dtype=np.int64)
        np.add.at(totals, code[code >= 0], values[code >= 0])
        return pd.DataFrame(totals, columns=self.sums.columns)


@dataclass(frozen=True)
class Counted:
    """The judged residents, counted twice: the bounds of a cell are not the sum of those of its quarters.

    cells : units of whole cells, for cells, locations and the municipality; parts : units of a cell in one
    quarter, for quarters. They differ in the bounds only.
    """

    cells: Units
    parts: Units
    people: People


def count_units(
    rows: pd.DataFrame, lacks: pd.DataFrame, *, ks: Sequence[int] = counting.KS, parts: bool = True
) -> Counted:
    """The judged residents per cell, and per cell and quarter, for every k; `parts` as in `counting.unit_sums`."""
    quarter, names = pd.factorize(rows["quarter_id"], sort=True)
    keys, cell = np.unique(rows["cell_key"].to_numpy(dtype=np.int64), return_inverse=True)
    pair, of_row = np.unique(cell * max(len(names), 1) + quarter, return_inverse=True)
    whole, of_pair = pair // max(len(names), 1), names[pair % max(len(names), 1)]
    people = judged_people(rows, lacks)
    unit = of_row[people.row]
    sums = counting.unit_sums(people, unit, len(pair), ks=ks, parts=parts, whole=whole)
    split = Units(pd.DataFrame({"cell_key": keys[whole], "quarter_id": of_pair}), sums)
    bounds = counting.bound_sums(people, whole[unit], np.arange(len(keys)), ks=ks)
    together = Units(pd.DataFrame({"cell_key": keys}), split.grouped(whole, len(keys)).assign(**bounds))
    return Counted(cells=together, parts=split, people=people)


def _lack_columns(sums: pd.DataFrame) -> dict[str, object]:
    columns: dict[str, object] = {}
    for name in (*LACKS, *APART):
        known = sums[f"known_{name}"].to_numpy(dtype=np.float64)
        judged = sums["judged"].to_numpy(dtype=np.float64)
        people = sums[name].to_numpy(dtype=np.float64)
        columns[f"{name}_share"] = np.where(known > 0, people / np.maximum(known, 1), np.nan)
        columns[f"{name}_residents"] = np.where(known > 0, people / MICRO, np.nan)
        columns[f"{name}_completeness"] = np.where(judged > 0, known / np.maximum(judged, 1), np.nan)
    return columns


def _lack_status_columns(
    rows: pd.DataFrame, lacks: pd.DataFrame, code: Int64, n: int, *, share: float
) -> dict[str, object]:
    weights = shown_weights(rows, code, n)
    counted = sum_micro(np.where(judged_rows(rows), weights, 0), code, n) > 0
    only_edge = (sum_micro(weights, code, n) > 0) & ~counted
    columns: dict[str, object] = {}
    for name in (*LACKS, *APART):
        known = lacks[name].to_numpy(dtype=float)
        status = summed_status(lacks[f"{name}_status"], known, weights, code, n, share=share)
        columns[f"{name}_status"] = status_words(status).mask(only_edge, "edge")
    return columns


def several_columns(sums: pd.DataFrame, rule: Counting) -> dict[str, object]:
    """Headcounts for k = 1..4 and, for the chosen k, people, M0, A and what each prerequisite contributes."""
    columns: dict[str, object] = {}
    judged = sums["judged"].to_numpy(dtype=np.float64) / MICRO
    for k in counting.KS:
        share = counting.several_share(sums, k, enough=rule.enough)
        for part in COUNT_COLUMNS:
            columns[f"several_k{k}_share{_SUFFIX[part]}"] = share[part].to_numpy()
        if k == rule.k:
            chosen = share
    for part in COUNT_COLUMNS:
        columns[f"several_share{_SUFFIX[part]}"] = chosen[part].to_numpy()
        columns[f"several_residents{_SUFFIX[part]}"] = chosen[part].to_numpy() * judged
    columns["several_share_completeness"] = chosen["completeness"].to_numpy()
    columns["several_known_share"] = counting.several_known_share(sums, rule.k).to_numpy()
    for name, table in (
        ("m0", counting.m0(sums, rule.k, enough=rule.enough)),
        ("a", counting.a(sums, rule.k, enough=rule.enough)),
    ):
        columns |= {f"{name}{_SUFFIX[part]}": table[part].to_numpy() for part in COUNT_COLUMNS}
    censored, parts = counting.censored_share(sums, rule.k), counting.contribution(sums, rule.k)
    columns |= {f"censored_{name}_share": censored[name].to_numpy() for name in PREREQUISITES}
    columns |= {f"contribution_{name}": parts[name].to_numpy() for name in PREREQUISITES}
    columns["class"] = counting.classify(chosen["min"], chosen["max"], majority=rule.majority)
    return columns


def known_dimensions(table: pd.DataFrame, *, enough: float) -> pd.Series:
    """Which prerequisites are known for enough residents of each place, e.g. `living_space+green+supply`.

    Places are compared only where this is the same.
    """
    known = table[[f"lacks_{name}_completeness" for name in PREREQUISITES]].to_numpy(dtype=float) >= enough
    words = ["+".join(name for name, yes in zip(PREREQUISITES, row, strict=True) if yes) for row in known]
    return pd.Series(words, index=table.index, dtype=object, name="known_dimensions")


def _several_status(table: pd.DataFrame) -> pd.Series:
    """Status of the headcount: the weakest status behind the known lacks; `edge`, `undetermined`, `missing`."""
    order = {"ok": 0, "imputed": 1, "unreliable": 2}
    behind = table[[f"{name}_status" for name in LACKS]]
    weakest = behind.apply(lambda column: column.map(order)).fillna(0).to_numpy().max(axis=1).astype(int)
    words = np.array(["ok", "imputed", "unreliable"], dtype=object)[weakest]
    nobody = (table["residents_judged"] == 0).to_numpy()
    at_edge = (table["residents_edge"] > 0).to_numpy()
    unknown = table["several_share"].isna().to_numpy()
    words = np.select([nobody & at_edge, nobody, unknown], ["edge", "missing", "undetermined"], words)
    return pd.Series(words.astype(object), index=table.index)


def place_table(
    rows: pd.DataFrame, lacks: pd.DataFrame, units: Units, *, code: Int64, unit_code: Int64, n: int, rule: Counting
) -> pd.DataFrame:
    """One row per place (0..n-1): residents, every indicator, lacks, counts, class.

    Parameters
        rows : addresses with their values; lacks : their lacks, in the same order.
        units : the same people, counted by `count_units`: whole cells, or parts of cells for quarters.
        code, unit_code : place of each address and of each unit.
        rule : k, majority and completeness.
    """
    sums = units.grouped(unit_code, n)
    columns = residents_columns(rows, code, n)
    values = pd.concat([rows, lacks[_new(lacks, rows)]], axis=1)
    columns |= indicator_columns(values, code, n, share=rule.status_share)
    columns |= _lack_columns(sums)
    columns |= _lack_status_columns(rows, lacks, code, n, share=rule.status_share)
    columns |= several_columns(sums, rule)
    table = pd.DataFrame(columns)
    table["several_share_status"] = _several_status(table)
    table["known_dimensions"] = known_dimensions(table, enough=rule.enough)
    return table


def _new(lacks: pd.DataFrame, rows: pd.DataFrame) -> list[str]:
    return [name for name in lacks.columns if name not in rows.columns]


def all_k_columns(sums: pd.DataFrame, rule: Counting) -> dict[str, object]:
    """M0 and A for every k (the municipality reports them all)."""
    columns: dict[str, object] = {}
    for k in counting.KS:
        for name, table in (
            ("m0", counting.m0(sums, k, enough=rule.enough)),
            ("a", counting.a(sums, k, enough=rule.enough)),
        ):
            columns |= {f"{name}_k{k}{_SUFFIX[part]}": table[part].to_numpy() for part in COUNT_COLUMNS}
    return columns
