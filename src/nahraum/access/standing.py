"""The access of a study as it stands, kept so that an edit mends it instead of computing it again.

`Standing` holds, in one ledger, the network, every place and address with its foot, for each kind of place the
labels of all nodes and addresses, and the competition for green. Edits go through `access.changes`; each is a
journal that can be undone. What `telling` makes of it is equal to `access.measure` of the edited study, bit for bit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from nahraum.access import meeting, repair, surroundings
from nahraum.access.anchors import Anchors
from nahraum.access.catchment import weight_of
from nahraum.access.codes import Codes
from nahraum.access.competition import Competition
from nahraum.access.decay import decay_of
from nahraum.access.engine import Engine
from nahraum.access.footing import Feet, Footing, picked
from nahraum.access.per_address import FALLBACK, require_lengths, said_of
from nahraum.access.setting import access_rules, whole_dm
from nahraum.access.straight import Straight
from nahraum.frames import to_micro
from nahraum.network import Network
from nahraum.network.graph import Float64, Int64
from nahraum.network.patch import Draft
from nahraum.parameters import Parameters
from nahraum.tables import SERVICES

if TYPE_CHECKING:
    from nahraum.area.model import Area

FAR, COST_BITS = int(repair.FAR), repair.COST_BITS
ROOM = 4096  # rows that every array keeps free at first
GREEN = len(SERVICES)  # the problem after the services: the nearest green
Ids = npt.NDArray[np.object_]


class Standing:
    """Everything that access depends on, and access itself, of one study; changed in place by `access.changes`."""

    def __init__(self, area: Area, network: Network, parameters: Parameters) -> None:
        require_lengths(network)
        self.rules = access_rules(parameters)
        self.draft = Draft(network, crs=area.crs, room=ROOM)
        self.book = self.draft.ledger
        self.limit = whole_dm(self.rules.search_limit_m)
        self.catchment = whole_dm(self.rules.green.maximum_distance_m)
        self.on_foot = self.rules.green.metric == "network"
        self.n_problems = GREEN + 1 if self.on_foot else GREEN
        decay = decay_of(parameters, self.rules.decay, catchment_m=self.rules.green.maximum_distance_m)
        self.weight = weight_of(np.arange(self.catchment + 1), decay)
        self.book.tables["mapped"] = {name: said_of(area, name, "status") for name in SERVICES} | {
            "green": "ok" if len(area.greens) else "missing"
        }
        self.problem_of = {name: at for at, name in enumerate(SERVICES)}
        for name, stand_in in FALLBACK.items():
            if said_of(area, name, "reason") == "fallback":
                self.problem_of[stand_in] = SERVICES.index(name)
        self.footing = Footing(self.draft, self.rules, area.barriers)
        self.is_sown = False  # until then places come all at once, and nothing depends on them
        self._lay_roads(network)
        self._settle_places(area)
        self.is_sown = True
        self._settle_addresses(area)
        self.make_room()
        self._search_all()
        self.straight = None if self.on_foot else Straight(self, area)
        self.competition = Competition(self)
        self.competition.found_all(area.greens.sort_values("green_id"))
        self.book.begin()

    @property
    def n_nodes(self) -> int:
        """Nodes, also those of edits that were undone."""
        return self.book.sizes["node"]

    def make_room(self) -> None:
        """Room for what the kernels write down, as long as the arrays: per node mark, node, label and cost; per address
        mark, address and number. Marks are -1 and costs FAR whenever no kernel is at work.
        """
        nodes, points = len(self.book["x_m"]), len(self.book["x"])
        self.node_room = (np.full(nodes, -1), *np.empty((2, nodes), dtype=np.int64), np.full(nodes, FAR))
        self.point_room = (np.full(points, -1), *np.empty((2, points), dtype=np.int64))

    def trim(self, sizes: dict[str, int]) -> None:
        """Fewer rows: those behind are of edits that were undone for good."""
        now = self.book.sizes
        now |= sizes
        del self.place_ids[now["place"] :], self.owner_ids[now["place"] :], self.address_ids[now["address"] :]

    def roads(self) -> tuple[Any, ...]:
        """The arcs as the kernels of `repair` take them."""
        book = self.book
        return (
            self.arc_start, book["arc_head"], book["arc_next"], book["arc_node"], book["arc_out"], book["arc_in"],
            book["arc_edge"], book["alive"],
        )  # fmt: skip

    def hangs(self) -> tuple[Any, ...]:
        """Which addresses hang at which node, as the kernels take it."""
        book = self.book
        return self.hang_start, self.hang_point, book["hang_head"], book["hang_next"], book["hang_address"]

    def points(self) -> tuple[Any, ...]:
        """Nodes and costs of the addresses, as the kernels take them."""
        return self.book["one"], self.book["other"], self.book["to_one"], self.book["to_other"]

    def edges(self) -> tuple[Any, ...]:
        """First nodes, lengths and costs of the edges, as the kernels take them."""
        return tuple(self.book[name] for name in ("edge_from", "edge_length_dm", "edge_forward", "edge_backward"))

    def feet(self) -> tuple[Any, ...]:
        """Edges, ways along them and legs of the addresses, as the kernels take them."""
        return self.book["foot"], self.book["offset"], self.book["leg"]

    def anchors(self, feet: Feet, *, towards: bool) -> tuple[Int64, Int64]:
        """Both nodes of the edges of some points, and the cost between each and its point (`access.anchors`). [n, 2]"""
        book = self.book
        ahead, back = ("edge_forward", "edge_backward") if towards else ("edge_backward", "edge_forward")
        edges = tuple(book[name] for name in ("edge_from", "edge_to", "edge_length_dm", ahead, back))
        ends: tuple[Int64, Int64] = meeting.ends_of(
            feet.edge, feet.offset_dm, feet.leg_dm, edges, float(self.draft.base.pace)
        )  # fmt: skip
        return ends

    def slots(self) -> Int64:
        """Living addresses in order of their ids."""
        lives, size = self.book["lives"], self.book.sizes["address"]
        known = self.by_id[lives[self.by_id]]
        later = np.flatnonzero(lives[self.n_base : size]) + self.n_base
        return known if not len(later) else self.sorted(np.concatenate([known, later]))

    def sorted(self, slots: Int64) -> Int64:
        """Addresses in order of their ids."""
        return slots[self.order(slots)]

    def order(self, slots: Int64) -> Int64:
        """Which of these addresses comes first by its id, which next."""
        if len(slots) and slots.max() >= self.n_base:
            ids = [self.address_ids[slot] for slot in slots.tolist()]
            return np.array(sorted(range(len(ids)), key=ids.__getitem__), dtype=np.int64)
        return np.argsort(self.place[slots])

    def slots_of(self, ids: Ids) -> Int64:
        """Where addresses stand, -1 for one that is not there."""
        table = self.book.tables["address"]
        slots = np.array([table.get(name, -1) for name in ids.tolist()], dtype=np.int64)
        return np.where((slots >= 0) & self.book["lives"][slots], slots, -1)

    def living(self) -> Ids:
        """Ids of all addresses that are there, sorted."""
        return self.names(self.slots())

    def names(self, slots: Int64) -> Ids:
        """Ids of some addresses."""
        if len(slots) and slots.max() >= self.n_base:
            return np.array([self.address_ids[slot] for slot in slots.tolist()], dtype=object)
        return self.base_ids[slots]

    def _lay_roads(self, network: Network) -> None:
        """Two arcs for each edge; those of one node in one block."""
        low, high, n = network.edge_from, network.edge_to, network.n_nodes
        tail = np.concatenate([low, high])
        order = np.argsort(tail, kind="stable")
        self.arc_start = np.searchsorted(tail[order], np.arange(n + 1)).astype(np.int64)
        edges = np.arange(network.n_edges)
        columns = {
            "arc_node": np.concatenate([high, low]), "arc_edge": np.concatenate([edges, edges]),
            "arc_out": np.concatenate([network.edge_forward, network.edge_backward]),
            "arc_in": np.concatenate([network.edge_backward, network.edge_forward]),
        }  # fmt: skip
        for name, values in columns.items():
            self._array(name, values[order].astype(np.int32), "arc")
        self._array("arc_next", np.zeros(len(order), dtype=np.int32), "arc")
        self._array("arc_head", np.zeros(n, dtype=np.int32), "node")
        self._array("hang_head", np.zeros(n, dtype=np.int32), "node")
        for problem in range(self.n_problems):
            self._array(f"label{problem}", np.full(n, FAR, dtype=np.int64), "node", fill=FAR)
            self._array(f"seed{problem}", np.full(n, FAR, dtype=np.int64), "node", fill=FAR)

    def _array(self, name: str, values: npt.NDArray[Any], group: str, *, fill: int = 0) -> None:
        size = len(values)
        spare = np.full((ROOM, *values.shape[1:]), fill, dtype=values.dtype)
        self.book.add(name, np.concatenate([values, spare]), group=group, fill=fill)
        self.book.sizes[group] = size

    def _settle_places(self, area: Area) -> None:
        """Facilities and entrances on the network, with their codes."""
        facilities = area.facilities.sort_values("facility_id")
        problem = np.array([self.problem_of.get(name, -1) for name in facilities["category"]], dtype=np.int64)
        self.codes = [Codes(facilities["facility_id"][problem == at]) for at in range(GREEN)]
        self.codes.append(Codes(area.greens["green_id"]))
        self.place_ids: list[str] = []
        self.owner_ids: list[str] = []
        self.book.tables |= {"place": {}, "at_node": {}, "at_edge": {}, "green": {}, "reach": {}, "entrances": {}}
        kinds = {"problem": np.int64, "code": np.int64, "p_foot": np.int64, "p_offset": np.int64, "p_leg": np.int64,
                 "p_x": np.float64, "p_y": np.float64, "p_lives": np.bool_, "p_plain": np.bool_, "gate": np.bool_,
                 "p_node": np.int64, "p_cost": np.int64}  # fmt: skip
        for name, kind in kinds.items():
            shape = (0, 2) if name in ("p_node", "p_cost") else (0,)
            self._array(name, np.zeros(shape, dtype=kind), "place")
        ids = facilities["facility_id"].tolist()
        xy = facilities["x_m"].to_numpy(dtype=np.float64), facilities["y_m"].to_numpy(dtype=np.float64)
        self.new_places(ids, ids, problem, *xy)
        self.count_served()
        self.footing.sort_parts()
        if self.on_foot:
            gates = area.green_entrances.sort_values("entrance_id")
            ids, owners = gates["entrance_id"].tolist(), gates["green_id"].tolist()
            xy = gates["x_m"].to_numpy(dtype=np.float64), gates["y_m"].to_numpy(dtype=np.float64)
            self.new_places(ids, owners, np.full(len(ids), GREEN), *xy, gate=True)

    def count_served(self) -> None:
        """How many facilities stand on each connected part."""
        book, size = self.book, self.book.sizes["place"]
        places = np.flatnonzero(book["p_lives"][:size] & ~book["gate"][:size] & (book["p_foot"][:size] >= 0))
        number = np.bincount(self.parts_of(book["p_foot"][places]), minlength=len(book["part_served"]))
        changed = np.flatnonzero(number != book["part_served"])
        book.set("part_served", changed, number[changed])

    def parts_of(self, edge: Int64) -> Int64:
        """The connected part of each edge, -1 for none."""
        return np.where(edge >= 0, self.book["component"][self.book["edge_from"][edge]], -1)

    def new_places(
        self, ids: list[str], owners: list[str], problem: Int64, x_m: Float64, y_m: Float64, *, gate: bool = False
    ) -> Int64:  # fmt: skip
        """Places set down where they meet the network; they count from `sown` on. Their slots."""
        book, n = self.book, len(ids)
        feet = self.footing.feet(x_m, y_m, "entrance" if gate else "facility")
        first = book.grow("place", n)
        slots = np.arange(first, first + n)
        self.place_ids += ids
        self.owner_ids += owners
        codes = [self.codes[p].code(name) if p >= 0 else 0 for p, name in zip(problem.tolist(), owners, strict=True)]
        node, cost = self.anchors(feet, towards=True)
        row = {"problem": problem, "code": codes, "p_foot": feet.edge, "p_offset": feet.offset_dm, "p_leg": feet.leg_dm,
               "p_x": x_m, "p_y": y_m, "p_plain": feet.plain, "gate": gate, "p_node": node, "p_cost": cost}  # fmt: skip
        for name, values in row.items():
            book[name][slots] = values
        if self.is_sown:
            self.sow(slots, living=True)
        else:
            self._sow_first(slots)
        return slots

    def _sow_first(self, slots: Int64) -> None:
        """Many places at once, before anything depends on them."""
        book = self.book
        book["p_lives"][slots] = True
        held = (book["p_foot"][slots] >= 0) & (book["problem"][slots] >= 0)
        kind = "gate" if book["gate"][slots[:1]].any() else "facility"
        book.tables["place"].update({(kind, self.place_ids[slot]): slot for slot in slots.tolist()})
        at_edge, at_node = book.tables["at_edge"], book.tables["at_node"]
        for slot in slots[held].tolist():
            edge, problem = int(book["p_foot"][slot]), int(book["problem"][slot])
            at_edge[edge] = (*at_edge.get(edge, ()), slot)
            for node, cost in zip(book["p_node"][slot].tolist(), book["p_cost"][slot].tolist(), strict=True):
                if cost < repair.BLOCKED:
                    at_node[problem, node] = (*at_node.get((problem, node), ()), slot)
        for problem in range(self.n_problems):
            mine = slots[held & (book["problem"][slots] == problem)]
            cost = book["p_cost"][mine]
            label = np.where(cost <= self.limit, cost << COST_BITS | book["code"][mine][:, None], FAR)
            known = np.where(cost < repair.BLOCKED, book["p_node"][mine], 0)
            np.minimum.at(book[f"seed{problem}"], known, np.where(cost < repair.BLOCKED, label, FAR))

    def sow(self, slots: Int64, *, living: bool) -> None:
        """Makes places count, or count no longer: in the tables by id, node and edge, and in the seeds of nodes."""
        book = self.book
        book.set("p_lives", slots, living)
        names = ("gate", "problem", "p_foot", "p_node", "p_cost")
        for slot, gate, problem, edge, nodes, costs in zip(
            slots.tolist(), *(book[name][slots].tolist() for name in names), strict=True
        ):
            book.put("place", ("gate" if gate else "facility", self.place_ids[slot]), slot if living else None)
            if edge < 0 or problem < 0:
                continue
            self._listed("at_edge", edge, slot, living)
            for node, cost in zip(nodes, costs, strict=True):
                if cost < repair.BLOCKED:
                    self._listed("at_node", (problem, node), slot, living)
                    self._seeded(problem, node)

    def _listed(self, table: str, key: Any, slot: int, living: bool) -> None:
        held = self.book.tables[table].get(key, ())
        rest = tuple(other for other in held if other != slot)
        self.book.put(table, key, ((*rest, slot) if living else rest) or None)

    def _seeded(self, problem: int, node: int) -> None:
        """The best label that a place itself gives a node."""
        book, best = self.book, FAR
        for slot in book.tables["at_node"].get((problem, node), ()):
            for end, cost in zip(book["p_node"][slot].tolist(), book["p_cost"][slot].tolist(), strict=True):
                if end == node and cost <= self.limit:
                    best = min(best, cost << COST_BITS | int(book["code"][slot]))
        if best != book[f"seed{problem}"][node]:
            book.set(f"seed{problem}", node, best)

    def _settle_addresses(self, area: Area) -> None:
        """Addresses in order of the nodes at which they hang, so that neighbours stand together in memory."""
        addresses = area.addresses.sort_values("address_id")
        n = self.n_base = len(addresses)
        x, y = (addresses[name].to_numpy(dtype=np.float64) for name in ("x_m", "y_m"))
        feet = self.footing.feet(x, y, "address")
        order = np.argsort(self.book["edge_from"][feet.edge], kind="stable")
        addresses, x, y, feet = addresses.iloc[order], x[order], y[order], picked(feet, order)
        self.by_id = np.argsort(order)
        self.place, self.base_ids = order, addresses["address_id"].to_numpy(dtype=object)
        self.address_ids = self.base_ids.tolist()
        self.book.tables["address"] = {name: slot for slot, name in enumerate(self.address_ids)}
        node, cost = self.anchors(feet, towards=False)
        columns: dict[str, npt.NDArray[Any]] = {
            "x": x, "y": y, "foot": feet.edge, "offset": feet.offset_dm, "leg": feet.leg_dm, "plain": feet.plain,
            "one": node[:, 0].copy(), "other": node[:, 1].copy(), "to_one": cost[:, 0].copy(),
            "to_other": cost[:, 1].copy(),
            "micro": to_micro(addresses["residents"]),
            "rim": addresses["edge"].to_numpy(dtype=np.bool_),
            "lives": np.ones(n, dtype=np.bool_), "share": np.zeros(n), "begin": np.zeros(n, dtype=np.int64),
            "length": np.zeros(n, dtype=np.int64),
        }  # fmt: skip
        for name, values in columns.items():
            self._array(name, values, "address")
        for problem in range(self.n_problems):
            for name in ("along", "best"):
                self._array(f"{name}{problem}", np.full(n, FAR, dtype=np.int64), "address", fill=FAR)
        held = np.flatnonzero(feet.edge >= 0)
        ends = np.concatenate([node[held, 0], node[held, 1]])
        order = np.argsort(ends, kind="stable")
        self.hang_start = np.searchsorted(ends[order], np.arange(self.draft.base.n_nodes + 1)).astype(np.int64)
        self.hang_point = np.concatenate([held, held])[order].astype(np.int32)
        self._array("hang_next", np.zeros(0, dtype=np.int32), "hang")
        self._array("hang_address", np.zeros(0, dtype=np.int32), "hang")

    def _search_all(self) -> None:
        """Labels of all nodes and addresses, from nothing."""
        book = self.book
        places = np.flatnonzero(
            (book["p_foot"][: book.sizes["place"]] >= 0) & (book["problem"][: book.sizes["place"]] >= 0)
        )
        engine = Engine.of(self.draft.base)
        anchors = Anchors(book["p_node"][places], book["p_cost"][places])
        seeds = engine.seeds(anchors, lane=book["problem"][places], owner=book["code"][places])
        rows = engine.labels(seeds, self.n_problems)[engine.elimination.rank].astype(np.int64)
        for problem in range(self.n_problems):
            label = rows[:, problem]
            book[f"label{problem}"][: len(label)] = np.where(label >> COST_BITS > self.limit, FAR, label)
        for edge in np.intersect1d(np.unique(book["foot"][: self.n_base]), list(book.tables["at_edge"])).tolist():
            self.look_along(edge)
        everybody = np.arange(self.n_base)
        for problem in range(self.n_problems):
            self.read_off(problem, everybody[:0], everybody)

    def on_edge(self, edge: int) -> Int64:
        """Addresses on an edge."""
        node = int(self.book["edge_from"][edge])
        return np.asarray(surroundings.on_edge(edge, node, self.book["foot"], self.hangs()), dtype=np.int64)

    def look_along(self, edge: int) -> dict[int, Int64]:
        """Labels of addresses by the places on the same edge; by problem the addresses with another one."""
        book, held = self.book, self.on_edge(edge)
        if not len(held):
            return {}
        places = np.array(book.tables["at_edge"].get(edge, ()), dtype=np.int64)
        columns = tuple(book[name][places] for name in ("problem", "code", "p_offset", "p_leg"))
        best = surroundings.labels_along(
            edge, held, columns, self.edges(), self.feet(), float(self.draft.base.pace), self.limit, self.n_problems
        )  # fmt: skip
        changed = {}
        for problem, label in enumerate(best):
            other = book[f"along{problem}"][held] != label
            if other.any():
                changed[problem] = held[other]
                book.set(f"along{problem}", held[other], label[other])
        return changed

    def read_off(self, problem: int, nodes: Int64, extra: Int64) -> Int64:
        """Brings the labels of addresses up to date: those at changed nodes, and the extra ones. The changed ones."""
        book, name = self.book, f"best{problem}"
        changed, before = repair.answer(
            nodes, extra, book[f"label{problem}"], book[f"along{problem}"], book[name], self.points(), self.hangs(),
            self.limit, self.point_room,
        )  # fmt: skip
        book.note(name, changed, before, book[name][changed])
        return np.asarray(changed, dtype=np.int64)
