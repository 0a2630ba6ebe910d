"""The p sites that cover most people: maximal covering, proven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.facility.model import Choice, Served, checked_count, served_by_pairs
from nahraum.measures.facility.pmedian import EFFORT
from nahraum.measures.model import Floats, Int64
from nahraum.measures.programme.merging import same_sets, slices, summed

if TYPE_CHECKING:
    from nahraum.measures.facility.search import Search

_MOST_PAIRS = 1_000_000  # beyond these HiGHS does not solve even its first relaxation within minutes


@dataclass(frozen=True, eq=False)
class Covered:
    """Which sites cover which demand: pairs of numbers, and the weight of each demand. Each pair once.

    Demand that no site covers has no pair and counts in no choice.
    """

    demand: Int64
    site: Int64
    weight: Floats
    n_sites: int


def maximal_covering(
    covered: Covered, p: int, *, must: Sequence[int] = (), must_not: Sequence[int] = (), effort: int = EFFORT,
    seed: int = 0, seconds: float = 60.0,
) -> Choice:  # fmt: skip
    """The p sites that cover most weight.

    Parameters
        must, must_not, effort, seed : as `p_median` has them. seconds : of HiGHS, for what the bound does not settle.

    Returns
        `Choice`, its value the weight covered, its bound from above.

    Raises
        InputError where p sites cannot be chosen so, and for pairs that cannot be used.

    Notes
        A p-median with the costs 0 (covered) and 1 (not), its bound that of the linear relaxation (`relaxation`).
        Demand covered by the same sites is one demand first. What the bound does not settle is solved by HiGHS.

    References
        Church, R. L., ReVelle, C. S. (1974). The maximal covering location problem. Papers of the Regional Science
        Association 32; the same (1976). Theoretical and computational links between the p-median, location
        set-covering, and the maximal covering location problem. Geographical Analysis 8.
    """
    from nahraum.measures.facility.search import Search

    state = checked_count(p, covered.n_sites, must, must_not)
    groups = merged(covered)
    search = Search(as_served(groups), p, state, effort=effort, seed=seed, covering=True)
    node = search.prepare()
    proven = node.bound >= search.enough
    found = search.told(node.bound, proven=True) if proven else _rest(groups, search, node.bound, seconds)
    everything = float(groups.weight.sum())
    return replace(found, value=everything - found.value, bound=everything - found.bound)


def _rest(groups: Covered, search: Search, bound: float, seconds: float) -> Choice:
    """The search to its end by HiGHS, over the sites that are not settled and the demand that is not covered yet."""
    from nahraum.measures.programme.highs import OPTIMAL, maximised
    from nahraum.measures.programme.milp import Builder

    open_, free = search.state == 1, np.flatnonzero(search.state == 0)
    safe = np.zeros(len(groups.weight), dtype=bool)
    safe[groups.demand[open_[groups.site]]] = True
    number = np.full(groups.n_sites, -1)
    number[free] = np.arange(len(free))
    left = ~safe[groups.demand] & (number[groups.site] >= 0)
    if left.sum() > _MOST_PAIRS:
        return search.told(bound, proven=False)
    demand, of_pair = np.unique(groups.demand[left], return_inverse=True)
    few = merged(Covered(of_pair, number[groups.site[left]], groups.weight[demand], len(free)))
    builder, n = Builder(), len(few.weight)
    builder.columns(len(free), integer=True)
    columns = builder.columns(n)
    rows = np.concatenate([np.arange(n), few.demand])
    entries = np.concatenate([np.ones(n), -np.ones(len(few.demand))])
    builder.rows(rows, np.concatenate([columns, few.site]), entries, upper=0.0, n=n)
    builder.row(np.ones(len(free)), upper=float(search.p - open_.sum()))
    worth = np.concatenate([np.zeros(len(free)), few.weight])
    before = float(groups.weight[safe].sum())
    best = np.isin(free, search.best)
    reached = np.bincount(few.demand, weights=best[few.site], minlength=n) > 0
    start = np.concatenate([best, reached]).astype(np.float64)
    result = maximised(builder.program(), worth, before, start=start, seconds=seconds)
    if len(result.values):
        chosen = np.concatenate([np.flatnonzero(open_), free[result.values[: len(free)] > 0.5]])
        search.offer(search.filled(chosen))
    everything = float(groups.weight.sum())
    return search.told(max(bound, everything - result.bound), proven=result.status == OPTIMAL)


def merged(covered: Covered) -> Covered:
    """The same with demand that is covered by the same sites as one; demand covered by none is left out.

    Raises
        InputError for pairs that come twice or name what is not there, and for weights that are negative or no number.
    """
    demand, site = (np.asarray(one, dtype=np.int64) for one in (covered.demand, covered.site))
    weight = np.asarray(covered.weight, dtype=np.float64)
    _refuse(covered)
    order = np.lexsort((site, demand))
    demand, site = demand[order], site[order]
    if not len(demand):
        return Covered(demand, site, np.empty(0), covered.n_sites)
    first = np.flatnonzero(np.concatenate([[True], demand[1:] != demand[:-1]]))
    start = np.append(first, len(demand))
    leader, group = same_sets(start, (site,), ())
    new, at = slices(start, leader)
    of_pair = np.repeat(np.arange(len(leader)), np.diff(new))
    return Covered(of_pair, site[at], summed(weight[demand[first]], group, len(leader)), covered.n_sites)


def as_served(covered: Covered) -> Served:
    """The same as costs: 0 for who is covered, the weight for who is not."""
    pairs = covered.demand, covered.site, np.zeros(len(covered.demand))
    return served_by_pairs(pairs, (len(covered.weight), covered.n_sites), far=1.0, weight=covered.weight)


def _refuse(covered: Covered) -> None:
    demand, site = np.asarray(covered.demand, dtype=np.int64), np.asarray(covered.site, dtype=np.int64)
    weight, problems = np.asarray(covered.weight, dtype=np.float64), []
    if len(demand) != len(site):
        problems.append("demand and site of the pairs are not equally many")
    elif not (_inside(demand, len(weight)) and _inside(site, covered.n_sites)):
        problems.append("some pair names a demand or a site that is not there")
    elif len(np.unique(demand * np.int64(covered.n_sites) + site)) < len(demand):
        problems.append("some pairs come twice")
    if bad := int((~np.isfinite(weight) | (weight < 0)).sum()):
        problems.append(f"{bad} weights are negative or no finite number")
    if problems:
        raise InputError(
            "the table of who is covered from where cannot be used", where=problems,
            expected="each pair of demand and site once, weights of at least 0", fix="mend the table",
        )  # fmt: skip


def _inside(numbers: Int64, n: int) -> bool:
    return not len(numbers) or bool(numbers.min() >= 0 and numbers.max() < n)
