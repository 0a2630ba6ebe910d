"""The dominance rule: a sum of amounts that nearly belongs to one contributor tells that contributor's amount."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nahraum.publish.disclosure import Mask, Rules
from nahraum.publish.rounding import Numbers, values
from nahraum.publish.secondary import suppressed
from nahraum.publish.social_rules import area_keys, unique
from nahraum.publish.suppression_tables import table_of


def dominated(amount: Numbers, largest: Numbers, share: float) -> Mask:
    """Sums of which the largest n contributors have more than a share: the (n, k) rule.

    Parameters
        largest : the n largest contributions of each sum together (n = 1: the largest). [as amount]
        share : 0.85 where one contributor must not have more than 85 %.

    References
        Hundepool et al. (2012). Statistical Disclosure Control, chapter 4. doi:10.1002/9781118348239
    """
    return np.asarray((amount > 0) & (largest > share * amount))


def needed_width(amount: Numbers, largest: Numbers, share: float) -> Numbers:
    """How far an attacker must stay from a dominated sum: as much as would make the rule hold. [as amount]

    Notes
        With this much more in the sum, the largest contribution would be `share` of it.
    """
    return np.asarray(np.maximum(largest / share - amount, 0.0))


def magnitude_mask(frame: pd.DataFrame, rules: Rules) -> Mask:
    """Rows whose amount is held back: few contributors, a dominating one, and what would give them away."""
    keys, parents = area_keys(frame)
    unique([(key,) for key in keys], "magnitudes")
    amount, largest = values(frame, "amount"), values(frame, "largest")
    known = ~np.isnan(amount)
    table = table_of({(keys[at],): float(amount[at]) for at in np.flatnonzero(known)}, [parents])
    few = (values(frame, "contributors") < rules.minimum_count) & (amount > 0)
    small = dict(zip(keys, (known & (few | dominated(amount, largest, rules.dominance_share))).tolist(), strict=True))
    width = np.where(few, amount, needed_width(amount, largest, rules.dominance_share))
    wide = dict(zip(keys, np.nan_to_num(width).tolist(), strict=True))
    found = suppressed(
        table,
        np.array([small.get(str(key[0]), False) for key in table.keys], dtype=np.bool_),
        protection=np.array([wide.get(str(key[0]), 0.0) for key in table.keys], dtype=np.float64),
        exact_up_to=rules.exact_cells,
    )
    gone = {str(key[0]) for key, hidden in zip(table.keys, found.hidden, strict=True) if hidden}
    return np.array([key in gone for key in keys], dtype=np.bool_) & known
