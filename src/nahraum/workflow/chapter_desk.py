"""The desk where stress tests and labs of a served study are asked for, kept and shown; planner role only."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.chapter_asks import MOST_DRAWS, checked, plain
from nahraum.workflow.chapters import HOUSING, KINDS, STRESS, is_outdated, show, shown_result
from nahraum.workflow.jobs import RUNNING, WAITING, Job, Jobs
from nahraum.workflow.plan_desk import NameTakenError
from nahraum.workflow.plan_stored import PLANS, Stored, UnknownPlanError

if TYPE_CHECKING:
    from nahraum.parameters import Parameters

_NEEDED = {STRESS: ("topics.households",), HOUSING: ("topics.households", "topics.rooms")}
_COUNTED = ("zensus2022", "zensus2011")  # tables that a study maps itself hold no counts
_TOPICS = "topics."


class ChapterDesk:
    """Stress tests and labs of one study; their jobs wait in one row with those of the plans."""

    def __init__(self, study: Study, jobs: Jobs) -> None:
        self.study, self.jobs = study, jobs
        self.out = study.output_folder
        self.results = {verb: Stored(self.out, kind) for verb, kind in KINDS.items()}
        self._plans, self._lock = Stored(self.out, PLANS), Lock()

    def ask(self, verb: str, given: Mapping[str, Any]) -> Job:
        """A new job.

        Parameters
            verb : `STRESS` or `HOUSING`. given : as `chapter_asks` reads it; `replace` says that one of the same name
            may go.

        Raises
            InputError for a question that cannot be used; NameTakenError for a name that is taken; BusyError where too
            many wait.
        """
        asked = {name: value for name, value in given.items() if value is not None}
        replace = bool(asked.pop("replace", False))
        name = checked(verb, asked, self.study)
        with self._lock:
            if not replace:
                self._free(verb, name)
            return self.jobs.add(verb, name, asked | {"name": name})

    def stress_form(self) -> dict[str, Any]:
        """What a stress test can be asked for: scenarios with their dated rules, components, plans."""
        from nahraum.publish.stress.told_scenarios import components_told, scenario_told
        from nahraum.stress.reading import read_scenario, ready_scenarios

        parameters = self.study.parameters()
        plans = self._plans.documents()
        return self._form(STRESS, parameters) | {
            "components_needed": int(parameters.number("stress.components_needed")), "components": components_told(),
            "plans": [{"name": name, "title": str(one["title"])} for name, one in plans.items()],
            "scenarios": [scenario_told(read_scenario(one)) for one in ready_scenarios()],
        }  # fmt: skip

    def housing_form(self) -> dict[str, Any]:
        """What a lab can be asked for: concepts, spatial requirements, the form of a room list."""
        from nahraum.flexhousing import read_requirements
        from nahraum.flexhousing.design import COLUMNS
        from nahraum.publish.housing.brief import example_csv
        from nahraum.publish.housing.told_concepts import concept_told, requirements_told
        from nahraum.workflow.housing import concepts_of

        parameters = self.study.parameters()
        concepts = concepts_of(self.study, parameters)
        return self._form(HOUSING, parameters) | {
            "years": int(parameters.number("flexhousing.years")),
            "concepts": [concept_told(one) for one in concepts.values()],
            "requirements": requirements_told(read_requirements(), concepts.values()),
            "room_list": {"columns": list(COLUMNS), "example": example_csv().decode("utf-8-sig")},
        }  # fmt: skip

    def design(self, name: str, csv: str) -> dict[str, Any]:
        """A list of rooms held against the requirements at once; nothing is kept.

        Raises
            InputError for a list that cannot be read.
        """
        from nahraum.flexhousing import read_requirements
        from nahraum.flexhousing.design import checked_design, read_rooms
        from nahraum.publish.housing.told_concepts import design_told
        from nahraum.publish.mapjson import scalar

        name = plain(name)
        rooms, requirements = read_rooms(plain(csv).encode(), called=name), read_requirements()
        found = checked_design(rooms, requirements)
        return {
            "name": name, "n_dwellings": len(found.dwellings), "n_rooms": len(rooms), "score": scalar(found.score, 4),
            "requirements": design_told(found.rows, requirements),
        }  # fmt: skip

    def entries(self, verb: str) -> list[dict[str, Any]]:
        """All kept results, the newest first."""
        shown, found = shown_result(self.out, verb), []
        for name, one in self.results[verb].documents().items():
            with suppress(UnknownPlanError, FileNotFoundError):  # taken away or replaced at this moment
                found.append(self._entry(verb, name, one) | {"published": name == shown})
        return sorted(found, key=lambda one: (str(one["made"]), str(one["name"])), reverse=True)

    def publish(self, verb: str, name: str, published: bool) -> dict[str, Any]:
        """Shows a result to everybody in place of the one before, or no longer; it is told as in the list."""
        show(self.out, verb, name, published=published)
        found = next((one for one in self.entries(verb) if one["name"] == name), None)
        if found is None:
            raise UnknownPlanError("the result has been taken away", where=name, expected="one of the list of results")
        return found

    def delete(self, verb: str, name: str) -> None:
        """Takes a result away, also from the map."""
        show(self.out, verb, name, published=False)
        self.results[verb].delete(name)

    def _entry(self, verb: str, name: str, one: Mapping[str, Any]) -> dict[str, Any]:
        stored = self.results[verb]
        return {
            "name": name, "made": stored.made(name), "outdated": is_outdated(one, self.out),
            "bytes": sum(path.stat().st_size for path in stored.files(name).values()),
            **one["ask"], **(_of_test(one) if verb == STRESS else _of_lab(one)),
        }  # fmt: skip

    def _form(self, verb: str, parameters: Parameters) -> dict[str, Any]:
        """What both forms tell: whether the study has what is needed, draws, the smallest number told."""
        from nahraum.sources.household_counts import sections

        group = "stress" if verb == STRESS else "flexhousing"
        known = {name for name, spec in self.study.sources.items() if spec.kind in _COUNTED}
        open_ = [name for name in sections() if name not in known]
        return {
            "missing": [name.removeprefix(_TOPICS) for name in open_ if name in _NEEDED[verb]],
            "open": [name.removeprefix(_TOPICS) for name in open_ if name not in _NEEDED[verb]],
            "name": verb, "draws": int(parameters.number(f"{group}.draws")), "most_draws": MOST_DRAWS,
            "minimum_households": int(parameters.number(f"{group}.minimum_households")),
            "limit_seconds": self.jobs.bounds.seconds,
        }  # fmt: skip

    def _free(self, verb: str, name: str) -> None:
        """Raises NameTakenError where a name is taken by what is there, or will be."""
        coming = any(
            (one.kind, one.name) == (verb, name) and one.state in (WAITING, RUNNING) for one in self.jobs.listed()
        )
        if coming or self.results[verb].has(name):
            raise NameTakenError(
                "a job makes a result of that name" if coming else "there is a result of that name already",
                where=name, expected="another name", fix="send replace: true to replace it",
            )  # fmt: skip


def _of_test(one: Mapping[str, Any]) -> dict[str, Any]:
    """What a list tells of a stress test."""
    hardest = next((each for each in one["scenarios"] if each["id"] == one["hardest"]), None)
    if hardest is None:
        raise InputError("the stress test has no scenario", expected="one at least", fix="make it again")
    whole = hardest["whole"]
    return {
        "hardest": one["hardest"], "residents": whole["residents"],
        "several_share": whole["figures"]["several"]["share"],
    }  # fmt: skip


def _of_lab(one: Mapping[str, Any]) -> dict[str, Any]:
    """What a list tells of a lab."""
    whole = one["whole"]
    return {
        "residents": whole["persons"], "crowded_low": whole["crowded_persons_low"],
        "crowded_high": whole["crowded_persons_high"],
    }  # fmt: skip
