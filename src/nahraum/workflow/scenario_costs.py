"""What a whole what-if scenario would cost, and who would pay: its edits as measures of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.beside_whatif import catalogue_of, costs_in

if TYPE_CHECKING:
    import pandas as pd

    from nahraum.measures.model import MeasureType
    from nahraum.scenario.edits import Edit

_NOTES = {
    "de": {
        "none": "Kein Typ des Katalogs: ohne Kosten gerechnet.",
        "unknown": "Kosten dieses Typs nicht bekannt: [measures.{id}] cost = … in der Studie.",
        "quantity": "Menge fehlt: in der Einheit des Typs angeben.",
    },
    "en": {
        "none": "No type of the catalogue: reckoned without cost.",
        "unknown": "The cost of this type is not known: [measures.{id}] cost = … in the study.",
        "quantity": "The quantity is missing: give it in the unit of the type.",
    },
}
Choice = tuple[str | None, float | None]  # type ('' for none) and quantity; None as the edit has it


def scenario_costs(
    study: Study, edits: Sequence[Edit], cells: pd.DataFrame, chosen: Mapping[int, Choice]
) -> dict[str, Any]:
    """Per edit its type, quantity and cost; the sum of those that are known, and who would pay it.

    Parameters
        cells : of the study, with residents and internet_offer_share. chosen : by position of the edit.

    Raises
        InputError for types that an edit cannot be, and quantities that are none.
    """
    types = catalogue_of(study)
    _refuse(edits, types, chosen)
    rows = _rows(study, edits, types, cells, chosen)
    counted = [row for row in rows if row["quantity"] is not None and types[row["type_id"]].costed]
    told: dict[str, Any] = {"funding": None, "total": None, "price_year": None, "verify_locally": False}
    if counted:
        sums = costs_in(study, [(row["type_id"], row["quantity"]) for row in counted])
        for row, one in zip(counted, sums["measures"], strict=True):
            row |= {"cost_eur": one["cost_eur"], "verify_locally": one["verify_locally"]}
        told |= {name: sums[name] for name in ("funding", "total", "price_year", "verify_locally")}
    return told | {"edits": rows, "not_costed": len(rows) - len(counted)}


def _rows(
    study: Study, edits: Sequence[Edit], types: Mapping[str, MeasureType], cells: pd.DataFrame,
    chosen: Mapping[int, Choice],
) -> list[dict[str, Any]]:  # fmt: skip
    from nahraum.measures.edit_types import choices_of, fitting

    words = _NOTES[study.language]
    named = fitting(edits, types, {at: name for at, (name, _) in chosen.items() if name is not None})
    rows = []
    for at, (edit, name) in enumerate(zip(edits, named, strict=True)):
        said = chosen.get(at, (None, None))[1]
        amount = said if said is not None else _quantity(study, edit, types.get(name), cells)
        note = words["none"] if not name else "" if types[name].costed else words["unknown"].format(id=name)
        rows.append({
            "position": at, "kind": edit.kind, "type_id": name, "choices": choices_of(edit, types),
            "label": {"de": types[name].label_de, "en": types[name].label_en} if name else None,
            "quantity": amount if name else None, "unit": types[name].unit if name else "", "cost_eur": None,
            "verify_locally": False, "note": note or ("" if amount is not None else words["quantity"]),
        })  # fmt: skip
    return rows


def _quantity(study: Study, edit: Edit, kind: MeasureType | None, cells: pd.DataFrame) -> float | None:
    from nahraum.measures.edit_types import quantity_of

    if kind is None:
        return None
    number = study.parameters().number
    households: dict[int, float] = {}
    if kind.effect == "internet":
        without = cells["residents"] / number("sites.internet.persons_per_household")
        without *= 1.0 - cells["internet_offer_share"].fillna(0.0)
        households = dict(zip(cells["cell_key"].astype(int), without.astype(float), strict=True))
    found = quantity_of(
        edit, kind, persons_per_dwelling=number("sites.dwellings.persons"), households=households
    )  # fmt: skip
    return round(found, 3) if math.isfinite(found) and found > 0 else None


def _refuse(edits: Sequence[Edit], types: Mapping[str, MeasureType], chosen: Mapping[int, Choice]) -> None:
    from nahraum.measures.edit_types import choices_of

    problems = []
    for at, (name, amount) in sorted(chosen.items()):
        if not 0 <= at < len(edits):
            problems.append(f"position {at}: there are {len(edits)} edits")
        elif name and name not in choices_of(edits[at], types):
            known = ", ".join(choices_of(edits[at], types)) or "none"
            problems.append(f"position {at}: {name!r} is no type of this edit; types: {known}"[:300])
        elif amount is not None and not 0 < amount <= 1e9:
            problems.append(f"position {at}: quantity {amount!r}")
    if problems:
        raise InputError(
            "the edits cannot be reckoned as these measures", where=problems[:20],
            expected="for each position one of its choices or '', quantities above 0", fix="take one of `choices`",
        )  # fmt: skip
