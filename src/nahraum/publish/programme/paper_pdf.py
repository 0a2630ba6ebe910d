"""A document of a plan as tagged PDF."""

from __future__ import annotations

from pathlib import Path

from nahraum.publish.programme.blocks import Paper
from nahraum.publish.report.typeset import typeset


def paper_pdf(paper: Paper, folder: Path) -> bytes:
    """The document as PDF/UA-1 and PDF/A-2a, dated by the reference date.

    Parameters
        folder : holds the drawings; the template is put there.

    Raises
        NahraumError where typst refuses the document (with its words).
    """
    return typeset("programme.typ", paper.as_data(), folder, on=paper.day, package="nahraum.publish.programme")
