"""Municipalities out of a list that somebody typed: a name or a key per line; all that is wrong with it at once."""

from __future__ import annotations

import re
from pathlib import Path

from nahraum.errors import InputError
from nahraum.sources.gazetteer import (
    Gazetteer,
    municipalities_called,
    municipality_by_ags,
    municipality_by_name,
    plain,
)
from nahraum.sources.safety import first_bytes
from nahraum.sources.tabular import text_of

MAXIMUM_BYTES = 1 << 20
_KEY = re.compile(r"(\d{12}|\d{7,8})(?=\D|$)|((?:\d *){12}|(?:\d *){7,8})(?=\D|$)")
_WHERE = re.compile(r"(?P<name>[^,(;]+?)\s*[,(;]\s*(?P<where>[^)]+?)\s*\)?")


def municipalities_of_list(known: Gazetteer, path: Path) -> list[str]:
    """The AGS of every line, in the order of the lines, each once.

    Parameters
        path : text with a municipality per line: its name, "Neustadt, Landkreis Fürth" or "Neustadt (09573)" where
            several are called so, or its key, with or without its name behind it. What follows a # is a remark.

    Raises
        InputError with every line that names none or several, and whom it may mean.
    """
    lines = _lines(path)
    found: list[str] = []
    wrong: list[str] = []
    for number, line in lines:
        try:
            found.append(_meant(known, line))
        except InputError as error:
            wrong.append(f"line {number}, {line!r}: {_offered(error)}")
    if wrong:
        raise InputError(
            f"{path.name}: {len(wrong)} of {len(lines)} lines name no municipality, or several",
            where=wrong,
            expected="one municipality per line, by name or key (AGS)",
            fix='write the key in place of the name, or the Kreis behind it: "Neustadt, Landkreis Fürth"',
        )
    return list(dict.fromkeys(found))


def _offered(error: InputError) -> str:
    """Whom a line may mean."""
    if len(error.where) > 1:
        return f"several are called so: {'; '.join(error.where)}"
    return error.fix if error.fix.startswith(("did you mean", "near it")) else "nobody is called so"


def _lines(path: Path) -> list[tuple[int, str]]:
    """Lines that name something, with their numbers.

    Raises
        InputError where there is none, or the file is no list.
    """
    expected = "a text file with one municipality per line"
    head = first_bytes(path, 8)
    if path.stat().st_size > MAXIMUM_BYTES or b"\0" in head or head.startswith(b"PK"):
        raise InputError(f"{path.name} is no list of names", expected=expected, fix="save the column as .txt")
    text = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    lines = [text_of(line).split("#")[0].strip(" \t\r;,\"'\ufeff") for line in text.split(b"\n")]
    named = [(number, line) for number, line in enumerate(lines, start=1) if line]
    if not named:
        raise InputError(f"{path.name} names no municipality", expected=expected)
    return named


def _meant(known: Gazetteer, line: str) -> str:
    key = _KEY.match(line)
    if key:
        return municipality_by_ags(known, key[0])
    try:
        return municipality_by_name(known, line)
    except InputError:
        told = _WHERE.fullmatch(line)
        if told is None:
            raise
    several = [ags for ags in municipalities_called(known, told["name"]) if _lies_in(known, ags, told["where"])]
    return several[0] if len(several) == 1 else municipality_by_name(known, told["name"])


def _lies_in(known: Gazetteer, ags: str, where: str) -> bool:
    """Whether a municipality lies in a Kreis that is named, or whose key is given."""
    digits = re.sub(r"\D", "", where)
    return ags.startswith(digits) if digits else f" {plain(where)} " in f" {plain(known.kreise.get(ags[:5], ''))} "
