"""How coarse a published figure is: a step is worth five persons at least, so that no exact sum can be written down.

Shares and persons lie on the same steps wherever they stand, so that two tables never tell one figure in two ways.
Zero then stands for none up to k-1 persons, and the full share for all of them less as many.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import MICRO
from nahraum.indicators.catalogue import SHARE, entry_of
from nahraum.publish.disclosure import Mask, Micro, Rules
from nahraum.publish.families import FAMILY_ENDINGS, family, judged, numbers, share_stems

Numbers = npt.NDArray[np.float64]
_OF_CELLS = ("several_share", "in_target_share", "in_target_possible_share")
_STEPS = (1.0, 2.0, 5.0)
_MEAN = re.compile(r"_(?P<unit>m|m2_per_resident|within_reach)$")
_TYPICAL = 100.0  # finest steps by which two cells of a quarter usually differ, where the catalogue does not say
_LEVEL = re.compile(r"^(?:m0|a|contribution)(?:_k(?P<k>\d))?")
_PER_CENT = re.compile(r"\d+(?:[.,]\d+)?(?=\s*%)")
_INDEX = re.compile(r"^(?:m0|a)(?:_k\d)?(?:_min|_max)?$|^contribution_.+")


def values(frame: pd.DataFrame, column: str) -> Numbers:
    """A column as plain floats, NaN where nothing is known."""
    return pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)


def to_step(value: npt.ArrayLike, step: npt.ArrayLike) -> Numbers:
    """The nearest multiple of a step; halves go up."""
    numbers_, steps = np.asarray(value, dtype=np.float64), np.asarray(step, dtype=np.float64)
    return np.asarray(np.round(np.floor(numbers_ / steps + 0.5 + 1e-9) * steps, 6), dtype=np.float64)


def _ladder(smallest: float, largest: float) -> Numbers:
    """1, 2, 5, 10 … times a power of ten, from the smallest to the largest step."""
    powers = range(int(np.floor(np.log10(smallest))), int(np.ceil(np.log10(largest))) + 1)
    steps = np.round([step * 10.0**power for power in powers for step in _STEPS], 9)
    return np.asarray(steps[(steps >= smallest - 1e-9) & (steps <= largest + 1e-9)], dtype=np.float64)


def _first(ladder: Numbers, needed: Numbers) -> Numbers:
    at = np.minimum(np.searchsorted(ladder, np.nan_to_num(needed, posinf=np.inf) - 1e-12), len(ladder) - 1)
    return np.asarray(ladder[at], dtype=np.float64)


def share_step(size: Micro, rules: Rules) -> Numbers:
    """The finest of 0.001, 0.01, 0.02, 0.05, 0.1, 0.2 and 0.5 that is worth the rounding unit of persons."""
    persons = np.maximum(size / MICRO, 1e-3)
    return _first(np.array(rules.share_steps), rules.rounding_persons / persons)


def share_of_persons(share: Numbers, size: Micro, rules: Rules) -> Numbers:
    """Shares on their step; whole persons behind them go to multiples of the unit first."""
    persons = np.maximum(size / MICRO, 1e-3)
    counted = np.minimum(to_step(share * persons, rules.rounding_persons), persons)
    whole = np.minimum(to_step(counted / persons, share_step(size, rules)), 1.0)
    return np.where(np.isnan(share), np.nan, whole)


def _steps_of(column: str, rules: Rules) -> tuple[float, float] | None:
    """Finest step of a mean, and how far two cells usually differ in it (0: it speaks of places, not of residents)."""
    entry = entry_of(column)
    of_places = entry is not None and entry.of == "places" and entry.summed == "mean"
    if entry is not None and entry.theme and entry.id == column and (entry.unit != SHARE or of_places):
        finest = 10.0 ** -(entry.decimals + (2 if entry.unit == SHARE else 0))
        return finest, 0.0 if entry.summed == "zone" else entry.typical or finest * _TYPICAL
    match = _MEAN.search(column)
    return (rules.mean_steps[match["unit"]], rules.typical_differences[match["unit"]]) if match else None


def _mean_step(finest: float, apart: float, size: Micro, rules: Rules) -> Numbers:
    persons = np.maximum(size / MICRO, 1e-3)
    return _first(_ladder(finest, apart), rules.rounding_persons * apart / persons)


def rounded_means(frame: pd.DataFrame, size: Micro | None, rules: Rules) -> pd.DataFrame:
    """Ways to 10 m, areas to 0.1 m², services to 0.1; coarser where five persons more or less would show.

    Parameters
        size : persons behind the means; None for the cell itself, whose means are facts of one place.
    """
    frame = frame.copy()
    for column in map(str, frame.columns):
        steps = _steps_of(column, rules)
        if not steps or column.startswith(("maximum", "minimum")) or not pd.api.types.is_numeric_dtype(frame[column]):
            continue
        finest, apart = steps
        step: npt.ArrayLike = finest if size is None or apart == 0 else _mean_step(finest, apart, size, rules)
        frame[column] = to_step(values(frame, column), step)
    return frame


def rounded_shares(frame: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """All shares of residents, their headcounts and completeness of one table; nothing else."""
    members = {stem: family(frame, stem) for stem in share_stems(frame.columns)}
    frame, size = frame.copy(), judged(frame)
    exact = {column: values(frame, column) for column in map(str, frame.columns) if column.endswith("_completeness")}
    for column, value in exact.items():
        frame[column] = share_of_persons(value, size, rules)
    for stem, member in members.items():
        for ending in FAMILY_ENDINGS:
            share = f"{stem}_share{ending}"
            if share in member.columns:
                frame[share] = share_of_persons(values(frame, share), member.size, rules)
            count = f"{stem}_residents{ending}"
            if count in member.columns:
                frame[count] = _headcount(frame, stem, ending, member.size, rules)
    return frame


def _headcount(frame: pd.DataFrame, stem: str, ending: str, size: Micro, rules: Rules) -> Numbers:
    """Persons as the published share tells them (so that the two together tell no more than one)."""
    if f"{stem}_share{ending}" not in frame.columns:
        return to_step(values(frame, f"{stem}_residents{ending}"), rules.rounding_persons)
    persons = to_step(size / MICRO, rules.rounding_persons)
    return to_step(values(frame, f"{stem}_share{ending}") * persons, rules.rounding_persons)


def rounded_index(frame: pd.DataFrame, heads: Mapping[str, Numbers], rules: Rules) -> pd.DataFrame:
    """M0 by the judged residents, A and contributions by those who lack several.

    Parameters
        heads : exact share lacking several by the number k of its level ("" for the chosen k).
    """
    frame, size = frame.copy(), judged(frame)
    for column in map(str, frame.columns):
        if not _INDEX.match(column):
            continue
        base = size
        if not column.startswith("m0"):
            match = _LEVEL.match(column)
            head = heads.get(match["k"] or "" if match else "", np.ones(len(frame)))
            base = np.asarray(np.rint(size * np.nan_to_num(head, nan=0.0)), dtype=np.int64)
        frame[column] = to_step(values(frame, column), share_step(base, rules))
    return frame


def rounded_area(frame: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Quarters and the municipality as published: residents as they are, every other figure on its step."""
    heads = {
        k: values(frame, f"several_k{k or rules.lacks_needed}_share")
        for k in ("", "1", "2", "3", "4")
        if f"several_k{k or rules.lacks_needed}_share" in frame.columns
    }
    lows = {k: values(frame, f"several_k{k or rules.lacks_needed}_share_min") for k in heads
            if f"several_k{k or rules.lacks_needed}_share_min" in frame.columns}  # fmt: skip
    heads = {k: np.where(np.isnan(head), lows.get(k, head), head) for k, head in heads.items()}
    result = rounded_index(rounded_shares(rounded_means(frame, judged(frame), rules), rules), heads, rules)
    for column in ("residents_communal", "residents_edge"):
        if column in result.columns:
            result[column] = to_step(values(result, column), rules.rounding_persons)
    if {"residents", "residents_edge", "residents_judged"} <= set(result.columns):
        result["residents_judged"] = values(result, "residents") - values(result, "residents_edge")
    return result


