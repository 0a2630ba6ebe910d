"""Inputs of the German Index of Socioeconomic Deprivation (GISD): raw series cleaned as the RKI cleans them.

What comes after – a principal component per dimension, min-max per year, the sum, min-max again – is the method
file `gisd`; here are only the steps before it, on tables of rows (municipalities) by years.

References: Michalski et al. (2022). German Index of Socioeconomic Deprivation (GISD): revision, update and
applications. Journal of Health Monitoring 7(S5), doi 10.25646/10641; release 2025 v1.0, doi 10.5281/zenodo.14781119.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
LOGARITHMS = ("bruttoverdienst", "einkommensteuer", "haushaltseinkommen")
_LAND_DIGITS = 2
_CENTURY = 1000.0  # years and their squares are scaled, so that the equations stay well conditioned


@dataclass(frozen=True)
class RawSeries:
    """Raw indicators, each a table of rows (an id of a municipality) by years, NaN where none is published.

    unemployed, working_age : persons. employment, debtors, academic, no_qualification, school_leavers : per cent.
    gross_wage, household_income : EUR per month. income_tax : EUR per resident.
    """

    unemployed: pd.DataFrame
    working_age: pd.DataFrame
    employment: pd.DataFrame
    gross_wage: pd.DataFrame
    income_tax: pd.DataFrame
    household_income: pd.DataFrame
    debtors: pd.DataFrame
    academic: pd.DataFrame
    no_qualification: pd.DataFrame
    school_leavers: pd.DataFrame


def gisd_inputs(raw: RawSeries, kreis: pd.Series, parameters: Parameters) -> dict[str, pd.DataFrame]:
    """The nine indicators of the GISD, cleaned and without gaps, as tables of rows by years.

    Parameters
        raw : the published series. kreis : key of the Kreis of each row (its first two digits name the Land).
        parameters : `gisd.…`

    Returns
        by the part of the method file: per 1,000 of working age, per cent; wage, tax and household income as
        logarithms at constant prices.

    Raises
        InputError where a series has no value at all in some row.

    Notes
        Order as in the release: constant prices and logarithms; school leavers without the effect of double cohorts;
        employees without qualification at the western level; the year of changed reports taken from the next;
        gaps by regression on the mean of the row's series. Differences: docs/explanation/replications.md.
    """
    years = _years(parameters)
    prices = np.asarray(parameters.value("gisd.consumer_prices"), dtype=np.float64) / 100
    kept = {name: table.reindex(columns=years) for name, table in vars(raw).items()}
    cleaned = {
        "arbeitslosigkeit": kept["unemployed"] / kept["working_age"] * 1000,
        "beschaeftigtenquote": kept["employment"].clip(upper=parameters.number("gisd.employment_cap_percent")),
        "bruttoverdienst": np.log(kept["gross_wage"] / prices),
        "einkommensteuer": _log_tax(kept["income_tax"] / prices, parameters),
        "haushaltseinkommen": np.log(kept["household_income"] / prices),
        "schuldnerquote": kept["debtors"],
        "beschaeftigtemitakadabschluss_adj": _gap_filled(kept["academic"], parameters),
        "beschaeftigteohneabschluss_adj": _gap_filled(
            _western_level(kept["no_qualification"], kreis, parameters), parameters
        ),
        "schulabgaengerohneabschluss_adj": _without_reforms(kept["school_leavers"], kreis, parameters),
    }
    return {name: _imputed(table, name) for name, table in cleaned.items()}


def _years(parameters: Parameters) -> list[int]:
    first = int(parameters.number("gisd.first_year"))
    return list(range(first, first + len(parameters.value("gisd.consumer_prices"))))


def _log_tax(tax: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Logarithm of the income tax; none and a repayment get the values of the release."""
    values = tax.to_numpy(dtype=np.float64)
    logged = np.log(np.where(values > 0, values, np.nan))
    logged = np.where(values == 0, parameters.number("gisd.log_tax_of_none"), logged)
    logged = np.where(values < 0, parameters.number("gisd.log_tax_of_repayment"), logged)
    return pd.DataFrame(logged, index=tax.index, columns=tax.columns)


