"""What 100 dwellings change at each site, as part of a front: the four prerequisites, green shared, shops borne."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nahraum.publish.programme.blocks import Block, Heading, Paragraph, table
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.report.words import DASH
from nahraum.publish.values import number_text, safe_text
from nahraum.tables import PREREQUISITES

SHOWN = 15
_PERSONS = (*(f"{name}_persons" for name in PREREQUISITES), "green_sharing", "newcomers_lacking", "shop_people",
            "shop_people_with")  # fmt: skip
_DECIMALS = 3
Rows = list[dict[str, Any]]


def density_rows(found: pd.DataFrame, labels: Mapping[str, str], quarters: Mapping[str, str]) -> Rows:
    """The table of `measures.density.per_100_dwellings` as plain values, with labels of types and quarters."""
    rows = []
    for row in found.to_dict(orient="records"):
        told = {str(key): _plain(value) for key, value in row.items()}
        told["label"] = labels.get(str(row["type_id"]), str(row["type_id"]))
        told["quarter"] = quarters.get(str(row["quarter_id"]), str(row["quarter_id"]))
        rows.append(told)
    return rows


def _plain(value: Any) -> Any:
    told = value.item() if hasattr(value, "item") else value
    return None if isinstance(told, float) and not math.isfinite(told) else told


def released_density(rows: Rows, step: float) -> Rows:
    """Persons in multiples of the step."""
    return [
        row | {key: step * math.floor(abs(row[key]) / step + 0.5) * (1 if row[key] >= 0 else -1) + 0.0
               for key in _PERSONS if row.get(key) is not None}
        for row in rows
    ]  # fmt: skip


def density_text(rows: Rows) -> str:
    """density.csv: a row per site that adds dwellings; empty is unknown."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    columns = list(rows[0]) if rows else []
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return stream.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return number_text(float(value), _DECIMALS) if isinstance(value, int | float) else safe_text(value)


def density_blocks(rows: Sequence[Mapping[str, Any]], words: PlanWords) -> list[Block]:
    """The sites with most dwellings: what 100 dwellings there change for those who live there already."""
    if not rows:
        return []
    shown = sorted(rows, key=lambda row: (-row["dwellings"], row["site_id"]))[:SHOWN]
    lines = [
        [
            f"{row['label']}, {row['quarter']}", words.number(row["dwellings"]),
            *(words.change(row[f"{name}_persons"], "").strip() for name in ("green", "supply")),
            _signed(row["green_m2_change"], words), words.number(row["dwellings_until_green"]),
            words.label(f"bears_{row['shop_bears']}") if row.get("shop_bears") else DASH,
        ]
        for row in shown
    ]  # fmt: skip
    head = [words.text(f"head_{one}") for one in ("site", "dwellings", "green_100", "supply_100", "m2_100", "until",
                                                  "shop")]  # fmt: skip
    found = table(head, lines, words.text("caption_density"), align="lrrrrrl", widths="2.2 1 1 1.5 1 1.1 1")
    note = Paragraph(words.text("density_note"), "note")
    return [Heading(words.text("h_density")), Paragraph(words.text("density_lead")), found, note]


def _signed(value: float | None, words: PlanWords) -> str:
    if value is None:
        return DASH
    return ("+" if value > 0 else "") + words.number(value, 2)
