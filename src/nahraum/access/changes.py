"""Edits of what stands: each mends only what hangs on it. Journals are kept by the caller.

Every function returns the addresses whose access may be another now (some may turn out the same). `HardWay` says
that an edit is of the rare kind that is computed anew; what was begun is then undone by the caller.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nahraum.access import connected, repair
from nahraum.access.footing import ROLES
from nahraum.access.parts import rejoined
from nahraum.access.reattach import (
    NOBODY,
    Box,
    Stir,
    around,
    greens_near,
    points_in,
    pull,
    reattach,
    resettle,
    serve,
    sprouted,
)
from nahraum.access.standing import GREEN, Standing
from nahraum.network.graph import Int64

Ground = tuple[Any, float]  # outline and usable area of a green [m²]


class HardWay(Exception):  # noqa: N818
    """This edit is computed anew, not mended."""


def add_facility(standing: Standing, name: str, category: str, x_m: float, y_m: float) -> Int64:
    """A place of supply opens."""
    problem, stir = np.array([standing.problem_of.get(category, -1)]), Stir()
    first = standing.book.sizes["place"]
    slots = standing.new_places([name], [name], problem, np.array([x_m]), np.array([y_m]))
    assert slots[0] == first
    sprouted(standing, slots, stir)
    serve(standing, slots, 1, stir)
    return settle(standing, stir)


def close_facility(standing: Standing, slot: int) -> Int64:
    """A place of supply closes."""
    stir, slots = Stir(), np.array([slot])
    pull(standing, slots, stir)
    serve(standing, slots, -1, stir)
    return settle(standing, stir)


def move_facility(standing: Standing, slot: int, x_m: float, y_m: float) -> Int64:
    """A place of supply moves."""
    stir, old, name = Stir(), np.array([slot]), standing.place_ids[slot]
    pull(standing, old, stir)
    new = standing.new_places([name], [name], standing.book["problem"][old], np.array([x_m]), np.array([y_m]))
    sprouted(standing, new, stir)
    serve(standing, old, -1, stir)
    serve(standing, new, 1, stir)
    return settle(standing, stir)


def add_green(standing: Standing, name: str, ground: Ground, gates: dict[str, tuple[float, float]]) -> Int64:
    """A green with its outline, area and entrances."""
    first = not standing.book.tables["green"]
    slot = standing.competition.new_green(name, ground[1], ground[0])
    if standing.straight:
        changed = _redrawn(standing, slot, standing.straight.offered(slot))
    else:
        changed = add_gates(standing, name, gates)
    return _mapped(standing, "ok") if first else changed


def add_gates(standing: Standing, green: str, gates: dict[str, tuple[float, float]]) -> Int64:
    """More entrances of a green."""
    if not standing.on_foot:
        return NOBODY
    stir, ids = Stir(), list(gates)
    x, y = (np.array([gates[name][axis] for name in ids]) for axis in range(2))
    slots = standing.new_places(ids, [green] * len(ids), np.full(len(ids), GREEN), x, y, gate=True)
    for gate in slots.tolist():
        stir.greens.add(standing.competition.list_gate(gate, living=True))
    sprouted(standing, slots, stir)
    return settle(standing, stir)


def close_gate(standing: Standing, slot: int) -> Int64:
    """An entrance closes."""
    stir = Stir()
    stir.greens.add(standing.competition.list_gate(slot, living=False))
    pull(standing, np.array([slot]), stir)
    return settle(standing, stir)


def remove_green(standing: Standing, name: str) -> Int64:
    """A green disappears with all its entrances."""
    tables = standing.book.tables
    stir, green = Stir(), int(tables["green"][name])  # by a straight line it has no gates that matter
    gates = np.array(tables["entrances"].get(green, ()), dtype=np.int64)
    stir.greens.add(green)
    for gate in gates.tolist():
        standing.competition.list_gate(gate, living=False)
    pull(standing, gates, stir)
    changed = settle(standing, stir)
    standing.book.put("green", name, None)
    if standing.straight:
        standing.book.put("shape", green, None)
        changed = _redrawn(standing, green, standing.straight.bereft(green))
    return changed if tables["green"] else _mapped(standing, "missing")


def _redrawn(standing: Standing, green: int, changed: Int64) -> Int64:
    """Who shares a green that is measured in straight lines; these, and who has another nearest green."""
    sharing = standing.competition.redrawn(np.array([green]))
    return np.concatenate([changed, standing.competition.share(sharing)])


def _mapped(standing: Standing, status: str) -> Int64:
    """The first green, or none any more: everybody's status is another one."""
    standing.book.put("mapped", "green", status)
    return standing.slots()


