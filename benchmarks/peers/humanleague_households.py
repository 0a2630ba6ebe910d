"""humanleague's whole populations area by area. INPUT WAY AREAS

WAY is `ipf`: fit, then the nearest whole numbers of the table (`integerise` of the flat table, which keeps the total);
or `qisi`: quasirandom whole households that keep the margins, fitted again after each of them. Its third way,
`integerise` of the table itself, wants margins met to 0.0001, which its own fit does not reach here.
"""

import sys

import common
import numpy as np

NAMES = ("household_size", "household_type", "rooms", "tenure")


def main(path: str, way: str, areas: int) -> None:
    """The same margins and seed, of the first areas."""
    import humanleague

    with np.load(path) as stored:
        seed = stored["seed"]
        margins = [stored[name][:areas] for name in NAMES]
    axes = [[k] for k in range(4)]

    def one(area: int) -> np.ndarray:
        if way == "qisi":
            return humanleague.qisi(seed, axes, [each[area].astype(np.int64) for each in margins])[0]
        table, _ = humanleague.ipf(seed, axes, [each[area].astype(np.float64) for each in margins])
        flat, _ = humanleague.integerise(table.reshape(-1) / table.sum(), int(margins[0][area].sum()))
        return np.asarray(flat).reshape(seed.shape)

    made = common.timed("make", lambda: [humanleague.flatten(one(area)) for area in range(len(margins[0]))])
    missed, counted = 0, 0
    for area, columns in enumerate(made):
        counted += len(columns[0])
        for column, each in zip(columns, margins, strict=True):
            have = np.bincount(np.asarray(column, dtype=np.int64), minlength=each.shape[1])
            missed += int((np.abs(have - each[area]) > 0.5).sum())
    common.tell("humanleague", counted=counted, missed=missed, areas=len(margins[0]))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
