"""Whatever the table: no small count follows from what is left of it, and the exact way is never dearer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nahraum.errors import NahraumError
from nahraum.publish.controlled import controlled_rounding
from nahraum.publish.secondary import suppressed, task_of
from nahraum.publish.suppression_tables import Table, table_of

K = 3
QUICK = settings(max_examples=25, deadline=None)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Quarters in districts, by wave, with all totals in the table."""
    n_areas, n_waves = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    count = st.one_of(st.integers(0, 4), st.integers(0, 60))
    counts = {(f"Q{i}", f"w{w}"): float(draw(count)) for i in range(n_areas) for w in range(n_waves)}
    districts = draw(st.booleans())
    areas = {f"Q{i}": f"D{i % 2}" if districts else "city" for i in range(n_areas)}
    areas |= {"D0": "city", "D1": "city"} if districts else {}
    waves = {f"w{w}": "all" for w in range(n_waves)} if n_waves > 1 else {}
    whole = table_of(counts, [areas, waves])
    return table_of(dict(zip(whole.keys, whole.values.tolist(), strict=True)), [areas, waves])


def small(table: Table) -> np.ndarray:
    return (table.values > 0) & (table.values < K)


def reached(table: Table, hidden: np.ndarray, at: int) -> tuple[float, float]:
    """The attacker's interval by one programme over all numbers, written down once more without any shortcut."""
    spans = [(0, None) if gone else (value, value) for gone, value in zip(hidden, table.values, strict=True)]
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(table))
        cost[at] = sign
        found = linprog(cost, A_eq=table.relations.toarray(), b_eq=np.zeros(table.relations.shape[0]), bounds=spans)
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return ends[0], ends[1]


@QUICK
@given(tables())
def test_no_small_count_can_be_worked_out(table):
    primary = small(table)
    try:
        found = suppressed(table, primary, protection=float(K), exact_up_to=60)
    except NahraumError:
        assume(False)
        return
    assert found.hidden[primary].all()
    for at in np.flatnonzero(primary):
        low, high = reached(table, found.hidden, at)
        assert high - low >= K - 1e-6
        assert high >= K - 1e-6


@settings(max_examples=8, deadline=None)
@given(tables())
def test_the_exact_way_never_holds_back_more_than_the_heuristic(table):
    primary = small(table)
    for weights in (None, np.ones(len(table))):
        try:
            cheap = suppressed(table, primary, protection=float(K), weights=weights, exact_up_to=80)
            quick = suppressed(table, primary, protection=float(K), weights=weights, exact_up_to=0)
        except NahraumError:
            assume(False)
            return
        assert cheap.weight <= quick.weight + 1e-4
        task = task_of(table, primary, protection=float(K))
        assert task.short(quick.hidden) == []
        assert task.short(cheap.hidden) == []


@QUICK
@given(tables())
def test_the_exact_way_is_the_best_of_all_ways(table):
    primary = small(table)
    candidates = np.flatnonzero((table.values > 0) & ~primary)
    assume(primary.any() and len(candidates) <= 7)
    ones = np.ones(len(table))
    task = task_of(table, primary, protection=float(K), weights=ones)
    best = None
    for code in range(2 ** len(candidates)):
        hidden = primary.copy()
        hidden[candidates[[bool(code >> place & 1) for place in range(len(candidates))]]] = True
        if (best is None or hidden.sum() < best) and not task.short(hidden):
            best = int(hidden.sum())
    assume(best is not None)
    found = suppressed(table, primary, protection=float(K), weights=ones, exact_up_to=80)
    assert int(found.hidden.sum()) == best


@QUICK
@given(tables(), st.sampled_from([5, 10]))
def test_controlled_rounding_adds_up_and_stays_beside_each_count(table, base):
    rounded = controlled_rounding(table, base)
    assert np.abs(table.relations @ rounded).max(initial=0.0) == pytest.approx(0.0)
    assert np.abs(rounded - table.values).max() < base
    assert (rounded % base == 0).all()
    assert rounded[table.values % base == 0].tolist() == table.values[table.values % base == 0].tolist()
