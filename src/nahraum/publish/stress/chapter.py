"""The chapter of the stress test: what fails on which day, where and for whom, what would repair it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from nahraum.publish import palette
from nahraum.publish.bundle import Released
from nahraum.publish.report import maps
from nahraum.publish.report.municipality_maps import share_legend
from nahraum.publish.report.social_people import Section, section
from nahraum.publish.report.tables import Table, table
from nahraum.publish.report.words import DASH
from nahraum.publish.stress.living import QUARTERS_SHOWN, group_label
from nahraum.publish.stress.released import ReleasedStress
from nahraum.publish.stress.rules import rules_table
from nahraum.publish.stress.words import StressWords
from nahraum.stress.failing import COMPONENTS

REPAIRS_SHOWN = 12
_WITH_RANGE = ("quiet_room", "isolation", "heat", "several")  # kitchens and roofs decide; the others hardly move


def stress_chapter(told: ReleasedStress, base: Any, crs: str, folder: Path, words: StressWords) -> list[Section]:
    """Stresstest: scenarios, quarters, measures, cases, assumptions, rules."""
    hardest = hardest_scenario(told)
    label = label_of(told, hardest, words)
    makers: tuple[Callable[[], Section | None], ...] = (
        lambda: _scenarios(told, words),
        lambda: _quarters(told, hardest, (base, crs, folder), words),
        lambda: _households(told, hardest, label, words),
        lambda: _repairs(told, hardest, label, words),
        lambda: _incidence(told, words),
        lambda: _choices(told, hardest, label, words),
        lambda: section(
            words.text("h_rules"), tables=[rules_table(told.scenarios, words)], after=[words.text("rules_after")]
        ),
        lambda: section(
            words.text("h_limits"), lead=[words.text(f"limit_{name}") for name in ("households", "rates", "chance")]
        ),
    )
    return [made for make in makers if (made := make())]


def hardest_scenario(told: ReleasedStress) -> str:
    """The scenario in which most people fail in several components; where none is known, may fail at most."""

    def share(name: str) -> tuple[float, float]:
        row = told.whole_study[name].frame.iloc[0]
        ends = (float(row.get(f"stress_several_share{end}", float("nan"))) for end in ("", "_max"))
        known, most = (value if value == value else -1.0 for value in ends)
        return known, most

    return max((one.id for one in told.scenarios), key=lambda name: share(name))


def label_of(told: ReleasedStress, name: str, words: StressWords) -> str:
    """What a scenario is called."""
    return next(one.label(words.language) for one in told.scenarios if one.id == name)


def components_of(found: Released) -> list[str]:
    """The components of a scenario that are told for anybody."""
    frame = found.frame
    return [
        name for name in COMPONENTS
        if f"stress_{name}_share" in frame
        and frame[[f"stress_{name}_share", f"stress_{name}_share_max"]].notna().any(axis=None)
    ]  # fmt: skip


def told_share(row: pd.Series, name: str, words: StressWords) -> str:
    """A share with the range that the data leave, where that is wider than the digits printed."""
    stem = f"stress_{name}_share"
    low, likely, high = (row.get(column) for column in (f"{stem}_min", stem, f"{stem}_max"))
    if pd.isna(low) or pd.isna(high) or (name not in _WITH_RANGE and pd.notna(likely)):
        return words.share(likely)
    span = words.interval(low, likely, high).replace("–", "\u2060–\u2060")  # never divided
    if pd.isna(likely):
        return DASH if words.share(low) == words.share(0) and words.share(high) == words.share(1) else f"[{span}]"
    return words.share(likely) if words.share(low) == words.share(high) else f"{words.share(likely)} [{span}]"


def _scenarios(told: ReleasedStress, words: StressWords) -> Section:
    names = [one for one in COMPONENTS if any(one in components_of(t) for t in told.whole_study.values())]
    rows, missing = [], [one for one in COMPONENTS if one not in names and one != "heat"]
    for one in told.scenarios:
        row = told.whole_study[one.id].frame.iloc[0]
        shares = [
            told_share(row, name, words) if f"stress_{name}_share" in row else DASH for name in (*names, "several")
        ]
        low, high = (row.get(f"stress_several_drawn_share_{end}") for end in ("min", "max"))
        index = words.number(row.get("stress_m0_share"), 2)
        rows.append([one.label(words.language), *shares, words.interval(low, None, high), index])
    head = [words.text("head_scenario"), *(words.component(name) for name in (*names, "several"))]
    head += [words.text("drawn"), words.text("head_index")]
    made = table(
        head, rows, words.text("caption_scenarios"), align="l" + "r" * (len(names) + 3),
        widths=" ".join(["1.5"] + ["1"] * (len(names) + 2) + ["0.8"]),
    )  # fmt: skip
    lead = [words.text("stress_intro", k=told.k), *(words.text(f"component_long_{name}") for name in names)]
    after = [words.text("stress_drawn")] if rows[0][-2] != DASH else []
    after.append(words.text("stress_index"))
    if missing:
        after.append(words.text("stress_missing", names=words.listed([words.component(name) for name in missing])))
    garden = told.whole_study[told.scenarios[0].id].frame["stress_garden_share"].iloc[0]
    if pd.notna(garden):
        after.append(words.text("stress_garden", share=words.share(garden)))
    return section(words.text("h_scenarios"), lead=lead, tables=[made], after=after)


def _quarters(
    told: ReleasedStress, hardest: str, ground: tuple[Any, str, Path], words: StressWords
) -> Section | None:  # fmt: skip
    frame = told.quarters[hardest].frame
    if not len(frame):
        return None
    label, names = label_of(told, hardest, words), components_of(told.quarters[hardest])
    ordered = frame.sort_values(["stress_several_share", "quarter_id"], ascending=[False, True]).head(QUARTERS_SHOWN)
    rows = [
        [
            str(row["name"]),
            words.number(row["residents"]),
            *(told_share(row, name, words) for name in (*names, "several")),
        ]
        for _, row in ordered.iterrows()
    ]
    head = [words.text("head_quarter"), words.text("head_people"), *(words.component(n) for n in (*names, "several"))]
    made = table(
        head, rows, words.text("caption_quarters"), align="lr" + "r" * (len(names) + 1),
        widths=" ".join(["1.4", "auto"] + ["1"] * (len(names) + 1)),
    )  # fmt: skip
    picture = _map(told, frame, label, ground, words)
    return section(words.text("h_stress_quarters", scenario=label), picture=picture, tables=[made])


def _households(told: ReleasedStress, hardest: str, label: str, words: StressWords) -> Section | None:
    """Who it is, by kind of household."""
    frame, names = told.groups[hardest].frame, components_of(told.groups[hardest])
    if not len(frame):
        return None
    rows = [
        [group_label(str(row["quarter_id"]), told, words), words.number(row["residents"])]
        + [told_share(row, name, words) for name in (*names, "several")]
        for _, row in frame.iterrows()
    ]
    head = [words.text("head_group"), words.text("head_people"), *(words.component(n) for n in (*names, "several"))]
    made = table(
        head, rows, words.text("caption_households"), align="lr" + "r" * (len(names) + 1),
        widths=" ".join(["1.4", "auto"] + ["1"] * (len(names) + 1)),
    )  # fmt: skip
    return section(words.text("h_stress_households", scenario=label), tables=[made])


def _map(
    told: ReleasedStress, frame: pd.DataFrame, label: str, ground: tuple[Any, str, Path], words: StressWords
) -> dict[str, str]:  # fmt: skip
    base, crs, folder = ground
    shapes = told.shapes
    share = frame.set_index(frame["quarter_id"].astype(str))["stress_several_share"]
    values = share.reindex(shapes["quarter_id"].astype(str)).reset_index(drop=True)
    colours = maps.classed(values, palette.SHARE_EDGES[1:-1], palette.SEQUENTIAL, palette.UNKNOWN)
    legend = share_legend(words.text("legend_map"), palette.SHARE_EDGES, words)
    layers = maps.layers_of(shapes, shapes, base, crs)
    svg = maps.cell_map(layers, shapes, colours, legend, width_in=4.9, highest_in=4.1, labels=True)
    (folder / "stress.svg").write_text(svg, encoding="utf-8")
    return {
        "file": "stress.svg", "caption": words.text("caption_map", scenario=label),
        "alt": words.text("alt_map", name=told.study.name, scenario=label),
    }  # fmt: skip


def _repairs(told: ReleasedStress, hardest: str, label: str, words: StressWords) -> Section | None:
    if not len(told.repairs):
        return None
    lead = [words.text("repairs_intro", scenario=label)]
    mine = told.repairs[(told.repairs["scenario"] == hardest)].sort_values(
        ["several_persons", "site_id"], ascending=[False, True]
    )
    names = ("several", "line", "green", "supply")
    shown = mine[(mine[[f"{name}_persons" for name in names]] != 0).any(axis=1)].head(REPAIRS_SHOWN)
    if not len(shown):
        return section(words.text("h_repairs"), lead=[*lead, words.text("repairs_none")])
    rows = [
        [str(row["number"]), str(row["label"]), str(row["quarter"])]
        + [words.number(row[f"{name}_persons"]) for name in names]
        for _, row in shown.iterrows()
    ]
    head = [words.text(f"head_{name}") for name in ("number", "measure", "quarter")]
    head += [words.component(name) for name in names]
    made = table(head, rows, words.text("caption_repairs"), align="lllrrrr", widths="auto 2 1.2 1 1 1 1")
    return section(words.text("h_repairs"), lead=lead, tables=[made])


def _incidence(told: ReleasedStress, words: StressWords) -> Section | None:
    if not len(told.incidence):
        return None
    known_by = str(told.incidence["scenario"].iloc[0])  # exact figures chose it, not those told here
    label = label_of(told, known_by, words)
    rows = [
        [str(row["period"]), words.number(row["n_areas"]), words.number(row["rho"], 2), words.number(row["p_value"], 2)]
        for _, row in told.incidence.iterrows()
    ]
    head = [words.text(f"head_{name}") for name in ("wave", "areas", "rho", "p")]
    made: Table = table(head, rows, words.text("caption_incidence"), align="lrrr", widths="2 1 1 1")
    return section(words.text("h_incidence"), lead=[words.text("incidence_intro", scenario=label)], tables=[made])


def _choices(told: ReleasedStress, hardest: str, label: str, words: StressWords) -> Section | None:
    if not len(told.choices):
        return None
    mine = told.choices[told.choices["scenario"] == hardest]
    names = [one for one in ("isolation", "several") if f"{one}_share" in mine]
    rows = [
        [_choice(str(row["choice"]), words), *(words.share(row[f"{name}_share"]) for name in names)]
        for _, row in mine.iterrows()
    ]
    head = [words.text("head_choice"), *(words.component(name) for name in names)]
    made = table(
        head, rows, words.text("caption_choices"), align="l" + "r" * len(names), widths="2" + " 1" * len(names)
    )
    return section(words.text("h_choices"), lead=[words.text("choices_intro", scenario=label)], tables=[made])


def _choice(name: str, words: StressWords) -> str:
    seed = name.removeprefix("seed_")
    return words.text(f"choice_{name}") if seed == name else words.text("choice_seed", n=seed)
