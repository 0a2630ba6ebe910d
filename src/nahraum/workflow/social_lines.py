"""What `nahraum check` says of the social figures: do they fit the method and the quarters, and are there enough."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.area import Area
from nahraum.index.social_values import joined
from nahraum.index.status import read_method, status_index
from nahraum.study import Study
from nahraum.workflow.inputs import Inputs

_WORDS = {
    "de": {
        "title": "Sozialer Status",
        "method": "Methode {label}, {edition}",
        "valid": "{valid} von {n} Quartieren bekommen einen Index; Klassen gibt es ab {least}",
    },
    "en": {
        "title": "social status",
        "method": "method {label}, {edition}",
        "valid": "{valid} of {n} quarters get an index; there are classes from {least} on",
    },
}


def social_check(study: Study, inputs: Inputs, area: Area) -> dict[str, Any]:
    """Method, quarters and notes of the status, as plain values; empty where the study has no [social].

    Raises
        InputError where table, method and quarters do not fit together: as a run would, but before it.
    """
    spec = study.social
    if spec is None or not len(area.quarters):
        return {}
    inside = area.addresses[area.addresses["inside"].to_numpy(dtype=bool)]
    people = inside.groupby("quarter_id")["residents"].sum()
    quarters = pd.DataFrame({"quarter_id": sorted(area.quarters["quarter_id"].astype(str))})
    quarters["residents"] = quarters["quarter_id"].map(people).fillna(0.0)
    method = read_method(spec.method_file or spec.method)
    known = joined(inputs.statistics[spec.statistics].latest(), method, spec, quarters)
    found = status_index(known.values, method, residents=known.residents, excluded=spec.exclude)
    return {
        "method": method.id, "label_de": method.label_de, "label_en": method.label_en, "edition": method.edition,
        "quarters": len(quarters), "valid": int(found.areas["valid"].sum()), "minimum_areas": method.minimum_areas,
        "notes": [{"code": one["code"], "text_de": one["text_de"], "text_en": one["text_en"]} for one in known.notes],
    }  # fmt: skip


def social_lines(told: dict[str, Any], language: str) -> list[str]:
    """The same as lines; none without [social]."""
    if not told:
        return []
    words = _WORDS[language]
    lines = ["", words["title"]]
    lines.append("  " + words["method"].format(label=told[f"label_{language}"], edition=told["edition"]))
    lines.append("  " + words["valid"].format(valid=told["valid"], n=told["quarters"], least=told["minimum_areas"]))
    return lines + [f"  {one[f'text_{language}']}" for one in told["notes"]]