def change_capacity(standing: Standing, name: str, area_m2: float) -> Int64:
    """A green has another usable area."""
    book, green = standing.book, int(standing.book.tables["green"][name])
    book.set("g_supply", green, min(area_m2, standing.rules.green.cap_m2))
    if not standing.competition.count(green):
        return NOBODY
    return standing.competition.share(book.tables["reach"].get(green, (NOBODY, NOBODY))[0])


def add_residents(standing: Standing, slot: int, micro: int) -> Int64:
    """More residents at an address compete for the greens around. [1e-6 persons]"""
    book, competition = standing.book, standing.competition
    book.set("micro", slot, int(book["micro"][slot]) + micro)
    reached = [
        book.tables["reach"][g][0] for g in competition.reached_by(np.array([slot])).tolist() if competition.count(g)
    ]
    return competition.share(np.unique(np.concatenate([NOBODY, *reached])))


def add_address(standing: Standing, name: str, xy: tuple[float, float], micro: int, *, rim: bool) -> Int64:
    """A new address with residents. [1e-6 persons]"""
    book = standing.book
    slot = book.grow("address", 1)
    standing.address_ids.append(name)
    if len(standing.point_room[0]) < len(book["x"]):
        standing.make_room()
    row = {"x": xy[0], "y": xy[1], "micro": micro, "rim": rim, "foot": -1, "one": -1, "other": -1}
    for column, value in row.items():
        book[column][slot] = value
    book.put("address", name, slot)
    book.set("lives", slot, True)
    stir, slots = Stir(), np.array([slot])
    feet = standing.footing.feet(book["x"][slots], book["y"][slots], "address")
    resettle(standing, slots, feet, stir)
    if standing.straight:
        standing.straight.asked(slots)
        stir.greens |= standing.straight.around(slot)
    return settle(standing, stir)


def add_line(standing: Standing, name: str, line: Any, kind: str) -> Int64:
    """A barrier: the edges that `standing.draft` has cut, and legs that would cross it."""
    roles = standing.footing.add_line(name, line, kind)
    box, crossed = _along(standing, line), {}
    for role in roles:
        rows, x, y, feet = points_in(standing, role, box)
        crossed[role] = rows[standing.footing.crossed_by(x, y, feet.edge, line)]
    return change_network(standing, crossed, box)


def remove_line(standing: Standing, name: str) -> Int64:
    """A barrier of the data turns no leg aside any more; ways across it were never cut."""
    line = standing.footing.remove_line(name)
    if line is None:
        return NOBODY
    standing.draft.begin()
    return change_network(standing, box=_along(standing, line))


def _along(standing: Standing, line: Any) -> Box:
    """Where legs may meet a line."""
    reach = standing.rules.maximum_leg_m + 1.0
    west, south, east, north = line.bounds
    return west - reach, south - reach, east + reach, north + reach


