"""Files of a folder over HTTP, packed: once for as long as they stay as they are, not once for everybody who asks."""

from __future__ import annotations

import gzip
from functools import lru_cache, partial
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_PACKED = frozenset({".css", ".geojson", ".html", ".js", ".json", ".svg", ".txt"})
_LEAST_BYTES, _MOST_BYTES = 1_000, 100_000_000
_KEPT = 64  # files
_OF_THE_FILE = ("content-length", "accept-ranges")  # headers of what lies there, not of what is sent


class PackedFiles(StaticFiles):
    """A folder of which texts go packed by gzip to whoever takes it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file; ranges of it and files that are packed already go as they are."""
        found = await super().get_response(path, scope)
        asked = Headers(scope=scope)
        if not isinstance(found, FileResponse) or scope["method"] != "GET" or "range" in asked:
            return found
        file, size = Path(found.path), int(found.headers["content-length"])
        found.headers["vary"] = "accept-encoding"
        if not _is_packed(file, size) or not _takes_gzip(asked.get("accept-encoding", "")):
            return found
        body = await anyio.to_thread.run_sync(partial(_gzip, file, found.headers["etag"]))
        kept = {name: value for name, value in found.headers.items() if name not in _OF_THE_FILE}
        return Response(
            body,
            status_code=found.status_code,
            headers=kept | {"content-encoding": "gzip", "etag": f"W/{kept['etag']}"},
        )


def _is_packed(file: Path, size: int) -> bool:
    return file.suffix in _PACKED and _LEAST_BYTES <= size <= _MOST_BYTES


def _takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` names gzip, and not with weight 0."""
    told = [one.strip().partition(";") for one in accepted.lower().split(",")]
    return any(name.strip() == "gzip" and more.strip() not in ("q=0", "q=0.0") for name, _, more in told)


@lru_cache(maxsize=_KEPT)
def _gzip(file: Path, etag: str) -> bytes:
    """A file packed; `etag` changes with it."""
    return gzip.compress(file.read_bytes(), 6, mtime=0)
