"""Does a prerequisite tell places apart? A share of lacking near 0 or 1 is warned of, with the next threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nahraum.index.people import APART, LACKS, Floats, judged_people, share_of
from nahraum.indicators import Rules, lack_values
from nahraum.indicators.catalogue import LABELS_DE, LABELS_EN, format_number
from nahraum.indicators.rows import SPEED_COLUMNS, can_judge_speed
from nahraum.parameters import Parameters
from nahraum.tables import PREREQUISITES

TOO_FEW, TOO_MANY, UNKNOWN, FINE = "too_few", "too_many", "unknown", ""
_COLUMNS = (*LACKS, *APART)
_SPACE_UNIT = ("m² je Einwohner", "m² per resident")
_SUPPLY_UNIT = ("m Fußweg", "m walk")
_INTERNET_UNIT = ("Mbit/s", "Mbit/s")
_GREEN_WAY_UNIT = ("m bis zum Eingang", "m to an entrance")
_GREEN_AREA_UNIT = ("m² Grün je Einwohner", "m² of green per resident")


@dataclass(frozen=True)
class Candidate:
    """One other threshold: its parameter and value, the rules that go with it, and its unit in words (de, en)."""

    parameter: str
    value: float
    rules: Rules
    unit: tuple[str, str]

    def words(self, language: str) -> str:
        """The threshold as a reader of the language writes it, e.g. `35 m² je Einwohner`."""
        text = format_number(self.value, 0 if self.value == round(self.value) else 1, language)
        return f"{text} {self.unit[0 if language == 'de' else 1]}"


@dataclass(frozen=True)
class _Lacking:
    """Share of the judged residents of whom it is known, and share of whom it is."""

    share: float
    completeness: float


def _lacking(rows: pd.DataFrame, rules: Rules) -> dict[str, _Lacking]:
    people = judged_people(rows, lack_values(rows, rules))
    lacks: Floats = np.column_stack([people.lacks, people.apart])
    total = int(people.micro.sum())
    found = {}
    for j, name in enumerate(_COLUMNS):
        known = int(people.micro[~np.isnan(lacks[:, j])].sum())
        lacking = int(share_of(people.micro, lacks[:, j]).sum())
        found[name] = _Lacking(lacking / known if known else np.nan, known / total if total else np.nan)
    return found


def _ladder(current: float, steps: Sequence[float], *, upward: bool) -> list[float]:
    """Steps beyond the current value, the nearest first."""
    beyond = [float(step) for step in steps if (step > current if upward else step < current)]
    return sorted(beyond, reverse=not upward)


def candidates(
    name: str, rules: Rules, parameters: Parameters, values: pd.DataFrame, *, more: bool, by_capacity: bool
) -> list[Candidate]:
    """Other thresholds of a prerequisite by which more (or fewer) people lack it, the nearest first.

    Parameters
        more : towards more people lacking it; by_capacity : of green, try the area per person first.
    """
    if name == "living_space":
        ladder = parameters.value("discriminating.living_space_m2_per_resident")
        steps = _ladder(rules.floor_area_m2, ladder, upward=more)
        parameter = "living_space.minimum_m2_per_resident"
        return [Candidate(parameter, step, replace(rules, floor_area_m2=step), _SPACE_UNIT) for step in steps]
    if name == "supply":
        steps = _ladder(rules.supply_distance_m, parameters.value("discriminating.supply_distance_m"), upward=not more)
        parameter = "supply.maximum_distance_m"
        return [Candidate(parameter, step, replace(rules, supply_distance_m=step), _SUPPLY_UNIT) for step in steps]
    if name == "internet":
        steps = _ladder(rules.required_mbit_s, parameters.value("internet.speeds_mbit_s"), upward=more)
        return [
            Candidate(
                "internet.required_mbit_s",
                step,
                replace(rules, required_mbit_s=int(step), internet_column=SPEED_COLUMNS.format(int(step))),
                _INTERNET_UNIT,
            )
            for step in steps
            if can_judge_speed(values, int(step))
        ]
    return _green_candidates(rules, parameters, more=more, by_capacity=by_capacity)


def _green_candidates(rules: Rules, parameters: Parameters, *, more: bool, by_capacity: bool) -> list[Candidate]:
    prefix = f"green_standards.{rules.green_standard}"
    ways = [
        Candidate(f"{prefix}.maximum_distance_m", step, replace(rules, green_distance_m=step), _GREEN_WAY_UNIT)
        for step in _ladder(
            rules.green_distance_m, parameters.value("discriminating.green_distance_m"), upward=not more
        )
    ]
    if rules.green_m2 is None:
        return ways
    areas = [
        Candidate(f"{prefix}.minimum_m2_per_resident", step, replace(rules, green_m2=step), _GREEN_AREA_UNIT)
        for step in _ladder(rules.green_m2, parameters.value("discriminating.green_m2_per_resident"), upward=more)
    ]
    return [*areas, *ways] if by_capacity else [*ways, *areas]


def _percent(share: float, language: str) -> str:
    text = f"{share * 100:.1f} %"
    return text.replace(".", ",") if language == "de" else text


def _text(name: str, warning: str, share: float, next_: Candidate | None, next_share: float) -> tuple[str, str]:
    de, en = LABELS_DE[name], LABELS_EN[name]
    if warning == FINE:
        return "", ""
    if warning == UNKNOWN:
        return f"{de}: für niemanden bekannt.", f"{en}: known for nobody."
    german = f"{de}: fehlt {_percent(share, 'de')} der Einwohner, unterscheidet Orte kaum."
    english = f"{en}: lacked by {_percent(share, 'en')} of residents, hardly tells places apart."
    if next_ is None:
        return f"{german} Keine der vorgesehenen Schwellen hilft.", f"{english} None of the listed thresholds helps."
    told = [f"{next_.words(lang)} ({_percent(next_share, lang)}; {next_.parameter})" for lang in ("de", "en")]
    return f"{german} Nächste sinnvolle Schwelle: {told[0]}.", f"{english} Next sensible threshold: {told[1]}."


def _partly(name: str, lack: _Lacking) -> tuple[str, str]:
    """Where it is known of too few, their share says nothing of the others, and another threshold is no remedy."""
    share, known = ([_percent(value, lang) for lang in ("de", "en")] for value in (lack.share, lack.completeness))
    german = f"{LABELS_DE[name]}: nur für {known[0]} der Einwohner bekannt; von ihnen fehlt es {share[0]}."
    english = f"{LABELS_EN[name]}: known for {known[1]} of residents only; {share[1]} of these lack it."
    return f"{german} Das gilt nicht für alle.", f"{english} That does not hold for all."


def _next(
    rows: pd.DataFrame, name: str, tried: Sequence[Candidate], low: float, high: float
) -> tuple[Candidate | None, float]:
    for candidate in tried:
        share = _lacking(rows, candidate.rules)[f"lacks_{name}"].share
        if low <= share <= high:
            return candidate, share
    return None, np.nan


def discriminating_power(rows: pd.DataFrame, rules: Rules, parameters: Parameters) -> pd.DataFrame:
    """One row per prerequisite: who lacks it, and whether the threshold tells places apart.

    Parameters
        rows : addresses with their values.

    Returns
        `prerequisite`, `lacks_share` (of residents of whom it is known), `completeness`,
        `warning` ('' | too_few | too_many | unknown), `next_parameter`, `next_threshold`
        (the nearest listed one that is within the limits; '' and NaN where none is), `next_lacks_share`,
        `text_de`, `text_en`.
    """
    limits = parameters.number("counting.warn_share_low"), parameters.number("counting.warn_share_high")
    enough = parameters.number("counting.minimum_completeness")
    found = _lacking(rows, rules)
    by_capacity = found["lacks_green_capacity"].share > found["lacks_green_access"].share
    lines = []
    for name in PREREQUISITES:
        lack = found[f"lacks_{name}"]
        warning = _warning(lack.share, *limits)
        next_, next_share = None, np.nan
        if warning in (TOO_FEW, TOO_MANY) and lack.completeness >= enough:
            tried = candidates(name, rules, parameters, rows, more=warning == TOO_FEW, by_capacity=by_capacity)
            next_, next_share = _next(rows, name, tried, *limits)
        german, english = _text(name, warning, lack.share, next_, next_share)
        if warning in (TOO_FEW, TOO_MANY) and lack.completeness < enough:
            german, english = _partly(name, lack)
        lines.append(
            {
                "prerequisite": name,
                "lacks_share": lack.share,
                "completeness": lack.completeness,
                "warning": warning,
                "next_parameter": next_.parameter if next_ else "",
                "next_threshold": next_.value if next_ else np.nan,
                "next_lacks_share": next_share,
                "text_de": german,
                "text_en": english,
            }
        )
    return pd.DataFrame(lines)


def _warning(share: float, low: float, high: float) -> str:
    if np.isnan(share):
        return UNKNOWN
    return TOO_FEW if share < low else TOO_MANY if share > high else FINE
