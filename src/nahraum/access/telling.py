"""What stands, told as columns of `tables.ACCESS`: of whole addresses, or of labels before and after an edit."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.access.columns import Column, green_share_column, nearest_columns
from nahraum.access.repair import COST_BITS, FAR
from nahraum.access.standing import GREEN, Standing
from nahraum.network.graph import Float64, Int64
from nahraum.tables import ACCESS, SERVICES

Bool = npt.NDArray[np.bool_]
CODE_MASK = (1 << COST_BITS) - 1  # nothing is reached: no code, which is the name ''


class _Values:
    """An array that is asked like a column of a table."""

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self._values = values

    def to_numpy(self, dtype: Any) -> npt.NDArray[Any]:
        return np.asarray(self._values, dtype=dtype)


def rows(standing: Standing, slots: Int64) -> pd.DataFrame:
    """`tables.ACCESS` of some addresses, in this order."""
    texts = {column.name: "str" for column in ACCESS.columns if column.kind == "text"}
    return pd.DataFrame(columns(standing, slots))[ACCESS.names()].astype(texts)


def columns(standing: Standing, slots: Int64) -> dict[str, Column]:
    """The columns of `rows` as arrays."""
    book = standing.book
    lost = book["foot"][slots] < 0
    told: dict[str, Column] = {"address_id": standing.names(slots)}
    stray = lost if standing.on_foot else np.zeros(len(slots), dtype=bool)
    for problem in range(GREEN + 1):
        label, adrift = book[f"best{problem}"][slots], stray if problem == GREEN else lost
        told |= nearest_told(standing, problem, slots, label, adrift)
    return told | share_told(standing, slots, book["share"][slots], stray)


def nearest_told(standing: Standing, problem: int, slots: Int64, label: Int64, lost: Bool) -> dict[str, Column]:
    """The columns of a kind of place for some addresses with these labels; `lost` are those that meet no way."""
    name, place = kind_of(problem), standing.codes[problem].names_of(label & CODE_MASK)
    found: Any = {"cost": _Values(np.where(label < FAR, label >> COST_BITS, -1)), "place_id": _Values(place)}
    book = standing.book
    return nearest_columns(name, found, edge=book["rim"][slots], lost=lost, mapped=book.tables["mapped"][name])


def kind_of(problem: int) -> str:
    """What is sought: a service or green."""
    return "green" if problem == GREEN else SERVICES[problem]


def metres_of(label: Int64) -> Float64:
    """The distances of labels, as `nearest_columns` has them. [m] NaN where nothing is reached."""
    return np.where(label < FAR, (label >> COST_BITS) / 10, np.nan)


def share_told(standing: Standing, slots: Int64, share: Float64, lost: Bool) -> dict[str, Column]:
    """The columns of green after competition for some addresses with these shares."""
    book = standing.book
    return green_share_column(share, edge=book["rim"][slots], lost=lost, mapped=book.tables["mapped"]["green"])
