"""Quarters beside municipalities: what is held back in one table must not follow from the sums of the other.

The quarters of a municipality add up to its own row, so they are one group of secondary suppression. A quarter that
crosses a border belongs to the groups of both, with the part of its residents that lives there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import MICRO
from nahraum.publish.disclosure import Mask, Micro, Rules, micro, protected

ALL = "all"
MUNICIPALITY = "municipality_id"


@dataclass(frozen=True)
class Nested:
    """Where the residents of each quarter live, and what the municipalities' own rows hold back.

    pieces : quarter_id ("" outside all quarters), municipality_id and residents, a row per pair that has any.
    withheld : columns held back in the row of a municipality, "all" for the whole row.
    """

    pieces: pd.DataFrame
    withheld: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def with_rows(self, municipalities: pd.DataFrame) -> Nested:
        """The same, knowing what the released table of municipalities holds back."""
        names = municipalities["suppressed"].fillna("").astype(str)
        keys = municipalities["municipality_id"].astype(str)
        return Nested(self.pieces, {key: frozenset(row.split()) for key, row in zip(keys, names, strict=True)})

    def crossed(self) -> frozenset[str]:
        """Municipalities whose residents are not those of whole quarters."""
        inside = self.pieces[self.pieces["quarter_id"] != ""]
        several = inside["quarter_id"].duplicated(keep=False)
        cut = [*inside.loc[several, "municipality_id"], *self.pieces.loc[self.pieces["quarter_id"] == "", MUNICIPALITY]]
        return frozenset(map(str, cut))


@dataclass(frozen=True)
class Group:
    """Rows that add up to one published sum, with the part of each that counts there."""

    rows: npt.NDArray[np.int64]
    part: npt.NDArray[np.float64]
    withheld: frozenset[str]


Groups = Sequence[Group]


def nested_pieces(addresses: pd.DataFrame) -> pd.DataFrame:
    """Residents inside the study area by quarter and municipality, as `Nested` needs them."""
    here = addresses[addresses["inside"].to_numpy(dtype=bool) & (addresses[MUNICIPALITY] != "").to_numpy(dtype=bool)]
    counted = pd.Series(micro(here["residents"]), index=here.index)
    total = counted.groupby([here["quarter_id"].astype(str), here[MUNICIPALITY].astype(str)], sort=True).sum()
    found = total[total > 0].rename("residents").reset_index()
    return found.assign(residents=found["residents"] / MICRO)


@dataclass(frozen=True)
class Beside:
    """What has to be known beside a table of areas: sums that they have with others, and its own counts of persons."""

    nested: Nested | None = None
    counted: tuple[str, ...] = ()


ALONE = Beside()


def groups_of(frame: pd.DataFrame, beside: Beside) -> Groups:
    """The quarters of each municipality; nothing for other areas, and in a study of one municipality."""
    if beside.nested is None or "quarter_id" not in frame.columns:
        return ()
    nested, quarter_ids = beside.nested, frame["quarter_id"]
    place = {key: at for at, key in enumerate(quarter_ids.astype(str))}
    pieces = nested.pieces[nested.pieces["quarter_id"].isin(list(place))]
    whole = pieces.groupby("quarter_id")["residents"].transform("sum")
    pieces = pieces.assign(row=pieces["quarter_id"].map(place), part=pieces["residents"] / whole)
    found = []
    for key, rows in pieces.sort_values(["municipality_id", "row"]).groupby("municipality_id", sort=True):
        withheld = nested.withheld.get(str(key), frozenset())
        found.append(Group(rows["row"].to_numpy(np.int64), rows["part"].to_numpy(np.float64), withheld))
    return found


def protected_in(
    groups: Groups,
    primary: Mask,
    size: Micro,
    counts: Sequence[Micro],
    *,
    columns: Sequence[str] = (),
    minimum_count: int,
    minimum_size: float = 0.0,
    known: Mask | None = None,
) -> Mask:
    """`protected` in every municipality; in the whole table where there are none.

    Parameters
        columns : columns that the mask is for: where the municipality's own row holds one of them back, the sum
            of its quarters must not tell it, so that some of them go, too.

    Notes
        What goes in one municipality may be part of a quarter of the next, so all are looked at again until nothing
        more goes.
    """
    if not groups:
        return protected(
            primary, size, counts, minimum_count=minimum_count, minimum_size=minimum_size, known=known,
        )  # fmt: skip
    known = np.ones(len(primary), dtype=np.bool_) if known is None else known
    hidden, before = primary & known, -1
    while int(hidden.sum()) > before:
        before = int(hidden.sum())
        for group in groups:
            rows = group.rows
            here = _started(hidden[rows], known[rows], size[rows], told=not _withheld(group, columns))
            if here.any():
                hidden[rows] |= protected(
                    here, _part(size[rows], group), [_part(c[rows], group) for c in counts],
                    minimum_count=minimum_count, minimum_size=minimum_size, known=known[rows],
                )  # fmt: skip
    return np.asarray(hidden)


def small_rows(residents: Micro, rules: Rules, groups: Groups) -> Mask:
    """Areas with too few residents for a row, and those that must go with them."""
    return protected_in(
        groups, (residents > 0) & (residents < rules.minimum_residents_cell * MICRO), residents, [residents],
        columns=("residents",), minimum_count=rules.minimum_count, minimum_size=rules.minimum_residents_cell,
    )  # fmt: skip


def _part(count: Micro, group: Group) -> Micro:
    return np.asarray(np.rint(count * group.part), dtype=np.int64)


def _withheld(group: Group, columns: Sequence[str]) -> bool:
    return bool(group.withheld & {ALL, *columns})


def _started(hidden: Mask, known: Mask, size: Micro, *, told: bool) -> Mask:
    """Rows that go already; the smallest where none goes and the sum is held back."""
    open_rows = np.flatnonzero(known & (size > 0))
    if told or hidden.any() or not len(open_rows):
        return hidden
    first = hidden.copy()
    first[open_rows[np.argmin(size[open_rows])]] = True
    return first
