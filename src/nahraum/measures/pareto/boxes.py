"""Which lower limits are to be tried next: boxes of gains that are not searched yet (after Kirlik & Sayın 2014)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from nahraum.measures.model import Floats

_WIDE = 1 / 64  # of the range: wider boxes are cut in the middle, so that plans spread; the others are searched whole
_SAME = 1e-12


@dataclass
class Boxes:
    """The part of the space of gains, all but the first objective, where further plans may lie.

    low, high : corners of each box, a row each. worst, ideal : between which plans lie, as far as is known.
    """

    worst: Floats
    ideal: Floats
    low: Floats = field(default_factory=lambda: np.empty((0, 0)))
    high: Floats = field(default_factory=lambda: np.empty((0, 0)))

    @staticmethod
    def everything(worst: Floats, ideal: Floats) -> Boxes:
        """One box without limits."""
        n = len(worst)
        return Boxes(worst, ideal, np.full((1, n), -np.inf), np.full((1, n), np.inf))

    def __len__(self) -> int:
        return len(self.low)

    def next_limits(self) -> Floats:
        """Lower limits for the next search: the middle of the largest box, its corner along sides that are short."""
        span = np.maximum(self.ideal - self.worst, _SAME)
        low, high = (np.clip(corner, self.worst, self.ideal) for corner in (self.low, self.high))
        sides = (high - low) / span
        at = int(np.argmax(np.prod(sides + _SAME, axis=1)))
        return np.asarray(np.where(sides[at] > _WIDE, (low[at] + high[at]) / 2, self.low[at]))

    def split(self, at: Floats) -> None:
        """Divides each box along each coordinate of a point that lies inside it."""
        for k in range(len(at)):
            inside = (self.low[:, k] < at[k]) & (at[k] < self.high[:, k])
            lower, upper = self.low[inside].copy(), self.high[inside].copy()
            upper[:, k] = at[k]  # the part below
            self.low[inside, k] = at[k]  # the part above stays
            self.low, self.high = np.concatenate([self.low, lower]), np.concatenate([self.high, upper])

    def searched(self, low: Floats, high: Floats) -> None:
        """Takes out the boxes between two corners: nothing better lies there."""
        self.split(low)
        self.split(high)
        done = (self.low >= low).all(axis=1) & (self.high <= high).all(axis=1)
        self.low, self.high = self.low[~done], self.high[~done]
