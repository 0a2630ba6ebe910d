"""Between what only values can decide: the front of plans, and what 100 dwellings change.

front = pareto_front(problem, Limits(budget_eur=5e6))     # .points .plans .payoff .prices .complete .double
"""

from __future__ import annotations

from nahraum.measures.pareto.double import Double
from nahraum.measures.pareto.front import (
    AS_TODAY,
    DEFAULT,
    DEFAULT_LEAST,
    Effort,
    ParetoFront,
    conditions,
    pareto_front,
    read_effort,
)
from nahraum.measures.pareto.moved import moved_by_quarter
from nahraum.measures.pareto.objectives import NAMES, Objective

__all__ = [
    "AS_TODAY",
    "DEFAULT",
    "DEFAULT_LEAST",
    "NAMES",
    "Double",
    "Effort",
    "Objective",
    "ParetoFront",
    "conditions",
    "moved_by_quarter",
    "pareto_front",
    "read_effort",
]
