"""How many customers a shop may let in by the rule of a day, and how many can shop in an hour."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nahraum.errors import InputError
from nahraum.stress.model import Retail

Floats = npt.NDArray[np.float64]


def customers(sales_area_m2: npt.ArrayLike, rule: Retail) -> Floats:
    """Customers who may be in a shop at the same time: one per started unit of its sales area. [customers]

    Notes
        NRW from November 2020: one per started 10 m² up to 800 m², above that 80 and one per started 20 m². 400, 800,
        1,200 and 2,500 m² let in 40, 80, 100 and 165.

    References
        CoronaSchVO NRW, from 30 November 2020 (METHODS 6.3, S36).
    """
    area = np.asarray(sales_area_m2, dtype=np.float64)
    if (area < 0).any():
        raise InputError("a shop has a negative sales area", where=f"{np.nanmin(area):g} m²", expected="m² from 0 on")
    first = np.ceil(np.minimum(area, rule.up_to_m2) / rule.m2_per_customer)
    rest = np.maximum(area - rule.up_to_m2, 0.0)
    return np.asarray(first + np.ceil(rest / rule.m2_per_customer_above), dtype=np.float64)


def throughput_per_hour(sales_area_m2: npt.ArrayLike, rule: Retail | None, *, stay_min: float) -> Floats:
    """Customers who can shop in an hour, by how long each stays; without a rule as many as come. [1/h]"""
    area = np.asarray(sales_area_m2, dtype=np.float64)
    if rule is None:
        return np.full(area.shape, np.inf)
    return np.asarray(customers(area, rule) * 60.0 / stay_min, dtype=np.float64)
