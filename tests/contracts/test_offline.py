"""Offline first: who may open a connection is written down, and nobody else knows how."""

import ast
from pathlib import Path

import nahraum

PACKAGE = Path(nahraum.__file__).parent
NETWORK = {"urllib", "http", "socket", "ssl", "requests", "httpx", "ftplib", "smtplib", "socketserver", "asyncio"}
MAY = {"sources/fetch_http.py"}  # and web/, which serves the map on this machine


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def test_only_the_downloads_and_the_map_server_know_how_to_open_a_connection():
    found = {file.relative_to(PACKAGE).as_posix() for file in sorted(PACKAGE.rglob("*.py")) if imported(file) & NETWORK}
    assert {name for name in found if not name.startswith("web/")} == MAY


def test_only_the_verbs_that_say_so_reach_the_downloads():
    callers = {
        file.relative_to(PACKAGE).as_posix()
        for file in sorted(PACKAGE.rglob("*.py"))
        if "sources.fetch" in file.read_text(encoding="utf-8")
    }
    assert {name for name in callers if not name.startswith("sources/fetch")} == {"workflow/fetching.py"}
