"""All files of a trial: paper, quarters of comparison, sets that could be taken, the plan of the evaluation."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from nahraum.parameters import Parameters
from nahraum.pilots import TrialDesign
from nahraum.pilots.evaluation import CHECKS, evaluation_text
from nahraum.publish.housing.sheets import csv_bytes
from nahraum.publish.housing.words import LabWords, rounded
from nahraum.publish.programme.blocks import Block, Bullets, Heading, Paper, Paragraph, table
from nahraum.publish.programme.paper_docx import paper_docx
from nahraum.publish.programme.paper_pdf import paper_pdf
from nahraum.publish.report.words import DASH
from nahraum.publish.write import replaced

FOLDER = "pilots"
_SETS = 10


@dataclass(frozen=True, eq=False)
class Trial:
    """A design with what its documents need. plan : `evaluation_plan`. names : of the quarters."""

    study: str
    language: str
    day: date
    attribution: str
    design: TrialDesign
    plan: Mapping[str, Any]
    names: Mapping[str, str]
    outcome: Mapping[str, Any]
    parameters: Parameters


def write_pilots(told: Trial, internal: Path) -> list[Path]:
    """The files in `internal/pilots/`: pilots.pdf, .docx, comparisons.csv, sets.csv, evaluation.json.

    Notes
        Values of the outcome are the office's own figures by quarter, told as they are: these papers stay in the
        office, and nothing of them goes into the report. The people a trial serves are rounded.
    """
    internal.mkdir(mode=0o700, parents=True, exist_ok=True)
    return replaced(internal / FOLDER, lambda folder: _fill(told, folder))


def _fill(told: Trial, folder: Path) -> list[Path]:
    words = LabWords(told.language, _step(told))
    sets = told.design.sets.copy()
    sets["need"] = [rounded(float(one), words.step) for one in sets["need"]]
    notice = words.text("pilot_notice")
    data = {
        "comparisons.csv": csv_bytes(told.design.controls, notice),
        "sets.csv": csv_bytes(sets, f"{notice}. {words.text('notice')}"),
        "evaluation.json": evaluation_text(told.plan).encode("utf-8"),
    }  # fmt: skip
    paper = pilots_paper(told)
    with tempfile.TemporaryDirectory(prefix="nahraum-pilots-") as name:
        data["pilots.pdf"], data["pilots.docx"] = paper_pdf(paper, Path(name)), paper_docx(paper, Path(name))
    for name, content in data.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in data]


def _step(told: Trial) -> int:
    return int(told.parameters.number("disclosure.rounding_residents_location"))


def pilots_paper(told: Trial) -> Paper:
    """Which quarters, compared with which, and what can be shown."""
    words = LabWords(told.language, _step(told))
    given = {"study": told.study, "date": words.day(told.day)}
    foot = words.text("pilot_foot", **given) + (f" · {told.attribution}" if told.attribution else "")
    return Paper(
        language=told.language, day=told.day, kicker=words.text("pilot_kicker"),
        title=words.text("pilot_title", **given),
        subtitle=words.text("pilot_subtitle", **given), notice=words.text("pilot_notice"), foot=foot,
        words={key: words.text(key) for key in ("page", "table", "figure")}, blocks=tuple(pilot_blocks(told, words)),
    )  # fmt: skip


def lead(told: Trial, words: LabWords) -> list[str]:
    """What is proposed, and what the trial can show."""
    design = told.design
    controls = words.listed(_named(design.controls["quarter_id"], told))
    lines = [words.text("pilot_lead", names=words.listed(_named(design.pilots, told)), controls=controls)]
    if design.power.method == "unknown":
        return [*lines, words.text("pilot_mde_unknown")]
    power = words.share(told.parameters.number("pilots.power"))
    share = bool(told.outcome.get("share"))
    shown = words.number(100 * design.power.mde, 1) if share else figure(design.power.mde, told, words)
    unit = words.text("points") if share else told.outcome["unit"]
    lines.append(words.text("pilot_mde", power=power, mde=shown, unit=unit).replace(" .", "."))
    lines += [words.text("pilot_mde_counts")] if design.power.method == "counts" else []
    return lines + _bias(told, words)


def _bias(told: Trial, words: LabWords) -> list[str]:
    """What the trends alone would show, and whether that is as much as the trial can show."""
    bias, share = told.design.trend_bias, bool(told.outcome.get("share"))
    if math.isnan(bias):
        return []
    unit = words.text("points") if share else str(told.outcome["unit"])
    shown = words.number(100 * bias, 1) if share else figure(bias, told, words)
    none = words.number(0.0, 1) if share else figure(0.0, told, words)
    if shown == none and bias < told.design.power.mde:
        return [words.text("pilot_bias_none")]
    lines = [words.text("pilot_bias", bias=shown, unit=f" {unit}" if unit else "")]
    return [*lines, words.text("pilot_bias_large")] if bias >= told.design.power.mde else lines


def figure(value: float, told: Trial, words: LabWords, digits: int = 1) -> str:
    """A value of the outcome as it is read; shares with so many digits, and no sign before a nothing."""
    if math.isnan(value):
        return DASH
    if not told.outcome.get("share"):
        return words.number(round(value, 2) + 0.0, 2)
    return words.share(round(value, digits + 2) + 0.0, digits)


def pilot_blocks(told: Trial, words: LabWords) -> list[Block]:
    """The chapter of the trial."""
    blocks: list[Block] = [Paragraph(line, "box" if at == 0 else "") for at, line in enumerate(lead(told, words))]
    notes = [_note(key, words) for key in told.design.notes]
    if len(told.design.sets) > 1:
        blocks.append(Paragraph(words.text("pilot_choice"), "note"))
    blocks += [Bullets(tuple(notes))] if notes else []
    blocks += [_controls(told, words), _sets(told, words), Heading(words.text("h_checks"))]
    return [*blocks, Bullets(tuple(words.text(f"check_{name}") for name in CHECKS), open=True)]


def _named(ids: Any, told: Trial) -> list[str]:
    return [told.names.get(str(one), "") or str(one) for one in ids]


def _note(key: str, words: LabWords) -> str:
    name, _, number = key.partition(":")
    return words.text(f"pnote_{name}", n=number)


def _controls(told: Trial, words: LabWords) -> Block:
    rows = [
        [
            *_named([one["pilot_id"], one["quarter_id"]], told), figure(one["level"], told, words),
            *(figure(one[name], told, words, 2) for name in ("trend", "level_difference", "trend_difference")),
            DASH if math.isnan(one["apart_m"]) else f"{words.number(one['apart_m'] / 1000, 1)}\u00a0km",
        ]
        for one in told.design.controls.to_dict("records")
    ]  # fmt: skip
    keys = ("head_pilot", "head_compare", "head_level", "head_trend", "head_level_gap", "head_trend_gap", "head_apart")
    caption = words.text("caption_controls", outcome=told.outcome["label"])
    return table([words.text(key) for key in keys], rows, caption, align="llrrrrr", widths="2 2 1 1 1 1 1")


def _sets(told: Trial, words: LabWords) -> Block:
    rows = [
        [
            words.listed(_named(str(one["pilot_ids"]).split(), told)), words.persons(one["need"]),
            words.number(one["n_controls"]),
            *(figure(one[name], told, words, 2) for name in ("mde", "level_difference")),
        ]
        for one in told.design.sets.head(_SETS).to_dict("records")
    ]  # fmt: skip
    keys = ("head_pilot", "head_need", "head_controls", "head_mde", "head_level_gap")
    return table(
        [words.text(key) for key in keys], rows, words.text("caption_sets"), align="lrrrr", widths="3 1 1 1 1.2"
    )  # fmt: skip
