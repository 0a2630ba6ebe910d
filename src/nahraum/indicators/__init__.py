"""Indicators: who lacks which prerequisite, address by address; one pure function and one catalogue entry each."""

from __future__ import annotations

import pandas as pd

from nahraum.indicators.rows import AreaLike, address_values, lack_values, lacks_by_rules
from nahraum.indicators.rules import Rules, read_rules
from nahraum.parameters import Parameters

__all__ = ["AreaLike", "Rules", "address_values", "judge", "lack_values", "lacks_by_rules", "read_rules"]


def judge(area: AreaLike, access: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Who lacks which prerequisite, per address, sorted by `address_id`.

    Parameters
        area : the study area; access : table `ACCESS` of the same addresses.
        parameters : thresholds of the study.

    Returns
        `address_id` and the columns of `lacks_by_rules`.

    Raises
        InputError where tables break their contract or do not belong together; StudyError for impossible
        thresholds.
    """
    values = address_values(area, access)
    lacks = lacks_by_rules(values, read_rules(parameters))
    words = {name: object for name in lacks.columns if name.endswith("_status")}
    return pd.concat([values[["address_id"]], lacks.astype(words)], axis=1)
