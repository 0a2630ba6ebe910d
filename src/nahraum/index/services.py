"""The nearest services by name and distance, per cell and per location."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.frames import to_micro
from nahraum.index.means import status_words, summed_status, weighted_mean
from nahraum.index.people import Int64, judged_rows, sum_micro
from nahraum.indicators import AreaLike, Rules
from nahraum.indicators.reach import within_reach
from nahraum.tables import SERVICES

GREEN = "green"


def place_names(area: AreaLike) -> dict[str, str]:
    """Names of facilities and greens by id; '' where none is mapped."""
    names = dict(zip(area.facilities["facility_id"], area.facilities["name"], strict=True))
    return names | dict(zip(area.greens["green_id"], area.greens["name"], strict=True))


def most_populous(rows: pd.DataFrame, code: Int64, n: int) -> Int64:
    """Position of the address with most residents of each group (ties: lowest id), -1 where there is none.

    Rows are sorted by `address_id`; addresses outside the boundary do not count.
    """
    inside = np.flatnonzero(rows["inside"].to_numpy(dtype=bool) & (code >= 0))
    micro = to_micro(rows["residents"].to_numpy())[inside]
    order = inside[np.lexsort((inside, -micro, code[inside]))]
    groups, first = np.unique(code[order], return_index=True)
    result = np.full(n, -1, dtype=np.int64)
    result[groups] = order[first]
    return result


def nearest_columns(rows: pd.DataFrame, code: Int64, n: int, *, names: dict[str, str]) -> dict[str, object]:
    """Nearest place of each kind, id and name, as seen from the most populous address of each group."""
    at = most_populous(rows, code, n)
    columns: dict[str, object] = {}
    for kind in (*SERVICES, GREEN):
        ids = rows[f"{kind}_nearest_id"].to_numpy(dtype=object)
        chosen = [str(ids[i]) if i >= 0 else "" for i in at]
        columns[f"{kind}_nearest_id"] = chosen
        columns[f"{kind}_nearest_name"] = [names.get(place, "") or "" for place in chosen]
    return columns


def _nearest_of_most(rows: pd.DataFrame, kind: str, code: Int64, weights: Int64, n: int) -> list[str]:
    """The place that is nearest for most of the residents counted (ties: lowest id)."""
    table = pd.DataFrame({"code": code, "id": rows[f"{kind}_nearest_id"].to_numpy(dtype=object), "micro": weights})
    table = table[(table["micro"] > 0) & (table["id"] != "")]
    summed = table.groupby(["code", "id"], sort=True)["micro"].sum().reset_index()
    best = summed.sort_values(["code", "micro", "id"], ascending=[True, False, True]).drop_duplicates("code")
    chosen = dict(zip(best["code"], best["id"], strict=True))
    return [str(chosen.get(number, "")) for number in range(n)]


def nearest_missing_services(
    rows: pd.DataFrame, code: Int64, n: int, *, area: AreaLike, rules: Rules, majority: float, status_share: float
) -> pd.DataFrame:
    """Services (and green) that most residents of a place do not reach, with the nearest one by name.

    Parameters
        rows : addresses with their ways; code : place (0..n-1) of each, -1 for none.
        majority : what "most" is; status_share : as in `means.summed_status`.

    Returns
        `place`, `prerequisite` (supply or green), `service`, `nearest_id`, `nearest_name` ('' where none is
        mapped within the search limit), `distance_m` (mean way of those who do not reach one),
        `distance_m_status`. Place facts, no numbers of persons.
    """
    names = place_names(area)
    rows, at = rows[code >= 0], code[code >= 0]
    micro = np.where(judged_rows(rows), to_micro(rows["residents"].to_numpy()), 0)
    tables = []
    kinds = [("supply", name, rules.supply_distance_m) for name in rules.services]
    for prerequisite, kind, limit in [*kinds, ("green", GREEN, rules.green_distance_m)]:
        way = rows[f"{kind}_distance_m"]
        status = rows[f"{kind}_distance_m_status"]
        reached = within_reach(way, status, maximum_m=limit).to_numpy()
        missing = np.where(reached == 0.0, micro, 0)
        known = sum_micro(np.where(np.isnan(reached), 0, micro), at, n)
        lost = sum_micro(missing, at, n)
        length = way.to_numpy(dtype=np.float64)
        ids = _nearest_of_most(rows, kind, at, missing, n)
        tables.append(
            pd.DataFrame(
                {
                    "place": np.arange(n),
                    "prerequisite": prerequisite,
                    "service": kind,
                    "nearest_id": ids,
                    "nearest_name": [names.get(place, "") or "" for place in ids],
                    "distance_m": weighted_mean(length, missing, at, n),
                    "distance_m_status": status_words(
                        summed_status(status, length, missing, at, n, share=status_share)
                    ),
                }
            )[(lost > 0) & (lost >= majority * known)]
        )
    return pd.concat(tables, ignore_index=True)
