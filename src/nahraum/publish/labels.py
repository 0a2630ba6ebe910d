"""Headings of columns, names of tables and sheets in German and English."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources

from nahraum.indicators.catalogue import Indicator
from nahraum.publish.palette import CLASS_LABELS

LANGUAGES = ("de", "en")
_CODED = (
    "category", "service", "prerequisite", "combination", "known_dimensions", "measured_by", "missing", "action",
    "object", "outcome", "mode", "used",
)  # fmt: skip
_LEVEL = re.compile(r"^(?P<stem>several|m0|a)_k(?P<k>\d)$")


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, list[str]]]:
    file = resources.files("nahraum.publish").joinpath("labels.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def text(section: str, key: str, language: str, **values: object) -> str:
    """One text of labels.toml; the key itself, in words, where there is none."""
    pair = _texts().get(section, {}).get(key)
    if pair is None:
        return key.replace("_", " ")
    return pair[LANGUAGES.index(language)].format(**values)


@lru_cache(maxsize=1)
def _of_tables() -> dict[str, dict[str, list[str]]]:
    file = resources.files("nahraum.publish").joinpath("table_headings.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def headings_of(table: str, language: str) -> dict[str, str]:
    """Headings of columns that mean something of their own in this table; the others are `heading`'s."""
    return {column: pair[LANGUAGES.index(language)] for column, pair in _of_tables().get(table, {}).items()}


def table_name(name: str, language: str) -> str:
    """A table as a reader calls it."""
    return text("tables", name, language)


def entry_of(column: str, catalogue: Sequence[Indicator]) -> Indicator | None:
    """The catalogue entry of a column: its own, or that of the stem (`lacks_green` of `lacks_green_share`)."""
    by_id = {entry.id: entry for entry in catalogue}
    found = by_id.get(column)
    for suffix in _texts()["suffixes"]:
        if found is None and column.endswith(suffix):
            found = by_id.get(column.removesuffix(suffix))
    return found


def unit_of(entry: Indicator, language: str) -> str:
    """Unit as a reader of that language writes it."""
    return (entry.unit_de or entry.unit) if language == "de" else entry.unit


def heading(column: str, catalogue: Sequence[Indicator], language: str) -> str:
    """Heading of a column with its unit, in words a planner reads.

    Parameters
        column : a column of a released table.
        catalogue : entries whose label and unit win over the words of labels.toml.
        language : de or en.
    """
    label = _label(column, catalogue, language)
    own = [entry for entry in catalogue if entry.id == column]
    unit = unit_of(own[0], language) if own else ""
    return f"{label} [{unit}]" if unit else label


def _label(column: str, catalogue: Sequence[Indicator], language: str) -> str:
    for entry in catalogue:
        if entry.id == column:
            return entry.label_de if language == "de" else entry.label_en
    if column in _texts()["columns"]:
        return text("columns", column, language)
    for suffix in _texts()["suffixes"]:
        if column.endswith(suffix) and len(column) > len(suffix):
            return _label(column.removesuffix(suffix), catalogue, language) + text("suffixes", suffix, language)
    return _stem(column, language)


def _stem(column: str, language: str) -> str:
    if match := _LEVEL.match(column):
        if match["stem"] == "several":
            return text("stems", "several_level", language, k=match["k"])
        return text("stems", match["stem"], language) + text("stems", "of_level", language, k=match["k"])
    for prefix in ("lacks", "contribution", "censored"):
        if column.startswith(f"{prefix}_"):
            name = text("names", column.removeprefix(f"{prefix}_"), language)
            return text("stems", prefix, language, name=name)
    if column in _texts()["stems"]:
        return text("stems", column, language)
    return text("names", column, language)


def value_text(column: str, value: str, language: str) -> str:
    """A coded value in words: a class, a status, a prerequisite, several of them joined by "+"."""
    if column == "class":
        return CLASS_LABELS[language].get(value, value)
    if column == "status" or column.endswith("_status"):
        return text("statuses", value, language) if value in _texts()["statuses"] else value
    if column in _CODED and value:
        return " + ".join(_coded(part, language) for part in value.split("+"))
    if column in ("reason", "evidence"):
        return text(f"{column}s", value, language) if value in _texts()[f"{column}s"] else value
    return value


def _coded(part: str, language: str) -> str:
    """The name of a code; `green?` is green of which it is not known."""
    name = part.removesuffix("?")
    return text("names", name, language) + part[len(name) :] if name in _texts()["names"] else part


def decimals_of(column: str, catalogue: Sequence[Indicator]) -> int:
    """Digits after the comma worth writing into a table."""
    if column in ("lon", "lat"):
        return 6
    if column.endswith(("_share", "_share_min", "_share_max", "_completeness")) or column == "share":
        return 4
    if column.startswith(("m0", "a_", "contribution_")) or column in ("a", "compactness", "stability"):
        return 4
    if column.startswith("residents") or column.endswith("_residents"):
        return 1
    entry = entry_of(column, catalogue)
    if entry is not None:
        return entry.decimals + 1
    return 1 if column.endswith(("_m", "_m2", "hectares")) else 3
