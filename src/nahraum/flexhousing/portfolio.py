"""Which concepts to fund, how many units and where: most people no longer crowded within a budget, with a bound."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.flexhousing.effects import changed
from nahraum.flexhousing.lab import Lab
from nahraum.flexhousing.model import MOVES, Concept, Floats
from nahraum.flexhousing.units import ready_years, spread
from nahraum.measures.german import in_german
from nahraum.measures.programme.highs import OPTIMAL, maximised
from nahraum.measures.programme.milp import Builder
from nahraum.measures.programme.plan import relative_gap
from nahraum.parameters import Parameters

STEPS = (0.25, 0.5, 1.0)
"""Parts of what is to be expected at most at which an effect is computed; between them it is a straight line."""


@dataclass(frozen=True, eq=False)
class Portfolio:
    """chosen : concept_id, units, cost_eur, persons (as the model counts). by_quarter : concept_id, quarter_id, units.

    value : persons relieved by the model; bound : no other portfolio relieves more in it. recomputed : persons that all
    chosen relieve at once, at least and at most. left_out : concepts without cost, units or effect, and why.
    """

    budget_eur: float
    chosen: pd.DataFrame
    by_quarter: pd.DataFrame
    value: float
    bound: float
    status: str
    recomputed: Mapping[str, float]
    left_out: tuple[tuple[str, str], ...]

    @property
    def gap(self) -> float:
        """How much more another portfolio could relieve at most, as a share of this one."""
        return relative_gap(self.value, self.bound)


@dataclass(frozen=True, eq=False)
class _Piece:
    """Some units of a concept that relieve so many persons each."""

    concept: str
    units: int
    each: float
    cost_eur: float


def best_portfolio(
    lab: Lab, concepts: Mapping[str, Concept], budget_eur: float, parameters: Parameters, *, least: str = "high"
) -> Portfolio:
    """The concepts that relieve most persons within a budget.

    Parameters
        least : level of the expected uptake that no concept goes beyond: low, mid, high.

    Raises
        InputError for a budget that is none, or below the cost of every unit.

    Notes
        Each concept relieves less per unit the more of it there is (its effect is computed at `STEPS` of the units that
        are to be expected); the pieces are chosen by HiGHS in whole units. Nobody is relieved twice: no more than are
        crowded. What the chosen do at once is computed again, as they compete for the same households.
    """
    if not (math.isfinite(budget_eur) and budget_eur > 0):
        raise InputError(f"the budget {budget_eur!r} cannot be used", expected="EUR above 0", fix="--budget 2000000")
    pieces, left_out = _pieces(lab, concepts, least, parameters)
    cheapest = min((one.cost_eur for one in pieces), default=math.inf)
    if budget_eur < cheapest:
        raise _funds_nothing(budget_eur, cheapest, left_out)
    values, told = _solved(pieces, lab, budget_eur, parameters)
    units: dict[str, int] = {}
    for piece, n in zip(pieces, values.tolist(), strict=True):
        units[piece.concept] = units.get(piece.concept, 0) + int(n)
    chosen = pd.DataFrame([
        {
            "concept_id": name, "units": n, "cost_eur": n * concepts[name].cost_eur[1],
            "persons": sum(v * p.each for p, v in zip(pieces, values.tolist(), strict=True) if p.concept == name),
        }
        for name, n in units.items() if n
    ], columns=["concept_id", "units", "cost_eur", "persons"])  # fmt: skip
    where = {name: spread(n, lab.units[name].suitable) for name, n in units.items() if n}
    rows = [(name, quarter, n) for name, each in where.items() for quarter, n in each.items()]
    again = _recomputed(where, lab, concepts, parameters)
    return Portfolio(
        budget_eur, chosen, pd.DataFrame(rows, columns=["concept_id", "quarter_id", "units"]), told[0], told[1],
        told[2], again, tuple(left_out),
    )  # fmt: skip


def _funds_nothing(budget_eur: float, cheapest: float, left_out: list[tuple[str, str]]) -> InputError:
    """The budget is below the cost of every unit; infinite where nothing can be funded at any cost."""
    some = math.isfinite(cheapest)
    wrong = InputError(
        f"{budget_eur:,.0f} EUR fund nothing", where=[f"{name}: {why}" for name, why in left_out][:10],
        expected=f"at least {cheapest:,.0f} EUR" if some else "a concept with cost, units and an effect",
        fix="--budget, or costs in [flexhousing.<concept>] of the study",
    )  # fmt: skip
    german = f"mindestens {cheapest:,.0f} EUR".replace(",", ".") if some else "ein Konzept mit Kosten und Wirkung"
    return in_german(
        wrong, f"{budget_eur:,.0f} EUR reichen für keine Einheit".replace(",", "."), expected=german,
        fix="ein größeres Budget, oder eigene Kosten in [flexhousing.<Konzept>] der Untersuchung",
    )  # fmt: skip


def _pieces(
    lab: Lab, concepts: Mapping[str, Concept], least: str, parameters: Parameters
) -> tuple[list[_Piece], list[tuple[str, str]]]:
    """Pieces of each concept, the most useful first; and what is left out."""
    pieces: list[_Piece] = []
    left_out: list[tuple[str, str]] = []
    for name, concept in concepts.items():
        most = lab.units[name].expected[("low", "mid", "high").index(least)] * ready_years(concept, lab.years)
        if concept.effect in ("design", "desk", "isolation"):
            left_out.append((name, "relieves nobody of crowding"))
        elif not concept.costed:
            left_out.append((name, "its cost is not known"))
        elif not most >= 0.5:
            left_out.append((name, "no units are to be expected"))
        elif found := _of_concept(concept, round(most), lab, parameters):
            pieces += found
        else:
            left_out.append((name, "relieves nobody here"))
    return pieces, left_out


def _of_concept(concept: Concept, most: int, lab: Lab, parameters: Parameters) -> list[_Piece]:
    """Up to three pieces; each relieves no more per unit than the one before."""
    pieces: list[_Piece] = []
    units, persons, each = 0, 0.0, math.inf
    for step in STEPS:
        n = max(1, round(most * step))
        if n <= units:
            continue
        number = spread(n, lab.units[concept.id].suitable)
        told = [changed(concept, number, one, "rooms", parameters).persons for one in lab.homes.values()]
        now = float(np.mean(told))
        each = min(each, max(0.0, (now - persons) / (n - units)))
        if each > 0:
            pieces.append(_Piece(concept.id, n - units, each, concept.cost_eur[1]))
        units, persons = n, now
    return pieces


def _solved(
    pieces: list[_Piece], lab: Lab, budget_eur: float, parameters: Parameters
) -> tuple[Floats, tuple[float, float, str]]:
    """Whole units of each piece; value, bound and status. Pieces of a concept fall in worth, so the best come first."""
    builder = Builder()
    columns = np.concatenate([builder.columns(1, upper=float(one.units), integer=True) for one in pieces])
    persons = builder.columns(1, upper=float(np.mean([lab.together[f"crowded_persons_{r}"] for r in lab.homes])))
    each, cost = np.array([one.each for one in pieces]), np.array([one.cost_eur for one in pieces])
    builder.row(cost, upper=budget_eur)
    coefs = np.zeros(len(columns) + 1)
    coefs[columns], coefs[persons] = -each, 1.0
    builder.row(coefs, upper=0.0)
    objective = np.zeros(len(columns) + 1)
    objective[persons] = 1.0
    found = maximised(builder.program(), objective, seconds=parameters.number("flexhousing.seconds"))
    values = np.rint(found.values[: len(columns)])  # noqa: PD011
    status = "optimal" if found.status == OPTIMAL else "feasible"
    return values, (float(found.value), float(found.bound), status)


def _recomputed(
    where: Mapping[str, Mapping[str, int]], lab: Lab, concepts: Mapping[str, Concept], parameters: Parameters
) -> dict[str, float]:
    """Persons relieved by all at once, and by all with rents and quarters as limits. At least and at most.

    With rents as limits NaN where no rent is known.
    """
    found: dict[str, float] = {}
    for limit, suffix in (("rooms", ""), ("rent", "_rent")):
        for reading, homes in lab.homes.items():
            if limit == "rent" and not homes.rents_known:
                found[f"persons_{reading}{suffix}"] = math.nan
                continue
            left = np.ones(len(homes))
            for name, units in where.items():
                concept = concepts[name]
                bound = limit if concept.effect in MOVES else "rooms"
                left *= 1.0 - changed(concept, units, homes, bound, parameters).share
            found[f"persons_{reading}{suffix}"] = float(((1.0 - left) * homes.persons).sum())
    return found
