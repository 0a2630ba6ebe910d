"""Writes indicators.md, parameters.md and measures.md of docs/reference from the data files (not kept in git)."""

from pathlib import Path

from nahraum.indicators.catalogue import read_catalogue
from nahraum.measures.catalogue import read_catalogue as read_measures
from nahraum.measures.funding import read_rule_sets
from nahraum.parameters import Parameters, shipped

FOLDER = Path(__file__).parent.parent / "docs" / "reference"


def indicators() -> str:
    parts = ["# Indicators\n"]
    for item in read_catalogue():
        parts.append(
            f"## {item.id}\n\n{item.label_en} / {item.label_de} [{item.unit or '-'}]\n\n{item.formula_en}\n\n"
            f"- columns: {', '.join(item.columns) or item.id}\n- given for: {', '.join(item.geographies)}\n"
            f"- function: `{item.function}`\n- parameters: {', '.join(item.parameters) or 'none'}\n"
            f"- limits: {item.limits_en}\n- source: {item.source} ({item.evidence})\n"
        )
    return "\n".join(parts)


def parameters() -> str:
    head = "# Parameters\n\n| id | value | unit | source | date | evidence |\n|---|---|---|---|---|---|\n"
    rows = [
        f"| {p.id} | {p.value} | {p.unit} | {p.source} | {p.date} | {p.evidence} |"
        for p in sorted(shipped().values(), key=lambda p: p.id)
    ]
    return head + "\n".join(rows) + "\n"


def measures() -> str:
    parts = ["# Measures and funding rules\n"]
    for one in read_measures(Parameters()).values():
        cost, running = (
            " - ".join(f"{value:,.0f}" for value in (amount.low_eur, amount.mid_eur, amount.high_eur))
            for amount in (one.cost, one.running)
        )
        parts.append(
            f"## {one.id}\n\n{one.label_en} / {one.label_de}\n\n"
            f"- cost per {one.unit}: {cost} EUR ({one.price_year}; {one.evidence}): {one.cost_source_en}\n"
            f"- running per year: {running} EUR ({one.running_evidence or 'unknown'}): {one.running_source_en or '-'}\n"
            f"- lead {one.lead_years:g} years, life {one.life_years:g} years; DIN 276: {dict(one.din276)}\n"
            f"- paid by: {', '.join(one.programmes) or one.payer}; nature: {one.nature}\n"
            f"- effect: {one.effect or 'catalogue only'}; sites: {one.siting}\n- {one.note_en or '-'}\n"
        )
    for rules in read_rule_sets().values():
        facts = "\n".join(
            f"| {name} | {fact.value} | {fact.unit} | {fact.source} | {fact.date} | {fact.evidence} |"
            for name, fact in rules.facts.items()
        )
        parts.append(
            f"## {rules.id}\n\n{rules.label_en}. {rules.note_en} Source: {rules.source_en}.\n\n"
            f"| fact | value | unit | source | date | evidence |\n|---|---|---|---|---|---|\n{facts}\n"
        )
    return "\n".join(parts)


FOLDER.mkdir(parents=True, exist_ok=True)
(FOLDER / "indicators.md").write_text(indicators(), encoding="utf-8")
(FOLDER / "parameters.md").write_text(parameters(), encoding="utf-8")
(FOLDER / "measures.md").write_text(measures(), encoding="utf-8")
