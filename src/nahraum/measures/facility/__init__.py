"""Location models: from which sites are most people reached, or everybody at least cost; always with a bound.

served = served_by_matrix(cost, weight)              # or served_by_pairs((demand, site, cost), shape, far=…)
best = p_median(served, 5)                           # .sites .value .bound .gap .status
most = maximal_covering(Covered(demand, site, weight, n_sites), 5)
room = capacitated_covering(covered, capacity, 5)    # .choice, .load of each site
"""

from __future__ import annotations

from nahraum.measures.facility.capacitated import Allotted, capacitated_covering
from nahraum.measures.facility.coverage import Covered, maximal_covering
from nahraum.measures.facility.model import Choice, Served, served_by_matrix, served_by_pairs
from nahraum.measures.facility.pmedian import p_median

__all__ = [
    "Allotted",
    "Choice",
    "Covered",
    "Served",
    "capacitated_covering",
    "maximal_covering",
    "p_median",
    "served_by_matrix",
    "served_by_pairs",
]
