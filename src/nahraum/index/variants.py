"""How much of a result hangs on a choice: the same count under a fixed, printed list of other choices.

The share of variants in which a place is in the target set is a count of choices, never a probability.
Every variant is computed from stored ways and values; nothing is measured again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.index import counting
from nahraum.index.aggregate import Counted, Counting, Units, count_units
from nahraum.index.people import Floats
from nahraum.indicators import Rules, lack_values
from nahraum.indicators.rows import SPEED_COLUMNS, can_judge_speed
from nahraum.parameters import Parameters

BASE = "base"
Flags = npt.NDArray[np.bool_]
_NUMBERS = (
    "several_share_min",
    "several_share",
    "several_share_max",
    "several_known_share",
)
MOST_LACKS = len(counting.KS)


@dataclass(frozen=True)
class Variant:
    """One other choice: what is changed, to what, and why it cannot be computed where `rules` is None."""

    id: str
    parameter: str
    value: str
    label_de: str
    label_en: str
    rules: Rules | None
    reason: str = ""


def _number(value: float) -> str:
    return f"{value:g}"


def _space(rules: Rules, parameters: Parameters) -> list[Variant]:
    return [
        Variant(
            f"living_space_{_number(limit)}",
            "living_space.minimum_m2_per_resident",
            _number(limit),
            f"Wohnraum: mindestens {_number(limit)} m² je Einwohner",
            f"living space: at least {_number(limit)} m² per person",
            replace(rules, floor_area_m2=float(limit)),
        )
        for limit in parameters.value("living_space.sensitivity_m2_per_resident")
    ]


def _green(rules: Rules, parameters: Parameters) -> list[Variant]:
    found = [
        Variant(
            f"green_{_number(limit)}",
            f"green_standards.{rules.green_standard}.maximum_distance_m",
            _number(limit),
            f"Grün: Eingang in höchstens {_number(limit)} m (Fläche je Einwohner unverändert)",
            f"green: an entrance within {_number(limit)} m (area per person unchanged)",
            replace(rules, green_distance_m=limit),
        )
        for factor in parameters.value("green.sensitivity_factor")
        for limit in [round(rules.green_distance_m * float(factor), 1)]
    ]
    if rules.green_m2 is not None:
        without = Variant(
            "green_access_only",
            f"green_standards.{rules.green_standard}.minimum_m2_per_resident",
            "",
            "Grün: nur der Weg zählt, nicht die Fläche je Einwohner",
            "green: only the way counts, not the area per person",
            replace(rules, green_m2=None),
        )
        found.append(without)
    return found


def _internet(rules: Rules, parameters: Parameters, values: pd.DataFrame) -> list[Variant]:
    return [
        Variant(
            f"internet_{speed}",
            "internet.required_mbit_s",
            str(speed),
            f"Internet-Angebot: {speed} Mbit/s",
            f"internet offer: {speed} Mbit/s",
            replace(rules, required_mbit_s=int(speed), internet_column=SPEED_COLUMNS.format(speed)) if known else None,
            "" if known else "no_data",
        )
        for speed in parameters.value("internet.speeds_mbit_s")
        if speed != rules.required_mbit_s
        for known in [can_judge_speed(values, int(speed))]
    ]


def _supply(rules: Rules, parameters: Parameters) -> list[Variant]:
    return [
        Variant(
            f"supply_{_number(limit)}",
            "supply.maximum_distance_m",
            _number(limit),
            f"Nahversorgung: in höchstens {_number(limit)} m",
            f"everyday supply: within {_number(limit)} m",
            replace(rules, supply_distance_m=float(limit)),
        )
        for limit in parameters.value("supply.sensitivity_distance_m")
    ]


def _lacks_needed(rules: Rules) -> list[Variant]:
    """One lack more and one fewer; "several" means at least two."""
    return [
        Variant(
            f"k_{k}",
            "counting.lacks_needed",
            str(k),
            f"mindestens {k} fehlende Voraussetzungen",
            f"at least {k} lacks",
            replace(rules, lacks_needed=k),
        )
        for k in (rules.lacks_needed - 1, rules.lacks_needed + 1)
        if 2 <= k <= MOST_LACKS
    ]


def variant_list(rules: Rules, parameters: Parameters, values: pd.DataFrame) -> list[Variant]:
    """The study's own choice first, then every variant, one choice changed at a time.

    Choices equal to the study's own are left out: they would count twice.
    """
    base = Variant(BASE, "", "", "gewählte Schwellen", "chosen thresholds", rules)
    listed = [
        *_space(rules, parameters),
        *_green(rules, parameters),
        *_internet(rules, parameters, values),
        *_supply(rules, parameters),
        *_lacks_needed(rules),
    ]
    return [base, *(variant for variant in listed if variant.rules != rules)]


@dataclass(frozen=True)
class Places:
    """Places whose class is followed through the variants."""

    column: str  # cell_key or quarter_id
    ids: pd.Index

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.ids)


@dataclass(frozen=True)
class Followed:
    """Per variant (row) and place (column): whether it is lacking, and the share with at least k known lacks."""

    in_target: Flags
    known_share: Floats


@dataclass(frozen=True)
class VariantResults:
    """The printed table of variants and what became of each kind of place."""

    table: pd.DataFrame
    followed: dict[str, Followed]


def _line(variant: Variant, units: Units | None, lacking_cells: float, rule: Counting) -> dict[str, object]:
    """The variant's row of the printed table; empty numbers where it could not be computed."""
    numbers: dict[str, object] = dict.fromkeys((*_NUMBERS, "lacking_cells"), np.nan)
    if units is not None and variant.rules is not None:
        k = variant.rules.lacks_needed
        sums = units.grouped(np.zeros(len(units.keys), dtype=np.int64), 1)
        share = counting.several_share(sums, k, enough=rule.enough)
        known = counting.several_known_share(sums, k)
        low, mid, high = (float(share[part].iloc[0]) for part in ("min", "central", "max"))
        values = (low, mid, high, float(known.iloc[0]))
        numbers |= dict(zip(_NUMBERS, values, strict=True)) | {"lacking_cells": lacking_cells}
    head = {
        "variant_id": variant.id,
        "parameter": variant.parameter,
        "value": variant.value,
        "label_de": variant.label_de,
        "label_en": variant.label_en,
        "evaluated": units is not None,
        "reason": variant.reason,
    }
    return head | numbers


