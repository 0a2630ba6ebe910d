"""Best p sites, proven: prices give a bound and settle most sites, what is left is searched by branch and bound."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from nahraum.measures.facility.model import BOUNDED, OPTIMAL, Choice, Ints, Served
from nahraum.measures.model import Floats, Int64

_SHAKES, _SHAKES_SHARE = 100, 0.1
_PATIENCE, _STEP = 25, 1.0
_NODE_ROUNDS, _NODE_PATIENCE, NODE_STEP = 80, 8, 0.3
_SAME = 1e-9  # costs that differ by less than this share are equal: sums are rounded


@dataclass(frozen=True, eq=False)
class Node:
    """A part of the search: what is decided, the prices of its bound, how often each site was chosen on the way."""

    bound: float
    state: Int64
    price: Floats
    often: Floats


class Search:
    """The search for the p sites that cost least.

    best, upper : the cheapest choice so far (numbers of sites, sorted) and its cost. seen : pairs looked at.
    covering : all costs are 0; the bound is then that of `cover_relaxation`.
    """

    def __init__(self, served: Served, p: int, state: Int64, *, effort: int, seed: int, covering: bool = False) -> None:
        self.served, self.p, self.effort, self.seed, self.covering = served, p, effort, seed, covering
        self.state, self.allowed = state.copy(), state >= 0
        self.best, self.upper, self.seen, self.nodes = np.empty(0, dtype=np.int64), np.inf, 0, 0

    def prepare(self) -> Node:
        """A good choice, a bound, and the sites that both settle; the part of the search that is left."""
        self._first_choices()
        return self._root()

    def run(self) -> Choice:
        """The choice, with the bound that is proven when all is searched or the effort is spent."""
        return self.searched(self.prepare())

    def searched(self, root: Node) -> Choice:
        """The same from a part of the search on that is left."""
        heap = [(root.bound, 0, root)] if root.bound < self.enough else []
        while heap and self.seen < self.effort:
            _, _, node = heapq.heappop(heap)
            if node.bound >= self.enough:
                continue
            for number, child in enumerate(self._children(node)):
                if child.bound < self.enough:
                    heapq.heappush(heap, (child.bound, 2 * self.nodes + number, child))
        open_bounds = [bound for bound, _, _ in heap if bound < self.enough]
        bound = min(open_bounds, default=self.upper)
        return self.told(bound, proven=not open_bounds)

    def told(self, bound: float, *, proven: bool) -> Choice:
        """The best choice with a bound."""
        bound = float(np.ceil(bound - 1e-6)) if self.served.whole else bound
        sites, bound = tuple(self.best.tolist()), self.upper if proven else min(bound, self.upper)
        return Choice(sites, self.upper, bound, OPTIMAL if proven else BOUNDED, self.nodes, self.seen)

    @property
    def enough(self) -> float:
        """A bound from which on nothing better than the best choice can be found."""
        return self.upper - (1 - 1e-6 if self.served.whole else _SAME * self.upper)

    def offer(self, chosen: Int64) -> None:
        """Keeps a choice if it is cheaper than the best so far, after exchanging what can be exchanged."""
        from nahraum.measures.facility import swap_kernels as kernels

        chosen = chosen.copy()
        cost, seen = kernels.interchange(
            *self._by_demand(), *self._by_site(), self.served.far, self.state, chosen
        )  # fmt: skip
        self.seen += int(seen)
        if cost < self.upper:
            marks = np.zeros(self.served.n_sites, dtype=np.bool_)
            marks[chosen] = True
            cost = kernels.cost_of(*self._by_demand(), self.served.far, marks)
            if cost < self.upper:
                self.best, self.upper = np.sort(chosen), float(cost)

    def _first_choices(self) -> None:
        """Greedy and interchange, then again after some sites were exchanged by lot."""
        from nahraum.index.funding.lots import lots
        from nahraum.measures.facility import swap_kernels as kernels

        n_sites, rng = self.served.n_sites, lots(self.seed)
        self.offer(self._greedy())
        for turn in range(_SHAKES):
            if self.seen > _SHAKES_SHARE * self.effort:
                return
            chosen = self.best.copy()
            kernels.shake(chosen, self.state, n_sites, 1 + turn % max(2, min(8, self.p // 2)), rng)
            self.offer(chosen)

    def _greedy(self) -> Int64:
        from nahraum.measures.facility import swap_kernels as kernels

        found: Int64 = kernels.greedy(*self._by_site(), self.served.far, self.state, self.p)
        return found

    def _root(self, price: Floats | None = None) -> Node:
        """Prices from the best choice or given; the bound is climbed again whenever it has settled many sites."""
        price, step = (self._prices(), _STEP) if price is None else (price, _STEP / 2)
        rounds = min(60 * _PATIENCE, max(_NODE_ROUNDS, self.effort // (len(self.served.site) + 1)))
        while True:
            node = self._covered(price) if self.covering else self._climbed(
                self.state, price, rounds, step, _PATIENCE
            )  # fmt: skip
            settled = self._settled(node)
            if node.bound >= self.enough or settled < 0.05 * (self.state == 0).sum() + 1:
                return node
            self.state = node.state
            self.served = self.served.without(self.state < 0)
            price, rounds, step = node.price, max(1, rounds // 2), _STEP / 2

    def _climbed(self, state: Int64, price: Floats, rounds: int, step: float, patience: int) -> Node:
        from nahraum.measures.facility import dual_kernels as kernels

        self.nodes += 1
        bound, price, often, choice, cheapest, seen = kernels.climb(
            *self._by_demand(), self.served.far, state, self.p, price, self.upper, rounds, step, patience, self.enough
        )
        self.seen += int(seen)
        if cheapest < self.upper * (1.02 if step == _STEP else 1.0):
            self.offer(np.flatnonzero(choice))
        return Node(float(bound), state.copy(), price, often)

    def _covered(self, price: Floats) -> Node:
        from nahraum.measures.facility.relaxation import cover_relaxation

        self.nodes += 1
        found = cover_relaxation(
            self.served, self.state, self.p, price=price, best=self.upper, enough=self.enough,
            effort=max(self.effort - self.seen, self.effort // 4),
        )  # fmt: skip
        self.seen += found.seen
        share = np.where(self.state == 0, found.share, 2.0 * self.state)
        self.offer(np.sort(np.argsort(-share, kind="stable")[: self.p]))
        return Node(found.bound, self.state.copy(), found.price, found.share)

    def _settled(self, node: Node) -> int:
        """Decides in a node what its bound decides; returns how many sites."""
        from nahraum.measures.facility import dual_kernels as kernels

        worth, chosen = np.empty(self.served.n_sites), np.empty(self.served.n_sites, dtype=np.bool_)
        kernels.worths(*self._by_demand(), node.price, worth)
        total, last, first_left = kernels.choose(worth, node.state, self.p, chosen)
        bound = float(node.price.sum() + total)
        return int(kernels.settle(worth, node.state, self.p, bound, (last, first_left), self.enough))

    def _children(self, node: Node) -> list[Node]:
        """The node with its most doubtful site open, and with it closed."""
        free = np.flatnonzero(node.state == 0)
        if not len(free) or (node.state == 1).sum() >= self.p:
            self._leaf(node.state)
            return []
        at = free[np.argmin(np.abs(node.often[free] - 0.5))]
        found = []
        for decided in (1, -1):
            state = node.state.copy()
            state[at] = decided
            child = self._climbed(state, node.price, _NODE_ROUNDS, NODE_STEP, _NODE_PATIENCE)
            if child.bound < self.enough:
                self._settled(child)
                found.append(child)
        return found

    def _leaf(self, state: Int64) -> None:
        self.offer(self.filled(np.flatnonzero(state == 1)))

    def filled(self, chosen: Int64) -> Int64:
        """A choice of fewer than p sites with the lowest numbers that may be chosen besides."""
        others = np.setdiff1d(np.flatnonzero(self.allowed), chosen)
        return np.sort(np.concatenate([chosen, others[: self.p - len(chosen)]]))

    def _prices(self) -> Floats:
        """Half way between the cheapest and the second cheapest chosen site of each demand."""
        from nahraum.measures.facility import swap_kernels as kernels

        served = self.served
        at = np.full(served.n_sites, -1, dtype=np.int64)
        at[self.best] = np.arange(len(self.best))
        first, second = np.empty((2, served.n_demand), dtype=np.int64)
        one, other = np.empty((2, served.n_demand))
        for j in range(served.n_demand):
            kernels.two_nearest(j, *self._by_demand(), served.far, at, first, second, one, other)
        return np.asarray((one + other) / 2, dtype=np.float64)

    def _by_demand(self) -> tuple[Int64, Ints, Floats]:
        return self.served.start, self.served.site, self.served.cost

    def _by_site(self) -> tuple[Int64, Ints, Floats]:
        return self.served.site_start, self.served.demand, self.served.site_cost
