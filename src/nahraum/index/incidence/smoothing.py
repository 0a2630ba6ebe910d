"""Rates drawn towards what is usual around: small areas jump about by chance, large ones keep what they show."""

from __future__ import annotations

import numpy as np

from nahraum.index.incidence.rates import Floats
from nahraum.index.spatial.neighbours import Neighbours
from nahraum.index.status.shrink import marshall


def smoothed_rates(rates: Floats, residents: Floats) -> Floats:
    """Empirical Bayes rates, drawn towards the rate of all areas together (Marshall). [per person]

    NaN where the rate or the residents are not known.
    """
    return marshall(rates, np.where(residents > 0, residents, np.nan))


def locally_smoothed_rates(rates: Floats, residents: Floats, neighbours: Neighbours) -> Floats:
    """Empirical Bayes rates, drawn towards the rate of an area and its neighbours together (Marshall). [per person]

    Parameters
        rates, residents : in the order of `neighbours`; NaN where not known: such areas are nobody's surroundings.

    Notes
        As `smoothed_rates` with m, s² and P̄ of the area and its neighbours. An area without neighbours whose rate is
        known has no surroundings: it is drawn towards the rate of all.

    References
        Marshall (1991): Mapping disease and mortality rates using empirical Bayes estimators. doi 10.2307/2347593
    """
    known = ~np.isnan(rates) & (residents > 0)
    rate, people = np.where(known, rates, 0.0), np.where(known, residents, 0.0)
    rows, others = neighbours.rows, neighbours.indices
    apart = rows != others
    rows, others = rows[apart], others[apart]

    def around(values: Floats) -> Floats:
        return values + np.bincount(rows, weights=values[others], minlength=len(values))

    size, total = around(known.astype(np.float64)), around(people)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = around(people * rate) / total
        squares = people * (rate - mean) ** 2
        squares += np.bincount(rows, weights=people[others] * (rate[others] - mean[rows]) ** 2, minlength=len(people))
        between = np.maximum(squares / total - mean / (total / size), 0.0)
        chance = mean / people
        trust = np.where(between + chance > 0, between / (between + chance), 1.0)
    drawn = mean + trust * (rate - mean)
    return np.where(known, np.where(size > 1, drawn, smoothed_rates(rates, residents)), np.nan)
