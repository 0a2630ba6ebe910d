"""Observed outcomes by quarter and period: from a file, or from the office's tables of a study."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.study import Study

if TYPE_CHECKING:
    from nahraum.workflow.inputs import Inputs

PANEL_FIX = "--panel with quarter_id;period;value, or --outcome with a column of [sources.statistics.<name>]"
_MOST_BYTES = 20_000_000


def known_outcomes(study: Study) -> list[str]:
    """Columns of the office's tables that can be an outcome, by table."""
    tables = study.group("statistics")
    return [f"[sources.statistics.{name}]: {', '.join(spec.option('columns', {}))}" for name, spec in tables.items()]


def panel_of_study(study: Study, inputs: Inputs, column: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The panel of a column of the office's tables, all its periods.

    Raises
        InputError where no table of the study has the column.
    """
    for name, found in inputs.statistics.items():
        if column in found.labels:
            table = found.table
            period = _periods(table["date"]) if "date" in table else float(study.reference_date.year)
            panel = pd.DataFrame({
                "quarter_id": table["area_id"].astype(str), "period": period, "value": table[column].astype(np.float64),
            })  # fmt: skip
            label = found.labels.get(column, column)
            outcome = {"id": column, "label": label, "source": f"statistics.{name}", "unit": "", "wanted": "lower"}
            return panel, outcome
    raise InputError(f"there is no outcome {column!r}", where=known_outcomes(study), expected="a column", fix=PANEL_FIX)


def as_share(panel: pd.DataFrame, outcome: Mapping[str, Any]) -> tuple[pd.DataFrame, bool]:
    """The panel with shares from 0 to 1 where its heading says that it holds percent; and whether it holds shares."""
    return _scaled(panel, read_as(panel, outcome))


def read_as(panel: pd.DataFrame, outcome: Mapping[str, Any]) -> str:
    """How the values of an outcome are read: share (from 0 to 1), percent (its heading says so) or amount."""
    known = panel["value"].dropna()
    if known.between(0, 1).all():
        return "share"
    percent = re.search(r"prozent|percent|%|quote|anteil|share", str(outcome["label"]), re.IGNORECASE)
    return "percent" if percent and known.between(0, 100).all() else "amount"


def as_planned(panel: pd.DataFrame, outcome: Mapping[str, Any]) -> tuple[pd.DataFrame, bool]:
    """As `as_share`, read as the plan of a trial read its outcome (`read_as`), so that both are in the same unit.

    Raises
        InputError where one looks like shares and the other like percent.
    """
    found, planned = read_as(panel, outcome), str(outcome.get("read_as", ""))
    if {found, planned} == {"share", "percent"}:
        raise InputError(
            "the panel and the plan of the trial are not in the same unit",
            where=f"values from {panel['value'].min():g} to {panel['value'].max():g}; the plan took them for {planned}",
            expected="shares from 0 to 1" if planned == "share" else "percent from 0 to 100",
            fix="--panel with values as the plan had them, or a new plan: nahraum pilots STUDY",
        )  # fmt: skip
    return _scaled(panel, planned if planned in ("share", "percent", "amount") else found)


def _scaled(panel: pd.DataFrame, how: str) -> tuple[pd.DataFrame, bool]:
    return (panel.assign(value=panel["value"] / 100.0) if how == "percent" else panel), how != "amount"


def _periods(texts: pd.Series) -> pd.Series:
    """Dates as years; parts of a year where a table has several dates in one."""
    from nahraum.sources.dates import last_day

    days = [last_day(str(one)) for one in texts]
    months = {one.month for one in days if one is not None}
    whole = len(months) <= 1
    return pd.Series(
        [math.nan if one is None else one.year + (0.0 if whole else one.month / 12) for one in days], index=texts.index
    )


def read_panel(path: Path) -> pd.DataFrame:
    """A panel from a CSV (semicolon or comma; decimal comma or point).

    Raises
        InputError with all problems: file, columns, numbers.
    """
    try:
        data = Path(path).read_bytes()[: _MOST_BYTES + 1]
    except OSError as error:
        raise InputError(f"{path} cannot be read", where=str(error.strerror), fix=PANEL_FIX) from None
    text = data.decode("utf-8-sig", errors="replace")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    missing = [name for name in ("quarter_id", "period", "value") if name not in (reader.fieldnames or ())]
    problems = [f"columns missing: {missing}"] if missing else []
    problems += ["the file is too large"] if len(data) > _MOST_BYTES else []
    rows = []
    for line, item in enumerate(reader if not problems else [], start=2):
        period, value = _number(item["period"]), _number(item["value"])
        if period is None or math.isnan(period):
            problems.append(f"line {line}: period {item['period']!r}")
        if value is None:
            problems.append(f"line {line}: value {item['value']!r}")
        rows.append((str(item["quarter_id"]).strip(), period, value))
    if problems or not rows:
        raise InputError(
            f"{path.name} cannot be used", where=problems[:20] or "no row in it",
            expected="quarter_id;period;value, a row per quarter and period; '.' or nothing where not known",
            fix=PANEL_FIX,
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["quarter_id", "period", "value"]).astype({"period": float, "value": float})


def _number(text: str | None) -> float | None:
    """A number, NaN for nothing or a dot, None for what is none."""
    told = (text or "").strip()
    if told in ("", ".", "–", "-"):
        return math.nan
    try:
        return float(told.replace(",", "."))
    except ValueError:
        return None
