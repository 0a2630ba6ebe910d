"""What reading a table of areas or a census file came to, in the lines of `nahraum check`."""

from __future__ import annotations

from collections.abc import Mapping

from nahraum.publish.report.words import Words
from nahraum.tables import GridTable
from nahraum.workflow.inputs import Inputs

_WORDS = {
    "de": {
        "absent": "der Datei fehlen Klassen der Veröffentlichung: {classes}",
        "areas": "{n} Gebiete",
        "municipalities": "{n} Gemeinden",
        "suppressed": "{n} Werte geheim gehalten",
        "missing": "{n} Werte ohne Angabe",
        "unreliable": "{n} Werte eingeschränkt verlässlich",
        "without_id": "{n} Zeilen ohne Schlüssel ausgelassen (Summen, Fußnoten)",
        "excluded": "{n} Zeilen ausgeschlossen",
        "repeated_rows": "{n} gleiche Zeilen zusammengefasst",
        "padded_ids": "{n} Schlüsseln die verlorene führende Null zurückgegeben",
        "ids_of_two_lengths": "{n} Schlüssel eine Stelle kürzer als die anderen: Null verloren? id_digits setzen",
        "unpopulated": "{n} Gebiete ohne Haushalte: unbekannt",
        "above_100_percent": "{n} Gebiete über 100 Prozent: auf 100 gesetzt",
        "without_structure": "{n} Zeilen für Wasserflächen ausgelassen",
        "merged_rows": "{n} Teile mit gleichem Schlüssel vereinigt",
        "repaired_geometries": "{n} ungültige Flächen repariert",
        "padded_keys": "{n} Schlüsseln die verlorene führende Null zurückgegeben",
    },
    "en": {
        "absent": "classes of the publication that the file lacks: {classes}",
        "areas": "{n} areas",
        "municipalities": "{n} municipalities",
        "suppressed": "{n} values suppressed",
        "missing": "{n} values not given",
        "unreliable": "{n} values of limited reliability",
        "without_id": "{n} rows without a key left out (totals, footnotes)",
        "excluded": "{n} rows excluded",
        "repeated_rows": "{n} equal rows merged",
        "padded_ids": "{n} keys got their lost leading zero back",
        "ids_of_two_lengths": "{n} keys one digit shorter than the others: leading zero lost? set id_digits",
        "unpopulated": "{n} areas without households: unknown",
        "above_100_percent": "{n} areas above 100 percent: set to 100",
        "without_structure": "{n} rows of water areas left out",
        "merged_rows": "{n} parts with the same key united",
        "repaired_geometries": "{n} invalid areas repaired",
        "padded_keys": "{n} keys got their lost leading zero back",
    },
}


def table_lines(name: str, inputs: Inputs, language: str) -> list[str]:
    """Lines about the source of this name, none where there is nothing to say."""
    group, _, item = name.partition(".")
    if name == "municipalities" and inputs.municipalities is not None:
        return _counted({"municipalities": len(inputs.municipalities), **inputs.counts.get(name, {})}, language)
    if name == "population_register" and inputs.population_register is not None:
        return _counted(inputs.population_register.counts, language)
    if group == "statistics" and item in inputs.statistics:
        return _counted(inputs.statistics[item].counts, language)
    grid = inputs.topics.get(item) if group == "topics" else inputs.grids.get(name)
    return _absent(grid, language) if grid is not None else []


def _absent(grid: GridTable, language: str) -> list[str]:
    return [_WORDS[language]["absent"].format(classes=", ".join(grid.absent))] if grid.absent else []


def _counted(counts: Mapping[str, int], language: str) -> list[str]:
    words, numbers = _WORDS[language], Words(language)
    return [words[key].format(n=numbers.number(number)) for key, number in counts.items() if number and key in words]
