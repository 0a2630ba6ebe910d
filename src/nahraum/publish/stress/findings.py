"""The few sentences that stand first: what fails together, who could not keep apart at home, who lives crowded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from nahraum.publish.bundle import Released
from nahraum.publish.report.words import DASH
from nahraum.publish.stress.chapter import components_of, hardest_scenario, label_of
from nahraum.publish.stress.living import group_label
from nahraum.publish.stress.released import ReleasedStress
from nahraum.publish.stress.words import StressWords

_NAMED = 3


def findings(told: ReleasedStress, words: StressWords) -> list[str]:
    """The few sentences that stand first."""
    hardest = hardest_scenario(told)
    whole = told.whole_study[hardest].frame.iloc[0].to_dict()
    names, label = components_of(told.whole_study[hardest]), label_of(told, hardest, words)
    lines = [_several_line(whole, label, len(names), told.k, words)]
    known = {name: float(whole[f"stress_{name}_share"]) for name in names}
    known = {name: value for name, value in known.items() if np.isfinite(value)}
    if known:
        first = max(known, key=lambda name: known[name])
        lines.append(words.text("finding_first", component=words.component(first), share=words.share(known[first])))
    if "open_day" in told.whole_study and hardest != "open_day":
        share = words.told(told.whole_study["open_day"].frame.iloc[0].to_dict(), "stress_several")
        lines += [words.text("finding_open", share=share)] if share != DASH else []
    lines += isolation_lines(told, words)
    if told.mismatch_whole is None:
        return [*lines, words.text("finding_no_rooms"), *absent_lines(told, words)]
    row = told.mismatch_whole.frame.iloc[0].to_dict()
    share, counted = words.told(row, "overcrowded"), words.told(row, "overcrowded_counted")
    lines += [words.text("finding_crowded", share=share, counted=counted)] if share != DASH else []
    return [*lines, *absent_lines(told, words)]


def absent_lines(told: ReleasedStress, words: StressWords) -> list[str]:
    """Which margins lack whole classes: what hangs on these follows from assumptions, not from counts."""
    if not len(told.fit):
        return []
    lacking = told.fit[told.fit["n_absent"] > 0]
    names = [
        words.text("classes_absent", dimension=words.text(f"dimension_{one['dimension']}"),
                   n=words.number(one["n_absent"]), of=words.number(one["n_classes"]))
        for _, one in lacking.iterrows()
    ]  # fmt: skip
    return [words.text("finding_absent", names=words.listed(names))] if names else []


def _several_line(row: Mapping[Any, Any], label: str, n: int, k: int, words: StressWords) -> str:
    """For how many people several components fail together; a range where what is open decides it."""
    share, span = words.told(row, "stress_several"), _span(row, "stress_several", words)
    if pd.notna(row["stress_several_share"]):
        return words.text("finding_whole", scenario=label, share=share, k=k, of=n, range=span)
    key = "finding_whole_unknown" if share == DASH else "finding_whole_open"
    return words.text(key, scenario=label, share=share, k=k, of=n)


def _span(row: Mapping[Any, Any], stem: str, words: StressWords) -> str:
    return words.interval(row.get(f"{stem}_share_min"), None, row.get(f"{stem}_share_max")) or DASH


def isolation_lines(told: ReleasedStress, words: StressWords) -> list[str]:
    """Who could not keep apart at home: how many, which households, which quarters, as far as that is told.

    Told of the hardest day on which anybody would have to; on others nobody fails in it, whatever the rooms.
    """
    asked = tuple(one for one in told.scenarios if one.isolate > 0)
    if not asked:
        return []
    hardest, column = hardest_scenario(replace(told, scenarios=asked)), "stress_isolation_share"
    whole = told.whole_study[hardest].frame.iloc[0].to_dict()
    share = words.told(whole, "stress_isolation")
    if share == DASH:
        return []
    if pd.isna(whole.get(column)):
        return [words.text("finding_isolation_open", share=share)]
    lines = [words.text("finding_isolation", share=share, range=_span(whole, "stress_isolation", words))]
    if other := _under_other_assumptions(told, hardest, words):
        lines.append(words.text("finding_isolation_choices", range=other))
    kinds = _most(told.groups[hardest], column, 1)
    if len(kinds):
        group = group_label(str(kinds["quarter_id"].iloc[0]), told, words)
        lines.append(words.text("finding_isolation_who", group=group, share=words.share(kinds[column].iloc[0])))
    areas = _most(told.quarters[hardest], column, _NAMED)
    if len(areas):
        named = [f"{one['name']} ({words.share(one[column])})" for _, one in areas.iterrows()]
        lines.append(words.text("finding_isolation_where", names=words.listed(named)))
    return lines


def _under_other_assumptions(told: ReleasedStress, scenario: str, words: StressWords) -> str:
    """Who could not keep apart under other assumptions about who lives where; '' where that is not known or alike."""
    if "isolation_share" not in told.choices:
        return ""
    found = told.choices.loc[told.choices["scenario"] == scenario, "isolation_share"].dropna()
    span = words.interval(found.min(), None, found.max())
    return span if len(found) and words.share(found.min()) != words.share(found.max()) else ""


def _most(table: Released, column: str, n: int) -> pd.DataFrame:
    """The released rows of the largest shares, ties by id; none where all are alike or nothing is told."""
    frame = pd.DataFrame(table.frame)
    shown = frame[frame[column].notna()] if column in frame else frame.iloc[:0]
    if len(shown) < 2 or shown[column].nunique() < 2:
        return shown.iloc[:0]
    return shown.sort_values([column, "quarter_id"], ascending=[False, True]).head(n)
