"""What disclosure control does with the status of areas and the shares that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.frames import MICRO
from nahraum.publish.disclosure import Mask, Micro, Rules, is_small, micro, protected
from nahraum.publish.families import Masks, numbers
from nahraum.publish.rounding import Numbers, share_of_persons, share_step, to_step, values
from nahraum.publish.secondary import suppressed
from nahraum.publish.suppression_tables import table_of

Outcome = tuple[pd.DataFrame, Masks, Mask]
CITY = "(city)"
_RANKS = ("rank", "rank_low", "rank_high")
_OF_INDEX = ("index", *_RANKS, "dynamics", "change_points", "variant_share")
_OF_BOTH = ("reliability", "class_share", "index_reliability", "index_class_share")  # of the index, about the class
_OF_CLASS = ("class", "class_id", "class_de", "class_en", "dynamics_class", "dynamics_class_de", "dynamics_class_en",
             "group", "attention")  # fmt: skip
_LIKE_INDEX = ("index_", "dynamics_", "share_of_variants")
_OF_VALUE = ("value", "adjusted", "standardised", "contribution", "numerator", "complement")
_SCALES = {"share": 1.0, "percent": 0.01, "points": 0.01}
_CHANGE = "points"
_STRAIGHT = 1e-6  # of the spread: how far from a line a figure may lie that is one but for its last digits


def needed(frame: pd.DataFrame, columns: tuple[str, ...], geography: str) -> None:
    """Refuse a table that lacks what the rule judges by."""
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise NahraumError(
            f"a table by {geography!r} cannot be judged", where=f"it has no column {missing}",
            expected=", ".join(columns), fix="hand the columns in; an unknown number is NaN",
        )  # fmt: skip


def text(frame: pd.DataFrame, column: str, default: str = "") -> list[str]:
    """A column of ids or words as plain text."""
    if column not in frame.columns:
        return [default] * len(frame)
    return [default if value is None or value != value else str(value) for value in frame[column]]


def unique(keys: list[tuple[Hashable, ...]], geography: str) -> None:
    """Refuse a table that tells one thing twice."""
    seen: set[tuple[Hashable, ...]] = set()
    twice = [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
    if twice:
        raise NahraumError(
            f"a table by {geography!r} tells one thing twice", where=f"first: {twice[:3]}",
            expected="one row per area, part, period and age", fix="add the rows up, or remove the double ones",
        )  # fmt: skip


def area_keys(frame: pd.DataFrame) -> tuple[list[str], dict[Hashable, Hashable]]:
    """Name of each row's area and the hierarchy above it; everything belongs to the city in the end."""
    areas, level, above = text(frame, "area_id"), text(frame, "level", "area"), text(frame, "parent_id")
    keys = [CITY if kind == "city" or not area else area for area, kind in zip(areas, level, strict=True)]
    parents: dict[Hashable, Hashable] = {}
    for key, parent in zip(keys, above, strict=True):
        if key != CITY:
            parents[key] = parent or CITY
    parents |= {parent: CITY for parent in list(parents.values()) if parent != CITY and parent not in parents}
    return keys, parents


def _part_mask(frame: pd.DataFrame, counts: Micro, sizes: Micro, rules: Rules) -> Mask:
    """Rows of one part to hold back: a small count or complement, and what would give it away."""
    keys, parents = area_keys(frame)
    known = sizes > 0
    cells: dict[tuple[Hashable, ...], float] = {}
    for row in np.flatnonzero(known):
        cells[(keys[row], "with")] = float(counts[row] / MICRO)
        cells[(keys[row], "without")] = float(max(sizes[row] - counts[row], 0) / MICRO)
    table = table_of(cells, [parents, {"with": "all", "without": "all"}])
    primary = is_small(micro(table.values), rules.minimum_count) & np.array([key[1] != "all" for key in table.keys])
    found = suppressed(table, primary, protection=float(rules.minimum_count), exact_up_to=rules.exact_cells)
    gone = {key for key, hidden in zip(table.keys, found.hidden, strict=True) if hidden}
    return np.array([(key, "with") in gone or (key, "without") in gone for key in keys], dtype=np.bool_) & known


def _coarse(frame: pd.DataFrame, rows: Mask, step: Numbers, rounded: Numbers) -> pd.DataFrame:
    """Figures of a part that follow from its value, on the value's own step in their unit.

    What is a straight line of the value is told for the published value: steps of its own beside those of the value
    would narrow both.
    """
    known = values(frame, "value")[rows]
    for column in ("adjusted", "standardised", "contribution"):
        if column not in frame.columns:
            continue
        told = values(frame, column).copy()
        if np.isfinite(told[rows]).sum() < 2 or np.isfinite(known).sum() < 2:
            continue
        spread, spread_value = np.nanstd(told[rows]), np.nanstd(known)
        if spread > 0 and spread_value > 0:
            both = np.isfinite(told[rows]) & np.isfinite(known)
            slope, start = np.polyfit(known[both], told[rows][both], 1) if both.sum() > 2 else (0.0, 0.0)
            if slope and np.allclose(start + slope * known[both], told[rows][both], rtol=0, atol=_STRAIGHT * spread):
                told[rows] = np.where(np.isfinite(told[rows]), np.round(start + slope * rounded[rows], 6), np.nan)
                frame[column] = told
                continue
            coarse = np.maximum(np.round(step[rows] * spread / spread_value, 6), 1e-6)
            told[rows] = to_step(told[rows], coarse)
            frame[column] = told
    return frame