def _marked(kreis: pd.Series, years: Sequence[int], pairs: Sequence[str]) -> Floats:
    """1 where a row's Land and the year are one of the pairs "08:2012"."""
    land = kreis.astype(str).str[:_LAND_DIGITS].to_numpy()
    marked = np.zeros((len(land), len(years)))
    for pair in pairs:
        code, year = pair.split(":")
        if int(year) in years:
            marked[land == code, list(years).index(int(year))] = 1.0
    return marked


def _trend(table: pd.DataFrame) -> Floats:
    """Regressors of the release: a constant, year² × mean of the row, year × mean of the row."""
    known = table.notna().to_numpy()
    mean = np.where(known, table.to_numpy(), 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    year = np.asarray(table.columns, dtype=np.float64) / _CENTURY
    return np.stack([np.ones(table.shape), mean[:, None] * year**2, mean[:, None] * year], axis=-1)


def _coefficients(regressors: Floats, outcome: Floats) -> Floats:
    known = ~np.isnan(outcome)
    return np.asarray(np.linalg.lstsq(regressors[known], outcome[known], rcond=None)[0])


def _without_reforms(leavers: pd.DataFrame, kreis: pd.Series, parameters: Parameters) -> pd.DataFrame:
    """School leavers without a certificate, without what double cohorts and other reforms do to the share."""
    years = [int(year) for year in leavers.columns]
    before = int(parameters.number("gisd.thuringian_schools_before"))
    reforms = [
        _marked(kreis, years, parameters.value("gisd.double_cohorts")),
        _marked(kreis, years, parameters.value("gisd.missing_cohorts")),
        _marked(kreis, years, parameters.value("gisd.shortened_schools")),
        _marked(kreis, years, [f"16:{year}" for year in years if year < before]),
    ]
    trend = _trend(leavers)
    found = _coefficients(np.concatenate([trend, np.stack(reforms, axis=-1)], axis=-1), leavers.to_numpy())
    effects = np.stack(reforms, axis=-1) @ found[trend.shape[-1] :]
    return pd.DataFrame(leavers.to_numpy() - effects, index=leavers.index, columns=leavers.columns)


def _western_level(share: pd.DataFrame, kreis: pd.Series, parameters: Parameters) -> pd.DataFrame:
    """Employees without qualification, the eastern Länder raised by their mean distance in the year of comparison."""
    land = kreis.astype(str).str[:_LAND_DIGITS].astype(int).to_numpy()
    east = land >= int(parameters.number("gisd.first_east_land"))
    year = int(parameters.number("gisd.qualification_gap_year"))
    if east.all() or not east.any():
        return share
    apart = float(share.loc[east, year].mean() - share.loc[~east, year].mean())
    return share - apart * east[:, None]


def _gap_filled(share: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The year in which employers changed their reports takes the values of the next."""
    year = int(parameters.number("gisd.qualification_gap_year"))
    filled = share.copy()
    filled[year] = share[year + 1]
    return filled


def _imputed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Gaps by regression of all values on trend × mean of the row; never below 0."""
    empty = table.index[table.isna().all(axis=1)]
    if len(empty):
        raise InputError(
            f"{name} cannot be completed: {len(empty)} municipalities have no value in any year",
            where=f"first: {list(map(str, empty[:3]))}",
            expected="at least one published value per municipality",
            fix="leave out municipalities without residents",
        )
    trend = _trend(table)
    fitted = trend @ _coefficients(trend, table.to_numpy())
    return table.where(table.notna(), pd.DataFrame(fitted, table.index, table.columns)).clip(lower=0.0)


def over_kreise(score: pd.DataFrame, kreis: Mapping[str, str] | pd.Series) -> pd.DataFrame:
    """Mean score of the municipalities of each Kreis, brought to 0–1 again per year. (Kreis by years)"""
    mean = score.groupby(pd.Series(kreis).reindex(score.index).to_numpy()).mean().sort_index()
    low, high = mean.min(), mean.max()
    return (mean - low) / (high - low)
