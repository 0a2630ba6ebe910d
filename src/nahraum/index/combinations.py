"""Which lacks meet: the sixteen combinations with residents, and what is known of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import MICRO
from nahraum.index.people import SHARED, Int64, People, sum_micro
from nahraum.indicators.catalogue import LABELS_DE, LABELS_EN
from nahraum.tables import PREREQUISITES

UNKNOWN = 2
UNDETERMINED = "undetermined"
NONE = "none"
_BASE = 3
_PLACES = _BASE ** np.arange(len(PREREQUISITES), dtype=np.int64)
# the two combinations that ask for opposite measures (DESIGN, counting rules)
_TYPE_DE = {"living_space+green": "innerstädtisches Muster", "internet+supply": "Randlagen-Muster"}
_TYPE_EN = {"living_space+green": "inner-city pattern", "internet+supply": "peripheral pattern"}


@dataclass(frozen=True)
class Patterns:
    """Groups of people by combination: `code` holds a digit (0, 1, 2 = not known) per prerequisite."""

    row: Int64
    micro: Int64
    code: Int64


def digits_of(code: int) -> tuple[int, ...]:
    """0, 1 or 2 (not known) per prerequisite."""
    return tuple(int(code // place % _BASE) for place in _PLACES)


def combination_id(digits: tuple[int, ...]) -> str:
    """Id such as `living_space+green`, `none`, or with a question mark what is not known: `green+internet?`."""
    parts = [
        name + ("?" if digit == UNKNOWN else "") for name, digit in zip(PREREQUISITES, digits, strict=True) if digit
    ]
    return "+".join(parts) or NONE


def combination_name(combination: str, language: str) -> str:
    """Name for maps and tables, e.g. `Wohnraum + Grün (innerstädtisches Muster)`."""
    german = language == "de"
    fixed = {"": ("", ""), NONE: ("keine fehlt", "none missing"), UNDETERMINED: ("nicht bestimmbar", "undetermined")}
    if combination in fixed:
        return fixed[combination][0 if german else 1]
    labels, types = (LABELS_DE, _TYPE_DE) if german else (LABELS_EN, _TYPE_EN)
    parts = [labels[part.rstrip("?")] + ("?" if part.endswith("?") else "") for part in combination.split("+")]
    kind = types.get(combination)
    return " + ".join(parts) + (f" ({kind})" if kind else "")


def patterns(people: People, *, unknown: int = UNKNOWN) -> Patterns:
    """People by combination; who has the internet offer is split by the share, whole millionths kept.

    Parameters
        unknown : digit for a lack that is not known: 2 keeps it apart, 0 leaves it out.
    """
    lacks = people.lacks
    binary = np.where(np.isnan(lacks), unknown, lacks)
    share = lacks[:, SHARED]
    binary[:, SHARED] = np.where(np.isnan(share), unknown, 0)
    base = np.rint(binary).astype(np.int64) @ _PLACES
    without = np.rint(people.micro * np.nan_to_num(share, nan=0.0)).astype(np.int64)
    both = Patterns(
        row=np.concatenate([people.row, people.row]),
        micro=np.concatenate([people.micro - without, without]),
        code=np.concatenate([base, base + _PLACES[SHARED]]),
    )
    some: npt.NDArray[np.bool_] = both.micro > 0
    return Patterns(row=both.row[some], micro=both.micro[some], code=both.code[some])


def _described(table: pd.DataFrame) -> pd.DataFrame:
    table["name_de"] = [combination_name(name, "de") for name in table["combination"]]
    table["name_en"] = [combination_name(name, "en") for name in table["combination"]]
    return table


def _order(digits: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
    return digits.count(UNKNOWN), sum(digit == 1 for digit in digits), tuple(-digit for digit in digits)


def combinations(people: People) -> pd.DataFrame:
    """The sixteen combinations with their residents, and one row `undetermined`; sums to the judged residents.

    Returns
        `combination`, a column per prerequisite (1 lacking, 0 not, <NA> in the row `undetermined`),
        `n_lacks`, `residents` [persons], `share`, `name_de`, `name_en`. Sorted by number of lacks.

    Notes
        The offered share of a cell is spread evenly over its residents (independence).
    """
    found = patterns(people)
    total = int(people.micro.sum())
    rows = []
    seen = 0
    for digits in sorted(product((0, 1), repeat=len(PREREQUISITES)), key=_order):
        micro = int(found.micro[found.code == int(np.array(digits) @ _PLACES)].sum())
        seen += micro
        rows.append((combination_id(digits), *digits, sum(digits), micro))
    unknown = (None,) * (len(PREREQUISITES) + 1)
    rows.append((UNDETERMINED, *unknown, total - seen))
    table = pd.DataFrame(rows, columns=["combination", *PREREQUISITES, "n_lacks", "micro"])
    table = table.astype(dict.fromkeys((*PREREQUISITES, "n_lacks"), "Int64"))
    table["residents"] = table["micro"] / MICRO
    table["share"] = table["micro"] / total if total else np.nan
    return _described(table.drop(columns="micro"))


def partly_known_combinations(people: People) -> pd.DataFrame:
    """What is known of the undetermined residents: combinations with at least one unknown lack.

    Returns
        `combination` (`?` marks what is not known), a column per prerequisite (1, 0, <NA> not known),
        `residents` [persons], `share` of judged residents, `name_de`, `name_en`; its residents add up to
        the row `undetermined` of `combinations`.
    """
    found = patterns(people)
    total = int(people.micro.sum())
    rows = []
    for digits in sorted((digits_of(int(code)) for code in np.unique(found.code)), key=_order):
        if UNKNOWN in digits:
            micro = int(found.micro[found.code == int(np.array(digits) @ _PLACES)].sum())
            shown = [None if digit == UNKNOWN else digit for digit in digits]
            rows.append((combination_id(digits), *shown, micro / MICRO, micro / total))
    table = pd.DataFrame(rows, columns=["combination", *PREREQUISITES, "residents", "share"])
    return _described(table.astype(dict.fromkeys(PREREQUISITES, "Int64")))


def dominating(people: People, group: Int64, n: int, *, k: int) -> list[str]:
    """The combination of at least k known lacks that most residents of each group have; '' where none.

    Parameters
        group : number (0..n-1) of the group per row of the table that `people.row` points to, -1 for none.

    Notes
        Equal numbers of residents: the combination that comes first in the table of combinations.
    """
    found = patterns(people, unknown=0)
    codes = np.array([int(np.array(d) @ _PLACES) for d in sorted(product((0, 1), repeat=4), key=_order)])
    several = np.array([sum(digits_of(int(code))) >= k for code in codes])
    place = np.zeros(_BASE ** len(PREREQUISITES), dtype=np.int64)
    place[codes] = np.arange(len(codes))
    column, member = place[found.code], group[found.row] >= 0
    cell = group[found.row][member] * len(codes) + column[member]
    totals = sum_micro(found.micro[member], cell, n * len(codes)).reshape(n, len(codes)) * several
    best = totals.argmax(axis=1)
    return [combination_id(digits_of(int(codes[j]))) if totals[i, j] > 0 else "" for i, j in enumerate(best.tolist())]
