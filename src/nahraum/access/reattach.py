"""Points attached again after ways have come or gone near them, and what that stirs."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nahraum.access import repair, surroundings
from nahraum.access.footing import Feet, same
from nahraum.access.standing import GREEN, Standing
from nahraum.network.graph import Float64, Int64
from nahraum.network.nearby import offered, offered_in_grid

Box = tuple[float, float, float, float]
NOBODY = np.empty(0, dtype=np.int64)
_MANY = 10**6  # pairs of a point and an edge: from here on it is quicker to ask the grid


@dataclass
class Stir:
    """What an edit has disturbed so far: nodes by problem, edges with points on them, greens, addresses."""

    lost: dict[int, list[int]] = field(default_factory=dict)
    gained: dict[int, list[int]] = field(default_factory=dict)
    edges: set[int] = field(default_factory=set)
    greens: set[int] = field(default_factory=set)
    addresses: list[Int64] = field(default_factory=list)


def greens_near(standing: Standing, nodes: Int64) -> set[int]:
    """Greens that are within the standard's distance of some nodes."""
    book = standing.book
    seen, _ = surroundings.ball(
        nodes, np.zeros(len(nodes), dtype=np.int64), standing.roads(), False, standing.catchment, standing.node_room
    )
    found = set()
    for node in seen[book[f"seed{GREEN}"][seen] < repair.FAR].tolist():
        for gate in book.tables["at_node"][GREEN, node]:
            found.add(int(book.tables["green"][standing.owner_ids[gate]]))
    return found


def sprouted(standing: Standing, slots: Int64, stir: Stir) -> None:
    """New places: what they may give to."""
    book = standing.book
    for slot in slots.tolist():
        problem, edge = int(book["problem"][slot]), int(book["p_foot"][slot])
        if problem >= 0 and edge >= 0:
            stir.gained.setdefault(problem, []).extend(book["p_node"][slot].tolist())
            stir.edges.add(edge)


def pull(standing: Standing, slots: Int64, stir: Stir) -> None:
    """Places that count no longer: what they had given."""
    book = standing.book
    for slot in slots.tolist():
        problem, edge = int(book["problem"][slot]), int(book["p_foot"][slot])
        if problem >= 0 and edge >= 0:
            label, code = book[f"label{problem}"], int(book["code"][slot])
            for node, cost in zip(book["p_node"][slot].tolist(), book["p_cost"][slot].tolist(), strict=True):
                if label[node] == (cost << repair.COST_BITS | code):
                    stir.lost.setdefault(problem, []).append(node)
            stir.edges.add(edge)
    standing.sow(slots, living=False)


def serve(standing: Standing, slots: Int64, step: int, stir: Stir) -> None:
    """Facilities on small connected parts decide which of these may serve addresses."""
    book = standing.book
    small = [part for part in standing.parts_of(book["p_foot"][slots]).tolist() if part > 0]
    for part in small:
        book.set("part_served", part, int(book["part_served"][part]) + step)
    if not small:
        return
    before = book.tables["parts"]["address"]
    standing.footing.sort_parts()
    after = book.tables["parts"]["address"][: len(before)]  # a part more than before has no length
    flipped = np.flatnonzero(before != after)
    if len(flipped):
        living = np.flatnonzero(book["alive"][: book.sizes["edge"]])
        edges = living[np.isin(book["component"][book["edge_from"][living]], flipped)]
        reattach(standing, "address", (edges, edges), NOBODY, around(standing, (edges, edges)), stir)


def points_in(standing: Standing, role: str, box: Box) -> tuple[Int64, Float64, Float64, Feet]:
    """Living points of a role in a box: slots, x, y, feet."""
    book, address = standing.book, role == "address"
    names = ("x", "y", "foot", "offset", "leg", "plain", "lives") if address else (
        "p_x", "p_y", "p_foot", "p_offset", "p_leg", "p_plain", "p_lives"
    )  # fmt: skip
    size = book.sizes["address" if address else "place"]
    x, y, edge, offset, leg, plain, lives = (book[name][:size] for name in names)
    west, south, east, north = box
    held = lives & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    if not address:
        held &= book["gate"][:size] == (role == "entrance")
    rows = np.flatnonzero(held)
    return rows, x[rows], y[rows], Feet(edge[rows], offset[rows], leg[rows], plain[rows])


def reattach(standing: Standing, role: str, edges: tuple[Int64, Int64], also: Int64, box: Box, stir: Stir) -> None:
    """Points in a box attached again where an edge near them is gone, has come, or serves others than before."""
    book, (gone, come) = standing.book, edges
    rows, px, py, feet = points_in(standing, role, box)
    if not len(rows):
        return
    suspect = ~feet.plain | np.isin(feet.edge, gone) | np.isin(rows, also) | _offered(standing, px, py, feet, come)
    rows, px, py = rows[suspect], px[suspect], py[suspect]
    old = Feet(feet.edge[suspect], feet.offset_dm[suspect], feet.leg_dm[suspect], feet.plain[suspect])
    new = standing.footing.feet(px, py, role)
    plain = "plain" if role == "address" else "p_plain"
    other = ~same(old, new)
    turned = other | (old.plain != new.plain)
    book.set(plain, rows[turned], new.plain[turned])
    moved = Feet(new.edge[other], new.offset_dm[other], new.leg_dm[other], new.plain[other])
    if role == "address":
        resettle(standing, rows[other], moved, stir)
    else:
        _replant(standing, rows[other], moved, stir)


