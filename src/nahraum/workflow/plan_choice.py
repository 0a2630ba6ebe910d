"""What to choose: the question as goal and limits, the solution, its recomputation, the next money, the variants."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.catalogue import types_named
from nahraum.measures.german import in_german
from nahraum.measures.lacking import lacks_by
from nahraum.measures.model import Effects
from nahraum.measures.programme import (
    Effort,
    Goal,
    Limits,
    Plan,
    Problem,
    Row,
    best_programme,
    goal_unit,
    lived_value,
    programme_problem,
    read_effort,
    read_goal,
    read_variant_effort,
    relative_gap,
)
from nahraum.measures.programme.price import NextEuros, next_euros
from nahraum.measures.programme.shares import ChoiceShares, choice_shares
from nahraum.measures.recompute import Recomputed, corrected, recomputed
from nahraum.workflow.plan_limits import limits_named_once, named_limits, require_consistent
from nahraum.workflow.plan_money import first_year
from nahraum.workflow.plan_purses import with_purses
from nahraum.workflow.progress import Progress

if TYPE_CHECKING:
    from nahraum.workflow.plan_stages import Ready
    from nahraum.workflow.programme import Ask

STATUS = "status"
_LOWEST_SHARE = 0.2


@dataclass(frozen=True, eq=False)
class Choice:
    """A plan, what was asked, and how sure it is.

    effects : by which it was chosen; corrected where the recomputation asked for it.
    """

    plan: Plan
    recomputed: Recomputed | None
    effects: Effects
    ask: Mapping[str, Any]
    shares: ChoiceShares | None
    next_money: NextEuros | None


def chosen(ready: Ready, ask: Ask, progress: Progress | None = None) -> Choice:
    """The best plan for what is asked, recomputed; chosen once more where model and recomputation differ by too much.

    Of a plan by hand (`Ask.sites`) only the bound is searched: what the best plan could do within the same limits.

    Raises
        InputError for limits that cannot be met, and names that are not there.
    """
    parameters = ready.study.parameters()
    limits, priority = limits_of(ready, ask, needs_budget=not ask.sites)  # its sites cost what they cost
    goal = read_goal(parameters, ask.weights)
    effort = _watched(read_effort(parameters), goal, progress)
    effects = ready.effects
    problem = problem_of(ready, effects)
    plan = best_programme(problem, goal, limits, effort=effort)
    plan = _by_hand(problem, plan, ask.sites, (goal, limits, effort)) if ask.sites else plan
    found = _again(ready, effects, plan)
    if found is not None and not found.agrees and not ask.sites:
        effects, problem, plan, found = _corrected(ready, plan, found, (goal, limits, effort))
    told = _told(ready, ask, limits, priority)
    more = None if ask.sites else next_euros(
        problem, plan, goal, limits, step_eur=parameters.number("programme.price_step_eur"),
        effort=replace(effort, watch=None),
    )  # fmt: skip
    shares = _shares(ready, problem, plan, (goal, limits)) if ask.variants else None
    return Choice(plan, found, effects, told, shares, more)


def _watched(effort: Effort, goal: Goal, progress: Progress | None) -> Effort:
    """The effort with somebody who is told how far it is."""
    if progress is None:
        return effort
    unit = goal_unit(goal)
    return replace(effort, watch=lambda now: progress.standing(now.value, now.bound, unit))


def _by_hand(problem: Problem, best: Plan, sites: Sequence[str], asked: tuple[Goal, Limits, Effort]) -> Plan:
    """The plan of exactly these sites, with the bound of the best plan within the same limits."""
    goal, limits, effort = asked
    others = (~np.isin(np.array(problem.site_ids, dtype=object), list(sites))).astype(np.float64)
    row = Row("by_hand", "Orte, die nicht im Plan von Hand sind", "sites that are not in the plan by hand", "sites",
              others, most=0.0)  # fmt: skip
    fixed = replace(limits, must=tuple(sorted(set(sites))), must_not=(), rows=(*limits.rows, row))
    plan = best_programme(problem, goal, fixed, effort=replace(effort, watch=None))
    bound = max(best.bound, plan.value)
    status = "optimal" if bound == plan.value else "feasible"
    return replace(plan, status=status, bound=bound, gap=relative_gap(plan.value, bound), method="by_hand")


def _shares(ready: Ready, problem: Problem, plan: Plan, asked: tuple[Goal, Limits]) -> ChoiceShares:
    """How firm the choice is, with the study's effort and names for it."""
    parameters = ready.study.parameters()
    firm = (parameters.number("programme.core_share"), parameters.number("programme.likely_share"))
    return choice_shares(problem, plan, *asked, effort=read_variant_effort(parameters), firm_from=firm)


