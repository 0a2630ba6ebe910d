"""Why something cannot be planned, also in German: for those who read it in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from nahraum.errors import NahraumError

Error = TypeVar("Error", bound=NahraumError)


def in_german(
    error: Error, what: str, *, where: Sequence[str] = (), expected: str = "", fix: str = ""
) -> Error:  # fmt: skip
    """The same error with its four parts in German beside the English ones."""
    vars(error)["german"] = {"what": what, "where": list(where), "expected": expected, "fix": fix}
    return error


def told(error: NahraumError) -> dict[str, object]:
    """The four parts as plain values; `german` holds them in German, where they are known."""
    german = vars(error).get("german")
    return error.as_dict() | ({"german": german} if german else {})
