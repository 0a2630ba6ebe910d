"""HiGHS: a program, an objective to maximise, and what came of it."""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from nahraum.errors import NahraumError
from nahraum.measures.model import Floats
from nahraum.measures.programme.milp import Program

Watch = Callable[[float, float], bool]
OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN = "optimal", "feasible", "infeasible", "unknown"


@dataclass(frozen=True, eq=False)
class Solved:
    """values : of the columns, empty where none was found. bound : no better value exists. duals : per row (LP)."""

    status: str
    values: Floats
    value: float
    bound: float
    duals: Floats


def maximised(
    program: Program, objective: Floats, constant: float = 0.0, *, start: Floats | None = None, seconds: float = 60.0,
    gap: float = 0.0, relaxed: bool = False, watch: Watch | None = None,
) -> Solved:  # fmt: skip
    """The greatest value of an objective over a program.

    Parameters
        start : values of the first columns of a known solution; the others are filled in.
        gap : relative gap at which it may stop. relaxed : without whole numbers (linear relaxation).
        watch : told the best value and the bound now and then; the search stops where it says so.

    Notes
        One thread and a fixed seed: the same program gives the same result, but for a stop by time. Presolve of HiGHS
        (1.16.0) may turn a known solution into a wrong one whose value is too high; then the value told is not that of
        the solution told. That is looked for, and the program solved again without a start; so it is where it is said
        to have no solution although it was given one.
    """
    began = time.perf_counter()
    asked = _Asked(seconds, gap, relaxed, watch)
    told = _run(program, objective, constant, start, asked)
    if _true(told, objective, constant) and (start is None or told.status != INFEASIBLE):
        return told
    left = max(seconds - (time.perf_counter() - began), seconds / 2)
    told = _run(program, objective, constant, None, replace(asked, seconds=left))
    return told if _true(told, objective, constant) else replace(told, status=FEASIBLE, bound=math.inf)


def _true(told: Solved, objective: Floats, constant: float) -> bool:
    """Whether the value is that of the solution."""
    if not len(told.values):
        return True
    value = float((objective * told.values[: len(objective)]).sum()) + constant
    return abs(value - told.value) <= 1e-6 * (1.0 + abs(value))


@dataclass(frozen=True)
class _Asked:
    """How a program is to be solved."""

    seconds: float
    gap: float
    relaxed: bool
    watch: Watch | None


def _run(program: Program, objective: Floats, constant: float, start: Floats | None, asked: _Asked) -> Solved:
    highspy = _quiet_highs()
    solver: Any = highspy.Highs()
    for name, option in (
        ("output_flag", False), ("threads", 1), ("random_seed", 0),
        ("time_limit", max(asked.seconds, 0.01)), ("mip_rel_gap", asked.gap), ("mip_abs_gap", 1e-9),
    ):  # fmt: skip
        solver.setOptionValue(name, option)
    solver.passModel(_model(highspy, program, objective, constant, relaxed=asked.relaxed))
    if asked.watch is not None and not asked.relaxed:
        _watched(solver, asked.watch)
    if start is not None and not asked.relaxed:
        known = np.arange(len(start), dtype=np.int32)
        solver.setSolution(len(known), known, np.asarray(start, dtype=np.float64))
    solver.run()
    return _told(highspy, solver, relaxed=asked.relaxed)


def _watched(solver: Any, watch: Watch) -> None:
    """Tells somebody how far the search is; it is asked often."""

    def seen(event: Any) -> None:
        if watch(float(event.data_out.mip_primal_bound), float(event.data_out.mip_dual_bound)):
            event.interrupt()

    solver.cbMipInterrupt += seen


@cache
def _quiet_highs() -> Any:
    """The module of HiGHS. Its first solver greets on the standard output, where `--json` promises a document alone."""
    import highspy

    sys.stdout.flush()
    try:
        kept = os.dup(1)
    except OSError:  # no standard output
        return highspy
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
    return highspy


def _model(highspy: Any, program: Program, objective: Floats, constant: float, *, relaxed: bool) -> Any:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(program.lower), len(program.row_lower)
    lp.sense_, lp.offset_ = highspy.ObjSense.kMaximize, constant
    cost = np.zeros(len(program.lower))
    cost[: len(objective)] = objective
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = _without_inf(highspy, program.row_lower), _without_inf(highspy, program.row_upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.start.astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = program.column.astype(np.int32), program.value
    if not relaxed:
        kind = highspy.HighsVarType
        lp.integrality_ = [kind.kInteger if whole else kind.kContinuous for whole in program.integer.tolist()]
    return lp


def _without_inf(highspy: Any, values: Floats) -> Floats:
    return np.clip(values, -highspy.kHighsInf, highspy.kHighsInf)


def _told(highspy: Any, solver: Any, *, relaxed: bool) -> Solved:
    status, info, solution = solver.getModelStatus(), solver.getInfo(), solver.getSolution()
    kinds = highspy.HighsModelStatus
    nothing = np.empty(0)
    if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
        return Solved(INFEASIBLE, nothing, math.nan, -math.inf, nothing)
    if status in (kinds.kModelError, kinds.kSolveError, kinds.kLoadError, kinds.kUnbounded):
        raise NahraumError(f"HiGHS could not solve the program of the plan: {solver.modelStatusToString(status)}")
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solution.col_value) if found else nothing
    value = float(info.objective_function_value) if found else math.nan
    duals = np.array(solution.row_dual) if relaxed else nothing
    done = status in (kinds.kOptimal, kinds.kModelEmpty)
    bound = value if relaxed and done else (math.inf if relaxed else float(info.mip_dual_bound))
    return Solved(OPTIMAL if done else (FEASIBLE if found else UNKNOWN), values, value, bound, duals)
