"""The table of households: classes by their names, without the dimensions that nobody publishes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.contracts import CLASSES, OF_HOUSEHOLDS
from nahraum.parameters import Parameters

Ints = npt.NDArray[np.int64]


def words(labels: Sequence[str], number: Ints) -> Any:
    """The label of each row by its number, from 0, as an array of texts."""
    return pd.array(list(labels), dtype="str").take(number)


def named(unit_id: Ints, number: Ints) -> pd.DataFrame:
    """`household_id` (<unit>:<number>) and `unit_id`, of rows in the order of their unit."""
    new = np.concatenate([[True], unit_id[1:] != unit_id[:-1]])[: unit_id.size]
    unit = words([f"{one}:" for one in unit_id[new].tolist()], np.cumsum(new) - 1)
    most = int(number.max(initial=0))
    return pd.DataFrame(
        {"household_id": unit + words([str(one) for one in range(most + 1)], number), "unit_id": unit_id}
    )


def labelled(
    homes: pd.DataFrame,
    ids: Ints,
    absent: tuple[str, ...],
    parameters: Parameters,
    *,
    names: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """`contracts.HOUSEHOLDS` out of classes by number.

    Parameters
        homes : unit (row of ids), number, a class from 1 per dimension; columns of persons stay as they are.
        absent : dimensions without any published class: no column.
        names : `named` of these rows, where it is known already.
    """
    first = named(ids[homes["unit"].to_numpy()], homes["number"].to_numpy()) if names is None else names
    columns: dict[str, Any] = {str(name): first[name] for name in first.columns}
    columns["household_size"] = homes["household_size"].to_numpy()
    for dimension in (each for each in OF_HOUSEHOLDS if each not in absent and each != "household_size"):
        classes = homes[dimension].to_numpy()
        columns[dimension] = classes if dimension == "rooms" else words(CLASSES[dimension], classes - 1)
        if dimension == "floor_area":
            columns["floor_area_m2"] = np.asarray(parameters.value("households.area_middles_m2"))[classes - 1]
    people = [c for c in homes.columns if str(c).startswith("age_") or str(c).endswith("_assumed")]
    return pd.DataFrame(columns | {str(name): homes[name].to_numpy() for name in people})
