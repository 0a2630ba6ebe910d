"""A document of a plan as DOCX that an office goes on writing in, the same bytes on every run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paper, Paragraph, Picture, Table
from nahraum.publish.programme.docx_parts import append_xml, paragraph_xml, run_xml, table_xml

if TYPE_CHECKING:
    from docx.document import Document as Docx

_ACCENT, _GREY = "1B5A7A", "464646"
_WIDTH_CM, _MARGIN_CM = 17.0, 2.0
_OLDEST = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip can hold
_TEXT_PT, _TABLE_PT, _NOTE_PT, _TITLE_PT = 10.5, 8.0, 8.5, 20.0
_HEADINGS_PT = (14.0, 11.5, 10.5)
_AFTER_TABLE_PT = 6.0  # what is left free below a table
_STYLES = ("Heading 1", "Heading 2", "Heading 3", "List Bullet", "Light List Accent 1", "Table Grid")


def paper_docx(paper: Paper, folder: Path) -> bytes:
    """The document with real headings, tables with repeated heads, pictures with their texts, language set.

    Parameters
        folder : holds the drawings as PNG.
    """
    import docx
    from docx.shared import Cm

    made: Docx = docx.Document()
    _look(made, paper)
    for section in made.sections:
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(_MARGIN_CM)
        section.top_margin = section.bottom_margin = Cm(_MARGIN_CM)
    _head(made, paper)
    styles = {name: str(made.styles[name].style_id) for name in _STYLES}
    waiting: list[str] = []
    for block, following in zip(paper.blocks, (*paper.blocks[1:], None), strict=True):
        if isinstance(block, Picture):
            append_xml(made, waiting)
            waiting = [_picture(made, block, folder, paper)]
        else:
            waiting.append(_xml(block, styles))
        if isinstance(block, Table) and not isinstance(following, Heading):  # a heading brings its own room
            waiting.append(paragraph_xml("", marks={"after": 0, "line": _AFTER_TABLE_PT}))
    append_xml(made, waiting)
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


def _xml(block: Heading | Paragraph | Bullets | Table, styles: Mapping[str, str]) -> str:
    """A block as it stands in the document."""
    if isinstance(block, Heading):
        return paragraph_xml(
            run_xml(block.text), style=styles[f"Heading {block.level}"], marks={"page_break": block.fresh}
        )  # fmt: skip
    if isinstance(block, Paragraph):
        if block.style == "note":
            return _note(block.text) if block.text else ""
        return paragraph_xml(run_xml(block.text, size=_TEXT_PT, bold=block.style == "box")) if block.text else ""
    if isinstance(block, Bullets):
        style, box = ("", "☐ ") if block.open else (styles["List Bullet"], "")
        return "".join(
            paragraph_xml(run_xml(f"{box}{item}"), style=style, marks={"after": 0}) for item in block.items
        )  # fmt: skip
    if not block.rows:
        return ""
    look = styles["Light List Accent 1" if block.head else "Table Grid"]
    caption = _note(block.caption, keep_next=True) if block.caption else ""
    return caption + table_xml(block, width_cm=_WIDTH_CM, size=_TABLE_PT, style=look)


def _note(text: str, *, keep_next: bool = False) -> str:
    return paragraph_xml(run_xml(text, size=_NOTE_PT, colour=_GREY), marks={"keep_next": keep_next})


def _picture(made: Docx, block: Picture, folder: Path, paper: Paper) -> str:
    """Puts in a picture with its text, and gives the line below it."""
    from docx.shared import Cm

    drawn: Any = made.add_picture(str(folder / block.bitmap), width=Cm(_WIDTH_CM * block.width))
    drawn._inline.docPr.set("descr", block.alt)
    return _note(f"{paper.words['figure']}: {block.caption}")


def used_bitmaps(blocks: Sequence[Block]) -> list[str]:
    """The drawings that a document needs as PNG."""
    return [block.bitmap for block in blocks if isinstance(block, Picture)]
