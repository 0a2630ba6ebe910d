"""A document of the report as PDF: data and drawings in a folder, the layout from a template beside this module."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from nahraum.errors import NahraumError


def typeset(
    template: str, data: dict[str, Any], folder: Path, *, on: date, package: str = "nahraum.publish.report"
) -> bytes:  # fmt: skip
    """One PDF: tagged PDF/UA-1 and PDF/A-2a, dated by the reference date.

    Parameters
        template : a .typ file of `package`; it may import style.typ.
        data : what it prints; drawings are named relative to `folder`.

    Raises
        NahraumError where typst refuses the document (with its words).
    """
    import matplotlib
    import typst

    fonts = str(Path(matplotlib.get_data_path()) / "fonts" / "ttf")
    for name, home in ((template, package), ("style.typ", "nahraum.publish.report")):
        text = resources.files(home).joinpath(name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
    try:
        return bytes(
            typst.compile(
                str(folder / template), font_paths=[fonts], ignore_system_fonts=True,
                timestamp=datetime.combine(on, datetime.min.time(), UTC),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, pdf_standards=["a-2a", "ua-1"],
            )
        )  # fmt: skip
    except typst.TypstError as error:
        raise NahraumError("the report cannot be set", where=str(error)) from None
