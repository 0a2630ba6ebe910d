"""The cheapest safe suppression of a small table, by integer programming with cuts.

The attacker's two linear programmes of a primary number have duals; they say which numbers, held back, would let it
move. Each solution of the master problem that leaves a number too narrow is cut off by such an inequality, until the
audit finds nothing more (Benders; Fischetti and Salazar 2001, their capacity constraints).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nahraum.publish.attacker import TOLERANCE, Numbers
from nahraum.publish.disclosure import Mask
from nahraum.publish.secondary import Task

_ROUNDS = 200
_NODES = 20_000
_TIES = 1e-6


def optimal(task: Task, at_most: float) -> Mask | None:
    """The mask of least weight; None where the search was given up (the heuristic stands then).

    Parameters
        at_most : weight of a safe mask that is known.
    """
    cuts = _first_cuts(task)
    for _ in range(_ROUNDS):
        hidden = _master(task, cuts)
        if hidden is None:
            return None
        more = [cut for at in np.flatnonzero(task.primary) if (cut := _cut(task, hidden, int(at))) is not None]
        if not more:
            return hidden if task.weight(hidden) <= at_most + TOLERANCE else None
        cuts += more
    return None


def _first_cuts(task: Task) -> list[tuple[Numbers, float]]:
    """No sum holds a single held-back number: the others of the sum together at least as often as each of them."""
    relations, cuts = task.table.relations.tocsr(), []
    for row in range(relations.shape[0]):
        columns = relations.indices[relations.indptr[row] : relations.indptr[row + 1]]
        for column in columns[task.may_hide[columns]]:
            cut = np.zeros(len(task.table))
            cut[columns] = 1.0
            cut[column] = -1.0
            cuts.append((cut, 0.0))
    return cuts


def _master(task: Task, cuts: list[tuple[Numbers, float]]) -> Mask | None:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    n = len(task.table)
    ties = _TIES * np.arange(1, n + 1) / n * float(task.weights.min(initial=1.0))  # the first of two as cheap
    constraints: list[Any] = []
    if cuts:
        rows, ends = zip(*cuts, strict=True)
        constraints = [LinearConstraint(csr_matrix(np.vstack(rows)), lb=np.array(ends), ub=np.inf)]
    found = milp(
        np.where(task.primary, 0.0, task.weights + ties),
        integrality=np.ones(n),
        bounds=Bounds(task.primary.astype(np.float64), task.may_hide.astype(np.float64)),
        constraints=constraints,
        options={"node_limit": _NODES, "mip_rel_gap": 0.0},
    )
    return np.asarray(found.x > 0.5) if found.status == 0 else None


def _cut(task: Task, hidden: Mask, target: int) -> tuple[Numbers, float] | None:
    """What must be held back more for one primary number; None where its interval is wide enough."""
    from scipy.optimize import linprog

    values, relations = task.table.values, task.table.relations
    down, up = np.where(hidden, values, 0.0), np.where(hidden, task.ceiling - values, 0.0)
    reach, price = 0.0, np.zeros(len(values))
    for sign in (1.0, -1.0):
        cost = np.zeros(len(values))
        cost[target] = -sign
        found = linprog(
            cost, A_eq=relations, b_eq=np.zeros(relations.shape[0]), bounds=np.column_stack([-down, up]), method="highs"
        )
        reach -= found.fun
        reduced = cost - relations.T @ found.eqlin.marginals
        price += np.where(reduced < 0, -reduced * (task.ceiling - values), reduced * values)
    need = float(task.need[target])
    if reach >= need - TOLERANCE:
        return None
    price[np.abs(price) < TOLERANCE] = 0.0
    return np.minimum(price, need), need
