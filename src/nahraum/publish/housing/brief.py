"""The brief: requirements as a matrix of criteria, an example of a list of rooms, a design held against them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping

from nahraum.flexhousing.design import COLUMNS
from nahraum.flexhousing.model import Requirement
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.paper import label, paper_of
from nahraum.publish.housing.released import step_of
from nahraum.publish.housing.words import LabWords
from nahraum.publish.programme.blocks import Block, Heading, Paper, Paragraph, table
from nahraum.publish.report.words import DASH
from nahraum.publish.values import number_text, safe_text

CRITERIA = (
    "requirement_id", "requirement", "least", "unit", "serves", "weight", "points", "concepts", "evidence", "source",
)  # fmt: skip
_EXAMPLE = (
    ("A1", "1", "living_kitchen", 22.0, 1, 0, 1), ("A1", "2", "room", 15.0, 1, 0, 1),
    ("A1", "3", "room", 14.5, 1, 0, 1),
    ("A1", "4", "bath", 6.0, 1, 0, 1), ("A1", "5", "toilet", 2.0, 1, 0, 1), ("A1", "6", "hall", 8.0, 1, 0, 1),
    ("A1", "7", "outdoor", 6.0, 0, 0, 1), ("A2", "1", "living", 18.0, 1, 0, 0), ("A2", "2", "room", 14.0, 0, 0, 0),
    ("A2", "3", "kitchen", 8.0, 1, 0, 0), ("A2", "4", "bath", 5.0, 1, 0, 0), ("A2", "5", "outdoor", 3.0, 0, 0, 0),
    ("", "J1", "joker", 18.0, 1, 0, 1), ("", "W1", "work", 14.0, 1, 0, 1), ("", "G1", "shared", 30.0, 1, 0, 1),
)  # fmt: skip


def criteria_rows(told: Told, words: LabWords) -> list[dict[str, object]]:
    """A row per requirement: what is asked, why, with which weight, for which concepts, from where."""
    return [
        {
            "requirement_id": one.id, "requirement": one.text("label", told.language), "least": one.least,
            "unit": one.text("unit", told.language), "serves": words.text(f"serves_{one.of}"), "weight": one.weight,
            "points": None, "concepts": ", ".join(
                label(told, concept) for concept in told.concepts.values() if one.id in concept.requirements
            ),
            "evidence": words.text(f"evidence_{one.evidence}"), "source": one.text("source", told.language),
        }
        for one in told.requirements.values()
    ]  # fmt: skip


def criteria_csv(told: Told, words: LabWords) -> bytes:
    """The matrix as German spreadsheets read it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(CRITERIA)
    for row in criteria_rows(told, words):
        writer.writerow([
            "" if value is None else number_text(value, 4).rstrip("0").rstrip(",") if isinstance(value, float) else
            safe_text(value) for value in row.values()
        ])  # fmt: skip
    return stream.getvalue().encode("utf-8-sig")


def example_csv() -> bytes:
    """A list of rooms as `--design` reads it: two dwellings and the rooms of the house."""
    lines = [";".join(COLUMNS)]
    for *front, area, door, divisible, free in _EXAMPLE:
        marks = ["yes" if one else "no" for one in (door, divisible, free)]
        lines.append(";".join([*map(str, front), str(area).replace(".", ","), *marks]))
    return ("\r\n".join(lines) + "\r\n").encode("utf-8-sig")


def brief_paper(told: Told) -> Paper:
    """The page with the matrix of criteria."""
    words = LabWords(told.language, step_of(told.parameters))
    whole = told.lab.state[told.lab.state["quarter_id"] == ""].iloc[0]
    need = words.text(
        "brief_need", crowded=words.persons(whole["crowded_persons_low"], whole["crowded_persons_high"]),
        persons=words.persons(whole["persons"]), rooms=told.lab.rooms_needed or DASH,
        families=words.persons(whole["crowded_family_persons_low"], whole["crowded_family_persons_high"]),
    )  # fmt: skip
    keys = ("head_requirement", "head_least", "head_serves", "head_weight", "head_points", "head_evidence")
    rows = [
        [
            str(row["requirement"]), f"{_least(told.requirements[str(row['requirement_id'])], words)} {row['unit']}",
            str(row["serves"]), words.number(row["weight"]), "", str(row["evidence"]),
        ]
        for row in criteria_rows(told, words)
    ]  # fmt: skip
    pairs = [
        [str(row["requirement"]), str(row["concepts"]) or DASH] for row in criteria_rows(told, words)
    ]  # fmt: skip
    blocks: list[Block] = [
        Paragraph(words.text("brief_lead")), Paragraph(need),
        table([words.text(key) for key in keys], rows, words.text("caption_brief"), align="lllrrl",
              widths="2 2.2 1.3 0.7 0.7 1.4"),
        table([words.text("head_requirement"), words.text("head_concept")], pairs, words.text("caption_concepts"),
              align="ll", widths="1.4 3"),
    ]  # fmt: skip
    return paper_of(told, words, ("brief_title", "brief_subtitle", "brief_notice"), blocks)


def design_paper(told: Told) -> Paper:
    """The page of a design that was handed in."""
    words, found = LabWords(told.language, step_of(told.parameters)), told.design
    assert found is not None
    blocks: list[Block] = [Paragraph(words.text(
        "design_lead", n=len(found.dwellings), rooms=told.design_rooms, score=words.share(found.score),
    ))]  # fmt: skip
    if (line := stress_line(told, words)) is not None:
        blocks.append(Paragraph(line, "box"))
    rows = []
    for one in found.rows.to_dict("records"):
        need = told.requirements[str(one["requirement_id"])]
        met = words.text("not_applicable") if one["met"] is None else words.text("yes" if one["met"] else "no")
        rows.append([
            need.text("label", told.language), words.number(one["value"], 2), words.number(one["least"], 2), met,
            words.text(f"serves_{need.of}"),
        ])  # fmt: skip
    keys = ("head_requirement", "head_value", "head_least", "head_met", "head_serves")
    blocks.append(table(
        [words.text(key) for key in keys], rows, words.text("caption_design"), align="lrrll",
        widths="2.6 0.8 0.8 0.8 1.4",
    ))  # fmt: skip
    blocks.insert(0, Heading(told.design_name))
    keys3 = ("design_title", "design_subtitle", "brief_notice")
    return paper_of(told, words, keys3, blocks, name=told.design_name)


def stress_line(told: Told, words: LabWords) -> str | None:
    """What the stress test says of the design; None where it was not asked."""
    if told.design_stress is None or not (told.design_stress["n_dwellings"] > 0).all():
        return None
    by = told.design_stress.set_index("component")
    shares = {
        key: DASH if math.isnan(value) else words.share(value)
        for key, value in {
            "a": by["design_share"]["A"],
            "a0": by["today_share"]["A"],
            "b": by["design_share"]["B"],
            "b0": by["today_share"]["B"],
        }.items()
    }
    return words.text("design_stress", scenario=told.scenario, **shares)


def _least(one: Requirement, words: LabWords) -> str:
    share = one.least <= 1 and one.check.endswith(("_share", "_separate"))
    return words.share(one.least) if share else words.number(one.least, 0 if one.least == round(one.least) else 2)


def requirement_labels(requirements: Mapping[str, Requirement], language: str) -> dict[str, str]:
    """Names of all requirements."""
    return {name: one.text("label", language) for name, one in requirements.items()}
