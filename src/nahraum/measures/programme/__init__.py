"""Which measures to fund: the best plan under a budget and further limits, with a proof of how good it is.

problem = programme_problem(demand, effects, sites, types)   # build
plan = best_programme(problem, Goal(), Limits(budget_eur=5e6))   # solve: .chosen .value .bound .gap .limits .years
price = next_euros(problem, plan, …)   # what the next 100,000 EUR would buy
shares = choice_shares(problem, plan, …)   # how often each site is chosen over variants of cost and need
"""

from __future__ import annotations

from nahraum.measures.programme.assignment import Assigned, assigned_green
from nahraum.measures.programme.best import best_programme
from nahraum.measures.programme.cheapest import cheapest_programme
from nahraum.measures.programme.goal import Effort, Goal, Standing, read_effort, read_goal
from nahraum.measures.programme.limits import Limits, Row
from nahraum.measures.programme.lived import lived_value
from nahraum.measures.programme.milp import Choice, choice_program
from nahraum.measures.programme.plan import Figures, Plan, relative_gap
from nahraum.measures.programme.price import NextEuros, next_euros
from nahraum.measures.programme.problem import Problem, programme_problem
from nahraum.measures.programme.report import goal_unit
from nahraum.measures.programme.shares import ChoiceShares, choice_shares, read_variant_effort

__all__ = [
    "Assigned",
    "Choice",
    "ChoiceShares",
    "Effort",
    "Figures",
    "Goal",
    "Limits",
    "NextEuros",
    "Plan",
    "Problem",
    "Row",
    "Standing",
    "assigned_green",
    "best_programme",
    "cheapest_programme",
    "choice_program",
    "choice_shares",
    "goal_unit",
    "lived_value",
    "next_euros",
    "programme_problem",
    "read_effort",
    "read_goal",
    "read_variant_effort",
    "relative_gap",
]
