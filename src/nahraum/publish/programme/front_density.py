"""What 100 dwellings change at each site, as part of a front: the four prerequisites, green shared, shops borne."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nahraum.publish.programme.blocks import Block, Heading, Paragraph, table
from nahraum.publish.programme.past_plans import PastPlans
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.report.words import DASH
from nahraum.publish.values import number_text, safe_text
from nahraum.tables import PREREQUISITES

SHOWN = 15
HUNDRED = 100.0
_COUNTED = ("green_sharing", "shop_people")  # at the site, not per 100 dwellings
_LEAST_M2 = 0.01
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


def released_density(rows: Rows, past: PastPlans) -> Rows:
    """What 100 dwellings change, as it may leave the office.

    Notes
        Persons are counted at the site before they are told per 100 dwellings: of a site with 20, one person per 100
        would be told otherwise. The m² that sharers lose and the dwellings until they have too few follow from how many
        share a green; they are told so coarsely that this stays open by the step to either side.
    """
    return [row | _persons(row, past) | _green(row, past) for row in rows]


def _persons(row: dict[str, Any], past: PastPlans) -> dict[str, Any]:
    per_100 = HUNDRED / row["dwellings"]
    names = {f"{name}_persons": per_100 for name in PREREQUISITES} | dict.fromkeys(_COUNTED, 1.0)
    found = {
        name: _told(row[name] / factor, f"density/{row['site_id']}/{name}", past, factor)
        for name, factor in names.items() if row.get(name) is not None
    }  # fmt: skip
    if row.get("newcomers_lacking") is not None:  # who does not live there yet
        found["newcomers_lacking"] = _nearest(row["newcomers_lacking"], past.step)
    reached, more = row.get("shop_people"), row.get("shop_people_with")
    if reached is not None and more is not None:
        some = found["shop_people"]
        found["shop_people_with"] = None if some is None else some + _nearest(more - reached, past.step)
    return found


def _green(row: dict[str, Any], past: PastPlans) -> dict[str, Any]:
    people, change, until = row["green_sharing"], row["green_m2_change"], row["dwellings_until_green"]
    if people and people < past.least:
        change = until = None
    elif people and change:
        change = _coarse(change, max(_LEAST_M2, abs(change) * 2 * past.step / people))
    return {"green_m2_change": change,
            "dwellings_until_green": None if until is None else past.step * math.floor(until / past.step)}  # fmt: skip


def _told(persons: float, key: str, past: PastPlans, factor: float) -> float | None:
    """A number of persons at a site, told for so many times it; None where it is not told."""
    told = past.told(key, abs(persons), past.usual(abs(persons)))
    return math.copysign(told.get("about", 0.0) * factor, persons) + 0.0 if told else None


def _nearest(value: float, step: float) -> float:
    return step * math.floor(value / step + 0.5) + 0.0


def _coarse(value: float, least: float) -> float:
    """The nearest multiple of 1, 2 or 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= least)
    return round(round(value / step) * step, _DECIMALS)


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
