"""How a plan was chosen, what binds it, what the next money would buy, and where its figures come from."""

from __future__ import annotations

from typing import Any

from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paragraph, facts, table
from nahraum.publish.programme.model import PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.report.words import DASH

_LEFT_OUT = {"none": "unkept", "open": "unsure"}  # variants that do not count


def choice(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """The question that was asked, the proof, the limits with their slack, the next money."""
    ask = plan["ask"]
    goal = words.label(f"goal_{ask['goal']}")
    goal += f" ({words.label('weighting_' + str(ask['weighting']))})" if ask.get("weighting") else ""
    lead = words.text(
        "choice_lead_free" if ask["budget_eur"] is None else "choice_lead",
        goal=goal, budget=words.eur(ask["budget_eur"]), n=words.number(plan["solution"]["n_sites"]),
        types=words.number(plan["solution"]["n_types"]),
    )  # fmt: skip
    by_hand = [Paragraph(words.text("choice_by_hand"))] if ask.get("by_hand") else []
    blocks: list[Block] = [Heading(words.text("h_choice")), Paragraph(lead), *by_hand, facts(_proof(plan, words))]
    rows = [
        [str(one["label"]), *(_amount(one[key], str(one["unit"]), words) for key in ("used", "allowed", "slack"))]
        for one in plan["limits"]
    ]
    if rows:
        head = [words.text(f"head_{one}") for one in ("limit", "used", "allowed", "slack")]
        blocks.append(table(head, rows, words.text("caption_limits"), align="lrrr", widths="2.4 1 1 1"))
    return [*blocks, *_next(plan, words), *_variants(plan, words)]


def _variants(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """How much of the money goes to the same sites where costs and needs are others."""
    rows = [
        [
            words.text(f"head_{one['level']}"), str(one["k"]), words.label(f"weighting_{one['weights']}"),
            words.number(one["n_sites"]), words.share(one["gap"], 1),
            words.text(_LEFT_OUT[one["status"]]) if one["status"] in _LEFT_OUT else words.share(one["same"]),
        ]
        for one in plan["variants"]
    ]  # fmt: skip
    if not rows:
        return []
    head = [words.text(f"head_{one}") for one in ("costs", "least", "weighing", "measures_n", "gap", "same")]
    found = table(head, rows, words.text("caption_variants"), align="lllrrr", widths="0.8 0.7 2.2 0.9 0.8 1.1")
    return [Paragraph(words.text("variants_lead")), found]


def _amount(value: Any, unit: str, words: PlanWords) -> str:
    if value is None:
        return DASH
    if unit == "eur":
        return words.eur(float(value))
    if unit == "share":
        return words.share(float(value))
    named = words.texts["units_of"].get(unit, "")
    return words.number(float(value)) + (f"\u00a0{named}" if named else "")


def _proof(plan: PlanDocument, words: PlanWords) -> list[tuple[str, str]]:
    found = plan["solution"]
    rows = {
        "fact_status": words.named("statuses", found["status"]),
        "fact_method": words.label(f"method_{found['method']}"),
        "fact_value": of_goal(found["value"], found["unit"], plan, words),
        "fact_bound": of_goal(found["bound"], found["unit"], plan, words),
        "fact_gap": words.share(found["gap"], 2),
        "fact_predicted": words.number(found["predicted"], 0 if plan["released"] else 1),
        "fact_again": words.number(found["recomputed"], 0 if plan["released"] else 1),
        "fact_deviation": words.share(found["deviation"], 1),
        "fact_budget": words.eur(plan["ask"]["budget_eur"]),
        "fact_spent": words.eur(found["cost_eur"]),
    }
    return [(words.text(key), value) for key, value in rows.items() if value != DASH]


def of_goal(value: float | None, unit: str, plan: PlanDocument, words: PlanWords) -> str:
    """A value of the goal with its unit; lacks per person with two decimals, persons without where they are rounded."""
    decimals = 0 if plan["released"] else 1
    told = words.number(value, decimals if unit.startswith("person") else 2)
    return told if told == DASH else f"{told}\u00a0{words.named('units_of', unit)}"


def _next(plan: PlanDocument, words: PlanWords) -> list[Block]:
    more = plan["next_money"]
    if more is None:
        return []
    numbers = {key: of_goal(more[key], more["unit"], plan, words) for key in ("gain", "most")}
    if not more["gain"]:
        return [Paragraph(words.text("next_money_none", eur=words.eur(more["eur"]), most=numbers["most"]))]
    names = "; ".join(str(one) for one in more["names"])
    return [Paragraph(words.text("next_money", eur=words.eur(more["eur"]), names=names, **numbers))]


def evidence(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """The run, the sources of the cost, what is to be minded."""
    run = plan["run"]
    lead = words.text("evidence_lead", run=run["manifest"], version=f"nahraum {run['version']}")
    blocks: list[Block] = [Heading(words.text("h_evidence")), Paragraph(lead)]
    seen: dict[str, list[str]] = {}
    for one in plan["measures"]:
        per = {key: None if value is None or not one["quantity"] else value / one["quantity"]
               for key, value in one["cost"].items()}  # fmt: skip
        unit = words.named("units", f"one_{one['unit']}")
        mark = words.text(f"evidence_{one['evidence']}")
        told = [one["label"], f"{words.spread(per)} / {unit}", words.dated(one["cost_source"], one["cost_date"]), mark]
        seen.setdefault(one["type_id"], told)
    head = [words.text(f"head_{one}") for one in ("type", "unit_cost", "source", "evidence")]
    if seen:
        rows = [seen[key] for key in sorted(seen)]
        blocks.append(table(head, rows, words.text("caption_evidence"), align="llll", widths="1.6 1.8 2.2 1.2"))
    if plan["warnings"]:
        blocks += [Heading(words.text("h_warnings"), 2), Bullets(tuple(plan["warnings"]))]
    return blocks
