"""Published margins as bounds: what is known of every class, what is hidden in it, how many households there are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import KNOWN_STATUSES, require
from nahraum.households.contracts import CLASSES, MARGINS, OF_HOUSEHOLDS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
OK, UNRELIABLE, SUPPRESSED, MISSING = 0, 1, 2, 3
NAMES = ("ok", "unreliable", "suppressed", "missing")
_TOTALS = ("household_size", "household_type")


@dataclass(frozen=True)
class Margin:
    """One dimension of the areas of a level: [areas, classes].

    published NaN where open; lower, upper: what is possible; code: how sure, the worst of an area's cells;
    stated: total of the dimension as published, NaN where there is none.
    """

    published: Floats
    lower: Floats
    upper: Floats
    code: Ints
    stated: Floats

    @property
    def fixed(self) -> Mask:
        """Areas of which every class is known."""
        return np.asarray((self.lower == self.upper).all(axis=1))


def checked(margins: pd.DataFrame) -> pd.DataFrame:
    """The same table, texts as categories. Raises InputError for what no census can publish; all problems at once."""
    texts = {name: "category" for name in ("level", "dimension", "status") if name in margins}
    table = require(margins.astype(texts), MARGINS, called="margins of households", fix="see households.contracts")
    most = table["dimension"].map({name: len(each) for name, each in CLASSES.items()}).astype(np.float64)
    known, told = table["status"].isin(KNOWN_STATUSES), table["count"].notna()
    problems = []
    for bad, text in (
        (table["class_id"] > most, "class_id is above the number of classes of its dimension"),
        (known & ~told, "status says known, but there is no count"),
        (~known & told, "status says not known, but there is a count"),
        (~table["status"].isin(NAMES), f"status is none of {NAMES}"),
        (_crossed(table), "least is below 0 or above most"),
    ):
        if bad.any():
            first = table.loc[bad, ["level", "area_key", "dimension", "class_id"]].head(3).to_numpy().tolist()
            problems.append(f"{text} in {int(bad.sum())} rows, first: {first}")
    if problems:
        raise InputError("margins of households cannot be used", where=problems, expected=MARGINS.expected())
    return table  # numbers, not texts, are compared


def _crossed(table: pd.DataFrame) -> pd.Series:
    """Rows whose bounds exclude each other."""
    bounds = table.reindex(columns=["least", "most"]).astype(np.float64)
    return (bounds["least"] > bounds["most"]) | (bounds["least"] < 0)


def read_level(margins: pd.DataFrame, level: str, keys: Ints, *, suppressed_most: float) -> dict[str, Margin]:
    """The margins of one level for areas with sorted keys; dimensions without any known class are left out.

    Raises
        InputError where a row is about an area that is not among the keys.
    """
    rows = margins[margins["level"] == level]
    area = np.searchsorted(keys, rows["area_key"].to_numpy())
    strange = (area >= keys.size) | (keys[np.minimum(area, keys.size - 1)] != rows["area_key"].to_numpy())
    if strange.any():
        first = rows.loc[strange, "area_key"].unique()[:3].tolist()
        fix = "add them to the cells, or take their rows out of the margins"
        raise InputError(
            f"margins of households: {int(strange.sum())} rows of the level {level!r} are about areas without cells",
            where=f"first: {first}",
            fix=fix,
        )
    found = {}
    for name in CLASSES:
        mine = (rows["dimension"] == name).to_numpy()
        if (mine & rows["count"].notna().to_numpy() & (rows["class_id"] > 0).to_numpy()).any():
            found[name] = _margin(rows[mine], area[mine], (keys.size, len(CLASSES[name])), suppressed_most)
    return found


def _margin(rows: pd.DataFrame, area: Ints, shape: tuple[int, int], suppressed_most: float) -> Margin:
    """Counts, bounds and codes of one dimension; a class without a row is missing, not 0."""
    published, upper = np.full(shape, np.nan), np.full(shape, np.inf)
    code, stated = np.full(shape, MISSING, dtype=np.int64), np.full(shape[0], np.nan)
    number = rows["class_id"].to_numpy()
    count = rows["count"].to_numpy(dtype=np.float64)
    status = rows["status"].map({name: k for k, name in enumerate(NAMES)}).to_numpy(dtype=np.int64)
    is_class = number > 0
    where = (area[is_class], number[is_class] - 1)
    published[where], code[where] = count[is_class], status[is_class]
    stated[area[~is_class]] = count[~is_class]
    upper = np.where(code == SUPPRESSED, suppressed_most, np.where(np.isnan(published), upper, published))
    lower = np.nan_to_num(published)
    for name, bound in (("least", lower), ("most", upper)):
        if name in rows:
            told = rows[name].to_numpy(dtype=np.float64)
            use = is_class & ~np.isnan(told) & np.isnan(count)
            bound[area[use], number[use] - 1] = told[use]
    return Margin(published, lower, upper, code, stated)


def capped(margin: Margin, number: Floats, known: Mask) -> Margin:
    """The margin of cells whose households are known: a class that is not holds at most all of them."""
    most = np.where(known[:, None], np.maximum(number[:, None], margin.lower), np.inf)
    upper = np.where(np.isnan(margin.published), np.minimum(margin.upper, most), margin.upper)
    return replace(margin, upper=upper)


def summed(margin: Margin, unit: Ints, n_units: int) -> Margin:
    """The margin of units out of that of their cells: bounds add up, the worst code stays."""

    def added(values: Floats) -> Floats:
        total = np.zeros((n_units, *values.shape[1:]))
        np.add.at(total, unit, values)
        return total

    told = added((~np.isnan(margin.published)).astype(np.float64))
    published = np.where(told > 0, added(np.nan_to_num(margin.published)), np.nan)
    code = np.zeros((n_units, margin.code.shape[1]), dtype=np.int64)
    np.maximum.at(code, unit, margin.code)
    return Margin(published, added(margin.lower), added(margin.upper), code, added(margin.stated))


def households_of(margins: dict[str, Margin], n_areas: int) -> tuple[Ints, Ints]:
    """How many households each area has, and how sure that is: code OK, UNRELIABLE (a lower bound) or MISSING.

    Notes
        The stated total of households, else the sum of their sizes, types or tenures where all classes are known. Else
        the largest sum or total of any dimension of households or dwellings: small counts are hidden in it.
    """
    number, code = np.full(n_areas, np.nan), np.full(n_areas, OK, dtype=np.int64)
    for name in (each for each in _TOTALS if each in margins):
        number = np.where(np.isnan(number), margins[name].stated, number)
    for name in (each for each in (*_TOTALS, "tenure") if each in margins):
        number = np.where(np.isnan(number) & margins[name].fixed, margins[name].lower.sum(axis=1), number)
    least = np.zeros(n_areas)
    for name in (each for each in OF_HOUSEHOLDS if each in margins):
        least = np.maximum(least, np.fmax(margins[name].lower.sum(axis=1), np.nan_to_num(margins[name].stated)))
    code[np.isnan(number)] = UNRELIABLE
    number = np.where(np.isnan(number), least, number)
    code[(number == 0) & (code == UNRELIABLE)] = MISSING
    return np.rint(number).astype(np.int64), code


@dataclass(frozen=True)
class Target:
    """Bounds of a dimension scaled to the total of each area; consistent: they held it before (± 1)."""

    lower: Floats
    upper: Floats
    consistent: Mask


def target(margin: Margin | None, totals: Floats, n_classes: int) -> Target:
    """What the weights of each area have to meet; without a margin everything is open."""
    if margin is None:
        open_ = np.zeros((totals.size, n_classes))
        return Target(open_, np.full_like(open_, np.inf), np.ones(totals.size, dtype=bool))
    least, most = margin.lower.sum(axis=1), margin.upper.sum(axis=1)
    consistent = (least <= totals + 1) & (most >= totals - 1)
    scale = np.ones(totals.size)
    scale = np.divide(totals, least, out=scale, where=(least > totals) | (margin.fixed & (least > 0)))
    scale = np.divide(totals, most, out=scale, where=(most < totals) & (most > 0))
    lower, upper = margin.lower * scale[:, None], margin.upper * scale[:, None]
    upper[most == 0] = np.inf  # none counted where there are some: nothing can be said of the classes
    return Target(lower, upper, consistent)
