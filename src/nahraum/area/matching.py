"""Which entry of a register is which mapped place: by name where names are alike, else the nearest, one to one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from nahraum.area.space import points_of
from nahraum.parameters import Parameters

BY_NAME, BY_PLACE, BY_NAME_ONLY = "name", "nearest", "name_only"
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD = re.compile(r"[a-z0-9]+")


def plain_name(name: str, generic: Collection[str] = ()) -> str:
    """A name as small plain words, without those that say nothing; all of them where nothing else is left."""
    text = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    words = _WORD.findall("".join(sign for sign in text if not unicodedata.combining(sign)))
    telling = [word for word in words if word not in generic]
    return " ".join(telling or words)


def similarity(one: str, other: str) -> float:
    """How alike two plain names are: 2 × common trigrams ÷ all trigrams; 0 where one is empty. [0..1]"""
    if not one or not other:
        return 0.0
    left, right = _trigrams(one), _trigrams(other)
    return 2 * (left & right).total() / (left.total() + right.total())


@lru_cache(maxsize=1 << 16)
def _trigrams(name: str) -> Counter[str]:
    """Groups of three letters of each word, with its ends; words may stand in any order."""
    found: Counter[str] = Counter()
    for word in name.split():
        padded = f"  {word} "
        found.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return found


def matched_places(register: pd.DataFrame, mapped: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Pairs of entries and mapped places that are the same place; each in one pair at most.

    Parameters
        register, mapped : id, name ('' unknown), x_m, y_m (NaN: no position known), ids unique.

    Returns
        register_id, mapped_id, distance_m (NaN without position), by (name | nearest | name_only); sorted by
        register_id.

    Notes
        1. Pairs within `registers.match_distance_m` whose names are alike, nearest first. 2. Of the rest pairs
        within the same distance where a name is missing, or within `registers.match_distance_other_name_m`
        where names differ, nearest first. 3. Entries without position and a mapped place of the same name,
        where both names occur once. Ties go to the lowest ids, so the order of rows does not matter.
    """
    generic = frozenset(parameters.value("registers.generic_words"))
    left, right = _prepared(register, generic), _prepared(mapped, generic)
    near = _near_pairs(left, right, parameters)
    taken_left, taken_right = np.zeros(len(left), dtype=bool), np.zeros(len(right), dtype=bool)
    found = []
    for kind in (BY_NAME, BY_PLACE):
        wanted = near[near["by"] == kind]
        for one, other, metres in zip(wanted["left"], wanted["right"], wanted["distance_m"], strict=True):
            if not (taken_left[one] or taken_right[other]):
                taken_left[one] = taken_right[other] = True
                found.append((left["id"].iloc[one], right["id"].iloc[other], metres, kind))
    found += _by_name_only(left, right[~taken_right])
    pairs = pd.DataFrame(found, columns=["register_id", "mapped_id", "distance_m", "by"])
    return pairs.astype({"distance_m": np.float64}).sort_values("register_id", ignore_index=True)


def _prepared(places: pd.DataFrame, generic: Collection[str]) -> pd.DataFrame:
    table = places[["id", "name", "x_m", "y_m"]].sort_values("id", ignore_index=True)
    plain = [plain_name(name, generic) for name in table["name"].astype(str)]
    return table.assign(plain=pd.array(plain, dtype="str"))  # also where there is no place at all


def _near_pairs(left: pd.DataFrame, right: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """All pairs that may be the same, in the order in which they are taken."""
    one, other, metres = _within(left, right, parameters.number("registers.match_distance_m"))
    names, theirs = left["plain"].to_numpy(object)[one], right["plain"].to_numpy(object)[other]
    alike = np.array([similarity(a, b) for a, b in zip(names, theirs, strict=True)], dtype=np.float64)
    by_name = alike >= parameters.number("registers.name_similarity")
    unnamed = (names == "") | (theirs == "")
    close = metres <= parameters.number("registers.match_distance_other_name_m")
    pairs = pd.DataFrame(
        {"left": one, "right": other, "distance_m": metres, "by": np.where(by_name, BY_NAME, BY_PLACE)}
    )
    possible: pd.DataFrame = pairs[by_name | unnamed | close]
    return possible.sort_values(["distance_m", "left", "right"], ignore_index=True)


def _within(
    left: pd.DataFrame, right: pd.DataFrame, limit_m: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Positions of all pairs within the limit, and their distance in whole centimetres. [m]"""
    here, there = (np.flatnonzero(table["x_m"].notna().to_numpy()) for table in (left, right))
    points = [points_of(t["x_m"].to_numpy()[at], t["y_m"].to_numpy()[at]) for t, at in ((left, here), (right, there))]
    one, other = shapely.STRtree(points[1]).query(points[0], predicate="dwithin", distance=limit_m)
    metres = shapely.distance(points[0][one], points[1][other]).round(2)
    return here[one], there[other], metres


def _by_name_only(left: pd.DataFrame, right: pd.DataFrame) -> list[tuple[str, str, float, str]]:
    """Entries without position that share their name with exactly one mapped place, and nobody else does."""
    lost = left[left["x_m"].isna() & (left["plain"] != "")]
    once = lost[~lost["plain"].duplicated(keep=False)]
    theirs = right[(right["plain"] != "") & ~right["plain"].duplicated(keep=False)]
    pairs = once.merge(theirs, on="plain", suffixes=("", "_mapped"))
    return [(one, other, np.nan, BY_NAME_ONLY) for one, other in zip(pairs["id"], pairs["id_mapped"], strict=True)]


def possibly_meant(lost: pd.DataFrame, mapped: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """Mapped places that an entry without position may mean, as their names are alike: lost_id, mapped_id, sorted.

    Parameters
        lost : entries that no mapped place was found for; mapped : places that no entry was found for; both as in
            `matched_places`.
    """
    generic = frozenset(parameters.value("registers.generic_words"))
    limit = parameters.number("registers.name_similarity")
    ours, theirs = (table[table["plain"] != ""] for table in (_prepared(lost, generic), _prepared(mapped, generic)))
    found = [
        (one, other)
        for one, name in zip(ours["id"], ours["plain"], strict=True)
        for other, its in zip(theirs["id"], theirs["plain"], strict=True)
        if similarity(name, its) >= limit
    ]
    return pd.DataFrame(found, columns=["lost_id", "mapped_id"])
