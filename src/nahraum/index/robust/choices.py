"""Value choices: in how many of the printed variants an area is in the target set, and between which ranks it moves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.index.robust.variants import Variant, indices, ranks_of, variant_list, weightings
from nahraum.index.status.engine import Worked, work_out
from nahraum.index.status.method import Method
from nahraum.parameters import Parameters

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class ValueChoices:
    """How much the status of areas hangs on choices of method.

    areas : area_id, in_target (by the method itself), target_share (share of the variants that have it in theirs),
        rank, rank_low, rank_high (interval over the variants), rank_min, rank_max.
    variants : variant_id, normalisation, weighting, unit, aggregation, target_factor, rank_shift (mean of the absolute
        differences of ranks [areas]), target_kept (share of the method's target set that stays).
    by_choice : choice, value, n_variants, rank_shift, target_kept: means over the variants with this value.
    """

    areas: pd.DataFrame
    variants: pd.DataFrame
    by_choice: pd.DataFrame


def oriented_units(work: Worked) -> tuple[Floats, list[str], Floats]:
    """Values of the parts (of the domains, where a method has some), high is disadvantage; their ids and weights.

    What is unknown takes the mean of the known, as in the index itself.
    """
    steps, method = work.status.steps, work.method
    if steps.domains is not None:
        values, units, given = steps.domains.score, [d.id for d in method.domains], [d.weight for d in method.domains]
    else:
        values, units, given = steps.parts.score, [p.id for p in method.parts], [p.weight for p in method.parts]
    weight = np.ones(len(units)) if method.weights == "equal" else np.asarray(given, dtype=np.float64)
    known = ~np.isnan(values)
    mean = np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.where(known, values, mean), units, weight


def target_size(work: Worked, parameters: Parameters) -> int:
    """How many areas make the target set: those of the lowest classes of status, else a share of all."""
    n, cut = int(work.status.member.sum()), work.status.cut
    if cut is None:
        return max(1, round(n * parameters.number("robust.target_share")))
    first = len(work.status.classes.ids) - int(parameters.number("robust.target_classes"))
    return max(1, int((cut.number >= max(first, 1)).sum()))


def _areas(ids: npt.NDArray[np.object_], base: Floats, ranks: Floats, inside: Bools, *, size: int,
           interval: tuple[float, float]) -> pd.DataFrame:  # fmt: skip
    low, high = np.quantile(ranks, interval, axis=0, method="nearest")
    return pd.DataFrame({
        "area_id": ids, "in_target": base <= size, "target_share": inside.mean(axis=0), "rank": base,
        "rank_low": low, "rank_high": high, "rank_min": ranks.min(axis=0), "rank_max": ranks.max(axis=0),
    })  # fmt: skip


def _variants(variants: list[Variant], ranks: Floats, base: Floats, inside: Bools, size: int) -> pd.DataFrame:
    target = base <= size
    return pd.DataFrame({
        "variant_id": [v.id for v in variants], "normalisation": [v.normalisation for v in variants],
        "weighting": [v.weighting.kind for v in variants], "unit": [v.weighting.unit for v in variants],
        "aggregation": [v.aggregation for v in variants], "target_factor": [v.target_factor for v in variants],
        "rank_shift": np.abs(ranks - base).mean(axis=1), "target_kept": inside[:, target].mean(axis=1),
    })  # fmt: skip


def _by_choice(variants: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for choice in ("normalisation", "weighting", "aggregation", "target_factor"):
        groups = variants.groupby(choice, sort=True)[["rank_shift", "target_kept"]]
        means = groups.mean().reset_index().rename(columns={choice: "value"})
        means.insert(0, "choice", choice)
        means.insert(2, "n_variants", groups.size().to_numpy())
        parts.append(means.astype({"value": str}))
    return pd.concat(parts, ignore_index=True)


def value_choices(
    values: pd.DataFrame, method: Method, parameters: Parameters, *, residents: pd.Series | None = None,
    excluded: Collection[str] = (),
) -> ValueChoices:  # fmt: skip
    """The same status by every variant of the printed list.

    Parameters
        values, residents, excluded : as for `status.status_index`.

    Raises
        InputError as `status_index`, and for a method that counts: its thresholds are the choice (`index.variants`).

    Notes
        A share of variants is a count of choices, never a probability. A target set holds the areas of the highest
        index, in each variant as many as the method's own, times the factor: classes by standard deviations would
        not compare. Equal ranks at the line are all in.
    """
    if method.aggregate == "counting":
        raise InputError(
            f"the method {method.id!r} counts lacks; normalisations and weights do not apply to it",
            expected="an index that is summed, e.g. mss-berlin-2019",
            fix="for prerequisites: in_target_share and rank_min, rank_max of the quarters",
        )
    work = work_out(values, method, residents=residents, excluded=excluded)
    ids = np.array(work.known.ids, dtype=object)[work.status.member]
    if len(ids) < 2:
        raise InputError(
            f"{len(ids)} areas with an index: there is nothing to rank", expected="two areas at least",
            fix="see the reasons in `status_index(…).areas`",
        )  # fmt: skip
    oriented, units, given = oriented_units(work)
    variants = variant_list(weightings(oriented, units, given, parameters.value("robust.weight_factors")), parameters)
    ranks = ranks_of(indices(oriented, variants, method.winsor))
    base, size = ranks_of(work.status.steps.index), target_size(work, parameters)
    sizes = np.array([max(1, round(size * v.target_factor)) for v in variants])
    inside = np.asarray(ranks <= sizes[:, None], dtype=np.bool_)
    low, high = parameters.value("robust.rank_interval")
    table = _variants(variants, ranks, base, inside, size)
    areas = _areas(ids, base, ranks, inside, size=size, interval=(float(low), float(high)))
    return ValueChoices(areas, table, _by_choice(table))
