"""The front: plans of which none is better in every objective, found one after the other, with what is proven."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.measures.model import Bools, Floats
from nahraum.measures.pareto.boxes import Boxes
from nahraum.measures.pareto.double import Double, double_development
from nahraum.measures.pareto.model import Front, Solution, front_model
from nahraum.measures.pareto.objectives import Objective, objectives_of
from nahraum.measures.pareto.quality import hypervolume, knee, normalised, not_dominated, order_of
from nahraum.measures.programme.limits import Limits, Row
from nahraum.measures.programme.problem import Problem
from nahraum.parameters import Parameters

DEFAULT = ("people_lacking_green", "dwellings", "cost")
AS_TODAY = math.nan
DEFAULT_LEAST: Mapping[str, float] = {"people_lacking_supply": AS_TODAY}
_AUGMENTED = 1e-4  # weight of the other objectives, in units of their range: enough to choose among equal plans

_LEAST_STEP = 1e-4  # persons, dwellings, EUR: what HiGHS tells apart


@dataclass(frozen=True)
class Effort:
    """How long is searched: plans, seconds for all, gap of each (0: proof), resolution as a share of each range."""

    points: int
    seconds: float
    gap: float
    resolution: float


@dataclass(frozen=True, eq=False)
class ParetoFront:
    """Plans between which only values can decide.

    points      a row per plan, best in the first objective first: point ('P01' …), a column per objective with its
                value, exact (no plan of the stated model beats it in every objective), gap, knee, double (more
                dwellings and fewer people lacking green than today; None where these are not both objectives), n_sites
    plans       ids of the sites of each plan, in the same order; masks: the same by position in the problem
    today       value of each objective without a plan
    payoff      the plan that is best for each objective alone: a row per objective, a column per objective;
                payoff_masks: these plans by position in the problem
    prices      point, limit, price: gain in the first objective by one unit more of a limit, by the linear relaxation
    complete    whether there is no other plan on the front, up to the resolution
    hypervolume share of the box between the worst and the best value of each objective that the front dominates
    double      plans that improve both, or the proof that there is none; None without both objectives
    """

    objectives: tuple[Objective, ...]
    points: pd.DataFrame
    plans: tuple[tuple[str, ...], ...]
    masks: tuple[Bools, ...]
    today: Mapping[str, float]
    payoff: pd.DataFrame
    payoff_masks: tuple[Bools, ...]
    prices: pd.DataFrame
    complete: bool
    hypervolume: float
    double: Double | None
    solves: int
    seconds: float


@dataclass(frozen=True, eq=False)
class _Point:
    """A plan and the search that gave it; low : the limits it was found under."""

    solution: Solution
    low: Floats
    exact: bool


def read_effort(parameters: Parameters) -> Effort:
    """The effort as the study has it."""
    number = parameters.number
    return Effort(
        int(number("pareto.points")), number("pareto.seconds"), number("pareto.gap"), number("pareto.resolution")
    )  # fmt: skip


def pareto_front(
    problem: Problem, limits: Limits | None = None, *, objectives: Sequence[str] = DEFAULT,
    least: Mapping[str, float] | None = None, effort: Effort | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ParetoFront:  # fmt: skip
    """The front between two or three objectives, within all limits of a plan.

    Parameters
        objectives : names of `objectives.NAMES`; the first one is searched for, the others are limited step by step.
        least : objectives as limits, each with the value that must be kept (at most for what is to be lowered,
            at least for what is to be raised), such as {"people_lacking_supply": 900.0, "sealing": 0.0}; `AS_TODAY` for
            the value without a plan; also for an objective. None: nobody shall lose supply. {}: none.
        effort : as `read_effort` has it from the study. progress : told how many of how many plans there are.

    Raises
        InputError for unknown objectives, fewer than two or more than three, and limits that no plan can keep.

    Notes
        Augmented epsilon-constraint: the first objective is raised, plus a small part of the others so that no plan
        is only weakly good, while the others keep limits (Mavrotas & Florios 2013). The limits lie in boxes that no
        search has covered (Kirlik & Sayın 2014), in the middle of the largest one: so the plans spread, and when no box
        is left the front is complete. Each search is the exact model of the programme.

    References
        Mavrotas, G., Florios, K. (2013). An improved version of the augmented epsilon-constraint method (AUGMECON2).
        Applied Mathematics and Computation 219. Kirlik, G., Sayın, S. (2014). A new algorithm for generating all
        nondominated solutions of multiobjective discrete optimization problems. EJOR 232.
    """
    began, effort = time.perf_counter(), effort or read_effort(Parameters())
    if not 2 <= len(objectives) <= 3:
        raise InputError(
            "a front needs two or three objectives", where=", ".join(objectives), expected="two or three names",
            fix="name further ones as limits",
        )  # fmt: skip
    told = objectives_of(problem, objectives)
    within = _with_fixed(problem, limits or Limits(), conditions(least, objectives))
    model = front_model(problem, told, within, seconds=effort.seconds / effort.points / 2, gap=effort.gap)
    payoff = _payoff(model)
    until = began + effort.seconds
    points, complete = _searched(model, payoff, effort, until, progress)
    double = double_development(model) if {"dwellings", "people_lacking_green"} <= set(objectives) else None
    return _told(model, points, payoff, complete=complete, double=double, seconds=time.perf_counter() - began)


def conditions(least: Mapping[str, float] | None, objectives: Sequence[str]) -> dict[str, float]:
    """What every plan of a front keeps: what is asked for, else the default where it is no objective."""
    if least is not None:
        return dict(least)
    return {name: value for name, value in DEFAULT_LEAST.items() if name not in objectives}


def _with_fixed(problem: Problem, limits: Limits, least: Mapping[str, float]) -> Limits:
    """Limits and those of objectives; sites whose part in one of these is not known are not to be chosen."""
    nothing = np.zeros(len(problem), dtype=bool)
    met = problem.met(nothing)
    rows: list[Row] = []
    for one in objectives_of(problem, sorted(least)):
        value = least[one.name]
        gain = one.gain(nothing, met) if math.isnan(value) else one.gain_of(value)
        labels = (one.label_de, one.label_en)
        rows.append(Row(f"least:{one.name}", *labels, one.unit, one.sites, one.pairs, gain))
        if one.unknown.any():
            words = (f"{labels[0]} nicht bekannt: nicht wählbar", f"{labels[1]} not known: not to be chosen")
            rows.append(Row(f"unknown:{one.name}", *words, "sites", one.unknown.astype(np.float64), most=0.0))
    return replace(limits, rows=(*limits.rows, *rows))


def _payoff(model: Front) -> list[Solution]:
    """The best plan of each objective alone; from then on gains are counted in ranges of these."""
    free = np.full(len(model.objectives), -np.inf)
    for _ in range(2):
        found = []
        for k in range(len(model.objectives)):
            weights = np.full(len(model.objectives), _AUGMENTED)
            weights[k] = 1.0
            solution = model.best(weights, free)
            assert solution is not None  # a plan that keeps the limits is known
            found.append(solution)
        gains = np.array([one.gains for one in found])
        span = gains.max(axis=0) - gains.min(axis=0)
        unit = np.where(span > 0, span, model.unit)
        if (unit == model.unit).all():
            break
        model.unit = unit
    return found


def _searched(
    model: Front, payoff: list[Solution], effort: Effort, until: float, progress: Callable[[int, int], None] | None
) -> tuple[list[_Point], bool]:
    """Plans of the front, and whether there are no others."""
    gains = np.array([one.gains for one in payoff])
    boxes = Boxes.everything(gains.min(axis=0)[1:], gains.max(axis=0)[1:])
    step = np.maximum(effort.resolution * model.unit[1:], _LEAST_STEP)
    weights = np.full(len(model.objectives), _AUGMENTED)
    weights[0] = 1.0
    points: list[_Point] = []
    complete, low, near = True, np.full(len(step), -np.inf), effort.resolution * model.unit
    for one in payoff:
        _add(points, _Point(one, low, one.proven), near)
    while len(boxes) and len(points) < effort.points and time.perf_counter() < until:
        try:
            found = model.best(weights, np.concatenate([[-np.inf], low + step]))
        except TimeoutError:
            found, complete = None, False
        boxes.searched(low, np.full(len(low), np.inf) if found is None else found.gains[1:])
        if found is not None:
            complete &= found.proven
            _add(points, _Point(found, low, found.proven), near)
        if len(boxes):
            low = boxes.next_limits()
        if progress is not None:
            progress(len(points), effort.points)
    return points, complete and not len(boxes)


def _add(points: list[_Point], new: _Point, near: Floats) -> None:
    """Adds a plan that is not there yet; of two that are alike the proven one stays."""
    for at, one in enumerate(points):
        if (np.abs(one.solution.gains - new.solution.gains) <= near).all():
            points[at] = new if new.exact and not one.exact else one
            return
    points.append(new)


def _told(
    model: Front, points: list[_Point], payoff: list[Solution], *, complete: bool, double: Double | None, seconds: float
) -> ParetoFront:
    every = np.array([one.solution.gains for one in points]).reshape(len(points), len(model.objectives))
    kept = [points[at] for at in np.flatnonzero(not_dominated(every))]
    order = order_of(np.array([one.solution.gains for one in kept]))
    kept = [kept[at] for at in order.tolist()]
    gains = np.array([one.solution.gains for one in kept])
    best = np.array([one.gains for one in payoff])
    scaled = normalised(gains, np.minimum(best.min(axis=0), gains.min(axis=0)), best.max(axis=0))
    ids = np.array(model.problem.site_ids, dtype=object)
    return ParetoFront(
        objectives=model.objectives,
        points=_points_table(model, kept, at_knee=knee(scaled)),
        plans=tuple(tuple(ids[one.solution.chosen]) for one in kept),
        masks=tuple(one.solution.chosen for one in kept),
        today={one.name: one.value(gain) for one, gain in zip(model.objectives, model.base, strict=True)},
        payoff=_values_table(model.objectives, best), payoff_masks=tuple(one.chosen for one in payoff),
        prices=_prices_table(model, kept),
        complete=complete, hypervolume=hypervolume(scaled), double=double, solves=model.solves, seconds=seconds,
    )  # fmt: skip


def _points_table(model: Front, kept: list[_Point], *, at_knee: int) -> pd.DataFrame:
    gains = np.array([one.solution.gains for one in kept])
    names = [one.name for one in model.objectives]
    columns: dict[str, object] = {"point": [f"P{at + 1:02d}" for at in range(len(kept))]}
    for k, one in enumerate(model.objectives):
        columns[one.name] = [one.value(gain) for gain in gains[:, k]]
    columns["exact"] = [one.exact for one in kept]
    columns["gap"] = [_gap(one.solution) for one in kept]
    columns["knee"] = [at == at_knee for at in range(len(kept))]
    double: list[bool | None] = [None] * len(kept)
    if {"dwellings", "people_lacking_green"} <= set(names):
        here = [names.index(name) for name in ("dwellings", "people_lacking_green")]
        double = [bool((row[here] > model.base[here]).all()) for row in gains]
    columns["double"] = double
    columns["n_sites"] = [int(one.solution.chosen.sum()) for one in kept]
    return pd.DataFrame(columns)


def _gap(solution: Solution) -> float:
    """How much more of the weighted gains over doing nothing another plan could have, as a share."""
    if solution.proven:
        return 0.0
    return (solution.bound - solution.value) / abs(solution.value) if solution.value else math.inf


def _values_table(objectives: tuple[Objective, ...], gains: Floats) -> pd.DataFrame:
    names = [one.name for one in objectives]
    values = [[one.value(gain) for one, gain in zip(objectives, row, strict=True)] for row in gains]
    return pd.DataFrame(values, columns=names, index=pd.Index(names, name="best_for"))


def _prices_table(model: Front, kept: list[_Point]) -> pd.DataFrame:
    """Shadow values of every fixed limit at each plan, in the unit of the first objective per unit of the limit."""
    weights = np.zeros(len(model.objectives))
    weights[0] = 1.0
    names = [row.name for row in model.task.rows]
    rows = []
    for at, one in enumerate(kept if names else []):
        least = np.concatenate([[-np.inf], np.where(np.isfinite(one.low), one.solution.gains[1:], -np.inf)])
        told = model.prices(weights, least)
        rows += [(f"P{at + 1:02d}", name, told[name] * model.unit[0]) for name in names]
    return pd.DataFrame(rows, columns=["point", "limit", "price"])


__all__ = ["AS_TODAY", "DEFAULT", "DEFAULT_LEAST", "Effort", "ParetoFront", "conditions", "pareto_front", "read_effort"]