def _offered(standing: Standing, px: Float64, py: Float64, feet: Feet, come: Int64) -> npt.NDArray[np.bool_]:
    """Whether one of the edges that have come may be nearer to a point than its own."""
    if len(px) * len(come) > _MANY:
        return offered_by_grid(standing, px, py, feet.leg_dm, come)
    ends = tuple(standing.book[name] for name in ("edge_from", "edge_to", "x_m", "y_m"))
    return np.asarray(offered(px, py, feet.leg_dm, come, ends))


def offered_by_grid(standing: Standing, px: Float64, py: Float64, leg_dm: Int64, come: Int64) -> npt.NDArray[np.bool_]:
    """The same for many points and many edges."""
    book, draft = standing.book, standing.draft
    ends = tuple(book[name] for name in ("edge_from", "edge_to", "x_m", "y_m"))
    wanted = np.zeros(book.sizes["edge"], dtype=np.bool_)
    wanted[come] = True
    return np.asarray(offered_in_grid(px, py, leg_dm, wanted, draft.grid.arrays(), draft.extra(), ends))


def around(standing: Standing, edges: tuple[Int64, Int64], box: Box | None = None) -> Box:
    """A box in which points may meet one of the edges, and what is in the given box."""
    book = standing.book
    nodes = np.concatenate([book[name][some] for name in ("edge_from", "edge_to") for some in edges])
    if not len(nodes):
        return box or (0.0, 0.0, -1.0, -1.0)
    x, y, reach = book["x_m"][nodes], book["y_m"][nodes], standing.rules.maximum_leg_m + 1.0
    west, south, east, north = (float(v) for v in (x.min() - reach, y.min() - reach, x.max() + reach, y.max() + reach))
    if box is None:
        return west, south, east, north
    return min(west, box[0]), min(south, box[1]), max(east, box[2]), max(north, box[3])


def resettle(standing: Standing, slots: Int64, feet: Feet, stir: Stir) -> None:
    """Addresses that meet the network elsewhere now."""
    if not len(slots):
        return
    book = standing.book
    node, cost = standing.anchors(feet, towards=False)
    before = np.concatenate([book["one"][slots], book["other"][slots]])
    edges = np.unique(np.concatenate([book["foot"][slots], feet.edge]))
    stir.addresses.append(slots)
    columns = {"foot": feet.edge, "offset": feet.offset_dm, "leg": feet.leg_dm, "plain": feet.plain,
               "one": node[:, 0], "other": node[:, 1], "to_one": cost[:, 0], "to_other": cost[:, 1]}  # fmt: skip
    for name, values in columns.items():
        book.set(name, slots, values)
    for slot, ends in zip(slots.tolist(), node.tolist(), strict=True):
        for end in ends:
            if end >= 0:
                at = book.grow("hang", 1)
                book["hang_address"][at], book["hang_next"][at] = slot, book["hang_head"][end]
                book.set("hang_head", end, at + 1)
    for edge in np.unique(feet.edge).tolist():
        held = slots[feet.edge == edge]
        if edge < 0:
            for problem in range(standing.n_problems):
                book.set(f"along{problem}", held, repair.FAR)
        else:
            stir.addresses += standing.look_along(edge).values()  # also those that stood on the edge before
    if standing.on_foot:
        stir.greens |= set(standing.competition.reached_by(slots).tolist())
        around = np.unique(np.concatenate([before, node.ravel()]))
        stir.greens |= greens_near(standing, around[around >= 0])
        for edge in edges.tolist():
            for place in book.tables["at_edge"].get(edge, ()):
                if book["gate"][place]:
                    stir.greens.add(int(book.tables["green"][standing.owner_ids[place]]))


def _replant(standing: Standing, slots: Int64, feet: Feet, stir: Stir) -> None:
    """Places that meet the network elsewhere now."""
    if not len(slots):
        return
    book = standing.book
    pull(standing, slots, stir)
    facilities = slots[~book["gate"][slots]]
    serve(standing, facilities, -1, stir)
    node, cost = standing.anchors(feet, towards=True)
    columns = {"p_foot": feet.edge, "p_offset": feet.offset_dm, "p_leg": feet.leg_dm, "p_plain": feet.plain,
               "p_node": node, "p_cost": cost}  # fmt: skip
    for name, values in columns.items():
        book.set(name, slots, values)
    standing.sow(slots, living=True)
    sprouted(standing, slots, stir)
    serve(standing, facilities, 1, stir)
    for gate in slots[book["gate"][slots]].tolist():
        stir.greens.add(int(book.tables["green"][standing.owner_ids[gate]]))
