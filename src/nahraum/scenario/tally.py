"""Who lacks what under edits, counted by quarter: brought from state to state by what an edit changed.

`Tally` is to the index what `StudyState` is to access. After an edit only the changed addresses are judged anew, and
only the cells in which they lie are counted anew, before and after; the sums of the quarters are mended by the
difference. All sums are whole numbers, so the shares and means are those of a run on the edited study.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from nahraum.area.model import Area
from nahraum.frames import MICRO
from nahraum.index import counting
from nahraum.index.aggregate import Counting, read_counting
from nahraum.index.means import weighted_median
from nahraum.index.people import APART, LACKS, Floats, Int64
from nahraum.indicators import address_values, read_rules
from nahraum.indicators.rules import Rules
from nahraum.parameters import Parameters
from nahraum.scenario.change import Change
from nahraum.scenario.persons import MEANT, VALUES, Persons, joined, judged_rows_of, no_persons, summed, units_of
from nahraum.scenario.state import StudyState
from nahraum.scenario.touched import Touched

EVERY_LACK = (*LACKS, *APART)
NOWHERE = ""


@dataclass(frozen=True, eq=False)
class Ground:
    """The addresses of a study without any edit, in order of their ids; later ones of edits stand behind them.

    quarters : the ids of the study, sorted, with '' first for addresses in none.
    place : position of each address by id; grows with addresses that edits add.
    """

    persons: Persons
    place: dict[str, int]
    quarters: tuple[str, ...]
    by_quarter: tuple[Int64, ...]
    by_cell: dict[int, Int64]
    area: Area
    parameters: Parameters
    rules: Rules
    rule: Counting
    n: int
    names: list[str] = field(default_factory=list)

    def position(self, address_id: str) -> int:
        """Position of an address, a new one where it has none."""
        at = self.place.setdefault(address_id, len(self.names))
        if at == len(self.names):
            self.names.append(address_id)
        return at


@dataclass(frozen=True, eq=False)
class Tally:
    """The counts of one state.

    at, over : addresses that some edit has touched, sorted, and what is true of them instead of the ground.
    last : addresses that the last change has touched.
    sums : per quarter the columns of `counting.unit_sums`; tops, bottoms : per quarter and mean, the sum of weighted
    values and of weights. Whole numbers.
    """

    ground: Ground
    at: Int64
    over: Persons
    sums: Int64
    tops: Int64
    bottoms: Int64
    last: Int64

    @staticmethod
    def of(state: StudyState) -> Tally:
        """The counts of a state taken as the study without any edit."""
        area, parameters = state.area, state.parameters
        rules = read_rules(parameters)
        quarters = (NOWHERE, *sorted(set(map(str, area.quarters["quarter_id"])) - {NOWHERE}))
        values = address_values(area, state.table())
        persons = judged_rows_of(values, _codes(values["quarter_id"], quarters), rules)
        names = values["address_id"].astype(object).tolist()
        ground = Ground(
            persons, {name: at for at, name in enumerate(names)}, quarters,
            tuple(np.flatnonzero(persons.quarter == code) for code in range(len(quarters))), _positions(persons.cell),
            area, parameters, rules, read_counting(parameters), len(names), names,
        )  # fmt: skip
        n = len(quarters)
        unit, of_unit, whole = units_of(persons)
        sums = np.zeros((n, len(counting_columns())), dtype=np.int64)
        np.add.at(sums, of_unit, summed(persons, unit, len(of_unit), whole))
        nothing = np.empty(0, dtype=np.int64)
        return Tally(ground, nothing, no_persons(0), sums, *_means(persons, n), nothing)

    def after(self, state: StudyState, change: Change) -> Tally:
        """The counts after a change.

        Parameters
            state : brought to what the change leads to (an edit, or one taken back); self is of before.
        """
        return self.touched_by(state, Touched.by([change]))

    def touched_by(self, state: StudyState, touched: Touched) -> Tally:
        """The counts of a state that was reached by some changes: all of them at once."""
        return self.changed_at(*self.now(state, touched))

    def changed_at(self, at: Int64, new: Persons) -> Tally:
        """The counts with something else true of some addresses, by position, sorted."""
        if not len(at):
            return replace(self, last=at)
        old = self.take(at)
        cells = np.unique(np.concatenate([new.cell[new.micro > 0], old.cell[old.micro > 0]]))
        inside = [self.ground.by_cell[key] for key in cells.tolist() if key in self.ground.by_cell]
        later = self.at[(self.at >= self.ground.n) & np.isin(self.over.cell, cells)]
        members = np.unique(np.concatenate([at, later, *inside]))
        merged = replace(self, at=(both := np.union1d(self.at, at)), over=self._merged(both, at, new))
        before, now = self.take(members), merged.take(members)
        before, now = before.standing_where(now), now.standing_where(before)
        unit, of_unit, whole = units_of(now)
        differs = summed(now, unit, len(of_unit), whole) - summed(before, unit, len(of_unit), whole)
        sums, n = self.sums.copy(), len(self.ground.quarters)
        np.add.at(sums, of_unit, differs)
        tops, bottoms = (one - other for one, other in zip(_means(now, n), _means(before, n), strict=True))
        return replace(merged, sums=sums, tops=self.tops + tops, bottoms=self.bottoms + bottoms, last=at)

    def take(self, at: Int64) -> Persons:
        """What is true of some addresses; nobody lives where one is not there."""
        known = at < self.ground.n
        rows = self.ground.persons.take(np.where(known, at, 0))
        rows = rows if known.all() else rows.where(known)
        if not len(self.at):
            return rows
        found = np.minimum(np.searchsorted(self.at, at), len(self.at) - 1)
        touched = self.at[found] == at
        return rows if not touched.any() else joined(rows, self.over.take(found[touched]), np.flatnonzero(touched))

    def _merged(self, both: Int64, at: Int64, new: Persons) -> Persons:
        rows = self.take(both)
        return joined(rows, new, np.searchsorted(both, at))

    def now(self, state: StudyState, touched: Touched) -> tuple[Int64, Persons]:
        """Positions of the addresses that changes may have touched, sorted, and what is true of them now."""
        place, cells = self.ground.position, sorted(touched.cells)
        names = sorted(touched.addresses | touched.peopled)  # new ones get their positions in this order
        at = np.union1d(np.array([place(name) for name in names], dtype=np.int64), self._living_in(cells))
        if not len(at):
            return at, no_persons(0)
        rows = self.take(at)
        names = [self.ground.names[one] for one in at.tolist()]
        for name in sorted(touched.peopled):
            rows = self._moved_in(state, name, names, rows)
        if cells:
            rows = _offered(state.area, rows, cells)
        access = state.columns(names)
        return at, judged_rows_of(rows.values_with(access, names), rows.quarter, self.ground.rules)

    def _moved_in(self, state: StudyState, address_id: str, names: Sequence[str], rows: Persons) -> Persons:
        """The rows with the people and the place of the address that an edit is about."""
        area = state.area
        found = area.addresses[area.addresses["address_id"] == address_id]
        where = np.array([names.index(address_id)])
        if not len(found):
            return joined(rows, no_persons(1), where)
        one = found.iloc[0]
        cell = area.cells[area.cells["cell_key"] == one["cell_key"]].iloc[0]
        code = int(_codes(pd.Series([one["quarter_id"]]), self.ground.quarters)[0])
        return joined(rows, Persons.one(code, one, cell), where)

    def _living_in(self, keys: Sequence[int]) -> Int64:
        """Addresses in some cells."""
        if not keys:
            return np.empty(0, dtype=np.int64)
        later = self.at[(self.at >= self.ground.n) & np.isin(self.over.cell, keys)]
        nobody = np.empty(0, dtype=np.int64)
        return np.concatenate([later, *(self.ground.by_cell.get(key, nobody) for key in keys)])

    def quarters_touched(self, other: Tally) -> list[int]:
        """Numbers of the quarters with any other count than in another tally of the same ground."""
        differs = [(a != b).any(axis=1) for a, b in zip(self._parts(), other._parts(), strict=True)]
        return [int(code) for code in np.flatnonzero(np.logical_or.reduce(differs))]

    def _parts(self) -> tuple[Int64, Int64, Int64]:
        return self.sums, self.tops, self.bottoms

    def table(self, codes: Collection[int] | None = None) -> pd.DataFrame:
        """One row per quarter, by id: judged residents, every lack (share, residents, completeness), several for
        k = 1..4 (share, min, max) and `several_residents` with k known lacks, every mean. NaN where not known.

        Parameters
            codes : numbers of the quarters, all by default.
        """
        chosen = list(range(len(self.ground.quarters))) if codes is None else list(codes)
        return self._with_means(counted_table(self.sums[chosen], self.ground.rule), chosen)

    def total(self) -> pd.DataFrame:
        """The same as `table` in one row for all addresses inside the boundary, without the means and the bounds."""
        return _without_bounds(counted_table(self.sums.sum(axis=0)[None, :], self.ground.rule))

    def _with_means(self, told: pd.DataFrame, codes: list[int]) -> pd.DataFrame:
        names = pd.Index([self.ground.quarters[code] for code in codes], name="quarter_id")
        top, bottom = self.tops[codes], self.bottoms[codes]
        means = np.where(bottom > 0, top / np.maximum(bottom, 1), np.nan)
        medians = np.array([self._median(code) for code in codes], dtype=np.float64)
        more = np.column_stack([told.to_numpy(dtype=np.float64), means, medians])
        return pd.DataFrame(more, index=names, columns=[*told.columns, *MEANT, "green_m2_per_resident"])

    def _median(self, code: int) -> float:
        later = self.at[(self.at >= self.ground.n) & (self.over.quarter == code)]
        here = self.take(np.concatenate([self.ground.by_quarter[code], later]))
        values = here.column("green_m2_per_resident")
        weights = np.where(here.counted, here.micro, 0)
        return float(weighted_median(values, weights, np.zeros(len(weights), dtype=np.int64), 1)[0])


Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


def compared(before: Tally, after: Tally, codes: list[int]) -> Tables:
    """`Tally.table` of some quarters before and after, and `Tally.total` of both."""
    n, both = len(codes), (before, after)
    sums = [tally.sums[codes] for tally in both] + [tally.sums.sum(axis=0)[None, :] for tally in both]
    told = counted_table(np.concatenate(sums), after.ground.rule)
    one, other = (tally._with_means(told.iloc[at * n : (at + 1) * n], codes) for at, tally in enumerate(both))
    was, now = (_without_bounds(told.iloc[[2 * n + at]].reset_index(drop=True)) for at in (0, 1))
    return one, other, was, now


def counting_columns() -> list[str]:
    """The names of the columns of `Tally.sums`."""
    return list(_columns)


def _without_bounds(told: pd.DataFrame) -> pd.DataFrame:
    return told[[name for name in told.columns if not str(name).endswith(("_min", "_max"))]]


def counted_table(counts: Int64, rule: Counting) -> pd.DataFrame:
    """Rows of `Tally.sums` as shares and persons."""
    sums = dict(zip(_columns, counts.T, strict=True))
    judged = sums["judged"].astype(np.float64)
    told: dict[str, Floats] = {"residents_judged": judged / MICRO}
    for name in EVERY_LACK:
        known, people = (sums[column].astype(np.float64) for column in (f"known_{name}", name))
        told[f"{name}_share"] = np.where(known > 0, people / np.maximum(known, 1), np.nan)
        told[f"{name}_residents"] = np.where(known > 0, people / MICRO, np.nan)
        told[f"{name}_completeness"] = np.where(judged > 0, known / np.maximum(judged, 1), np.nan)
    for k in counting.KS:
        share = counting.several_columns(sums, k, enough=rule.enough)
        told |= {f"several_k{k}_share{end}": share[part] for part, end in _PARTS.items()}
    told["several_known_residents"] = sums[f"h{rule.k}_known"].astype(np.float64) / MICRO
    return pd.DataFrame(told)


def _offered(area: Area, rows: Persons, keys: Sequence[int]) -> Persons:
    """The rows, those in some cells with the internet offer that these have."""
    share = area.cells.set_index("cell_key")["internet_offer_share"].reindex(rows.cell).to_numpy(dtype=np.float64)
    own = VALUES.index("internet_offer_share")
    share = np.where(np.isin(rows.cell, keys), share, rows.column(VALUES[own]))
    columns = [share if at == own else rows.column(name) for at, name in enumerate(VALUES)]
    return replace(rows, values=np.column_stack(columns))


def _means(persons: Persons, n: int) -> tuple[Int64, Int64]:
    """Per quarter the weighted values and the weights of every mean, as `index.means.weighted_mean` sums them."""
    weights = np.where(persons.counted, persons.micro, 0)[:, None]
    values = np.column_stack([persons.column(name) for name in MEANT])
    known = ~np.isnan(values) & (weights > 0)
    tops, bottoms = np.zeros((2, n, len(MEANT)), dtype=np.int64)
    np.add.at(tops, persons.quarter, np.rint(np.where(known, values, 0.0) * weights).astype(np.int64))
    np.add.at(bottoms, persons.quarter, weights * known)
    return tops, bottoms


def _codes(quarter_ids: pd.Series, quarters: Sequence[str]) -> Int64:
    found = pd.Index(quarters).get_indexer(pd.Index(quarter_ids.astype(object)))
    return np.asarray(np.maximum(found, 0), dtype=np.int64)


def _positions(keys: Int64) -> dict[int, Int64]:
    found, of_row = np.unique(keys, return_inverse=True)
    order = np.argsort(of_row, kind="stable")
    parts = np.split(order, np.searchsorted(of_row[order], np.arange(1, len(found))))
    return dict(zip(found.tolist(), parts, strict=False))


_PARTS = {"min": "_min", "central": "", "max": "_max"}
_columns: tuple[str, ...] = tuple(map(str, counting.unit_sums(
    no_persons(0).people(), np.empty(0, dtype=np.int64), 0, parts=False
).columns))  # fmt: skip
