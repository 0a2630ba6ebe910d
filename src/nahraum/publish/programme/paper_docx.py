"""A document of a plan as DOCX that an office goes on writing in, the same bytes on every run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paper, Paragraph, Picture, Table

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import _Cell

_ACCENT, _GREY = "1B5A7A", "464646"
_WIDTH_CM, _MARGIN_CM = 17.0, 2.0
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold
_TEXT_PT, _TABLE_PT, _NOTE_PT, _TITLE_PT = 10.5, 8.0, 8.5, 20.0
_HEADINGS_PT = (14.0, 11.5, 10.5)
_ROOM_DXA, _AFTER_TABLE_PT = "57", 6.0  # 1 mm beside the words of a cell; what is left free below a table


def paper_docx(paper: Paper, folder: Path) -> bytes:
    """The document with real headings, tables with repeated heads, pictures with their texts, language set.

    Parameters
        folder : holds the drawings as PNG.
    """
    import docx
    from docx.shared import Cm, Pt

    made: Docx = docx.Document()
    _look(made, paper)
    for section in made.sections:
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(_MARGIN_CM)
        section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    _head(made, paper)
    for block, following in zip(paper.blocks, (*paper.blocks[1:], None), strict=True):
        _add(made, block, folder, paper)
        if isinstance(block, Table) and not isinstance(following, Heading):  # a heading brings its own room
            after = made.add_paragraph().paragraph_format
            after.space_after, after.line_spacing = 0, Pt(_AFTER_TABLE_PT)
    _foot(made, paper)
    stream = io.BytesIO()
    made.save(stream)
    return _repacked(stream.getvalue())


def _repacked(data: bytes) -> bytes:
    """The same file without the moment it was written."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            told = zipfile.ZipInfo(item.filename, _OLDEST)
            told.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(told, old.read(item.filename))
    return stream.getvalue()


