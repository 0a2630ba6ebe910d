"""What every document of a plan has: head, notice, foot with the run it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from nahraum.publish.programme.blocks import Block, Paper
from nahraum.publish.programme.model import Document
from nahraum.publish.programme.words import PlanWords


def paper_of(plan: Document, title: str, subtitle: str, blocks: Sequence[Block]) -> Paper:
    """A document with the notice that it is a working aid, and the key of the run in its foot."""
    words = PlanWords(plan["language"])
    foot = words.text(
        "foot", study=plan["study"]["name"], name=plan["name"], date=words.day(plan["reference_date"]),
        run=plan["run"]["manifest"],
    )  # fmt: skip
    named = {key: words.text(key) for key in ("page", "table", "figure")}
    sources = f"{foot} · {plan['attribution']}" if plan["attribution"] else foot
    return Paper(
        language=plan["language"], day=date.fromisoformat(plan["reference_date"]), kicker=words.text("kicker"),
        title=title, subtitle=subtitle, notice=words.text("notice"), foot=sources, words=named, blocks=tuple(blocks),
    )  # fmt: skip
