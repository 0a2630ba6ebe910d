"""What some measures would cost, added up, as plain values: for a proposal that is drawn, before there is a plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from nahraum.errors import InputError
from nahraum.measures.catalogue import types_named
from nahraum.measures.funding import PlanItem, RuleSets, Terms, financing
from nahraum.measures.model import Cost, MeasureType

LARGEST_QUANTITY = 1e9


def costs_of(wanted: Sequence[tuple[str, float]], types: Mapping[str, MeasureType]) -> dict[str, Any]:
    """Costs of some measures and their sum. [EUR, EUR per year]

    Parameters
        wanted : id of a type, and how much of its unit. types : as `read_catalogue`.

    Raises
        InputError for types that cannot be planned, or quantities that are none.

    Notes
        A running cost that is not known is null, and so is the sum it belongs to: unknown is not zero.
    """
    wrong = [f"{name!r}: {amount!r}" for name, amount in wanted if not 0 < amount <= LARGEST_QUANTITY]
    if wrong:
        raise InputError(
            "quantities of measures cannot be used", where=wrong[:5],
            expected=f"above 0 to {LARGEST_QUANTITY:,.0f}, in the unit of the type", fix="give how much is built",
        )  # fmt: skip
    found = types_named([name for name, _ in wanted], types)
    amounts = [amount for _, amount in wanted]
    built = [kind.cost.times(amount) for kind, amount in zip(found, amounts, strict=True)]
    running = [kind.running.times(amount) for kind, amount in zip(found, amounts, strict=True)]
    rows = zip(found, amounts, built, running, strict=True)
    return {
        "measures": [_row(kind, amount, one, other) for kind, amount, one, other in rows],
        "total": {"cost_eur": _told(_sum(built)), "running_eur_per_year": _told(_sum(running))},
        "price_year": found[0].price_year if found else None,
        "verify_locally": any(kind.verify_locally for kind in found),
        "paid_by_programmes_share": _fundable_share(found, built),
    }  # fmt: skip


def funding_of(
    wanted: Sequence[tuple[str, float]], types: Mapping[str, MeasureType], *, rules: RuleSets, terms: Terms, year: int
) -> dict[str, Any]:  # fmt: skip
    """Who would pay these measures at their middle cost, if they were all applied for in one programme year.

    Returns
        `measures`: per measure programme, rule set, rate, grant, what is left to the municipality or who else pays, and
        why; and the same in all. An estimate: a plan has years, purses and income, this has none.
    """
    items = [
        PlanItem(f"{at:04d}", name, types[name].label_en, types[name].cost.times(amount).mid_eur, year)
        for at, (name, amount) in enumerate(wanted)
    ]
    found = financing(items, types, rules, terms)
    names = ["type_id", "programme", "rule_set", "rate", "grant_eur", "municipality_eur", "payer", "reason_de",
             "reason_en", "verify_locally"]  # fmt: skip
    rows = found.items.sort_values("item_id")
    whole, grant = float(rows["cost_eur"].sum()), float(rows["grant_eur"].sum())
    return {
        "measures": rows[names].to_dict("records"), "programme_year": year, "cost_eur": round(whole, 2),
        "grant_eur": round(grant, 2), "municipality_eur": round(float(rows["municipality_eur"].sum()), 2),
        "grant_share": grant / whole if whole > 0 else None, "verify_locally": bool(rows["verify_locally"].any()),
        "notes": found.notes.to_dict("records"),
    }  # fmt: skip


def types_told(types: Mapping[str, MeasureType]) -> list[dict[str, Any]]:
    """The types that can be planned, in the order of the catalogue, with their costs per unit."""
    return [
        _row(kind, 1.0, kind.cost, kind.running) | {"effect": kind.effect, "options": dict(kind.options)}
        for kind in types.values() if not kind.listed_only
    ]  # fmt: skip


def _row(kind: MeasureType, amount: float, cost: Cost, running: Cost) -> dict[str, Any]:
    return {
        "type_id": kind.id, "label_de": kind.label_de, "label_en": kind.label_en, "field": kind.field,
        "unit": kind.unit, "quantity": amount, "cost_eur": _told(cost), "running_eur_per_year": _told(running),
        "price_year": kind.price_year, "source_de": kind.cost_source_de, "source_en": kind.cost_source_en,
        "verify_locally": kind.verify_locally, "programmes": list(kind.programmes), "payer": kind.payer,
    }  # fmt: skip


def _fundable_share(found: Sequence[MeasureType], built: Sequence[Cost]) -> float | None:
    """Share of the middle cost for which a funding programme may pay at all; None where the cost is not known."""
    whole = sum(cost.mid_eur for cost in built)
    part = sum(cost.mid_eur for kind, cost in zip(found, built, strict=True) if kind.programmes)
    return part / whole if whole > 0 and math.isfinite(whole) else None


def _sum(costs: Sequence[Cost]) -> Cost:
    return Cost(*(math.fsum(getattr(one, name) for one in costs) for name in ("low_eur", "mid_eur", "high_eur")))


def _told(cost: Cost) -> dict[str, float | None]:
    values = {"low": cost.low_eur, "mid": cost.mid_eur, "high": cost.high_eur}
    return {name: round(value, 2) if math.isfinite(value) else None for name, value in values.items()}
