"""What each site would change for whom, alone: asked of the access engine, site by site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from nahraum.errors import InputError
from nahraum.indicators.rules import read_rules
from nahraum.measures.lacking import counted_services
from nahraum.measures.model import PARTS, Demand, Effects, Floats, Int64, Site
from nahraum.measures.newcomers import Newcomers
from nahraum.scenario.edits import Edit, InternetOfferChanged
from nahraum.scenario.reached import Ids, Reached, reached_since
from nahraum.scenario.state import StudyState

Told = Callable[[int, int], None]
_INTERNET = PARTS.index("internet")
_MOST_TOLD = 5


def effects_of(
    state: StudyState, demand: Demand, sites: Sequence[Site], *, progress: Told | None = None
) -> Effects:  # fmt: skip
    """What each site changes at the addresses it reaches, the others not being built.

    Parameters
        state : the study, or the study with measures that stand already; it is left as it is.
        demand : `demand_of` the same state.
        progress : is told how many sites are done, of how many.

    Returns
        One block per site in the order given; what a site leaves as it is has no record.

    Raises
        InputError that names every site with an edit that does not fit the study.

    Notes
        Exact for each site alone: its edits are made, what its people reach is read off, and they are taken back.
    """
    rules = read_rules(state.parameters)
    rows, newcomers = _RowsOf.demand(demand), Newcomers.of(state, rules)
    found: list[tuple[Int64, Floats]] = []
    moving, seconds, wrong = np.zeros((2, len(sites))), np.zeros(len(sites)), []
    for at, site in enumerate(sites):
        began = perf_counter()
        try:
            tried = _built(state, site.edits)
        except InputError as why:
            wrong.append(f"site {site.site_id!r}: {why.what}" + (f" ({why.where[0]})" if why.where else ""))
            continue
        ids, now = reached_since(tried, state, rules)
        now = replace(now, within=counted_services(now.within, rules))
        found.append(_changes(demand, rows, (ids, now), tried.log[len(state.log) :]))
        moving[:, at] = newcomers.moving_in(tried)
        seconds[at] = perf_counter() - began
        if progress:
            progress(at + 1, len(sites))
    if wrong:
        raise InputError(
            f"{len(wrong)} of {len(sites)} sites do not fit the study", where=wrong[:_MOST_TOLD],
            expected="sites whose edits can be made on the study as it is",
            fix="correct or leave out these sites; 'nahraum plan' takes those of the data from the study itself",
        )  # fmt: skip
    names, start = tuple(site.site_id for site in sites), np.cumsum([0, *(len(row) for row, _ in found)])
    return Effects(names, start.astype(np.int64), *_joined(found), moving[0], moving[1], seconds)


def _joined(found: Sequence[tuple[Int64, Floats]]) -> tuple[Int64, Floats]:
    """Rows and changes of all sites, one after the other."""
    rows, changes = [np.empty(0, dtype=np.int64)], [np.empty((0, len(PARTS)))]
    for row, change in found:
        rows.append(row)
        changes.append(change)
    return np.concatenate(rows), np.concatenate(changes)


def _built(state: StudyState, edits: Sequence[Edit]) -> StudyState:
    tried = state.branch()
    for edit in edits:
        tried.apply(edit)
    return tried


@dataclass(frozen=True, eq=False)
class _RowsOf:
    """Where the groups of an address stand in `Demand`: the first, and how many (0 to 2)."""

    place: dict[str, int]
    first: Int64
    number: Int64
    by_cell: dict[int, Int64]

    @staticmethod
    def demand(demand: Demand) -> _RowsOf:
        _, first, number = np.unique(demand.row, return_index=True, return_counts=True)
        place = {name: at for at, name in enumerate(demand.address_id[first].tolist())}
        cells, start = np.unique(np.sort(demand.cell), return_index=True)
        parts = np.split(np.argsort(demand.cell, kind="stable"), start[1:])
        return _RowsOf(place, first, number, dict(zip(cells.tolist(), parts, strict=False)))

    def of(self, ids: Sequence[str]) -> tuple[Int64, Int64]:
        """Rows of some addresses, and which of the addresses each is of; those where nobody is counted have none."""
        place = np.fromiter((self.place.get(name, -1) for name in ids), dtype=np.int64, count=len(ids))
        known = np.flatnonzero(place >= 0)
        number = self.number[place[known]]
        of = np.repeat(known, number)
        within = np.arange(len(of)) - np.repeat(np.cumsum(number) - number, number)
        return np.repeat(self.first[place[known]], number) + within, of


def _changes(
    demand: Demand, rows: _RowsOf, after: tuple[Ids, Reached], edits: Sequence[Edit]
) -> tuple[Int64, Floats]:  # fmt: skip
    """Rows of `Demand` that have anything else than before, ascending, and their change."""
    ids, now = after
    row, of = rows.of(ids.tolist())
    offered = _offered(edits, demand, rows)
    every = np.union1d(row, offered[0])
    change = np.zeros((len(every), len(PARTS)))
    change[np.searchsorted(every, row), :_INTERNET] = _access_change(demand, row, now, of)
    change[np.searchsorted(every, offered[0]), _INTERNET] = offered[1]
    other = change.any(axis=1)
    return every[other], change[other]


def _access_change(demand: Demand, row: Int64, now: Reached, of: Int64) -> Floats:
    before = np.column_stack([demand.within[row], demand.green_access[row]])
    after = np.column_stack([now.within[of], now.green_access[of]])
    flags = (after == 1).astype(np.float64) - (before == 1)
    more_m2 = now.green_m2[of] - demand.green_m2[row]
    return np.column_stack([flags, np.nan_to_num(more_m2, nan=0.0)])


def _offered(edits: Sequence[Edit], demand: Demand, rows: _RowsOf) -> tuple[Int64, Floats]:
    """Rows whose internet offer is another, ascending, and the change of the share without one."""
    made = [edit for edit in edits if isinstance(edit, InternetOfferChanged)]
    empty = np.empty(0, dtype=np.int64)
    held = [rows.by_cell.get(key, empty) for edit in made for key in edit.cell_keys()]
    row = np.unique(np.concatenate([empty, *held]))
    lacking = demand.internet[row]
    for edit in made:
        meant = np.isin(demand.cell[row], edit.cell_keys())
        offered = np.array([1.0 - edit.offered(1.0 - one) for one in lacking.tolist()])
        lacking = np.where(meant, offered, lacking)
    return row, np.nan_to_num(lacking - demand.internet[row], nan=0.0)
