"""The chapter of an application: area, needs, goals, measures, cost, schedule, climate, monitoring (METHODS 7.4)."""

from __future__ import annotations

from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paper, Paragraph, Picture, facts, table
from nahraum.publish.programme.chapter_money import climate, costs, displacement, monitoring, schedule
from nahraum.publish.programme.chapter_proof import choice, evidence
from nahraum.publish.programme.measure_sheets import nonzero
from nahraum.publish.programme.model import Figure, Measure, PlanDocument
from nahraum.publish.programme.paper import paper_of
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.report.words import DASH
from nahraum.tables import PREREQUISITES

QUARTERS_SHOWN = 25


def application(plan: PlanDocument, overview: Picture | None) -> Paper:
    """The chapter as one document.

    Parameters
        overview : the map of the measures.
    """
    words = PlanWords(plan["language"])
    blocks = [
        *_area(plan, words), *_goals(plan, words), *_measures(plan, words, overview), *_effect(plan, words),
        *costs(plan, words), *schedule(plan, words), *climate(plan, words), *displacement(plan, words),
        *monitoring(plan, words), *choice(plan, words), *_todo(words), *evidence(plan, words),
    ]  # fmt: skip
    title = words.text("chapter_title", study=plan["study"]["name"], name=plan["name"])
    return paper_of(plan, title, words.text("chapter_subtitle", date=words.day(plan["reference_date"])), blocks)


def _area(plan: PlanDocument, words: PlanWords) -> list[Block]:
    area, k = plan["area"], plan["study"]["lacks_needed"]
    several = area["several_share"]
    key = "area_lead_unknown" if several is None else "area_lead"
    lead = words.text(key, study=plan["study"]["name"], several=words.share(several), k=k)
    names = [one["name"] for one in area["quarters"] if one["priority"]]
    if names:
        reason = words.text("area_priority_status" if plan["ask"]["by_status"] else "area_priority_named")
        told = words.text("area_priority", names=words.listed(names), reason=reason)
    else:
        told = words.text("area_no_priority")
    shown = area["quarters"][:QUARTERS_SHOWN]
    cut = len(area["quarters"]) > len(shown)
    blocks: list[Block] = [Heading(words.text("h_area")), Paragraph(lead), Paragraph(told)]
    blocks += [_quarters(plan, words)] if shown else []
    if cut:
        text = words.text("quarters_cut", shown=len(shown), all=len(area["quarters"]))
        blocks.append(Paragraph(text, "note"))
    return [*blocks, Paragraph(words.text("area_justify"))]


def _quarters(plan: PlanDocument, words: PlanWords) -> Block:
    shown = plan["area"]["quarters"][:QUARTERS_SHOWN]
    status = any(one["status"] for one in shown)
    rows = [
        [
            one["name"] or one["quarter_id"], words.number(one["residents"]), *([one["status"]] if status else []),
            *(words.share(one["lacks"].get(name)) for name in PREREQUISITES), words.share(one["several_share"]),
        ]
        for one in shown
    ]  # fmt: skip
    head = [
        words.text("head_quarter"), words.text("head_residents"), *([words.text("head_status")] if status else []),
        *(words.breaking(name) for name in PREREQUISITES),
        words.text("head_several", k=plan["study"]["lacks_needed"]),
    ]  # fmt: skip
    more = " 1.2" if status else ""
    align = "lr" + ("l" if status else "") + "rrrrr"
    return table(head, rows, words.text("caption_quarters"), align=align, widths="2.2 1.2" + more + " 1 1 1.1 1.2 1")


