"""How incidence goes with one factor in one wave: a regression of counts where there are enough areas, else ranks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.index.incidence.areas import ages_known, expected_cases
from nahraum.index.incidence.cases import Wave
from nahraum.index.incidence.check import residual_clustering
from nahraum.index.incidence.factors import Factor, distinct_values_share, fifths_of_residents
from nahraum.index.incidence.negbin import CountModel, count_model
from nahraum.index.incidence.notes import caveat
from nahraum.index.incidence.ranks import certain_order, rank_correlation
from nahraum.index.incidence.rates import Floats, normal_quantile
from nahraum.index.spatial.neighbours import Neighbours
from nahraum.parameters import Parameters

RANK, NONE = "rank_correlation", "none"
Bools = npt.NDArray[np.bool_]
Estimate = tuple[float, float, float]  # value, low, high
_UNKNOWN: Estimate = (np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Limits:
    """From how many areas on what is said, and how residuals are checked."""

    confidence_share: float
    areas_regression: int
    areas_rank: int
    distinct_share: float
    permutations: int
    seed: int
    residuals_p: float


def read_limits(parameters: Parameters) -> Limits:
    """The parameters of associations."""
    return Limits(
        parameters.number("incidence.confidence_share"),
        int(parameters.number("incidence.minimum_areas_regression")),
        int(parameters.number("incidence.minimum_areas_rank")),
        parameters.number("incidence.distinct_values_share"),
        int(parameters.number("incidence.permutations")),
        int(parameters.number("incidence.permutation_seed")),
        parameters.number("incidence.residuals_p"),
    )


@dataclass(frozen=True)
class _Data:
    """The areas of which everything is known."""

    areas: tuple[str, ...]
    least: Floats
    most: Floats
    residents: Floats
    expected: Floats
    factor: Floats

    @property
    def above(self) -> Bools:
        """Areas above the mean of the factor."""
        return np.asarray(self.factor > self.factor.mean())

    def counts(self, above: Bools) -> list[Floats]:
        """The cases; where some are suppressed what they may be: middle, all least, all most, and tilted both ways.

        Parameters
            above : areas where a larger count makes the estimate larger; the tilted ones have most there and least
                elsewhere, and the reverse.
        """
        middle = (self.least + self.most) / 2
        if (self.least == self.most).all():
            return [middle]
        up, down = (np.where(where, self.most, self.least) for where in (above, ~above))
        return [middle, self.least, self.most, up, down]


@dataclass
class _Found:
    """What was found so far."""

    method: str = NONE
    per_sd: Estimate = _UNKNOWN
    fifths: Estimate = _UNKNOWN
    rank: Estimate = _UNKNOWN
    theta: float = np.nan
    moran: float = np.nan
    moran_p: float = np.nan
    certain: bool = False  # areas in one order without exception, and too many of them for chance
    codes: list[str] = field(default_factory=list)


def association(wave: Wave, factor: Factor, neighbours: Neighbours | None, limits: Limits) -> dict[str, object]:
    """One row: how the incidence of a wave goes with a factor.

    Returns
        n_areas, n_suppressed; method (negative_binomial | poisson | rank_correlation | none); `rate_ratio_per_sd` and
        `rate_ratio_fifths` (fifth of residents with the largest values ÷ fifth with the smallest) with limits; `rank`
        (Spearman, with the rate or observed ÷ expected) with limits; theta; `residual_moran` and its p; direction
        (-1, 0, 1: sign of the estimate the method tells, 0 where its interval holds no association); notes.
    """
    data, found = _data(wave, factor), _Found()
    if len(data.areas) < len(wave.areas):
        found.codes.append("missing_areas")
    if not ages_known(wave):
        found.codes.append("not_age_adjusted")
    if reason := _nothing_to_tell(data, limits):
        found.codes.append(reason)
    else:
        _tell(data, neighbours, limits, found)
    return _row(wave, factor, data, found)


def _data(wave: Wave, factor: Factor) -> _Data:
    values = factor.figures.rename(index=str).reindex(list(wave.areas)).to_numpy(dtype=np.float64)
    expected = expected_cases(wave)
    known = ~np.isnan(wave.least) & (wave.residents > 0) & ~np.isnan(values) & ~np.isnan(expected)
    known &= (expected > 0) | (np.nansum(wave.middle) == 0)
    return _Data(
        tuple(np.array(wave.areas, dtype=object)[known].tolist()), wave.least[known], wave.most[known],
        wave.residents[known], expected[known], values[known],
    )  # fmt: skip


def _nothing_to_tell(data: _Data, limits: Limits) -> str:
    """Code of the reason why nothing can be said, '' where something can."""
    if len(data.areas) < limits.areas_rank:
        return "too_few_areas"
    if np.ptp(data.factor) == 0:
        return "no_variation"
    if data.most.sum() == 0:
        return "no_cases"
    if distinct_values_share(data.factor) < limits.distinct_share:
        return "factor_of_larger_areas"
    return ""


def _tell(data: _Data, neighbours: Neighbours | None, limits: Limits, found: _Found) -> None:
    middle, *others = data.counts(data.above)
    if others:
        found.codes.append("suppressed_counts")
    found.method = RANK
    found.rank = _spanning(
        lambda cases: rank_correlation(data.factor, cases / data.expected, limits.confidence_share), data, data.above
    )
    found.certain = all(
        certain_order(data.factor, cases / data.expected, limits.confidence_share) for cases in (middle, *others)
    )
    if len(data.areas) < limits.areas_regression:
        found.codes.append("few_areas_rank_only")
        return
    z = normal_quantile(limits.confidence_share)
    scaled = (data.factor - data.factor.mean()) / data.factor.std()
    design = np.column_stack([np.ones(len(scaled)), scaled])
    model = count_model(middle, design, data.expected)
    found.per_sd = _spanning(lambda cases: _ratio(count_model(cases, design, data.expected), 1, z), data, data.above)
    if not model.converged or np.isnan(found.per_sd).any():
        found.codes.append("no_convergence")
        found.per_sd = _UNKNOWN
        return
    found.method, found.theta = model.kind, model.theta
    _tell_fifths(data, z, found)
    found.moran, found.moran_p = residual_clustering(
        model.pearson_residuals(middle), data.areas, neighbours,
        permutations=limits.permutations, seed=limits.seed,
    )  # fmt: skip
    if np.isnan(found.moran_p):
        found.codes.append("neighbours_unknown")
    elif found.moran > 0 and found.moran_p < limits.residuals_p:
        found.codes.append("residuals_cluster")


def _tell_fifths(data: _Data, z: float, found: _Found) -> None:
    """Rate ratio of the last to the first fifth, from a model with a column for each other fifth."""
    fifth = fifths_of_residents(data.factor, data.residents)
    there = sorted(set(fifth.tolist()))
    if there[0] != 1 or there[-1] != 5:
        found.codes.append("fifths_not_formed")
        return
    design = np.column_stack([np.ones(len(fifth)), *[(fifth == number).astype(np.float64) for number in there[1:]]])
    last = design.shape[1] - 1
    found.fifths = _spanning(
        lambda cases: _ratio(count_model(cases, design, data.expected), last, z), data, np.asarray(fifth == there[-1])
    )
    if np.isnan(found.fifths).any():
        found.fifths = _UNKNOWN
        found.codes.append("fifths_not_formed")


def _spanning(estimate: Callable[[Floats], Estimate], data: _Data, above: Bools) -> Estimate:
    """The estimate from the middle of the counts; its interval covers all that suppressed counts may be."""
    all_of_them = np.array([estimate(cases) for cases in data.counts(above)])
    return float(all_of_them[0, 0]), float(all_of_them[:, 1].min()), float(all_of_them[:, 2].max())


def _ratio(model: CountModel, column: int, z: float) -> Estimate:
    """Rate ratio of one step of a column of the design."""
    if not model.converged:
        return _UNKNOWN
    contrast = np.zeros(len(model.coefficients))
    contrast[column] = 1.0
    value, half = float(model.coefficients[column]), z * model.standard_error(contrast)
    return float(np.exp(value)), float(np.exp(value - half)), float(np.exp(value + half))


def _direction(found: _Found) -> int:
    (value, low, high), neutral = (found.rank, 0.0) if found.method == RANK else (found.per_sd, 1.0)
    if not (low > neutral or high < neutral) and not (found.method == RANK and found.certain):
        return 0
    return 1 if value > neutral else -1


def _row(wave: Wave, factor: Factor, data: _Data, found: _Found) -> dict[str, object]:
    row: dict[str, object] = {
        "period": wave.period, "begin": wave.begin, "end": wave.end, "factor_id": factor.id, "kind": factor.kind,
        "label_de": factor.label_de, "label_en": factor.label_en, "n_areas": len(data.areas),
        "n_suppressed": int((data.least < data.most).sum()), "method": found.method,
    }  # fmt: skip
    estimates = {"rate_ratio_per_sd": found.per_sd, "rate_ratio_fifths": found.fifths, "rank": found.rank}
    for name, (value, low, high) in estimates.items():
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    row |= {"theta": found.theta, "residual_moran": found.moran, "residual_moran_p": found.moran_p}
    row |= {"direction": _direction(found), "notes": " ".join(found.codes)}
    return row | {"caveat_de": caveat("de"), "caveat_en": caveat("en")}


def associations_table(
    waves: list[Wave], factors: list[Factor], neighbours: Neighbours | None, limits: Limits
) -> pd.DataFrame:
    """One row per wave and factor, waves in the order of time, factors as they come."""
    return pd.DataFrame([association(wave, each, neighbours, limits) for wave in waves for each in factors])
