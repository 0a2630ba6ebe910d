"""Why an area of a replicated index stands where it does, and how sure that is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.errors import InputError
from nahraum.index.status import StatusIndex
from nahraum.index.status.explain import explain_status
from nahraum.sources.problems import nearest_name
from nahraum.sources.published import Replication
from nahraum.workflow.replicated import Replicated, number, said
from nahraum.workflow.summary import Summary

_DIGITS = 2


def area_told(wanted: Replication, found: Replicated, area: str, language: str) -> Summary:
    """One area: its figures, class, what adds to its index, the nearest limits; document and lines.

    Raises
        InputError for an area that the table does not have, with the nearest id or name.
    """
    known = _area_id(wanted, found, area)
    if found.status is None:
        return _plain(found, known, language)
    from nahraum.workflow.replicate_stability import stability_told

    told, stable = _of_status(found, found.status, known, language), stability_told(found, known, language)
    return Summary({**told.document, "stability": stable.document}, [*told.lines, *stable.lines])


def _area_id(wanted: Replication, found: Replicated, area: str) -> str:
    """The id as the table has it: as given, with its lost zeros, or by the area's name (also before a comma)."""
    ids = list(map(str, found.areas.index))
    lengths = sorted({table.key_digits for table in wanted.tables.values()})
    for candidate in (area, *(area.zfill(length) for length in lengths)):
        if candidate in ids:
            return candidate
    names = found.areas["name"].astype(str) if "name" in found.areas.columns else pd.Series(dtype=str)
    short, whole = names.str.split(",").str[0].str.casefold(), names.str.casefold()
    named = [str(each) for each in names.index[((whole == area.casefold()) | (short == area.casefold())).to_numpy()]]
    if len(named) == 1:
        return named[0]
    where = f"{len(named)} areas are called so: {named[:5]}" if named else f"{len(ids)} areas, e.g. {ids[:3]}"
    known = ids if area.isdecimal() or names.empty else list(names)
    raise InputError(
        f"{wanted.id} has no single area {area!r}",
        where=where,
        expected="the key of an area as the publisher writes it, or its name",
        fix=nearest_name(area, known),
    )


def _row(frame: pd.DataFrame, area: str) -> dict[str, Any]:
    """One row of a table by id."""
    return {str(name): value for name, value in frame.loc[[area]].to_dict("records")[0].items()}


def _plain(found: Replicated, area: str, language: str) -> Summary:
    """The figures of an area of which no index was composed."""
    row = _row(found.areas, area)
    title = str(row.get("name", area))
    lines = [f"{area} {title}" if title != area else area]
    for column, label in found.labels.items():
        value = row[column]
        digits = 0 if float(value).is_integer() else 3
        lines.append(f"  {said(label, language)}: {number(float(value), language, digits)}")
    return Summary({"area_id": area, **{column: float(row[column]) for column in found.labels}}, lines)


def _of_status(found: Replicated, status: StatusIndex, area: str, language: str) -> Summary:
    """Class, index, parts and what would move an area of a status index."""
    assert found.inputs is not None
    why = explain_status(found.inputs, status.method, area, residents=found.residents)
    known = _row(found.areas, area)
    name, people = str(known.get("name", "")), float(known.get("residents", float("nan")))
    sentence = why.sentence_de if language == "de" else why.sentence_en
    lines = [f"{area} {name}".rstrip(), f"  {sentence}"]
    if people == people:
        lines.append(f"  {said(('Einwohner', 'residents'), language)}: {number(people, language)}")
    lines += _part_lines(why.parts[why.parts["role"] == "status"], language)
    moves = _next_door(why.moves[why.moves["role"] == "status"], status)
    if len(moves):
        lines.append(said(("Was es ändern würde:", "What would change it:"), language))
        lines += [f"  {text}" for text in moves[f"text_{language}"]]
    return Summary({**why.as_dict(), "name": name}, lines)


def _next_door(moves: pd.DataFrame, status: StatusIndex) -> pd.DataFrame:
    """Moves into the classes beside the area's own; the document has them all."""
    place = {name: at for at, name in enumerate(status.method.classes.ids)}
    apart = moves["class_to"].map(place) - moves["class_from"].map(place)
    return moves[apart.abs() == 1]


def _part_lines(parts: pd.DataFrame, language: str) -> list[str]:
    """What each part adds to the index."""
    words, lines = said(("trägt bei", "adds"), language), []
    for part in parts.to_dict("records"):
        value, z, adds = (
            number(float(part[name]), language, _DIGITS) for name in ("value", "standardised", "contribution")
        )
        lines.append(f"  {part[f'label_{language}']}: {value}, z {z}, {words} {adds}")
    return lines
