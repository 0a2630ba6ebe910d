"""What disclosure control does with each table, by the geography of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.frames import MICRO
from nahraum.publish.areas import areas, municipalities
from nahraum.publish.combinations import combination_mask
from nahraum.publish.disclosure import Mask, Micro, Rules, is_small, micro, protected_by_group
from nahraum.publish.families import (
    COUNT,
    Masks,
    family,
    numbers,
    share_stems,
    widths,
)
from nahraum.publish.made_rules import plan_figures, synthetic
from nahraum.publish.nested import Beside
from nahraum.publish.population import population_difference
from nahraum.publish.rounding import (
    coarse_cells,
    persons,
    rounded_text,
    share_of_persons,
    share_step,
    to_step,
    values,
)

Outcome = tuple[pd.DataFrame, Masks, Mask]
_PERSONS = re.compile(r"^residents(?:_.+)?$|_residents(?:_min|_max)?$")
_SHARES = re.compile(r"^(?:missing|.+)_share(?:_min|_max)?$|^share$")
_PERSONAL = ("residents", "lacks_", "several_", "households")
_OF_PERSONS = re.compile(
    r"^residents_.+|^several_(?!share$|share_status$).+|^(?:m0|a)(?:_.+)?$|^(?:censored|contribution)_.+|^rank(?:_.+)?$"
)  # of a cell: what is known of persons together, not of the place
_BOUND = re.compile(r"^several_(?:share|residents)_(?:min|max)$|^several_known_(?:share|residents)$")
_SHARE_STEP = 0.01


def _none(frame: pd.DataFrame) -> Mask:
    return np.zeros(len(frame), dtype=np.bool_)


def _share_columns(frame: pd.DataFrame) -> list[str]:
    return [c for c in map(str, frame.columns) if _SHARES.match(c) and not c.startswith("in_target")]


def _person_columns(frame: pd.DataFrame) -> list[str]:
    return [c for c in map(str, frame.columns) if _PERSONS.search(c) and not c.endswith("per_1000_residents")]


def _rounded(frame: pd.DataFrame, size: Micro, rules: Rules) -> pd.DataFrame:
    """Persons in multiples of the unit of locations, shares on the step of the persons behind them."""
    frame, step = frame.copy(), np.maximum(share_step(size, rules), _SHARE_STEP)
    for column in _person_columns(frame):
        frame[column] = to_step(values(frame, column), rules.rounding_location)
    for column in _share_columns(frame):
        frame[column] = to_step(values(frame, column), step)
    return frame


def cells(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Facts of the place and the class; fewer than 10 residents: class only. Persons stay with the quarters."""
    frame = frame.drop(columns=[c for c in map(str, frame.columns) if COUNT.match(c) or _OF_PERSONS.match(c)])
    residents = numbers(frame, "residents")
    quarter = frame["quarter_id"] if "quarter_id" in frame.columns else pd.Series("", index=frame.index)
    small = residents < rules.minimum_residents_cell * MICRO
    rows = protected_by_group(
        small if rules.held is None else small | rules.held, residents, [residents],
        groups=quarter.fillna("").astype(str).to_numpy(dtype=object), minimum_count=rules.minimum_count,
        minimum_size=rules.minimum_residents_cell,
    )  # fmt: skip
    frame, small = coarse_cells(frame, rules)
    return frame, {"several_share": small}, rows


def _lone(frame: pd.DataFrame, rules: Rules) -> Masks:
    """Shares of rows that add up to nothing published: small counts and small denominators only."""
    masks: Masks = {}
    for stem in share_stems(frame.columns):
        member = family(frame, stem)
        small = member.known & (member.size < rules.minimum_denominator * MICRO)
        for count in member.counts:
            small |= is_small(count, rules.minimum_count)
        masks |= dict.fromkeys(member.columns, small)
    return masks