def problem_of(ready: Ready, effects: Effects) -> Problem:
    """What can be chosen, and whose lacks go when which sites are built."""
    if effects is ready.effects:
        return ready.problem
    return programme_problem(
        ready.demand, effects, ready.candidates.sites, ready.types, conflicts=ready.exclusions
    )  # fmt: skip


def _again(ready: Ready, effects: Effects, plan: Plan) -> Recomputed | None:
    """The chosen set built and computed in full; None where nothing is chosen."""
    if not plan.chosen:
        return None
    place = {site.site_id: at for at, site in enumerate(ready.candidates.sites)}
    at = [place[one] for one in plan.chosen]
    return recomputed(ready.base, ready.demand, effects, ready.candidates.sites, chosen=at, groups=ready.groups)


def _corrected(
    ready: Ready, plan: Plan, found: Recomputed, asked: tuple[Goal, Limits, Effort]
) -> tuple[Effects, Problem, Plan, Recomputed | None]:
    """The model corrected by what the recomputation says of the plan, and solved again.

    The better of the two plans under the goal is kept, by what is recomputed; it is labelled where the model still
    says another.
    """
    place = {site.site_id: at for at, site in enumerate(ready.candidates.sites)}
    effects = corrected(ready.demand, ready.effects, [place[one] for one in plan.chosen], found.parts)
    problem = problem_of(ready, effects)
    goal, limits, effort = asked
    second = best_programme(problem, goal, limits, effort=effort)
    again = _again(ready, effects, second)
    first = problem_of(ready, ready.effects)
    if again is None or _lived(ready, first, goal, again) < _lived(ready, first, goal, found):
        return ready.effects, first, plan, found
    return effects, problem, second, again


def _lived(ready: Ready, problem: Problem, goal: Goal, found: Recomputed) -> float:
    return lived_value(problem, goal, lacks_by(ready.demand, found.parts))


def limits_of(ready: Ready, ask: Ask, *, needs_budget: bool = True) -> tuple[Limits, tuple[str, ...]]:
    """The limits of what is asked, and the quarters with priority.

    Raises
        InputError for quarters, sites and types that are not there, where no budget is given, and for a question that
        contradicts itself.
    """
    spec, parameters = ready.study.plan, ready.study.parameters()
    require_consistent(ask, spec)
    budget = spec.budget_eur if math.isnan(ask.budget_eur) else ask.budget_eur
    yearly = _yearly(ready, ask, budget)
    if needs_budget and math.isnan(budget) and not yearly:
        told = InputError(
            "the plan has no budget", expected="an amount in EUR", fix="--budget 5000000, or [plan] budget_eur = …"
        )
        raise in_german(told, "Der Plan hat kein Budget", expected="ein Betrag in Euro", fix="ein Budget angeben")
    priority = _priority(ready, tuple(ask.priority) or spec.priority)
    share = parameters.number("plan.priority_share") if math.isnan(ask.priority_share) else ask.priority_share
    unknown = _unknown_sites(ready, (*ask.must, *ask.must_not, *ask.sites))
    if unknown:
        wrong = InputError(
            "sites are named that are not there", where=unknown, expected="ids as in plan.gpkg, candidate_sites",
            fix="make a plan without them and look their ids up there",
        )  # fmt: skip
        raise in_german(
            wrong, "Genannte Standorte gibt es nicht", where=_gently(unknown), expected="Standorte der Karte",
            fix="diese Wünsche löschen",
        )  # fmt: skip
    quarters = _quarters(ready)
    named = named_limits(limits_named_once(spec.limits, ask.limit, quarters), quarters, ready.types)
    most_of_type = {**named.pop("most_of_type", {}), **_only(ready, ask.types)}
    must = sorted({*ask.must, *(one for one in ready.candidates.must if one not in ask.must_not)})
    limits = Limits(
        budget_eur=math.inf if math.isnan(budget) else budget, yearly_eur=yearly, carry_over=True,
        first_year=first_year(ready.study), priority_quarters=priority, priority_share=share if priority else 0.0,
        must=must, must_not=tuple(ask.must_not), most_of_type=most_of_type, **named,
    )  # fmt: skip
    return with_purses(ready, limits), priority


