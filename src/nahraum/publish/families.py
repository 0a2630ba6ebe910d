"""Which columns of an aggregate belong together in disclosure control: a share gives away its count.

A family is a share of residents with its bounds and its count; it is judged by the persons behind it and
held back as a whole. Families that follow from one another (M0 from H, an offer from its lack) share a mask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nahraum.frames import MICRO
from nahraum.indicators.catalogue import entry_of
from nahraum.publish.disclosure import Mask, Micro, Rules, is_small, micro, small_differences
from nahraum.publish.nested import Groups, protected_in

_SHARE = re.compile(r"^(?P<stem>.+)_share(?:_min|_max)?$")
COUNT = re.compile(r"^(?:lacks_.+|several)_residents(?:_min|_max)?$")
_LEVEL = re.compile(r"^several_k(?P<k>\d)$")
_OF_LEVEL = re.compile(r"^(?:m0|a)(?:_k(?P<k>\d))?(?:_min|_max)?$")
_INDEX = re.compile(r"^(?:contribution_.+|rank(?:_min|_max)?|in_target(?:_possible)?_share)$")
_NO_PERSONS = ("in_target", "in_target_possible")
_OF_ALL_JUDGED = ("several", "censored")
FAMILY_ENDINGS = ("", "_min", "_max")
_DRAWN = "_drawn"  # the interval of a share in draws: of the same persons as the share
KNOWN = "several_known"
_PARTS = ("censored_", "contribution_")
_COMMUNAL_TELLS = (
    "lacks_living_space_residents",
    "lacks_living_space_completeness",
    "floor_area_m2_per_resident_completeness",
)

Masks = dict[str, Mask]


@dataclass(frozen=True)
class Family:
    """The columns of one share, the persons behind it and every count that it tells."""

    stem: str
    columns: tuple[str, ...]
    size: Micro
    counts: tuple[Micro, ...]
    known: Mask


def numbers(frame: pd.DataFrame, column: str) -> Micro:
    """A column of persons in millionths; none where the table has no such column."""
    if column not in frame.columns:
        return np.zeros(len(frame), dtype=np.int64)
    return micro(frame[column].to_numpy(dtype=np.float64, na_value=np.nan))


def judged(frame: pd.DataFrame) -> Micro:
    """Residents behind the shares of each row. [1e-6]"""
    return numbers(frame, "residents_judged" if "residents_judged" in frame.columns else "residents")


def share_stems(columns: Iterable[str]) -> list[str]:
    """Stems of the shares of residents, in the order of the columns."""
    found = (_SHARE.match(str(column)) for column in columns)
    stems = dict.fromkeys(match["stem"] for match in found if match)
    return [stem for stem in stems if stem not in _NO_PERSONS and not _of_places(f"{stem}_share")]


def _of_places(column: str) -> bool:
    """Whether a share speaks of places (lit ways, built ground) and not of residents."""
    entry = entry_of(column)
    return entry is not None and entry.of == "places"


def family(frame: pd.DataFrame, stem: str) -> Family:
    """One share with its bounds, its count and the complement of each."""
    endings = ("_share", "_share_min", "_share_max", "_residents", "_residents_min", "_residents_max")
    columns = tuple(stem + ending for ending in endings if stem + ending in frame.columns)
    values = np.column_stack([frame[column].to_numpy(dtype=np.float64, na_value=np.nan) for column in columns])
    size = judged(frame)
    for name in (f"{stem}_completeness", f"{stem}_share_completeness", f"{stem.removesuffix(_DRAWN)}_completeness"):
        if name in frame.columns and not stem.startswith(_OF_ALL_JUDGED):
            part = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
            size = micro(size / MICRO * part)
            break
    size = _of_them(frame, stem, size)
    counts: list[Micro] = []
    for column, value in zip(columns, values.T, strict=True):
        count = micro(value * (size / MICRO)) if "_share" in column else micro(value)
        counts += [count, np.where(np.isnan(value), 0, np.maximum(size - count, 0))]
    return Family(stem, columns, size, tuple(counts), ~np.isnan(values).all(axis=1))


def _of_them(frame: pd.DataFrame, stem: str, size: Micro) -> Micro:
    """Residents that a share speaks of: of an age, only those; nobody where their number is not known."""
    entry = entry_of(f"{stem}_share")
    if entry is None or not entry.weight or entry.weight not in frame.columns:
        return size
    part = np.nan_to_num(frame[entry.weight].to_numpy(dtype=np.float64, na_value=np.nan), nan=0.0)
    return micro(size / MICRO * part)


def _small_any(counts: Iterable[Micro], n_rows: int, minimum: int) -> Mask:
    mask = np.zeros(n_rows, dtype=np.bool_)
    for count in counts:
        mask |= is_small(count, minimum)
    return mask


def family_mask(member: Family, rules: Rules, *, extra: Mask | None = None, groups: Groups = ()) -> Mask:
    """Rows in which a family is held back: small counts, small denominators, and what would give them away."""
    primary = _small_any(member.counts, len(member.size), rules.minimum_count)
    primary |= member.known & (member.size < rules.minimum_denominator * MICRO)
    if extra is not None:
        primary |= extra
    return protected_in(
        groups, primary, member.size, member.counts, columns=member.columns, minimum_count=rules.minimum_count,
        minimum_size=rules.minimum_denominator, known=member.known,
    )  # fmt: skip


def _level_extras(families: Mapping[str, Family], rules: Rules) -> dict[str, Mask]:
    """At least 1, 2, 3, 4 lacks: where neighbours differ by a small count, the one farther from k goes."""
    levels = sorted(stem for stem in families if _LEVEL.match(stem))
    chosen = f"several_k{rules.lacks_needed}"
    if chosen not in levels:
        return {}
    extras = {stem: np.zeros(len(families[stem].size), dtype=np.bool_) for stem in levels}
    for place in range(0, min(len(families[stem].counts) for stem in levels), 2):
        values = [families[stem].counts[place] for stem in levels]
        masks = small_differences(values, levels.index(chosen), rules.minimum_count)
        for stem, mask in zip(levels, masks, strict=True):
            extras[stem] |= mask
    return extras


def _linked(masks: Masks, rules: Rules) -> Masks:
    """Shares that follow from one another are held back together: offer and lack, H and H for the chosen k."""
    groups: list[tuple[str, ...]] = [
        ("internet_offer", "lacks_internet"),
        ("several", f"several_k{rules.lacks_needed}"),
        tuple(stem for stem in masks if stem.startswith("censored_")),
    ]
    result = dict(masks)
    for group in groups:
        present = [stem for stem in group if stem in masks]
        if len(present) > 1:
            together = np.asarray(np.logical_or.reduce([masks[stem] for stem in present]), dtype=np.bool_)
            for stem in present:
                result[stem] = together
    return result


def share_masks(frame: pd.DataFrame, rules: Rules, groups: Groups = ()) -> Masks:
    """Mask per column for all shares of residents in an aggregate table; groups of rows with a sum of their own."""
    families = {stem: family(frame, stem) for stem in share_stems(frame.columns)}
    families |= {stem: _with_lone_lack(member, families) for stem, member in families.items()}
    extras = _level_extras(families, rules)
    plain = {stem: family_mask(f, rules, extra=extras.get(stem), groups=groups) for stem, f in families.items()}
    masks = _linked(plain, rules)
    bounded = {stem: f for stem, f in families.items() if {f"{stem}_share_min", f"{stem}_share_max"} <= set(f.columns)}
    ends = {stem: _interval_mask(frame, f, rules, groups) for stem, f in bounded.items()}
    intervals = _linked(ends, rules)
    if KNOWN in masks and "several" in masks:
        masks[KNOWN] = masks[KNOWN] | masks["several"] | intervals.get("several", masks["several"])
    by_column: Masks = {}
    for stem, member in families.items():
        for column in member.columns:
            bound = column.endswith(("_min", "_max")) and stem in intervals
            by_column[column] = masks[stem] | intervals[stem] if bound else masks[stem]
    found = joined(by_column, _index_masks(frame, masks, rules, groups))
    return joined(found, _index_bounds(frame, intervals, rules))


def _with_lone_lack(member: Family, families: Mapping[str, Family]) -> Family:
    """A censored headcount also tells, beside its lack, the persons who lack that alone."""
    lack = families.get(f"lacks_{member.stem.removeprefix('censored_')}")
    if not member.stem.startswith("censored_") or lack is None:
        return member
    alone = np.where(member.known & lack.known, np.maximum(lack.counts[0] - member.counts[0], 0), 0)
    rest = np.where(member.known & lack.known, np.maximum(member.size - alone, 0), 0)
    return replace(member, counts=(*member.counts, alone, rest))


def widths(frame: pd.DataFrame, stem: str, size: Micro) -> list[Micro]:
    """Persons between the bounds of a share, and between each of them and what is known for certain. [1e-6]"""
    named = [f"{stem}_share_min", f"{stem}_share_max"]
    if stem == "several":
        named += [column for column in (f"{KNOWN}_share", "several_share") if column in frame.columns]
    ends = [frame[column].to_numpy(dtype=np.float64, na_value=np.nan) for column in named]
    return [micro(np.abs(ends[i] - ends[j]) * (size / MICRO)) for i in range(len(ends)) for j in range(i)]


def _interval_mask(frame: pd.DataFrame, member: Family, rules: Rules, groups: Groups) -> Mask:
    """The bounds alone go where they tell a small number of undetermined persons."""
    apart = widths(frame, member.stem, member.size)
    bounds = [column for column in member.columns if column.endswith(("_min", "_max"))]
    return protected_in(
        groups, _small_any(apart, len(frame), rules.minimum_count), member.size, apart, columns=bounds,
        minimum_count=rules.minimum_count, known=member.known,
    )  # fmt: skip


def _from_level(masks: Masks, k: int, n_rows: int) -> Mask:
    """Rows in which a level of k lacks or more is held back: M0 is a sum over all of them."""
    found = np.zeros(n_rows, dtype=np.bool_)
    for stem, mask in masks.items():
        if (match := _LEVEL.match(stem)) and int(match["k"]) >= k:
            found |= mask
    return found


def _index_bounds(frame: pd.DataFrame, intervals: Masks, rules: Rules) -> Masks:
    """Bounds of M0 and A go with those of the levels that they sum up."""
    found: Masks = {}
    for column in map(str, frame.columns):
        if column.endswith(("_min", "_max")) and (match := _OF_LEVEL.match(column)):
            found[column] = _from_level(intervals, int(match["k"] or rules.lacks_needed), len(frame))
    return found


def _index_masks(frame: pd.DataFrame, masks: Masks, rules: Rules, groups: Groups) -> Masks:
    """M0, A, contributions and ranks: with their levels, and not for areas too small for an index."""
    size, n_rows = judged(frame), len(frame)
    base = protected_in(
        groups, (size > 0) & (size < rules.minimum_index * MICRO), size, (), columns=("m0", "a"),
        minimum_count=rules.minimum_count, minimum_size=rules.minimum_index, known=size > 0,
    )  # fmt: skip
    none = np.zeros(n_rows, dtype=np.bool_)
    chosen = _from_level(masks, rules.lacks_needed, n_rows)
    found: Masks = {}
    for column in map(str, frame.columns):
        if match := _OF_LEVEL.match(column):
            found[column] = base | _from_level(masks, int(match["k"] or rules.lacks_needed), n_rows)
        elif _INDEX.match(column):
            found[column] = base | masks.get(f"several_k{rules.lacks_needed}", none)
        if column.startswith(_PARTS):
            censored = masks.get(f"censored_{column.split('_', 1)[1].removesuffix('_share')}", none)
            found[column] = found.get(column, none) | base | censored | chosen
    return found


def person_masks(frame: pd.DataFrame, rules: Rules, groups: Groups = ()) -> Masks:
    """Counts of persons of their own: communal accommodation, edge of the data, judged."""
    residents = numbers(frame, "residents")
    found: Masks = {}

    def small(columns: list[str], counts: list[Micro]) -> Mask:
        primary = _small_any(counts, len(frame), rules.minimum_count)
        return protected_in(groups, primary, residents, counts, columns=columns, minimum_count=rules.minimum_count)

    if "residents_communal" in frame.columns:
        communal = numbers(frame, "residents_communal")
        mask = small(["residents_communal"], [communal, np.maximum(residents - communal, 0)])
        found |= dict.fromkeys(("residents_communal", *_COMMUNAL_TELLS), mask)
    edge = [column for column in ("residents_edge", "residents_judged") if column in frame.columns]
    if edge:
        mask = small(edge, [numbers(frame, column) for column in edge])
        found |= dict.fromkeys(edge, mask)  # shares stay; the counts beside them would tell who was judged
        for column in map(str, frame.columns):
            if COUNT.match(column):
                found[column] = found.get(column, np.zeros(len(frame), dtype=np.bool_)) | mask
    return {column: mask for column, mask in found.items() if column in frame.columns}


def joined(*parts: Masks) -> Masks:
    """Masks of several rules in one; a larger mask is never less safe."""
    result: Masks = {}
    for part in parts:
        for column, mask in part.items():
            result[column] = result[column] | mask if column in result else mask
    return result
