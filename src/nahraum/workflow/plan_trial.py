"""A set of measures put together by hand: built and computed in full at once, held against the best plan."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import RLock
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from nahraum.errors import InputError
from nahraum.measures.german import in_german
from nahraum.tables import PREREQUISITES

if TYPE_CHECKING:
    from nahraum.measures.model import Bools
    from nahraum.measures.programme import Goal, Limits, Problem
    from nahraum.measures.programme.task import Task
    from nahraum.measures.trial import Gains
    from nahraum.workflow.plan_stages import Ready
    from nahraum.workflow.programme import Ask

_TEXTS = {
    "de": {
        "together": "{one} und {other} schließen sich aus",
        "unbuilt": "Die Maßnahmen lassen sich nicht zusammen bauen; Wirkung nicht bekannt",
        "cost": "Kosten nicht bekannt: {one}",
        "limit": "Grenze nicht eingehalten: {label}", "purses": "Die Programme können nicht alle Maßnahmen bezahlen",
        "years": "Die Maßnahmen passen nicht in die einzelnen Jahre",
    },
    "en": {
        "together": "{one} and {other} exclude each other",
        "unbuilt": "the measures cannot be built together; effect not known",
        "cost": "cost not known: {one}",
        "limit": "limit not kept: {label}", "purses": "the programmes cannot pay for all measures",
        "years": "the measures do not fit into the single years",
    },
}  # fmt: skip
_CENT = 0.01


@dataclass(frozen=True, eq=False)
class Question:
    """The goal and the limits by which a set is judged; the sites of the plan it is held against, and its bound."""

    goal: Goal
    limits: Limits
    best: tuple[str, ...] = ()
    bound: float = math.nan


@dataclass(eq=False)
class _Judged:
    """What judging by one question needs again and again: its program, and the value of the best plan."""

    task: Task
    best_value: float | None = None


class Trials:
    """Sets of sites of one study, each built from the nearest one that stands already.

    Parameters
        problem : of all sites, by their effects. most : sets, and questions, that are remembered; built : sets that
            stay built.
    """

    def __init__(self, ready: Ready, problem: Problem, *, most: int, built: int) -> None:
        from nahraum.measures.trial import Stands

        self._ready, self._problem, self._most, self._lock = ready, problem, most, RLock()
        self._place = {site.site_id: at for at, site in enumerate(ready.candidates.sites)}
        self._stands = Stands(ready.base, ready.candidates.sites, most=built)
        self._kept: OrderedDict[frozenset[str], Gains] = OrderedDict()
        self._judged: OrderedDict[Question, _Judged] = OrderedDict()
        self._questions: OrderedDict[str, tuple[Mapping[str, Any] | None, Question]] = OrderedDict()

    def question(self, plan: Mapping[str, Any] | None, ask: Callable[[], Ask]) -> Question:
        """How a set is judged that is held against a plan; made once for each plan as it is.

        Parameters
            plan : its document; None for none. ask : what it was asked for.
        """
        name = "" if plan is None else str(plan["name"])
        with self._lock:
            kept = self._questions.get(name)
            if kept is None or kept[0] is not plan:
                kept = plan, self._asked(plan, ask)
                self._questions[name] = kept
            _bound(self._questions, name, self._most)
            return kept[1]

    def _asked(self, plan: Mapping[str, Any] | None, ask: Callable[[], Ask]) -> Question:
        if plan is None:
            return question_of(self._ready, None)
        best, bound = [one["site_id"] for one in plan["measures"]], plan["solution"]["bound"]
        return question_of(
            self._ready, ask(), best if set(self._place).issuperset(best) else (),
            math.nan if bound is None else float(bound),
        )  # fmt: skip

    def answer(self, sites: Sequence[str], question: Question) -> dict[str, Any]:
        """What a set does, what it costs, which limits it keeps, and how much less it does than the best plan.

        Raises
            InputError for sites that are not there.
        """
        from nahraum.measures.programme import goal_unit

        began = perf_counter()
        chosen = frozenset(sites)
        unknown = sorted(chosen - set(self._place))
        if unknown:
            wrong = InputError(
                "sites are named that are not there", where=unknown[:10], expected="ids of /planning/sites"
            )
            raise in_german(wrong, "Genannte Standorte gibt es nicht", where=unknown[:10],
                            expected="Standorte der Karte", fix="den Plan neu öffnen")  # fmt: skip
        apart = self._apart(chosen)
        with self._lock:
            limits, broken = self._limits(chosen, question)
            told: dict[str, Any] = self._cost(chosen) | {"unit": goal_unit(question.goal), "limits": limits}
            told |= self._effect(chosen, question)
        if told["relieved"] is None and not apart:
            apart = [self._text("unbuilt")]
        told["problems"] = [*apart, *self._costless(chosen), *broken]
        told["milliseconds"] = round((perf_counter() - began) * 1000, 1)
        return told

    def _effect(self, chosen: frozenset[str], question: Question) -> dict[str, Any]:
        """Who gains, and the value under the goal; null where the measures cannot stand together."""
        judged = self._judging(question)
        if judged.best_value is None:  # built first: the set in hand is near it
            judged.best_value = self._value(frozenset(question.best), question)
        value, best = self._value(chosen, question), judged.best_value
        loss = best - value if question.best else math.nan
        return self._people(chosen) | {
            "value": _known(value), "best_value": _known(best) if question.best else None,
            "bound": _known(question.bound), "loss": _known(loss),
            "loss_share": _known(loss / abs(best)) if best else None,
        }  # fmt: skip

    def _people(self, chosen: frozenset[str]) -> dict[str, Any]:
        from nahraum.publish.programme.made_measures import people_of

        nothing = {"relieved": 0.0, "newly_lacking": 0.0, "lacks_removed": 0.0}
        empty: dict[str, Any] = {"by_prerequisite": [], "by_quarter": [], "by_status": []}
        out = self._gains(chosen) if chosen else None
        if out is None:
            return (nothing if not chosen else dict.fromkeys(nothing)) | empty
        whole, names, language = people_of(out.total), self._names(), self._ready.study.language
        groups = {one.id: one.label_de if language == "de" else one.label_en for one in self._ready.groups.groups}
        flow = ("relieved", "newly_lacking")
        moved = out.quarters[(out.quarters[[f"people_{one}" for one in flow]] > 0).any(axis=1)]
        rows = {str(key): people_of(row) for key, row in moved.iterrows() if key != ""}
        removed = float(out.total["lacks_gone"]) - float(out.total["lacks_arisen"])
        return {
            **{name: whole[name]["exact"] for name in flow}, "lacks_removed": round(removed, 3),  # type: ignore[literal-required]
            "by_prerequisite": [
                {"id": name, **{way: told["exact"] for way, told in whole["prerequisites"][name].items()}}
                for name in PREREQUISITES
            ],
            "by_quarter": [
                {"quarter_id": key, "name": names.get(key, key), **{one: row[one]["exact"] for one in flow}}  # type: ignore[literal-required]
                for key, row in rows.items() if any(row[one]["exact"] for one in flow)  # type: ignore[literal-required]
            ],
            "by_status": [
                {"name": groups[str(key)], **{one: people_of(row)[one]["exact"] for one in flow}}  # type: ignore[literal-required]
                for key, row in out.status.iterrows() if str(key) in groups
            ],
        }  # fmt: skip

    def _value(self, chosen: frozenset[str], question: Question) -> float:
        """As it is lived, under the goal; NaN where the measures cannot stand together."""
        from nahraum.measures.programme import lived_value

        found = self._gains(chosen) if chosen else None
        if chosen and found is None:
            return math.nan
        return lived_value(self._problem, question.goal, self._problem.before if found is None else found.lacks)

    def _gains(self, chosen: frozenset[str]) -> Gains | None:
        """Who gains by the set, computed in full; None where its edits do not go together."""
        from nahraum.measures.trial import gains

        ready = self._ready
        if chosen not in self._kept:
            try:
                built = self._stands.of(chosen)
            except InputError:
                return None
            self._kept[chosen] = gains(ready.base, built, ready.demand, groups=ready.groups)
        _bound(self._kept, chosen, self._most)
        return self._kept[chosen]

    def _judging(self, question: Question) -> _Judged:
        from nahraum.measures.programme.task import Task

        if question not in self._judged:
            self._judged[question] = _Judged(Task.of(self._problem, question.goal, question.limits))
        _bound(self._judged, question, self._most)
        return self._judged[question]

    def _apart(self, chosen: frozenset[str]) -> list[str]:
        """Pairs of the set of which only one can be built."""
        ids = [site.site_id for site in self._ready.candidates.sites]
        pairs = [(ids[one], ids[other]) for one, other in self._ready.exclusions]
        both = [(one, other) for one, other in pairs if one in chosen and other in chosen]
        return [self._text("together", one=self._called(one), other=self._called(other)) for one, other in both]

    def _costless(self, chosen: frozenset[str]) -> list[str]:
        sites = self._ready.candidates.sites
        unknown = [one for one in sorted(chosen) if not math.isfinite(sites[self._place[one]].cost.mid_eur)]
        return [self._text("cost", one=self._called(one)) for one in unknown]

    def _cost(self, chosen: frozenset[str]) -> dict[str, float | None]:
        """Sums; null where a part is not known."""
        sites = [self._ready.candidates.sites[self._place[one]] for one in sorted(chosen)]
        cost = math.fsum(round(one.cost.mid_eur, 2) for one in sites)
        running = math.fsum(round(one.running.mid_eur, 2) for one in sites)
        return {"cost_eur": _known(cost, 2), "running_eur": _known(running, 2)}

    def _limits(self, chosen: frozenset[str], question: Question) -> tuple[list[dict[str, Any]], list[str]]:
        """Every limit with what the set uses of it, by the model, and what is not kept in words."""
        from nahraum.measures.programme.report import limits_table

        task = self._judging(question).task
        mask: Bools = np.array([one in chosen for one in self._problem.site_ids], dtype=bool)
        met = self._problem.met(mask) if any(row.pairs is not None for row in task.rows) else np.empty(0)
        rows, broken = [], []
        label = f"label_{self._ready.study.language}"
        for row in limits_table(task, mask, met, {}).to_dict("records"):
            kept = bool(row["slack"] >= -max(_CENT, 1e-6 * abs(row["used"])))
            allowed = row["most"] if math.isfinite(row["most"]) else row["least"]
            rows.append({"name": row["name"], "label": row[label], "used": _known(row["used"]),
                         "allowed": _known(allowed), "slack": _known(row["slack"]), "unit": row["unit"],
                         "kept": kept})  # fmt: skip
            broken += [] if kept else [self._text("limit", label=row[label])]
        broken += [] if task.paid(mask) is not None else [self._text("purses")]
        money = [one["name"] for one in rows if one["name"] in ("budget", "years") and not one["kept"]]
        in_time = not len(question.limits.yearly_eur) or task.planned(mask) is not None
        broken += [] if money or in_time else [self._text("years")]
        return rows, broken

    def _names(self) -> Mapping[str, str]:
        quarters = self._ready.chain.area.value.quarters
        return dict(zip(quarters["quarter_id"].astype(str), quarters["name"].astype(str), strict=True))

    def _called(self, site_id: str) -> str:
        site = self._ready.candidates.sites[self._place[site_id]]
        return site.name or f"{self._ready.types[site.type_id].text('label', self._ready.study.language)} ({site_id})"

    def _text(self, key: str, **parts: str) -> str:
        return _TEXTS[self._ready.study.language][key].format(**parts)


def question_of(ready: Ready, ask: Ask | None, best: Sequence[str] = (), bound: float = math.nan) -> Question:
    """How a set is judged: by the goal and the limits of a question; without one every lack counts the same."""
    from nahraum.measures.programme import Limits, read_goal
    from nahraum.workflow.plan_choice import limits_of

    parameters = ready.study.parameters()
    if ask is None:
        return Question(read_goal(parameters), Limits())
    limits, _ = limits_of(ready, ask, needs_budget=False)
    return Question(read_goal(parameters, ask.weights), limits, tuple(best), bound)


def _bound(kept: OrderedDict[Any, Any], key: Any, most: int) -> None:
    """What was asked for last stays."""
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)


def _known(value: float, digits: int = 6) -> float | None:
    return round(float(value), digits) if math.isfinite(value) else None