def _goals(plan: PlanDocument, words: PlanWords) -> list[Block]:
    if not plan["goals"]:
        return []
    blocks: list[Block] = [Heading(words.text("h_goals")), Paragraph(words.text("goals_lead"))]
    told = [f"{goal['id']} {goal['label']}: {goal['text']}" for goal in plan["goals"]]
    rows = [
        [
            goal["id"], figure["label"], figure["area"],
            *(figure_text(figure, which, words) for which in ("baseline", "target")),
        ]
        for goal in plan["goals"] for figure in goal["figures"]
    ]  # fmt: skip
    blocks.append(Bullets(tuple(told)))
    if rows:
        head = [words.text(f"head_{one}") for one in ("goal", "indicator", "area", "baseline", "target")]
        blocks.append(table(head, rows, words.text("caption_goals"), align="lllrr", widths="0.5 2.9 1.8 1.2 1.1"))
    return blocks


def figure_text(figure: Figure, which: str, words: PlanWords) -> str:
    """Baseline or target of an indicator as it is printed."""
    value = figure["baseline"] if which == "baseline" else figure["target"]
    if value is None:
        return DASH
    if figure["unit"] == "share":
        return words.share(value)
    if figure["unit"] == "eur":
        return words.eur(value)
    return words.number(value)


def _measures(plan: PlanDocument, words: PlanWords, overview: Picture | None) -> list[Block]:
    blocks: list[Block] = [Heading(words.text("h_measures"))]
    if not plan["measures"]:
        return [*blocks, Paragraph(words.text("no_measures"))]
    solution = plan["solution"]
    status, gap = words.named("statuses", solution["status"]), solution["gap"]
    proven = gap is not None and gap <= 1e-6
    key = "selected_none" if gap is None else "selected_optimal" if proven else "selected_gap"
    selected = words.text(key, status=status, gap=words.share(gap, 1))
    lead = words.text(
        "measures_lead",
        n=words.number(len(plan["measures"])),
        cost=words.eur(solution["cost_eur"]),
        others=words.eur(solution["others_eur"]),
        selected=selected,
    )
    rows = [
        [
            one["number"], one["name"] or one["label"], one["quarter"] or one["quarter_id"],
            words.quantity(one["quantity"], one["unit"]), cost_text(one, words), years_text(one),
            words.persons(one["effect"]["relieved"]),
        ]
        for one in plan["measures"]
    ]  # fmt: skip
    keys = ("number", "measure", "where", "quantity", "cost", "years", "relieved")
    head = [words.text(f"head_{one}") for one in keys]
    caption = words.text("caption_measures")
    blocks += [Paragraph(lead), table(head, rows, caption, align="lllrrlr", widths="0.6 2.6 1.9 1.4 1.5 1.2 1.3")]
    blocks.append(Paragraph(words.text("relieved_note", k=plan["study"]["lacks_needed"]), "note"))
    if any(one["verify"] for one in plan["measures"]):
        blocks.append(Paragraph(words.text("costs_verify"), "note"))
    return [*blocks, *([overview] if overview else [])]


def cost_text(measure: Measure, words: PlanWords) -> str:
    """The cost with its mark where it is from general knowledge."""
    return words.eur(measure["cost"]["mid_eur"]) + (" *" if measure["verify"] else "")


def years_text(measure: Measure) -> str:
    """From the begin to the year it is usable."""
    years = [str(one) for one in (measure["start_year"], measure["ready_year"]) if one is not None]
    return "–".join(dict.fromkeys(years)) or DASH


def _effect(plan: PlanDocument, words: PlanWords) -> list[Block]:
    outcome = plan["outcome"]
    if not plan["measures"] or not outcome:
        return []
    k = plan["study"]["lacks_needed"]
    lacks, people = words.persons(outcome["lacks_removed"]), words.persons(outcome["people_relieved"])
    blocks: list[Block] = [
        Heading(words.text("h_effect")), Paragraph(words.text("effect_lead", lacks=lacks, people=people, k=k))
    ]  # fmt: skip
    blocks += [Paragraph(text) for text in _checked(plan, words)]
    rows = [
        [words.label(one["id"]), words.persons(one["gain"]), words.persons(one["lose"])]
        for one in outcome["by_prerequisite"] if nonzero(one["gain"]) or nonzero(one["lose"])
    ]  # fmt: skip
    head = [words.text(f"head_{one}") for one in ("prerequisite", "gain_people", "lose_people")]
    blocks += [table(head, rows, words.text("caption_effect"), align="lrr", widths="2 1 1")] if rows else []
    blocks += [*_of_quarters(plan, words), *_of_status(plan, words)]
    return [*blocks, *_depth(plan, words), Paragraph(words.text("rounded_note"), "note")]


