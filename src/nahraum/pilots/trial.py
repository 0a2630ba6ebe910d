"""Pilot and comparison quarters: alike in level and in trend, far enough apart, chosen before anything is promised."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from nahraum.errors import InputError
from nahraum.frames import require
from nahraum.parameters import Parameters
from nahraum.pilots.panel import QUARTERS, checked_panel, lines_of
from nahraum.pilots.power import Known, Power, power_of, trend_bias

Floats = npt.NDArray[np.float64]
_MOST_SETS = 2_000
_METHODS = ("scatter", "counts", "unknown")  # the best founded first
_SHOWN = 20


@dataclass(frozen=True, eq=False)
class TrialDesign:
    """pilots : ids of the chosen quarters. controls : pilot_id, quarter_id, level, trend, their differences, distance.

    sets : the sets of pilots that could be taken, best first: pilot_ids, need, mde, worst difference in level and trend
    in standard deviations. lines : level and trend of each quarter. power : of the chosen set. notes : keys of what was
    left out or is not known (no_trend, no_need, too_small:<n>, few_controls, preselected:<n>).
    trend_bias : what the trends of the chosen set would show without any effect (`power.trend_bias`); NaN not known.
    """

    pilots: tuple[str, ...]
    controls: pd.DataFrame
    sets: pd.DataFrame
    lines: pd.DataFrame
    power: Power
    notes: tuple[str, ...]
    trend_bias: float = math.nan


def trial_design(
    panel: pd.DataFrame, quarters: pd.DataFrame, parameters: Parameters, *,
    apart_m: pd.DataFrame | None = None, n_pilots: int = 2, pilots: Sequence[str] = (), share: bool = False,
) -> TrialDesign:  # fmt: skip
    """Which quarters to take for a pilot, and which to compare them with.

    Parameters
        panel : `PANEL`, the outcome before the pilot. quarters : `QUARTERS`. apart_m : distances of the quarters, by id
            on both sides; without it nothing is too near.
        pilots : quarters that are set; else the best set of `n_pilots` is looked for. share : the outcome is a share.

    Raises
        InputError for tables that do not fit, unknown quarters, and where no set has quarters to compare with.

    Notes
        Quarters of comparison are the nearest in level and trend, each in standard deviations over all quarters, within
        `pilots.caliper_sd`, beyond `pilots.spillover_m`, none twice; where the trend of a pilot is known,
        quarters whose trend is not are none. Where there are too many sets, those of the quarters with most need are
        looked at. Of the sets in the upper half by need the one with the smallest detectable effect is taken, those
        with a scatter about lines before others; the scatter is that of all quarters. Funded quarters are often those
        whose values are at their worst, and get better by themselves; a comparison in level and trend is what
        tells this apart.
    """
    table = require(quarters, QUARTERS, called="the quarters of the trial").set_index("quarter_id", drop=False)
    told = checked_panel(panel)
    lines = lines_of(told[told["quarter_id"].isin(table.index)], fewest=int(parameters.number("pilots.fewest_periods")))
    notes = []
    small = table.index[table["residents"] < parameters.number("pilots.minimum_residents")]
    if len(small):
        notes.append(f"too_small:{len(small)}")
    able = sorted(set(lines.index) - set(small))
    _refuse(able, lines, pilots, table)
    if lines.loc[able, "trend"].isna().any():
        notes.append("no_trend")
    alike = _differences(lines.loc[able])
    near = _near(able, apart_m, parameters.number("pilots.spillover_m"))
    beside = _Beside.of(able, alike, near)
    found = [
        one for chosen in _sets(_first(able, pilots, n_pilots, table, notes), pilots, n_pilots)
        if (one := _matched(chosen, beside, parameters)) is not None
    ]  # fmt: skip
    if not found:
        raise InputError(
            "no quarter can be compared with the pilot", where=[f"{len(able)} quarters with values and residents"],
            expected="quarters alike in level and trend, beyond pilots.spillover_m of the pilot quarters",
            fix='other --pilot quarters, or [parameters] "pilots.caliper_sd", "pilots.spillover_m"',
        )  # fmt: skip
    ranked = _ranked(found, lines.loc[able], table, parameters, share=share)
    if ranked["need"].isna().all():
        notes.append("no_need")
    best = found[int(ranked["at"].iloc[0])]
    if min(len(each) for each in best.values()) < parameters.number("pilots.controls"):
        notes.append("few_controls")
    power = _power(best, lines.loc[able], table, parameters, share=share)
    return TrialDesign(
        tuple(best), _told(best, lines, alike, apart_m), ranked.drop(columns="at").head(_SHOWN).reset_index(drop=True),
        lines, power, tuple(notes), _bias(best, lines, told["period"], parameters),
    )  # fmt: skip


Match = dict[str, list[str]]


def _refuse(able: list[str], lines: pd.DataFrame, pilots: Sequence[str], table: pd.DataFrame) -> None:
    unknown = [name for name in pilots if name not in table.index]
    without = [name for name in pilots if name in table.index and name not in able]
    problems = [f"there is no quarter {name!r}" for name in unknown]
    problems += [f"quarter {name!r} has no value, or too few residents" for name in without]
    problems += ["a pilot quarter is named twice"] if len(set(pilots)) < len(pilots) else []
    if len(able) < 2:
        problems.append(f"{len(able)} quarters have values of the outcome and enough residents")
    if problems:
        raise InputError(
            "the pilot cannot be designed", where=problems, expected="quarters with values of the outcome before it",
            fix="--pilot with ids of quarters; --panel with quarter_id;period;value",
        )  # fmt: skip


def _differences(lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Differences in level and in trend between all quarters, in standard deviations; trend NaN where not known."""
    found = []
    for name in ("level", "trend"):
        values = lines[name].to_numpy(np.float64)
        known = values[~np.isnan(values)]
        spread = float(known.std(ddof=1)) if len(known) > 1 else math.nan
        gap = np.abs(values[:, None] - values[None, :])
        scaled = np.where(gap == 0, 0.0, gap / spread) if spread > 0 else np.where(np.isnan(gap), np.nan, 0.0)
        found.append(pd.DataFrame(scaled, lines.index, lines.index))
    return found[0], found[1]


