"""Who lacks what by what is within reach: the rules of `indicators`, on the arrays that a plan chooses with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.index.people import SHARED
from nahraum.indicators.rules import FOOD, Rules
from nahraum.measures.model import PARTS, Demand, Effects, Floats, Int64
from nahraum.tables import PREREQUISITES, SERVICES

N_SERVICES = len(SERVICES)
_SPACE, _GREEN, _SUPPLY = (PREREQUISITES.index(name) for name in ("living_space", "green", "supply"))
_ACCESS, _M2, _INTERNET = (PARTS.index(name) for name in ("green_access", "green_m2", "internet"))


def needed_services(rules: Rules) -> tuple[str, ...]:
    """The services without which everyday supply is lacking whatever else there is: food, where it is counted."""
    return (FOOD,) if FOOD in rules.services else ()


def counted_services(within: Floats, rules: Rules) -> Floats:
    """What is within reach of the services that the study counts; 0 for the others."""
    return np.where([name in rules.services for name in SERVICES], within, 0.0)


@dataclass(frozen=True, eq=False)
class Parts:
    """What lacks are judged by, for rows of `Demand`: columns as there."""

    within: Floats
    green_access: Floats
    green_m2: Floats
    internet: Floats


def parts_of(demand: Demand) -> Parts:
    """What the people of a study have as it is."""
    return Parts(demand.within, demand.green_access, demand.green_m2, demand.internet)


def parts_with(demand: Demand, effects: Effects, sites: Int64) -> Parts:
    """What they have by the model when some sites are built: changes added up, a service within reach or not.

    Parameters
        sites : positions of the sites in `effects`.

    Notes
        As in `best_programme`: what one site brings within reach another does not bring once more; m² per resident
        and the internet offer add up. The share of households without an offer stays within 0 and 1.
    """
    total = np.zeros((len(demand.row), len(PARTS)))
    best, least = np.zeros_like(total), np.zeros_like(total)
    for site in np.asarray(sites, dtype=np.int64).tolist():
        held = effects.of(site)
        rows, change = effects.row[held], effects.change[held]
        total[rows] += change
        best[rows] = np.maximum(best[rows], change)
        least[rows] = np.minimum(least[rows], change)
    flags = np.column_stack([demand.within, demand.green_access])
    here = slice(0, N_SERVICES + 1)
    flags = np.where(best[:, here] > 0, 1.0, np.where(least[:, here] < 0, 0.0, flags))
    green_m2, internet = demand.green_m2 + total[:, _M2], np.clip(demand.internet + total[:, _INTERNET], 0.0, 1.0)
    return Parts(flags[:, :N_SERVICES], flags[:, N_SERVICES], green_m2, internet)


def lacks_by(demand: Demand, parts: Parts) -> Floats:
    """What each group lacks: 1, 0, the share of households for internet, NaN not known; columns as `PREREQUISITES`."""
    lacks = np.empty((len(demand.row), len(PREREQUISITES)))
    lacks[:, _SPACE], lacks[:, SHARED] = demand.living_space, parts.internet
    lacks[:, _GREEN] = lacks_green(parts.green_access, parts.green_m2, needed_m2=demand.green_m2_needed)
    lacks[:, _SUPPLY] = lacks_supply(parts.within, needed=demand.needed, least=demand.least)
    return lacks


def lacks_green(access: Floats, m2: Floats, *, needed_m2: float) -> Floats:
    """Who has no green within reach, or too little of it: 1, 0, NaN not known."""
    unknown = np.isnan(access) | np.isnan(m2)
    return np.where((access == 0) | (m2 < needed_m2), 1.0, np.where(unknown, np.nan, 0.0))


def lacks_supply(within: Floats, *, needed: tuple[str, ...], least: int) -> Floats:
    """Who has not every needed service within reach, or fewer than so many of all: 1, 0, NaN not known."""
    must = within[:, [SERVICES.index(name) for name in needed]]
    known, unknown = np.nansum(within, axis=1), np.isnan(within).sum(axis=1)
    lacking = (must == 0).any(axis=1) | (known + unknown < least)
    return np.where(lacking, 1.0, np.where((must == 1).all(axis=1) & (known >= least), 0.0, np.nan))


def lack_count(lacks: Floats) -> Floats:
    """How many prerequisites each group is known to lack; a share counts as a share."""
    return np.asarray(np.nansum(lacks, axis=1))


def several(lacks: Floats, k: int) -> Floats:
    """Share of each group that is known to lack at least k; the share without internet is spread evenly."""
    share = np.nan_to_num(lacks[:, SHARED], nan=0.0)
    others = np.nansum(np.delete(lacks, SHARED, axis=1), axis=1)
    if k <= 0:
        return np.ones(len(lacks))
    return np.where(others >= k, 1.0, np.where(others == k - 1, share, 0.0))


def censored_chance(lacks: Floats, k: int) -> Floats:
    """Per prerequisite the chance that somebody of the group who lacks it is known to lack at least k in all.

    Notes
        P(other known lacks >= k - 1), the share without internet spread evenly; as `counting`'s censored headcounts.
    """
    others = [several(np.where(np.arange(lacks.shape[1]) == j, 0.0, lacks), k - 1) for j in range(lacks.shape[1])]
    return np.column_stack(others)


def removed(before: Floats, after: Floats) -> Floats:
    """Share of each group that no longer lacks a prerequisite; 0 where that is not known before or after."""
    return np.asarray(np.nan_to_num(np.maximum(before - after, 0.0), nan=0.0))
