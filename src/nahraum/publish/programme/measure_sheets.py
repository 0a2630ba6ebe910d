"""Measure sheets (Maßnahmensteckbriefe): one page for each measure, METHODS 7.4."""

from __future__ import annotations

from collections.abc import Mapping

from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paper, Paragraph, Picture, facts, table
from nahraum.publish.programme.model import Measure, PlanDocument
from nahraum.publish.programme.paper import paper_of
from nahraum.publish.programme.words import PlanWords
from nahraum.tables import PREREQUISITES

_BY_OPERATOR = ("supply",)  # fields where somebody must run what is built


def measure_sheets(plan: PlanDocument, drawn: Mapping[str, Picture]) -> Paper:
    """All sheets as one document.

    Parameters
        drawn : a map for each measure, by its number; those without have none.
    """
    words = PlanWords(plan["language"])
    blocks: list[Block] = [_contents(plan, words)] if plan["measures"] else []
    for measure in plan["measures"]:
        blocks += _sheet(plan, measure, words, drawn.get(measure["number"]))
    if not blocks:
        blocks.append(Paragraph(words.text("no_measures")))
    subtitle = words.text(
        "measures_subtitle", study=plan["study"]["name"], name=plan["name"], n=words.number(len(plan["measures"])),
        cost=words.eur(plan["solution"]["cost_eur"]),
    )  # fmt: skip
    return paper_of(plan, words.text("measures_title"), subtitle, blocks)


def _contents(plan: PlanDocument, words: PlanWords) -> Block:
    """All measures on the first page."""
    rows = [
        [
            one["number"], one["name"] or one["label"], one["quarter"] or one["quarter_id"],
            words.eur(one["cost"]["mid_eur"]) + (" *" if one["verify"] else ""), one["programme"] or one["payer"],
        ]
        for one in plan["measures"]
    ]  # fmt: skip
    head = [words.text(f"head_{one}") for one in ("number", "measure", "where", "cost", "funding")]
    return table(head, rows, words.text("caption_measures"), align="lllrl", widths="0.6 2.8 1.8 1.3 2")


def _sheet(plan: PlanDocument, measure: Measure, words: PlanWords, drawn: Picture | None) -> list[Block]:
    title = f"{measure['number']} · {measure['name'] or measure['label']}"
    blocks: list[Block] = [Heading(title, 1, fresh=True), facts(_what(plan, measure, words))]
    if drawn is not None:
        blocks.append(drawn)
    blocks += [Heading(words.text("sheet_effect"), 2), facts(_effect(measure, words))]
    blocks.append(Paragraph(f"{words.text('alone_note')} {words.text('rounded_note')}", "note"))
    blocks += [Heading(words.text("sheet_cost"), 2), facts(_cost(plan, measure, words))]
    blocks += [Bullets(tuple(measure["funding_notes"]))] if measure["funding_notes"] else []
    blocks += [Heading(words.text("sheet_more"), 2), facts(_more(plan, measure, words))]
    return blocks


def _what(plan: PlanDocument, measure: Measure, words: PlanWords) -> list[tuple[str, str]]:
    lon, lat = measure["point"]
    where = measure["quarter"] or measure["quarter_id"]
    goals = {goal["id"]: goal["label"] for goal in plan["goals"]}
    named = "; ".join(f"{one} {goals[one]}" for one in measure["goals"] if one in goals)
    origin = words.text("drawn" if measure["source"] == "drawn" else "found")
    years = words.text("fact_years_value", start=measure["start_year"] or "–", ready=measure["ready_year"] or "–")
    rows = {
        "fact_type": f"{measure['label']} ({words.named('fields', measure['field'])})",
        "fact_nature": words.named("natures", measure["nature"]),
        "fact_goals": named,
        "fact_place": f"{where}; {words.number(lat, 5)} N, {words.number(lon, 5)} E ({origin}, {measure['site_id']})",
        "fact_quantity": words.quantity(measure["quantity"], measure["unit"]),
        "fact_reason": measure["reason"],
        "fact_years": years,
        "fact_state": words.text("fact_state_value"),
        "fact_must": words.text("yes") if measure["must"] else "",
    }
    return [(words.text(key), value) for key, value in rows.items()]


