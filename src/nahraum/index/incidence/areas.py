"""Area by wave: rates with intervals, standardised, observed ÷ expected, smoothed; and why a figure is not known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.index.incidence import rates
from nahraum.index.incidence.cases import Wave
from nahraum.index.incidence.rates import Floats
from nahraum.index.incidence.smoothing import locally_smoothed_rates, smoothed_rates
from nahraum.index.spatial.neighbours import Neighbours, only
from nahraum.parameters import Parameters

Texts = npt.NDArray[np.object_]
PER = 100_000.0  # residents a rate is told for, part of the names of the columns


@dataclass(frozen=True)
class Rules:
    """What rates rest on. standard : rows of first year of age, last year, persons."""

    confidence_share: float
    standard: Floats


def read_rules(parameters: Parameters) -> Rules:
    """The parameters of rates."""
    return Rules(
        parameters.number("incidence.confidence_share"),
        np.asarray(parameters.value("incidence.standard_population"), dtype=np.float64),
    )  # fmt: skip


def ages_known(wave: Wave) -> bool:
    """Whether cases and residents are told by age, in one area at least."""
    known = ~np.isnan(wave.ages_least) & ~np.isnan(wave.ages_residents)
    return bool(len(wave.spans) > 1 and known.all(axis=1).any())


def expected_cases(wave: Wave) -> Floats:
    """Cases each area would have at the rate of all, age by age where ages are known; adds up to the cases. [cases]"""
    if not ages_known(wave):
        return rates.expected_cases(wave.middle[:, None], wave.residents[:, None])
    by_age = rates.expected_cases((wave.ages_least + wave.ages_most) / 2, wave.ages_residents)
    known = ~np.isnan(wave.middle) & ~np.isnan(by_age)
    total = by_age[known].sum()
    return by_age * (wave.middle[known].sum() / total) if total > 0 else by_age


def wave_areas(wave: Wave, rules: Rules, neighbours: Neighbours | None) -> pd.DataFrame:
    """One row per area of a wave.

    Returns
        cases with status and the bounds they lie in; residents; `rate_per_100000`, `adjusted_per_100000` (ages of
        the standard population), `ratio` (observed ÷ expected) with `_low`, `_high`, `_status`; smoothed rates, drawn
        towards all areas and towards the neighbours. NaN where the count is suppressed or anything is not known;
        then the limits still hold what is known.
    """
    lived_in = np.where(wave.residents > 0, wave.residents, np.nan)
    statuses = np.array(wave.statuses, dtype=object)
    table: dict[str, object] = {
        "area_id": list(wave.areas), "period": wave.period, "begin": wave.begin, "end": wave.end,
        "cases": _exact(wave.least, wave.most), "cases_status": statuses,
        "cases_least": wave.least, "cases_most": wave.most,
        "residents": wave.residents, "residents_status": _status(wave.residents, statuses, of_cases=False),
    }  # fmt: skip
    low, high = rates.poisson_limits(wave.least, wave.most, rules.confidence_share)
    per = PER / lived_in
    _add(table, "rate_per_100000", _exact(wave.least, wave.most) * per, (low * per, high * per), statuses)
    adjusted, limits, hidden = _adjusted(wave, rules)
    _add(table, "adjusted_per_100000", adjusted, limits, hidden)
    expected = expected_cases(wave)
    divisor = np.where(expected > 0, expected, np.nan)
    low, high = rates.byar_limits(wave.least, wave.most, rules.confidence_share)
    table["expected"] = expected
    _add(table, "ratio", _exact(wave.least, wave.most) / divisor, (low / divisor, high / divisor), statuses)
    crude = _exact(wave.least, wave.most) / lived_in
    table["smoothed_per_100000"] = smoothed_rates(crude, lived_in) * PER
    table["locally_smoothed_per_100000"] = _locally(wave, crude, lived_in, neighbours) * PER
    return pd.DataFrame(table)


def _exact(least: Floats, most: Floats) -> Floats:
    """The count where it is known."""
    return np.where(least == most, least, np.nan)


def _status(values: Floats, statuses: Texts, *, of_cases: bool = True) -> Texts:
    """ok where there is a value, else the reason the cases have, else missing."""
    reason = np.where(statuses == "suppressed", "suppressed", "missing") if of_cases else "missing"
    return np.asarray(np.where(~np.isnan(values), "ok", reason), dtype=object)


def _add(table: dict[str, object], name: str, values: Floats, limits: tuple[Floats, Floats], statuses: Texts) -> None:
    table[name], table[f"{name}_status"] = values, _status(values, statuses)
    table[f"{name}_low"], table[f"{name}_high"] = limits


def _adjusted(wave: Wave, rules: Rules) -> tuple[Floats, tuple[Floats, Floats], Texts]:
    """Directly standardised rates with gamma limits, and whether an age is suppressed; nothing without ages."""
    if not ages_known(wave):
        nothing = np.full(len(wave.areas), np.nan)
        return nothing, (nothing, nothing), np.full(len(wave.areas), "missing", dtype=object)
    weights = rates.age_weights(wave.spans, rules.standard)
    least, most, people = wave.ages_least, wave.ages_most, wave.ages_residents
    found = rates.standardised_rate(_exact(least, most), people, weights)
    low, high = rates.standardised_limits(least, most, people, weights, confidence_share=rules.confidence_share)
    hidden = np.where((least < most).any(axis=1), "suppressed", "missing").astype(object)
    return found * PER, (low * PER, high * PER), hidden


def _locally(wave: Wave, crude: Floats, residents: Floats, neighbours: Neighbours | None) -> Floats:
    """Rates smoothed among neighbours, for the areas whose neighbours are known."""
    found = np.full(len(wave.areas), np.nan)
    if neighbours is None:
        return found
    place = {name: at for at, name in enumerate(wave.areas)}
    there = np.array([name in place for name in neighbours.ids], dtype=bool)
    among = only(neighbours, there)
    at = np.array([place[name] for name in among.ids], dtype=np.int64)
    found[at] = locally_smoothed_rates(crude[at], residents[at], among)
    return found
