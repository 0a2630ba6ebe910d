"""Long tables of the census 2011: one row per 100 m cell, variable and class, streamed.

Only classes with a published count have a row; the smallest is 3 (rounded for secrecy). A row that is not there is
"none, or below 3", and some copies of the census lack whole classes: which ones is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa

from nahraum.errors import InputError
from nahraum.sources.cells import (
    MISSING,
    OK,
    SUPPRESSED,
    UNRELIABLE,
    Codes,
    Float64,
    Int64,
    distinct,
    id_keys,
    in_window,
    joined,
    numbers,
)
from nahraum.sources.problems import Problems, nearest_name
from nahraum.sources.safety import is_zip, open_member, zip_members
from nahraum.sources.tabular import Tabular, Window, delimited, text_of

N_CODES: Mapping[str, int] = {
    "WOHNFLAECHE_10S": 17,
    "RAUMANZAHL": 7,
    "HHGROESS_KLASS": 6,
    "ALTER_10JG": 9,
    "ALTER_KURZ": 5,
    "HHTYP_SENIOR_HH": 3,
    "STAATSANGE_KURZ": 2,
}
"""Number of classes of each variable, numbered from 1 (FORMATS 2.2)."""
_COLUMNS = ("gitter_id_100m", "merkmal", "auspraegung_code", "anzahl")
_QUALITY = "anzahl_q"
_LARGE_DEVIATION = 2  # Anzahl_q: 0 none or small, 1 moderate, 2 large deviation by the secrecy procedure
_HIDDEN = {"": MISSING, "-1": SUPPRESSED, "-9": SUPPRESSED}
_CODES_APART = 1_000
_EXPECTED = "Gitter_ID_100m,Gitter_ID_100m_neu,Merkmal,Auspraegung_Code,Auspraegung_Text,Anzahl,Anzahl_q"
_FIX = "take the file of the census 2011 unchanged, or read it as kind = 'grid_table'"

Class = tuple[str, int]


@dataclass(frozen=True)
class LongTable:
    """Counts by cell (row) and class (column); NaN where a cell has no published count of a class.

    classes : (variable, code) of each column.
    absent : classes of these variables that the whole file does not have, e.g. "RAUMANZAHL 4".
    variables : every variable of the file, also those that were not asked for.
    """

    keys: Int64
    classes: tuple[Class, ...]
    counts: Float64
    codes: Codes
    absent: tuple[str, ...]
    variables: tuple[str, ...]


@dataclass
class _Gathered:
    """Rows of the wanted variables so far: cell, number of the class, count, status; and all that was seen."""

    variables: Sequence[str]
    window_m: Window | None
    keys: list[Int64] = field(default_factory=list)
    classes: list[Int64] = field(default_factory=list)
    counts: list[Float64] = field(default_factory=list)
    codes: list[Codes] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    problems: Problems = field(default_factory=Problems)


def open_2011(path: Path) -> Tabular:
    """The CSV in a file or in a zip. Raises InputError where a zip holds several."""
    if not is_zip(path):
        return delimited(lambda: path.open("rb"), called=path.name)
    tables = [member for member in zip_members(path) if member.filename.lower().endswith(".csv")]
    if len(tables) != 1:
        raise InputError(
            f"{path.name} must hold one CSV file",
            where=[member.filename for member in tables] or "none",
            fix="unpack the archive and name the file",
        )
    name = PurePosixPath(tables[0].filename.replace("\\", "/")).name
    return delimited(partial(open_member, path, tables[0]), called=f"{path.name}, {name}")


def is_long(table: Tabular) -> bool:
    """Whether a table has one row per cell, variable and class."""
    return set(_COLUMNS) <= {name.casefold() for name in table.names}


def read_long(path: Path, *, variables: Sequence[str], window_m: Window | None = None) -> LongTable:
    """Counts of some variables out of a long table of 100 m cells, streamed (the dwellings of Germany are 4.3 GB).

    Parameters
        path : zip of a topic, or its CSV file; `,` or `;`, quoted or not, UTF-8 or cp1252.
        variables : names in the column Merkmal, e.g. "WOHNFLAECHE_10S"; blanks around them do not count.
        window_m : only cells that touch this box: west, south, east, north. [m, EPSG:3035]

    Returns
        LongTable of every class of these variables that the file has anywhere, also outside the window.

    Raises
        InputError for other layouts, ids that are no 100 m cells, text instead of counts, classes that come twice
        in a cell, damaged or harmful archives.
    """
    table = open_2011(path)
    if not is_long(table):
        shown = f"columns: {list(table.names)[:8]}"
        raise InputError(
            f"{table.called} is no long table of the census 2011", where=shown, expected=_EXPECTED, fix=_FIX
        )
    folded = [name.casefold() for name in table.names]
    names = [name for name in (*_COLUMNS, _QUALITY) if name in folded]
    gathered = _Gathered(variables, window_m)
    for batch in table.batches([folded.index(name) for name in names], None):
        _take(dict(zip(names, batch.columns, strict=True)), gathered)
    if not gathered.seen:
        wanted = " or ".join(variables)
        raise InputError(f"{table.called} has no variable {wanted}", fix=nearest_name(variables[0], gathered.names))
    result = _long(gathered)
    gathered.problems.refuse_any(table.called, expected=_EXPECTED, fix=_FIX)
    return result


def _take(columns: Mapping[str, Any], into: _Gathered) -> None:
    """The rows of one batch that count one of the variables."""
    packed = columns["merkmal"].cast(pa.binary()).dictionary_encode()
    texts = [text_of(raw).strip(' "') for raw in packed.dictionary.to_pylist()]
    into.names |= set(texts)
    numbered = np.array([list(into.variables).index(t) if t in into.variables else -1 for t in texts], dtype=np.int64)
    variable = numbered[packed.indices.to_numpy(zero_copy_only=False)]
    wanted = variable >= 0
    if not wanted.any():
        return
    chosen = {name: column.filter(pa.array(wanted)) for name, column in columns.items()}
    code, _ = numbers(chosen["auspraegung_code"], {}, "Auspraegung_Code", into.problems)
    number = variable[wanted] * _CODES_APART + np.nan_to_num(code).astype(np.int64)
    into.seen |= {int(each) for each in np.unique(number)}
    key, good = id_keys(chosen["gitter_id_100m"], 100, into.problems)
    keep = good & in_window(key, 100, into.window_m)
    count, status = numbers(chosen["anzahl"].filter(pa.array(keep)), _HIDDEN, "Anzahl", into.problems)
    if _QUALITY in chosen:
        quality, _ = numbers(chosen[_QUALITY].filter(pa.array(keep)), {"": OK}, "Anzahl_q", into.problems)
        status = np.where((quality >= _LARGE_DEVIATION) & (status == OK), np.int8(UNRELIABLE), status)
    into.keys.append(key[keep])
    into.classes.append(number[keep])
    into.counts.append(count)
    into.codes.append(status)


def _long(gathered: _Gathered) -> LongTable:
    """Cells by classes out of the gathered rows."""
    key, number = joined(gathered.keys, np.int64), joined(gathered.classes, np.int64)
    seen = sorted(gathered.seen)
    keys = distinct([key])
    place = np.searchsorted(keys, key) * len(seen) + np.searchsorted(seen, number)
    ordered = np.sort(place)
    twice = ordered[1:][ordered[1:] == ordered[:-1]] // max(len(seen), 1)
    shown = (f"N {keys[each] // 1_000_000} E {keys[each] % 1_000_000} (in cells)" for each in twice[:99])
    gathered.problems.add("a class of a cell comes more than once", shown, len(twice))
    counts = np.full(len(keys) * len(seen), np.nan)
    codes = np.full(len(keys) * len(seen), SUPPRESSED, dtype=np.int8)
    counts[place], codes[place] = joined(gathered.counts, np.float64), joined(gathered.codes, np.int8)
    classes = tuple((gathered.variables[each // _CODES_APART], each % _CODES_APART) for each in seen)
    absent = tuple(
        f"{name} {code}"
        for name in gathered.variables
        for code in range(1, N_CODES.get(name, 0) + 1)
        if (name, code) not in classes
    )
    shape = (len(keys), len(seen))
    names = tuple(sorted(gathered.names))
    return LongTable(keys, classes, counts.reshape(shape), codes.reshape(shape), absent, names)
