"""Edits and logs of edits as plain values, and back: the one schema of files, stores, web and tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from nahraum.errors import InputError
from nahraum.scenario.edits import KINDS, Edit, checked

FORMAT_VERSION = 1
_AN_EDIT = "an edit as nahraum.facility_added and the like make it, or its values: {'kind': …, …}"
_A_LOG = "what `StudyState.to_dict` gives: 'format', 'format_version', 'crs' and the list 'edits'"


def edit_of(document: Mapping[str, Any] | Edit) -> Edit:
    """An edit from its plain values; one that is an edit already is checked and has every id.

    Raises
        InputError for an unknown kind, a missing or unknown name, or a value that is no such thing.
    """
    if isinstance(document, Edit):
        document = {"kind": document.kind} | vars(document)
    if not isinstance(document, Mapping):
        raise InputError(f"{_short(document)} is no edit", expected=_AN_EDIT, fix="see docs/explanation/what-if.md")
    kind = document.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InputError(f"there is no edit of the kind {_short(kind)}", expected=", ".join(KINDS))
    wanted = _wanted(kind)
    given = {name: value for name, value in document.items() if name != "kind"}
    problems = [f"{name!r} is not known here" for name in sorted(map(str, given.keys() - wanted.keys()))]
    problems += [f"{f.name!r} is missing" for f in wanted.values() if f.default is MISSING and f.name not in given]
    values: dict[str, Any] = {}
    for name in wanted:
        if name in given:
            try:
                values[name] = _typed(str(wanted[name].type), given[name])
            except (TypeError, ValueError, OverflowError) as wrong:
                problems.append(f"{name!r} = {_short(given[name])}: {wrong}")
    if problems:
        raise InputError(
            f"the edit {kind!r} cannot be read", where=problems, expected=", ".join(wanted),
            fix="see docs/explanation/what-if.md",
        )  # fmt: skip
    return checked(KINDS[kind](**values))


@lru_cache(maxsize=len(KINDS))
def _wanted(kind: str) -> dict[str, Field[Any]]:
    return {f.name: f for f in fields(KINDS[kind])}


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
    if not isinstance(document, Mapping):
        raise InputError("this is no log of edits", where=_short(document), expected=_A_LOG)
    if document.get("format") != "nahraum-edits" or document.get("format_version") != FORMAT_VERSION:
        found = f"{document.get('format')!r}, version {document.get('format_version')!r}"
        raise InputError("this is no log of edits", where=found, expected=f"'nahraum-edits', version {FORMAT_VERSION}")
    if document.get("crs") != crs:
        raise InputError(
            "the edits were drawn in another CRS", where=str(document.get("crs")), expected=crs,
            fix="transform the coordinates, or open the study they were made for",
        )  # fmt: skip
    held = document.get("edits")
    if not isinstance(held, list | tuple):
        raise InputError("the log holds no list of edits", where=f"'edits' = {_short(held)}", expected=_A_LOG)
    return edits_of(held)


def edits_of(documents: Iterable[Mapping[str, Any] | Edit]) -> tuple[Edit, ...]:
    """Edits, one after the other, of edits or their plain values.

    Raises
        InputError for one that cannot be read; it names its position.
    """
    if isinstance(documents, str | bytes) or not isinstance(documents, Iterable):
        raise InputError("this is no list of edits", where=_short(documents), expected=_A_LOG)
    made = []
    for at, document in enumerate(documents):
        try:
            made.append(edit_of(document))
        except InputError as wrong:
            raise at_position(wrong, at) from wrong
    return tuple(made)


def at_position(wrong: InputError, at: int) -> InputError:
    """The same error, which also says the edit's position in its log, counted from 0."""
    return InputError(wrong.what, where=[f"edits[{at}]", *wrong.where], expected=wrong.expected, fix=wrong.fix)


def read_log(path: Path) -> Any:
    """The plain values of a file with a log.

    Raises
        InputError where there is no such file or it is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise InputError("the log of edits cannot be read", where=f"{path}: {wrong}", expected=_A_LOG) from wrong


def _typed(kind: str, value: Any) -> Any:
    """A plain value as the field wants it; raises TypeError or ValueError where it is something else."""
    if value is None and "None" in kind:
        return None
    if kind.startswith("tuple[Point"):
        return tuple(_point(one, at) for at, one in enumerate(_listed(value)))
    if kind.startswith("tuple[int"):
        return tuple(_whole(one) for one in _listed(value))
    if kind.startswith("tuple[str"):
        return tuple(_text(one) for one in _listed(value))
    if kind.startswith("float"):
        return _number(value)
    if kind == "int":
        return _whole(value)
    return _text(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _listed(value: Any) -> Iterable[Any]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise TypeError("no list")
    return value


def _point(value: Any, at: int) -> tuple[float, float]:
    try:
        x, y = _listed(value)
    except (TypeError, ValueError) as wrong:
        raise TypeError(f"point {at} is {_short(value)}, not x and y") from wrong
    return _number(x), _number(y)


def _number(value: Any) -> float:
    if isinstance(value, str | bytes | bool) or not hasattr(value, "__float__"):
        raise TypeError(f"{_short(value)} is no number")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, str | bytes | bool) or not hasattr(value, "__int__") or int(value) != value:
        raise TypeError(f"{_short(value)} is no whole number")
    return int(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
