"""synthpop's IPF and draw of households area by area (UDST, of the family of PopGen and PopulationSim). INPUT"""

import sys

import common
import numpy as np

NAMES = ("household_size", "household_type", "rooms", "tenure")


def main(path: str) -> None:
    """The same margins and seed; no fit to persons, which synthpop would do next."""
    import pandas as pd
    from synthpop.draw import simple_draw
    from synthpop.ipf.ipf import calculate_constraints

    with np.load(path) as stored:
        seed = stored["seed"]
        margins = {name: stored[name] for name in NAMES}
    classes = np.nonzero(seed > 0)
    index = pd.MultiIndex.from_arrays(list(classes), names=NAMES)
    start = pd.Series(seed[classes], index=index, name="frequency")
    number = np.arange(len(start))
    np.random.seed(1)  # noqa: NPY002 - synthpop draws from it

    def make() -> list[np.ndarray]:
        found = []
        for area in range(len(margins["tenure"])):
            wanted = {(name, k): float(c) or 0.01 for name in NAMES for k, c in enumerate(margins[name][area])}
            fitted, _ = calculate_constraints(pd.Series(wanted), start, max_iterations=20_000)
            total = int(margins["tenure"][area].sum())
            drawn = simple_draw(total, fitted.to_numpy(), number)
            found.append(np.stack([each[drawn] for each in classes]))
        return found

    made = common.timed("make", make)
    missed, counted = 0, 0
    for area, columns in enumerate(made):
        counted += columns.shape[1]
        for k, name in enumerate(NAMES):
            have = np.bincount(columns[k], minlength=margins[name].shape[1])
            missed += int((np.abs(have - margins[name][area]) > 0.5).sum())
    common.tell("synthpop", "pandas", counted=counted, missed=missed)


if __name__ == "__main__":
    main(sys.argv[1])
