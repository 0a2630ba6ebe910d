"""The p sites that serve most people when each site can take only so many: capacitated maximal covering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.facility.coverage import Covered, merged
from nahraum.measures.facility.model import OPTIMAL, Choice, checked_count
from nahraum.measures.facility.pmedian import EFFORT
from nahraum.measures.model import Bools, Floats, Int64

if TYPE_CHECKING:
    from nahraum.measures.facility.room_search import RoomSearch
    from nahraum.measures.programme.highs import Solved
    from nahraum.measures.programme.milp import Program

_FEW_PAIRS = 20_000  # up to here HiGHS solves what is left, every pair tied to its site
_KERNELS = (2, 3)  # times p: sites among which a better choice is looked for
_NEAR = 0.002  # of all demand open between bound and choice: more than that branches do not close
_SAME = 1e-6  # relative; what HiGHS takes for equal


@dataclass(frozen=True, eq=False)
class Allotted:
    """A choice of sites, and how much weight each of them serves."""

    choice: Choice
    load: Floats


def capacitated_covering(
    covered: Covered, capacity: Floats, p: int, *, must: Sequence[int] = (), must_not: Sequence[int] = (),
    effort: int = EFFORT, seed: int = 0, seconds: float = 60.0,
) -> Allotted:  # fmt: skip
    """The p sites that serve most weight, none more than its capacity.

    Parameters
        capacity : most weight that each site can serve.
        must, must_not, effort, seed : as `p_median` has them. seconds : of HiGHS for the rest, half of it for
            each of the kernels.

    Returns
        `Allotted`; the value of its choice is the weight served, its bound is from above.

    Raises
        InputError where p sites cannot be chosen so, and for capacities that cannot be used.

    Notes
        A point of demand is a group of people: it may be divided among sites. Then demand that is covered by the same
        sites can be merged without any loss, and a chosen set is served by a maximal flow, which is mended when a site
        is exchanged. The bound is the Lagrangian of "nobody is served twice"; a site then is a fractional knapsack.
        Among the sites that are worth most at its prices HiGHS looks for a better choice (kernel search), which
        settles more sites. What is left is solved by HiGHS where these are few pairs, else by branch and bound where
        little is open.

    References
        Current, J. R., Storbeck, J. E. (1988). Capacitated covering models. Environment and Planning B 15. Pirkul, H.,
        Schilling, D. A. (1991). The maximal covering location problem with capacities on total workload. Management
        Science 37 (the same relaxation, with undivided demand). Guastaroba, G., Speranza, M. G. (2014). A heuristic for
        BILP problems: the single source capacitated facility location problem. EJOR 238 (kernel search).
    """
    from nahraum.measures.facility.room_search import RoomSearch

    state = checked_count(p, covered.n_sites, must, must_not)
    _refuse(capacity, covered.n_sites)
    groups, room = merged(covered), np.asarray(capacity, dtype=np.float64)
    if not len(groups.demand):
        sites = np.sort(np.argsort(-state, kind="stable")[:p])
        return Allotted(Choice(tuple(sites.tolist()), 0.0, 0.0, OPTIMAL), np.zeros(covered.n_sites))
    found = _searched(groups, RoomSearch(groups, room, p=p, state=state, effort=effort, seed=seed), seconds)
    load = RoomSearch(groups, room, p=p, state=state, effort=effort).allotted(np.array(found.sites))[0]
    everything = float(groups.weight.sum())
    return Allotted(replace(found, value=everything - found.value, bound=everything - found.bound), load)


def _searched(groups: Covered, search: RoomSearch, seconds: float) -> Choice:
    """A choice and a bound; a better choice among the promising sites, by which more of them are settled; the rest."""
    node = search.prepare()
    if node.bound >= search.enough:
        return search.told(node.bound, proven=True)
    kernels = [times * search.p for times in _KERNELS if times * search.p < (search.state >= 0).sum()]
    for n in kernels:
        _exact(groups, search, search.promising(node, n), seconds / 2)
    node = search.again(node) if kernels else node
    if node.bound >= search.enough:
        return search.told(node.bound, proven=True)
    solved = _exact(groups, search, search.state >= 0, seconds)
    everything = float(groups.weight.sum())
    if solved is None:
        near = search.upper - node.bound <= _NEAR * everything
        return search.searched(node) if near else search.told(node.bound, proven=False)
    bound = max(node.bound, everything - solved.bound)
    same = solved.status == OPTIMAL and search.upper - bound <= _SAME * max(1.0, everything)
    return search.told(bound, proven=same or bound >= search.enough)


def _exact(groups: Covered, search: RoomSearch, sites: Bools, seconds: float) -> Solved | None:
    """HiGHS over some of the sites; its choice is offered. None where these have too many pairs.

    Demand that the same of these sites cover is one: few sites leave few groups.
    """
    from nahraum.measures.programme.highs import maximised

    left = sites[groups.site]
    few = merged(Covered(groups.demand[left], groups.site[left], groups.weight, groups.n_sites))
    if len(few.demand) > _FEW_PAIRS:
        return None
    most = np.minimum(few.weight[few.demand], search.room[few.site])
    worth = np.concatenate([np.zeros(groups.n_sites), most])
    begin = np.isin(np.arange(groups.n_sites), search.best).astype(np.float64)
    state = np.where(sites, search.state, -1)
    solved = maximised(_program(few, search.room, most, (state, search.p)), worth, start=begin, seconds=seconds)
    if len(solved.values):
        search.offer(np.flatnonzero(solved.values[: groups.n_sites] > 0.5))
    return solved


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
    every = np.arange(pairs)
    both, signs = np.concatenate([columns, groups.site]), np.repeat([1.0, -1.0], pairs)
    builder.rows(np.concatenate([every, every]), both, signs, upper=0.0, n=pairs)
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
