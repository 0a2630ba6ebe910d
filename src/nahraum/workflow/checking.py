"""`nahraum check`: inputs read and held against each other; nothing is analysed, nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from nahraum.area import Area, build_area
from nahraum.network import build_network
from nahraum.provenance import Source
from nahraum.publish.report.words import Words
from nahraum.publish.wording import scale_text, stated
from nahraum.sources.load import provenance_of
from nahraum.study import Study
from nahraum.tables import GridTable
from nahraum.workflow.correction_tables import correction_document, correction_lines
from nahraum.workflow.inputs import Inputs, read_inputs
from nahraum.workflow.own_tables import own_document, own_lines
from nahraum.workflow.placing import area_inputs
from nahraum.workflow.plan_check import plan_check, plan_lines
from nahraum.workflow.progress import Progress
from nahraum.workflow.social_lines import social_check, social_lines
from nahraum.workflow.summary import Summary
from nahraum.workflow.table_lines import table_lines
from nahraum.workflow.timetable_lines import timetable_document, timetable_lines

_WORDS = {
    "de": {
        "sources": "Quellen",
        "scale": "Maßstab",
        "date": "Stand",
        "licence": "Lizenz",
        "cells": "Zellen im Ausschnitt, {known} mit Wert",
        "not_given": "nicht angegeben: bleibt unbekannt",
        "repeated": "mehrfach vorkommende Schlüssel zusammengefasst: {ids}",
        "people": "Einwohner im Untersuchungsgebiet: {residents}, davon am Rand der Daten: {edge}",
        "completeness": "Nahversorgung: erfasst / zu erwarten",
        "network": "Wegenetz: {length} km, davon {main} verbunden; {parts} kleine Teile, der längste {largest} km",
        "one_way": "Wege nur in einer Richtung zu Fuß (Rolltreppen u. a.): {n}",
        "notes": "Bereinigt oder entschieden",
        "fine": "Die Eingaben können verwendet werden.",
    },
    "en": {
        "sources": "sources",
        "scale": "scale",
        "date": "date",
        "licence": "licence",
        "cells": "cells in the window, {known} with a value",
        "not_given": "not given: stays unknown",
        "repeated": "repeated keys merged: {ids}",
        "people": "residents of the study: {residents}, of these at the edge of the data: {edge}",
        "completeness": "everyday supply: mapped / expected",
        "network": "walking network: {length} km, {main} of it connected; {parts} small parts, longest {largest} km",
        "one_way": "ways for one direction on foot only (escalators and the like): {n}",
        "notes": "mended or decided",
        "fine": "The inputs can be used.",
    },
}
_GRIDS = ("population", "floor_area", "dwellings", "broadband")


def _grid_counts(grid: GridTable) -> dict[str, Any]:
    values = [c for c in grid.table.columns if c != "cell_key" and not c.endswith("_status")]
    known = {c: int(grid.table[c].notna().sum()) for c in values}
    return {"n_cells": len(grid.table), "n_known": known, "size_m": grid.size_m}


def _source_lines(sources: Sequence[Source], study: Study, inputs: Inputs, words: dict[str, str]) -> list[str]:
    language = study.language
    lines, wide = [words["sources"]], max(11, *(len(name) for name in study.sources))
    for name in study.sources:
        mine = [source for source in sources if source.name == name]
        if not mine:  # boundaries of OpenStreetMap, say
            continue
        first = mine[0]
        files = first.file if len(mine) == 1 else f"{first.file} … ({len(mine)})"
        lines.append(f"  {name:<{wide}} {files}")
        lines.append(
            f"  {'':<{wide}} {words['scale']}: {scale_text(first.scale, language)}; "
            f"{words['date']}: {stated(first.reference_date, language)}; "
            f"{words['licence']}: {stated(first.licence, language)}"
        )
        if name in inputs.grids:
            counts = _grid_counts(inputs.grids[name])
            known = max(counts["n_known"].values(), default=0)
            lines.append(f"  {'':<{wide}} {counts['n_cells']} {words['cells'].format(known=known)}")
        if repeated := inputs.repeated.get(name):
            lines.append(f"  {'':<{wide}} {words['repeated'].format(ids=', '.join(repeated))}")
        lines += [f"  {'':<{wide}} {line}" for line in table_lines(name, inputs, study.language)]
        if name == "corrections" and inputs.corrections is not None:
            lines += [f"  {'':<{wide}} {line}" for line in correction_lines(inputs.corrections, study.language)]
        if name == "timetable" and inputs.timetable is not None:
            told = timetable_lines(inputs.timetable, study.reference_date, study.language)
            lines += [f"  {'':<{wide}} {line}" for line in told]
    lines += [f"  {name:<{wide}} {words['not_given']}" for name in _GRIDS if name not in study.sources]
    return lines


def _network_lines(counts: dict[str, int], words: dict[str, str], numbers: Words) -> list[str]:
    """Length of the walking network, what of it is not connected, and ways for one direction only."""
    km = {
        "length": counts["length_m"],
        "main": counts["main_component_length_m"],
        "largest": counts["largest_small_component_length_m"],
    }
    told = {name: numbers.number(length / 1000, 1) for name, length in km.items()}
    lines = [words["network"].format(parts=numbers.number(counts["components"] - 1), **told)]
    if counts["one_way_edges"]:
        lines.append(words["one_way"].format(n=numbers.number(counts["one_way_edges"])))
    return lines


def _document(study: Study, sources: Sequence[Source], inputs: Inputs, area: Area) -> dict[str, Any]:
    inside = area.addresses[area.addresses["inside"]]
    return {
        "study": study.name,
        "sources": [source.as_dict() for source in sources],
        "grids": {name: _grid_counts(grid) for name, grid in inputs.grids.items()},
        "repeated_keys": inputs.repeated,
        "residents": float(inside["residents"].sum()),
        "residents_edge": float(inside.loc[inside["edge"], "residents"].sum()),
        "quarters": len(area.quarters),
        "categories": area.categories.to_dict("records"),
        "notes": area.notes[["code", "count", f"text_{study.language}"]].to_dict("records"),
    }


def check_study(study: Study, *, quiet: bool = False) -> Summary:
    """Everything the study names, read, placed and judged for completeness, in memory only."""
    progress = Progress(quiet=quiet, language=study.language)
    parameters = study.parameters()
    with progress.stage("inputs", "read inputs"):
        inputs = read_inputs(study, parameters)
    with progress.stage("area", "residents, green, places"):
        area = build_area(area_inputs(inputs, study), parameters, crs=study.crs)
    with progress.stage("network", "walking network"):
        network = build_network(inputs.osm, crs=area.crs)
    sources = [source for spec in study.sources.values() for source in provenance_of(spec)]
    words, numbers = _WORDS[study.language], Words(study.language)
    document = _document(study, sources, inputs, area) | {"network": network.counts} | own_document(area)
    if inputs.corrections is not None:
        document["corrections"] = correction_document(inputs.corrections)
    if inputs.timetable is not None:
        document["timetable"] = timetable_document(inputs.timetable, study.reference_date)
    lines = ["", study.name, "", *_source_lines(sources, study, inputs, words), ""]
    people = {k: numbers.number(document[v]) for k, v in (("residents", "residents"), ("edge", "residents_edge"))}
    lines += [words["people"].format(**people), "", *_network_lines(network.counts, words, numbers)]
    lines += ["", words["completeness"]]
    for _, row in area.categories.iterrows():
        judged = numbers.label(f"reason_{row['reason']}")
        found = f"{row['n_places']} / {numbers.number(row['n_expected'])}"
        lines.append(f"  {numbers.label(str(row['category'])):<20} {found:>12}   {judged}")
    lines += own_lines(area, study.language)
    document["social"] = social_check(study, inputs, area)
    lines += social_lines(document["social"], study.language)
    document["plan"] = plan_check(study, inputs)
    lines += plan_lines(document["plan"], study.language)
    lines += ["", words["notes"], *_note_lines(area.notes, study.language), "", words["fine"]]
    return Summary(document, lines)


def _note_lines(notes: pd.DataFrame, language: str) -> list[str]:
    return [f"  {text}" for text in notes[f"text_{language}"]]
