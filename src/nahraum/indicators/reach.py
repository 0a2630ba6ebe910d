"""What a measured way says about reach, given how far the measurement can be relied on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import STATUSES

PROVEN = ("ok", "imputed", "unreachable")
STATUS = pd.CategoricalDtype(list(STATUSES))
"""Statuses as codes: comparing words address by address is what would take the time."""


def first_status(index: pd.Index, *cases: tuple[str, npt.NDArray[np.bool_]], name: str) -> pd.Series:
    """The first status that applies to each row, `ok` where none does."""
    codes = np.full(len(index), STATUSES.index("ok"), dtype=np.int8)
    for word, applies in reversed(cases):
        codes[applies] = STATUSES.index(word)
    return pd.Series(pd.Categorical.from_codes(codes, dtype=STATUS), index=index, name=name)


def within_reach(distance_m: pd.Series, status: pd.Series, *, maximum_m: float) -> pd.Series:
    """Whether a place is within reach on foot: 1 yes, 0 no, NaN not known. [-]

    Parameters
        distance_m : way to the nearest mapped place, NaN where none was found. [m]
        status : `ok` and `imputed` are proof either way; `unreachable` is proof that nothing is there;
            `unreliable` (category mapped too thinly) and `edge` (the data end nearby) are upper bounds:
            a place within reach is a fact, a place beyond it proves nothing.
    """
    reached = (distance_m <= maximum_m).to_numpy()
    found = distance_m.notna().to_numpy() | (status == "unreachable").to_numpy()
    beyond = status.isin(PROVEN).to_numpy() & found & ~reached
    values = np.where(reached, 1.0, np.where(beyond, 0.0, np.nan))
    return pd.Series(values, index=distance_m.index, name="within_reach")


def lack_status(lacks: pd.Series, *inputs: pd.Series) -> pd.Series:
    """Status of a lack from the statuses of the values it was judged by.

    `edge` where an input is; otherwise an unknown lack is `undetermined`, a known one `imputed` where an
    input is imputed and `ok` elsewhere (an upper bound that settles the matter is as good as a measurement).
    """
    edge = np.zeros(len(lacks), dtype=bool)
    imputed = np.zeros(len(lacks), dtype=bool)
    for status in inputs:
        edge |= (status == "edge").to_numpy()
        imputed |= (status == "imputed").to_numpy()
    known = lacks.notna().to_numpy()
    cases = ("edge", edge), ("undetermined", ~known), ("imputed", imputed)
    return first_status(lacks.index, *cases, name=f"{lacks.name}_status")