def _behind_changes(frame: pd.DataFrame, sizes: Micro, shares: Mask, changes: Mask) -> Micro:
    """Persons behind each row; behind a change that names none, those of the smallest share of its area."""
    of_shares = pd.Series(np.where(shares & (sizes > 0), sizes, np.iinfo(np.int64).max))
    smallest = of_shares.groupby(area_keys(frame)[0]).transform("min").to_numpy(dtype=np.int64)
    known = smallest < np.iinfo(np.int64).max
    return np.asarray(np.where(changes & (sizes <= 0) & known, smallest, sizes), dtype=np.int64)


def _held_changes(frame: pd.DataFrame, held: Mask, changes: Mask) -> Mask:
    """Changes of areas of which a share is held back: with the share of another year a change tells it."""
    keys = np.array(area_keys(frame)[0], dtype=object)
    return np.asarray(changes & np.isin(keys, list(set(keys[held & ~changes]))), dtype=np.bool_)


def social_parts(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Shares that a status is made of, area by area: k-rule with complement, 100 persons, secondary suppression.

    Changes of shares lie on the step of the share, and go where a share of the area goes.
    """
    needed(frame, ("area_id", "part_id", "value", "scale", "denominator"), "social_parts")
    parts, scales = np.array(text(frame, "part_id"), dtype=object), text(frame, "scale")
    unique(list(zip(area_keys(frame)[0], parts.tolist(), strict=True)), "social_parts")
    frame, mask = frame.copy(), np.zeros(len(frame), dtype=np.bool_)
    factor, changes = np.array([_SCALES.get(scale, 0.0) for scale in scales]), np.array(scales) == _CHANGE
    sizes = _behind_changes(frame, numbers(frame, "denominator"), (factor > 0) & ~changes, changes)
    shares = np.where(factor > 0, values(frame, "value") * factor, np.nan)
    step, unit = share_step(sizes, rules), np.where(factor > 0, factor, 1.0)
    told = share_of_persons(shares, sizes, rules) / unit
    for part in dict.fromkeys(parts.tolist()):
        rows = parts == part
        of_persons = rows & (factor > 0)
        if of_persons.any():
            at = np.flatnonzero(of_persons & ~changes & ~np.isnan(shares))
            if len(at):
                counts = micro(shares[at] * (sizes[at] / MICRO))
                mask[at] |= _part_mask(frame.iloc[at], counts, sizes[at], rules)
            frame = _coarse(frame, of_persons, step / unit, told)
        nobody = np.where(changes, sizes <= 0, np.isnan(values(frame, "denominator"))) & of_persons.any()
        mask |= rows & ((sizes > 0) & (sizes < rules.minimum_denominator * MICRO) | nobody)
    mask |= _held_changes(frame, mask, changes)
    frame["value"] = np.where(factor > 0, np.round(told, 6), values(frame, "value"))
    if "numerator" in frame.columns:
        frame["numerator"] = to_step(values(frame, "numerator"), rules.rounding_persons)
    masks = dict.fromkeys([c for c in _OF_VALUE if c in frame.columns], mask)
    masks["denominator"] = ~changes & (sizes > 0) & (sizes < rules.minimum_residents_cell * MICRO)
    return frame, masks, np.zeros_like(mask)


def _with_held_part(frame: pd.DataFrame, parts: pd.DataFrame | None) -> Mask:
    """Areas of which a part is held back: the index and the other parts would tell it."""
    if parts is None:
        return np.zeros(len(frame), dtype=np.bool_)
    held = set(parts.loc[parts["suppressed"].astype(str).str.contains("value|all"), "area_id"].astype(str))
    return np.array([area in held for area in text(frame, "area_id")], dtype=np.bool_)


def _ranked_among_shown(frame: pd.DataFrame, held: Mask) -> pd.DataFrame:
    """Ranks counted among the areas whose index is shown; a rank that is missing would tell a held-back index."""
    own = "rank" if "rank" in frame.columns else "index"
    order = values(frame, own) * (1.0 if own == "rank" else -1.0)
    shown = np.sort(order[~held & np.isfinite(order)])
    every = np.sort(order[np.isfinite(order)])
    for column in (name for name in _RANKS if name in frame.columns):
        bound = values(frame, column)
        at = np.clip(np.floor(np.nan_to_num(bound, nan=1.0)).astype(np.int64) - 1, 0, max(len(every) - 1, 0))
        if len(shown):
            rank = np.minimum(np.searchsorted(shown, every[at], side="left") + 1, len(shown))
            frame[column] = np.where(np.isnan(bound), np.nan, rank)
    return frame


def social_status(frame: pd.DataFrame, rules: Rules, parts: pd.DataFrame | None) -> Outcome:
    """Index and class of areas: none below 300 residents, no class where fewer than 30 areas have an index.

    Ranks count the areas whose index is shown.
    """
    needed(frame, ("area_id", "residents", "index"), "social_status")
    unique([(area,) for area in text(frame, "area_id")], "social_status")
    size, frame = numbers(frame, "residents"), frame.copy()
    rows = (size > 0) & (size < rules.minimum_residents_cell * MICRO)
    known = ~np.isnan(values(frame, "index"))
    small = protected(
        known & (size < rules.minimum_index * MICRO), size, (), minimum_count=rules.minimum_count,
        minimum_size=rules.minimum_index, known=known,
    )  # fmt: skip
    by_part = _with_held_part(frame, parts)
    few = int((known & ~small).sum()) < rules.minimum_areas_classes
    masks: Masks = {}
    no_class = small | np.full(len(frame), few) | (size < rules.minimum_index * MICRO)
    no_index = small | by_part | (size < rules.minimum_index * MICRO)
    for column in map(str, frame.columns):
        if column in _OF_CLASS:
            masks[column] = no_class
        elif column in _OF_BOTH:
            masks[column] = no_class | no_index
        elif column in _OF_INDEX or column.startswith(_LIKE_INDEX):
            masks[column] = no_index
    frame = _ranked_among_shown(frame, no_index)
    if "change_points" in frame.columns:
        step = share_step(size, rules) / _SCALES[_CHANGE]
        frame["change_points"] = to_step(values(frame, "change_points"), step)
    for column in ("index", "dynamics"):
        if column in frame.columns:
            frame[column] = to_step(values(frame, column), rules.rounding_index)
    frame["residents"] = to_step(values(frame, "residents"), rules.rounding_location)
    return frame, masks, rows


def inequality(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Measures over people: nothing that rests on fewer than 100 residents; residents in tens."""
    needed(frame, ("measure", "indicator", "value"), "inequality")
    size, frame = numbers(frame, "residents"), frame.copy()
    small = (size < rules.minimum_denominator * MICRO) if "residents" in frame.columns else np.zeros(len(frame), bool)
    groups = list(zip(text(frame, "measure"), text(frame, "indicator"), strict=True))
    for group in dict.fromkeys(groups):  # a fifth that is missing alone follows from the mean of all
        rows = np.array([one == group for one in groups])
        if small[rows].any() and rows.sum() > 1:
            small[rows] = protected(small[rows], size[rows], (), minimum_count=rules.minimum_count,
                                    minimum_size=rules.minimum_denominator)  # fmt: skip
    plain = ("fifth", "n_areas", "residents")
    told = [c for c in map(str, frame.columns) if c not in plain and pd.api.types.is_numeric_dtype(frame[c].dtype)]
    if "residents" in frame.columns:
        frame["residents"] = to_step(values(frame, "residents"), rules.rounding_location)
    texts = [c for c in map(str, frame.columns) if c.startswith(("text_", "sentence_"))]
    return (
        frame,
        dict.fromkeys([*told, *texts], np.asarray(small, dtype=np.bool_)),
        np.zeros(len(frame), dtype=np.bool_),
    )


def funding_areas(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Areas drawn freely are the biggest leak: 50 residents at least, persons in tens, shares of 100 persons."""
    needed(frame, ("funding_area_id", "residents"), "funding_areas")
    size, frame = numbers(frame, "residents"), frame.copy()
    rows = size < rules.minimum_residents_drawn * MICRO
    few = size < rules.minimum_denominator * MICRO
    step = np.maximum(share_step(size, rules), 0.01)
    masks: Masks = {}
    for column in map(str, frame.columns):
        if column == "residents" or column.endswith(("_residents", "_persons", "_cases", "_children")):
            masks[column] = is_small(numbers(frame, column), rules.minimum_count)
            frame[column] = to_step(values(frame, column), rules.rounding_location)
        elif column.endswith("_share"):
            count = micro(values(frame, column) * (size / MICRO))
            known = ~np.isnan(values(frame, column))
            small = is_small(count, rules.minimum_count) | is_small(np.maximum(size - count, 0), rules.minimum_count)
            masks[column] = few | (small & known)
            frame[column] = to_step(values(frame, column), step)
    return frame, masks, rows


SOCIAL_RULES: dict[str, Callable[[pd.DataFrame, Rules], Outcome]] = {
    "social_parts": social_parts,
    "inequality": inequality,
    "funding_areas": funding_areas,
}
