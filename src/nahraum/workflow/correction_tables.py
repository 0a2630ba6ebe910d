"""What became of the corrections of a study: as it is published, and as `nahraum check` says it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.study import Study

_PUBLISHED = (
    "correction_id", "outcome", "action", "object", "target_id", "name", "category", "new_name", "new_category",
    "lon", "lat", "reason", "date", "detail_de", "detail_en",
)  # fmt: skip
_WORDS = {
    "de": {
        "counts": "{applied} angewandt, {adopted} stehen schon so in den Daten, {conflict} nicht angewandt",
        "row": "{row}: {detail}",
        "unread": "Spalten, die nicht gelesen werden: {names}",
    },
    "en": {
        "counts": "{applied} applied, {adopted} already so in the data, {conflict} not applied",
        "row": "{row}: {detail}",
        "unread": "columns that are not read: {names}",
    },
}


def published_corrections(report: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The corrections without the file's rows and, unless the study says `publish_author = true`, without authors."""
    spec = study.source("corrections")
    named = spec is not None and bool(spec.option("publish_author", False))
    table = report.rename(columns={"status": "outcome"})
    return table[[*_PUBLISHED, *(["author"] if named else [])]]


def correction_lines(report: pd.DataFrame, language: str) -> list[str]:
    """Lines for people: how many of each kind, then each that is not simply applied, with file and row."""
    words = _WORDS[language]
    lines = [words["counts"].format(**_counts(report))]
    if unread := report.attrs.get("unread"):
        lines.append(words["unread"].format(names="; ".join(unread)))
    told = report[report["status"] != "applied"].sort_values(["status", "row"], ascending=[False, True])
    lines += [
        words["row"].format(row=row, detail=detail)
        for row, detail in zip(told["row"], told[f"detail_{language}"], strict=True)
    ]
    return lines


def correction_document(report: pd.DataFrame) -> dict[str, Any]:
    """The same for `--json`: counts and every correction."""
    return {
        "counts": _counts(report),
        "corrections": report.astype(object).where(report.notna(), None).to_dict("records"),
    }


def _counts(report: pd.DataFrame) -> dict[str, int]:
    return {name: int((report["status"] == name).sum()) for name in ("applied", "adopted", "conflict")}
