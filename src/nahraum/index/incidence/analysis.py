"""Incidence by area and wave, and what it goes with: the one function that others call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from nahraum.errors import InputError
from nahraum.index.incidence.areas import read_rules, wave_areas
from nahraum.index.incidence.associations import associations_table, read_limits
from nahraum.index.incidence.cases import waves_of
from nahraum.index.incidence.factors import STATUS, Factor
from nahraum.index.incidence.notes import caveat, notes_table
from nahraum.index.incidence.sentences import with_change_sentences, with_sentences
from nahraum.index.incidence.waves import changes_table, overlapping
from nahraum.index.spatial.neighbours import Neighbours
from nahraum.parameters import Parameters


@dataclass(frozen=True)
class Incidence:
    """What is known of cases by area and wave.

    areas : area × wave: cases, residents, rates with limits and statuses, smoothed rates, and `status` where the study
        has one (more = higher). Not for publication as it is: counts and rates × residents show small numbers.
    associations : wave × factor: n, method, estimates with limits, residual Moran, notes, sentences, caveat.
    changes : factor: signs by wave, change of sign, sentences, caveat.
    notes : topic, note_de, note_en of all notes that occur.
    caveat_de, caveat_en : belongs to every table and map made of these.
    """

    areas: pd.DataFrame
    associations: pd.DataFrame
    changes: pd.DataFrame
    notes: pd.DataFrame
    caveat_de: str
    caveat_en: str


def incidence_analysis(
    cases: pd.DataFrame, factors: Sequence[Factor], residents: pd.Series | pd.DataFrame | None,
    *, neighbours: Neighbours | None, parameters: Parameters,
) -> Incidence:  # fmt: skip
    """Rates of each area and wave, and how they go with each factor, wave by wave, one factor at a time.

    Parameters
        cases : table CASES (`sources.incidence`, or `cases_of_larger_areas`).
        factors : `status_factor`, `prerequisite_factor` or any `Factor`, for the same areas as the cases.
        residents : where the table of cases tells none: by area_id, or by area_id and age as columns. [persons]
        neighbours : of the areas, for local smoothing and the check of residuals; None where not known.

    Returns
        Incidence. Below `incidence.minimum_areas_regression` areas only rank correlations are told; about change
        nothing below `incidence.minimum_waves` waves.

    Raises
        InputError where the table is none, no area has residents, two factors have one id, or no area of the cases is
        one of a factor.
    """
    waves = waves_of(
        cases, residents,
        suppressed_below=int(parameters.number("incidence.suppressed_below")),
        waves=parameters.value("incidence.waves"),
    )  # fmt: skip
    _check_factors(factors, waves[0].areas)
    rules = read_rules(parameters)
    areas = pd.concat([wave_areas(wave, rules, neighbours) for wave in waves], ignore_index=True)
    for factor in factors:
        if factor.kind == STATUS:
            areas = areas.assign(status=areas["area_id"].map(factor.figures.rename(index=str)))
    associations = associations_table(waves, list(factors), neighbours, read_limits(parameters))
    changes = pd.DataFrame()
    if len(associations):
        associations = with_sentences(associations, factors)
        minimum = int(parameters.number("incidence.minimum_waves"))
        changes = with_change_sentences(changes_table(associations, minimum))
    codes = {"between_areas", "testing_unknown"} | ({"waves_overlap"} if overlapping(waves) else set())
    if len(associations):
        codes |= {code for text in associations["notes"] for code in str(text).split()}
        codes |= {"too_few_waves"} if (changes["change"] == "too_few_waves").any() else set()
    return Incidence(areas, associations, changes, notes_table(codes), caveat("de"), caveat("en"))


def _check_factors(factors: Sequence[Factor], areas: Sequence[str]) -> None:
    ids = [factor.id for factor in factors]
    problems = [f"factor {name!r} comes {ids.count(name)} times" for name in sorted(set(ids)) if ids.count(name) > 1]
    for factor in factors:
        index = factor.figures.index.astype(str)
        if not index.is_unique:
            problems.append(
                f"factor {factor.id!r}: area_id repeats, first: {sorted(set(index[index.duplicated()]))[:3]}"
            )
        elif not index.isin(areas).any():
            problems.append(f"factor {factor.id!r} knows none of the areas; it has {list(index[:3])}")
    if problems:
        raise InputError(
            "incidence cannot be held against these factors", where=problems,
            expected=f"one value per area of the cases, e.g. {list(areas[:3])}",
            fix="use the same ids (leading zeros count); cases of smaller areas: cases_of_larger_areas",
        )  # fmt: skip