def _units_of(counted: Counted, place: Places) -> Units:
    return counted.parts if place.column == "quarter_id" else counted.cells


def _follow(units: Units, place: Places, k: int, rule: Counting) -> tuple[Flags, Floats]:
    code = place.ids.get_indexer(pd.Index(units.keys[place.column])).astype(np.int64)
    sums = units.grouped(code, place.n)
    share = counting.several_share(sums, k, enough=rule.enough)
    words = counting.classify(share["min"], share["max"], majority=rule.majority)
    known = counting.several_known_share(sums, k).to_numpy(dtype=np.float64)
    return words == "lacking", known


def evaluate_variants(
    rows: pd.DataFrame, variants: Sequence[Variant], places: Sequence[Places], *, rule: Counting
) -> VariantResults:
    """Every variant over all residents.

    Parameters
        rows : addresses with their values; variants : as `variant_list`; places : whom to follow.

    Returns
        table : one row per variant, the study's own first: `variant_id`, what is changed, whether it could be
        computed, and of the municipality `several_share|_min|_max`, `several_known_share`, `lacking_cells`.
        followed : by column of `places`.
    """
    lines: list[dict[str, object]] = []
    kept: dict[str, list[tuple[Flags, Floats]]] = {place.column: [] for place in places}
    for variant in variants:
        units, lacking_cells = None, np.nan
        if variant.rules is not None:
            k = variant.rules.lacks_needed
            counted = count_units(rows, lack_values(rows, variant.rules), ks=(k,), parts=False)
            units = counted.cells
            for place in places:
                kept[place.column].append(_follow(_units_of(counted, place), place, k, rule))
                if place.column == "cell_key":
                    lacking_cells = float(kept[place.column][-1][0].sum())
        lines.append(_line(variant, units, lacking_cells, rule))
    followed = {name: Followed(*(np.array(part) for part in zip(*parts, strict=True))) for name, parts in kept.items()}
    return VariantResults(pd.DataFrame(lines), followed)


def in_target_share(followed: Followed) -> pd.Series:
    """Share of the computed variants in which each place is lacking for sure. [share]"""
    return pd.Series(followed.in_target.mean(axis=0), name="in_target_share")


def rank(followed: Followed, comparable: pd.Series) -> pd.DataFrame:
    """Rank of each place among its like, in the study's own choice and over all variants; 1 = largest share.

    Parameters
        comparable : what must be equal for two places to be compared (their known prerequisites); missing
            for places that are not ranked.

    Returns
        `rank`, `rank_min`, `rank_max` (equal shares share the better rank; NaN where not ranked) and
        `n_comparable`.
    """
    ranked = comparable.notna().to_numpy()
    group = comparable[ranked]
    ranks = []
    for share in followed.known_share:
        values = pd.Series(share[ranked].round(12), index=group.index)
        ranks.append(values.groupby(group, sort=True).rank(method="min", ascending=False).to_numpy())
    table = pd.DataFrame(
        {"rank": np.nan, "rank_min": np.nan, "rank_max": np.nan, "n_comparable": np.nan}, index=comparable.index
    )
    if ranked.any():
        stacked = np.array(ranks)
        table.loc[ranked, "rank"] = stacked[0]
        table.loc[ranked, "rank_min"] = stacked.min(axis=0)
        table.loc[ranked, "rank_max"] = stacked.max(axis=0)
        table.loc[ranked, "n_comparable"] = group.map(group.value_counts()).to_numpy(dtype=float)
    return table
