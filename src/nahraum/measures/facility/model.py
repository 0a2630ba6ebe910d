"""What the location models are asked and what they answer: who can be served from where, and which sites are best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.measures.model import Bools, Floats, Int64

Ints = npt.NDArray[np.int32]
OPTIMAL, BOUNDED = "optimal", "bounded"


@dataclass(frozen=True, eq=False)
class Served:
    """Which demand each site can serve at which cost, sparse: by demand, cheapest first, and once more by site.

    start, site, cost : pairs of each demand, cost already times its weight; equal costs by number of the site.
    site_start, demand, site_cost : the same pairs of each site, by number of the demand.
    far : what a demand costs that no chosen site serves. No pair costs more.
    whole : all costs are whole numbers, so bounds can be rounded up.
    """

    start: Int64
    site: Ints
    cost: Floats
    site_start: Int64
    demand: Ints
    site_cost: Floats
    far: Floats
    whole: bool

    @property
    def n_demand(self) -> int:
        """How many points of demand."""
        return len(self.far)

    @property
    def n_sites(self) -> int:
        """How many sites."""
        return len(self.site_start) - 1

    def without(self, closed: Bools) -> Served:
        """The same without the pairs of some sites; numbers of sites stay."""
        kept, kept_by_site = ~closed[self.site], ~np.repeat(closed, np.diff(self.site_start))
        return replace(
            self, start=_starts_kept(self.start, kept), site=self.site[kept], cost=self.cost[kept],
            site_start=_starts_kept(self.site_start, kept_by_site), demand=self.demand[kept_by_site],
            site_cost=self.site_cost[kept_by_site],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Choice:
    """Chosen sites and how good they are known to be, in the stated model.

    sites : numbers of the chosen sites, sorted. value : what the model counts: cost, or weight covered.
    bound : no choice is better than this. gap : distance of value and bound as a share of the larger one.
    status : optimal (proven) | bounded. nodes : parts of the search; seen : pairs looked at, the unit of its effort.
    """

    sites: tuple[int, ...]
    value: float
    bound: float
    status: str
    nodes: int = 0
    seen: int = 0

    @property
    def gap(self) -> float:
        """How far the best possible is at most, as a share."""
        most = max(abs(self.value), abs(self.bound))
        return 0.0 if self.status == OPTIMAL or most == 0 else abs(self.value - self.bound) / most


def served_by_matrix(cost: Floats, weight: Floats | None = None) -> Served:
    """`Served` of a full table: a row per demand, a column per site, inf where a site cannot serve.

    Raises
        InputError for costs or weights that are negative or no numbers, and where somebody can be served from nowhere.
    """
    table = np.asarray(cost, dtype=np.float64)
    if table.ndim != 2 or not table.size or np.isnan(table).any():
        raise _unusable("the table of costs holds no number in some place, or nothing at all")
    demand, site = np.nonzero(np.isfinite(table))
    if len(np.unique(demand)) < len(table):
        raise _unusable("some demand can be served from no site, so its cost is not known")
    far = np.where(np.isfinite(table), table, -np.inf).max(axis=1)
    return served_by_pairs((demand, site, table[demand, site]), table.shape, far=far, weight=weight)


def served_by_pairs(
    pairs: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike], shape: tuple[int, int], *, far: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
) -> Served:  # fmt: skip
    """`Served` of sparse pairs.

    Parameters
        pairs : number of the demand, number of the site, cost for one unit of weight; each pair once.
        shape : how many demands and sites. far : cost of one unit that no chosen site serves, one or per demand.
        weight : of each demand; 1 by default.

    Raises
        InputError for negative or missing values, numbers beyond the shape, and pairs that come twice.
    """
    (demand, site), costs = (np.asarray(one, dtype=np.int64) for one in pairs[:2]), np.asarray(pairs[2], dtype=float)
    n, m = shape
    weights = np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64)
    fars = np.broadcast_to(np.asarray(far, dtype=np.float64), (n,))
    if problems := _problems(demand, site, costs, weights, fars, shape):
        raise _unusable(problems)
    near = costs < fars[demand]
    demand, site, costs = demand[near], site[near], costs[near] * weights[demand[near]]
    order, by_site = np.lexsort((site, costs, demand)), np.lexsort((demand, site))
    whole = bool((costs == np.rint(costs)).all() and (fars * weights == np.rint(fars * weights)).all())
    return Served(
        _starts(demand, n), site[order].astype(np.int32), costs[order], _starts(site, m),
        demand[by_site].astype(np.int32), costs[by_site], fars * weights, whole,
    )  # fmt: skip


def checked_count(p: int, n_sites: int, must: Sequence[int], must_not: Sequence[int]) -> Int64:
    """State of each site (1 must, -1 must not, 0 free) where p of them can be chosen.

    Raises
        InputError where p sites cannot be chosen so, with everything that is wrong.
    """
    known = range(n_sites)
    problems = [f"site {one} is not among the {n_sites}" for one in (*must, *must_not) if one not in known]
    problems += [f"site {one} must and must not be chosen" for one in sorted(set(must) & set(must_not))]
    left = n_sites - len(set(must_not))
    if p < 1 or p > left:
        problems.append(f"{p} sites are to be chosen, and {left} may be")
    if len(set(must)) > p:
        problems.append(f"{len(set(must))} sites must be chosen, and only {p} are to be")
    if problems:
        raise InputError(
            "this choice of sites is not possible", where=problems,
            expected="at least as many sites as are to be chosen, and no site both demanded and forbidden",
            fix="change the number of sites or the demands",
        )  # fmt: skip
    state = np.zeros(n_sites, dtype=np.int64)
    state[list(must)], state[list(must_not)] = 1, -1
    return state


def _problems(
    demand: Int64, site: Int64, cost: Floats, weight: Floats, far: Floats, shape: tuple[int, int]
) -> list[str]:
    n, m = shape
    found = []
    if not len(demand) == len(site) == len(cost):
        return ["demand, site and cost of the pairs are not equally many"]
    if len(weight) != n:
        found.append(f"{len(weight)} weights for {n} points of demand")
    if ((demand < 0) | (demand >= n)).any() or ((site < 0) | (site >= m)).any():
        found.append("some pair names a demand or a site that is not there")
    for name, values in (("cost", cost), ("weight", weight), ("far", far)):
        if bad := int((~np.isfinite(values) | (values < 0)).sum()):
            found.append(f"{name}: {bad} values are negative or no finite number")
    if not found and len(np.unique(demand * m + site)) < len(demand):
        found.append("some pairs come twice")
    return found


def _unusable(problems: str | list[str]) -> InputError:
    return InputError(
        "the table of who can be served from where cannot be used", where=problems,
        expected="finite costs and weights of at least 0, each pair of demand and site once", fix="mend the table",
    )  # fmt: skip


def _starts(number: Int64, n: int) -> Int64:
    return np.concatenate([[0], np.cumsum(np.bincount(number, minlength=n))]).astype(np.int64)


def _starts_kept(start: Int64, kept: Bools) -> Int64:
    before = np.concatenate([[0], np.cumsum(kept)])
    return np.asarray(before[start], dtype=np.int64)
