"""region.pdf and a page for each municipality, into the folder of a publication."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from nahraum.publish.report.region import Region, Said, region_document
from nahraum.publish.report.region_page import page_document
from nahraum.publish.report.typeset import typeset

FOLDER = "municipalities"


def write_region(region: Region, folder: Path) -> list[Path]:
    """region.pdf and a page for each municipality under municipalities/<key>.pdf."""
    said, written = Said(region.language), []
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="nahraum-region-") as name:
        working = Path(name)
        whole = typeset("region.typ", region_document(region, working, said), working, on=region.reference_date)
        (folder / "region.pdf").write_bytes(whole)
        written.append(folder / "region.pdf")
        for _, row in region.municipalities.frame.iterrows():
            page = page_document(region, row, working, said)
            path = target / f"{_file_name(str(row['municipality_id']))}.pdf"
            path.write_bytes(typeset("page.typ", page, working, on=region.reference_date))
            written.append(path)
    return written


def _file_name(key: str) -> str:
    return re.sub(r"[^0-9A-Za-z_-]", "_", key)