def change_network(standing: Standing, also: dict[str, Int64] | None = None, box: Box | None = None) -> Int64:
    """The edges that `standing.draft` has removed and added are walked no longer, or from now on.

    Parameters
        also : by role, points that must be attached again in any case; they lie in the box.
    """
    draft, book, stir = standing.draft, standing.book, Stir()
    removed, added = list(draft.removed), list(draft.added)
    if len(standing.node_room[0]) < len(book["x_m"]):
        standing.make_room()
    lost = _lift(standing, removed)
    _lay(standing, added)
    parts = rejoined(standing, removed, added)
    if parts is None:
        raise HardWay
    book, also = standing.book, also or {}
    ends = np.unique(np.concatenate([book[name][[*removed, *added]] for name in ("edge_from", "edge_to")]))
    gone, come = np.union1d(removed, parts).astype(np.int64), np.union1d(added, parts).astype(np.int64)
    for problem in range(standing.n_problems):
        suspects = repair.depending(*lost, book[f"label{problem}"])
        stir.lost.setdefault(problem, []).extend(suspects.tolist())
        stir.gained.setdefault(problem, []).extend(ends.tolist())
    box = around(standing, (gone, come), box)
    for role in ROLES:
        reattach(standing, role, (gone, come), also.get(role, NOBODY), box, stir)
    if standing.on_foot:
        stir.greens |= greens_near(standing, ends)
    return settle(standing, stir)


def settle(standing: Standing, stir: Stir) -> Int64:
    """Labels, answers and shares brought up to date after what was stirred. Some addresses may be named twice."""
    moved = np.unique(np.concatenate(stir.addresses)) if stir.addresses else NOBODY
    beside: dict[int, list[Int64]] = {}
    for edge in sorted(stir.edges):
        for problem, addresses in standing.look_along(edge).items():
            beside.setdefault(problem, []).append(addresses)
    changed = [moved]
    for problem in range(standing.n_problems) if len(moved) else sorted({*stir.lost, *stir.gained, *beside}):
        nodes, extra = NOBODY, np.concatenate([moved, *beside[problem]]) if problem in beside else moved
        if problem in stir.lost or problem in stir.gained:
            name = f"label{problem}"
            lost, gained = (np.array(part.get(problem, ()), dtype=np.int64) for part in (stir.lost, stir.gained))
            nodes, before = repair.mend(
                standing.book[name], standing.book[f"seed{problem}"], standing.roads(), lost, gained,
                standing.limit, standing.node_room[:3],
            )  # fmt: skip
            standing.book.note(name, nodes, before, standing.book[name][nodes])
        if len(nodes) or len(extra):
            changed.append(standing.read_off(problem, nodes, extra))
    if stir.greens:
        sharing = standing.competition.redrawn(np.array(sorted(stir.greens), dtype=np.int64))
        changed.append(standing.competition.share(sharing))
    return np.concatenate(changed)


def _lift(standing: Standing, edges: list[int]) -> tuple[Int64, Int64, Int64]:
    """Arcs of edges taken away: their tails, heads and costs."""
    book, gone = standing.book, np.array(edges, dtype=np.int64)
    tail = np.concatenate([book["edge_from"][gone], book["edge_to"][gone]])
    arcs = connected.arcs_of(np.concatenate([gone, gone]), tail, standing.roads())
    head, cost = book["arc_node"][arcs].astype(np.int64), book["arc_out"][arcs].astype(np.int64)
    for name in ("arc_out", "arc_in"):
        book.set(name, arcs, repair.BLOCKED)
    return tail, head, cost


def _lay(standing: Standing, edges: list[int]) -> None:
    """Arcs of new edges."""
    book = standing.book
    for edge in edges:
        ends = int(book["edge_from"][edge]), int(book["edge_to"][edge])
        costs = int(book["edge_forward"][edge]), int(book["edge_backward"][edge])
        for node, other, out, into in ((*ends, *costs), (*ends[::-1], *costs[::-1])):
            at = book.grow("arc", 1)
            row = {
                "arc_node": other,
                "arc_edge": edge,
                "arc_out": out,
                "arc_in": into,
                "arc_next": book["arc_head"][node],
            }
            for name, value in row.items():
                book[name][at] = value
            book.set("arc_head", node, at + 1)
