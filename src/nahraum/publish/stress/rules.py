"""The rules and assumptions of scenarios as a table, each once, with source, date and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nahraum.publish.report.tables import Table, table
from nahraum.publish.stress.words import StressWords
from nahraum.stress.model import Activity, Rule, Scenario


def rules_table(scenarios: Sequence[Scenario], words: StressWords) -> Table:
    """What the scenarios rest on; what several of them share stands once."""
    named: dict[tuple[str, ...], list[str]] = {}
    for one in scenarios:
        for _, *row in _rows(one, words):
            named.setdefault(tuple(row), []).append(one.label(words.language))
    every = words.text("all_scenarios")
    rows = [[every if len(of) == len(scenarios) > 1 else ", ".join(of), *row] for row, of in sorted(named.items())]
    head = [words.text(f"head_{name}") for name in ("scenario", "rule", "value", "source", "date", "evidence")]
    return table(head, rows, words.text("caption_rules"), align="llrlll", widths="1.6 1.5 0.6 1.9 1.2 1.1")


def _rows(scenario: Scenario, words: StressWords) -> Iterable[list[str]]:
    label = scenario.label(words.language)
    for one in scenario.activities:
        name = f"{words.text(f'who_{one.who}')}: {words.text(f'what_{one.what}')}"
        yield [label, name, words.share(one.chance), *_marks(one, words)]
    for rule in scenario.rules:
        yield [label, words.text(f"rule_{rule.name}"), told_value(rule.value, words), *_marks(rule, words)]


def _marks(one: Activity | Rule, words: StressWords) -> list[str]:
    source = one.source_en if words.language == "en" and one.source_en else one.source
    return [source, words.day(one.date), words.text(f"evidence_{one.evidence}")]


def told_value(value: Any, words: StressWords) -> str:
    """The value of a rule as it is printed."""
    if isinstance(value, bool):
        return words.text("yes")
    if isinstance(value, list):
        return words.listed([words.text(f"closed_{one}") for one in value])
    if isinstance(value, dict):
        first = words.number(value["m2_per_customer"])
        if "up_to_m2" not in value:
            return first
        limit, above = words.number(value["up_to_m2"]), words.number(value["m2_per_customer_above"])
        return words.text("told_retail", first=first, limit=limit, above=above)
    return words.number(value, 1 if float(value) % 1 else 0)