def _yearly(ready: Ready, ask: Ask, budget: float) -> tuple[float, ...]:
    """Money of each year: as given, one amount for all years, or the budget in even parts over the years asked for."""
    years = ask.years or ready.study.plan.years
    if len(ask.yearly_eur) > 1:
        return tuple(ask.yearly_eur)
    each = ask.yearly_eur[0] if len(ask.yearly_eur) == 1 else ready.study.plan.yearly_eur
    if not math.isnan(each):
        n = years or (max(1, math.ceil(budget / each)) if each > 0 and not math.isnan(budget) else 1)
        return (float(each),) * n
    return () if not years or math.isnan(budget) else (budget / years,) * years


def _priority(ready: Ready, asked: Sequence[str]) -> tuple[str, ...]:
    """Quarters by id or name; `status` stands for those of the lowest class."""
    if tuple(asked) == (STATUS,):
        return _lowest(ready)
    named = _quarters(ready)
    unknown = [one for one in asked if one not in named]
    if unknown:
        where = [_near(one, list(named)) for one in unknown]
        wrong = InputError(
            "quarters are named that are not there", where=where, expected="ids or names of quarters, or status",
            fix="the names stand in tables/quarters.csv",
        )  # fmt: skip
        raise in_german(
            wrong, "Genannte Quartiere gibt es nicht", where=_gently(where), expected="Quartiere der Untersuchung",
            fix="die Quartiere neu wählen",
        )  # fmt: skip
    return tuple(sorted({named[one] for one in asked}))


def _quarters(ready: Ready) -> dict[str, str]:
    """Ids of quarters by name and by id."""
    quarters = ready.chain.area.value.quarters
    ids = quarters["quarter_id"].astype(str).tolist()
    return dict(zip(quarters["name"].astype(str), ids, strict=True)) | {one: one for one in ids}


def _lowest(ready: Ready) -> tuple[str, ...]:
    """The quarters of the lowest class of the status index; without classes the fifth with the lowest index."""
    if ready.groups.groups:
        lowest = ready.groups.groups[0].id
        return tuple(sorted(one for one, group in ready.groups.of_quarter.items() if group == lowest))
    areas = ready.chain.social.value.areas
    if not len(areas) or "index" not in areas or not areas["index"].notna().any():
        wrong = InputError(
            "the study has no index of social status", expected="[social] with a method and its table",
            fix="name the quarters: --priority 0104,0105",
        )  # fmt: skip
        raise in_german(
            wrong, "Die Untersuchung hat keinen Index des sozialen Status", expected="[social] mit Methode und Tabelle",
            fix="die Quartiere einzeln wählen",
        )  # fmt: skip
    ranked = areas[areas["index"].notna()].sort_values(["index", "area_id"], ascending=[False, True])
    n = math.ceil(_LOWEST_SHARE * len(ranked))  # a high index is a low status
    return tuple(sorted(ranked["area_id"].astype(str).head(n)))


def _near(name: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"{name!r}" + (f": did you mean {near[0]!r}?" if near else "")


def _gently(where: Sequence[str]) -> list[str]:
    """Places of an error as a German reader has them."""
    return [one.replace(": did you mean ", ": gemeint vielleicht ") for one in where]


def _unknown_sites(ready: Ready, names: Sequence[str]) -> list[str]:
    ids = [site.site_id for site in ready.candidates.sites]
    return [_near(one, ids) for one in dict.fromkeys(names) if one not in set(ids)]


def _only(ready: Ready, types: Sequence[str]) -> dict[str, int]:
    """No measure of any other type than those asked for."""
    if not types:
        return {}
    types_named(types, ready.types)
    return dict.fromkeys(sorted({site.type_id for site in ready.candidates.sites} - set(types)), 0)


def _told(ready: Ready, ask: Ask, limits: Limits, priority: Sequence[str]) -> dict[str, Any]:
    """What was asked, as plan.json has it."""
    by_status = (tuple(ask.priority) or ready.study.plan.priority) == (STATUS,)
    budget = limits.most_eur
    return {
        "budget_eur": budget if math.isfinite(budget) else None, "yearly_eur": list(limits.yearly_eur),
        "goal": "lacks_removed", "weighting": ask.weights, "priority": list(priority), "by_status": by_status,
        "priority_share": limits.priority_share, "must": list(limits.must), "must_not": list(limits.must_not),
        "types": list(ask.types), "level": "mid", "by_hand": bool(ask.sites),
    }  # fmt: skip