def _of_quarters(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """Who is relieved in which quarter, and how many gain which prerequisite there."""
    found = plan["outcome"]["by_quarter"]
    gained = [name for name in PREREQUISITES if any(nonzero(one["prerequisites"][name]["gain"]) for one in found)]
    rows = []
    for one in found:
        told = [one["relieved"], one["newly_lacking"], *(one["prerequisites"][name]["gain"] for name in gained)]
        rows += [[one["name"], *map(words.persons, told)]] if any(map(nonzero, told)) else []
    if not rows:
        return []
    head = [words.text(f"head_{one}") for one in ("quarter", "relieved", "newly")] + [*map(words.breaking, gained)]
    caption, n = words.text("caption_effect_quarter"), len(gained)
    return [table(head, rows, caption, align="lrr" + "r" * n, widths="2 1.2 1.2" + " 1" * n)]


def _of_status(plan: PlanDocument, words: PlanWords) -> list[Block]:
    rows = [
        [one["name"], words.persons(one["relieved"]), words.persons(one["newly_lacking"])]
        for one in plan["outcome"]["by_status"] if nonzero(one["relieved"]) or nonzero(one["newly_lacking"])
    ]  # fmt: skip
    head = [words.text(f"head_{one}") for one in ("group", "relieved", "newly")]
    return [table(head, rows, words.text("caption_effect_status"), align="lrr", widths="2 1 1")] if rows else []


def _depth(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """How many lacks go per person, also of those who had most and of the lowest status; H, A and M0."""
    outcome = plan["outcome"]
    per_person = {
        "fact_depth": "depth",
        "fact_worst_fifth": "worst_fifth_gain",
        "fact_lowest_status": "lowest_status_gain",
    }
    rows = [(words.text(key), words.number(outcome.get(name), 2)) for key, name in per_person.items()]
    for one in outcome.get("measures", ()):
        name, told = str(one["measure"]), [_poverty(one[key], one["measure"], words) for key in ("before", "after")]
        value = words.text("before_after", before=told[0], after=told[1])
        rows.append((words.text(f"fact_{name}", k=plan["study"]["lacks_needed"]), DASH if DASH in told else value))
    kept = [(name, value) for name, value in rows if value != DASH]
    return [facts(kept, words.text("caption_depth"))] if kept else []


def _poverty(value: float | None, name: str, words: PlanWords) -> str:
    return words.number(value, 3) if name == "m0" else words.share(value, 1)


def _checked(plan: PlanDocument, words: PlanWords) -> list[str]:
    """Model beside recomputation, how near the thresholds people end, who moves in."""
    outcome, solution, told = plan["outcome"], plan["solution"], []
    if solution["recomputed"] is not None:
        told.append(
            words.text(
                "effect_recomputed", model=words.number(solution["predicted"]),
                again=words.number(solution["recomputed"]),
                deviation=words.share(solution["deviation"], 1),
            )
        )  # fmt: skip
        told += [] if solution["agrees"] else [words.text("effect_labelled")]
    near = outcome["near_threshold_share"]
    if near is not None:
        key = "effect_near" if outcome["near_flag"] else "effect_near_ok"
        told.append(words.text(key, share=words.share(near)))
    if outcome["newcomers"]:
        told.append(words.text("effect_newcomers", n=words.number(outcome["newcomers"])))
    return told


def _todo(words: PlanWords) -> list[Block]:
    items = tuple(str(one) for one in words.texts["todo"])
    return [Heading(words.text("h_todo")), Paragraph(words.text("todo_lead")), Bullets(items, open=True)]
