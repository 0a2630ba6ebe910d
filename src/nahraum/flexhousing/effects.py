"""What so many units of a concept change for the households: who is no longer crowded, with how many moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.model import Bools, Concept, Floats
from nahraum.flexhousing.relief import MoveRules, Relief, no_vacancies, relieved_by_moves
from nahraum.flexhousing.suitability import suited
from nahraum.parameters import Parameters

_FOLLOWED = 3  # homes in a chain: the new one, that of who moves in, that of who follows


@dataclass(frozen=True, eq=False)
class Changed:
    """share : of each household, how far it is no longer crowded. persons, bound : relieved, and at most.

    units : that the effect is of. places : desks or rooms outside the home; they relieve nobody of crowding.
    gained_m2, gained_rooms : floor area (NaN of exchanges where none is known) and rooms (without kitchens) that are
    newly lived in or freed. moves : households that move.
    """

    share: Floats
    persons: float
    bound: float
    units: float
    places: float = 0.0
    gained_m2: float = 0.0
    moves: int = 0
    unknown_rent: int = 0
    gained_rooms: float = 0.0


def changed(
    concept: Concept, units: Mapping[str, int], homes: Housed, limit: str, parameters: Parameters, *,
    chains: bool = False,
) -> Changed:  # fmt: skip
    """The effect of so many units by quarter ('' anywhere) on households that are crowded.

    Parameters
        limit : how far moves are limited, of `relief.LIMITS`. Rooms that are added where people live know no limit.
        chains : whether those count, too, who move into the homes that become free, and rings of more than two homes;
            else only who moves into a new home, on which alone a municipality can have a say, and exchanges of two;
            of homes for small households (homes_for) also who follows into the home that these leave, as the same
            landlord lets both.

    Notes
        Homes and rooms go to crowded households: an assumption about who lets them to whom, told with every result.
    """
    new = concept.effect in ("dwelling", "division")
    rules, n = MoveRules.of(parameters, limit, first_only=not chains), float(sum(units.values()))
    nothing = np.zeros(len(homes))
    if new:
        if concept.homes_for and not chains:
            rules = replace(rules, longest=_FOLLOWED)
        found = relieved_by_moves(homes, homes.tenant, rules, _new_homes(concept, units, homes, parameters))
        gained = (0.0 if math.isnan(concept.m2) else concept.m2) * n
        return replace(_of_moves(found, n, gained), gained_rooms=new_rooms(concept, parameters) * n)
    if concept.effect == "exchange":
        found = _exchanges(homes, rules)
        factor = min(1.0, n / found.rings) if found.rings else 0.0
        share, freed_m2 = found.share * factor, found.freed_m2 * factor if homes.areas_known else math.nan
        return Changed(
            share, found.persons * factor, found.bound * factor, min(n, float(found.rings)),
            gained_m2=freed_m2, moves=round(found.movers * factor), unknown_rent=found.unknown_rent,
            gained_rooms=found.freed_rooms * factor,
        )  # fmt: skip
    if concept.effect == "room":
        return _in_place(homes, _one_short(homes) & suited(concept, homes).mask, units, concept.m2)
    if concept.effect == "lodger":
        young = homes.young_adult
        who = _one_short(homes) & (young if young is not None else homes.persons > 2)
        return _in_place(homes, who, {"": int(n)}, 0.0)
    places = n * concept.occupancy if concept.effect in ("desk", "isolation") else 0.0
    return Changed(nothing, 0.0, 0.0, n, places=places)


def potential(
    concept: Concept, possible: Mapping[str, int], homes: Housed, limit: str, parameters: Parameters
) -> Changed:
    """The effect if everybody whom it suits took part, with chains of moves; of an exchange all rings that fit."""
    units = {"": len(homes)} if concept.effect == "exchange" else possible
    return changed(concept, units, homes, limit, parameters, chains=True)


def new_rooms(concept: Concept, parameters: Parameters) -> int:
    """Rooms of a new home without the kitchen: as the catalogue says, else by its m², at least one."""
    if concept.rooms:
        return concept.rooms
    return max(1, math.floor(concept.m2 / parameters.number("flexhousing.m2_per_room") + 0.5))


def _exchanges(homes: Housed, rules: MoveRules) -> Relief:
    """The best rings under the limit; looked for once."""
    key = f"{rules.limit} {rules.longest}"
    if key not in homes.exchanges:
        homes.exchanges[key] = relieved_by_moves(homes, homes.tenant, rules)
    found: Relief = homes.exchanges[key]
    return found


def _one_short(homes: Housed) -> Bools:
    return np.asarray(homes.crowded & (homes.need - homes.usable == 1))


def _of_moves(found: Relief, units: float, m2: float) -> Changed:
    return Changed(
        found.share, found.persons, found.bound, units, gained_m2=m2, moves=found.movers,
        unknown_rent=found.unknown_rent,
    )  # fmt: skip


def _new_homes(concept: Concept, units: Mapping[str, int], homes: Housed, parameters: Parameters) -> pd.DataFrame:
    """New homes by quarter, at the mean rent per m² of its tenants (of all where it has none)."""
    if not units:
        return no_vacancies()
    rent = homes.rent_eur / np.where(homes.m2 > 0, homes.m2, np.nan)
    known = ~np.isnan(rent)
    everywhere = float(rent[known].mean()) if known.any() else math.nan
    by_quarter = pd.Series(rent[known]).groupby(homes.quarter[known]).mean() if known.any() else pd.Series(dtype="f8")
    names = sorted(units)
    per_m2 = by_quarter.reindex(names).fillna(everywhere).to_numpy(dtype=np.float64)
    return pd.DataFrame({
        "quarter_id": names, "usable": new_rooms(concept, parameters), "m2": concept.m2,
        "rent_eur": per_m2 * concept.m2, "count": [units[name] for name in names], "homes_for": concept.homes_for,
    })  # fmt: skip


def _in_place(homes: Housed, who: Bools, units: Mapping[str, int], m2: float) -> Changed:
    """One room more, or one person fewer, for so many of these households of each quarter, alike for all of them."""
    place, names = pd.factorize(homes.quarter)
    could = np.bincount(place[who], minlength=len(names))
    some = np.array([units.get(str(name), 0) if name != "" else 0 for name in names], dtype=np.float64)
    share = np.where(who, np.minimum(some / np.maximum(could, 1), 1.0)[place], 0.0)
    if (everywhere := units.get("", 0)) and who.any():
        share[who] = np.maximum(share[who], min(1.0, everywhere / int(who.sum())))
    persons, n = float((share * homes.persons).sum()), float(sum(units.values()))
    return Changed(share, persons, persons, n, gained_m2=(0.0 if math.isnan(m2) else m2) * n, gained_rooms=n)
