"""Errors a planner can act on: what cannot be done, where, what was expected, how to mend it."""

from __future__ import annotations

from collections.abc import Sequence


class NahraumError(Exception):
    """Base of every error that nahraum raises on purpose; the command line prints it and exits with 1."""

    def __init__(self, what: str, *, where: str | Sequence[str] = "", expected: str = "", fix: str = "") -> None:
        self.what = what
        self.where = [where] if isinstance(where, str) and where else list(where)
        self.expected = expected
        self.fix = fix
        super().__init__(self.message())

    def message(self) -> str:
        """The four-part message: WHAT, WHERE, EXPECTED, FIX; empty parts are left out."""
        parts = [("WHAT", self.what)]
        parts += [("WHERE", place) for place in self.where]
        parts += [(name, text) for name, text in (("EXPECTED", self.expected), ("FIX", self.fix)) if text]
        return "\n".join(f"{name:<9}{text}" for name, text in parts)

    def as_dict(self) -> dict[str, object]:
        """The same four parts for `--json`."""
        return {
            "error": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "expected": self.expected,
            "fix": self.fix,
        }


class InputError(NahraumError, ValueError):
    """A file, a table or a value handed in cannot be used."""


class StudyError(InputError):
    """`study.toml` is not understood."""


class OutputError(NahraumError, OSError):
    """A result cannot be written."""


class MissingDependencyError(NahraumError, ImportError):
    """An optional part is not installed."""
