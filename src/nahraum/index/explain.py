"""Why a value is what it is: inputs, formula, parameters, sentence, and what would lift it over the threshold."""

from __future__ import annotations

import difflib
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from nahraum.errors import InputError
from nahraum.grid import CELL_SIZE_M, cell_id, parse_cell_id
from nahraum.index.lifts import Lift, lifts_of
from nahraum.index.result import Result
from nahraum.index.services import GREEN, place_names
from nahraum.indicators import AreaLike, Rules, address_values, read_rules
from nahraum.indicators.catalogue import Indicator, entry, format_value, parameters_of, spoken
from nahraum.parameters import Parameter, Parameters
from nahraum.tables import SERVICES

_OFFERED = 10  # quarters named in an answer


@dataclass(frozen=True)
class Known:
    """A finished analysis, as far as explaining needs it; what every answer needs is worked out once."""

    area: AreaLike
    access: pd.DataFrame
    result: Result
    parameters: Parameters
    own: tuple[Indicator, ...] = ()  # catalogue entries that the study brought itself

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Addresses with the values that are judged."""
        return address_values(self.area, self.access)

    @cached_property
    def rules(self) -> Rules:
        """Thresholds of the study."""
        return read_rules(self.parameters)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of places and greens by id."""
        return place_names(self.area)


@dataclass(frozen=True)
class ExplainedInput:
    """One value that another was computed from."""

    name: str
    label_de: str
    label_en: str
    value: Any
    text_de: str
    text_en: str
    unit: str
    status: str
    completeness: float
    source: str


@dataclass(frozen=True)
class Explanation:
    """One value of one place, with everything it rests on; texts in German and English."""

    geography: str
    place_id: str
    place_name: str
    indicator: str
    column: str
    label_de: str
    label_en: str
    value: Any
    minimum: float | None
    maximum: float | None
    text_de: str
    text_en: str
    unit: str
    unit_de: str
    status: str
    completeness: float
    residents: float
    formula_de: str
    formula_en: str
    sentence_de: str
    sentence_en: str
    limits_de: str
    limits_en: str
    source: str
    evidence: str
    inputs: tuple[ExplainedInput, ...]
    parameters: tuple[Parameter, ...]
    lifts: tuple[Lift, ...]

    @property
    def verify_locally(self) -> bool:
        """Whether it rests on something known only from experience: "bitte örtlich prüfen"."""
        return self.evidence == "from_knowledge" or any(p.verify_locally for p in self.parameters)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for `--json`; not-a-number becomes None."""
        plain = asdict(self) | {"parameters": [p.as_dict() for p in self.parameters]}
        plain["verify_locally"] = self.verify_locally
        cleaned: dict[str, Any] = _cleaned(plain)
        return cleaned


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(item) for item in value]
    return None if isinstance(value, float) and value != value else value


@dataclass(frozen=True)
class _Place:
    geography: str
    id: str
    name: str
    row: pd.Series
    column: str
    key: object


def _cell(known: Known, text: str) -> _Place:
    stripped = text.strip()
    key, size = (int(stripped), CELL_SIZE_M) if stripped.isdigit() else parse_cell_id(stripped)
    cells = known.result.cells
    found = cells[cells["cell_key"] == key] if size == CELL_SIZE_M else cells.iloc[0:0]
    if not len(found):
        some = [str(name) for name in cell_id(cells["cell_key"].to_numpy()[:3])]
        raise InputError(
            f"no residents are known in the cell {text!r}", expected="an inhabited 100 m cell inside the boundary",
            fix=f"cells of this study are e.g. {some}",
        )  # fmt: skip
    name = str(cell_id([key])[0])
    return _Place("cells", name, name, found.iloc[0], "cell_key", key)


def _offered(asked: str, ids: list[str], names: list[str]) -> str:
    """The quarters that may be meant: those that begin so, hold it, or look like it; else how many there are."""
    plain, folded = asked.strip().casefold(), [name.casefold() for name in names]
    meant = [at for at, name in enumerate(folded) if name.startswith(plain) or ids[at].startswith(plain)]
    meant = meant or [at for at, name in enumerate(folded) if plain and plain in name]
    near = difflib.get_close_matches(plain, folded, n=_OFFERED, cutoff=0.6)
    meant = meant or [at for at, name in enumerate(folded) if name in near]
    shown = "; ".join(f"{ids[at]} {names[at]}" for at in (meant or range(len(ids)))[:_OFFERED])
    more = len(meant or ids) - _OFFERED
    return f"{'near it' if meant else 'quarters'}: {shown}" + (f"; and {more} more" if more > 0 else "")


def _quarter(known: Known, text: str) -> _Place:
    quarters = known.result.quarters
    ids, names = quarters["quarter_id"].astype(str), quarters["name"].astype(str)
    found = quarters[ids == text] if (ids == text).any() else quarters[names.str.casefold() == text.casefold()]
    if len(found) != 1:
        listed = _offered(text, ids.tolist(), names.tolist())
        what = f"no quarter is called {text!r}" if not len(found) else f"{len(found)} quarters are called {text!r}"
        raise InputError(what, where=listed, fix="give the id or the full name of a quarter")
    row = found.iloc[0]
    return _Place("quarters", str(row["quarter_id"]), str(row["name"]), row, "quarter_id", row["quarter_id"])


def _place(known: Known, cell: str | None, quarter: str | None) -> _Place:
    if cell is not None and quarter is not None:
        raise InputError("a cell or a quarter can be explained, not both at once", fix="give one of them")
    if cell is not None:
        return _cell(known, cell)
    if quarter is not None:
        return _quarter(known, quarter)
    return _Place("municipality", "all", "", known.result.municipality.iloc[0], "", None)


def _column_of(item: Indicator, name: str, row: pd.Series) -> str:
    """The column that was asked for; of an entry with several, the one with its value."""
    asked = name.removesuffix("_status").removesuffix("_completeness")
    if asked in row.index and asked in (item.id, *item.columns):
        return asked
    if item.value_column in row.index:
        return item.value_column
    first = [column for column in item.columns if column in row.index]
    if not first:
        raise InputError(
            f"{item.id!r} is not given for this kind of place",
            expected=f"it is given for {', '.join(item.geographies)}"
            + ("; further indicators only where the study has data for them" if item.theme else ""),
        )
    return first[0]


def _number(row: pd.Series, column: str) -> float:
    value = row.get(column)
    return float(value) if value is not None and not isinstance(value, str) else float("nan")


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _near_name(item: Indicator, row: pd.Series) -> str:
    """`; Stadtpark`: the nearest place of a way, where the row names one."""
    for kind in (*SERVICES, GREEN):
        if item.id == f"{kind}_distance_m":
            return str(row.get(f"{kind}_nearest_name") or "")
    return ""


def _input(need: str, row: pd.Series) -> ExplainedInput:
    item = entry(need)
    column = _column_of(item, need, row)
    value = _plain(row[column])
    near = _near_name(item, row)
    texts = [format_value(item, value, language) + (f"; {near}" if near else "") for language in ("de", "en")]
    return ExplainedInput(
        name=column,
        label_de=item.label_de,
        label_en=item.label_en,
        value=value,
        text_de=texts[0],
        text_en=texts[1],
        unit=item.unit,
        status=str(row.get(f"{item.id}_status", "ok")),
        completeness=_number(row, f"{item.id}_completeness"),
        source=item.source,
    )


def _bound(row: pd.Series, column: str, end: str) -> float | None:
    return _number(row, f"{column}_{end}") if f"{column}_{end}" in row.index else None


def _texts(item: Indicator, value: Any, low: float | None, high: float | None) -> tuple[str, str]:
    """The value; with its interval where it has one and the ends differ."""
    texts = []
    for language, to in (("de", "bis"), ("en", "to")):
        text = format_value(item, value, language)
        if low is not None and high is not None and low == low and low < high:
            ends = f"{format_value(item, low, language)} {to} {format_value(item, high, language)}"
            text = ends if value != value else f"{text} ({ends})"
        texts.append(text)
    return texts[0], texts[1]


def _sentence(item: Indicator, value: Any, text: str, language: str) -> str:
    """The planner's sentence; of a further indicator that is not known just that."""
    if item.theme and value != value:
        return f"{item.text('label', language)}: {text}."
    return item.text("sentence", language).format(value=text)


