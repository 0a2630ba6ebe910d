"""region.pdf and a page for each municipality, into the folder of a publication."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from pathlib import Path

from nahraum.publish.report.region import Region, Said, region_document
from nahraum.publish.report.region_page import page_document
from nahraum.publish.report.typeset import typeset

FOLDER = "municipalities"
LONGEST = 80  # signs of a file's name
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def write_region(region: Region, folder: Path) -> list[Path]:
    """region.pdf and a page for each municipality under municipalities/<key>_<name>.pdf."""
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
            path = target / f"{_file_name(str(row['municipality_id']), str(row['name']))}.pdf"
            path.write_bytes(typeset("page.typ", page, working, on=region.reference_date))
            written.append(path)
    return written


def _file_name(key: str, name: str) -> str:
    """Key and name in letters that every file system and mail program takes: 05999003_Brueckenau."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    parts = (key, "".join(sign for sign in plain if not unicodedata.combining(sign)))
    told = (re.sub(r"[^0-9A-Za-z_-]+", "_", part).strip("_") for part in parts)
    return "_".join(dict.fromkeys(part for part in told if part))[:LONGEST]
