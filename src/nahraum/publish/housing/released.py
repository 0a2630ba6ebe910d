"""What of the lab may leave the office: persons rounded, nothing of small quarters, no total that gives one away."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.flexhousing.lab import Lab
from nahraum.flexhousing.portfolio import Portfolio
from nahraum.parameters import Parameters
from nahraum.publish.housing.words import rounded

_PERSONS = ("persons", "new_build_persons", "crowded", "family_persons", "alone_in_one_room", "spare_room")


def step_of(parameters: Parameters) -> int:
    """Persons are multiples of it."""
    return int(parameters.number("disclosure.rounding_residents_location"))


def refuse_few(lab: Lab, parameters: Parameters) -> None:
    """Raises InputError where the whole study has too few households to tell anything of it outside the office."""
    least = parameters.number("flexhousing.minimum_households")
    households = float(lab.state.loc[lab.state["quarter_id"] == "", "households"].iloc[0])
    if households < least:
        raise InputError(
            "the study has too few households for a lab that is published",
            where=f"{households:,.0f} households", expected=f"at least {least:,.0f}",
            fix="a study of more residents; nahraum.workflow.lab_of gives the exact lab to the office",
        )  # fmt: skip


def shown_quarters(lab: Lab, parameters: Parameters) -> pd.Series:
    """Whether each quarter is shown: enough households; where one alone would be hidden, the next smallest is, too."""
    state = lab.state[lab.state["quarter_id"] != ""].set_index("quarter_id")
    shown = state["households"] >= parameters.number("flexhousing.minimum_households")
    if int((~shown).sum()) == 1 and shown.any():
        smallest = state.loc[shown, ["households"]].reset_index().sort_values(["households", "quarter_id"])
        shown.loc[smallest["quarter_id"].iloc[0]] = False
    return shown.rename("shown")


def released_state(lab: Lab, names: Mapping[str, str], parameters: Parameters) -> pd.DataFrame:
    """Households and who lives crowded, by quarter; held-back quarters have NaN and say so."""
    table = lab.state[lab.state["quarter_id"] != ""].reset_index(drop=True)
    return _rounded(table, names, parameters, shown_quarters(lab, parameters), counts=("households",))


def released_places(lab: Lab, names: Mapping[str, str], parameters: Parameters) -> pd.DataFrame:
    """Persons relieved by concept, case and quarter; what stands in no quarter is left out."""
    table = lab.by_quarter[lab.by_quarter["quarter_id"] != ""].reset_index(drop=True)
    return _rounded(table, names, parameters, shown_quarters(lab, parameters))


def released_effects(lab: Lab, parameters: Parameters) -> pd.DataFrame:
    """Effects of the whole study: persons rounded, bounds, rents and exact moves left out.

    Cost per person, also of new build, is of the rounded persons, so that it does not give them away.
    """
    step = step_of(parameters)
    table = lab.effects.drop(columns=["bound_low", "bound_high", "unknown_rent"], errors="ignore").copy()
    for column in [name for name in table.columns if str(name).startswith(_PERSONS)]:
        table[column] = [rounded(float(one), step) for one in table[column]]
    table["moves"] = [rounded(float(one), step) for one in table["moves"]]
    for cost, persons, each in (
        ("cost_mid_eur", "persons", "cost_per_person_eur"),
        ("new_build_cost_eur", "new_build_persons", "new_build_per_person_eur"),
    ):
        middle = (table[f"{persons}_low"] + table[f"{persons}_high"]).astype(np.float64) / 2
        table[each] = (table[cost].astype(np.float64) / middle.where(middle > 0)).round(-2)
    return table.drop(columns=["new_build_persons_low", "new_build_persons_high"])


def released_chosen(found: Portfolio, parameters: Parameters) -> pd.DataFrame:
    """What a portfolio chose, persons rounded."""
    step = step_of(parameters)
    return found.chosen.assign(persons=[rounded(float(one), step) for one in found.chosen["persons"]])


def released_recomputed(found: Portfolio, parameters: Parameters) -> dict[str, float | None]:
    """Whom a portfolio relieves at once, rounded; None where it is not known."""
    step = step_of(parameters)
    return {key: None if math.isnan(one) else rounded(one, step) for key, one in found.recomputed.items()}


def _rounded(
    table: pd.DataFrame, names: Mapping[str, str], parameters: Parameters, shown: pd.Series,
    counts: tuple[str, ...] = (),
) -> pd.DataFrame:  # fmt: skip
    step = step_of(parameters)
    result = table.copy()
    result.insert(1 + list(result.columns).index("quarter_id"), "name", result["quarter_id"].map(names).fillna(""))
    there = result["quarter_id"].map(shown).fillna(False).to_numpy(dtype=bool)
    for column in [c for c in map(str, result.columns) if c.startswith(_PERSONS) or c in counts]:
        values = [rounded(float(one), step) for one in result[column]]
        result[column] = np.where(there, values, np.nan)
    result["status"] = np.where(there, "ok", "suppressed")
    return result
