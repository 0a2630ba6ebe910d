"""Counts that are no shares of residents: the study's own statistics, dwellings bound in price."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from nahraum.frames import MICRO
from nahraum.publish.disclosure import Micro, Rules, is_small, micro
from nahraum.publish.families import Masks, joined, numbers
from nahraum.publish.nested import Groups, protected_in

BOUND, EXPIRING = "bound_dwellings_per_1000_residents", "bindings_expiring_share"


def own_masks(
    frame: pd.DataFrame, counted: Collection[str], masks: Masks, rules: Rules, *, groups: Groups = ()
) -> Masks:
    """The masks with those of the study's own counts of persons: 1..k-1, all but as many, and a second one for each.

    Parameters
        counted : columns that count persons; what an office published elsewhere as a total is taken as known.
        masks : of the shares; a count and its share (`<column>_share`) are held back together.
    """
    residents, found = numbers(frame, "residents"), dict(masks)
    for column in (name for name in counted if name in frame.columns):
        count, known = numbers(frame, column), frame[column].notna().to_numpy()
        rest = np.where(known & (count <= residents), residents - count, 0)
        small = is_small(count, rules.minimum_count) | is_small(rest, rules.minimum_count)
        mask = protected_in(
            groups, small, count, [count], columns=[column], minimum_count=rules.minimum_count, known=known
        )
        share = f"{column}_share"
        if share in frame.columns and share in found:
            mask = mask | found[share]
            found[share] = mask
        found[column] = mask
    return found


def dwelling_masks(frame: pd.DataFrame, rules: Rules, groups: Groups = ()) -> Masks:
    """Bound dwellings are households: few of them, few whose binding ends, or few whose binding does not, go.

    The counts are those behind the rates: dwellings by residents, expiring ones by dwellings.
    """
    if BOUND not in frame.columns:
        return {}
    residents, known = numbers(frame, "residents"), frame[BOUND].notna().to_numpy()
    bound = micro(numbers(frame, BOUND) / MICRO / 1000 * (residents / MICRO))
    few = is_small(bound, rules.minimum_count) | (known & (residents < rules.minimum_denominator * MICRO))
    mask = protected_in(groups, few, bound, [bound], columns=[BOUND], minimum_count=rules.minimum_count, known=known)
    found: Masks = {BOUND: mask}
    if EXPIRING in frame.columns:
        found[EXPIRING] = mask | _expiring(frame, bound, rules, groups)
    return joined(found)


def _expiring(frame: pd.DataFrame, bound: Micro, rules: Rules, groups: Groups) -> np.ndarray:
    known = frame[EXPIRING].notna().to_numpy()
    ends = np.minimum(micro(numbers(frame, EXPIRING) / MICRO * (bound / MICRO)), bound)
    stays = np.where(known, bound - ends, 0)
    few = is_small(ends, rules.minimum_count) | is_small(stays, rules.minimum_count)
    return protected_in(
        groups, few, bound, [ends, stays], columns=[EXPIRING], minimum_count=rules.minimum_count, known=known
    )