def _look(made: Docx, paper: Paper) -> None:
    """Fonts, colours, language and properties."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    styles: Any = made.styles
    tongue = {"de": "de-DE", "en": "en-GB"}[paper.language]
    normal = styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(_TEXT_PT)
    properties = normal.element.get_or_add_rPr()
    language = properties.makeelement(qn("w:lang"), {qn("w:val"): tongue})
    properties.append(language)
    for level, size in enumerate(_HEADINGS_PT, start=1):
        style = styles[f"Heading {level}"]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), RGBColor.from_string(_ACCENT)
        fonts = style.element.get_or_add_rPr().find(qn("w:rFonts"))
        for key in ("w:asciiTheme", "w:hAnsiTheme"):
            if fonts is not None and fonts.get(qn(key)) is not None:
                del fonts.attrib[qn(key)]
    core, moment = made.core_properties, datetime.combine(paper.day, datetime.min.time())
    core.title, core.author, core.language, core.comments = paper.title, "nahraum", tongue, paper.notice
    core.created = core.modified = moment
    core.last_modified_by, core.revision = "nahraum", 1


def _head(made: Docx, paper: Paper) -> None:
    _line(made, paper.kicker.upper(), _NOTE_PT, bold=True, colour=_ACCENT)
    title = made.add_paragraph(style="Title")
    _run(title, paper.title, _TITLE_PT, bold=True)
    _line(made, paper.subtitle, _TEXT_PT, colour=_GREY)
    _line(made, paper.notice, _TEXT_PT, bold=True, colour=_ACCENT)


def _line(made: Docx, text: str, size: float, *, bold: bool = False, colour: str = "") -> None:
    if text:
        _run(made.add_paragraph(), text, size, bold=bold, colour=colour)


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False, colour: str = "") -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(size), bold or None
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)


def _foot(made: Docx, paper: Paper) -> None:
    """Notice, whose data, and the number of the page."""
    foot = made.sections[0].footer.paragraphs[0]
    _run(foot, f"{paper.notice} · {paper.foot} · {paper.words['page']} ", 7.0, colour=_GREY)
    _field(foot, "PAGE")


def _field(paragraph: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("value", "1"), ("end", "")):
        run = paragraph.add_run(text if kind == "value" else "")
        run.font.size = Pt(7.0)
        if kind == "value":  # replaced when the document is opened; it carries the look
            continue
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _add(made: Docx, block: Block, folder: Path, paper: Paper) -> None:
    if isinstance(block, Heading):
        heading = made.add_heading(block.text, level=block.level)
        heading.paragraph_format.page_break_before = block.fresh
    elif isinstance(block, Paragraph):
        if block.style == "note":
            _line(made, block.text, _NOTE_PT, colour=_GREY)
        else:
            _line(made, block.text, _TEXT_PT, bold=block.style == "box")
    elif isinstance(block, Bullets):
        for item in block.items:
            line = made.add_paragraph(f"☐ {item}" if block.open else item, style=None if block.open else "List Bullet")
            line.paragraph_format.space_after = 0
    elif isinstance(block, Picture):
        _picture(made, block, folder, paper)
    else:
        _table(made, block)


def _picture(made: Docx, block: Picture, folder: Path, paper: Paper) -> None:
    from docx.shared import Cm

    made.add_picture(str(folder / block.bitmap), width=Cm(_WIDTH_CM * block.width))
    drawn: Any = made.inline_shapes[len(made.inline_shapes) - 1]
    drawn._inline.docPr.set("descr", block.alt)
    _line(made, f"{paper.words['figure']}: {block.caption}", _NOTE_PT, colour=_GREY)


def _table(made: Docx, block: Table) -> None:
    from docx.shared import Cm

    if not block.rows:
        return
    if block.caption:
        caption = made.add_paragraph()
        _run(caption, block.caption, _NOTE_PT, colour=_GREY)
        caption.paragraph_format.keep_with_next = True
    lines = ([block.head] if block.head else []) + list(block.rows)
    table = made.add_table(rows=len(lines), cols=len(block.widths))
    table.style, table.autofit = "Light List Accent 1" if block.head else "Table Grid", False
    widths = [_WIDTH_CM * one / sum(block.widths) for one in block.widths]
    for column, width in zip(table.columns, widths, strict=True):  # LibreOffice goes by the grid, Word by the cells
        column.width = Cm(width)
    _narrow(table)
    for row, line in zip(table.rows, lines, strict=True):
        bold_row = bool(block.head and line is block.head) or (block.total and line is block.rows[-1])
        for place, (cell, text) in enumerate(zip(row.cells, line, strict=True)):
            cell.width = Cm(widths[place])
            _cell(cell, text, right=block.align[place] == "r", bold=bold_row or (block.plain and place == 0))
    if block.head:
        _repeat(table.rows[0])


def _narrow(table: Any) -> None:
    """Little room beside the words of a cell, no row over two pages, no bold first column of the style."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins, look = OxmlElement("w:tblCellMar"), table._tblPr.find(qn("w:tblLook"))
    for side in ("w:left", "w:right"):
        room = OxmlElement(side)
        room.set(qn("w:w"), _ROOM_DXA)
        room.set(qn("w:type"), "dxa")
        margins.append(room)
    if look is None:
        table._tblPr.append(margins)
    else:
        look.set(qn("w:firstColumn"), "0")
        look.set(qn("w:val"), "0420")
        look.addprevious(margins)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _cell(cell: _Cell, text: str, *, right: bool, bold: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    _run(paragraph, text, _TABLE_PT, bold=bold)
    paragraph.paragraph_format.space_after = 0
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _repeat(row: Any) -> None:
    """The row stands again on every page of its table."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def used_bitmaps(blocks: Sequence[Block]) -> list[str]:
    """The drawings that a document needs as PNG."""
    return [block.bitmap for block in blocks if isinstance(block, Picture)]
