"""Any figure an office has per quarter or municipality: its own statistics, beside ours and never mixed with them.

Whole numbers count persons, unless the study says otherwise; such counts pass disclosure control like our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from nahraum.indicators.catalogue import SHARE, Indicator, entry_of, further_entry
from nahraum.indicators.further import Setting


def own_entries(setting: Setting) -> list[Indicator]:
    """A catalogue entry for each column of the study's statistics, in the words of the file."""
    return [_entry(name, column, table, options) for name, column, table, options in _columns(setting)]


def zone_values(setting: Setting, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """The figures of the zones whose key is in a table; a table of one row speaks for the whole study.

    Cells have none: figures of an office are told for quarters and municipalities.
    """
    if pd.api.types.is_integer_dtype(zones["zone"].dtype):
        return pd.DataFrame(index=zones.index)
    found: dict[str, pd.Series] = {}
    for name, column, table, _ in _columns(setting):
        found |= municipal_value(table.latest(), column, zones["zone"], called=_id(name, column))
    return pd.DataFrame(found, index=zones.index)


def municipal_value(rows: pd.DataFrame, column: str, zones: pd.Series, *, called: str) -> dict[str, pd.Series]:
    """One figure per zone with its status, as the office gave it; nothing where no zone has a row.

    Parameters
        rows : area_id, the column and `<column>_status`.
    """
    keys = zones.astype(str)
    table = rows.drop_duplicates("area_id").set_index("area_id")
    if list(keys) == ["all"] and len(table) == 1:
        table = table.set_axis(["all"])
    if not keys.isin(table.index).any():
        return {}
    value = table[column].reindex(keys).to_numpy(dtype=np.float64)
    status = table[f"{column}_status"].astype(object).reindex(keys).fillna("missing").to_numpy(dtype=object)
    known = np.where(np.isnan(value), 0.0, 1.0)
    return {
        called: pd.Series(value, index=zones.index),
        f"{called}_status": pd.Series(status, index=zones.index),
        f"{called}_completeness": pd.Series(known, index=zones.index),
    }


def counts_persons(table: Any, column: str, options: Mapping[str, Any]) -> bool:
    """Whether a figure counts persons: as the study says by `persons`, else where all its values are whole numbers."""
    said = options.get("persons")
    if isinstance(said, bool):
        return said and not column.endswith("_share")
    if said is not None:
        return column in said
    figures = table.table[column].to_numpy(dtype=np.float64)
    known = figures[np.isfinite(figures)]
    return not column.endswith("_share") and bool(len(known)) and bool((known % 1 == 0).all())


def _columns(setting: Setting) -> Iterator[tuple[str, str, Any, Mapping[str, Any]]]:
    for name, table in setting.given.statistics.items():
        for column in table.values:  # noqa: PD011
            yield name, column, table, setting.given.options.get(f"statistics.{name}", {})


def _id(name: str, column: str) -> str:
    """Id of a figure: table and column; a share keeps its ending."""
    plain = f"{name}_{column}" if not column.startswith(f"{name}_") else column
    return plain if entry_of(plain) is None else f"own_{plain}"


def _entry(name: str, column: str, table: Any, options: Mapping[str, Any]) -> Indicator:
    one = len(table.values) == 1
    heading = " ".join(str(table.labels.get(column, column)).split())
    german = str(options["label_de"]) if one and "label_de" in options else heading
    english = str(options["label_en"]) if one and "label_en" in options else f"{german} (own statistics)"
    share = column.endswith("_share")
    unit = SHARE if share else str(options.get("unit", ""))
    said = {"de": german.replace("{", "(").replace("}", ")"), "en": english.replace("{", "(").replace("}", ")")}
    return further_entry(
        _id(name, column),
        {
            "label_de": german, "label_en": english, "unit": unit, "unit_de": "Anteil" if share else unit,
            "kind": "indicator", "prerequisite": "", "theme": "municipal", "summed": "zone",
            "geographies": ["quarters", "municipality"],
            "function": "nahraum.indicators.themes.municipal:municipal_value",
            "formula_de": "Wert der Statistik der Studie, unverändert",
            "formula_en": "figure of the study's statistics, unchanged",
            "sentence_de": f"{said['de']}: {{value}}.", "sentence_en": f"{said['en']}: {{value}}.",
            "limits_de": "Angabe der Studie, nicht geprüft; Definition und Stand bei der genannten Quelle.",
            "limits_en": "Figure of the study, not checked; definition and date with the named source.",
            "source": str(options.get("attribution", "study.toml")), "evidence": "published", "better": "",
            "scope": "quarter", "needs": [], "decimals": 0 if share else 1, "parameters": [],
            "counts": counts_persons(table, column, options),
        },
    )  # fmt: skip
