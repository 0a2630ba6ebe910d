"""A document as a list of blocks: written once, set as PDF and as DOCX alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 to 3. `fresh` begins a new page."""

    text: str
    level: int = 1
    fresh: bool = False
    kind: str = "heading"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; style '' | note (small, grey) | box (framed)."""

    text: str
    style: str = ""
    kind: str = "paragraph"


@dataclass(frozen=True)
class Bullets:
    """A list of points; `open` ones have a box to be ticked."""

    items: tuple[str, ...]
    open: bool = False
    kind: str = "bullets"


@dataclass(frozen=True)
class Table:
    """A table; `align` a letter per column (l, r), `widths` shares of the width, `total` the last row is a sum.

    `plain` : two columns of names and values without a head.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str
    align: str
    widths: tuple[float, ...]
    total: bool = False
    plain: bool = False
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """A drawing: `file` for the PDF (SVG), `bitmap` for the DOCX (PNG), in the folder of the drawings."""

    file: str
    bitmap: str
    caption: str
    alt: str
    width: float = 1.0
    kind: str = "picture"


Block = Heading | Paragraph | Bullets | Table | Picture


@dataclass(frozen=True)
class Paper:
    """One document: head, notice, blocks, foot.

    notice : stands under the title and in the foot of every page.
    """

    language: str
    day: date
    kicker: str
    title: str
    subtitle: str
    notice: str
    foot: str
    words: dict[str, str]
    blocks: tuple[Block, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain values for the template."""
        return {
            "lang": self.language, "kicker": self.kicker, "title": self.title, "subtitle": self.subtitle,
            "notice": self.notice, "attribution": self.foot, "text": self.words,
            "date": {"year": self.day.year, "month": self.day.month, "day": self.day.day},
            "blocks": [asdict(one) for one in self.blocks],
        }  # fmt: skip


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], caption: str, *, align: str, widths: str, total: bool = False
) -> Table:
    """A table of the head and its rows; `widths` as numbers with blanks between."""
    return Table(
        tuple(head), tuple(tuple(row) for row in rows), caption, align, tuple(map(float, widths.split())), total
    )


def facts(rows: Sequence[tuple[str, str]], caption: str = "") -> Table:
    """Names and values in two columns; those without a value are left out."""
    kept = tuple((name, value) for name, value in rows if value)
    return Table((), kept, caption, "ll", (1.0, 2.4), plain=True)
