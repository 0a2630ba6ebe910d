"""Columns of `tables.ACCESS` with their statuses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Bool = npt.NDArray[np.bool_]
Column = npt.NDArray[np.object_] | npt.NDArray[np.float64]


def nearest_columns(name: str, found: pd.DataFrame, *, edge: Bool, lost: Bool, mapped: str) -> dict[str, Column]:
    """Distance [m], status and id of the nearest place of a kind, as columns.

    Parameters
        found : `cost` [dm] (-1 none), `place_id`, in order of the addresses.
        edge, lost : the address lies at the edge of the data; it meets no way.
        mapped : ok, imputed (fallback used) or missing (absence proves nothing), for the whole kind.
    """
    walked = found["cost"].to_numpy(dtype=np.int64)
    none = walked < 0
    status = _first_status(
        len(walked),
        ("edge", edge),
        ("unreachable", lost),
        ("missing", none & (mapped == "missing")),
        ("unreachable", none),
        ("unreliable", np.full(len(walked), mapped == "missing")),
        ("imputed", np.full(len(walked), mapped == "imputed")),
    )
    return {
        f"{name}_distance_m": np.where(none, np.nan, walked / 10),
        f"{name}_distance_m_status": status,
        f"{name}_nearest_id": found["place_id"].to_numpy(dtype=object),
    }


def green_share_column(green_m2: npt.NDArray[np.float64], *, edge: Bool, lost: Bool, mapped: str) -> dict[str, Column]:
    """Green per resident after competition [m² per person] and its status, as columns.

    Parameters
        green_m2 : 0 where no green is within the standard's distance, NaN where nobody competes for one.
        edge, lost, mapped : as in `nearest_columns`; mapped is missing where the data hold no green at all.
    """
    value = np.where(lost | (mapped == "missing"), np.nan, green_m2)
    status = _first_status(
        len(value),
        ("edge", edge),
        ("unreachable", lost),
        ("missing", np.full(len(value), mapped == "missing")),
        ("undetermined", np.isnan(value)),
    )
    return {"green_m2_per_resident": value, "green_m2_per_resident_status": status}


def _first_status(n: int, *cases: tuple[str, Bool]) -> npt.NDArray[np.object_]:
    status = np.full(n, "ok", dtype=object)
    for name, mask in reversed(cases):
        status[mask] = name
    return status
