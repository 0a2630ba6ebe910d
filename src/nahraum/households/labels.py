"""The table of households: classes by their names, without the dimensions that nobody publishes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.households.contracts import CLASSES, OF_HOUSEHOLDS
from nahraum.parameters import Parameters

Ints = npt.NDArray[np.int64]


def named(unit_id: Ints, number: Ints) -> pd.DataFrame:
    """`household_id` (<unit>:<number>) and `unit_id`."""
    name = pd.Series(unit_id).astype(str) + ":" + pd.Series(number).astype(str)
    return pd.DataFrame({"household_id": name, "unit_id": unit_id})


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
        labels = np.array(CLASSES[dimension], dtype=object)
        columns[dimension] = classes if dimension == "rooms" else labels[classes - 1]
        if dimension == "floor_area":
            columns["floor_area_m2"] = np.asarray(parameters.value("households.area_middles_m2"))[classes - 1]
    people = [c for c in homes.columns if str(c).startswith("age_") or str(c).endswith("_assumed")]
    return pd.DataFrame(columns | {str(name): homes[name].to_numpy() for name in people})
