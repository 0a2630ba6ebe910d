"""Paragraphs and tables of a DOCX as WordprocessingML: written as text and read once, which is many times faster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from nahraum.publish.programme.blocks import Table

if TYPE_CHECKING:
    from docx.document import Document as Docx

_DXA_PER_CM = 1440 / 2.54
_ROOM_DXA = "57"  # 1 mm beside the words of a cell
_LOOK = '<w:tblLook w:val="0420" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>'  # noqa: E501
Marks = Mapping[str, Any]


def run_xml(text: str, *, size: float = 0.0, bold: bool = False, colour: str = "") -> str:
    """A run of text; size 0 is that of the style. [pt]"""
    parts = "<w:b/>" if bold else ""
    parts += f"<w:color w:val={quoteattr(colour)}/>" if colour else ""
    parts += f'<w:sz w:val="{round(2 * size)}"/>' if size else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(line) for line in text.split("\n"))
    return f'<w:r>{f"<w:rPr>{parts}</w:rPr>" if parts else ""}<w:t xml:space="preserve">{lines}</w:t></w:r>'


def paragraph_xml(runs: str, *, style: str = "", marks: Marks | None = None) -> str:
    """A paragraph.

    Parameters
        style : id of its style. marks : keep_next, page_break, after (room below), line (height) [pt], right.
    """
    told = marks or {}
    parts = f"<w:pStyle w:val={quoteattr(style)}/>" if style else ""
    parts += "<w:keepNext/>" if told.get("keep_next") else ""
    parts += "<w:pageBreakBefore/>" if told.get("page_break") else ""
    room = f' w:after="{round(20 * told["after"])}"' if "after" in told else ""
    room += f' w:line="{round(20 * told["line"])}" w:lineRule="exact"' if "line" in told else ""
    parts += f"<w:spacing{room}/>" if room else ""
    parts += '<w:jc w:val="right"/>' if told.get("right") else ""
    return f"<w:p>{f'<w:pPr>{parts}</w:pPr>' if parts else ''}{runs}</w:p>"


def table_xml(block: Table, *, width_cm: float, size: float, style: str) -> str:
    """A table whose head stands again on every page; no row over two pages. [cm, pt]"""
    widths = [round(width_cm * one / sum(block.widths) * _DXA_PER_CM) for one in block.widths]
    lines = ([block.head] if block.head else []) + list(block.rows)
    last = len(lines) - 1
    rows = "".join(
        _row(
            block, line, widths, size,
            head=at == 0 and bool(block.head), bold=(at == 0 and bool(block.head)) or (block.total and at == last),
        )
        for at, line in enumerate(lines)
    )  # fmt: skip
    room = "".join(f'<w:{side} w:w="{_ROOM_DXA}" w:type="dxa"/>' for side in ("left", "right"))
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val={quoteattr(style)}/><w:tblW w:type="auto" w:w="0"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{room}</w:tblCellMar>{_LOOK}</w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _row(block: Table, line: Sequence[str], widths: Sequence[int], size: float, *, head: bool, bold: bool) -> str:
    marks = "<w:cantSplit/>" + ('<w:tblHeader w:val="true"/>' if head else "")
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>'
        + paragraph_xml(
            run_xml(text, size=size, bold=bold or (block.plain and place == 0)),
            marks={"after": 0, "right": block.align[place] == "r"},
        )
        + "</w:tc>"
        for place, (text, width) in enumerate(zip(line, widths, strict=True))
    )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{cells}</w:tr>"


def append_xml(made: Docx, pieces: Sequence[str]) -> None:
    """Puts paragraphs and tables at the end of a document, before what is said of its pages."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    body = made.element.body
    whole: Any = parse_xml(f"<w:body {nsdecls('w')}>{''.join(pieces)}</w:body>")
    pages = body.sectPr
    for one in list(whole):
        pages.addprevious(one)
