"""The search for sites that take only so many: bound and branches as for the p-median, choices judged by a flow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from nahraum.measures.facility.coverage import Covered, as_served
from nahraum.measures.facility.model import Ints, Served
from nahraum.measures.facility.search import NODE_STEP, Node, Search
from nahraum.measures.model import Bools, Floats, Int64

_EXCHANGES_SHARE = 0.05  # of the effort: what one choice may be improved with
_OFFER_EVERY = 16  # parts of the search


class RoomSearch(Search):
    """The search for the p sites that leave least weight unserved when none takes more than its room.

    Prices are per unit of weight, 0..1 (`room_kernels`).
    """

    def __init__(self, groups: Covered, room: Floats, *, p: int, state: Int64, effort: int, seed: int = 0) -> None:
        served = as_served(groups)
        whole = served.whole and bool((room == np.rint(room)).all())
        super().__init__(replace(served, whole=whole), p, state, effort=effort, seed=seed)
        self.room, self.weight = np.asarray(room, dtype=np.float64), groups.weight
        self._places: tuple[Served, Ints] | None = None

    def again(self, node: Node) -> Node:
        """The part of the search that is left where the best choice has become better since."""
        return self._root(node.price)

    def promising(self, node: Node, n: int) -> Bools:
        """Sites that are worth most at the prices of a bound, n of them, and those of the best choice."""
        worth = self._worths(node)
        found: Bools = self.state == 1
        found[np.argsort(np.where(self.state < 0, np.inf, worth), kind="stable")[:n]] = True
        found[self.best] = True
        return found

    def allotted(self, chosen: Int64) -> tuple[Floats, Floats]:
        """How much each site serves, and what is unserved of each demand, for the chosen sites."""
        from nahraum.measures.facility import allot_kernels as kernels

        town, now = self._town(), self._nothing(len(chosen))
        self._filled(town, now, chosen)
        kernels.raised(town, now)
        load = np.zeros(self.served.n_sites)
        load[chosen] = self.room[chosen] - now[3]
        return load, now[4]

    def offer(self, chosen: Int64) -> None:
        """Keeps a choice if it leaves less unserved than the best so far, after exchanging what can be exchanged."""
        from nahraum.measures.facility import allot_kernels as kernels

        town, now = self._town(), self._nothing(len(chosen))
        self._filled(town, now, chosen)
        kernels.raised(town, now)
        kernels.interchange(town, now, self.state, int(_EXCHANGES_SHARE * self.effort))
        self.seen += int(now[5][0])
        if (cost := float(now[4].sum())) < self.upper:
            self.best, self.upper = np.sort(now[0]), cost

    def _filled(self, town: Any, now: Any, chosen: Int64) -> None:
        from nahraum.measures.facility import allot_kernels as kernels

        for slot, site in enumerate(chosen.tolist()):
            kernels.enter(site, slot, town, now)

    def _town(self) -> tuple[Any, ...]:
        served = self.served
        if self._places is None or self._places[0] is not served:
            demand = np.repeat(np.arange(served.n_demand), np.diff(served.start))
            order = np.lexsort((demand, served.site))
            place = np.empty(len(order), dtype=np.int32)
            place[order] = np.arange(len(order)) - served.site_start[served.site[order]]
            self._places = served, place
        return served.start, served.site, self._places[1], served.site_start, served.demand, self.weight, self.room

    def _nothing(self, n: int) -> tuple[Any, ...]:
        longest = int(np.diff(self.served.site_start).max())
        return (
            np.full(n, -1, dtype=np.int64), np.full(self.served.n_sites, -1, dtype=np.int64),
            np.zeros((n, longest)), np.zeros(n), self.weight.copy(), np.zeros(1, dtype=np.int64),
        )  # fmt: skip

    def _greedy(self) -> Int64:
        """p sites one after the other, each time the one that can serve most of what is still unserved."""
        served, left = self.served, self.weight.copy()
        possible, chosen = self.state >= 0, np.empty(self.p, dtype=np.int64)
        of_site = np.repeat(np.arange(served.n_sites), np.diff(served.site_start))
        for turn in range(self.p):
            within = np.bincount(of_site, weights=left[served.demand], minlength=served.n_sites)
            first = possible & (self.state == 1)
            gain = np.where(first if first.any() else possible, np.minimum(within, self.room), -1.0)
            at = int(np.argmax(gain))
            chosen[turn], possible[at] = at, False
            mine = served.demand[served.site_start[at] : served.site_start[at + 1]]
            until = np.minimum(np.cumsum(left[mine]), self.room[at])
            left[mine] -= np.diff(until, prepend=0.0)
        return chosen

    def _climbed(self, state: Int64, price: Floats, rounds: int, step: float, patience: int) -> Node:
        from nahraum.measures.facility import room_kernels as kernels

        self.nodes += 1
        served = self.served
        bound, price, often, seen = kernels.climb(
            served.site_start, served.demand, self.weight, self.room, state, self.p, price, self.upper, rounds, step,
            patience, self.enough,
        )  # fmt: skip
        self.seen += int(seen)
        if step > NODE_STEP or self.nodes % _OFFER_EVERY == 0:
            share = np.where(state == 0, often, 2.0 * state)
            self.offer(np.sort(np.argsort(-share, kind="stable")[: self.p]))
        return Node(float(bound), state.copy(), price, often)

    def _settled(self, node: Node) -> int:
        from nahraum.measures.facility import dual_kernels as kernels

        worth, chosen = self._worths(node), np.empty(self.served.n_sites, dtype=np.bool_)
        total, last, first_left = kernels.choose(worth, node.state, self.p, chosen)
        bound = float((self.weight * node.price).sum() + total)
        return int(kernels.settle(worth, node.state, self.p, bound, (last, first_left), self.enough))

    def _worths(self, node: Node) -> Floats:
        from nahraum.measures.facility import room_kernels as kernels

        served = self.served
        worth, edge, share = np.empty((3, served.n_sites))
        kernels.worths(
            served.site_start, served.demand, self.weight, self.room, node.state, node.price, worth, edge, share
        )  # fmt: skip
        return worth

    def _prices(self) -> Floats:
        """Full for who is unserved by the best choice, half for the others."""
        unserved = self.allotted(self.best)[1] > 0
        return np.where(unserved, 1.0, 0.5)
