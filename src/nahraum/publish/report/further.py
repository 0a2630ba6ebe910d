"""The chapter of further indicators: a table per theme with the municipality and the range of its quarters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from nahraum.indicators.catalogue import SHARE, THEMES, Indicator, class_name
from nahraum.publish import labels
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.comparison import published_beside
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH, Words

_FEW = 2


def sections(bundle: PublishBundle, words: Words) -> list[dict[str, Any]]:
    """Title, table and limits of every theme that this study has indicators of."""
    found, whole = [], bundle.municipality.frame.iloc[0]
    for theme in (name for name in THEMES if name != "social"):  # it has a chapter of its own
        entries = [entry for entry in bundle.catalogue if entry.theme == theme]
        rows = {entry: _row(entry, bundle, whole, words) for entry in entries}
        told = [row for row in rows.values() if row and row[1:3] != [DASH, DASH]]
        silent = [
            entry.text("label", words.language) for entry, row in rows.items() if row and row[1:3] == [DASH, DASH]
        ]
        if not told and not silent:
            continue
        found.append(
            {
                "title": labels.text("themes", theme, words.language),
                "table": _table(theme, told, words) if told else None,
                "compared": published_beside(bundle, words) if theme == "supply" else None,
                "after": [words.text("further_unknown", names=", ".join(silent))] if silent else [],
            }
        )
    return found


def _table(theme: str, rows: list[list[str]], words: Words) -> Table:
    head = [words.text(f"head_{key}") for key in ("indicator", "here", "range", "completeness")]
    caption = words.text("caption_further", theme=labels.text("themes", theme, words.language))
    return table(head, rows, caption, align="lrrr", widths="1 auto auto auto")


def _row(entry: Indicator, bundle: PublishBundle, whole: pd.Series, words: Words) -> list[str] | None:
    """Label, value of the municipality, lowest and highest quarter, for how many residents it is known."""
    quarters = bundle.quarters.frame
    own = quarters[entry.id].to_numpy(np.float64, na_value=np.nan) if entry.id in quarters else np.array([])
    own = own[np.isfinite(own)]
    value = whole.get(entry.id)
    if entry.id not in whole and not own.size:
        return None
    ends = [value_of(entry, own.min(), words), value_of(entry, own.max(), words)] if own.size >= _FEW else [DASH]
    spread = " – ".join(dict.fromkeys(ends))
    known = whole.get(f"{entry.id}_completeness")
    return [
        named(entry, words.language),
        value_of(entry, value, words),
        spread,
        DASH if known is None or pd.isna(known) else words.share(known),
    ]


def named(entry: Indicator, language: str) -> str:
    """Label with its unit; shares and classes have none."""
    unit = "" if entry.unit == SHARE or entry.letters else labels.unit_of(entry, language)
    label = entry.text("label", language)
    label = label[:1].upper() + label[1:]
    return f"{label} [{unit}]" if unit else label


def value_of(entry: Indicator, value: Any, words: Words) -> str:
    """A value as the tables print it: a share in per cent, a class by its letter."""
    if entry.letters:
        return DASH if value is None or pd.isna(value) else class_name(entry.letters, float(value), words.language)
    return words.share(value) if entry.unit == SHARE else words.number(value, entry.decimals)
