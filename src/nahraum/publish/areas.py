"""What disclosure control does with quarters and municipalities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.publish.counted import dwelling_masks, own_masks
from nahraum.publish.disclosure import Mask, Rules
from nahraum.publish.families import Masks, joined, numbers, person_masks, share_masks
from nahraum.publish.nested import ALONE, Beside, groups_of, small_rows
from nahraum.publish.rounding import rounded_area, to_step, values

Outcome = tuple[pd.DataFrame, Masks, Mask]


def areas(frame: pd.DataFrame, rules: Rules, beside: Beside = ALONE) -> Outcome:
    """Quarters, municipalities: k-rule with complement, denominators, secondary suppression per family.

    The quarters of several municipalities are protected within each of them, as each has a published sum.
    """
    groups = groups_of(frame, beside)
    masks = joined(share_masks(frame, rules, groups), person_masks(frame, rules, groups))
    masks = own_masks(frame, beside.counted, masks, rules, groups=groups)
    masks = joined(masks, dwelling_masks(frame, rules, groups))
    return rounded_area(frame, rules), masks, small_rows(numbers(frame, "residents"), rules, groups)


def municipalities(frame: pd.DataFrame, rules: Rules, beside: Beside = ALONE) -> Outcome:
    """As `areas`; residents in tens where quarters cross the border: the rest of a sum would tell who lives there."""
    shown, masks, rows = areas(frame, rules, beside)
    if beside.nested is not None and "residents" in frame.columns:
        cut = frame["municipality_id"].astype(str).isin(beside.nested.crossed()).to_numpy()
        in_tens = to_step(values(frame, "residents"), rules.rounding_location)
        shown["residents"] = np.where(cut, in_tens, values(shown, "residents"))
    return shown, masks, rows
