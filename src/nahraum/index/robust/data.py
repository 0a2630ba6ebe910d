"""Data uncertainty: what rounding, noise and small bases leave open, by drawing the inputs again and again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.robust.choices import target_size
from nahraum.index.robust.variants import ranks_of
from nahraum.index.status.check import LIMITS
from nahraum.index.status.classes import cut
from nahraum.index.status.engine import Worked, work_out
from nahraum.index.status.method import Method, Part
from nahraum.index.status.pipeline import PER, Inputs, computed
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
SHARES = ("share", "percent")
RELIABILITY = ("sure", "uncertain", "open", "no_class")


@dataclass(frozen=True)
class DataUncertainty:
    """What the data leave open of a status.

    areas : area_id, index, index_low, index_high, rank, rank_low, rank_high, class, class_share (draws in the same
        class), target_share (draws in the target set), reliability (sure | uncertain | open | no_class).
    parts : area_id, part_id, value, sd, cv, reliability (ok | caution | unreliable), base (people behind the value,
        as used), base_known.
    n_draws, seed : of the draws.
    """

    areas: pd.DataFrame
    parts: pd.DataFrame
    n_draws: int
    seed: int


def _bases(work: Worked) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """People behind each value, (areas, parts), and whether they are known; else all residents: the least doubt."""
    people = work.status.inputs.people
    known = ~np.isnan(people)
    if work.known.residents is None:
        return people, known
    everybody = work.known.residents.to_numpy(dtype=np.float64)[work.status.member]
    return np.where(known, people, everybody[:, None]), known


def _spread(part: Part, values: Floats, base: Floats, parameters: Parameters) -> Floats:
    """Standard deviation of one part in its own unit; what is not a share of people has its rounding only."""
    per = PER.get(part.scale, 1.0)
    half = parameters.number("robust.rounding_points") * per / PER["percent"]
    variance = np.full(len(values), (half**2) / 3.0)  # uniform over a step
    if part.scale not in SHARES:
        return np.zeros(len(values))
    share = _guarded(np.clip(values / per, 0.0, 1.0), base)
    noise = parameters.number("robust.count_noise_sd")
    with np.errstate(invalid="ignore", divide="ignore"):
        small = np.where(base > 0, (share * (1.0 - share) + noise**2 / base) / base, 0.0)
    return np.sqrt(variance + np.nan_to_num(small) * per**2)


def _guarded(share: Floats, base: Floats) -> Floats:
    """(x + 1/2) / (n + 1): nobody of ten is not certainly nobody; the share as it is where no base is known."""
    with np.errstate(invalid="ignore"):
        return np.where(base > 0, (share * base + 0.5) / (base + 1.0), share)


def _drawn(work: Worked, spread: Floats, rng: np.random.Generator) -> Inputs:
    """Inputs drawn once, kept within what a part may hold."""
    inputs, parts = work.status.inputs, work.status.recipe.parts
    given = inputs.values  # noqa: PD011 - a field, not of a table
    values = given + spread * rng.standard_normal(given.shape)
    for j, part in enumerate(parts):
        values[:, j] = np.clip(values[:, j], *LIMITS[part.scale])
        if part.transform == "log":
            values[:, j] = np.where(values[:, j] > 0, values[:, j], given[:, j])
    return Inputs(values, inputs.people, inputs.larger)


def _parts(
    work: Worked, spread: Floats, base: Floats, known: npt.NDArray[np.bool_], parameters: Parameters
) -> pd.DataFrame:
    ids = np.array(work.known.ids, dtype=object)[work.status.member]
    caution, bad = parameters.number("robust.cv_caution"), parameters.number("robust.cv_unreliable")
    frames, given = [], work.status.inputs.values  # noqa: PD011 - a field, not of a table
    for j, part in enumerate(work.status.recipe.parts):
        values = given[:, j]
        per = PER.get(part.scale, 1.0)
        level = _guarded(values / per, base[:, j]) * per if part.scale in SHARES else values
        with np.errstate(invalid="ignore", divide="ignore"):
            cv = spread[:, j] / np.abs(np.where(values != 0, values, level))
        words = np.where(cv >= bad, "unreliable", np.where(cv >= caution, "caution", "ok"))
        frames.append(pd.DataFrame({
            "area_id": ids, "part_id": part.id, "value": values, "sd": spread[:, j], "cv": cv,
            "reliability": np.where(np.isnan(values), "", words), "base": base[:, j], "base_known": known[:, j],
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def _reliability(share: Floats, classes: bool, parameters: Parameters) -> npt.NDArray[np.str_]:
    if not classes:
        return np.full(len(share), "no_class")
    sure, loose = parameters.number("robust.sure_share"), parameters.number("robust.open_share")
    return np.where(share >= sure, "sure", np.where(share >= loose, "uncertain", "open"))


def data_uncertainty(
    values: pd.DataFrame, method: Method, parameters: Parameters, *, residents: pd.Series | None = None,
    excluded: Collection[str] = (), seed: int = 1,
) -> DataUncertainty:  # fmt: skip
    """Interval of the index and the rank, and how often an area keeps its class, when the inputs are drawn again.

    Parameters
        values, residents, excluded : as for `status.status_index`. The people behind a share are its `denominator`;
            where that is not known, all residents of the area, so that the doubt shown is the least there is.
        seed : the same seed, the same draws.

    Raises
        InputError as `status_index`.

    Notes
        A share of n people has the standard deviation sqrt(p (1-p) / n) with p = (x + 1/2) / (n + 1), as if the people
        were a sample of those who could live there, beside rounding and the noise an office declares. This is doubt
        about data only; what hangs on the choice of method is `value_choices`, and the two are never merged.
    """
    work = work_out(values, method, residents=residents, excluded=excluded)
    side = work.status
    if int(side.member.sum()) < 2:
        raise InputError("fewer than two areas have an index", expected="two areas at least",
                         fix="see the reasons in `status_index(…).areas`")  # fmt: skip
    base, known = _bases(work)
    given = side.inputs.values  # noqa: PD011 - a field, not of a table
    spread = np.column_stack([
        _spread(part, given[:, j], base[:, j], parameters) for j, part in enumerate(side.recipe.parts)
    ])  # fmt: skip
    n, rng = int(parameters.number("robust.draws")), np.random.default_rng(seed)
    size, classes = target_size(work, parameters), side.cut is not None
    index, number = np.empty((n, int(side.member.sum()))), np.zeros((n, int(side.member.sum())), dtype=np.int64)
    for turn in range(n):
        steps = computed(_drawn(work, spread, rng), side.recipe)
        index[turn] = steps.index
        if classes:
            number[turn] = cut(steps.index, side.classes, standardised=side.recipe.restandardise == "z").number
    ranks, own = ranks_of(index), side.steps.index
    low, high = (float(item) for item in parameters.value("robust.rank_interval"))
    own_class = np.zeros(len(own), dtype=np.int64) if side.cut is None else side.cut.number
    same = np.where(classes, (number == own_class).mean(axis=0), np.nan)
    names = np.array(side.classes.ids, dtype=object)[own_class] if classes else np.full(len(own), "", dtype=object)
    areas = pd.DataFrame({
        "area_id": np.array(work.known.ids, dtype=object)[side.member], "index": own,
        "index_low": np.quantile(index, low, axis=0), "index_high": np.quantile(index, high, axis=0),
        "rank": ranks_of(own), "rank_low": np.quantile(ranks, low, axis=0, method="nearest"),
        "rank_high": np.quantile(ranks, high, axis=0, method="nearest"), "class": names, "class_share": same,
        "target_share": (ranks <= size).mean(axis=0), "reliability": _reliability(same, classes, parameters),
    })  # fmt: skip
    return DataUncertainty(areas, _parts(work, spread, base, known, parameters), n, seed)
