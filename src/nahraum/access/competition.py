"""Who competes for which green, kept pair by pair, so that one green can be looked at again by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nahraum.access import surroundings
from nahraum.access.catchment import WEIGHT_ONE, supply_ratio
from nahraum.network.graph import Int64

if TYPE_CHECKING:
    import geopandas as gpd
    import shapely

    from nahraum.access.standing import Standing

Reach = tuple[Int64, Int64]  # addresses in ascending order, weight of each


class Competition:
    """Pairs of addresses and greens in both directions, demand and ratio of each green, share of each address.

    Table `reach`: green to its addresses and weights. Of an address the pairs stand in a list in order of the
    greens' ids: `begin` and `length` in the rows `pair_*`, which are only ever appended.
    """

    def __init__(self, standing: Standing) -> None:
        self.standing, self.book = standing, standing.book
        for name, kind in (
            ("g_code", np.int64),
            ("g_supply", np.float64),
            ("g_demand", np.int64),
            ("g_ratio", np.float64),
        ):
            standing._array(name, np.zeros(0, dtype=kind), "green")

    def found_all(self, greens: gpd.GeoDataFrame) -> None:
        """Everything from nothing; the greens in order of their ids."""
        standing, book = self.standing, self.book
        columns = (greens[name].to_numpy(dtype=object) for name in ("green_id", "area_m2", "geometry"))
        slots = [self.new_green(*row) for row in zip(*columns, strict=True)]
        for gate in np.flatnonzero(book["gate"][: book.sizes["place"]]).tolist():
            self.list_gate(gate, living=True)
        reach = [self.reach_of(slot) for slot in slots]
        empty = np.empty(0, dtype=np.int64)
        address = np.concatenate([empty, *(one for one, _ in reach)])
        weight = np.concatenate([empty, *(one for _, one in reach)])
        green = np.repeat(np.array(slots, dtype=np.int64), [len(one) for one, _ in reach])
        order = np.lexsort((book["g_code"][green], address))
        for name, values in (("pair_code", book["g_code"][green]), ("pair_green", green), ("pair_weight", weight)):
            standing._array(name, values[order].astype(np.int64), "pair")
        number = np.bincount(address, minlength=len(book["length"]))
        book["length"][:] = number
        book["begin"][:] = np.cumsum(number) - number
        for slot, found in zip(slots, reach, strict=True):
            book.put("reach", slot, found)
            self.count(slot)
        self.share(np.arange(standing.n_base))

    def new_green(self, name: str, supply_m2: float, shape: shapely.Geometry) -> int:
        """Room for a green; it has no entrance yet."""
        book = self.book
        slot = book.grow("green", 1)
        book["g_code"][slot], book["g_supply"][slot], book["g_ratio"][slot] = (
            self.standing.codes[-1].code(name), min(supply_m2, self.standing.rules.green.cap_m2), np.nan,
        )  # fmt: skip
        book.put("green", name, slot)
        if self.standing.straight:
            book.put("shape", slot, shape)
        return slot

    def list_gate(self, gate: int, *, living: bool) -> int:
        """An entrance among those of its green, or no longer; the green's slot."""
        slot = int(self.book.tables["green"][self.standing.owner_ids[gate]])
        rest = tuple(other for other in self.book.tables["entrances"].get(slot, ()) if other != gate)
        self.book.put("entrances", slot, ((*rest, gate) if living else rest) or None)
        return slot

    def reach_of(self, green: int) -> Reach:
        """Addresses within the standard's distance of a green, and how much each counts."""
        standing, book, empty = self.standing, self.book, np.empty(0, dtype=np.int64)
        if standing.straight:
            return standing.straight.reach_of(green)
        gates = [g for g in book.tables["entrances"].get(green, ()) if book["p_foot"][g] >= 0]
        if not gates:
            return empty, empty
        slots = np.array(gates, dtype=np.int64)
        near, along = surroundings.beside(
            book["p_foot"][slots], book["p_offset"][slots], book["p_leg"][slots], standing.edges(), standing.feet(),
            float(standing.draft.base.pace), standing.hangs(),
        )  # fmt: skip
        node, cost = book["p_node"][slots].ravel(), book["p_cost"][slots].ravel()
        seen, walked = surroundings.ball(node, cost, standing.roads(), True, standing.catchment, standing.node_room)
        address, cost = surroundings.gathered(
            seen, walked, standing.points(), standing.hangs(), near, along, standing.catchment, standing.point_room
        )
        weight = standing.weight[cost]
        return address[weight > 0], weight[weight > 0]

    def redrawn(self, greens: Int64) -> Int64:
        """Greens looked at again; addresses whose share may be another now."""
        book, stirred = self.book, [np.empty(0, dtype=np.int64)]
        for green in greens.tolist():
            old: Reach = book.tables["reach"].get(green, (np.empty(0, np.int64), np.empty(0, np.int64)))
            new = self.reach_of(green)
            changed, weight = surroundings.differing(*new, *old)
            if not len(changed):
                continue
            self._rewrite(changed, weight, green)
            book.put("reach", green, new)
            stirred += [changed]
            if self.count(green):
                stirred += [new[0]]
        return np.unique(np.concatenate(stirred))

    def count(self, green: int) -> bool:
        """Demand and ratio of a green anew; whether the ratio is another one."""
        book = self.book
        address, weight = book.tables["reach"].get(green, (np.empty(0, np.int64), np.empty(0, np.int64)))
        demand = int((book["micro"][address] * weight).sum())
        ratio = supply_ratio(book["g_supply"][[green]], np.array([demand]))[0]
        before = book["g_ratio"][green]
        if demand != book["g_demand"][green]:
            book.set("g_demand", green, demand)
        if ratio == before or (np.isnan(ratio) and np.isnan(before)):
            return False
        book.set("g_ratio", green, ratio)
        return True

    def reached_by(self, addresses: Int64) -> Int64:
        """Greens that stand in the lists of some addresses."""
        book = self.book
        found = [
            book["pair_green"][book["begin"][a] : book["begin"][a] + book["length"][a]] for a in addresses.tolist()
        ]
        return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *found]))

    def share(self, addresses: Int64) -> Int64:
        """The shares of some addresses anew; those that changed."""
        book = self.book
        total = surroundings.shared(addresses, book["begin"], book["length"], self._pool(), book["g_ratio"], WEIGHT_ONE)
        before = book["share"][addresses]
        other = (total != before) & ~(np.isnan(total) & np.isnan(before))
        if other.any():
            book.set("share", addresses[other], total[other])
        return np.asarray(addresses[other], dtype=np.int64)

    def _pool(self) -> tuple[Int64, Int64, Int64]:
        return self.book["pair_code"], self.book["pair_green"], self.book["pair_weight"]

    def _rewrite(self, addresses: Int64, weight: Int64, green: int) -> None:
        book = self.book
        room = int(book["length"][addresses].sum()) + len(addresses)
        first = book.grow("pair", room)
        code = int(book["g_code"][green])
        begin, length = surroundings.rewritten(
            addresses, weight, green, code, book["begin"], book["length"], self._pool(), first
        )  # fmt: skip
        book.set("begin", addresses, begin)
        book.set("length", addresses, length)
