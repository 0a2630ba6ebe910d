"""What becomes of each correction of one kind of object: applied, adopted by the data, or in conflict with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import shapely

from nahraum.sources.osm.correction_limits import ADOPTED, APPLIED, CONFLICT, Correction, Limits, Outcome
from nahraum.sources.osm.matching import AmbiguousError, Candidates, Match, match, named_near

_STATES = ("open", "closed", "public", "not_public")


@dataclass(frozen=True)
class Step:
    """A correction that is to be applied: to rows of the table, or none where it adds one."""

    correction: Correction
    rows: tuple[int, ...] = ()


@dataclass
class Verdicts:
    """Steps to take, outcomes to report, and problems that make the file unusable."""

    steps: list[Step] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def of(self, action: str) -> list[Step]:
        """The steps of one action."""
        return [step for step in self.steps if step.correction.action == action]

    def drop(self, correction: Correction, outcome: Outcome) -> None:
        """Another outcome than `applied`, found out later; the step is not taken."""
        self.steps = [step for step in self.steps if step.correction.id != correction.id]
        self.outcomes = [outcome if one.correction.id == correction.id else one for one in self.outcomes]

    def told(self, correction: Correction, detail: str) -> None:
        """Another word on a correction that is applied."""
        self.outcomes = [
            replace(one, detail=detail) if one.correction.id == correction.id else one for one in self.outcomes
        ]


@dataclass(frozen=True)
class Judge:
    """How corrections of one kind of object are held against the data.

    Parameters
        known : the objects as the data have them, before any correction.
        distance_m : how far from its place an object may lie.
        is_so : whether rows already are as a retag says.
        is_there : whether rows already lie where a move says.
        mapped : what the data say about an object that is to be added: an outcome, or None where it is new.
    """

    known: Candidates
    limits: Limits
    distance_m: float
    is_so: Callable[[Correction, Sequence[int]], bool]
    is_there: Callable[[Correction, Sequence[int]], bool]
    mapped: Callable[[Correction], Outcome | None]

    def verdicts(self, corrections: Iterable[Correction]) -> Verdicts:
        """All corrections of the kind, each against the data as they are: their order means nothing."""
        made = Verdicts()
        for correction in corrections:
            try:
                outcome, rows = self._judged(correction)
            except AmbiguousError as error:
                made.problems.append(f"{correction.row}: {correction.action} {correction.object} fits several: {error}")
                continue
            made.outcomes.append(outcome)
            if outcome.status == APPLIED:
                made.steps.append(Step(correction, rows))
        made.problems += _contradictions(made.steps, self.known)
        return made

    def _judged(self, correction: Correction) -> tuple[Outcome, tuple[int, ...]]:
        if correction.action == "add":
            found = self.mapped(correction)
            return found or Outcome(correction, APPLIED, "added", correction.id), ()
        met = match(self.known, correction, self.limits, distance_m=self.distance_m)
        if correction.new_category and not met.changed and len({self.known.categories[row] for row in met.rows}) > 1:
            raise AmbiguousError(f"{self.known.told(met.rows, None)}; say which in the column category")
        return self._described(self._of_match(correction, met), met.rows), met.rows

    def _described(self, outcome: Outcome, rows: Sequence[int]) -> Outcome:
        """The outcome with name, category and place of the object that it is about."""
        if not rows:
            return outcome
        kinds = sorted({kind for row in rows for kind in self.known.categories[row] if kind not in _STATES})
        place = shapely.point_on_surface(self.known.shapes[rows[0]])
        return replace(outcome, name=self.known.names[rows[0]], category="+".join(kinds), place=place)

    def _of_match(self, correction: Correction, met: Match) -> Outcome:
        fulfilled = self.is_so if correction.action == "retag" else self.is_there
        if met.rows and correction.action != "remove" and fulfilled(correction, met.rows):
            return Outcome(correction, ADOPTED, "as_corrected", met.target)
        if met.changed:
            now = {"now": self.known.told(met.rows, None)}
            return Outcome(correction, CONFLICT, "changed", met.target, now)
        if met.rows:
            done = {"remove": "removed", "retag": "retagged", "move": "moved"}[correction.action]
            return Outcome(correction, APPLIED, done, met.target)
        later = "" if correction.action == "remove" else self._as_corrected(correction)
        if later:
            return Outcome(correction, ADOPTED, "as_corrected", later)
        if elsewhere := self._elsewhere(correction):
            told = {"now": elsewhere, "metres": f"{self.distance_m:.0f}"}
            return Outcome(correction, CONFLICT, "elsewhere", correction.osm_id, told)
        if correction.action == "remove":
            return Outcome(correction, ADOPTED, "gone", correction.osm_id)
        return Outcome(correction, CONFLICT, "not_found", correction.osm_id)

    def _elsewhere(self, correction: Correction) -> str:
        """The nearest object of the name that is given, farther away than it should be; '' for none.

        A correction with a number needs no guess: what has gone with its number is gone.
        """
        place = correction.where
        if correction.osm_id or not correction.name or place is None:
            return ""
        rows = named_near(self.known, correction, self.limits)
        return self.known.told(rows[:1], place)

    def _as_corrected(self, correction: Correction) -> str:
        """The object that already is as a retag or move says, under whatever id; '' for none."""
        if correction.action == "move" and not (correction.name or correction.category):
            return ""
        looked = replace(
            correction, osm_id="", action="remove", name=correction.new_name or correction.name,
            category=correction.new_category if "=" not in correction.new_category else correction.category,
        )  # fmt: skip
        if correction.action == "move" or not correction.new_category:
            looked = replace(looked, category=correction.category)
        try:
            return match(self.known, looked, self.limits, distance_m=self.distance_m).target
        except AmbiguousError:
            return ""


def _contradictions(steps: Iterable[Step], known: Candidates) -> list[str]:
    """Corrections that say two things about one object."""
    said: dict[tuple[int, str], Step] = {}
    problems = []
    ordered = sorted(steps, key=lambda step: (step.correction.action != "remove", step.correction.id))
    for step in ordered:
        for row in step.rows:
            about = _about(step.correction)
            clash = [said[key] for key in ((row, one) for one in ("all", *about)) if key in said]
            if clash:
                rows = " and ".join(sorted({clash[0].correction.row, step.correction.row}))
                problems.append(f"{rows}: two corrections of {known.ids[row]} contradict each other")
                break
            said.update({(row, one): step for one in about})
    return problems


def _about(correction: Correction) -> list[str]:
    """Which properties a correction sets; `all` for a removal."""
    if correction.action != "retag":
        return ["all"] if correction.action == "remove" else ["place"]
    key = correction.new_category.partition("=")
    what = key[0] if key[1] else "state" if correction.new_category in _STATES else "category"
    return (["name"] if correction.new_name else []) + ([what] if correction.new_category else [])
