"""The municipality's own corrections in the report: what was corrected, why, and what became of it."""

from __future__ import annotations

from typing import Any

from nahraum.publish import labels
from nahraum.publish.bundle import PublishBundle
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH, Words

SHOWN = 60
_ORDER = ("conflict", "applied", "adopted")


def section(bundle: PublishBundle, words: Words) -> list[dict[str, Any]]:
    """One section with its sentence and table, those in conflict first; none for a study without corrections."""
    released = bundle.table("corrections")
    if released is None or released.frame.empty:
        return []
    frame = released.frame
    counts = {name: words.number(int((frame["outcome"] == name).sum())) for name in _ORDER}
    lines = [words.text("corrections_intro", n=words.number(len(frame)), **counts)]
    if len(frame) > SHOWN:
        lines.append(words.text("corrections_cut", shown=SHOWN))
    return [{"title": words.text("h_corrections"), "lines": lines, "table": _table(released.frame, words)}]


def _table(frame: Any, words: Words) -> Table:
    ranked = frame.assign(rank=[_ORDER.index(one) for one in frame["outcome"]])
    ranked = ranked.sort_values("rank", kind="stable").head(SHOWN)
    rows = [
        [_what(row, words), str(row[f"detail_{words.language}"]), str(row["reason"]), words.day(str(row["date"]))]
        for row in ranked.to_dict("records")
    ]
    head = [words.text(f"head_{key}") for key in ("correction", "outcome", "reason", "date")]
    return table(head, rows, words.text("caption_corrections"), align="llll", widths="1.1 1.4 1.2 auto")


def _what(row: dict[str, Any], words: Words) -> str:
    """Object, name or kind, and what is corrected: `Einrichtung Edeka Müller: entfernen`."""
    called = str(row["name"]) or labels.value_text("category", str(row["category"]), words.language)
    named = " ".join(part for part in (labels.value_text("object", row["object"], words.language), called) if part)
    done = labels.value_text("action", row["action"], words.language)
    return f"{named or DASH}: {done}"
