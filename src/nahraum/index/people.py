"""Who is counted: the residents of a study, split where one address holds people known differently well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import to_micro
from nahraum.tables import PREREQUISITES

Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LACKS = tuple(f"lacks_{name}" for name in PREREQUISITES)
APART = ("lacks_green_access", "lacks_green_capacity")
SPACE = PREREQUISITES.index("living_space")
SHARED = PREREQUISITES.index("internet")


@dataclass(frozen=True)
class People:
    """Groups of people who are judged alike.

    row : position of their address in the table of rows.
    micro : how many they are, in millionths of a person.
    lacks : one column per prerequisite (order of `PREREQUISITES`): 1, 0, a share, NaN not known.
    apart : the same for the parts of green that are shown apart.
    """

    row: Int64
    micro: Int64
    lacks: Floats
    apart: Floats


def judged_rows(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Addresses that are counted: inside the boundary and not at the edge of the data."""
    return np.asarray(rows["inside"].to_numpy(dtype=bool) & ~rows["edge"].to_numpy(dtype=bool))


def judged_people(rows: pd.DataFrame, lacks: pd.DataFrame) -> People:
    """The residents that are counted, ordinary and communal ones of an address apart.

    Parameters
        rows : addresses with `residents`, `residents_communal`, `inside`, `edge`.
        lacks : columns `lacks_*` of the same rows, in the same order.

    Returns
        Groups of more than nobody. Communal residents have unknown living space and share the rest.
    """
    counted = judged_rows(rows)
    everybody = to_micro(rows["residents"].to_numpy())
    communal = np.minimum(to_micro(rows["residents_communal"].to_numpy()), everybody)
    table = lacks[list(LACKS)].to_numpy(dtype=np.float64)
    beside = lacks[list(APART)].to_numpy(dtype=np.float64)
    at_home = np.flatnonzero(counted & (everybody > communal))
    in_care = np.flatnonzero(counted & (communal > 0))
    in_care_lacks = table[in_care]
    in_care_lacks[:, SPACE] = np.nan
    return People(
        row=np.concatenate([at_home, in_care]),
        micro=np.concatenate([(everybody - communal)[at_home], communal[in_care]]),
        lacks=np.concatenate([table[at_home], in_care_lacks]),
        apart=np.concatenate([beside[at_home], beside[in_care]]),
    )


def sum_micro(micro: Int64, code: Int64, n: int) -> Int64:
    """Sum per group (0..n-1, -1 for none) as whole numbers, so that the order of the rows cannot matter."""
    totals = np.zeros(n, dtype=np.int64)
    member = code >= 0
    np.add.at(totals, code[member], micro[member])
    return totals


def share_of(micro: Int64, share: Floats) -> Int64:
    """A share of each group of people, in whole millionths; NaN counts as nobody."""
    return np.rint(micro * np.nan_to_num(share, nan=0.0)).astype(np.int64)
