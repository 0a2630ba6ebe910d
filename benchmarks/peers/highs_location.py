"""HiGHS alone on the sparse models of one input, as somebody would write them by hand. INPUT MODEL SECONDS"""

import sys

import common
import highspy
import numpy as np
from scipy import sparse


def main(path: str, model: str, seconds: float) -> None:
    """Sites first, then how much of a demand each pair serves (covering: whether a demand is covered)."""
    with np.load(path) as stored:
        given = {name: stored[name] for name in stored.files}
    solver, constant = common.timed("build", lambda: built(given, model, seconds))
    common.timed("solve", solver.run)
    info = solver.getInfo()
    known = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    value, bound = info.objective_function_value + constant, info.mip_dual_bound + constant
    bounded = np.isfinite(bound) and abs(bound) < 1e30
    facts = {"gap": abs(value - bound) / max(abs(value), abs(bound))} if known and bounded and (value or bound) else {}
    status, sign = solver.modelStatusToString(solver.getModelStatus()), 1 if model == "median" else -1
    value, bound = sign * value if known else None, sign * bound if bounded else None
    common.tell("highspy", value=value, bound=bound, status=status, **facts)


def built(given: dict, model: str, seconds: float) -> tuple[highspy.Highs, float]:
    """The solver with its model, to be made least, and the constant of the objective."""
    demand, site, cost, weight, room = (given[name] for name in ("demand", "site", "cost", "weight", "capacity"))
    n, m, p, far = len(weight), len(room), int(given["p"]), float(given["far"])
    if model == "median":
        near = cost < far
        demand, site, cost = demand[near], site[near], cost[near]
    pairs = np.arange(len(demand))
    if model == "covering":
        worth, constant = np.concatenate([np.zeros(m), -weight]), 0.0
        of_site = sparse.csr_matrix((-np.ones(len(pairs)), (demand, site)), (n, m))
        rows, upper = [sparse.hstack([of_site, sparse.identity(n)])], [np.zeros(n)]
    else:
        gain = weight[demand] * (cost - far) if model == "median" else -weight[demand]
        worth, constant = np.concatenate([np.zeros(m), gain]), float((weight * far).sum()) * (model == "median")
        ones = np.ones(len(pairs))
        once = sparse.csr_matrix((ones, (demand, pairs)), (n, len(pairs)))
        of_site = sparse.csr_matrix((-ones, (pairs, site)), (len(pairs), m))
        rows = [sparse.hstack([sparse.csr_matrix((n, m)), once]),
                sparse.hstack([of_site, sparse.identity(len(pairs))])]  # fmt: skip
        upper = [np.ones(n), np.zeros(len(pairs))]
        if model == "capacitated":
            held = sparse.csr_matrix((weight[demand], (site, pairs)), (m, len(pairs)))
            rows.append(sparse.hstack([sparse.diags(-room.astype(float)), held]))
            upper.append(np.zeros(m))
    return _solver(worth, (rows, upper), (m, p), seconds), constant


def _solver(
    worth: np.ndarray, given: tuple[list, list[np.ndarray]], sites: tuple[int, int], seconds: float
) -> highspy.Highs:
    (rows, upper), (m, p) = given, sites
    columns = len(worth)
    rows.append(sparse.hstack([np.ones((1, m)), sparse.csr_matrix((1, columns - m))]))
    matrix = sparse.vstack(rows).tocsr()
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, matrix.shape[0]
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = worth, np.zeros(columns), np.ones(columns)
    lp.row_upper_ = np.append(np.concatenate(upper), float(p))
    lp.row_lower_ = np.append(np.full(matrix.shape[0] - 1, -highspy.kHighsInf), float(p))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    kind = highspy.HighsVarType
    lp.integrality_ = [kind.kInteger] * m + [kind.kContinuous] * (columns - m)
    solver = highspy.Highs()
    for name, option in (("output_flag", False), ("threads", 1), ("time_limit", seconds), ("mip_rel_gap", 0.0)):
        solver.setOptionValue(name, option)
    solver.passModel(lp)
    return solver


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
