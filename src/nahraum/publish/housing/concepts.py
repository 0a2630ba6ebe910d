"""The sheets of the concepts: note, cost, participation, requirements, law, source."""

from __future__ import annotations

from nahraum.flexhousing.model import Concept
from nahraum.publish.housing.model import Told
from nahraum.publish.housing.words import LabWords
from nahraum.publish.programme.blocks import Block, Heading, facts
from nahraum.publish.report.words import DASH


def concept_blocks(told: Told, words: LabWords) -> list[Block]:
    """A heading and a sheet of facts per concept."""
    blocks: list[Block] = [Heading(words.text("h_concepts"), fresh=True)]
    for concept in told.concepts.values():
        language, cost = told.language, DASH
        if concept.costed:
            spread = "–".join(dict.fromkeys((words.eur(concept.cost_eur[0]), words.eur(concept.cost_eur[2]))))
            cost = words.text(
                "cost_each", cost=spread, year=concept.price_year, source=concept.text("cost_source", language)
            )  # fmt: skip
            cost += f" ({words.text('verify')})" if concept.cost_evidence == "from_knowledge" else ""
        needs = ", ".join(told.requirements[one].text("label", language) for one in concept.requirements)
        blocks += [
            Heading(str(concept.text("label", language)), 2),
            facts([
                (words.text("fact_note"), str(concept.text("note", language))),
                (words.text("fact_cost"), cost if concept.effect != "design" else ""),
                (words.text("fact_uptake"), str(concept.text("uptake_source", language))),
                (words.text("fact_need"), needs),
                (words.text("fact_legal"), "; ".join(concept.text("legal", language))),
                (words.text("fact_source"), _source(concept, words, language)),
            ]),
        ]  # fmt: skip
    return blocks


def _source(concept: Concept, words: LabWords, language: str) -> str:
    return f"{concept.text('source', language)} ({words.text(f'evidence_{concept.evidence}')}, {concept.date})"
