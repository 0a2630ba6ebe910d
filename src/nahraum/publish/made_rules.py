"""What disclosure control does with figures that are made, not counted: plans, and synthetic households."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import NahraumError
from nahraum.frames import MICRO
from nahraum.parameters import Parameters
from nahraum.publish.disclosure import Mask, Rules, micro, protected, rules_of
from nahraum.publish.families import Masks, numbers
from nahraum.publish.rounding import to_step, values

Outcome = tuple[pd.DataFrame, Masks, Mask]
_COUNTED = re.compile(r"(?:^|_)(?:persons|households|homes|moves)(?:_low|_mid|_high)?(?:_rent)?$|^alone_in_one_room$")


def _none(frame: pd.DataFrame) -> Mask:
    return np.zeros(len(frame), dtype=np.bool_)


def plan_figures(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """What a plan tells of persons: multiples of the unit, or nothing; `publish.programme` has rounded them."""
    about = numbers(frame, "about") / MICRO
    if (about[about > 0] % rules.rounding_persons != 0).any() or list(frame.columns) != ["figure", "about"]:
        raise NahraumError("figures of a plan are not rounded", expected="`figure` and `about`, persons in multiples")
    return frame, {}, _none(frame)


def synthetic(frame: pd.DataFrame, rules: Rules) -> Outcome:
    """Figures of synthetic households that stand in no sum with each other: persons, homes and moves in multiples."""
    frame = frame.copy()
    for column in counted_columns(frame):
        frame[column] = to_step(values(frame, column), rules.rounding_location)
    return frame, {}, _none(frame)


def counted_columns(frame: pd.DataFrame) -> list[str]:
    """Columns that count synthetic persons, homes or moves, by their names."""
    return [one for one in map(str, frame.columns) if _COUNTED.search(one)]


def few_households(
    households: npt.NDArray[np.float64], outside: float, least: float, parameters: Parameters
) -> Mask:  # fmt: skip
    """Rows with too few households, and the smallest others that must hide them: two at least, `least` together.

    Parameters
        outside : households of the whole study in none of the rows; what is held back stands beside them.
    """
    size = micro(np.append(households, outside))
    small = (size > 0) & (size < micro(least))
    small[-1] = size[-1] > 0 and small.any()  # nobody tells these: they hide others where any have to be hidden
    minimum = rules_of(parameters).minimum_count
    return protected(small, size, [], minimum_count=minimum, minimum_size=least, known=size > 0)[:-1]
