"""Cost, schedule, climate, displacement and monitoring in the chapter of an application."""

from __future__ import annotations

from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paragraph, table
from nahraum.publish.programme.measure_sheets import funder_sums
from nahraum.publish.programme.model import FUNDERS, Figure, PlanDocument
from nahraum.publish.programme.words import PlanWords
from nahraum.publish.report.words import DASH

FIGURES_SHOWN = 30


def costs(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """What it costs and who pays."""
    if not plan["measures"]:
        return []
    year = max(one["price_year"] for one in plan["measures"])
    blocks: list[Block] = [Heading(words.text("h_costs")), Paragraph(words.text("costs_lead", year=year))]
    rules = plan["rules"]
    if rules:
        told = words.text(
            "rule_line", label=rules["label"], date=words.day(rules["date"]), source=str(rules["source"]).rstrip(".")
        )
        blocks.append(Paragraph(told))
        blocks += [Bullets(tuple(rules["notes"]))] if rules["notes"] else []
    blocks += [_by_measure(plan, words)]
    years = financing_years(plan, "programme")
    if years:
        blocks += [_by_funder(plan, words, years), Paragraph(words.text("not_eligible_line"), "note")]
    return [*blocks, Paragraph(_running(plan, words))]


def financing_years(plan: PlanDocument, basis: str) -> list[int]:
    """The years in which something is paid, in order."""
    return sorted({one["year"] for one in plan["financing"] if one["basis"] == basis})


def _running(plan: PlanDocument, words: PlanWords) -> str:
    middle = [one["running"]["mid_eur"] for one in plan["measures"]]
    known = [one for one in middle if one is not None]
    if not known:
        return words.text("running_unknown")
    told = words.text("running_line", cost=words.eur(sum(known)))
    return told if len(known) == len(middle) else f"{told} {words.text('running_unknown')}"


def _by_measure(plan: PlanDocument, words: PlanWords) -> Block:
    rows, sums = [], [0.0, 0.0, 0.0]
    for one in plan["measures"]:
        cost, paid = one["cost"], funder_sums(plan, one["number"])
        granted = sum(paid.get(name, 0.0) for name in ("bund", "land", "eu"))
        own = paid.get("municipality", 0.0)
        others = sum(paid.get(name, 0.0) for name in ("private", "other"))
        sums = [a + b for a, b in zip(sums, (granted, own, others), strict=True)]
        mark = " *" if one["verify"] else ""
        rows.append([
            f"{one['number']} {one['name'] or one['label']}", words.eur(cost["low_eur"]),
            words.eur(cost["mid_eur"]) + mark, words.eur(cost["high_eur"]), words.eur(granted), words.eur(own),
            words.eur(others),
        ])  # fmt: skip
    totals = [sum(one["cost"][f"{end}_eur"] or 0.0 for one in plan["measures"]) for end in ("low", "mid", "high")]
    rows.append([words.text("sum"), *(words.eur(one) for one in (*totals, *sums))])
    grants = "/".join(words.named("funders", name) for name in ("bund", "land", "eu"))
    elsewhere = "/".join(words.named("funders", name) for name in ("private", "other"))
    head = [
        words.text("head_measure"), *(words.text(f"head_{end}") for end in ("low", "mid", "high")), grants,
        words.named("funders", "municipality"), elsewhere,
    ]  # fmt: skip
    return table(
        head, rows, words.text("caption_costs"), align="lrrrrrr", widths="2.1 1.3 1.4 1.3 1.2 1.2 1.3", total=True
    )


def _by_funder(plan: PlanDocument, words: PlanWords, years: list[int]) -> Block:
    found = {(one["funder"], one["year"]): 0.0 for one in plan["financing"] if one["basis"] == "programme"}
    for one in plan["financing"]:
        if one["basis"] == "programme":
            found[one["funder"], one["year"]] += one["eur"]
    rows, sums = [], [0.0] * (len(years) + 1)
    for funder in FUNDERS:
        amounts = [found.get((funder, year), 0.0) for year in years]
        if any(amounts):
            line = [*amounts, sum(amounts)]
            sums = [a + b for a, b in zip(sums, line, strict=True)]
            rows.append([words.named("funders", funder), *(words.eur(one) if one else DASH for one in line)])
    rows.append([words.text("sum"), *(words.eur(one) for one in sums)])
    head = [words.text("head_funder"), *map(str, years), words.text("head_sum")]
    n = len(years) + 1
    return table(head, rows, words.text("caption_funding"), align="l" + "r" * n, widths="1.4" + " 1" * n, total=True)


def schedule(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """When each measure begins, when it is ready, and the cost of each year."""
    years = sorted({year for one in plan["measures"] for year in one["cost_by_year"]})
    if not years:
        return []
    rows = [
        [
            f"{one['number']} {one['name'] or one['label']}",
            *(str(one[key] or DASH) for key in ("start_year", "ready_year")),
            *(words.eur(one["cost_by_year"][year]) if year in one["cost_by_year"] else DASH for year in years),
        ]
        for one in plan["measures"]
    ]  # fmt: skip
    sums = [sum(one["cost_by_year"].get(year, 0.0) for one in plan["measures"]) for year in years]
    rows.append([words.text("sum"), "", "", *(words.eur(one) for one in sums)])
    head = [words.text("head_measure"), words.text("head_start"), words.text("head_ready"), *years]
    n = len(years)
    found = table(
        head, rows, words.text("caption_schedule"), align="lll" + "r" * n, widths="2.6 0.8 0.8" + " 1.1" * n, total=True
    )
    return [Heading(words.text("h_schedule")), Paragraph(words.text("schedule_lead")), found, *_by_year(plan, words)]


def _by_year(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """What is invested in each year, and what running costs once things stand; the last year goes on."""
    years = plan["running"]
    if not years:
        return []
    known = [one["running"]["mid_eur"] is not None for one in plan["measures"]]
    rows = [
        [
            words.text("years_on", year=one["year"]) if one is years[-1] else str(one["year"]),
            words.eur(one["invest_eur"]) if one["invest_eur"] else DASH,
            words.eur(one["running_eur"]) if any(known) else words.text("unknown"),
        ]
        for one in years
    ]
    head = [words.text(f"head_{one}") for one in ("year", "invest", "running")]
    found = table(head, rows, words.text("caption_running"), align="lrr", widths="1.4 1 1")
    return [found] if all(known) else [found, Paragraph(words.text("running_unknown"), "note")]


def climate(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """What is sealed or unsealed, and the trees."""
    blocks: list[Block] = [Heading(words.text("h_climate")), Paragraph(words.text("climate_lead"))]
    told = [one for one in plan["measures"] if one["sealing_m2"] != 0 or one["canopy_m2"] != 0]
    rows = [
        [
            f"{one['number']} {one['name'] or one['label']}", words.change(one["sealing_m2"], "m²"),
            words.change(one["canopy_m2"], "m²"),
        ]
        for one in told
    ]  # fmt: skip
    sums = plan["climate"]
    rows.append([words.text("sum"), words.change(sums["sealing_m2"], "m²"), words.change(sums["canopy_m2"], "m²")])
    head = [words.text(f"head_{one}") for one in ("measure", "sealing", "canopy")]
    caption = words.text("caption_climate")
    blocks.append(table(head, rows, caption, align="lrr", widths="3 1 1", total=True))
    if any(one["sealing_m2"] is None or one["canopy_m2"] is None for one in plan["measures"]):
        blocks.append(Paragraph(words.text("climate_unknown"), "note"))
    return [*blocks, Paragraph(words.text("resilience"))]


def displacement(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """Rents, moves and SGB II beside the measures that may raise rents."""
    blocks: list[Block] = [Heading(words.text("h_displacement")), Paragraph(words.text("displacement_lead"))]
    rows = [
        [
            f"{one['number']} {one['measure']}", one["quarter"],
            *(str(one[key] or words.text("unknown")) for key in ("rent", "moves", "sgb2")), str(one["text"]),
        ]
        for one in plan["displacement"]
    ]  # fmt: skip
    if not rows:
        return [*blocks, Paragraph(words.text("no_displacement"))]
    head = [words.text(f"head_{one}") for one in ("measure", "quarter", "rent", "moves", "sgb2", "observe")]
    caption = words.text("caption_displacement")
    return [*blocks, table(head, rows, caption, align="llrrrl", widths="2.2 1.5 1 1 1 2")]


def monitoring(plan: PlanDocument, words: PlanWords) -> list[Block]:
    """The first of the indicators; all stand in emo.csv."""
    blocks: list[Block] = [Heading(words.text("h_monitoring")), Paragraph(words.text("monitoring_lead"))]
    rows = [
        [
            words.text(f"kind_{one['kind']}"), one["label"], one["area"], _value(one, "baseline", words),
            _value(one, "target", words),
        ]
        for one in plan["monitoring"][:FIGURES_SHOWN]
    ]  # fmt: skip
    if not rows:
        return blocks
    head = [words.text(f"head_{one}") for one in ("kind", "indicator", "area", "baseline", "target")]
    caption = words.text("caption_monitoring")
    return [*blocks, table(head, rows, caption, align="lllrr", widths="0.8 3 1.8 1.1 1.1")]


def _value(figure: Figure, which: str, words: PlanWords) -> str:
    from nahraum.publish.programme.chapter import figure_text

    return figure_text(figure, which, words)
