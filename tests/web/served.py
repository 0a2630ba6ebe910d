"""A server in this process: the study, its token, and who asks."""

from __future__ import annotations

from typing import Any

from starlette.testclient import TestClient

from nahraum.web.app import create_app, rules_for
from nahraum.workflow.planning import Planning
from nahraum.workflow.serving import Published

PORT, TOKEN = 8000, "t0ken-of-this-test"
HERE = f"http://127.0.0.1:{PORT}"


def asking(published: Published, planning: Planning | None = None, *, token: str | None = TOKEN, **headers: str) -> Any:
    """A client; a planner by default, with `token=None` on a public server."""
    rules = rules_for(published, port=PORT, token=token)
    known = {"authorization": f"Bearer {token}", "x-nahraum": "1"} if token else {"x-nahraum": "1"}
    app: Any = create_app(published, rules, planning)
    return TestClient(
        app, base_url=HERE, headers=known | headers, raise_server_exceptions=False, follow_redirects=False
    )
