"""The p sites that serve most people when each site can take only so many: capacitated maximal covering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.facility.coverage import Covered, merged
from nahraum.measures.facility.model import BOUNDED, OPTIMAL, Choice, checked_count
from nahraum.measures.model import Bools, Floats, Int64

if TYPE_CHECKING:
    from nahraum.measures.programme.milp import Program

_STRONG_PAIRS = 60_000  # up to here every pair is tied to its site: a better bound for a larger model
_SAME = 1e-6  # relative; what HiGHS takes for equal


@dataclass(frozen=True, eq=False)
class Allotted:
    """A choice of sites, and how much weight each of them serves."""

    choice: Choice
    load: Floats


def capacitated_covering(
    covered: Covered, capacity: Floats, p: int, *, must: Sequence[int] = (), must_not: Sequence[int] = (),
    seconds: float = 60.0, gap: float = 0.0,
) -> Allotted:  # fmt: skip
    """The p sites that serve most weight, none more than its capacity.

    Parameters
        capacity : most weight that each site can serve.
        must, must_not : numbers of sites that are, and that are not, to be chosen.
        seconds : of the exact search; gap : relative gap at which it may stop.

    Returns
        `Allotted`; the value of its choice is the weight served, its bound is from above.

    Raises
        InputError where p sites cannot be chosen so, and for capacities that cannot be used.

    Notes
        A point of demand is a group of people: it may be divided among sites. Then demand that is covered by the same
        sites can be merged without any loss, and a chosen set is served by a maximal flow. Exact by HiGHS, started from
        a greedy choice.

    References
        Current, J. R., Storbeck, J. E. (1988). Capacitated covering models. Environment and Planning B 15.
    """
    state = checked_count(p, covered.n_sites, must, must_not)
    _refuse(capacity, covered.n_sites)
    groups = merged(covered)
    if not len(groups.demand):
        sites = np.sort(np.argsort(-state, kind="stable")[:p])
        return Allotted(Choice(tuple(sites.tolist()), 0.0, 0.0, OPTIMAL), np.zeros(covered.n_sites))
    start = greedy_choice(groups, capacity, state, p)
    return _solved(groups, np.asarray(capacity, dtype=np.float64), (state, p, start), seconds=seconds, gap=gap)


def greedy_choice(groups: Covered, capacity: Floats, state: Int64, p: int) -> Int64:
    """p sites one after the other, each time the one that can serve most of what is still unserved; ties by number."""
    left = groups.weight.copy()
    order = np.argsort(groups.site, kind="stable")
    demand = groups.demand[order]
    start = np.searchsorted(groups.site[order], np.arange(groups.n_sites + 1))
    possible = state >= 0
    chosen: list[int] = []
    for _ in range(p):
        within = np.bincount(groups.site, weights=left[groups.demand], minlength=groups.n_sites)
        gain = np.where(possible, np.minimum(within, capacity), -1.0) + (state == 1) * possible * left.sum()
        at = int(np.argmax(gain))
        chosen.append(at)
        possible[at] = False
        mine = demand[start[at] : start[at + 1]]
        until = np.minimum(np.cumsum(left[mine]), capacity[at])
        left[mine] -= np.diff(until, prepend=0.0)
    return np.sort(np.array(chosen, dtype=np.int64))


def _solved(
    groups: Covered, capacity: Floats, given: tuple[Int64, int, Int64], *, seconds: float, gap: float
) -> Allotted:
    from nahraum.measures.programme import highs

    state, p, start = given
    n = groups.n_sites
    most = np.minimum(groups.weight[groups.demand], capacity[groups.site])
    worth = np.concatenate([np.zeros(n), most])
    begin = np.isin(np.arange(n), start).astype(np.float64)
    program = _program(groups, capacity, most, (state, p))
    found = highs.maximised(program, worth, start=begin, seconds=seconds, gap=gap)
    if not len(found.values):
        return Allotted(Choice(tuple(start.tolist()), 0.0, float(groups.weight.sum()), BOUNDED), np.zeros(n))
    sites = np.flatnonzero(found.values[:n] > 0.5)
    load = np.bincount(groups.site, weights=found.values[n:] * most, minlength=n).astype(np.float64)
    served = float(load.sum())
    bound = max(found.bound, served)
    proven = found.status == highs.OPTIMAL and bound - served <= _SAME * max(1.0, served)
    bound = served if proven else bound
    return Allotted(Choice(tuple(sites.tolist()), served, bound, OPTIMAL if proven else BOUNDED), load)


def _program(groups: Covered, capacity: Floats, most: Floats, given: tuple[Int64, int]) -> Program:
    """Columns: each site, then how much of the most possible is served over each pair.

    Rows: which sites, how many of them, what each demand has, what each site holds, pairs only of chosen sites.
    """
    from nahraum.measures.programme.milp import Builder

    (state, p), n, pairs, many = given, groups.n_sites, len(groups.demand), len(groups.weight)
    builder = Builder()
    sites, columns = builder.columns(n, integer=True), builder.columns(pairs)
    wanted, allowed = (state == 1).astype(np.float64), (state >= 0).astype(np.float64)
    builder.rows(np.arange(n), sites, np.ones(n), lower=wanted, upper=allowed, n=n)
    builder.row(np.ones(n), lower=float(p), upper=float(p))
    builder.rows(groups.demand, columns, most, upper=groups.weight, n=many)
    loads = np.concatenate([most, -capacity])
    builder.rows(np.concatenate([groups.site, sites]), np.concatenate([columns, sites]), loads, upper=0.0, n=n)
    strong = np.arange(pairs if pairs <= _STRONG_PAIRS else 0)
    both = np.concatenate([columns[strong], groups.site[strong]])
    signs = np.repeat([1.0, -1.0], len(strong))
    builder.rows(np.concatenate([strong, strong]), both, signs, upper=0.0, n=len(strong))
    return builder.program()


def _refuse(capacity: Floats, n_sites: int) -> None:
    values = np.asarray(capacity, dtype=np.float64)
    bad: Bools = ~np.isfinite(values) | (values < 0)
    if len(values) != n_sites or bad.any():
        raise InputError(
            "the capacities of the sites cannot be used",
            where=f"{len(values)} capacities for {n_sites} sites, {int(bad.sum())} negative or no finite number",
            expected="one finite capacity of at least 0 per site", fix="mend the capacities",
        )  # fmt: skip