def _effect(measure: Measure, words: PlanWords) -> list[tuple[str, str]]:
    effect, rows = measure["effect"], []
    rows.append((words.text("fact_relieved"), words.persons(effect["relieved"])))
    for name in PREREQUISITES:  # those that somebody gains or loses
        flows = effect["prerequisites"].get(name)
        if flows is None or not (nonzero(flows["gain"]) or nonzero(flows["lose"])):
            continue
        told = [words.text("gain_line", what=words.label(name), gain=words.persons(flows["gain"]))]
        if nonzero(flows["lose"]):
            told.append(words.text("lose_line", lose=words.persons(flows["lose"])))
        rows.append((words.text("fact_indicator"), "; ".join(told)))
    if nonzero(effect["newly_lacking"]):
        rows.append((words.text("fact_newly"), words.persons(effect["newly_lacking"])))
    rows.append((words.text("fact_missed"), words.text("missed_line", n=words.persons(measure["missed"]))))
    if measure["dwellings"]:
        rows.append((words.text("fact_dwellings"), words.number(measure["dwellings"])))
        rows.append((words.text("fact_newcomers"), words.persons({"about": measure["newcomers"]})))
    rows.append((words.text("fact_sealing"), words.change(measure["sealing_m2"], "m²")))
    rows.append((words.text("fact_canopy"), words.change(measure["canopy_m2"], "m²")))
    return rows


def nonzero(told: Mapping[str, float]) -> bool:
    """Whether a number of persons is worth telling."""
    return bool(told.get("about") or told.get("exact"))


def _cost(plan: PlanDocument, measure: Measure, words: PlanWords) -> list[tuple[str, str]]:
    paid = funder_sums(plan, measure["number"])
    funding = "; ".join(
        words.text("funder_line", funder=words.named("funders", funder), eur=words.eur(eur))
        for funder, eur in paid.items() if eur
    )  # fmt: skip
    din = "; ".join(
        f"{group} {words.named('kg', group)} {words.eur(eur)}"
        for group, eur in sorted(measure["din276"].items())
        if eur
    )
    mark = f" – {words.text('verify')}" if measure["verify"] else ""
    evidence, running = words.text(f"evidence_{measure['evidence']}"), measure["running"]
    rows = {
        "fact_cost": words.spread(measure["cost"]) + mark,
        "fact_price": str(measure["price_year"]),
        "fact_eligible": words.eur(measure["eligible_eur"]),
        "fact_not_eligible": words.eur(measure["not_eligible_eur"]),
        "fact_income": words.eur(measure["income_eur"]) if measure["income_eur"] else "",
        "fact_programme": measure["programme"],
        "fact_payer": measure["payer"],
        "fact_funding": funding,
        "fact_running": words.text("unknown") if running["mid_eur"] is None else words.spread(running),
        "fact_din": din,
        "fact_source": f"{words.dated(measure['cost_source'], measure['cost_date'])}; {evidence}",
        "fact_running_source": measure["running_source"],
    }
    return [(words.text(key), value) for key, value in rows.items()]


def funder_sums(plan: PlanDocument, number: str = "") -> dict[str, float]:
    """What each funder pays over all programme years, for one measure or for all. [EUR]"""
    found: dict[str, float] = {}
    for item in plan["financing"]:
        if item["basis"] == "programme" and number in ("", item["number"]):
            found[item["funder"]] = round(found.get(item["funder"], 0.0) + item["eur"], 2)
    return found


def _more(plan: PlanDocument, measure: Measure, words: PlanWords) -> list[tuple[str, str]]:
    risks = [words.text("risk_site")]
    risks += [words.text("risk_operator")] if measure["field"] in _BY_OPERATOR else []
    risks += [words.text("risk_displacement")] if measure["displacement"] else []
    risks += [words.text("risk_verify")] if measure["verify"] else []
    apart = words.text("fact_dependence_value", names=", ".join(measure["excluded"])) if measure["excluded"] else ""
    share = measure["chosen_share"]
    rows = {
        "fact_target_group": words.text("fact_target_group_value"),
        "fact_fill": words.text("fact_fill_value"),
        "fact_dependence": apart,
        "fact_risk": " ".join(risks),
        "fact_robust": "" if share is None else words.text("robust", share=words.share(share)),
    }
    return [(words.text(key), value) for key, value in rows.items()]
