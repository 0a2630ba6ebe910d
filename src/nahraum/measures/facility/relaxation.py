"""How much can be covered at most: the linear relaxation of covering, by shares of sites and prices of demand.

References
    Chambolle, A., Pock, T. (2011). A first-order primal-dual algorithm for convex problems with applications to
    imaging. Journal of Mathematical Imaging and Vision 40. Pock, T., Chambolle, A. (2011). Diagonal preconditioning for
    first order primal-dual algorithms in convex optimization. ICCV. Applegate, D., et al. (2021). Practical large-scale
    linear programming using primal-dual hybrid gradient. NeurIPS 34 (restarts, weight of the two sides).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.measures.facility.model import Served
from nahraum.measures.model import Floats, Int64

_EVERY, _LONGEST = 20, 1000  # rounds between two looks at the gap, and before a restart at the latest
_MUCH, _ENOUGH = 0.2, 0.7  # of the gap at the last restart: restart at once, or where it grows again
_MOST_ROUNDS = 4000  # a first-order method comes no nearer in reasonable time; HiGHS does the rest
_CLOSE = 0.02  # of what is open between the bound and the best choice: what the relaxation may leave open itself


@dataclass(frozen=True, eq=False)
class Relaxed:
    """bound : no choice costs less. price : of each demand, that prove it. share : how far each site is chosen.
    seen : pairs looked at."""

    bound: float
    price: Floats
    share: Floats
    seen: int


@dataclass(frozen=True, eq=False)
class _Point:
    share: Floats
    price: Floats
    cover: Floats
    worth: Floats

    def parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.share, self.price, self.cover, self.worth

    def over(self, n: int) -> _Point:
        return _Point(*(one / n for one in self.parts()))

    def copy(self) -> _Point:
        return _Point(*(one.copy() for one in self.parts()))


def cover_relaxation(
    served: Served, state: Int64, p: int, *, price: Floats, best: float, enough: float, effort: int
) -> Relaxed:  # fmt: skip
    """The bound of the relaxation, as near as the effort goes.

    Parameters
        served : all costs 0. price : to begin with. best : cost of the best choice known. enough : a bound that is
        enough. effort : pairs that may be looked at.

    Notes
        The mean of the rounds is tried beside the last one; from the better of them the method starts anew when the
        gap has become much smaller. Either gives a bound that holds: that of the Lagrangian at its prices.
    """
    from nahraum.measures.facility import cover_kernels as kernels

    now = _begun(served, state, p, price)
    found, held, weight, seen = (-np.inf, now.price, now.share), (now.copy(), np.inf), 1.0, 0
    pairs = max(1, 2 * len(served.site))
    by_demand, by_site = (served.start, served.site), (served.site_start, served.demand)
    effort = min(effort, _MOST_ROUNDS * pairs)
    while seen < effort:
        total, n, before, least = _nothing(now), 0, np.inf, np.inf
        while True:
            kernels.rounds_of(
                *by_demand, *by_site, served.far, state, p, weight, now.parts(), total.parts(), _EVERY
            )  # fmt: skip
            n, seen = n + _EVERY, seen + _EVERY * pairs
            tried = [(*_values(served, state, p, one), one) for one in (total.over(n), now)]
            found = max([found, *((low, one.price, one.share) for low, _, one in tried)], key=lambda one: one[0])
            low, high, better = min(tried, key=lambda one: one[1] - one[0])
            before, least = least, high - low
            much = least < _MUCH * held[1] or (least < _ENOUGH * held[1] and least > before)
            if much or n >= _LONGEST or seen >= effort:
                break
        if found[0] >= enough or high - found[0] <= _CLOSE * max(best - found[0], 1e-6 * abs(best)):
            break
        weight, now = _rebalanced(served, weight, held[0], better), better.copy()
        held = now.copy(), least
    return Relaxed(float(found[0]), found[1].copy(), found[2].copy(), seen)


def _begun(served: Served, state: Int64, p: int, price: Floats) -> _Point:
    from nahraum.measures.facility import cover_kernels as kernels

    free = max(1, int((state == 0).sum()))
    share = np.where(state == 0, (p - (state == 1).sum()) / free, np.maximum(state, 0)).astype(np.float64)
    now = _Point(share, price.copy(), np.empty(served.n_demand), np.empty(served.n_sites))
    kernels.sums_of(served.start, served.site, share, now.cover)
    kernels.sums_of(served.site_start, served.demand, now.price, now.worth)
    return now


def _nothing(like: _Point) -> _Point:
    return _Point(*(np.zeros_like(one) for one in like.parts()))


def _values(served: Served, state: Int64, p: int, one: _Point) -> tuple[float, float]:
    """The bound at these prices, and what these shares cost."""
    from nahraum.measures.facility import dual_kernels as kernels

    total = kernels.choose(-one.worth, state, p, np.empty(served.n_sites, dtype=np.bool_))[0]
    cost = float((served.far * np.maximum(0.0, 1.0 - one.cover)).sum())
    return float(one.price.sum() + total), cost


def _rebalanced(served: Served, weight: float, before: _Point, after: _Point) -> float:
    """How the steps of shares and prices are weighed, by how far both have come since the last restart."""
    count = np.diff(served.start)
    mass = np.bincount(served.site, weights=np.repeat(served.far, count), minlength=served.n_sites)
    far = np.where(served.far > 0, served.far, 1.0)
    shares = float(np.sqrt((mass * (after.share - before.share) ** 2).sum()))
    prices = float(np.sqrt((count * (after.price - before.price) ** 2 / far).sum()))
    return float(np.sqrt(weight * prices / shares)) if shares > 0 and prices > 0 else weight
