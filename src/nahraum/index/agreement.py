"""How far a computed figure and a published one agree, area by area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError

_FIRST = 3


@dataclass(frozen=True)
class Agreement:
    """One comparison.

    compared, agree : areas (or figures). needed : share that must agree, None where it is only told.
    largest : the largest difference, NaN for words. first : the first areas that differ.
    figure : a single figure instead of a share (a correlation), None otherwise.
    """

    id: str
    label_de: str
    label_en: str
    compared: int
    agree: int
    needed: float | None = None
    largest: float = float("nan")
    first: tuple[str, ...] = ()
    figure: float | None = None

    @property
    def share(self) -> float:
        """Share of the compared that agree; the figure itself where there is one; 0 where nothing was compared."""
        if self.figure is not None:
            return self.figure
        return self.agree / self.compared if self.compared else 0.0

    @property
    def reached(self) -> bool:
        """Whether it agrees as far as it must."""
        return self.needed is None or self.share >= self.needed

    def as_dict(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        return {
            "id": self.id,
            "label_de": self.label_de,
            "label_en": self.label_en,
            "compared": self.compared,
            "agree": self.agree,
            "share": self.share,
            "needed": self.needed,
            "reached": self.reached,
            "largest_difference": None if np.isnan(self.largest) else self.largest,
            "first_different": list(self.first),
        }


def _joined(ours: pd.Series, published: pd.Series, called: str) -> tuple[pd.Series, pd.Series]:
    """Both in the order of the published one; the same areas on both sides."""
    if ours.index.has_duplicates or published.index.has_duplicates:
        raise InputError(f"{called}: an area comes twice", expected="one row per area on both sides")
    lost = sorted(set(map(str, published.index)) ^ set(map(str, ours.index)))
    if lost:
        raise InputError(
            f"{called}: the computed and the published table do not have the same areas",
            where=f"{len(lost)} areas, first: {lost[:_FIRST]}",
            expected="the same ids on both sides",
        )
    return ours.reindex(published.index), published


def words_agree(
    name: str, labels: tuple[str, str], ours: pd.Series, published: pd.Series, *, needed: float | None = None
) -> Agreement:
    """Classes compared by area, as words."""
    mine, theirs = _joined(ours, published, name)
    equal = (mine.fillna("").astype(str) == theirs.fillna("").astype(str)).to_numpy()
    first = tuple(map(str, theirs.index[~equal][:_FIRST]))
    return Agreement(name, *labels, len(theirs), int(equal.sum()), needed, first=first)


def values_agree(
    name: str,
    labels: tuple[str, str],
    ours: pd.Series,
    published: pd.Series,
    *,
    tolerance: float = 0.0,
    needed: float | None = None,
) -> Agreement:
    """Figures compared by area; only where a figure is published.

    Parameters
        tolerance : largest difference that still counts as equal, in the unit of the figure (rounding of the
            published one). A figure that was not computed where one is published does not agree.
    """
    mine, theirs = _joined(ours, published, name)
    known = theirs.notna().to_numpy()
    apart = np.abs(mine.to_numpy(dtype=np.float64) - theirs.to_numpy(dtype=np.float64))[known]
    # the last bit of a decimal limit: 0.05 is not a binary number
    equal = apart <= tolerance * (1 + 1e-9) + 1e-12
    first = tuple(map(str, theirs.index[known][~equal][:_FIRST]))
    largest = float(np.nanmax(apart)) if apart.size and not np.isnan(apart).all() else float("nan")
    return Agreement(name, *labels, int(known.sum()), int(equal.sum()), needed, largest, first)


def correlation(
    name: str, labels: tuple[str, str], ours: pd.Series, published: pd.Series, *, needed: float | None = None
) -> Agreement:
    """Pearson's correlation of computed and published figures; 0 where one of them is equal everywhere."""
    mine, theirs = _joined(ours, published, name)
    a, b = mine.to_numpy(dtype=np.float64), theirs.to_numpy(dtype=np.float64)
    figure = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) > 0 and np.ptp(b) > 0 else 0.0
    return Agreement(name, *labels, len(theirs), len(theirs), needed, float(np.abs(a - b).max()), figure=figure)
