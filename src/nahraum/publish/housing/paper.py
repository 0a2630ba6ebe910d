"""The chapter of the lab as blocks: who lives crowded, what is possible, what is to be expected, at which cost."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from nahraum.flexhousing.model import LEVELS, MOVES, Concept
from nahraum.flexhousing.portfolio import Portfolio
from nahraum.flexhousing.units import ready_years
from nahraum.publish.housing.concepts import concept_blocks
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.released import step_of
from nahraum.publish.housing.space import space_blocks
from nahraum.publish.housing.words import LabWords
from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paper, Paragraph, table
from nahraum.publish.report.words import DASH

_SHOWN = 25


def lab_paper(told: Told) -> Paper:
    """The document of `nahraum housing`."""
    words = LabWords(told.language, step_of(told.parameters))
    return paper_of(told, words, ("title", "subtitle", "notice"), lab_blocks(told, words))


def paper_of(told: Told, words: LabWords, keys: tuple[str, str, str], blocks: list[Block], **named: str) -> Paper:
    """A document of the lab with head, notice and foot; keys of title, subtitle and notice."""
    title, subtitle, notice = keys
    given = {"study": told.study, "date": words.day(told.day), **named}
    foot = words.text("foot", **given) + (f" · {told.attribution}" if told.attribution else "")
    return Paper(
        language=told.language, day=told.day, kicker=words.text("kicker"), title=words.text(title, **given),
        subtitle=words.text(subtitle, **given), notice=words.text(notice), foot=foot,
        words={key: words.text(key) for key in ("page", "table", "figure")}, blocks=tuple(blocks),
    )  # fmt: skip


def lab_blocks(told: Told, words: LabWords) -> list[Block]:
    """The chapter; also a part of the report."""
    return [
        *_today(told, words), *_taken(told, words), *_effects(told, words), *_exchange(told, words),
        *_portfolio(told, words), *_money(told, words),
        *space_blocks(told, words, partial(row_of, told)), *_stable(told, words), *_quarters(told, words),
        *_notes(told, words), *concept_blocks(told, words),
    ]  # fmt: skip


def row_of(told: Told, name: str, case: str, effects: pd.DataFrame | None = None) -> pd.Series | None:
    """The row of a concept and case, exact or of the effects that are given; None where there is none."""
    table = told.lab.effects if effects is None else effects
    found = table[(table["concept_id"] == name) & (table["case"] == case)]
    return found.iloc[0] if len(found) else None


def label(told: Told, concept: Concept) -> str:
    """Its name, with the mark where its cost or measure is from knowledge."""
    return str(concept.text("label", told.language))


def _today(told: Told, words: LabWords) -> list[Block]:
    whole = told.lab.state[told.lab.state["quarter_id"] == ""].iloc[0]
    line = words.text(
        "today", persons=words.persons(whole["persons"]), households=words.persons(whole["households"]),
        crowded=words.persons(whole["crowded_persons_low"], whole["crowded_persons_high"]),
        families=words.persons(whole["crowded_family_persons_low"], whole["crowded_family_persons_high"]),
        alone=words.persons(whole["alone_in_one_room"]),
    )  # fmt: skip
    types_open = any(key == "types_open" for key, _ in told.lab.notes)
    counted = words.text("today_counted", counted=words.persons(whole["crowded_counted_persons"]))
    return [
        Heading(words.text("h_today")), Paragraph(f"{line} {counted}"),
        Paragraph(words.text("today_range_types" if types_open else "today_range"), "note"),
    ]  # fmt: skip


def _taken(told: Told, words: LabWords) -> list[Block]:
    if not told.take:
        return []
    lines = []
    for name in told.take:
        row = row_of(told, name, "taken")
        if row is None:
            continue
        named = label(told, told.concepts[name])
        lines.append(words.text(
            "take_line", label=named, units=words.units(row["units"]), years=told.lab.years,
            lead=words.number(told.concepts[name].lead_years, 1).removesuffix(",0").removesuffix(".0"),
            persons=words.persons(row["persons_low"], row["persons_high"]),
            families=words.persons(row["family_persons_low"], row["family_persons_high"]),
            cost=words.eur(row["cost_mid_eur"]),
        ))  # fmt: skip
        chain = row_of(told, name, "taken_with_chains")
        if chain is not None:
            most = words.persons(chain["persons_low"], chain["persons_high"])
            lines.append(words.text("take_chains", label=named, persons=most))
        lines += _beyond(told, words, name, row)
        wanted = told.take[name] * ready_years(told.concepts[name], told.lab.years)
        if row["units"] < wanted - 0.5:
            lines.append(
                words.text("take_less", label=named, wanted=words.units(wanted), units=words.units(row["units"]))
            )
    both = told.lab.together
    together = words.text(
        "take_all", persons=words.persons(both["persons_low"], both["persons_high"]),
        crowded=words.persons(both["crowded_persons_low"], both["crowded_persons_high"]),
        families=words.persons(both["family_persons_low"], both["family_persons_high"]),
        crowded_families=words.persons(both["crowded_family_persons_low"], both["crowded_family_persons_high"]),
    )  # fmt: skip
    return [Heading(words.text("h_take")), Bullets(tuple(lines)), Paragraph(together, "box")]


def _beyond(told: Told, words: LabWords, name: str, row: pd.Series) -> list[str]:
    """Says so where more is tried than is to be expected."""
    low, high = (row_of(told, name, f"expected_{level}") for level in ("low", "high"))
    if low is None or high is None or not row["units"] > high["units"]:
        return []
    expected = "–".join(dict.fromkeys((words.units(low["units"]), words.units(high["units"]))))
    return [words.text(
        "take_more", label=label(told, told.concepts[name]), expected=expected, years=told.lab.years,
        units=words.units(row["units"]),
    )]  # fmt: skip


def rules_open(told: Told) -> set[str]:
    """Concepts of whose rule the census does not tell a part: their numbers are "at most"."""
    return {about.partition(": ")[0] for key, about in told.lab.notes if key == "rule_open"}


def _effects(told: Told, words: LabWords) -> list[Block]:
    rows, at_most = [], rules_open(told)
    for name, concept in told.concepts.items():
        cells = [label(told, concept) + (f" ({words.text('at_most')})" if name in at_most else "")]
        for case in ("potential_rooms", "potential_near", "potential_rent"):
            row = row_of(told, name, case)
            move = concept.effect in MOVES or case == "potential_rooms"
            cells.append(DASH if row is None or not move else words.persons(row["persons_low"], row["persons_high"]))
        ends = [row_of(told, name, f"expected_{level}") for level in LEVELS]
        if any(one is None or math.isnan(one["units"]) for one in ends) or concept.effect in ("desk", "isolation"):
            continue
        low, high = ends[0], ends[2]
        assert low is not None and high is not None
        cells.append(words.persons(low["persons_low"], high["persons_high"]))
        middle = ends[1]
        assert middle is not None
        cells.append(words.persons(middle["family_persons_low"], middle["family_persons_high"]))
        rows.append(cells)
    keys = ("head_concept", "head_possible", "head_near", "head_rent", "head_expected", "head_families")
    head = [words.text(key) for key in keys]
    caption = words.text("caption_effects", years=told.lab.years)
    return [
        Heading(words.text("h_effects")), Paragraph(words.text("effects", years=told.lab.years)),
        Paragraph(words.text("effects_chain"), "note"), Paragraph(words.text("effects_let"), "note"),
        table(head, rows, caption, align="lrrrrr", widths="2.6 1.2 1.2 1.2 1.2 1.2"),
    ]  # fmt: skip


def _exchange(told: Told, words: LabWords) -> list[Block]:
    name = next((key for key, one in told.concepts.items() if one.effect == "exchange"), "")
    named = ("potential_rooms", "potential_near", "potential_rent", "expected_low", "expected_high")
    cases = [row_of(told, name, case) for case in named]
    if any(one is None for one in cases):
        return []
    possible, near, rent, low, high = (one for one in cases if one is not None)
    limited = "" if math.isnan(rent["persons_low"]) else words.text(
        "exchange_rent", rent=words.persons(rent["persons_low"], rent["persons_high"]),
        tolerance=words.share(told.parameters.number("flexhousing.rent_tolerance")),
    )  # fmt: skip
    line = words.text(
        "exchange", possible=words.persons(possible["persons_low"], possible["persons_high"]),
        near=words.persons(near["persons_low"], near["persons_high"]), limited=limited,
        expected=words.persons(low["persons_low"], high["persons_high"]), years=told.lab.years,
    )  # fmt: skip
    return [Heading(words.text("h_exchange"), 2), Paragraph(line)]


def _portfolio(told: Told, words: LabWords) -> list[Block]:
    found = told.portfolio
    if found is None:
        return []
    lines = [
        words.text(
            "portfolio_line", label=label(told, told.concepts[str(one["concept_id"])]), units=words.units(one["units"]),
            cost=words.eur(one["cost_eur"]), persons=words.persons(one["persons"]),
        )
        for one in found.chosen.to_dict("records")
    ]  # fmt: skip
    again = found.recomputed
    sums = words.text(
        "portfolio_sum", cost=words.eur(float(found.chosen["cost_eur"].sum())),
        persons=words.persons(again["persons_low"], again["persons_high"]), proven=_proven(found, words),
    )  # fmt: skip
    out = [label(told, told.concepts[name]) for name, _ in found.left_out]
    blocks: list[Block] = [
        Heading(words.text("h_portfolio", budget=words.eur(found.budget_eur))), Bullets(tuple(lines)),
        Paragraph(sums, "box"),
    ]  # fmt: skip
    ends = again["persons_low_rent"], again["persons_high_rent"]
    if not any(math.isnan(one) for one in ends):
        blocks.append(Paragraph(words.text("portfolio_rent", persons=words.persons(*ends))))
    if out:
        blocks.append(Paragraph(words.text("portfolio_out", names=", ".join(out)), "note"))
    return blocks


def _proven(found: Portfolio, words: LabWords) -> str:
    """What is proven of the choice: that none is better, or by how much one may be."""
    gap = words.share(found.gap, 1)
    key = "portfolio_best" if found.status == "optimal" and gap == words.share(0.0, 1) else "portfolio_gap"
    return words.text(key, gap=gap, status=words.text(f"status_{found.status}"))


def _money(told: Told, words: LabWords) -> list[Block]:
    rows, effects = [], told.lab.effects
    for name, concept in told.concepts.items():
        row = row_of(told, name, "expected_mid", effects)
        taken = row_of(told, name, "taken", effects)
        row = taken if taken is not None else row
        if row is None or concept.effect in ("desk", "isolation") or not row["units"] > 0:
            continue
        mark = f" ({words.text('verify')})" if concept.verify_locally else ""
        land, carbon = row["land_m2"], row["carbon_t"]
        rows.append([
            label(told, concept) + mark, words.units(row["units"]), words.eur(row["cost_mid_eur"]),
            words.eur(row["cost_per_person_eur"]), words.eur(row["new_build_per_person_eur"]),
            DASH if math.isnan(land) else f"{words.number(land)}\u00a0m²",
            DASH if math.isnan(carbon) else f"{words.number(carbon)}\u00a0t",
        ])  # fmt: skip
    if not rows:
        return []
    keys = ("head_concept", "head_units", "head_cost", "head_each", "head_new", "head_land", "head_carbon")
    caption = words.text("caption_money", years=told.lab.years)
    return [
        Heading(words.text("h_money"), 2),
        table([words.text(key) for key in keys], rows, caption, align="lrrrrrr", widths="2.6 0.9 1.2 1.2 1.2 1 1")
    ]  # fmt: skip


def _stable(told: Told, words: LabWords) -> list[Block]:
    found = told.lab.stability
    if not len(found):
        return []
    rows = [
        [
            label(told, told.concepts[str(one["concept_id"])]), words.persons(one["persons_low"], one["persons_high"]),
            words.text("sign_none" if one["positive_share"] == 0 else "sign_stable" if one["stable"] else "sign_open"),
        ]
        for one in found.to_dict("records")
    ]  # fmt: skip
    head = [words.text(key) for key in ("head_concept", "head_expected", "head_status")]
    return [
        Heading(words.text("h_stable")), Paragraph(words.text("stable", n=int(found["n_draws"].max()))),
        table(head, rows, words.text("caption_stable"), align="lrl", widths="2.6 1.4 1.6"),
    ]  # fmt: skip


def _quarters(told: Told, words: LabWords) -> list[Block]:
    state = told.lab.quarters
    shown = state[state["status"] == "ok"].sort_values(["crowded_persons_low", "quarter_id"], ascending=[False, True])
    if not len(shown):
        return []

    def people(row: Mapping[Hashable, Any], kind: str) -> str:
        return words.persons(*(float(row[f"{kind}_{end}"]) for end in ("low", "high")))

    rows = [
        [
            str(one["name"] or one["quarter_id"]), words.number(one["households"]),
            people(one, "crowded_persons"), people(one, "crowded_family_persons"),
        ]
        for one in shown.head(_SHOWN).to_dict("records")
    ]  # fmt: skip
    head = [words.text(key) for key in ("head_quarter", "head_households", "head_crowded", "head_families")]
    least = words.number(told.parameters.number("flexhousing.minimum_households"))
    caption = words.text("caption_quarters", step=words.step, least=least)
    return [
        Heading(words.text("h_quarters")), table(head, rows, caption, align="lrrr", widths="2.4 1 1.2 1.2"),
    ]  # fmt: skip


def _notes(told: Told, words: LabWords) -> list[Block]:
    about: dict[str, list[str]] = {}
    for key, text in told.lab.notes:
        name, _, rest = text.partition(": ")
        named = label(told, told.concepts[name]) if name in told.concepts else name
        parts = ", ".join(words.columns(rest.split(", "))) if rest else ""
        about.setdefault(key, []).append(f"{named} ({parts})" if rest else named)
    lines = [words.text(f"note_{key}", about=", ".join(names)) for key, names in about.items()]
    for name, concept in told.concepts.items():
        row = row_of(told, name, "expected_mid")
        if concept.effect in ("desk", "isolation") and row is not None and row["places"] > 0:
            lines.append(words.text("note_places", label=label(told, concept), n=words.units(row["places"])))
    return [Heading(words.text("h_notes")), Bullets(tuple(lines))] if lines else []
