"""How firm a choice is: in how many variants of cost and need each site is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.measures.programme.best import best_programme
from nahraum.measures.programme.goal import Effort, Goal
from nahraum.measures.programme.limits import Limits
from nahraum.measures.programme.plan import Plan
from nahraum.measures.programme.problem import LEVELS, Problem
from nahraum.measures.programme.weights import lacks_needed
from nahraum.parameters import Parameters
from nahraum.tables import PREREQUISITES

WEIGHTINGS = ("utilitarian", "prioritarian")


@dataclass(frozen=True)
class ChoiceShares:
    """sites : site_id, chosen (in the plan), share (of the variants that choose it), n_variants, firm (core | likely |
    possible | never). variants : level, k, weights, status, gap, n_sites, same (share of the plan's
    money that the variant spends on the same sites), reason (why it does not count); the plan's own question too.
    Those that do not count have the status none (no plan keeps the limits) or open (the gap is too wide)."""

    sites: pd.DataFrame
    variants: pd.DataFrame


def choice_shares(
    problem: Problem, plan: Plan, goal: Goal | None = None, limits: Limits | None = None, *,
    effort: Effort | None = None, firm_from: tuple[float, float] = (0.9, 0.5),
) -> ChoiceShares:  # fmt: skip
    """How often each site is chosen when costs are low, middle or high, lacks count from k - 1, k or k + 1, and all
    count the same or those with more lacks more: every combination, the limits as they are.

    Parameters
        firm_from : shares of variants from which a site is core and likely (`programme.core_share`, `.likely_share`).

    Notes
        A share of variants is no probability. The variant that is the plan's own question is the plan; each other one
        is searched from it, up to the gap of the effort. A variant with a wider gap would tell of the search and not
        of the site: like one whose limits cannot be kept, such as must-haves beyond the budget at high costs, it does
        not count and is named.
    """
    goal, limits, effort = goal or Goal(), limits or Limits(), effort or Effort(gap=0.05, seconds=5.0)
    k = lacks_needed(problem, goal)
    ks = [one for one in (k - 1, k, k + 1) if 1 <= one <= len(PREREQUISITES)]
    taken, records = [], []
    for level, one, weights in product(LEVELS, ks, WEIGHTINGS):
        told = {"level": level, "k": one, "weights": weights}
        own = (level, one, weights) == (problem.level, k, goal.weights)
        asked = replace(goal, k=one, weights=weights)
        try:
            found = plan if own else best_programme(
                problem.at_level(level), asked, limits, effort=effort, start=plan.mask
            )  # fmt: skip
        except InputError as why:
            nothing = {"status": "none", "gap": np.nan, "n_sites": 0, "same": np.nan, "reason": why.what}
            records.append(told | nothing)
            continue
        told |= {"gap": found.gap, "n_sites": len(found.chosen), "same": _same(problem, plan, found)}
        if own or found.gap <= effort.gap:
            taken.append(found.mask)
            records.append(told | {"status": found.status, "reason": ""})
        else:
            reason = f"another plan could be better by {found.gap:.0%}: more than {effort.gap:.0%}"
            records.append(told | {"status": "open", "same": np.nan, "reason": reason})
    share = np.mean(taken, axis=0) if taken else np.full(len(problem), np.nan)
    firm = np.select(
        [share >= firm_from[0], share >= firm_from[1], share > 0], ["core", "likely", "possible"], default="never"
    )
    sites = pd.DataFrame(
        {"site_id": problem.site_ids, "chosen": plan.mask, "share": share, "n_variants": len(taken), "firm": firm}
    )
    return ChoiceShares(sites, pd.DataFrame(records))


def read_variant_effort(parameters: Parameters) -> Effort:
    """The effort for each variant as the study has it."""
    number = parameters.number
    return Effort(gap=number("programme.variant_gap"), seconds=number("programme.variant_seconds"))


def _same(problem: Problem, plan: Plan, other: Plan) -> float:
    money = float(problem.cost_eur[plan.mask].sum())
    return float(problem.cost_eur[plan.mask & other.mask].sum()) / money if money > 0 else float("nan")
