"""Scenarios and components as plain values in both languages: who does what, which rule holds, from where."""

from __future__ import annotations

from typing import Any

from nahraum.publish.stress.rules import told_value
from nahraum.publish.stress.words import StressWords
from nahraum.stress.failing import COMPONENTS
from nahraum.stress.model import Activity, Rule, Scenario

NORMAL_DAY = "open_day"
SEVERAL = "several"
LANGUAGES = ("de", "en")
_SOFT_HYPHEN = "\u00ad"


def in_both(name: str, key: str, **values: Any) -> dict[str, str]:
    """A text in German and English: <name>_de, <name>_en; without the places where it may be divided."""
    return {
        f"{name}_{one}": StressWords(one).text(key, **values).replace(_SOFT_HYPHEN, "") for one in LANGUAGES
    }  # fmt: skip


def components_told() -> list[dict[str, str]]:
    """Every component with its short and long name, and last the count of them."""
    return [
        {"id": name, **in_both("label", f"component_{name}"), **in_both("long", f"component_long_{name}")}
        for name in (*COMPONENTS, SEVERAL)
    ]  # fmt: skip


def scenario_told(one: Scenario) -> dict[str, Any]:
    """A scenario with every activity and rule, each with source, date and evidence."""
    return {
        "id": one.id, "label_de": one.label_de, "label_en": one.label_en, "note_de": one.note_de,
        "note_en": one.note_en, "begin": None if one.begin is None else one.begin.isoformat(),
        "end": None if one.end is None else one.end.isoformat(), "heat": one.heat, "normal_day": one.id == NORMAL_DAY,
        "activities": [_activity(each) for each in one.activities], "rules": [_rule(each) for each in one.rules],
    }  # fmt: skip


def _activity(one: Activity) -> dict[str, Any]:
    return {
        "who": one.who, **in_both("who", f"who_{one.who}"), "what": one.what, **in_both("what", f"what_{one.what}"),
        "chance": one.chance, "of": one.of, **_marks(one),
    }  # fmt: skip


def _rule(one: Rule) -> dict[str, Any]:
    printed = {f"value_{language}": told_value(one.value, StressWords(language)) for language in LANGUAGES}
    return {
        "name": one.name, **in_both("name", f"rule_{one.name}"), "value": one.value, **printed, "unit": one.unit,
        **_marks(one),
    }  # fmt: skip


def _marks(one: Activity | Rule) -> dict[str, str]:
    return {
        "source_de": one.source, "source_en": one.source_en or one.source, "date": one.date.isoformat(),
        "evidence": one.evidence, **in_both("evidence", f"evidence_{one.evidence}"),
    }  # fmt: skip
