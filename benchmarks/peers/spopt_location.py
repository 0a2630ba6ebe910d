"""spopt's location models with CBC (of PuLP) on one input. INPUT MODEL SECONDS MEGABYTES

A model that does not fit into so much memory is told as such, with the seconds until it was full. CBC does not look at
its limit of time before its search begins; it is ended after `PATIENCE` times as much processor time.
"""

import resource
import sys

import common
import numpy as np

PATIENCE = 4


def main(path: str, model: str, seconds: float, megabytes: int) -> None:
    """The same pairs as a full table, as spopt wants them; building and solving told apart."""
    import pulp
    from spopt.locate import MCLP, PMedian

    with np.load(path) as stored:
        demand, site, cost, weight, capacity = (
            stored[name] for name in ("demand", "site", "cost", "weight", "capacity")
        )
        p, far, radius = int(stored["p"]), float(stored["far"]), float(stored["radius"])
    n, m = len(weight), len(capacity)
    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, gapRel=0.0, threads=1)
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    def built():
        table = np.full((n, m), far)
        table[demand, site] = cost
        if model == "covering":
            return MCLP.from_cost_matrix(table, weight, service_radius=radius, p_facilities=p)
        if model == "median":
            return PMedian.from_cost_matrix(table, weight, p_facilities=p)
        # everybody is served within the radius at cost 0, or at cost 1 from a further site with room for all
        within = np.ones((n, m + 1))
        within[demand[cost <= radius], site[cost <= radius]] = 0.0
        room, given = np.append(capacity, n), np.append(np.zeros(m), 1)
        return PMedian.from_cost_matrix(
            within, np.ones(n), p_facilities=p + 1, facility_capacities=room, predefined_facilities_arr=given,
            fulfill_predefined_fac=False,
        )  # fmt: skip

    def tried():
        try:
            return built()
        except MemoryError:
            return None

    found = common.timed("build", tried)

    def solved():
        if found is None:
            return None, f"no model in {megabytes // 1000} GB"
        most = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime + PATIENCE * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))  # CBC inherits it
        try:
            found.solve(solver, results=False)
        except pulp.PulpSolverError:
            return None, f"no answer, ended after {most} s"
        except (RuntimeError, MemoryError) as error:  # what spopt raises where CBC has no answer in time
            return None, f"no answer: {str(error)[:60]}"
        return pulp.value(found.problem.objective), pulp.LpStatus[found.problem.status]

    value, status = common.timed("solve", solved)
    if value is not None and model == "capacitated":
        value = n - value
    common.tell("spopt", "pulp", value=value, status=status)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
