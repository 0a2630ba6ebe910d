"""People in need per base unit: how many, how sure, with which weight."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import MICRO, to_micro
from nahraum.index.funding.units import Units, unit_of_points
from nahraum.index.people import Int64
from nahraum.index.result import Result
from nahraum.parameters import Parameters

NEED = ("residents", "judged", "people", "people_min", "people_max", "weight")
_FARTHEST_M = 100.0
_ADDRESS = ("address_id", "x_m", "y_m", "residents", "judged", "people", "people_min", "people_max")


def address_need(addresses: pd.DataFrame, result: Result) -> pd.DataFrame:
    """Residents in need at each address: those who are known to lack at least k prerequisites.

    Parameters
        addresses : table `ADDRESSES` of the area (for the position).
        result : of the index; k as it was counted there.

    Returns
        address_id, x_m, y_m, residents, judged (residents who are judged, all but those at the edge of the data),
        people (with at least k known lacks), people_min and people_max (what the unknown may add). [persons]
    """
    told = result.addresses.sort_values("address_id", ignore_index=True)
    at = addresses.set_index("address_id")[["x_m", "y_m"]].reindex(told["address_id"])
    judged = np.where(told["judged"].to_numpy(bool), told["residents"].to_numpy(float), 0.0)
    shares = {
        "people": told["several_known_share"],
        "people_min": told["several_share_min"],
        "people_max": told["several_share_max"],
    }
    table = pd.DataFrame({"address_id": told["address_id"], "x_m": at["x_m"].to_numpy(), "y_m": at["y_m"].to_numpy()})
    table["residents"], table["judged"] = told["residents"].to_numpy(float), judged
    for name, share in shares.items():
        table[name] = np.nan_to_num(share.to_numpy(dtype=float)) * judged
    table["people_min"] = np.minimum(table["people_min"], table["people"])
    table["people_max"] = np.maximum(table["people_max"], table["people"])
    return table


def checked_weight(weight: pd.Series, parameters: Parameters) -> pd.Series:
    """The weight of a person in need at each address, if it may be one.

    Raises
        InputError for a column whose name speaks of nationality or origin, and for negative or missing weights.
    """
    name = str(weight.name or "").casefold()
    refused = [part for part in parameters.value("funding_areas.refused_weights") if part in name]
    problems = [f"its name holds {refused[0]!r}"] if refused else []
    values = weight.to_numpy(dtype=float)
    if not np.isfinite(values).all() or (values < 0).any():
        bad = int((~np.isfinite(values) | (values < 0)).sum())
        problems.append(f"{bad} of {len(values)} weights are negative or not known")
    if problems:
        raise InputError(
            f"{weight.name!r} cannot weigh need",
            where=problems,
            expected="numbers from 0 on, known for every address; nationality, origin and faith never weigh need",
            fix="choose another column, or leave the weight out: everybody then counts the same",
        )
    return weight


def weight_of_index(index: Any, unit: pd.Series) -> pd.Series:
    """A status index as weight: 1 for the mean of its areas, more where the status is lower.

    Parameters
        index : a `StatusIndex`; its method says whether it uses nationality.
        unit : area id of each address, by address id.

    Raises
        InputError where the method uses nationality.
    """
    if getattr(index.method, "uses_nationality", False):
        raise InputError(
            f"the index {index.method.id!r} cannot weigh need",
            where="its method counts nationality or migration background",
            expected="an index without them",
            fix="choose another method; published ones that count nationality are replicated only",
        )
    ranks = index.areas.set_index("area_id")["index"].rank(pct=True)
    return (unit.map(ranks).fillna(0.5) * 2).rename(f"weight_{index.method.id}")


def unit_need(
    units: Units, addresses: pd.DataFrame, parameters: Parameters, *, weight: pd.Series | None = None
) -> pd.DataFrame:
    """Residents and people in need of each unit, indexed by unit_id.

    Parameters
        addresses : as `address_need` returns it; any table with those columns.
        weight : of a person in need, indexed by address_id; 1 each where none is given.

    Returns
        residents, judged, people, people_min, people_max [persons]; weight (mean over people who may be in need).

    Raises
        InputError for missing columns, impossible people (more than residents) and weights that are refused.
    """
    told = _checked(addresses).sort_values("address_id", ignore_index=True)
    at = unit_of_points(units, told["x_m"], told["y_m"], farthest_m=_FARTHEST_M)
    kept, n = at >= 0, len(units)
    per_person = np.ones(len(told))
    if weight is not None:
        per_person = checked_weight(weight, parameters).reindex(told["address_id"]).to_numpy(dtype=float)
        if np.isnan(per_person).any():
            raise InputError("the weight is not known for every address", where=f"{np.isnan(per_person).sum()} missing")
    table = pd.DataFrame(index=pd.Index(units.ids, name="unit_id"))
    for name in NEED[:-1]:
        table[name] = _summed(told[name].to_numpy(float)[kept], at[kept], n) / MICRO
    heavy = _summed((told["people_max"].to_numpy(float) * per_person)[kept], at[kept], n) / MICRO
    most = table["people_max"].to_numpy()
    table["weight"] = np.divide(heavy, most, out=np.ones(n), where=most > 0)
    table.attrs["residents_outside"] = float(told["residents"].to_numpy()[~kept].sum())
    return table


def _summed(values: np.ndarray, at: Int64, n: int) -> Int64:
    total = np.zeros(n, dtype=np.int64)
    np.add.at(total, at, to_micro(values))
    return total


def _checked(addresses: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in _ADDRESS if name not in addresses.columns]
    if missing:
        raise InputError("the table of people in need lacks columns", where=f"missing: {missing}",
                         expected=", ".join(_ADDRESS))  # fmt: skip
    numbers = addresses[list(_ADDRESS[3:])].to_numpy(dtype=float)
    problems = []
    if addresses["address_id"].duplicated().any():
        problems.append(f"{int(addresses['address_id'].duplicated().sum())} address ids repeat")
    if not np.isfinite(numbers).all() or (numbers < 0).any():
        problems.append(f"{int((~np.isfinite(numbers) | (numbers < 0)).any(axis=1).sum())} rows are negative or empty")
    most = addresses["people_max"].to_numpy(float)
    if (over := most > addresses["residents"].to_numpy(float) + 1e-6).any():
        problems.append(f"more people in need than residents in {int(over.sum())} rows")
    if problems:
        raise InputError("the table of people in need cannot be used", where=problems,
                         expected="people_min <= people <= people_max <= residents, all known")  # fmt: skip
    return addresses
