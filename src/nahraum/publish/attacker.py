"""What an attacker can work out: the least and the most that a held-back number can be, by linear programming.

The attacker knows the sums that hold among the numbers (a total minus its parts is zero) and for every number the span
in which it lies: a published figure a narrow one, a held-back one everything from none on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from nahraum.errors import NahraumError

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
TOLERANCE = 1e-6


def components(relations: csr_matrix, free: npt.NDArray[np.bool_]) -> list[tuple[Indices, Indices]]:
    """Rows and columns of the parts into which the relations fall when only free numbers count.

    Returns
        one (rows, columns) each, both ascending; columns that stand in no relation come alone, without rows.
    """
    from scipy.sparse import bmat
    from scipy.sparse.csgraph import connected_components

    columns = np.flatnonzero(free)
    part = relations[:, columns]
    n_rows, n_columns = part.shape
    if n_columns == 0:
        return []
    graph = bmat([[None, abs(part)], [abs(part).T, None]]) if part.nnz else None
    labels = np.arange(n_rows + n_columns) if graph is None else connected_components(graph, directed=False)[1]
    of_rows, of_columns = labels[:n_rows], labels[n_rows:]
    rows_of = {int(label): np.flatnonzero(of_rows == label) for label in np.unique(of_columns)}
    return [
        (rows_of[int(label)], columns[of_columns == label].astype(np.int64))
        for label in dict.fromkeys(of_columns.tolist())
    ]


def _solved(cost: Numbers, equations: Any, sums: Numbers, spans: Numbers) -> Any:
    from scipy.optimize import linprog

    kept: dict[str, Any] = {"A_eq": equations, "b_eq": sums} if equations.shape[0] else {}
    found = linprog(cost, bounds=spans, method="highs", **kept)
    if found.status == 2:  # presolve takes rounding of sums for a contradiction now and then
        found = linprog(cost, bounds=spans, method="highs-ds", options={"presolve": False}, **kept)
    if found.status not in (0, 3):
        raise NahraumError(
            "the figures of a table contradict each other",
            expected="parts that add up to their totals",
            fix=f"look for totals of another source or another date (solver: {found.message})",
        )
    return found


def intervals(
    relations: csr_matrix, low: Numbers, high: Numbers, *, targets: Indices | None = None
) -> tuple[Numbers, Numbers]:
    """The least and the most that each number can be, given the sums and the spans.

    Parameters
        relations : a sum per row: 1 for the parts, -1 for the total; each adds up to zero.
        low, high : span of each number as the attacker knows it; equal where it is published exactly.
        targets : numbers to be looked at; all that are not known where none are given.

    Returns
        low and high per number; those that are no target keep their span.
    """
    least, most = low.astype(np.float64), high.astype(np.float64)
    free = high - low > TOLERANCE
    wanted = free.copy()
    if targets is not None:
        wanted &= np.isin(np.arange(len(low)), targets)
    fixed = np.where(free, 0.0, low)
    for rows, columns in components(relations, free):
        if not len(rows) or not wanted[columns].any():
            continue
        equations = relations[rows][:, columns]
        sums = -np.asarray(relations[rows] @ fixed, dtype=np.float64)
        spans = np.column_stack([low[columns], high[columns]])
        for place in np.flatnonzero(wanted[columns]):
            cost = np.zeros(len(columns))
            for sign, ends in ((1.0, least), (-1.0, most)):
                cost[place] = sign
                found = _solved(cost, equations, sums, spans)
                ends[columns[place]] = sign * found.fun if found.status == 0 else -sign * np.inf
    return least, most


def possible(
    relations: csr_matrix, spans: tuple[Numbers, Numbers], truth: Numbers, *, targets: Indices, need: Numbers
) -> tuple[Numbers, Numbers]:
    """Numbers that an attacker must reckon with: for each target a span of `need`, or all there is if that is less.

    Parameters
        spans : the least and the most of each number as the attacker knows it.
        truth : the numbers themselves, one solution of the sums.

    Returns
        the least and the most of each number among the solutions that were looked at.

    Notes
        A single solution serves many targets: each may rise by its need in the same programme. Only those that did
        not get wide enough are solved for themselves, so that large tables cost few programmes.
    """
    low, high = spans
    least, most = truth.astype(np.float64), truth.astype(np.float64)
    free = np.flatnonzero(high - low > TOLERANCE)
    equations = relations[:, free].tocsr()
    equations = equations[np.flatnonzero(np.diff(equations.indptr))]
    sums = np.asarray(equations @ truth[free], dtype=np.float64)
    place = np.full(len(truth), -1, dtype=np.int64)
    place[free] = np.arange(len(free))
    left = [int(at) for at in targets]

    def look(which: list[int], sign: float) -> None:
        cost = np.zeros(len(free))
        cost[place[which]] = -sign  # no target takes more than it needs, so that enough is left for the others
        top = np.where(cost < 0, np.minimum(high[free], truth[free] + need[free]), high[free])
        bottom = np.where(cost > 0, np.maximum(low[free], truth[free] - need[free]), low[free])
        found = _solved(cost, equations, sums, np.column_stack([bottom, top]))
        if found.status == 0:
            least[free], most[free] = np.minimum(least[free], found.x), np.maximum(most[free], found.x)

    def narrow(which: list[int]) -> list[int]:
        return [at for at in which if place[at] >= 0 and most[at] - least[at] < need[at] - TOLERANCE]

    for sign in (1.0, -1.0):
        while left := narrow(left):
            before = len(left)
            look(left, sign)
            if len(narrow(left)) == before:
                break
    if left := narrow(left):
        lows, highs = intervals(relations, low, high, targets=np.array(left, dtype=np.int64))
        least[left], most[left] = lows[left], highs[left]
    return least, most


def flow(
    relations: csr_matrix, cost: Numbers, room: tuple[Numbers, Numbers], *, target: int, need: float
) -> Numbers | None:
    """The cheapest numbers to set free so that one held-back number may move over a span of `need`.

    Parameters
        room : how far each number may move down and up.

    Returns
        by how much each number moves in one of the two solutions; None where nothing can move so far.

    Notes
        Two solutions of the sums, one with more and one with less at the target; a number that moves in either of
        them costs its weight per person moved (Kelly, Golden and Assad 1992; the LP heuristic of cell suppression).
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix, hstack, vstack

    active = np.flatnonzero(room[0] + room[1] > 0)
    part = relations[:, active].tocsr()
    part = part[np.flatnonzero(np.diff(part.indptr))]
    n, at = len(active), int(np.searchsorted(active, target))
    none, up = csr_matrix(part.shape), hstack([part, -part])
    equations = vstack([hstack([up, none, none]), hstack([none, none, up])])
    span = np.zeros(4 * n)  # more: up, down; less: up, down
    span[[at, 3 * n + at]], span[[n + at, 2 * n + at]] = -1.0, 1.0
    tops = np.concatenate([room[1][active], room[0][active]] * 2)
    found = linprog(
        np.tile(cost[active], 4), A_ub=span[None, :], b_ub=[-need], A_eq=equations, b_eq=np.zeros(equations.shape[0]),
        bounds=np.column_stack([np.zeros(4 * n), tops]), method="highs",
    )  # fmt: skip
    if found.status != 0:
        return None
    moved = np.zeros(relations.shape[1])
    moved[active] = np.abs(found.x).reshape(4, n).max(axis=0)
    return moved
