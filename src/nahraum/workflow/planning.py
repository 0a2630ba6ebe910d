"""One study held ready for what-if, with its named scenarios; the office's in full, others' by quarter and rounded."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from time import perf_counter
from typing import TYPE_CHECKING, Any

from nahraum.errors import InputError
from nahraum.study import Study
from nahraum.workflow.beside_whatif import blurred, costs_in, study_status_groups, types_of
from nahraum.workflow.edit_values import CRS84, bearable, in_metres, turned
from nahraum.workflow.holding import Holding, Open
from nahraum.workflow.verbs import study_of
from nahraum.workflow.whatif import what_if

if TYPE_CHECKING:
    from nahraum.store.scenarios import Scenario

log = logging.getLogger("nahraum")
_LOG_OF_EDITS = 10  # entries of a log that are kept for each edit that a scenario may have


class Planning(Holding):
    """A study to be edited by several people at once; one edit after the other.

    Notes
        The base is held once; a scenario costs its differences. What is stored is the log: a scenario that is not held
        ready is made again from it.
    """

    def about(self) -> dict[str, Any]:
        """What one needs to know to make an edit: CRS, extent, kinds of edits, categories, quarters."""
        from nahraum.scenario.edits import KINDS
        from nahraum.scenario.fit import barrier_kinds
        from nahraum.tables import SERVICES

        west, south, east, north = (float(one) for one in self._base.area.extent.total_bounds)
        quarters = [{"quarter_id": key, "name": name} for key, name in sorted(self._names.items())]
        return {
            "crs": self._base.crs, "extent": [west, south, east, north], "kinds": sorted(KINDS),
            "categories": list(SERVICES), "quarters": quarters,
            "barriers": barrier_kinds(self._base.area, self.parameters),
        }  # fmt: skip

    def lon_lat(self, x: float, y: float) -> list[float]:
        """Longitude and latitude of a point of the study's CRS, in metres.

        Raises
            InputError for one that lies nowhere on earth.
        """
        told = turned({"x_m": x, "y_m": y}, CRS84[0], self._base.crs, back=True)
        if not (math.isfinite(told["x_m"]) and math.isfinite(told["y_m"])):
            raise InputError("the point lies nowhere", where=f"{x:g}, {y:g}", expected=f"metres of {self._base.crs}")
        return [told["x_m"], told["y_m"]]

    def measure_types(self) -> list[dict[str, Any]]:
        """The types of measures that can be planned, with their costs per unit."""
        return types_of(self._study)

    def costs(self, wanted: Sequence[tuple[str, float]]) -> dict[str, Any]:
        """What some measures would cost, each by the id of its type and its quantity."""
        return costs_in(self._study, wanted)

    def scenario_costs(
        self, name: str, chosen: Mapping[int, tuple[str | None, float | None]] | None = None
    ) -> dict[str, Any]:
        """What a whole scenario would cost, and who would pay.

        Parameters
            chosen : type and quantity by position of the edit, where they are not as the edit has them; kept with the
                scenario.
        """
        from nahraum.scenario.log import edit_of
        from nahraum.workflow.scenario_costs import scenario_costs

        with self._lock:
            edits = [edit_of(one) for one in self.store.edits(name)[0]]
            digests, kept = [one.digest() for one in edits], self.store.costings(name)
            known = {at: kept[one] for at, one in enumerate(digests) if one in kept} | dict(chosen or {})
            told = scenario_costs(self._study, edits, self._base.area.cells, known)
            if chosen:
                self.store.set_costings(name, {digests[at]: one for at, one in known.items()})
            return told

    def listed(self) -> list[dict[str, Any]]:
        """All stored scenarios."""
        return [asdict(one) for one in self.store.listed()]

    def get(self, name: str, *, crs: str = "") -> dict[str, Any]:
        """A scenario with its edits, in the study's CRS or in `CRS84`."""
        with self._lock:
            done, undone = (
                [turned(edit.get("edit") or edit, crs, self._base.crs, back=True) for edit in some]
                for some in self.store.edits(name)
            )
            return asdict(self.store.get(name)) | {"edits": done, "undone": undone}

    def around(self, name: str, point: tuple[float, float], *, crs: str = "", within_m: float) -> list[dict[str, Any]]:
        """What of a scenario lies around a point and can be named by an edit, the nearest first.

        Parameters
            crs : of the point and of the answer; within_m : as the crow flies.
        """
        from nahraum.scenario.around import around

        with self._lock:
            state = self._opened(name).state
            here = turned({"x_m": point[0], "y_m": point[1]}, crs, self._base.crs)
            at = (float(here["x_m"]), float(here["y_m"]))
            found = around(state.area, self._base.network, state.log, point=at, within_m=within_m)
            return [turned(asdict(one), crs, self._base.crs, back=True) for one in found]

    def log(self, name: str) -> dict[str, Any]:
        """The log of a scenario, as `nahraum.what_if(…, log=)` reads it."""
        from nahraum.scenario.log import log_of, log_to_dict

        done, _ = self.store.edits(name)
        log = {"format": "nahraum-edits", "format_version": 1, "crs": self._base.crs, "edits": done}
        return log_to_dict(log_of(log, crs=self._base.crs), crs=self._base.crs)

    def create(self, name: str, log: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """A new scenario, empty or with the edits of a log, in the study's CRS or as a browser outside the office saves
        it (`CRS84`)."""
        from nahraum.scenario.log import log_of

        with self._lock:
            self._has_room()
            edits = () if log is None else log_of(in_metres(log, self._base.crs), crs=self._base.crs)
            documents = [edit.to_dict() for edit in edits]
            bearable(documents, self.parameters)
            ready = self._made(documents)
            made = self.store.create(name, documents)
            self._keep(made.id, ready)
            return self.get(made.id)

    def duplicate(self, name: str, new: str) -> dict[str, Any]:
        """Another scenario with the same edits."""
        with self._lock:
            self._has_room()
            done, _ = self.store.edits(name)
            made = self.store.create(new, done)
            self.store.set_costings(made.id, self.store.costings(name))
            return self.get(made.id)

    def rename(self, name: str, new: str) -> dict[str, Any]:
        """The scenario with another name."""
        with self._lock:
            self.store.rename(name, new)
            return self.get(name)

    def delete(self, name: str) -> None:
        """Takes a scenario away."""
        with self._lock:
            self.store.delete(name)
            self._ready.pop(name, None)

    def effect(self, name: str) -> dict[str, Any]:
        """What a whole scenario is against the study as it is."""
        with self._lock:
            kept, ready = self.store.get(name), self._opened(name)
            return self._answer(kept, self._ground, ready.tally)

    def edit(
        self, name: str, edit: Mapping[str, Any], *, crs: str = "", version: int | None = None, keep: bool = True
    ) -> dict[str, Any]:  # fmt: skip
        """Makes an edit and tells what it changes.

        Parameters
            edit : its plain values; crs : of its coordinates, the study's by default, or `CRS84`.
            version : the scenario's as last seen; keep : False only tries it.

        Raises
            InputError for an edit that does not fit; OutdatedScenarioError where the scenario is at another version.
        """
        from nahraum.scenario.log import edit_of

        with self._lock:
            kept, began = self.store.check(name, version), perf_counter()
            ready = self._opened(name)
            bearable([{}] * kept.n_edits + [edit], self.parameters)
            self._has_history(kept)
            made = edit_of(turned(edit, crs, self._base.crs))
            state = ready.state.branch()
            change = state.apply(made)
            tally = ready.tally.after(state, change)
            if keep:
                kept = self.store.add(name, made.to_dict(), version=kept.version)
                self._keep(name, Open(state, tally))
            return self._answer(kept, ready.tally, tally, change=change, began=began)

    def step(self, name: str, by: int, *, version: int | None = None) -> dict[str, Any]:
        """Takes the last edit back (-1) or makes the one taken back again (1), and tells what that changes."""
        with self._lock:
            kept, began = self.store.check(name, version), perf_counter()
            ready = self._opened(name)
            if self.store.is_replaced(name, by):
                return self._stepped(name, by, kept.version)
            _, undone = self.store.edits(name)
            state = ready.state.branch()
            again = state.apply(undone[0]) if by > 0 and undone else None
            after = self.store.step(name, by, version=kept.version)
            change = state.undo() if again is None else again
            tally = ready.tally.after(state, change)
            self._keep(name, Open(state, tally))
            return self._answer(after, ready.tally, tally, change=change, began=began)

    def replace(
        self, name: str, position: int, edit: Mapping[str, Any] | None, *, crs: str = "", version: int | None = None,
        keep: bool = True,
    ) -> dict[str, Any]:  # fmt: skip
        """Makes an edit of a scenario another one, or takes it out of the list, and tells what that changes.

        Parameters
            position : of the edit in the list, from 0; edit : its new plain values; None takes it out.
            crs, version, keep : as with `edit`.

        Raises
            InputError for a position or an edit that does not fit; OutdatedScenarioError as `edit`.
        """
        from nahraum.scenario.log import edit_of

        with self._lock:
            kept, began = self.store.check(name, version), perf_counter()
            ready = self._opened(name)
            bearable([edit or {}], self.parameters)
            self._has_history(kept)
            made = None if edit is None else edit_of(turned(edit, crs, self._base.crs))
            other, notes = self._replaced(ready, position, made)
            document = None if made is None else made.to_dict()
            if keep:
                kept = self.store.replace(name, position, document, version=kept.version)
                self._keep(name, other)
            told = self._answer(kept, ready.tally, other.tally)
            milliseconds = round((perf_counter() - began) * 1000, 1)
            return told | {"edit": document, "notes": notes, "milliseconds": milliseconds}

    def _stepped(self, name: str, by: int, version: int) -> dict[str, Any]:
        """A step back or forth over an edit that replaced another: the list is made again."""
        began, before = perf_counter(), self._opened(name).tally
        after = self.store.step(name, by, version=version)
        self._ready.pop(name, None)
        told = self._answer(after, before, self._opened(name).tally)
        return told | {"edit": None, "notes": [], "milliseconds": round((perf_counter() - began) * 1000, 1)}

    def released(self, edits: Sequence[Mapping[str, Any]], *, crs: str = "") -> dict[str, Any]:
        """What some edits together would change, as it may leave the office; nothing is stored.

        Computed with blurred residents (`publish.blurred`), so that no number of requests tells more than these.
        """
        from nahraum.publish.whatif import released_effect
        from nahraum.scenario.effect import effect_of

        with self._lock:
            bearable(edits, self.parameters)
            if any(edit.get("address_id") for edit in edits):
                raise InputError("edits at a given address are for the office", expected="a point instead")
            self._outside = outside = self._outside or Open.of(blurred(self._study, self._base))
            ready = self._made([turned(edit, crs, self._base.crs) for edit in edits], outside)
            effect = effect_of(outside.tally, ready.tally)
            return released_effect(effect, self._names, self.parameters, self._groups)

    def _has_history(self, kept: Scenario) -> None:
        """Bounds the log, which keeps every replacement: what is taken back and made again does not grow it."""
        most = _LOG_OF_EDITS * int(self.parameters.number("serving.most_edits"))
        if kept.n_done >= most:
            raise InputError(
                "the scenario has been changed too often", where=kept.name, expected=f"at most {most} changes",
                fix="go on with a copy: it begins with the edits as they stand",
            )  # fmt: skip

    def _has_room(self) -> None:
        most = int(self.parameters.number("serving.most_scenarios"))
        if len(self.store.listed()) >= most:
            raise InputError("there are too many scenarios", expected=f"at most {most}", fix="delete some")


def planning_of(study: Study, *, stored: bool = True) -> Planning:
    """A study held ready for what-if; stages that are not finished yet are run first.

    Parameters
        stored : whether named scenarios are kept in the study's `internal/`.
    """
    from nahraum.scenario.rehearsal import rehearse
    from nahraum.store.scenarios import ScenarioStore

    known = study_of(study)
    log.info("opening %s for what-if", known.name)
    base, groups = what_if(known), study_status_groups(known)
    rehearse()  # loads what is compiled, so that the first edit does not wait for it
    file = known.output_folder / "internal" / "scenarios.sqlite"
    return Planning(known, base, ScenarioStore(file, crs=base.crs) if stored else None, groups)
