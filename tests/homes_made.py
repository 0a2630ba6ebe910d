"""Households of a study for tests: written by hand and put into quarters, without a census."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.households.contracts import BANDS, STATED
from nahraum.households.fitting import Fitted
from nahraum.households.homes import Homes
from nahraum.households.synthesis import Synthetic


def household(size: int = 1, **known: object) -> dict[str, object]:
    """One household: `household(4, rooms=3, household_type="couple_with_child", age_30_39=2, age_00_09=2)`."""
    return {"household_size": size, **known}


def homes_by_hand(rows: list[dict[str, object]] | pd.DataFrame, quarters: tuple[str, ...] = ("Q1",)) -> Homes:
    """The households, in turn in the quarters where they name none; one unit and one cell per quarter, all inside."""
    table = pd.DataFrame(rows).reset_index(drop=True)
    ages = [f"age_{band}" for band in BANDS]
    if any(name in table for name in ages):
        table = table.reindex(columns=[*table.columns, *(name for name in ages if name not in table)])
        table[ages] = table[ages].fillna(0).astype(np.int64)
    if "quarter_id" not in table:
        table["quarter_id"] = [quarters[k % len(quarters)] for k in range(len(table))]
    table["unit_id"] = [quarters.index(each) + 1 for each in table["quarter_id"]]
    table["household_id"] = table["unit_id"].astype(str) + ":" + (table.groupby("unit_id").cumcount() + 1).astype(str)
    table = table.sort_values(["unit_id", "household_id"], ignore_index=True)
    per = table.groupby("quarter_id")["household_size"].agg(["size", "sum"]).reindex(quarters, fill_value=0)
    ids = np.arange(1, len(quarters) + 1)
    persons = per["sum"].to_numpy(dtype=np.int64)
    units = pd.DataFrame(
        {"unit_id": ids, "n_households": per["size"].to_numpy(), "n_households_status": "ok", "n_persons": persons,
         "net_cold_rent_eur_m2": np.nan, "net_cold_rent_eur_m2_status": "missing"}
    )  # fmt: skip
    places = pd.DataFrame(
        {"unit_id": ids, "cell_key": ids, "quarter_id": list(quarters), "inside": True,
         "residents": persons.astype(float), "share": 1.0}
    )  # fmt: skip
    told = pd.DataFrame(
        {"quarter_id": list(quarters), "name": list(quarters), "residents": persons.astype(float),
         "residents_communal": 0.0, "n_households": per["size"].to_numpy(), "n_persons": persons, "covered_share": 1.0}
    )  # fmt: skip
    for name in (each for each in ages if each in table):
        told[name.replace("age_", "persons_")] = table.groupby("quarter_id")[name].sum().reindex(quarters).to_numpy()
    pools = pd.DataFrame({"cell_key": ids, "unit_id": ids, "n_households": per["size"].to_numpy(),
                          "n_households_status": "ok"})  # fmt: skip
    made = Synthetic(table, pools, pd.DataFrame(), (), ids, per["size"].to_numpy(), {}, Fitted({}, {}, {}), {})
    return Homes(table, units, places, told, made, STATED)
