"""The map's front end on the server: the same as the static site, told that a server is behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse

from nahraum.web.packed import PackedFiles

if TYPE_CHECKING:
    from nahraum.workflow.serving import Published

_HEAD = "<head>"
_HASHED = "assets"  # folder of Vite


def front_end(app: FastAPI, published: Published, served: str) -> None:
    """Serves the map at `/`.

    Parameters
        served : what the page may count on, as the content of its `<meta name="nahraum-server">`: the role (planner,
            public), `what-if` where edits are answered, `plan` where plans are made, `embed` where it may be shown
            in a frame. A page without it is the static site and asks nobody.

    Notes
        The data are the published ones. The page is that of this program, so that it fits the API; the published one
        where the data have another format.
    """
    folder = published.folder / "map"
    if not folder.is_dir():
        return
    pages = _pages(folder)

    @app.get("/", include_in_schema=False)
    @app.get("/index.html", include_in_schema=False)
    def page() -> HTMLResponse:
        text = (pages / "index.html").read_text(encoding="utf-8")
        return HTMLResponse(text.replace(_HEAD, f'{_HEAD}<meta name="nahraum-server" content="{served}" />', 1))

    app.mount("/data", PackedFiles(directory=folder / "data"), name="data")
    app.mount("/", _Program(directory=pages, html=True), name="map")


class _Program(PackedFiles):
    """The front end. What has a hash of its contents in its name never changes: a browser keeps it, compiled."""

    def file_response(self, full_path: Any, *args: Any, **more: Any) -> Response:
        """One file, with how long it may be kept."""
        found = super().file_response(full_path, *args, **more)
        if Path(full_path).parent.name == _HASHED:
            found.headers["cache-control"] = "public, max-age=31536000, immutable"
        return found


def _pages(folder: Path) -> Path:
    """Where the page is: of this program where it can read the published data, else beside them."""
    from nahraum.publish.mapfacts import FORMAT_VERSION
    from nahraum.publish.mapsite import assets_folder

    own, facts = assets_folder(), folder / "data" / "study.json"
    if own is None or not facts.is_file():
        return folder
    known = json.loads(facts.read_text(encoding="utf-8")).get("format_version")
    return own if known == FORMAT_VERSION else folder
