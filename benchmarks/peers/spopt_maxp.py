"""spopt's max-p on one input. INPUT ITERATIONS"""

import sys

import common
import numpy as np


def main(path: str, iterations: int) -> None:
    """Regions by the heuristic of spopt, with its defaults but for the number of constructions."""
    import geopandas as gpd
    import shapely
    from libpysal.weights import W
    from spopt.region import MaxPHeuristic

    with np.load(path) as stored:
        pairs, residents, values, floor = (stored[name] for name in ("pairs", "residents", "values", "floor"))
    n = len(residents)
    neighbours: dict[int, list[int]] = {unit: [] for unit in range(n)}
    for one, other in pairs.tolist():
        neighbours[one].append(other)
        neighbours[other].append(one)
    columns = {f"v{k}": values[:, k] for k in range(values.shape[1])}
    frame = gpd.GeoDataFrame({**columns, "residents": residents}, geometry=shapely.points(np.zeros((n, 2))))
    weights = W(neighbours, silence_warnings=True)

    def solve() -> np.ndarray:
        np.random.seed(1)  # noqa: NPY002 - spopt draws from it
        model = MaxPHeuristic(
            frame, weights, list(columns), "residents", float(floor), top_n=2, max_iterations_construction=iterations
        )
        model.solve()
        return np.asarray(model.labels_)

    labels = common.timed("solve", solve)
    common.tell("spopt", "libpysal", **common.region_facts(path, labels))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
