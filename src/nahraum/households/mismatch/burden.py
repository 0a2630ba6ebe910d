"""Rent beside income: how likely a tenant household gives up more than a share of an income that is assumed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
BURDENS = {"rent_high_assumed": "mismatch.rent_high_share", "rent_overburden_assumed": "mismatch.rent_overburden_share"}
"""Names of the figures, and the share of income from which on each holds."""
INCOMES = "mismatch.net_income_eur_assumed"


def rent_burden(households: pd.DataFrame, parameters: Parameters | None = None) -> pd.DataFrame:
    """Chance that the gross cold rent of each household is above shares of its assumed net income.

    Parameters
        households : `contracts.HOUSEHOLDS` with floor_area_m2 and net_cold_rent_eur_m2.

    Returns
        For each of `BURDENS` <name>_chance and <name>_surely, _possibly: incomes higher or lower by
        mismatch.income_factor. NaN for owners and where no rent is known. No column without rents, or where the study
        states no incomes: none is invented.

    Raises
        InputError for incomes that are no amounts above 0.

    Notes
        Gross cold rent: mean rent per m² of the unit of cells + affordability.cold_operating_costs_eur_m2, times the
        floor area. Within a size of household every stated income is as likely as the other, whatever the rent.
        Eurostat's overburden counts all housing costs and all persons, here it is rent and tenants.

    References
        Eurostat, ilc_lvho07 (housing cost overburden rate); Destatis, Mikrozensus (Mietbelastungsquote).
    """
    known = parameters or Parameters()
    incomes = stated_incomes(known.value(INCOMES))
    if not incomes or not {"floor_area_m2", "net_cold_rent_eur_m2"} <= set(households.columns):
        return pd.DataFrame(index=households.index)
    rent = gross_cold_rent_eur(households, known)
    low, likely, high = (float(one) for one in known.value("mismatch.income_factor"))
    size = households["household_size"].to_numpy(dtype=np.int64)
    columns = {}
    for name, limit in BURDENS.items():
        share = known.number(limit)
        for kind, factor in (("surely", high), ("possibly", low), ("chance", likely)):
            columns[f"{name}_{kind}"] = _chance(rent / (share * factor), size, incomes)
    return pd.DataFrame(columns, index=households.index)


def gross_cold_rent_eur(households: pd.DataFrame, parameters: Parameters) -> Floats:
    """Rent with operating costs, without heating, of each tenant household. [EUR per month]"""
    per_m2 = households["net_cold_rent_eur_m2"].to_numpy(dtype=np.float64)
    costs = parameters.number("affordability.cold_operating_costs_eur_m2")
    return np.asarray((per_m2 + costs) * households["floor_area_m2"].to_numpy(dtype=np.float64))


def _chance(least_income: Floats, size: npt.NDArray[np.int64], incomes: list[Floats]) -> Floats:
    """Share of the incomes of a household's size that lie below what its rent would need."""
    found = np.full(len(size), np.nan)
    for number, one in enumerate(incomes, start=1):
        mine = (size == number) if number < len(incomes) else (size >= number)
        found[mine] = np.searchsorted(one, least_income[mine], side="left") / len(one)
    return np.where(np.isnan(least_income), np.nan, found)


def stated_incomes(value: Any) -> list[Floats]:
    """The incomes that a study states, by persons of the household, each sorted; none where it states none.

    Raises
        InputError with every entry that cannot be used.
    """
    if all(one == [] for one in value):  # [[]]: none are stated
        return []
    problems = list(_problems(value))
    if problems:
        raise InputError(
            f"[parameters] {INCOMES!r} cannot be used", where=problems,
            expected="per size of household a list of equally likely net incomes in EUR per month",
            fix="[[900, 1600, 2300, 3100, 4800], [1800, 2700, 3600, 4700, 7000], …] of your office of statistics",
        )  # fmt: skip
    return [np.sort(np.asarray(one, dtype=np.float64)) for one in value]


def _problems(value: Any) -> Iterable[str]:
    for number, one in enumerate(value, start=1):
        if not isinstance(one, list) or not one:
            yield f"entry {number} = {one!r} is no list of incomes"
            continue
        bad = [each for each in one if not _is_amount(each)]
        if bad:
            yield f"entry {number}: {bad[:3]} are no amounts above 0"


def _is_amount(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 0 < value < math.inf
