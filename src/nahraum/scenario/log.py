"""Edits and logs of edits as plain values, and back: the one schema of files, stores, web and tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from nahraum.errors import InputError
from nahraum.scenario.edits import KINDS, Edit, checked

FORMAT_VERSION = 1


def edit_of(document: Mapping[str, Any]) -> Edit:
    """An edit from its plain values.

    Raises
        InputError for an unknown kind, a missing or unknown name, or a value that is no such thing.
    """
    kind = document.get("kind")
    if kind not in KINDS:
        raise InputError(f"there is no edit of the kind {kind!r}", expected=", ".join(KINDS))
    wanted = {f.name: f for f in fields(KINDS[kind])}
    given = {name: value for name, value in document.items() if name != "kind"}
    if strange := sorted(set(given) - set(wanted)):
        raise InputError(f"the edit {kind!r} knows no {strange}", expected=", ".join(wanted))
    try:
        return checked(KINDS[kind](**{name: _typed(str(wanted[name].type), value) for name, value in given.items()}))
    except (TypeError, ValueError, OverflowError) as wrong:
        if isinstance(wrong, InputError):
            raise
        raise InputError(f"the edit {kind!r} cannot be read", where=str(wrong), expected=", ".join(wanted)) from wrong


def log_to_dict(edits: Iterable[Edit], *, crs: str) -> dict[str, Any]:
    """A log of edits as plain values, with its format's version and the CRS of its coordinates."""
    return {
        "format": "nahraum-edits", "format_version": FORMAT_VERSION, "crs": crs,
        "edits": [edit.to_dict() for edit in edits],
    }  # fmt: skip


def log_of(document: Mapping[str, Any], *, crs: str) -> tuple[Edit, ...]:
    """The edits of a log.

    Raises
        InputError for another format or version, another CRS than the study's, or an edit that cannot be read.
    """
    if document.get("format") != "nahraum-edits" or document.get("format_version") != FORMAT_VERSION:
        found = f"{document.get('format')!r}, version {document.get('format_version')!r}"
        raise InputError("this is no log of edits", where=found, expected=f"'nahraum-edits', version {FORMAT_VERSION}")
    if document.get("crs") != crs:
        raise InputError(
            "the edits were drawn in another CRS", where=str(document.get("crs")), expected=crs,
            fix="transform the coordinates, or open the study they were made for",
        )  # fmt: skip
    return tuple(edit_of(one) for one in document.get("edits", ()))


def _typed(kind: str, value: Any) -> Any:
    """A plain value as the field wants it; raises TypeError or ValueError where it is something else."""
    if value is None and "None" in kind:
        return None
    if kind.startswith("tuple[Point"):
        return tuple((_number(x), _number(y)) for x, y in value)
    if kind.startswith("tuple[int"):
        return tuple(_whole(one) for one in value)
    if kind.startswith("float"):
        return _number(value)
    if kind == "int":
        return _whole(value)
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: Any) -> float:
    if isinstance(value, (str, bool)):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, (str, bool)) or int(value) != value:
        raise TypeError(f"{value!r} is no whole number")
    return int(value)
