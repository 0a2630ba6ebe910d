"""Where a table came from: file, hash, licence, attribution, reference date, scale."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

LICENCES = {
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "dl-de/by-2-0": "https://www.govdata.de/dl-de/by-2-0",
    "dl-de/zero-2-0": "https://www.govdata.de/dl-de/zero-2-0",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Source:
    """One input file as it stands in the manifest."""

    name: str
    file: str
    sha256: str
    bytes: int
    licence: str
    attribution: str
    reference_date: str
    scale: str
    note: str = ""
    url: str = ""

    def as_dict(self) -> dict[str, object]:
        """Plain values for the manifest."""
        return asdict(self)


@lru_cache(maxsize=256)
def _sha256(path: str, size: int, mtime_ns: int) -> str:
    digest = hashlib.sha256()
    with Path(path).open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """sha256 of a file, remembered by path, size and time of change within one process."""
    state = path.stat()
    return _sha256(str(path.resolve()), state.st_size, state.st_mtime_ns)
