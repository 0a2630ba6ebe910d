"""The lab's and a trial's blocks as sections of the report of the study."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paragraph, Picture, Table


def sections_of(blocks: Sequence[Block], *, until: str = "") -> list[dict[str, Any]]:
    """Sections with a title, paragraphs before and after, and tables; pictures and sheets of facts stay in the paper.

    Parameters
        until : title of a heading that is left out with all that follows.
    """
    found: list[dict[str, Any]] = [_section("")]
    for one in blocks:
        if isinstance(one, Heading):
            if one.text == until:
                break
            found.append(_section(one.text))
        elif isinstance(one, Table):
            if not one.plain:
                found[-1]["tables"].append(_table(one))
        elif not isinstance(one, Picture):
            place = "after" if found[-1]["tables"] else "lead"
            found[-1][place] += _texts(one)
    return [one for one in found if one["lead"] or one["tables"] or one["after"]]


def _section(title: str) -> dict[str, Any]:
    return {"title": title, "lead": [], "picture": None, "tables": [], "after": []}


def _texts(one: Paragraph | Bullets) -> list[str]:
    return [one.text] if isinstance(one, Paragraph) else [f"• {item}" for item in one.items]


def _table(one: Table) -> dict[str, Any]:
    return {
        "head": list(one.head), "rows": [list(row) for row in one.rows], "caption": one.caption,
        "align": ["right" if letter == "r" else "left" for letter in one.align],
        "widths": [f"{width:g}" for width in one.widths],
    }  # fmt: skip
