"""The lab: every concept on the synthetic households, its potential and its expected effect side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.flexhousing.effects import Changed, changed, potential
from nahraum.flexhousing.housed import Housed
from nahraum.flexhousing.model import LEVELS, MOVES, READINGS, Concept, Floats
from nahraum.flexhousing.relief import LIMITS
from nahraum.flexhousing.units import Units, ready_years, spread, units_of
from nahraum.parameters import Parameters

NEW_BUILD = "new_build"
EXPECTED, POTENTIAL, TAKEN, CHAINS = "expected", "potential", "taken", "taken_with_chains"


@dataclass(frozen=True, eq=False)
class Lab:
    """The result of the lab; all persons are of synthetic households.

    state : by quarter, who is crowded today. effects : a row per concept and case (potential_<limit>, expected_<level>,
    taken). by_quarter : concept, case, quarter, persons relieved. together : all that is taken, at once.
    stability : per concept, share of the draws with an effect above 0 and an interval. notes : what could not be told.
    homes : per reading; years : of the programme.
    """

    state: pd.DataFrame
    effects: pd.DataFrame
    by_quarter: pd.DataFrame
    together: Mapping[str, float]
    stability: pd.DataFrame
    notes: tuple[tuple[str, str], ...]
    homes: Mapping[str, Housed] = field(repr=False)
    units: Mapping[str, Units] = field(repr=False)
    years: int = 1


def housing_lab(
    households: pd.DataFrame,
    concepts: Mapping[str, Concept],
    parameters: Parameters,
    *,
    take: Mapping[str, float] | None = None,
    draws: Iterable[pd.DataFrame] = (),
) -> Lab:
    """What each concept would change for crowded households.

    Parameters
        households : shape of `households.contracts.HOUSEHOLDS` with quarter_id.
        take : units per year of a concept that somebody wants to try; over `flexhousing.years` less its lead time.
        draws : further tables of households; in each the expected effect is computed again.

    Raises
        InputError without rooms, for concepts that are not known, for numbers below 0.
    """
    wanted = checked_take(take or {}, concepts)
    homes = {reading: Housed.of(households, reading) for reading in READINGS}
    years = int(parameters.number("flexhousing.years"))
    units = {name: units_of(one, homes["low"], parameters) for name, one in concepts.items()}
    rows, places, shares = [], [], []
    builder = _Reference(homes, parameters)
    for name, concept in concepts.items():
        for case, limit, number in _cases(concept, units[name], wanted.get(name), years):
            by_reading = {
                reading: _run(concept, case, limit, number, units[name], homes[reading], parameters)
                for reading in READINGS
            }  # fmt: skip
            rows.append(_row(concept, case, by_reading, homes, builder))
            if case in (f"{EXPECTED}_mid", TAKEN):
                places += _placed(name, case, by_reading, homes)
            if case == TAKEN:
                shares.append(by_reading)
    return Lab(
        crowding_by_quarter(homes), pd.DataFrame(rows), pd.DataFrame(places, columns=_PLACED),
        _together(shares, homes), _stability(concepts, units, draws, years, parameters),
        tuple(_notes(concepts, units, homes["low"])), homes, units, years,
    )  # fmt: skip


def crowding_by_quarter(homes: Mapping[str, Housed]) -> pd.DataFrame:
    """Households, persons, and how many of them live crowded or with rooms to spare, by quarter; and in all ('')."""
    first = homes["low"]
    persons = first.persons.astype(np.float64)
    columns: dict[str, Floats] = {"households": np.ones(len(first)), "persons": persons}
    for reading, one in homes.items():
        columns[f"crowded_persons_{reading}"] = persons * one.crowded
        columns[f"crowded_family_persons_{reading}"] = persons * (one.crowded & one.family)
        columns[f"spare_room_persons_{reading}"] = persons * (one.spare > 0)
    counted = Housed.of(first.table, "low", kitchen="counted")
    columns["crowded_counted_persons"] = persons * counted.crowded
    columns["alone_in_one_room"] = persons * ((first.persons == 1) & (first.usable <= 1))
    table = pd.DataFrame(columns).groupby(first.quarter).sum()
    table.index.name = "quarter_id"
    whole = table.sum().to_frame().T
    found = table[table.index != ""].sort_index().reset_index()
    return pd.concat([found, whole.assign(quarter_id="")], ignore_index=True)


_PLACED = [
    "concept_id", "case", "quarter_id", "persons_low", "persons_high", "family_persons_low", "family_persons_high",
]  # fmt: skip


def checked_take(take: Mapping[str, float], concepts: Mapping[str, Concept]) -> Mapping[str, float]:
    """Units per year that can be tried. Raises InputError with all concepts that are not known, all numbers below 0."""
    problems = [f"there is no concept {name!r}" for name in take if name not in concepts]
    problems += [
        f"{name} = {n!r}" for name, n in take.items() if not (math.isfinite(n) and 0 <= n <= 1e6)
    ]  # fmt: skip
    problems += [
        f"{name}: tells how to build, it has no units of its own"
        for name in take if name in concepts and concepts[name].effect == "design"
    ]  # fmt: skip
    if problems:
        raise InputError(
            "what shall be tried cannot be used", where=problems,
            expected=f"units per year of: {', '.join(n for n, c in concepts.items() if c.effect != 'design')}",
            fix="--take dwelling_exchange=40 --take divide_detached_house=10",
        )  # fmt: skip
    return take


def _cases(concept: Concept, units: Units, wanted: float | None, years: int) -> list[tuple[str, str, float]]:
    """Case, limit of the moves, and units; NaN units are not known."""
    if concept.effect == "design":
        return []
    limits = LIMITS if concept.effect in MOVES else LIMITS[:1]
    cases = [(f"{POTENTIAL}_{limit}", limit, units.possible) for limit in limits]
    built = ready_years(concept, years)
    cases += [(f"{EXPECTED}_{level}", "rooms", n * built) for level, n in zip(LEVELS, units.expected, strict=True)]
    if wanted is not None:
        cases.append((TAKEN, "rooms", wanted * built))
        if concept.effect in ("dwelling", "division"):
            cases.append((CHAINS, "rooms", wanted * built))
    return cases


def _run(
    concept: Concept, case: str, limit: str, number: float, units: Units, homes: Housed, parameters: Parameters
) -> Changed | None:  # fmt: skip
    """The effect of a case; None where the units, or for a limit of the rent all rents, are not known."""
    if limit == "rent" and not homes.rents_known:
        return None
    if case.startswith(POTENTIAL):
        if concept.effect != "exchange" and math.isnan(number):
            return None
        possible = {} if concept.effect == "exchange" else spread(number, units.suitable)
        return potential(concept, possible, homes, limit, parameters)
    if math.isnan(number):
        return None
    return changed(concept, spread(number, units.suitable), homes, limit, parameters, chains=case == CHAINS)


def _row(
    concept: Concept, case: str, found: Mapping[str, Changed | None], homes: Mapping[str, Housed], new: _Reference
) -> dict[str, object]:  # fmt: skip
    """A row of the effects; NaN where units or cost are not known."""
    row: dict[str, object] = {"concept_id": concept.id, "case": case}
    some = {reading: one for reading, one in found.items() if one is not None}
    for reading in READINGS:
        one = some.get(reading)
        row[f"persons_{reading}"] = math.nan if one is None else one.persons
        families = homes[reading].family * homes[reading].persons
        row[f"family_persons_{reading}"] = math.nan if one is None else float((one.share * families).sum())
        row[f"bound_{reading}"] = math.nan if one is None else one.bound
    low = some.get("low")
    for name in ("units", "places", "gained_m2", "gained_rooms", "moves", "unknown_rent"):
        row[name] = math.nan if low is None else float(getattr(low, name))
    n = math.nan if low is None else low.units
    for level, cost in zip(LEVELS, concept.cost_eur, strict=True):
        row[f"cost_{level}_eur"] = cost * n
    row["cost_per_person_eur"] = _per(concept.cost_eur[1] * n, row["persons_low"], row["persons_high"])
    build = new.build(round(n)) if n > 0 and not case.startswith(POTENTIAL) else (math.nan, math.nan, math.nan)
    row["new_build_cost_eur"], row["new_build_persons_low"], row["new_build_persons_high"] = build
    row["new_build_per_person_eur"] = _per(*build)
    row["land_m2"] = concept.land_m2 * n
    row["carbon_t"] = concept.carbon_kg_m2 * concept.m2 * n / 1000.0 if concept.carbon_kg_m2 else 0.0 * n
    row["new_build_land_m2"], row["new_build_carbon_t"] = new.ground(n if build[0] == build[0] else math.nan)
    return row


def _per(cost: float, low: object, high: object) -> float:
    """Cost per person at the middle of the two readings; NaN where nobody is relieved."""
    middle = (float(str(low)) + float(str(high))) / 2
    return cost / middle if middle > 0 else math.nan


class _Reference:
    """What the same number of new homes would cost, and whom they would relieve."""

    def __init__(self, homes: Mapping[str, Housed], parameters: Parameters) -> None:
        self._homes, self._parameters, self._known = homes, parameters, dict[int, tuple[float, float, float]]()
        area, price = parameters.number("flexhousing.new_build_m2"), parameters.value("flexhousing.new_build_eur_m2")
        self._cost = area * float(price[1])
        self._concept = Concept(NEW_BUILD, "dwelling", "dwelling", {}, m2=area)
        self._land_m2 = parameters.number("flexhousing.new_build_land_m2")
        self._carbon_t = area * parameters.number("flexhousing.new_build_carbon_kg_m2") / 1000.0

    def ground(self, n: float) -> tuple[float, float]:
        """Plot [m²] and embodied carbon [t CO2 equivalents] of n new homes."""
        return self._land_m2 * n, self._carbon_t * n

    def build(self, n: int) -> tuple[float, float, float]:
        """Middle cost of n new homes [EUR], and persons relieved, low and high."""
        if n not in self._known:
            told = [changed(self._concept, {"": n}, one, "rooms", self._parameters) for one in self._homes.values()]
            low, high = (one.persons for one in told)
            self._known[n] = self._cost * n, low, high
        return self._known[n]


def _placed(
    name: str, case: str, found: Mapping[str, Changed | None], homes: Mapping[str, Housed]
) -> list[dict[str, object]]:  # fmt: skip
    first = homes["low"]
    columns = {}
    for reading, one in found.items():
        if one is None:
            return []
        persons = one.share * homes[reading].persons
        columns[f"persons_{reading}"] = persons
        columns[f"family_persons_{reading}"] = persons * homes[reading].family
    table = pd.DataFrame(columns).groupby(first.quarter).sum()
    return [
        {"concept_id": name, "case": case, "quarter_id": str(key), **{str(column): row[column] for column in row}}
        for key, row in table.to_dict("index").items()
    ]  # fmt: skip


def _together(shares: Sequence[Mapping[str, Changed | None]], homes: Mapping[str, Housed]) -> dict[str, float]:
    """Persons relieved by all that is taken at once; who is relieved by one is not relieved again by the other."""
    found: dict[str, float] = {}
    for reading, one in homes.items():
        left = np.ones(len(one))
        for each in shares:
            told = each[reading]
            left *= 1.0 if told is None else 1.0 - told.share
        found[f"persons_{reading}"] = float(((1.0 - left) * one.persons).sum())
        found[f"family_persons_{reading}"] = float(((1.0 - left) * one.persons * one.family).sum())
        found[f"crowded_persons_{reading}"] = float((one.crowded * one.persons).sum())
        found[f"crowded_family_persons_{reading}"] = float((one.crowded * one.persons * one.family).sum())
    return found


def _stability(
    concepts: Mapping[str, Concept],
    units: Mapping[str, Units],
    draws: Iterable[pd.DataFrame],
    years: int,
    parameters: Parameters,
) -> pd.DataFrame:
    """Per concept: in which share of the draws the expected effect is above 0, and its interval. [persons]"""
    chosen = {
        name: spread(units[name].expected[1] * ready_years(concepts[name], years), units[name].suitable)
        for name in concepts if units[name].expected[1] > 0 and concepts[name].effect not in ("desk", "isolation")
    }  # fmt: skip
    found: dict[str, list[float]] = {name: [] for name in chosen}
    for table in draws:
        homes = Housed.of(table, "low")
        for name, number in chosen.items():
            found[name].append(changed(concepts[name], number, homes, "rooms", parameters).persons)
    interval = parameters.value("households.interval")
    rows = []
    for name, values in found.items():
        if not values:
            continue
        positive = float(np.mean(np.array(values) > 0))
        low, high = np.quantile(values, [float(interval[0]), float(interval[1])])
        stable = positive >= parameters.number("flexhousing.stable_share")
        rows.append((name, len(values), positive, float(low), float(high), bool(stable)))
    return pd.DataFrame(
        rows, columns=["concept_id", "n_draws", "positive_share", "persons_low", "persons_high", "stable"]
    )


def _notes(concepts: Mapping[str, Concept], units: Mapping[str, Units], homes: Housed) -> Iterable[tuple[str, str]]:
    """Key of a sentence and what it is about."""
    for name, one in units.items():
        if one.open:
            yield "rule_open", f"{name}: {', '.join(one.open)}"
        if not concepts[name].costed and concepts[name].effect != "design":
            yield "no_cost", name
        if math.isnan(one.expected[1]) and concepts[name].effect != "design":
            yield "no_units", name
    if "tenure" not in homes.table.columns:
        yield "tenure_open", ""
    if "household_type" not in homes.table.columns:
        yield "types_open", ""
    if np.isnan(homes.rent_eur).all():
        yield "rent_open", ""
