"""What an entry of the catalogue of measures must look like, and what a study may say instead."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any

from nahraum.measures.model import FIELDS, NATURES, PAYERS, UNITS
from nahraum.parameters import EVIDENCE
from nahraum.tables import SERVICES

Problems = list[str]
EFFECTS = ("new_green", "green_entrance", "footpath", "facility", "dwellings", "internet", "surface", "")
_TEXTS = (
    "label_de", "label_en", "field", "unit", "cost_source_de", "cost_source_en", "evidence", "nature", "payer",
    "effect", "siting", "running_source_de", "running_source_en", "running_evidence", "details_source_de",
    "details_source_en", "details_evidence", "note_de", "note_en",
)  # fmt: skip
_NEEDED = (
    "label_de", "label_en", "field", "unit", "price_year", "cost_source_de", "cost_source_en", "cost_date", "evidence",
    "lead_years", "life_years", "din276", "nature", "programmes", "payer", "effect", "siting",
)  # fmt: skip
_OTHERS = ("cost", "running", "cost_date", "price_year", "options", "displacement")
_NUMBERS = ("lead_years", "life_years", "sealing_m2", "canopy_m2")
_KNOWN = {*_TEXTS, *_NEEDED, *_OTHERS, *_NUMBERS}
OWN = (
    "cost", "running", "price_year", "source", "date", "lead_years", "life_years", "din276", "programmes", "payer",
    "options", "sealing_m2", "canopy_m2", "displacement", "effect", "siting",
)  # fmt: skip
"""What a study may state of a type."""
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "field": FIELDS, "unit": UNITS, "nature": NATURES, "payer": PAYERS, "effect": EFFECTS, "evidence": EVIDENCE,
    "running_evidence": EVIDENCE, "details_evidence": EVIDENCE,
}  # fmt: skip
OPTIONS = ("category", "quantity", "minimum_m2", "maximum_m2", "kinds", "maximum_sites")
"""What the rules for sites read of `options`."""
_GROUPS = ("100", "200", "300", "400", "500", "600", "700", "800")
_WHOLE = 1e-9


def entry_problems(name: str, item: Mapping[str, Any]) -> Problems:
    """What is wrong with an entry that is shipped."""
    found = [f"[{name}] lacks {key!r}" for key in _NEEDED if key not in item]
    found += [f"[{name}] knows no {key!r}" for key in item if key not in _KNOWN]
    if "running" in item and not {"running_source_de", "running_source_en", "running_evidence"} <= set(item):
        found.append(f"[{name}] running has no source or evidence")
    return found + value_problems(f"[{name}]", item)


def override_problems(name: str, own: Any, shipped: Mapping[str, Mapping[str, Any]]) -> Problems:
    """What is wrong with a section [measures.<type>] of a study."""
    if name not in shipped:
        return [f"[measures.{name}] is no type of measure{_hint(name, shipped)}"]
    if not isinstance(own, Mapping):
        return [f"measures.{name} = {own!r} must be a section: [measures.{name}]"]
    found = [f"[measures.{name}] knows no {key!r}{_hint(key, OWN)}" for key in own if key not in OWN]
    return found + value_problems(f"[measures.{name}]", own)


def value_problems(where: str, item: Mapping[str, Any]) -> Problems:
    """Values of the wrong kind, or that cannot be."""
    found = [text for key in ("cost", "running") if key in item for text in _cost_problems(f"{where} {key}", item[key])]
    for key, known in _ALLOWED.items():
        if key in item and item[key] not in known:
            found.append(f"{where} {key} = {item[key]!r}{_hint(str(item[key]), known)}")
    for key in _NUMBERS:
        if key in item and not _number(item[key]):
            found.append(f"{where} {key} = {item[key]!r} must be a number")
    for key in ("lead_years", "life_years"):
        if _number(item.get(key)) and item[key] <= 0:
            found.append(f"{where} {key} = {item[key]!r} must be above 0")
    year = item.get("price_year", 0)
    if not isinstance(year, int) or isinstance(year, bool):
        found.append(f"{where} price_year = {year!r} must be a year")
    programmes = item.get("programmes", [])
    if not isinstance(programmes, list) or not all(isinstance(one, str) for one in programmes):
        found.append(f"{where} programmes = {programmes!r} must be a list of programmes")
    found += _option_problems(f"{where} options", item.get("options", {}))
    if not isinstance(item.get("displacement", False), bool):
        found.append(f"{where} displacement = {item['displacement']!r} must be true or false")
    return found + (_share_problems(where, item["din276"]) if "din276" in item else [])


def _option_problems(where: str, options: Any) -> Problems:
    if not isinstance(options, Mapping):
        return [f"{where} must be a table: {{ category = … }}"]
    found = [f"{where} knows no {key!r}{_hint(key, OPTIONS)}" for key in options if key not in OPTIONS]
    for key, value in options.items():
        if key == "category" and value not in SERVICES:
            found.append(f"{where} category = {value!r}{_hint(str(value), SERVICES)}")
        elif key == "kinds" and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            found.append(f"{where} kinds = {value!r} must be a list of kinds of ground")
        elif key in OPTIONS and key not in ("category", "kinds") and not (_number(value) and value > 0):
            found.append(f"{where} {key} = {value!r} must be a number above 0")
    return found


def _cost_problems(where: str, value: Any) -> Problems:
    amounts = value if isinstance(value, list) else [value]
    if len(amounts) not in (1, 3) or not all(_number(one) for one in amounts):
        return [f"{where} = {value!r} must be an amount or [low, mid, high] in EUR per unit"]
    if min(amounts) < 0 or sorted(amounts) != amounts:
        return [f"{where} = {value!r} must be from 0 on, low before mid before high"]
    return []


def _share_problems(where: str, shares: Any) -> Problems:
    if not isinstance(shares, Mapping) or not all(_number(one) and one >= 0 for one in shares.values()):
        return [f"{where} din276 = {shares!r} must be shares of cost groups: {{ 500 = 0.8, 700 = 0.2 }}"]
    found = [f"{where} din276 knows no group {key!r}" for key in shares if str(key) not in _GROUPS]
    total = sum(shares.values())
    return found + ([] if abs(total - 1.0) <= _WHOLE else [f"{where} din276 adds up to {total:g}, not to 1"])


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _hint(name: str, known: Any) -> str:
    near = difflib.get_close_matches(str(name), [str(one) for one in known], n=1, cutoff=0.4)
    return f": did you mean {near[0]!r}?" if near else f"; known: {', '.join(str(one) or '(none)' for one in known)}"