def locations(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Residents in multiples of 10, shares in per cent; below the minimum of a cell only the outline."""
    rows = numbers(frame, "residents") < rules.minimum_residents_cell * MICRO
    masks = _lone(frame, rules)
    for column in _person_columns(frame):
        masks[column] = masks.get(column, _none(frame)) | is_small(numbers(frame, column), rules.minimum_count)
    return _rounded(frame, numbers(frame, "residents"), rules), masks, rows


def location_services(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Names and ways are facts about places; how many persons miss them is rounded or held back."""
    if not {"residents_missing", "missing_share"} <= set(frame.columns):
        return facts(frame, rules)
    size = _size_behind(frame["residents_missing"], frame["missing_share"])
    count = numbers(frame, "residents_missing")
    mask = is_small(count, rules.minimum_count) | is_small(np.maximum(size - count, 0), rules.minimum_count)
    mask |= size < rules.minimum_denominator * MICRO
    return _rounded(frame, size, rules), {"residents_missing": mask, "missing_share": mask}, _none(frame)


def combinations(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """The sixteen combinations, so that none follows from the sums beside them."""
    columns = [str(c) for c in frame.columns if str(c).startswith(("residents", "share"))]
    mask, total = combination_mask(frame, rules), numbers(frame, "residents")
    size = np.full(len(frame), int(total.sum()), dtype=np.int64)
    frame = frame.copy()
    if "residents" in frame.columns:
        frame["residents"] = persons(frame, "residents", rules)
    if "share" in frame.columns and size.any():
        frame["share"] = share_of_persons(values(frame, "share"), size, rules)
    return frame, dict.fromkeys(columns, mask), _none(frame)


def partly_known(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """What is known of the undetermined: residents in tens, shares in per cent, nothing below ten."""
    small = numbers(frame, "residents") < rules.minimum_residents_cell * MICRO
    columns = [str(c) for c in frame.columns if str(c).startswith(("residents", "share"))]
    size = np.zeros(len(frame), dtype=np.int64)
    if {"residents", "share"} <= set(frame.columns):
        size = _size_behind(frame["residents"], frame["share"])
    return _rounded(frame, size, rules), dict.fromkeys(columns, small), _none(frame)


def _size_behind(count: pd.Series, share: pd.Series) -> Micro:
    """Persons that a share and its count together speak of; none where both are none. [1e-6]"""
    persons = pd.to_numeric(count).to_numpy(dtype=np.float64, na_value=np.nan)
    part = pd.to_numeric(share).to_numpy(dtype=np.float64, na_value=np.nan)
    return micro(np.divide(persons, part, out=np.full(len(part), np.nan), where=part > 0))


def discriminating(frame: pd.DataFrame, rules: Rules, whole: pd.DataFrame) -> Outcome:
    """Shares of the municipality again: held back where its row holds them back, sentences that print them too."""
    size = _everybody(whole)
    known = frame["completeness"].to_numpy(dtype=np.float64, na_value=np.nan) if "completeness" in frame else 1.0
    sizes = micro(size / MICRO * np.broadcast_to(known, len(frame)))
    withheld = set(str(whole["suppressed"].iloc[0]).split())
    mask = np.array([bool({f"lacks_{name}_share", "all"} & withheld) for name in frame["prerequisite"]], dtype=np.bool_)
    mask |= (size < rules.minimum_denominator * MICRO) | ((sizes > 0) & (sizes < rules.minimum_denominator * MICRO))
    for column in _share_columns(frame):
        mask |= _tells(frame[column], sizes, rules)
    told = (*_share_columns(frame), *_person_columns(frame), "completeness", "text_de", "text_en")
    masks = {column: mask for column in told if column in frame.columns}
    if "completeness" in masks:  # of living space it would tell the communal residents
        gone = [f"lacks_{name}_completeness" in withheld for name in frame["prerequisite"]]
        masks["completeness"] = mask | np.array(gone, dtype=np.bool_)
    return _as_published(frame, sizes, whole, rules), masks, _none(frame)


def _as_published(frame: pd.DataFrame, sizes: Micro, whole: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The municipality's figures as its own row tells them, the rest on its step; sentences print the same."""
    frame = frame.copy()
    for column in _share_columns(frame):
        frame[column] = share_of_persons(values(frame, column), sizes, rules)
    for column in _person_columns(frame):
        frame[column] = persons(frame, column, rules)
    if "completeness" in frame.columns:
        everybody = np.full(len(frame), _everybody(whole), dtype=np.int64)
        frame["completeness"] = share_of_persons(values(frame, "completeness"), everybody, rules)
    for mine, theirs in (("lacks_share", "share"), ("lacks_residents", "residents"), ("completeness", "completeness")):
        names = [f"lacks_{name}_{theirs}" for name in frame["prerequisite"]]
        told = np.array([values(whole, name)[0] if name in whole.columns else np.nan for name in names], dtype=float)
        if mine in frame.columns:
            frame[mine] = np.where(np.isnan(told), values(frame, mine), told)
    shares = [values(frame, name) for name in ("lacks_share", "next_lacks_share") if name in frame.columns]
    for language in ("de", "en"):
        if f"text_{language}" in frame.columns:
            frame[f"text_{language}"] = [
                rounded_text(text, tuple(float(share[row]) for share in shares), language)
                for row, text in enumerate(frame[f"text_{language}"].fillna("").astype(str))
            ]
    return frame


def variants(frame: pd.DataFrame, rules: Rules, whole: pd.DataFrame) -> Outcome:
    """A variant goes where it, its complement or its difference from the study's own choice is a small count.

    The study's own choice is the first row; it tells what the municipality's row tells. The bounds of every
    variant go by the rule for those of the municipality.
    """
    size = np.full(len(frame), _everybody(whole), dtype=np.int64)
    mask = size < rules.minimum_denominator * MICRO
    for column in _share_columns(frame):
        mask = mask | _tells(frame[column], size, rules)
        apart = np.abs(values(frame, column) - values(frame, column)[:1].sum()) * (size / MICRO)
        mask |= is_small(micro(apart), rules.minimum_count)
    masks = dict.fromkeys([*_share_columns(frame), *_person_columns(frame)], mask)
    masks |= _bounds_of_variants(frame, mask, size, rules)
    shown = frame.copy()
    for column in _share_columns(frame):
        shown[column] = share_of_persons(values(frame, column), size, rules)
    for column in _person_columns(frame):
        share = column.replace("_residents", "_share")
        told = values(shown, share) * (size / MICRO) if share in shown else values(frame, column)
        shown[column] = to_step(told, rules.rounding_persons)
    return _as_chosen(shown, masks, whole, rules)


def _bounds_of_variants(frame: pd.DataFrame, mask: Mask, size: Micro, rules: Rules) -> Masks:
    """Bounds, and what is known for certain, go where they are apart by a small number of persons."""
    if not {"several_share_min", "several_share_max"} <= set(frame.columns):
        return {}
    close = mask.copy()
    for apart in widths(frame, "several", size):
        close |= is_small(apart, rules.minimum_count)
    told = [c for c in map(str, frame.columns) if _BOUND.match(c)]
    return dict.fromkeys(told, close)


def _as_chosen(frame: pd.DataFrame, masks: Masks, whole: pd.DataFrame, rules: Rules) -> Outcome:
    """The first row again as the municipality's row tells it."""
    withheld = set(str(whole["suppressed"].iloc[0]).split())
    first = np.arange(len(frame)) == 0
    for column in [*_share_columns(frame), *_person_columns(frame)]:
        theirs = {column, column.replace("several_", f"several_k{rules.lacks_needed}_"), "all"}
        if theirs & withheld:
            masks[column] = masks[column] | first
        if column in whole.columns and len(frame) and pd.notna(whole[column].iloc[0]):
            frame[column] = np.where(first, float(whole[column].iloc[0]), values(frame, column))
    return frame, masks, _none(frame)


def _everybody(whole: pd.DataFrame) -> int:
    """Residents behind the municipality's shares, as published; none where they are held back. [1e-6]"""
    judged_residents = int(numbers(whole, "residents_judged")[0])
    return judged_residents or int(numbers(whole, "residents")[0])


def _tells(share: pd.Series, size: Micro, rules: Rules) -> Mask:
    values = pd.to_numeric(share).to_numpy(dtype=np.float64, na_value=np.nan)
    count = micro(values * (size / MICRO))
    rest = np.where(np.isnan(values), 0, np.maximum(size - count, 0))
    return is_small(count, rules.minimum_count) | is_small(rest, rules.minimum_count)


def facts(frame: pd.DataFrame, _: Rules) -> Outcome:
    """Places, green, completeness: facts about places, nothing about persons."""
    personal = [str(column) for column in frame.columns if str(column).startswith(_PERSONAL)]
    if personal:
        raise NahraumError("a table of place facts holds counts of persons", where=f"columns {personal}")
    return frame, {}, _none(frame)


RULES: dict[str, Callable[[pd.DataFrame, Rules], Outcome]] = {
    "cells": cells,
    "quarters": areas,
    "municipality": areas,
    "municipalities": municipalities,
    "locations": locations,
    "location_services": location_services,
    "combinations": combinations,
    "partly_known": partly_known,
    "population_difference": population_difference,
    "registers": facts,
    "categories": facts,
    "places": facts,
    "greens": facts,
    "entrances": facts,
    "corrections": facts,
    "facts": facts,
    "plan_figures": plan_figures,
    "synthetic": synthetic,
}

NESTED: dict[str, Callable[[pd.DataFrame, Rules, Beside], Outcome]] = {
    "quarters": areas,
    "municipality": areas,
    "municipalities": municipalities,
    "population_difference": population_difference,
}

AGAINST: dict[str, Callable[[pd.DataFrame, Rules, pd.DataFrame], Outcome]] = {
    "discriminating": discriminating,
    "variants": variants,
}
