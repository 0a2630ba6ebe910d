"""From raw columns to grid tables: numbers with a status, cell keys, and the checks every grid file gets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nahraum.frames import STATUSES
from nahraum.grid import cell_key
from nahraum.sources.problems import Problems
from nahraum.sources.tabular import Window, text_of

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]

OK, MISSING, SUPPRESSED, UNRELIABLE, IMPUTED = (
    STATUSES.index(name) for name in ("ok", "missing", "suppressed", "unreliable", "imputed")
)
_BAD = -1
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_LONG_ID = r"^(?:CRS3035)?RES(?P<size>[1-9]\d{0,5})mN(?P<north>\d{1,8})E(?P<east>\d{1,8})$"
_SHORT_ID = r"^(?P<size>[1-9]\d{0,5})(?P<kilo>k?)mN(?P<north>\d{1,8})E(?P<east>\d{1,8})$"


def numbers(values: Any, marks: Mapping[str, int], name: str, problems: Problems) -> tuple[Float64, Codes]:
    """Numbers and status codes of one raw column; text that is neither number nor mark is noted as a problem.

    Parameters
        values : Arrow array of raw text (binary or string) or of numbers.
        marks : text that stands for no number -> code of its status, e.g. {"–": SUPPRESSED}; "" must be in it
            unless every row needs a value.
    """
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_decimal(values.type):
        return _from_numbers(values, marks, name, problems)
    if not (_is_text(values.type) or pa.types.is_null(values.type)):
        problems.add(f"{name!r} holds {values.type} where a number is needed", [], len(values))
        return np.full(len(values), np.nan), np.full(len(values), MISSING, dtype=np.int8)
    packed = pc.fill_null(values.cast(pa.binary()), b"").dictionary_encode()
    texts = [text_of(raw).strip() for raw in packed.dictionary.to_pylist()]
    parsed = [_number(text, marks) for text in texts]
    index = packed.indices.to_numpy(zero_copy_only=False)
    number = np.array([value for value, _ in parsed], dtype=np.float64)[index]
    code = np.array([status for _, status in parsed], dtype=np.int8)[index]
    bad = np.bincount(index[code == _BAD], minlength=len(texts))
    problems.add(
        f"{name!r} holds text where a number is needed", (texts[i] for i in np.flatnonzero(bad)), int(bad.sum())
    )
    return number, np.where(code == _BAD, np.int8(MISSING), code)


def _is_text(kind: Any) -> bool:
    known = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in known)


def _number(text: str, marks: Mapping[str, int]) -> tuple[float, int]:
    if text in marks:
        return np.nan, marks[text]
    if _NUMBER.fullmatch(text) and np.isfinite(value := float(text.replace(",", "."))):
        return value, OK
    return np.nan, _BAD


def _from_numbers(values: Any, marks: Mapping[str, int], name: str, problems: Problems) -> tuple[Float64, Codes]:
    number = np.array(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    infinite, empty = np.isinf(number), np.isnan(number)
    problems.add(f"{name!r} holds infinite values", number[infinite][:3], int(infinite.sum()))
    if "" not in marks:
        problems.add(f"{name!r} is empty", ["(empty)"], int(empty.sum()))
    code = np.where(empty | infinite, marks.get("", MISSING), OK).astype(np.int8)
    return np.where(infinite, np.nan, number), code


def no_negatives(number: Float64, name: str, problems: Problems) -> None:
    """Note negative values: nothing that is read per cell can be below zero."""
    low = number < 0
    problems.add(f"{name!r} is negative", (f"{value:g}" for value in number[low][:99]), int(low.sum()))


def centre_keys(x_m: Float64, y_m: Float64, size_m: int, problems: Problems) -> tuple[Int64, Mask]:
    """Keys of cells by their centres, and which rows lie on a centre of this grid; the others are noted."""
    half = size_m / 2
    good = (x_m > 0) & (y_m > 0) & ((x_m - half) % size_m == 0) & ((y_m - half) % size_m == 0)
    shown = (f"x {x:.0f}, y {y:.0f}" for x, y in zip(x_m[~good][:99], y_m[~good][:99], strict=True))
    problems.add(f"the point is not the centre of a {size_m} m cell in EPSG:3035", shown, int((~good).sum()))
    return cell_key(np.where(good, x_m, 0.0), np.where(good, y_m, 0.0), size_m), good


def id_keys(raw: Any, size_m: int, problems: Problems) -> tuple[Int64, Mask]:
    """Keys of cells by their INSPIRE ids (long or short), and which rows are understood; the others are noted."""
    ids = _strings(raw)
    key, good = np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=bool)
    size = np.zeros(len(ids), dtype=np.int64)
    for pattern in (_LONG_ID, _SHORT_ID):
        todo = np.flatnonzero(~good)
        if not len(todo):
            break
        found = pc.extract_regex(ids.take(pa.array(todo)), pattern=pattern)
        rows = todo[found.is_valid().to_numpy(zero_copy_only=False)]
        parts = found.drop_null().flatten()
        names = [field.name for field in found.type]
        size[rows], key[rows], good[rows] = _id_parts(dict(zip(names, parts, strict=True)), size_m)
    _note_ids(ids, good, size, size_m, problems)
    return key, good & (size == size_m)


def _strings(raw: Any) -> Any:
    if pa.types.is_dictionary(raw.type):
        raw = raw.dictionary_decode()
    filled = pc.fill_null(raw.cast(pa.string()) if not _is_text(raw.type) else raw.cast(pa.binary()), b"")
    try:
        return pc.utf8_trim_whitespace(filled.cast(pa.string()))
    except pa.ArrowInvalid:
        return pa.array([text_of(part).strip() for part in filled.to_pylist()], type=pa.string())


def _id_parts(parts: Mapping[str, Any], size_m: int) -> tuple[Int64, Int64, Mask]:
    north, east, size = (
        parts[name].cast(pa.int64()).to_numpy(zero_copy_only=False) for name in ("north", "east", "size")
    )
    if "kilo" in parts:
        kilo = pc.equal(parts["kilo"], "k").to_numpy(zero_copy_only=False)
        size = np.where(kilo, size * 1000, size)
        return size, cell_key(east * size_m, north * size_m, size_m), np.ones(len(size), dtype=bool)
    return size, cell_key(east, north, size_m), (north % size == 0) & (east % size == 0)


def _note_ids(ids: Any, good: Mask, size: Int64, size_m: int, problems: Problems) -> None:
    for rows, kind in (
        (~good, "the cell id is not understood"),
        (good & (size != size_m), f"the cell id is not that of a {size_m} m cell"),
    ):
        shown = ids.take(pa.array(np.flatnonzero(rows)[:99])).to_pylist()
        problems.add(kind, shown, int(rows.sum()))


def in_window(key: Int64, size_m: int, window_m: Window | None) -> Mask:
    """Which cells touch the window (west, south, east, north in EPSG:3035); all where there is none."""
    if window_m is None:
        return np.ones(len(key), dtype=bool)
    west, south, east, north = window_m
    x, y = key % 1_000_000 * size_m, key // 1_000_000 * size_m
    return np.asarray((x <= east) & (x + size_m >= west) & (y <= north) & (y + size_m >= south))


def grid_frame(key: Int64, columns: Mapping[str, tuple[Float64, Codes]], problems: Problems) -> pd.DataFrame:
    """The table sorted by cell, `<name>_status` beside each value; repeated cells are noted as a problem."""
    order = np.argsort(key, kind="stable")
    key = key[order]
    repeated = np.flatnonzero(key[1:] == key[:-1])
    ids = (f"N {k // 1_000_000} E {k % 1_000_000} (in cells)" for k in key[repeated[:99]])
    problems.add("the cell occurs more than once", ids, len(repeated))
    table: dict[str, npt.NDArray[Any]] = {"cell_key": key}
    names = np.array(STATUSES, dtype=object)
    for name, (number, code) in columns.items():
        table[name] = number[order]
        table[f"{name}_status"] = names[code[order]]
    return pd.DataFrame(table)


def status_codes(names: pd.Series) -> Codes:
    """Codes of a status column."""
    return np.asarray(pd.Categorical(names, categories=list(STATUSES)).codes, dtype=np.int8)


def distinct(keys: Sequence[Int64]) -> Int64:
    """All keys of several tables, each once, sorted (by sorting: numpy's hashing is slow on cell keys)."""
    key = np.sort(joined(keys, np.int64))
    return key[np.concatenate(([True], key[1:] != key[:-1]))] if len(key) else key


def joined(parts: Sequence[npt.NDArray[Any]], kind: type[np.generic]) -> npt.NDArray[Any]:
    """Batches of one column in one piece, also where there is none."""
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
