"""From a section `[sources.statistics.<name>]` to its table of areas: layouts of known publishers, and any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from nahraum.errors import InputError
from nahraum.sources.areatable import AreaTable, Layout, read_area_table
from nahraum.sources.breitbandatlas import read_breitbandatlas
from nahraum.sources.figures import MEANINGS, Decimal, Writing, as_mark
from nahraum.study import SourceSpec

# What a kind sets where the section is silent. In tables of the statistical offices of Bund and Länder a dash is
# "nothing there, exactly zero" by their key of signs.
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "table": {},
    "inkar": {"id": "#1", "header": 2},
    "genesis": {"marks": {"-": "zero"}},
    "ffcsv": {
        "id": "1_variable_attribute_code",
        "names": "value_variable_code",
        "values": "value",
        "marks": {"-": "zero"},
    },
}
_SHEETS = {"inkar": "Daten"}


def load_statistics(spec: SourceSpec, *, apart: tuple[str, ...] = ()) -> AreaTable:
    """The table of areas of one section.

    Parameters
        apart : columns whose texts tell several rows of an area apart (`Layout.apart`).

    Raises
        InputError from the readers, and for options that cannot be understood.
    """
    if spec.kind == "breitbandatlas":
        return read_breitbandatlas(spec.files, columns=_texts(spec, "columns"))
    if spec.kind not in _KINDS:
        raise InputError(f"{_section(spec)} kind = {spec.kind!r} is no table of areas", expected=" or ".join(_KINDS))
    usual = _KINDS[spec.kind]
    id_column = str(spec.option("id", usual.get("id", "")))
    if not id_column and spec.kind != "genesis":
        raise InputError(
            f"{_section(spec)} does not say which column holds the key of an area",
            expected='id = "PLR_ID", or by position: id = "#1"',
        )
    _check_persons(spec)
    layout = replace(_layout(spec, usual), apart=apart)
    return read_area_table(spec.files, id=id_column, columns=_texts(spec, "columns"), layout=layout)


def _check_persons(spec: SourceSpec) -> None:
    """`persons` is true, false, or a list of mapped names."""
    said, named = spec.option("persons", False), set(_texts(spec, "columns"))
    if isinstance(said, bool):
        return
    strange = [name for name in _list(spec, "persons") if name not in named]
    if strange:
        raise InputError(
            f"{_section(spec)} persons names {strange[0]!r}, which is no mapped column",
            where=f"mapped columns: {', '.join(sorted(named)) or 'none'}",
            expected='persons = ["unemployed"], or true or false for all columns',
            fix="write the names of [columns] that count persons; left out, whole numbers count persons",
        )


def _section(spec: SourceSpec) -> str:
    return f"[sources.{spec.name}]"


def _layout(spec: SourceSpec, usual: Mapping[str, Any]) -> Layout:
    names, values = (str(spec.option(key, usual.get(key, ""))) for key in ("names", "values"))
    if bool(names) != bool(values):
        raise InputError(
            f"{_section(spec)} is a long table only by half",
            expected='names = "zeile" (which figure a row holds) and values = "zahl" (the figure)',
        )
    sheet = spec.option("sheet", _SHEETS.get(spec.kind) if spec.file.suffix.lower() in (".xls", ".xlsx") else None)
    return Layout(
        sheet=sheet,
        skip=_whole(spec, "skip", 0),
        header=_whole(spec, "header", usual.get("header", 1)),
        skip_last=_whole(spec, "skip_last", 0),
        genesis=spec.kind == "genesis",
        newest=spec.kind in ("inkar", "genesis"),
        id_digits=_whole(spec, "id_digits", 0),
        exclude=tuple(_list(spec, "exclude")),
        where=_where(spec),
        names=names,
        values=values,
        writing=_writing(spec, usual),
    )


def _whole(spec: SourceSpec, key: str, default: int) -> int:
    value = spec.option(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InputError(f"{_section(spec)} {key} = {value!r}", expected=f"a whole number, e.g. {key} = 1")
    return value


def _list(spec: SourceSpec, key: str) -> list[str]:
    values = spec.option(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(f"{_section(spec)} {key} must be a list of texts", expected=f'{key} = ["Hamburg", "Bezirk *"]')
    return list(values)


def _texts(spec: SourceSpec, key: str) -> dict[str, str]:
    table = spec.option(key, {})
    if not isinstance(table, Mapping) or not all(isinstance(value, str) for value in table.values()):
        raise InputError(
            f"{_section(spec)} {key} must map our names to headings or positions",
            expected=f'{key} = {{ residents = "Einwohner", dwellings = "#5" }}',
        )
    return {str(name): value for name, value in table.items()}


def _where(spec: SourceSpec) -> dict[str, tuple[str, ...]]:
    table = spec.option("where", {})
    if not isinstance(table, Mapping):
        raise InputError(f"{_section(spec)} where must name columns and texts", expected='where = { jahr = "2012" }')
    return {
        str(column): tuple(str(text) for text in (texts if isinstance(texts, list) else [texts]))
        for column, texts in table.items()
    }


def _writing(spec: SourceSpec, usual: Mapping[str, Any]) -> Writing:
    decimal = spec.option("decimal", "")
    if decimal not in ("", ",", "."):
        raise InputError(f"{_section(spec)} decimal = {decimal!r}", expected='decimal = "," or decimal = "."')
    marks = dict(usual.get("marks", {})) | _texts(spec, "marks")
    hidden: list[float] = []
    missing = spec.option("missing", [])
    for value in missing if isinstance(missing, list) else [missing]:
        if isinstance(value, int | float) and not isinstance(value, bool):
            hidden.append(float(value))
        else:
            marks[str(value)] = "suppressed"
    for sign, meaning in marks.items():
        if meaning not in MEANINGS:
            raise InputError(
                f"{_section(spec)} marks: {sign!r} = {meaning!r} is not known", expected=f"one of {', '.join(MEANINGS)}"
            )
    read = {as_mark(sign): meaning for sign, meaning in marks.items()}
    return Writing(cast(Decimal, decimal), read, tuple(hidden))