def _near(able: list[str], apart_m: pd.DataFrame | None, least_m: float) -> pd.DataFrame:
    """Pairs of quarters that are too near to be compared."""
    if apart_m is None:
        return pd.DataFrame(np.eye(len(able), dtype=bool), able, able)
    return apart_m.loc[able, able] <= least_m


def _sets(able: list[str], pilots: Sequence[str], n: int) -> list[tuple[str, ...]]:
    if pilots:
        return [tuple(sorted(pilots))]
    if not 1 <= n < len(able):
        raise InputError(f"{n} pilot quarters cannot be had", expected=f"1 to {len(able) - 1}", fix="--quarters 2")
    return list(combinations(able, n))


def _first(able: list[str], pilots: Sequence[str], n: int, table: pd.DataFrame, notes: list[str]) -> list[str]:
    """Quarters that are looked at as pilots: all, or as many of most need as there may be sets of."""
    if pilots or not 1 <= n < len(able) or math.comb(len(able), n) <= _MOST_SETS:
        return able
    most = max(size for size in range(n, len(able)) if math.comb(size, n) <= _MOST_SETS)
    notes.append(f"preselected:{most}")
    order = table.loc[able, ["quarter_id", "need", "residents"]].reset_index(drop=True)
    order = order.sort_values(["need", "residents", "quarter_id"], ascending=[False, False, True], na_position="last")
    return sorted(order["quarter_id"].head(most))


@dataclass(frozen=True, eq=False)
class _Beside:
    """How far quarters are apart in level and trend, and which are too near, by id; looked up for many sets."""

    able: list[str]
    level: Mapping[str, Mapping[str, float]]
    trend: Mapping[str, Mapping[str, float]]
    near: Mapping[str, frozenset[str]]

    @staticmethod
    def of(able: list[str], alike: tuple[pd.DataFrame, pd.DataFrame], near: pd.DataFrame) -> _Beside:
        """Of the quarters that could be taken."""
        level = {name: {str(other): float(gap) for other, gap in alike[0][name].items()} for name in able}
        trend = {name: _trend_apart(alike[1][name], name) for name in able}
        too_near = {name: frozenset(map(str, near.index[near[name].to_numpy(dtype=bool)])) for name in able}
        return _Beside(able, level, trend, too_near)


