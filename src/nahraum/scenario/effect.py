"""What one state of a study is against another, in persons: by quarter and by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.frames import MICRO
from nahraum.index import counting
from nahraum.index.people import APART, LACKS, Floats, Int64
from nahraum.scenario.persons import Persons
from nahraum.scenario.tally import Tally, compared

SEVERAL = "several"
COUNTED = (SEVERAL, *LACKS, *APART)


@dataclass(frozen=True, eq=False)
class Effect:
    """Two states of a study compared; unsuppressed, for the office. [persons]

    quarters : per touched quarter (id; '' for none) `<name>_now` persons who lack it and did not, `<name>_no_longer`
    those who did and do not, for each prerequisite and for `several` (at least k known lacks).
    cells : the same per touched cell (key). Persons who move in count as lacking now where their address is new.
    before, after : the rows of `Tally.table` of the touched quarters; total_before, total_after : `Tally.total`.
    newcomers, newcomers_lacking : counted persons who move in (below 0 where that is taken back), and who of them lacks
    at least k, as known; they are among those who lack now where their address is new.
    """

    lacks_needed: int
    quarters: pd.DataFrame
    cells: pd.DataFrame
    before: pd.DataFrame
    after: pd.DataFrame
    total_before: pd.DataFrame
    total_after: pd.DataFrame
    n_addresses: int
    newcomers: float = 0.0
    newcomers_lacking: float = 0.0


def effect_of(before: Tally, after: Tally, *, of_last: bool = False) -> Effect:
    """What differs between two states of the same study.

    Parameters
        of_last : nothing but the last change lies between them.

    Notes
        A person counts as relieved where the number of known lacks falls below k; the internet offer, which is known
        as a share of households, is spread evenly within a cell (independence).
    """
    ground = after.ground
    at = after.last if of_last else np.union1d(before.at, after.at)
    old, new = before.take(at), after.take(at)
    old, new = old.standing_where(new), new.standing_where(old)
    sides = _shares(old, ground.rule.k), _shares(new, ground.rule.k)
    flows = _flows(*sides)
    changed = np.asarray((flows > 0).any(axis=1), dtype=bool)
    codes = sorted({*after.quarters_touched(before), *new.quarter[changed].tolist()})
    names = pd.Index([ground.quarters[code] for code in codes], name="quarter_id")
    cells = np.unique(new.cell[changed])
    return Effect(
        ground.rule.k,
        _summed(flows, np.searchsorted(codes, new.quarter), changed, names),
        _summed(flows, np.searchsorted(cells, new.cell), changed, pd.Index(cells, name="cell_key")),
        *compared(before, after, codes), int(changed.sum()), *_moved_in(*sides),
    )  # fmt: skip


def flow_columns() -> list[str]:
    """The columns of `Effect.quarters` and `Effect.cells`."""
    return [f"{name}_{way}" for name in COUNTED for way in ("now", "no_longer")]


Shares = tuple[Floats, Int64]


def _moved_in(old: Shares, new: Shares) -> tuple[float, float]:
    """Persons who move in, and who of them lacks several."""
    more = new[1] - old[1]
    lacking = np.where(more > 0, new[0][:, 0], old[0][:, 0]) * more
    return float(more.sum() / MICRO), float(np.rint(lacking).astype(np.int64).sum() / MICRO)


def _flows(old: Shares, new: Shares) -> Int64:
    """Per address and column of `flow_columns`, in millionths of a person.

    A share that grows counts among those who live there now, one that falls among those who lived there before.
    """
    (one, people), (other, now) = old, new
    known = ~np.isnan(one) & ~np.isnan(other)
    more = np.where(known, other - one, 0.0)
    grown = np.rint(np.maximum(more, 0.0) * now[:, None]).astype(np.int64)
    fallen = np.rint(np.maximum(-more, 0.0) * people[:, None]).astype(np.int64)
    return np.stack([grown, fallen], axis=2).reshape(len(more), 2 * len(COUNTED))


def _shares(rows: Persons, k: int) -> Shares:
    """Share of the counted people of each address with each of `COUNTED` (0 where nobody is counted, NaN where a lack
    is not known), and how many they are."""
    people, n = rows.people(), len(rows.micro)
    sums = counting.unit_columns(people, people.row, n, ks=(k,), parts=False)
    judged = sums["judged"].astype(np.int64)
    columns: list[npt.NDArray[np.float64]] = [sums[f"h{k}_known"].astype(np.float64) / np.maximum(judged, 1)]
    for name in (*LACKS, *APART):
        share = sums[name].astype(np.float64) / np.maximum(judged, 1)
        unknown = (judged > 0) & (sums[f"known_{name}"] == 0)
        columns.append(np.where(unknown, np.nan, share))
    return np.column_stack(columns), judged


def _summed(flows: Int64, code: npt.NDArray[np.intp], member: npt.NDArray[np.bool_], names: pd.Index) -> pd.DataFrame:
    totals = np.zeros((len(names), flows.shape[1]), dtype=np.int64)
    np.add.at(totals, code[member], flows[member])
    return pd.DataFrame(totals / MICRO, index=names, columns=flow_columns())
