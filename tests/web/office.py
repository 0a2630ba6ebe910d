"""The real server of a study in a process of its own, and its API beside the browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 300.0


class Office:
    """A server by its start-up address."""

    def __init__(self, start: str) -> None:
        self.start, self.base = start, start.split("start?")[0]
        self._token = start.partition("token=")[2]

    def let_in(self, page: Any) -> None:
        """What the page opens from now on is the planner's; the start page is not loaded for it."""
        page.request.get(self.start)

    def ask(self, path: str, document: Any = None, method: str | None = None) -> Any:
        """What the API answers, beside the browser."""
        heads = {"Authorization": f"Bearer {self._token}", "X-Nahraum": "1", "Content-Type": "application/json"}
        body = None if document is None else json.dumps(document).encode()
        asked = urllib.request.Request(f"{self.base}api{path}", body, heads, method=method)
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            return json.loads(answer.read() or b"null")


@contextmanager
def serving(study: Path, *options: str) -> Iterator[str]:
    """The start-up address of `nahraum serve`, as long as the block runs."""
    program = [sys.executable, "-u", "-m", "nahraum.cli", "serve", str(study), "--port", "0", *options]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found
        try:
            yield found.group()
        finally:
            process.terminate()
