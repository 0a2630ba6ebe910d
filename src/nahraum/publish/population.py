"""Residents by census and by register, quarter by quarter, as they may be published."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.frames import MICRO
from nahraum.publish.disclosure import Mask, Rules
from nahraum.publish.families import Masks, numbers
from nahraum.publish.nested import ALONE, Beside, groups_of, small_rows
from nahraum.publish.rounding import share_step, to_step, values

HELD = ("residents_census", "residents_difference", "difference_share")


def population_difference(
    frame: pd.DataFrame, rules: Rules, beside: Beside = ALONE
) -> tuple[pd.DataFrame, Masks, Mask]:
    """Residents as the quarters tell them; census and difference on the steps of persons, small counts held back.

    Rows go as in the table of quarters, as both hold the same residents. The difference is taken from the rounded
    census, so that the three figures of a row tell no more than two.
    """
    residents, census = numbers(frame, "residents"), numbers(frame, "residents_census")
    rows = small_rows(residents, rules, groups_of(frame, beside))
    counted = to_step(values(frame, "residents_census"), rules.rounding_persons)
    apart = to_step(values(frame, "residents") - counted, rules.rounding_persons)
    share = np.divide(apart, counted, out=np.full(len(frame), np.nan), where=counted > 0)
    shown = frame.assign(
        residents_census=counted,
        residents_difference=apart,
        difference_share=to_step(share, share_step(census, rules)),
    )
    small = (census > 0) & (census < rules.minimum_residents_cell * MICRO)
    return shown, dict.fromkeys(HELD, small), rows
