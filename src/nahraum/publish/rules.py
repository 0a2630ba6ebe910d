"""What disclosure control does with each table, by the geography of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.frames import MICRO
from nahraum.publish.combinations import combination_mask
from nahraum.publish.disclosure import Mask, Micro, Rules, is_small, micro, protected_by_group
from nahraum.publish.families import COUNT, Masks, family, joined, numbers, person_masks, share_masks, share_stems

Outcome = tuple[pd.DataFrame, Masks, Mask]
_PERSONS = re.compile(r"^residents(?:_.+)?$|_residents(?:_min|_max)?$")
_SHARES = re.compile(r"^(?:missing|.+)_share(?:_min|_max)?$|^share$")
_PERSONAL = ("residents", "lacks_", "several_", "households")
_SHARE_STEP = 0.01


def _none(frame: pd.DataFrame) -> Mask:
    return np.zeros(len(frame), dtype=np.bool_)


def _share_columns(frame: pd.DataFrame) -> list[str]:
    return [c for c in map(str, frame.columns) if _SHARES.match(c) and not c.startswith("in_target")]


def _person_columns(frame: pd.DataFrame) -> list[str]:
    return [c for c in map(str, frame.columns) if _PERSONS.search(c) and not c.endswith("per_1000_residents")]


def _rounded(frame: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Persons in multiples of the unit, shares in per cent: neither gives the exact number away."""
    frame, unit = frame.copy(), rules.rounding_location
    for column in _person_columns(frame):
        values = pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
        frame[column] = np.floor(values / unit + 0.5) * unit
    for column in _share_columns(frame):
        values = pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
        frame[column] = np.round(np.floor(values / _SHARE_STEP + 0.5) * _SHARE_STEP, 2)
    return frame


def cells(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Fewer than 10 residents: class only. Counts of persons stay with the quarters."""
    frame = frame.drop(columns=[c for c in map(str, frame.columns) if COUNT.match(c)])
    residents = numbers(frame, "residents")
    quarter = frame["quarter_id"] if "quarter_id" in frame.columns else pd.Series("", index=frame.index)
    groups = quarter.fillna("").astype(str).to_numpy(dtype=object)
    rows = protected_by_group(
        residents < rules.minimum_residents_cell * MICRO, residents, [residents],
        groups=groups, minimum_count=rules.minimum_count, minimum_size=rules.minimum_residents_cell,
    )  # fmt: skip
    masks: Masks = {}
    for group in sorted(set(groups)):
        part = np.flatnonzero(groups == group)
        for column, mask in person_masks(frame.iloc[part], rules).items():
            masks.setdefault(column, _none(frame))[part] = mask
    return frame, masks, rows


def areas(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Quarters, municipalities: k-rule with complement, denominators, secondary suppression per family."""
    residents = numbers(frame, "residents")
    rows = protected_by_group(
        (residents > 0) & (residents < rules.minimum_residents_cell * MICRO), residents, [residents],
        groups=np.full(len(frame), "", dtype=object), minimum_count=rules.minimum_count,
        minimum_size=rules.minimum_residents_cell,
    )  # fmt: skip
    return frame, joined(share_masks(frame, rules), person_masks(frame, rules)), rows


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
    return _rounded(frame, rules), masks, rows


def location_services(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Names and ways are facts about places; how many persons miss them is rounded or held back."""
    if not {"residents_missing", "missing_share"} <= set(frame.columns):
        return facts(frame, rules)
    size = _size_behind(frame["residents_missing"], frame["missing_share"])
    count = numbers(frame, "residents_missing")
    mask = is_small(count, rules.minimum_count) | is_small(np.maximum(size - count, 0), rules.minimum_count)
    mask |= size < rules.minimum_denominator * MICRO
    return _rounded(frame, rules), {"residents_missing": mask, "missing_share": mask}, _none(frame)


def combinations(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """The sixteen combinations, so that none follows from the sums beside them."""
    columns = [str(c) for c in frame.columns if str(c).startswith(("residents", "share"))]
    return frame, dict.fromkeys(columns, combination_mask(frame, rules)), _none(frame)


def partly_known(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """What is known of the undetermined: residents in tens, shares in per cent, nothing below ten."""
    small = numbers(frame, "residents") < rules.minimum_residents_cell * MICRO
    columns = [str(c) for c in frame.columns if str(c).startswith(("residents", "share"))]
    return _rounded(frame, rules), dict.fromkeys(columns, small), _none(frame)


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
    return frame, masks, _none(frame)


def variants(frame: pd.DataFrame, rules: Rules, whole: pd.DataFrame) -> Outcome:
    """A variant goes where it, its complement or its difference from the study's own choice is a small count.

    The study's own choice is the first row.
    """
    size = _everybody(whole)
    mask = np.full(len(frame), size < rules.minimum_denominator * MICRO)
    for column in _share_columns(frame):
        share = pd.to_numeric(frame[column]).to_numpy(dtype=np.float64, na_value=np.nan)
        mask |= _tells(frame[column], np.full(len(frame), size), rules)
        apart = np.abs(share - share[:1].sum()) * (size / MICRO)
        mask |= is_small(micro(apart), rules.minimum_count)
    columns = [*_share_columns(frame), *_person_columns(frame)]
    return frame, dict.fromkeys(columns, mask), _none(frame)


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
    "locations": locations,
    "location_services": location_services,
    "combinations": combinations,
    "partly_known": partly_known,
    "categories": facts,
    "places": facts,
    "greens": facts,
    "entrances": facts,
    "facts": facts,
}

AGAINST: dict[str, Callable[[pd.DataFrame, Rules, pd.DataFrame], Outcome]] = {
    "discriminating": discriminating,
    "variants": variants,
}
