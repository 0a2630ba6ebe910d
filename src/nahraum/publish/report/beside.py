"""Chapters that other verbs made of released tables, for the report of the study: stress test, housing lab."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nahraum.publish.bundle import Chapter

FOLDERS = ("stress", "housing")
FILE = "chapters.json"
_FORMAT = "nahraum-chapters"


def write_chapters(chapters: Sequence[Mapping[str, Any]], folder: Path, *, basis: str) -> Path:
    """`chapters.json` in the folder of a verb, for the next report.

    Parameters
        chapters : title and sections, of released tables only; pictures stand in the folder.
        basis : key of the analysis they rest on; a report of another one leaves them out.
    """
    path = folder / FILE
    document = {"format": _FORMAT, "format_version": 1, "basis": basis, "chapters": list(chapters)}
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_chapters(out: Path, *, basis: str) -> tuple[Chapter, ...]:
    """The chapters in the output folder of a study that rest on this analysis; those of another one are outdated."""
    found: list[Chapter] = []
    for folder in (out / name for name in FOLDERS):
        try:
            told = json.loads((folder / FILE).read_text(encoding="utf-8"))
            if (told["format"], told["basis"]) == (_FORMAT, basis):
                found += [Chapter(str(one["title"]), one["sections"], folder) for one in told["chapters"]]
        except (OSError, ValueError, KeyError, TypeError):  # none, or of another version
            continue
    return tuple(found)


def chapters_of(chapters: Sequence[Chapter], working: Path) -> list[dict[str, Any]]:
    """The chapters for the template, with their pictures beside it."""
    told = []
    for number, one in enumerate(chapters):
        sections = [dict(each) for each in one.sections]
        for each in sections:
            if each["picture"]:
                name = Path(str(each["picture"]["file"])).name
                shutil.copyfile(one.folder / name, working / f"beside-{number}-{name}")
                each["picture"] = {**each["picture"], "file": f"beside-{number}-{name}"}
        told.append({"title": one.title, "sections": sections})
    return told