def explain(known: Known, indicator: str, *, cell: str | None = None, quarter: str | None = None) -> Explanation:
    """Why a value is what it is; for the municipality where neither a cell nor a quarter is given.

    Parameters
        indicator : id of the catalogue or a column that belongs to it (`lacks_green_share`, `m0_max`).
        cell : INSPIRE id or key; quarter : id or name.

    Raises
        InputError for an unknown indicator (with the nearest known one), cell or quarter.
    """
    item = next((one for one in known.own if one.id == indicator), None) or entry(indicator)
    item = spoken(item, known.parameters)
    place = _place(known, cell, quarter)
    column = _column_of(item, indicator, place.row)
    value, low, high = _plain(place.row[column]), *(_bound(place.row, column, end) for end in ("min", "max"))
    text_de, text_en = _texts(item, value, low, high)
    rows = known.rows
    member = rows["inside"].to_numpy(dtype=bool) & ((rows[place.column] == place.key) if place.column else True)
    return Explanation(
        geography=place.geography, place_id=place.id, place_name=place.name, indicator=item.id, column=column,
        label_de=item.label_de, label_en=item.label_en, value=value, minimum=low, maximum=high,
        text_de=text_de, text_en=text_en, unit=item.unit, unit_de=item.unit_de,
        status=str(place.row.get(f"{item.id}_status", "ok")),
        completeness=_number(place.row, f"{item.id}_completeness"), residents=_number(place.row, "residents"),
        formula_de=item.formula_de, formula_en=item.formula_en,
        sentence_de=_sentence(item, value, text_de, "de"), sentence_en=_sentence(item, value, text_en, "en"),
        limits_de=item.limits_de, limits_en=item.limits_en, source=item.source, evidence=item.evidence,
        inputs=tuple(_input(need, place.row) for need in item.needs),
        parameters=parameters_of(item, known.parameters),
        lifts=lifts_of(item.id, rows[member].reset_index(drop=True), known.rules, known.names),
    )  # fmt: skip
