"""What `nahraum plan` says on the command line: what is funded, for whom, how sure, and where the documents lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nahraum.publish.programme import PlanDocument
from nahraum.publish.programme.chapter_proof import of_goal
from nahraum.publish.programme.words import PlanWords

SHOWN = 12
_TEXTS = {
    "de": {
        "head": "Plan „{name}“: {n} Maßnahmen für {cost} (Budget {budget}), {others} davon bei anderen Stellen",
        "effect": "{lacks} fehlende Voraussetzungen werden behoben, {people} Menschen haben dann weniger als {k}",
        "proof": "{status}: Ziel {value}, Schranke {bound}, Lücke {gap}; Modell {model}, neu berechnet {again} "
        "({deviation} anders)",
        "labelled": "Achtung: Modell und Neuberechnung weichen um mehr als 2 % ab; es gelten die neu berechneten Werte",
        "near": "{share} der behobenen Fälle lagen oder liegen höchstens 10 % neben einem Schwellenwert",
        "next": "die nächsten {eur}: {gain} bis {most} mehr",
        "more": "… und {n} weitere Maßnahmen",
        "none": "keine Maßnahme bringt mit diesem Budget jemandem etwas",
        "limit": "{label}: {used} von {allowed}, {slack} übrig",
        "verify": "Kosten mit * sind Erfahrungswissen: bitte örtlich prüfen",
        "files": "Arbeitshilfe, kein amtlicher Vordruck: {folder}",
    },
    "en": {
        "head": "Plan “{name}”: {n} measures for {cost} (budget {budget}), {others} of it borne by other bodies",
        "effect": "{lacks} lacks are removed, {people} people then lack fewer than {k}",
        "proof": "{status}: goal {value}, bound {bound}, gap {gap}; model {model}, recomputed {again} "
        "(deviation {deviation})",
        "labelled": "mind: model and recomputation differ by more than 2%; the recomputed values hold",
        "near": "{share} of the lacks that go were or are at most 10% beside a threshold",
        "next": "the next {eur}: {gain} to {most} more",
        "more": "… and {n} more measures",
        "none": "with this budget no measure helps anybody",
        "limit": "{label}: {used} of {allowed}, {slack} left",
        "verify": "costs marked * are general knowledge: verify locally",
        "files": "working aid, not an official form: {folder}",
    },
}  # fmt: skip


def plan_lines(plan: PlanDocument, out: Path) -> list[str]:
    """The plan in a few lines, exact: for the office."""
    words, texts = PlanWords(plan["language"]), _TEXTS[plan["language"]]
    found, solution = plan["measures"], plan["solution"]
    head = texts["head"].format(
        name=plan["name"],
        n=len(found),
        cost=words.eur(solution["cost_eur"]),
        budget=words.eur(plan["ask"]["budget_eur"]),
        others=words.eur(solution["others_eur"]),
    )
    lines = ["", head]
    for one in found[:SHOWN]:
        mark = " *" if one["verify"] else ""
        gain = words.number(sum(told["gain"]["exact"] for told in one["effect"]["prerequisites"].values()))
        size = words.quantity(one["quantity"], one["unit"])
        lines.append(f"  {one['number']}  {one['name']}, {size}: {words.eur(one['cost']['mid_eur'])}{mark}, +{gain}")
    lines += [f"  {texts['more'].format(n=len(found) - SHOWN)}"] if len(found) > SHOWN else []
    lines += [f"  {texts['none']}"] if not found else []
    lines += [f"  {one}" for one in _facts(plan, words, texts)]
    lines += [f"  {texts['verify']}"] if any(one["verify"] for one in found) else []
    lines += [f"  {one}" for one in plan["warnings"]]
    return [*lines, texts["files"].format(folder=out / "plan" / plan["name"])]


def _facts(plan: PlanDocument, words: PlanWords, texts: dict[str, str]) -> list[str]:
    solution, outcome, told = plan["solution"], plan["outcome"], []
    if outcome:
        told.append(texts["effect"].format(
            lacks=words.persons(outcome["lacks_removed"]), people=words.persons(outcome["people_relieved"]),
            k=plan["study"]["lacks_needed"],
        ))  # fmt: skip
    unit = solution["unit"]
    told.append(texts["proof"].format(
        status=words.named("statuses", solution["status"]), value=of_goal(solution["value"], unit, plan, words),
        bound=of_goal(solution["bound"], unit, plan, words), gap=words.share(solution["gap"], 2),
        model=words.number(solution["predicted"], 1), again=words.number(solution["recomputed"], 1),
        deviation=words.share(solution["deviation"], 1),
    ))  # fmt: skip
    told += [] if solution["agrees"] else [texts["labelled"]]
    if outcome and outcome["near_threshold_share"] is not None:
        told.append(texts["near"].format(share=words.share(outcome["near_threshold_share"])))
    more = plan["next_money"]
    if more is not None:
        ends = {key: of_goal(more[key], more["unit"], plan, words) for key in ("gain", "most")}
        told.append(texts["next"].format(eur=words.eur(more["eur"]), **ends))
    return told + [_limit(one, words, texts) for one in plan["limits"] if one["binding"]]


def _limit(one: dict[str, Any], words: PlanWords, texts: dict[str, str]) -> str:
    def told(value: float | None) -> str:
        return words.eur(value) if one["unit"] == "eur" else words.number(value, 1)

    return texts["limit"].format(
        label=one["label"], used=told(one["used"]), allowed=told(one["allowed"]), slack=told(one["slack"])
    )
