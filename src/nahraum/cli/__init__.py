"""The command line: each verb is one function that calls one function of `nahraum.workflow`."""

from __future__ import annotations

import logging
import sys

from nahraum.cli import inputs, analysis, planning, housing, upkeep  # isort: skip  # in the order of --help
from nahraum.cli.verb import app

__all__ = ["analysis", "app", "housing", "inputs", "main", "planning", "upkeep"]

log = logging.getLogger("nahraum")


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False


def main() -> None:
    """Entry point: exit 0 done, 1 with the four-part message, 2 usage, 130 interrupted."""
    _log_to_stderr()
    app()
