"""What a plan does, recomputed: by prerequisite, quarter and status group; goals and indicators with their targets."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nahraum.measures.outcome import Outcome
from nahraum.publish.programme.goal_words import by_year, goal_text
from nahraum.publish.programme.made import Made
from nahraum.publish.programme.made_measures import known, people_of
from nahraum.publish.programme.model import Figure, Goal, Measure
from nahraum.publish.programme.words import PlanWords
from nahraum.tables import PREREQUISITES

SOURCE = "nahraum"


def outcome_of(made: Made) -> dict[str, Any]:
    """Everything that changes for people, exact; empty where nothing is chosen."""
    if made.recomputed is None:
        return {}
    found = made.recomputed.outcome
    whole = people_of(found.total.iloc[0])
    quarters = [
        {"quarter_id": str(key), "name": made.quarter_name(str(key)), "residents": round(float(row["people"]), 3)}
        | people_of(row) | {"lacks_removed": {"exact": round(float(row["lacks_gone"] - row["lacks_arisen"]), 3)}}
        for key, row in found.quarters.iterrows() if key != "" and _changes(row)
    ]  # fmt: skip
    return {
        "lacks_removed": {"exact": round(found.lacks_removed, 3)},
        "people_relieved": {"exact": round(found.people_relieved, 3)},
        "depth": known(found.depth), "worst_fifth_gain": known(found.most_lacks_gain),
        "lowest_status_gain": known(found.lowest_status_gain),
        "near_threshold_share": known(found.near.either), "near_flag": found.near.flagged,
        "newcomers": round(found.newcomers, 3), "newcomers_lacking": known(found.newcomers_lacking),
        "by_prerequisite": [{"id": name} | whole["prerequisites"][name] for name in PREREQUISITES],
        "by_quarter": sorted(quarters, key=lambda one: (-one["relieved"]["exact"], one["quarter_id"])),
        "by_status": _by_status(made, found),
        "measures": _poverty(found),
    }  # fmt: skip


def _poverty(found: Outcome) -> list[dict[str, Any]]:
    """H, A and M0 of the whole study, before and after."""
    names = [name for name in ("h", "a", "m0") if name in found.total_before.columns]
    return [
        {
            "measure": name,
            "before": known(found.total_before[name].iloc[0]),
            "after": known(found.total_after[name].iloc[0]),
        }
        for name in names
    ]


def _changes(row: pd.Series) -> bool:
    return any(float(row[name]) for name in row.index if name != "people")


def _by_status(made: Made, found: Outcome) -> list[dict[str, Any]]:
    named = {one.id: one.label_de if made.language == "de" else one.label_en for one in made.groups.groups}
    rows = []
    for key, row in found.status.iterrows():
        if str(key) in named:
            told = people_of(row)
            rows.append({"name": named[str(key)], "residents": round(float(row["people"]), 3),
                         "relieved": told["relieved"], "newly_lacking": told["newly_lacking"]})  # fmt: skip
    return rows


def _baseline(made: Made, column: str, quarter_id: str = "") -> float | None:
    """A published figure; None where it is not published."""
    if not quarter_id:
        return known(made.whole.get(column))
    if quarter_id not in made.quarters.index or column not in made.quarters.columns:
        return None
    return known(made.quarters.loc[quarter_id, column])


def share_figure(made: Made, column: str, label: str, quarter_id: str = "") -> Figure:
    """A share of residents: as published before, recomputed after."""
    target = None if made.recomputed is None else target_share(made.recomputed.outcome, column, quarter_id)
    baseline = _baseline(made, column, quarter_id)
    return {
        "id": column, "label": label, "unit": "share", "kind": "output", "area_id": quarter_id,
        "area": made.quarter_name(quarter_id) if quarter_id else made.study.name, "baseline": baseline,
        "target": target if baseline is not None else None, "source": SOURCE,
    }  # fmt: skip


def target_share(found: Outcome, column: str, quarter_id: str) -> float | None:
    """The share after a plan among the people of whom it is known before: what becomes unknown stays as it was."""
    name = column.removeprefix("lacks_").removesuffix("_share")
    if name not in PREREQUISITES:
        return _of(found.after if quarter_id else found.total_after, column, quarter_id)
    before, flows = (found.before, found.quarters) if quarter_id else (found.total_before, found.total)
    judged, complete, lacking = (
        _of(before, one, quarter_id)
        for one in ("residents_judged", f"lacks_{name}_completeness", f"lacks_{name}_residents")
    )
    less, more = (_of(flows, f"{name}_{way}", quarter_id) for way in ("no_longer_lacking", "now_lacking"))
    if judged is None or complete is None or lacking is None or less is None or more is None or not judged * complete:
        return None
    return known((lacking - less + more) / (judged * complete))


def _of(table: pd.DataFrame, column: str, quarter_id: str) -> float | None:
    """A figure of a quarter, or of the only row; None where it is not there or not known."""
    if column not in table.columns or (quarter_id and quarter_id not in table.index):
        return None
    return known(table[column].loc[quarter_id] if quarter_id else table[column].iloc[0])


def least_count(made: Made) -> float:
    """Fewer persons are not told. [persons]"""
    return made.study.parameters().number("disclosure.minimum_count")


def goals_of(made: Made, measures: list[Measure], outcome: dict[str, Any]) -> list[Goal]:
    """A goal for each prerequisite that somebody gains, and for dwellings; the measures are told theirs."""
    words, least = PlanWords(made.language), least_count(made)
    found: list[Goal] = []
    years = [one["ready_year"] for one in measures if one["ready_year"] is not None]
    year = max(years) if years else None
    for one in outcome.get("by_prerequisite", ()):
        name, gain = one["id"], float(one["gain"]["exact"])
        if gain >= least:
            found.append(_goal(made, name, gain, len(found) + 1, year))
    dwellings = sum(one["dwellings"] for one in measures)
    if dwellings:
        text = words.text("goal_text_dwellings", n=words.number(dwellings))
        figure = _plain("dwellings", words.named("units", "dwelling"), 0.0, dwellings, made, unit="dwellings")
        found.append({"id": f"Z{len(found) + 1}", "label": words.text("goal_housing"),
                      "text": by_year(text, year, words),
                      "figures": [figure], "year": year})  # fmt: skip
    ids = {goal["label"]: goal["id"] for goal in found}
    for measure in measures:
        gains = [name for name in PREREQUISITES if measure["effect"]["prerequisites"][name]["gain"]["exact"] >= least]
        labels = [words.text(f"goal_{name}") for name in gains]
        labels += [words.text("goal_housing")] if measure["dwellings"] else []
        measure["goals"] = sorted({ids[label] for label in labels if label in ids})
    return found


def _goal(made: Made, name: str, gain: float, number: int, year: int | None) -> Goal:
    words, column = PlanWords(made.language), f"lacks_{name}_share"
    label = words.text("share_lacking", what=words.label(name))
    figures = [share_figure(made, column, label)]
    if made.recomputed is not None:
        rows = made.recomputed.outcome.quarters
        flows = rows[f"{name}_no_longer_lacking"].drop(index="", errors="ignore")
        gaining = sorted(str(one) for one in flows[flows >= least_count(made)].index)
        known_ones = [one for one in gaining if _baseline(made, column, one) is not None]
        figures += [share_figure(made, column, label, one) for one in known_ones]  # `released_plan` keeps a few
    return {"id": f"Z{number}", "label": words.text(f"goal_{name}"), "figures": figures, "year": year,
            "text": goal_text(figures[0], gain, year, words)}  # fmt: skip


def _plain(
    name: str, label: str, baseline: float | None, target: float | None, made: Made, *, unit: str, kind: str = "output"
) -> Figure:
    return {"id": name, "label": label, "unit": unit, "kind": kind, "area_id": "", "area": made.study.name,
            "baseline": baseline, "target": target, "source": SOURCE}  # fmt: skip


def monitoring_of(made: Made, measures: list[Measure], goals: list[Goal], outcome: dict[str, Any]) -> list[Figure]:
    """The indicators of the monitoring: money, what is built, who gains, and the state of the quarters beside it."""
    words = PlanWords(made.language)
    cost = round(sum(one["cost"]["mid_eur"] or 0.0 for one in measures), 2)
    found = [_plain("cost_eur", words.text("fact_spent"), 0.0, cost, made, unit="eur", kind="input")]
    built: dict[tuple[str, str, str], float] = {}
    for one in measures:
        key = (one["type_id"], one["label"], one["unit"])
        built[key] = built.get(key, 0.0) + one["quantity"]
    found += [
        _plain(f"built_{key}", f"{label} [{words.named('units', unit)}]", 0.0, value, made, unit=unit)
        for (key, label, unit), value in sorted(built.items())
    ]
    if outcome:
        relieved = outcome["people_relieved"]["exact"]
        found.append(_plain("people_relieved", words.text("head_relieved"), 0.0, relieved, made, unit="persons"))
    seen = {(one["id"], one["area_id"]) for one in found}
    for figure in (figure for goal in goals for figure in goal["figures"]):
        if (figure["id"], figure["area_id"]) not in seen:
            found.append(figure)
            seen.add((figure["id"], figure["area_id"]))
    k = made.demand.k
    column, label = f"several_k{k}_share", words.text("share_several", k=k)
    quarters = sorted({one["quarter_id"] for one in measures if one["quarter_id"]})
    found += [share_figure(made, column, label, one) | {"kind": "context"} for one in ("", *quarters)]
    return found
