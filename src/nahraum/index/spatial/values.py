"""Values of areas brought to their neighbours: what is not known is left out and told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.spatial.neighbours import Flags, Floats, Neighbours, only

_ROUNDING = 64.0  # spread of equal values after arithmetic, in units of the last place


@dataclass(frozen=True)
class Placed:
    """The areas whose value is known, with their neighbours among themselves.

    x : the known values; known : which of the areas of the neighbours these are.
    unknown : ids of the others.
    """

    x: Floats
    neighbours: Neighbours
    known: Flags
    unknown: tuple[str, ...]

    @property
    def spread(self) -> Floats:
        """Difference to the mean; all zero where every area has the same value."""
        if not len(self.x):
            return self.x
        z = self.x - self.x.mean()
        largest = float(np.abs(self.x).max())
        return np.zeros_like(z) if np.ptp(self.x) <= _ROUNDING * np.spacing(largest) else z


def aligned(values: pd.Series, neighbours: Neighbours) -> Floats:
    """Values in the order of the neighbours, NaN where there is none.

    Raises
        InputError for areas that repeat or that the neighbours do not know, and for infinite values.
    """
    index = values.index.astype(str)
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    strange = index.difference(pd.Index(neighbours.ids))
    problems = [f"area_id repeats: {sorted(set(index[index.duplicated()]))[:3]}"] * (not index.is_unique)
    problems += [f"areas without a place: {list(strange[:3])} ({len(strange)} in all)"] * bool(len(strange))
    problems += [f"infinite values in {int(np.isinf(numbers).sum())} areas"] * bool(np.isinf(numbers).any())
    if problems:
        raise InputError(
            f"{values.name or 'the values'} cannot be set beside the neighbours", where=problems,
            expected="one number per area, by the ids of the areas", fix="use the same area_id in table and geometry",
        )  # fmt: skip
    return pd.Series(numbers, index=index).reindex(list(neighbours.ids)).to_numpy()


def placed(values: pd.Series, neighbours: Neighbours) -> Placed:
    """The known values with the neighbours among their areas."""
    whole = aligned(values, neighbours)
    known = ~np.isnan(whole)
    unknown = tuple(np.array(neighbours.ids, dtype=object)[~known].tolist())
    return Placed(whole[known], neighbours if known.all() else only(neighbours, known), known, unknown)
