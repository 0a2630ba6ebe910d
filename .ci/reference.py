"""Writes docs/reference/indicators.md and parameters.md from catalogue and parameter files (not kept in git)."""

from pathlib import Path

from nahraum.indicators.catalogue import read_catalogue
from nahraum.parameters import shipped

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


FOLDER.mkdir(parents=True, exist_ok=True)
(FOLDER / "indicators.md").write_text(indicators(), encoding="utf-8")
(FOLDER / "parameters.md").write_text(parameters(), encoding="utf-8")
