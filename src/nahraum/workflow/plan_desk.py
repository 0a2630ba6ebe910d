"""The desk where plans of a served study are asked for, watched, kept, shown and changed by hand; planner role only."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from nahraum.errors import NahraumError
from nahraum.measures.german import in_german, told
from nahraum.study import Study
from nahraum.workflow.jobs import CANCELLED, CHILD, DONE, RUNNING, WAITING, Bounds, Job, Jobs
from nahraum.workflow.plan_asks import ask_of, front_ask_of
from nahraum.workflow.plan_form import EMPTY, form_of, site_told, sites_told
from nahraum.workflow.plan_map import on_map, write_to_map
from nahraum.workflow.plan_stored import (
    FRONTS,
    PLANS,
    Stored,
    UnknownPlanError,
    financing_told,
    front_entry,
    plan_entry,
)
from nahraum.workflow.plan_trial import Trials
from nahraum.workflow.programme import plan_name
from nahraum.workflow.progress import Progress
from nahraum.workflow.verbs import store_of, study_of

if TYPE_CHECKING:
    from nahraum.workflow.plan_stages import Ready

log = logging.getLogger("nahraum")
PREPARE, PLAN, FRONT = "prepare", "plan", "front"


class NotReadyError(NahraumError):
    """Sites and effects of the study are still being made."""


class NameTakenError(NahraumError):
    """A plan or a front of that name is there, or being made."""


class PlanDesk:
    """Plans and fronts of one study. Jobs run one at a time; what is asked at once is answered here.

    Parameters
        command : of the process of a job (`workflow.jobs`).
    """

    def __init__(self, study: Study, *, command: Sequence[str] = CHILD) -> None:
        self.study, self.parameters = study, study.parameters()
        number = self.parameters.number
        bounds = Bounds(
            number("serving.job_seconds"), int(number("serving.job_memory_bytes")),
            int(number("serving.waiting_jobs")), number("serving.job_idle_seconds"),
        )  # fmt: skip
        told = {"study": str(study.path), "out": str(study.output_folder)}
        self.jobs = Jobs(told, bounds, after=self._load, command=command)
        self.plans, self.fronts = Stored(study.output_folder, PLANS), Stored(study.output_folder, FRONTS)
        self._lock = RLock()
        self._ready: Ready | None = None
        self._trials: Trials | None = None
        self._form: dict[str, Any] = {}
        self._sites: dict[str, Any] = {}
        self._preparing: Job | None = None
        self._of_run = 0

    def ask(self, kind: str, given: Mapping[str, Any]) -> Job:
        """A new job.

        Parameters
            kind : `PLAN`, `FRONT` or `PREPARE`. given : as `plan_asks` reads it; a plan may name `against`, another
            plan whose question it shares where it says nothing itself. `replace` says that one of the same name may go.

        Raises
            InputError for a question that cannot be used; NameTakenError for a name that is taken; BusyError where too
            many wait.
        """
        if kind == PREPARE:
            return self._prepared()
        asked = dict(given)
        replace = bool(asked.pop("replace", False))
        if against := asked.pop("against", None):
            asked = self.plans.ask(str(against)) | {"sites": [], "publish": False} | asked
        asked = {name: value for name, value in asked.items() if value is not None or name == "least"}
        name = plan_name(str(asked.get("name", kind)))
        (front_ask_of if kind == FRONT else ask_of)(asked)
        with self._lock:
            if not replace:
                self._free(kind, name)
            return self.jobs.add(kind, name, asked | {"name": name})

    def form(self) -> dict[str, Any]:
        """What a plan can be asked for; begins to prepare the study where that has not been done."""
        with self._lock:
            self._forget_earlier_run()
            preparing, limit = self._preparing, {"limit_seconds": self.jobs.bounds.seconds}
            if self._ready is not None:
                return {"ready": True, "job": None, "error": None} | self._form | limit
            if preparing is None or preparing.state == DONE:  # what it made was of an earlier run
                preparing = self._prepared()
        under_way = preparing.state in (WAITING, RUNNING)
        problem = _cancelled() if preparing.state == CANCELLED else preparing.problem
        return {"ready": False, "job": self.told(preparing) if under_way else None,
                "error": None if under_way else problem} | dict(EMPTY) | limit  # fmt: skip

    def sites(self) -> dict[str, Any]:
        """Every site that can be chosen, as points."""
        with self._lock:
            self._known()
            return self._sites

    def site(self, name: str) -> dict[str, Any]:
        """One site with its shape."""
        found = site_told(self._known(), name)
        if found is None:
            raise UnknownPlanError("there is no such site", where=name[:80], expected="an id of the sites")
        return found

    def attempt(self, sites: Sequence[str], against: str) -> dict[str, Any]:
        """A set of sites by hand, computed in full; nothing is kept.

        Parameters
            against : a plan whose goal and limits are taken, and which the set is held against; '' for none.
        """
        with self._lock:
            self._known()
            trials = self._trials
        assert trials is not None
        plan = self.plans.document(against) if against else None
        return trials.answer(sites, trials.question(plan, lambda: ask_of(self.plans.ask(against))))

    def plan_entries(self) -> list[dict[str, Any]]:
        """All plans, the newest first; exact, for the office."""
        shown = set(on_map(self.study.output_folder))
        found = [
            plan_entry(plan, made=self.plans.made(name), published=name in shown)
            for name, plan in self.plans.documents().items()
        ]
        return sorted(found, key=lambda one: one["made"], reverse=True)

    def front_entries(self) -> list[dict[str, Any]]:
        """All fronts, the newest first."""
        found = [front_entry(one, made=self.fronts.made(name)) for name, one in self.fronts.documents().items()]
        return sorted(found, key=lambda one: one["made"], reverse=True)

    def question(self, name: str) -> dict[str, Any]:
        """What a plan was asked for, to be changed and asked again."""
        return {key: value for key, value in self.plans.ask(name).items() if key != "publish"}

    def financing(self, name: str) -> dict[str, Any]:
        """Who pays what of a plan in which year."""
        from nahraum.publish.programme.model import FUNDERS
        from nahraum.publish.programme.words import PlanWords

        words = PlanWords(self.study.language)
        return financing_told(self.plans.document(name), {one: words.named("funders", one) for one in FUNDERS})

    def front_sites(self, name: str) -> dict[str, Any]:
        """The sites of a front as GeoJSON, each with the plans it is in."""
        self.fronts.document(name)
        found: dict[str, Any] = json.loads(self.fronts.file(name, "sites.geojson").read_text(encoding="utf-8"))
        for one in found["features"]:
            one["properties"]["plans"] = str(one["properties"]["plans"]).split()
        return found

    def publish(self, name: str, published: bool) -> dict[str, Any]:
        """Shows a plan to everybody, or no longer; it is told as in the list. No computation is waited for.

        Raises
            UnknownPlanError where there is none, or none that could be released.
        """
        from nahraum.publish.programme import read_plan

        write_to_map(
            read_plan(self.plans.file(name, "plan.json")), self.study.output_folder, publish=published
        )  # fmt: skip
        return next(one for one in self.plan_entries() if one["name"] == name)

    def delete_plan(self, name: str) -> None:
        """Takes a plan away, also from the map."""
        self.plans.document(name)
        if name in on_map(self.study.output_folder):
            from nahraum.publish.programme import read_plan

            write_to_map(read_plan(self.plans.file(name, "plan.json")), self.study.output_folder, publish=False)
        self.plans.delete(name)

    def told(self, job: Job) -> dict[str, Any]:
        """A job as plain values."""

        def known(value: float) -> float | None:
            return value if math.isfinite(value) else None

        return {
            "id": job.id, "kind": job.kind, "name": job.name, "state": job.state, "made": job.made,
            "place": self.jobs.place(job), "stage": job.stage,
            "stages": [{"title": title, "seconds": seconds} for title, seconds in job.ended],
            "seconds": round(self.jobs.spent(job), 1), "limit_seconds": self.jobs.bounds.seconds,
            "incumbent": known(job.value), "bound": known(job.bound), "gap": known(job.gap), "unit": job.unit,
            "n_plans": job.done, "of_plans": job.of,
            "trail": [
                {"seconds": at, "incumbent": known(value), "bound": known(bound)} for at, value, bound in job.trail
            ],
            "error": job.problem, "result": job.result or None,
        }  # fmt: skip

    def close(self) -> None:
        """Ends what runs."""
        self.jobs.close()

    def _prepared(self) -> Job:
        """The job that makes sites and effects, or finds them; one at a time."""
        with self._lock:
            now = self._preparing
            if now is None or now.state not in (WAITING, RUNNING):
                self._preparing = now = self.jobs.add(PREPARE, "", {})
            return now

    def _free(self, kind: str, name: str) -> None:
        """Raises NameTakenError where a name is taken by what is there, or will be."""
        what = "a plan" if kind == PLAN else "a front"
        coming = any(
            (one.kind, one.name) == (kind, name) and one.state in (WAITING, RUNNING) for one in self.jobs.listed()
        )
        if not coming and not (self.plans if kind == PLAN else self.fronts).has(name):
            return
        raise NameTakenError(
            f"a job makes {what} of that name" if coming else f"there is {what} of that name already", where=name,
            expected="another name", fix="send replace: true to replace it",
        )  # fmt: skip

    def _run(self) -> int:
        """When the study was last run, by the clock of its files."""
        try:
            return (self.study.output_folder / "public" / "manifest.json").stat().st_mtime_ns
        except OSError:
            return 0

    def _forget_earlier_run(self) -> None:
        """What is held ready goes with the run that it rests on."""
        with self._lock:
            if self._ready is not None and self._run() != self._of_run:
                self._ready, self._trials, self._form, self._sites = None, None, {}, {}

    def _known(self) -> Ready:
        with self._lock:
            self._forget_earlier_run()
            if self._ready is None:
                raise NotReadyError(
                    "the sites of the study are not ready yet", expected="GET /api/planning says when they are",
                    fix="ask again in a few seconds",
                )  # fmt: skip
            return self._ready

    def _load(self, job: Job) -> None:
        """Holds the study ready for what is asked at once, after the first job; the stages are there then."""
        self._forget_earlier_run()
        if self._ready is not None or job.kind not in (PREPARE, PLAN, FRONT):
            return
        from nahraum.workflow.plan_choice import problem_of
        from nahraum.workflow.plan_stages import ready_to_plan

        of_run = self._run()
        try:
            study = study_of(Path(self.study.path), self.study.output_folder)  # as the job read it
            store = store_of(study)
            with store.lock():
                ready = ready_to_plan(study, store, Progress(quiet=True))
            problem = problem_of(ready, ready.effects)
            most, built = (int(self.parameters.number(f"serving.{one}_trials")) for one in ("open", "built"))
            trials = Trials(ready, problem, most=most, built=built)
            form, sites = form_of(ready, problem), sites_told(ready)
        except NahraumError as wrong:  # a run of the study is at work: the plan is made in any case
            log.warning("the sites cannot be held ready: %s", wrong.what)
            if job.kind == PREPARE:
                job.result, job.problem = None, told(wrong)
            return
        with self._lock:
            self._ready, self._trials, self._form, self._sites = ready, trials, form, sites
            self._of_run = of_run


def _cancelled() -> dict[str, object]:
    wrong = NotReadyError(
        "the preparation was cancelled", expected="sites of the study and their effects", fix="prepare again"
    )
    return told(in_german(wrong, "Die Vorbereitung wurde abgebrochen", fix="noch einmal vorbereiten"))
