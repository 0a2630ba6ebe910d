"""What the next euros would buy."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nahraum.measures.programme.best import best_programme
from nahraum.measures.programme.goal import Effort, Goal
from nahraum.measures.programme.limits import Limits
from nahraum.measures.programme.plan import Plan
from nahraum.measures.programme.problem import Problem


@dataclass(frozen=True)
class NextEuros:
    """A larger budget beside the one at hand.

    step_eur : more money. gain : by how much the best plan found is better. most_gain : no plan gains more (bound of
    the new plan less the value of the old). added, dropped : ids of sites that come and go. price : gain of the step
    by the linear relaxation, at its margin; NaN where none is known. unit : of the gains. gap : of the new plan.
    """

    step_eur: float
    gain: float
    most_gain: float
    price: float
    unit: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    gap: float


def next_euros(
    problem: Problem, plan: Plan, goal: Goal | None = None, limits: Limits | None = None, *,
    step_eur: float = 100_000.0, effort: Effort | None = None,
) -> NextEuros:  # fmt: skip
    """What so much more money would bring: the plan is made anew with it, and never comes out worse.

    Parameters
        plan : the best plan under `goal` and `limits`. Yearly budgets get the step in their first year.
    """
    limits = limits or Limits()
    yearly = tuple(amount + step_eur * (at == 0) for at, amount in enumerate(limits.yearly_eur))
    wider = replace(limits, budget_eur=limits.budget_eur + step_eur, yearly_eur=yearly)
    new = best_programme(problem, goal, wider, effort=effort, start=plan.mask)
    rows = plan.limits.set_index("name")["price"]
    prices = [float(rows[name]) for name in ("budget", "years") if name in rows.index]
    known = [one for one in prices if not np.isnan(one)]
    return NextEuros(
        step_eur=step_eur,
        gain=new.value - plan.value,
        most_gain=new.bound - plan.value,
        price=sum(known) * step_eur if known else float("nan"),
        unit=plan.unit,
        added=tuple(sorted(set(new.chosen) - set(plan.chosen))),
        dropped=tuple(sorted(set(plan.chosen) - set(new.chosen))),
        gap=new.gap,
    )