def _matched(chosen: tuple[str, ...], beside: _Beside, parameters: Parameters) -> Match | None:
    """Quarters of comparison of each pilot, in turn, so that each gets its next best; None if one has none."""
    width, number = parameters.number("pilots.caliper_sd"), int(parameters.number("pilots.controls"))
    taken = frozenset(chosen).union(*(beside.near[name] for name in chosen))
    free = [name for name in beside.able if name not in taken]
    found: Match = {name: [] for name in chosen}
    for _ in range(number):
        for name in chosen:
            level, trend = beside.level[name], beside.trend[name]
            fits = [
                (math.hypot(level[other], trend[other]), other) for other in free
                if level[other] <= width and trend[other] <= width
            ]  # fmt: skip
            if fits:
                best = min(fits)[1]
                found[name].append(best)
                free.remove(best)
    return found if all(found.values()) else None


def _trend_apart(row: pd.Series, name: str) -> dict[str, float]:
    """How far the trends of others are from that of a quarter; one that is known is alike to none that is not."""
    unknown = 0.0 if math.isnan(row[name]) else math.inf
    return {str(other): float(gap) for other, gap in row.fillna(unknown).items()}


def _power(
    match: Match, lines: pd.DataFrame, table: pd.DataFrame, parameters: Parameters, *, share: bool
) -> Power:  # fmt: skip
    controls = [other for each in match.values() for other in each]
    return power_of(lines, list(match), controls, parameters, residents=table["residents"], share=share, pool=lines)


def _bias(match: Match, lines: pd.DataFrame, periods: pd.Series, parameters: Parameters) -> float:
    """What the trends of a set would show by themselves, over the periods before and after."""
    controls = [other for each in match.values() for other in each]
    known = np.unique(periods.to_numpy(np.float64))
    step = float(known[-1] - known[-2]) if len(known) > 1 else 1.0
    before = step * float(lines.loc[[*match, *controls], "n_periods"].min())
    return trend_bias(
        lines, list(match), controls, before=before, after=step * parameters.number("pilots.periods_after")
    )  # fmt: skip


def _ranked(
    found: list[Match], lines: pd.DataFrame, table: pd.DataFrame, parameters: Parameters, *, share: bool
) -> pd.DataFrame:
    """The sets, best first: the upper half by need before the others, in each by method and smallest detectable effect.

    lines : of the quarters that could be taken.
    """
    known = Known.of(lines, residents=table["residents"] if share else None)
    place = {str(name): at for at, name in enumerate(lines.index)}
    level, needed = lines["level"].to_dict(), table["need"].to_dict()
    rows = []
    for at, match in enumerate(found):
        controls = [other for each in match.values() for other in each]
        pilots_at, controls_at = (np.array([place[one] for one in names]) for names in (match, controls))
        power = known.power(pilots_at, controls_at, parameters)
        need = float(pd.Series([needed[one] for one in match], dtype=np.float64).sum(min_count=1))
        away = max(abs(level[a] - level[b]) for a, each in match.items() for b in each)
        rows.append((
            at, _METHODS.index(power.method), " ".join(match), need, power.mde, len(controls), away,
        ))  # fmt: skip
    columns = ["at", "method", "pilot_ids", "need", "mde", "n_controls", "level_difference"]
    ranked = pd.DataFrame(rows, columns=columns)
    lower = ranked["need"] < ranked["need"].median()
    return (
        ranked.assign(lower=lower.astype(int))
        .sort_values(["lower", "method", "mde", "level_difference", "pilot_ids"], na_position="last")
        .drop(columns=["lower", "method"]).reset_index(drop=True)
    )  # fmt: skip


def _told(
    match: Match, lines: pd.DataFrame, alike: tuple[pd.DataFrame, pd.DataFrame], apart_m: pd.DataFrame | None
) -> pd.DataFrame:
    rows = [
        (
            pilot, other, lines["level"][other], lines["trend"][other],
            lines["level"][other] - lines["level"][pilot], lines["trend"][other] - lines["trend"][pilot],
            alike[0].loc[pilot, other], alike[1].loc[pilot, other],
            math.nan if apart_m is None else float(apart_m[other][pilot]),
        )
        for pilot, each in match.items() for other in each
    ]  # fmt: skip
    columns = [
        "pilot_id", "quarter_id", "level", "trend", "level_difference", "trend_difference", "level_sd", "trend_sd",
        "apart_m",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
