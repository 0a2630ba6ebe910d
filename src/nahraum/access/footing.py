"""Where points meet a network that changes: the rules of `attach_points`, for some points at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.access import meeting
from nahraum.access.setting import AccessRules
from nahraum.network import Network, SmallComponents, attach_points
from nahraum.network.graph import Float64, Int64
from nahraum.network.legs import lines
from nahraum.network.nearby import MAIN, OTHER, QUALIFIED, nearest_edges
from nahraum.network.patch import Draft

ROLES = ("facility", "address", "entrance")
NOBODY = np.empty(0, dtype=np.int64)
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Feet:
    """Edge (-1 none), way along it, leg of some points; `plain` where only the nearest main way decided. [-, dm, dm]"""

    edge: Int64
    offset_dm: Int64
    leg_dm: Int64
    plain: Bool


@dataclass(frozen=True)
class _Neighbourhood(Network):
    """Some edges of a network, which still knows how long its parts are as a whole."""

    lengths: tuple[int, ...] = ()

    def component_length_dm(self) -> Int64:
        """Length of all ways of each connected part of the whole network. [dm]"""
        return np.array(self.lengths, dtype=np.int64)


class Footing:
    """Attaches points to a draft.

    In its ledger: by connected part `part_length` [dm] and `part_served` (facilities on it); table `parts`, by role
    which part is what to its points, and table `lines`, by role what legs do not cross.
    """

    def __init__(self, draft: Draft, rules: AccessRules, barriers: pd.DataFrame) -> None:
        self.draft, self.ledger, self.rules = draft, draft.ledger, rules
        n_parts = max(int(draft.base.component.max(initial=0)) + 1, 1)
        length = np.zeros(n_parts, dtype=np.int64)
        known = draft.base.component_length_dm()
        length[: len(known)] = known
        self.ledger.add("part_length", length, group="part")
        self.ledger.add("part_served", np.zeros(n_parts, dtype=np.int64), group="part")
        kinds = barriers["kind"].to_numpy(dtype=object)
        shapes = np.asarray(barriers.geometry.to_numpy(), dtype=object)
        named = dict(zip(barriers["line_id"], zip(kinds.tolist(), shapes.tolist(), strict=True), strict=True))
        self.ledger.tables |= {"parts": {}, "lines": {}, "barrier": named}
        for role in ROLES:
            self.ledger.tables["lines"][role] = _tree(shapes[np.isin(kinds, self._kinds(role))])
        self.sort_parts()

    def _kinds(self, role: str) -> list[str]:
        return list(self.rules.entrance_barriers if role == "entrance" else self.rules.leg_barriers)

    def sort_parts(self) -> None:
        """Anew which connected parts may serve which points: after lengths or places on them have changed."""
        size, tables = self.ledger.sizes["part"], self.ledger.tables
        long = self.ledger["part_length"][:size] >= round(self.rules.component_minimum_m * 10)
        any_place = np.where(long, QUALIFIED, OTHER).astype(np.int8)
        served = np.where(long & (self.ledger["part_served"][:size] > 0), QUALIFIED, OTHER).astype(np.int8)
        any_place[0] = served[0] = MAIN
        for role in ROLES:
            parts = served if role == "address" else any_place
            known = tables["parts"].get(role)
            if known is None or not np.array_equal(parts, known):
                self.ledger.put("parts", role, parts)

    def add_line(self, name: str, line: shapely.LineString, kind: str) -> list[str]:
        """A line that legs of some roles do not cross; these roles."""
        self.ledger.put("barrier", name, (kind, line))
        roles = [role for role in ROLES if kind in self._kinds(role)]
        for role in roles:
            self.ledger.put("lines", role, _tree(np.append(self._held(role), np.array([line], dtype=object))))
        return roles

    def remove_line(self, name: str) -> shapely.Geometry | None:
        """A line that turns legs aside no longer; None where none kept to it."""
        kind, line = self.ledger.tables["barrier"][name]
        self.ledger.put("barrier", name, None)
        roles = [role for role in ROLES if kind in self._kinds(role)]
        for role in roles:
            held = self._held(role)
            at = int(np.flatnonzero([one is line or one.equals_exact(line) for one in held])[0])
            self.ledger.put("lines", role, _tree(np.delete(held, at)))
        return line if roles else None

    def _held(self, role: str) -> npt.NDArray[np.object_]:
        tree = self.ledger.tables["lines"].get(role)
        return np.empty(0, dtype=object) if tree is None else tree.geometries

    def feet(self, x_m: Float64, y_m: Float64, role: str) -> Feet:
        """Where points meet the network, by the rules of their role."""
        rules, parts = self.rules, self.ledger.tables["parts"][role]
        draft = self.draft
        edges, legs, shares = nearest_edges(
            x_m, y_m, draft.grid.arrays(), draft.extra(), draft.ways(parts), rules.maximum_leg_m
        )
        foot = Feet(*meeting.chosen(edges, legs, shares, self.ledger["edge_length_dm"], rules.component_factor))
        crossing = self._crossing(x_m, y_m, foot, role)
        return self._around(x_m, y_m, foot, crossing, role) if len(crossing) else foot

    def crossed_by(self, x_m: Float64, y_m: Float64, edge: Int64, line: shapely.LineString) -> Bool:
        """Whether the straight legs from points to their edges cross a line (all false where there is no edge)."""
        found = np.zeros(len(x_m), dtype=bool)
        held = np.flatnonzero(edge >= 0)
        found[held] = shapely.crosses(lines(self._legs(x_m[held], y_m[held], edge[held])), line)
        return found

    def _crossing(self, x_m: Float64, y_m: Float64, foot: Feet, role: str) -> Int64:
        """Points whose straight legs cross a line."""
        tree = self.ledger.tables["lines"].get(role)
        if tree is None:
            return NOBODY
        held = np.flatnonzero(foot.edge >= 0)
        leg, _ = tree.query(lines(self._legs(x_m[held], y_m[held], foot.edge[held])), predicate="crosses")
        return np.unique(held[leg]) if len(leg) else NOBODY

    def _legs(self, x_m: Float64, y_m: Float64, edge: Int64) -> Float64:
        """Rows x, y of points and x, y of their feet on edges. [m]"""
        ends = tuple(self.ledger[name] for name in ("edge_from", "edge_to", "x_m", "y_m"))
        return np.asarray(meeting.legs_of(x_m, y_m, edge, ends), dtype=np.float64)

    def _around(self, x_m: Float64, y_m: Float64, foot: Feet, bad: Int64, role: str) -> Feet:
        """The same feet; where a leg crosses a line, what `attach_points` itself says."""
        local, slots = self._neighbourhood(x_m[bad], y_m[bad])
        tables, rules = self.ledger.tables, self.rules
        served = frozenset(np.flatnonzero(self.ledger["part_served"]).tolist()) if role == "address" else None
        points = pd.DataFrame({"id": [f"{n:09d}" for n in range(len(bad))], "x_m": x_m[bad], "y_m": y_m[bad]})
        met = attach_points(
            local, points.astype({"id": object}), maximum_leg_m=rules.maximum_leg_m,
            small=SmallComponents(rules.component_minimum_m, rules.component_factor, served),
            barriers=tables["lines"][role].geometries, across=role != "entrance",
        )  # fmt: skip
        edge, offset, leg, plain = foot.edge.copy(), foot.offset_dm.copy(), foot.leg_dm.copy(), foot.plain.copy()
        edge[bad] = np.where(met.edge >= 0, slots[met.edge] if len(slots) else -1, -1)
        offset[bad], leg[bad], plain[bad] = met.offset_dm, met.leg_dm, False
        return Feet(edge, offset, leg, plain)

    def _neighbourhood(self, x_m: Float64, y_m: Float64) -> tuple[Network, Int64]:
        """The edges that these points could meet as a network, and their slots."""
        reach = self.rules.maximum_leg_m + 1.0
        near = [self.draft.near((x - reach, y - reach, x + reach, y + reach)) for x, y in zip(x_m, y_m, strict=True)]
        slots = np.unique(np.concatenate(near))
        book, base = self.ledger, self.draft.base
        low, high = book["edge_from"][slots], book["edge_to"][slots]
        ids = book["node_id"]
        order = np.lexsort((slots, book["edge_length_dm"][slots], ids[high], ids[low], book["edge_way_id"][slots]))
        slots = slots[order]
        columns = ("edge_from", "edge_to", "edge_length_dm", "edge_way_id", "edge_forward", "edge_backward")
        lengths = tuple(book["part_length"][: book.sizes["part"]].tolist())
        fields = {name: getattr(base, name) for name in base.__dataclass_fields__}
        fields |= {name: book[name][slots] for name in columns}
        fields |= {name: book[name] for name in ("node_id", "x_m", "y_m", "component")}
        return _Neighbourhood(**fields, lengths=lengths), slots


def _tree(shapes: npt.NDArray[np.object_]) -> shapely.STRtree | None:
    return shapely.STRtree(shapes) if len(shapes) else None


def same(one: Feet, other: Feet) -> Bool:
    """Whether points meet the network at the same place."""
    equal: Bool = (one.edge == other.edge) & (one.offset_dm == other.offset_dm) & (one.leg_dm == other.leg_dm)
    return equal


def picked(feet: Feet, rows: Int64 | Bool) -> Feet:
    """The feet of some points."""
    return replace(
        feet, edge=feet.edge[rows], offset_dm=feet.offset_dm[rows], leg_dm=feet.leg_dm[rows], plain=feet.plain[rows]
    )
