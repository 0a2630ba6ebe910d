"""The p sites from which everybody is reached at least cost: the p-median, proven."""

from __future__ import annotations

from collections.abc import Sequence

from nahraum.measures.facility.model import Choice, Served, checked_count

EFFORT = 3_000_000_000  # pairs looked at: about half a minute


def p_median(
    served: Served, p: int, *, must: Sequence[int] = (), must_not: Sequence[int] = (), effort: int = EFFORT,
    seed: int = 0,
) -> Choice:  # fmt: skip
    """The p sites for which the sum of weight × cost to the nearest one is least.

    Parameters
        served : from `served_by_matrix` or `served_by_pairs`.
        must, must_not : numbers of sites that are, and that are not, to be chosen.
        effort : pairs of demand and site that may be looked at; the same effort gives the same answer on every machine.
        seed : of the exchanges by lot with which the first choice is improved.

    Returns
        `Choice`, its value the sum of costs, its bound from below.

    Raises
        InputError where p sites cannot be chosen so.

    Notes
        First choice by greedy and interchange; bound by the Lagrangian of "everybody is served once", climbed by
        subgradients; sites whose other state would lift the bound above the best choice are settled for good; what is
        left is searched by branch and bound on the same Lagrangian. See docs/explanation/location-models.md.

    References
        Cornuéjols, G., Fisher, M. L., Nemhauser, G. L. (1977). Location of bank accounts to optimize float.
        Management Science 23. Whitaker, R. A. (1983). A fast algorithm for the greedy interchange for large-scale
        clustering and median location problems. INFOR 21. Beasley, J. E. (1985). A note on solving large p-median
        problems. European Journal of Operational Research 21.
    """
    from nahraum.measures.facility.search import Search

    state = checked_count(p, served.n_sites, must, must_not)
    return Search(served, p, state, effort=effort, seed=seed).run()