def coarse_cells(frame: pd.DataFrame, rules: Rules) -> tuple[pd.DataFrame, Mask]:
    """Cells with shares of place facts on coarse steps, and where a fifth is worth too few persons to be told."""
    size = numbers(frame, "residents")
    frame = rounded_means(frame, None, rules)
    for column in map(str, frame.columns):
        if column.endswith("_completeness") or (column.endswith("_share") and column not in _OF_CELLS):
            frame[column] = share_of_persons(values(frame, column), size, rules)
        elif column == "services_within_reach":
            step = np.maximum(share_step(size, rules), rules.mean_steps["within_reach"])
            frame[column] = to_step(values(frame, column), step)
    if "several_share" not in frame.columns:
        return frame, np.zeros(len(frame), dtype=np.bool_)
    frame["several_share"] = to_step(values(frame, "several_share"), rules.cell_share_step)
    return frame, share_step(size, rules) > rules.cell_share_step + 1e-9


def rounded_text(text: str, shares: tuple[float, ...], language: str) -> str:
    """A sentence whose percentages are the published ones, in their order."""
    told = iter(shares)

    def published(match: re.Match[str]) -> str:
        share = next(told, float("nan"))
        if np.isnan(share):
            return match[0]
        shown = f"{share * 100:.1f}".removesuffix(".0")
        return shown.replace(".", ",") if language == "de" else shown

    return _PER_CENT.sub(published, text)


def persons(frame: pd.DataFrame, column: str, rules: Rules) -> Numbers:
    """A headcount in multiples of the unit."""
    return to_step(numbers(frame, column) / MICRO, rules.rounding_persons)
