"""Cases of a disease by area and period, where known by age, in whatever table a health office wrote them.

The table is laid out as those of `[sources.statistics]`; period, days and age are texts that tell the rows of an area
apart. A suppressed count stays suppressed: what it may have been is for those who compute with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.sources.areatable import APART, AreaTable
from nahraum.sources.figures import plain
from nahraum.sources.problems import Problems, nearest_name
from nahraum.sources.statistics import load_statistics
from nahraum.study import SourceSpec
from nahraum.tables import CASES

ALL_AGES, AGE_UNKNOWN, ALL_PERIODS = "", "unknown", "all"
_TEXTS, _FIGURES = ("period", "begin", "end", "day", "age"), ("cases", "residents")
_ALL = ("", "alle", "all", "gesamt", "insgesamt", "zusammen", "total")
_UNKNOWN = ("unbekannt", "unknown", "k.a.", "k. a.", "o.a.", "ohne angabe", "nicht bekannt", "not known", "unbek.")
_BETWEEN = re.compile(r"a?(\d{1,3})\s*(?:-|bis|to)\s*(unter|under|<)?\s*a?(\d{1,3})")
_OLDER = re.compile(
    r"(?:ab|from|>=|≥)\s*(\d{1,3})|a?(\d{1,3})\s*(?:\+|plus|u\.\s*ä\.|(?:und|and)\s+(?:älter|mehr|over|older))"
)
_YOUNGER = re.compile(r"(?:unter|under|<)\s*(\d{1,3})")
_ONE = re.compile(r"a?(\d{1,3})")
_YEARS = re.compile(r"\b(jahre|jahren|jährige|years|year|jahr)\b")
_ISO, _GERMAN = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T ].*)?"), re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})")
_SHEET_DAY, _SHEET_START = re.compile(r"[3-5]\d{4}"), date(1899, 12, 30)  # days as workbooks count them
_EXPECTED = "rows of area, period and cases; where known begin and end of the period, age, residents"
_FIX = "map the file in study.toml: docs/howto/incidence.md"

Span = tuple[float, float]  # first and last year of age; NaN as last: and older


def read_incidence(spec: SourceSpec) -> AreaTable:
    """Cases of `[sources.incidence]`.

    Parameters
        spec : `id`, `columns` (cases needed; residents, period, begin, end, age; or day for single days or weeks) and
            what `[sources.statistics]` knows beside.

    Returns
        table CASES, sorted; without a period all rows are one, called by the `date` of the section.

    Raises
        InputError for unknown columns, days and ages that cannot be read, a period with several first days, one that
        ends before it begins, ages that overlap, fractions or negative numbers; all problems of the rows at once.
    """
    columns = _columns(spec)
    texts = [name for name in _TEXTS if name in columns]
    options = dict(spec.options) | {"columns": {name: columns[name] for name in _FIGURES if name in columns}}
    read = load_statistics(
        SourceSpec(spec.name, "table", spec.files, options), apart=tuple(columns[name] for name in texts)
    )
    problems, called = Problems(), spec.files[0].name
    table = _with_texts(read.table, texts, str(spec.option("date", "")) or ALL_PERIODS, problems)
    _check_figures(table, problems)
    problems.refuse_any(called, expected=_EXPECTED, fix=_FIX)
    _check_periods(table, problems)
    _check_ages(table, problems)
    problems.refuse_any(called, expected=_EXPECTED, fix=_FIX)
    table = table[CASES.names()].sort_values(list(CASES.key), kind="stable").reset_index(drop=True)
    return AreaTable(require(table, CASES, called=called, fix=_FIX), read.labels, read.counts)


def _columns(spec: SourceSpec) -> dict[str, str]:
    columns = spec.option("columns", {})
    known = (*_FIGURES, *_TEXTS)
    if not isinstance(columns, dict) or not all(isinstance(theirs, str) for theirs in columns.values()):
        raise InputError(
            "[sources.incidence] columns must map our names to theirs", expected=", ".join(known), fix=_FIX
        )
    strange = [name for name in columns if name not in known]
    if strange or "cases" not in columns:
        raise InputError(
            f"[sources.incidence] columns knows no {strange[0]!r}" if strange else "[sources.incidence] maps no cases",
            expected='columns = { cases = "Fälle", period = "Welle", begin = "Beginn", end = "Ende" }',
            fix=nearest_name(strange[0], known) if strange else "name the column with the number of cases",
        )
    if "day" in columns and (twice := [name for name in ("period", "begin", "end") if name in columns]):
        raise InputError(
            f"[sources.incidence] columns holds day and {twice[0]}",
            expected="day for single days or weeks, else a period",
        )
    return dict(columns)


def _with_texts(read: pd.DataFrame, texts: Sequence[str], whole: str, problems: Problems) -> pd.DataFrame:
    """The table with period, begin, end and age in columns of their own."""
    parts = [key.split(APART) if texts else [] for key in read["date"]] if texts else [[] for _ in range(len(read))]
    told = {name: [row[n] for row in parts] for n, name in enumerate(texts)}
    empty = [""] * len(read)
    begin, end = (_days(told.get(name, told.get("day", empty)), name, problems) for name in ("begin", "end"))
    period = told.get("period", empty if "day" in texts else None)
    if period is None:
        period = [f"{a} – {b}" if a and b else a or b or whole for a, b in zip(begin, end, strict=True)]
    if "period" in texts:
        nameless = [area for area, name in zip(read["area_id"], period, strict=True) if not name]
        problems.add("the period has no name", nameless, len(nameless))
    spans = {text: age_span(text) for text in dict.fromkeys(told.get("age", empty))}
    strange = [text for text in told.get("age", empty) if spans[text] is None]
    problems.add("the age is no range of years", strange, len(strange))
    ages = [spans[text] or (ALL_AGES, (np.nan, np.nan)) for text in told.get("age", empty)]
    table = read.drop(columns="date", errors="ignore").assign(
        period=period, begin=begin, end=end, age=[name for name, _ in ages],
        age_first=[span[0] for _, span in ages], age_last=[span[1] for _, span in ages],
    )  # fmt: skip
    if "residents" not in table:
        table = table.assign(residents=np.nan, residents_status="missing")
    repeated = table[table.duplicated(list(CASES.key))]
    examples = (f"{row.area_id} {row.period} {row.begin} {row.age}" for row in repeated.itertuples())
    problems.add("area, period and age come more than once", examples, len(repeated))
    return table


def _days(texts: Sequence[str], name: str, problems: Problems) -> list[str]:
    """Days as 2020-03-02, '' where none is told."""
    read = {text: _day(text) for text in dict.fromkeys(texts)}
    strange = [text for text in texts if text and not read[text]]
    problems.add(f"{name} is no day", strange, len(strange))
    return [read[text] for text in texts]


def _day(text: str) -> str:
    """A day in ISO writing, '' where the text is none."""
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3])).isoformat()
        if found := _GERMAN.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
    except ValueError:
        return ""
    return (_SHEET_START + timedelta(days=int(text))).isoformat() if _SHEET_DAY.fullmatch(text) else ""


def age_span(text: str) -> tuple[str, Span] | None:
    """An age group as tables write it – A05-A14, 5 bis unter 15, 80 und älter, <1 –: our name and its years.

    Returns
        name '' for all ages, 'unknown', '5-14' or '80+'; None where the text is no age.
    """
    bare = _YEARS.sub("", plain(text).casefold()).replace("–", "-").strip()
    if bare in _ALL or bare in _UNKNOWN:
        return (ALL_AGES if bare in _ALL else AGE_UNKNOWN), (np.nan, np.nan)
    if found := _BETWEEN.fullmatch(bare):
        first, last = int(found[1]), int(found[3]) - bool(found[2])
        return (f"{first}-{last}", (first, last)) if first <= last else None
    if found := _OLDER.fullmatch(bare):
        first = int(found[1] or found[2])
        return f"{first}+", (first, np.nan)
    if found := _YOUNGER.fullmatch(bare):
        return (f"0-{int(found[1]) - 1}", (0, int(found[1]) - 1)) if int(found[1]) else None
    if found := _ONE.fullmatch(bare):
        return f"{int(found[1])}-{int(found[1])}", (int(found[1]), int(found[1]))
    return None


def _check_figures(table: pd.DataFrame, problems: Problems) -> None:
    for name in _FIGURES:
        values = table[name].to_numpy(np.float64)
        for kind, bad in (("is negative", values < 0), ("is no whole number", values % 1 > 0)):
            rows = table[bad]
            problems.add(f"{name!r} {kind}", (f"{row.area_id} {row.period}" for row in rows.itertuples()), len(rows))
    if len(table) and table["cases"].isna().all():
        problems.add("no number of cases is known", table["area_id"].head(3), len(table))


def _check_periods(table: pd.DataFrame, problems: Problems) -> None:
    ended = table[(table["begin"] != "") & (table["end"] != "") & (table["end"] < table["begin"])]
    problems.add("the period ends before it begins", ended["period"], len(ended))
    named = table[table["period"] != ""]
    several = named.groupby("period")[["begin", "end"]].nunique().max(axis=1)
    for period in several[several > 1].index:
        days = sorted(set(named.loc[named["period"] == period, "begin"]))
        problems.add("a period has several first or last days", [f"{period}: {', '.join(days[:3])}"], 1)


def _check_ages(table: pd.DataFrame, problems: Problems) -> None:
    """Ages of a period that overlap, and ages that add up to more than all of them."""
    aged = table[table["age_first"].notna()]
    spans = aged[["period", "age", "age_first", "age_last"]].drop_duplicates().sort_values(["period", "age_first"])
    before = spans.groupby("period")["age_last"].shift().where(spans["period"] == spans["period"].shift(), -1.0)
    overlap = spans[(spans["age_first"] <= before.fillna(np.inf)) & (spans["period"] == spans["period"].shift())]
    problems.add("ages overlap", (f"{row.period}: {row.age}" for row in overlap.itertuples()), len(overlap))
    keys = ["area_id", "period", "begin"]
    summed = aged.groupby(keys)["cases"].sum().rename("summed")
    whole = table[table["age"] == ALL_AGES].set_index(keys)["cases"]
    both = pd.concat([summed, whole], axis=1, join="inner")
    more = both[both["summed"] > both["cases"]]
    problems.add("ages add up to more cases than all ages", (str(key) for key in more.index), len(more))
