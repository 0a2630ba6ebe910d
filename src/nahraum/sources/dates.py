"""Dates as offices write them, so that of several the last can be told: by their last day, never as text."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable

import pandas as pd

from nahraum.sources.problems import Problems

_MONTHS = (
    *(("januar", "jänner", "jan", "january"), ("februar", "feb", "february"), ("märz", "mär", "mrz", "mar", "march")),
    *(("april", "apr"), ("mai", "may"), ("juni", "jun", "june"), ("juli", "jul", "july"), ("august", "aug")),
    *(("september", "sep", "sept"), ("oktober", "okt", "october", "oct"), ("november", "nov")),
    ("dezember", "dez", "december", "dec"),
)
_MONTH = {name: at for at, names in enumerate(_MONTHS, start=1) for name in names}
_YEAR = r"(?P<y>[12]\d{3})"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_YEAR}",
        rf"{_YEAR}-(?P<m>\d\d?)(?:-(?P<d>\d\d?)(?:[t ]\d\d:\d\d.*)?)?",
        rf"(?P<d>\d\d?)\.\s*(?P<m>\d\d?)\.\s*{_YEAR}",
        rf"(?P<m>\d\d?)\s*[/.]\s*{_YEAR}",
        rf"{_YEAR}/(?P<m>\d\d)(?!\d)",
        rf"(?:(?P<d>\d\d?)\.?\s+)?(?P<name>[a-zäöü]+)\.?\s+{_YEAR}",
        rf"(?:q\s*(?P<q>[1-4])|(?P<q2>[1-4])\.?\s*(?:quartal|quarter|q|vj\.?)|(?P<roman>i{{1,3}}|iv)\.?\s*(?:quartal)?)"
        rf"\s*[/ ]?\s*{_YEAR}",
        rf"{_YEAR}\s*[/ -]?\s*q\s*(?P<q>[1-4])",
        rf"(?P<h>[12])\.?\s*(?:halbjahr|hj\.?)\s*[/ ]?\s*{_YEAR}",
    )
)
_TWO_YEARS = re.compile(r"(?P<first>[12]\d{3})\s*/\s*(?P<second>[12]\d{3}|\d\d)")
FORMS = "2022, 2022-05-31, 31.05.2022, 05/2022, Mai 2022, 2. Quartal 2022, 2021/2022"


def last_day(text: str) -> datetime.date | None:
    """The last day that a date, month, quarter or year speaks of; None where it cannot be told.

    Notes
        "2022/05" is a month, as 05 does not follow 22; "2021/22" and "2021/2022" end with the second year.
    """
    plain = " ".join(text.casefold().split())
    if two := _TWO_YEARS.fullmatch(plain):
        first, second = int(two["first"]), int(two["second"])
        if second in (first + 1, (first + 1) % 100):
            return datetime.date(first + 1, 12, 31)
    days = (_day(found) for form in _FORMS if (found := form.fullmatch(plain)))
    return next((day for day in days if day is not None), None)


def _day(found: re.Match[str]) -> datetime.date | None:
    told = {name: text for name, text in found.groupdict().items() if text}
    year, month = int(told["y"]), 12
    if "name" in told:
        month = _MONTH.get(told["name"], 0)
    elif "m" in told:
        month = int(told["m"])
    elif quarter := told.get("q") or told.get("q2"):
        month = 3 * int(quarter)
    elif "roman" in told:
        month = 3 * _ROMAN[told["roman"]]
    elif "h" in told:
        month = 6 * int(told["h"])
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    day = int(told.get("d", last))
    return datetime.date(year, month, day) if 1 <= day <= last else None


def note_dates(keys: Iterable[tuple[str, str]], problems: Problems) -> None:
    """Areas with several dates of which the last cannot be told."""
    dates: dict[str, list[str]] = {}
    for area, text in sorted(set(keys)):
        dates.setdefault(area, []).append(text)
    several = {area: texts for area, texts in dates.items() if len(texts) > 1}
    strange = [text for texts in several.values() for text in texts if last_day(text) is None]
    problems.add(f"dates cannot be put in order (known are {FORMS})", strange, len(strange))
    twice = [
        f"{area}: {', '.join(texts)}"
        for area, texts in several.items()
        if len({last_day(text) for text in texts if last_day(text)}) < sum(last_day(text) is not None for text in texts)
    ]
    problems.add("an area has two dates that end on the same day", twice, len(twice))


def latest_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Of each area_id the row whose date ends last.

    Raises
        InputError where an area has several dates that cannot be put in order.
    """
    problems = Problems()
    note_dates(zip(table["area_id"], table["date"], strict=True), problems)
    problems.refuse_any("the table of areas", expected=f"dates such as {FORMS}", fix="correct the column of dates")
    days = pd.Series([(last_day(text) or datetime.date.min).toordinal() for text in table["date"]], index=table.index)
    order = pd.DataFrame({"area": table["area_id"], "day": days}).sort_values(["area", "day"], kind="stable").index
    return table.loc[order].drop_duplicates("area_id", keep="last").reset_index(drop=True)
