"""Sums by group in one pass, of values some of which are not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.compiled import compiled

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group each row is of, by number (-1: left out), and the labels of the groups in order."""

    place: Ints
    labels: npt.NDArray[np.object_]

    @staticmethod
    def of(group: pd.Series) -> Groups:
        """By label of each row; '' and what is empty is left out."""
        values = group.to_numpy(dtype=object)
        keep = np.asarray(group.notna().to_numpy() & (values != ""), dtype=bool)
        place = np.full(len(values), -1, dtype=np.int64)
        place[keep], labels = pd.factorize(values[keep], sort=True)
        return Groups(place, np.asarray(labels, dtype=object))

    def only(self, keep: npt.NDArray[np.bool_]) -> Groups:
        """The groups of some of the rows; a group without any of them is none."""
        place = np.where(keep, self.place, -1)
        there = np.zeros(len(self.labels) + 1, dtype=bool)
        there[place] = True
        there[-1] = False
        number = np.append(np.cumsum(there[:-1]) - 1, -1)
        return Groups(number[place], self.labels[there[:-1]])

    def rows(self) -> Floats:
        """Rows of each group."""
        return np.bincount(self.place[self.place >= 0], minlength=len(self.labels)).astype(np.float64)

    def summed(self, weight: Floats, values: npt.ArrayLike) -> tuple[Floats, Floats]:
        """Weights of the rows whose value is known (is no NaN), and sum of their weighed values, by group."""
        told, total = np.zeros(len(self.labels)), np.zeros(len(self.labels))
        _add_up(self.place, weight, np.ascontiguousarray(values, dtype=np.float64), told, total)
        return told, total


@compiled
def _add_up(place: Ints, weight: Floats, values: Floats, told: Floats, total: Floats) -> None:
    for row in range(place.size):
        group = place[row]
        if group >= 0 and not np.isnan(values[row]):
            told[group] += weight[row]
            total[group] += weight[row] * values[row]
