"""What the fifth of residents in the areas of lowest status has, and what the top fifth has, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.inequality.gradient import NO_SLOPE, Slope, concentration_index, erreygers_index, slope
from nahraum.index.inequality.measures import gini, palma
from nahraum.index.inequality.people import Weighted, parts, weighted
from nahraum.index.inequality.words import note, texts
from nahraum.index.means import MEDIANS
from nahraum.indicators.catalogue import SHARE, Indicator, entry_of
from nahraum.parameters import Parameters

CUTS = np.linspace(0.0, 1.0, 6)
FIFTHS = tuple(range(1, len(CUTS)))
_NAN = float("nan")
_EXACT = 1e-9


@dataclass(frozen=True)
class Fifths:
    """One indicator by fifths of residents.

    ordered_by : status (fifth 1 lives in the areas of lowest status) or own (the lowest values).
    means, shares : of each fifth: its mean, and what it holds of the sum.
    """

    item: Indicator
    ordered_by: str
    data: Weighted
    means: tuple[float, ...]
    shares: tuple[float, ...]
    slope: Slope
    concentration_index: float
    erreygers_index: float
    reason: str
    """Key of the note that says why there are no fifths; empty where there are."""
    direction: int = 0
    """1 where it rises with status, -1 where it falls, 0 where that is not clear."""

    @property
    def favours(self) -> str:
        """Which fifth is better placed, where the slope is clear and the indicator has a better side."""
        if self.ordered_by != "status" or not self.item.better or not self.direction:
            return ""
        return "top" if (self.direction > 0) == (self.item.better == "higher") else "lowest"

    @property
    def no_line(self) -> bool:
        """Whether there are fifths by status and yet no straight line through the areas."""
        return self.ordered_by == "status" and not self.reason and bool(np.isnan(self.slope.sii))


def _direction(line: Slope) -> int:
    return int(line.sii_low > 0) - int(line.sii_high < 0)


def _possible(line: Slope, item: Indicator) -> Slope:
    """The line as it may be told: of a share none that leaves 0..1, and no interval wider than all to nobody."""
    if item.unit != SHARE:
        return line
    ends = (line.at_lowest, line.at_top)
    if min(ends) < -_EXACT or max(ends) > 1 + _EXACT:
        return NO_SLOPE
    return replace(line, sii_low=max(line.sii_low, -1.0), sii_high=min(line.sii_high, 1.0))


def fifths_table(
    values: pd.DataFrame, residents: pd.Series, parameters: Parameters, *, status: pd.Series | None = None,
    high_is: str = "disadvantage", entries: Sequence[Indicator] = (), bases: pd.DataFrame | None = None,
    places: str = "quarters",
) -> pd.DataFrame:  # fmt: skip
    """One row per indicator: the fifth of residents in the areas of lowest status against the top fifth.

    Parameters
        values : by area_id, value columns of the catalogue (or of `entries`). residents : of the areas. [persons]
        status : index of the areas; without, each indicator is ordered by itself and only its spread is told.
        high_is : what a high status index means, disadvantage or advantage.
        bases : by column of `values`, who counts instead of all residents (an age). [persons]
        places : what the areas are called: quarters, municipalities or areas.

    Returns
        `indicator`, `ordered_by`, `areas`, `residents`, `completeness`, `status` (ok | missing | undetermined),
        `mean`, `fifth_1` … `fifth_5` (means), `share_1` … `share_5` (held of the sum), `difference` and `ratio`
        (fifth 5 less, per fifth 1), `sii`, `sii_low`, `sii_high`, `rii`, `rii_low`, `rii_high`,
        `concentration_index`, `erreygers_index` (of shares), `gini`, `palma`, `favours` (top | lowest | ''),
        `text_de`, `text_en`, `note_de`, `note_en`. NaN where undefined or unknown.

    Raises
        InputError for columns the catalogue does not know, text, shares beyond 0..1, or areas that do not fit.

    Notes
        Weights are residents; an area at the limit of two fifths is split, areas of the same status are taken
        together. Means of areas: differences within an area are not in it, and nothing is said of single persons.
        Bottom and top fifths look at the ends; SII, RII and the concentration index at all areas. SII and RII of a
        share are NaN where their straight line would leave 0..1 at an end: no share falls by more than all of it.
    """
    items = _items(values, entries)
    order = None if status is None else _lowest_first(status, high_is)
    rows = []
    for column, item in items.items():
        people = residents if bases is None or column not in bases else bases[column]
        found = fifths(values[column], people, parameters, item=item, status=order)
        rows.append(_row(column, found, parameters, places))
    return pd.DataFrame(rows)


def fifths(
    values: pd.Series, residents: pd.Series, parameters: Parameters, *, item: Indicator,
    status: pd.Series | None = None,
) -> Fifths:  # fmt: skip
    """One indicator by fifths of residents; parameters as of `fifths_table`, `status` with the lowest first."""
    data = weighted(values, residents, by=status)
    nothing, ordered_by = (_NAN,) * len(FIFTHS), "own" if status is None else "status"
    if reason := _reason(data, item, ordered_by):
        return Fifths(item, ordered_by, data, nothing, nothing, NO_SLOPE, _NAN, _NAN, reason)
    means, shares = parts(data, CUTS)
    if status is None:
        return Fifths(item, ordered_by, data, tuple(means), tuple(shares), NO_SLOPE, _NAN, _NAN, "")
    line = slope(data, confidence=parameters.number("inequality.confidence"))
    bounded = erreygers_index(data, lowest=0.0, highest=1.0) if item.unit == SHARE else _NAN
    return Fifths(
        item, ordered_by, data, tuple(means), tuple(shares), _possible(line, item), concentration_index(data), bounded,
        "", _direction(line),
    )  # fmt: skip


def _reason(data: Weighted, item: Indicator, ordered_by: str) -> str:
    """Why there are no fifths: the key of a note, '' where there are."""
    if item.letters or item.kind == "class":
        return "classes"
    if len(data.x) < 2:
        return "one" if len(data.x) else "nobody"
    return "same_status" if ordered_by == "status" and np.ptp(data.by) == 0 else ""


def _lowest_first(status: pd.Series, high_is: str) -> pd.Series:
    if high_is not in ("disadvantage", "advantage"):
        raise InputError("status cannot be ordered", where=f"high_is {high_is!r}", expected="disadvantage or advantage")
    numeric = pd.api.types.is_numeric_dtype(status.dtype)
    return -status.astype(np.float64) if numeric and high_is == "disadvantage" else status


def _items(values: pd.DataFrame, entries: Sequence[Indicator]) -> dict[str, Indicator]:
    """The catalogue entry of each column; every column that has none or holds what it must not is named at once."""
    own = {item.value_column: item for item in entries}
    found, problems = {}, []
    for column in (str(name) for name in values.columns):
        item = own.get(column) or entry_of(column)
        if item is None or item.value_column != column:
            problems.append(f"column {column!r} is no value of an indicator of the catalogue")
        elif not pd.api.types.is_numeric_dtype(values[column].dtype):
            problems.append(f"column {column!r} holds text")
        else:
            found[column] = item
            if item.unit == SHARE and ((values[column] < 0) | (values[column] > 1)).any():
                problems.append(f"column {column!r} is a share and holds values beyond 0..1")
    if problems:
        raise InputError(
            "the indicators cannot be told by fifths", where=problems, expected="columns of values by area_id",
            fix="keep value columns only, shares as 0..1; give own indicators as `entries`",
        )  # fmt: skip
    return found


def _row(column: str, found: Fifths, parameters: Parameters, places: str) -> dict[str, Any]:
    data, line = found.data, found.slope
    told = not found.reason
    top, bottom = parameters.value("inequality.palma_shares")
    first, last = found.means[0], found.means[-1]
    row: dict[str, Any] = {
        "indicator": column, "ordered_by": found.ordered_by, "areas": len(data.x), "residents": float(data.w.sum()),
        "completeness": data.completeness,
        "status": "ok" if told else "missing" if found.reason == "nobody" else "undetermined",
        "mean": _NAN if found.reason == "classes" else data.mean,
    }  # fmt: skip
    row |= {f"fifth_{at}": value for at, value in zip(FIFTHS, found.means, strict=True)}
    row |= {f"share_{at}": value for at, value in zip(FIFTHS, found.shares, strict=True)}
    row |= {"difference": last - first, "ratio": last / first if first > 0 else _NAN}
    row |= {"sii": line.sii, "sii_low": line.sii_low, "sii_high": line.sii_high}
    row |= {"rii": line.rii, "rii_low": line.rii_low, "rii_high": line.rii_high}
    row |= {"concentration_index": found.concentration_index, "erreygers_index": found.erreygers_index}
    row |= {
        "gini": gini(data).value if told else _NAN,
        "palma": palma(data, top=float(top), bottom=float(bottom)).value if told else _NAN,
        "favours": found.favours,
    }
    for language in ("de", "en"):
        row[f"text_{language}"] = texts(found, places, language) if told else note(found.reason, language)
        row[f"note_{language}"] = " ".join(_notes(found, parameters, language))
    return row


def _notes(found: Fifths, parameters: Parameters, language: str) -> list[str]:
    """What a reader has to know of a row beside its numbers."""
    if found.reason:
        return [note(found.reason, language)]
    n, told = len(found.data.x), []
    if n < parameters.number("inequality.few_areas"):
        told.append(note("few", language, n=str(n)))
    if found.data.equal:
        told.append(note("equal", language))
    if found.no_line:
        told.append(note("no_line", language))
    if found.item.summed == "median" or found.item.id in MEDIANS:
        told.append(note("medians", language))
    if found.data.completeness < 1.0:
        told.append(note("partly", language, share=found.data.completeness))
    return told
