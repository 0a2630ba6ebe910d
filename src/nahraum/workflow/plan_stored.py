"""Finished plans, fronts, stress tests and labs of a study, by name: what there is, what is in them, taken away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from nahraum.errors import InputError, OutputError
from nahraum.workflow.programme import ASK

PLANS, FRONTS, TESTS, LABS = "plan", "pareto", "stress_tests", "labs"
FILES = {PLANS: "plan.json", FRONTS: "front.json", TESTS: "stress.json", LABS: "housing.json"}
_FORMATS = {
    PLANS: ("nahraum-plan", 1), FRONTS: ("nahraum-front", 1), TESTS: ("nahraum-stress", 2), LABS: ("nahraum-housing", 1)
}  # fmt: skip
_CALLED = {PLANS: "plan", FRONTS: "front", TESTS: "stress test", LABS: "housing lab"}


class UnknownPlanError(InputError):
    """There is no plan, front, stress test or lab of that name, or none of its files has that one."""


@dataclass(eq=False)
class Stored:
    """What lies in the output folder of a study; nothing is ever asked for by a path.

    out : output folder. kind : `PLANS`, `FRONTS`, `TESTS` or `LABS`.
    """

    out: Path
    kind: str
    _read: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def names(self) -> list[str]:
        """Names of all that can be read, sorted."""
        return [name for name, path in self._paths().items() if self._document(name, path) is not None]

    def has(self, name: str) -> bool:
        """Whether one of that name is there, even one that can no longer be read."""
        return name in self._paths() or (self.out / self.kind / name).is_dir()

    def documents(self) -> dict[str, dict[str, Any]]:
        """All of them, exact: for the office."""
        found = {name: self._document(name, path) for name, path in self._paths().items()}
        return {name: document for name, document in found.items() if document is not None}

    def document(self, name: str) -> dict[str, Any]:
        """One of them, exact: for the office.

        Raises
            UnknownPlanError where there is none of that name.
        """
        path = self._paths().get(name)
        found = None if path is None else self._document(name, path)
        if found is None:
            raise self._unknown(name)
        return found

    def made(self, name: str) -> str:
        """When it was written. Raises UnknownPlanError where it has been taken away meanwhile."""
        try:
            seconds = self._paths()[name].stat().st_mtime
        except (KeyError, FileNotFoundError):
            raise self._unknown(name) from None
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")

    def ask(self, name: str) -> dict[str, Any]:
        """What was asked, to be asked again; of a plan of an earlier version what its document tells."""
        told = self.document(name)["ask"]
        try:
            kept: dict[str, Any] = json.loads((self._paths()[name].parent / ASK).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            names = {"weights": "weighting"}
            wanted = ("budget_eur", "yearly_eur", "weights", "priority", "priority_share", "must", "must_not", "types")
            kept = {one: told.get(names.get(one, one)) for one in wanted} | {"name": name}
        return kept

    def files(self, name: str) -> dict[str, Path]:
        """Its documents as they may leave the office, by their names."""
        self.document(name)
        folder = self.out / self.kind / name
        found = sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
        return {path.name: path for path in found if not path.is_symlink()}

    def file(self, name: str, file: str) -> Path:
        """One of its documents.

        Raises
            UnknownPlanError where there is none of that name.
        """
        found = self.files(name).get(file)
        if found is None:
            raise UnknownPlanError("there is no such file", where=file[:80], expected="a name of the list of files")
        return found

    def delete(self, name: str) -> None:
        """Takes it away with all its documents.

        Raises
            UnknownPlanError where there is none; OutputError where its files cannot be taken away.
        """
        self.document(name)
        folders = (self.out / "internal" / self.kind / name, self.out / self.kind / name)
        try:
            for folder in folders:
                if folder.is_dir():
                    shutil.rmtree(folder)
        except FileNotFoundError:  # somebody else was quicker
            raise self._unknown(name) from None
        except OSError as wrong:
            raise OutputError("it cannot be taken away", where=f"{wrong.filename}: {wrong.strerror}") from None

    def _paths(self) -> dict[str, Path]:
        folder, file = self.out / "internal" / self.kind, FILES[self.kind]
        return {path.parent.name: path for path in sorted(folder.glob(f"*/{file}"))}

    def _document(self, name: str, path: Path) -> dict[str, Any] | None:
        """As it was written; None for what is of another version or damaged."""
        try:
            stamp = path.stat().st_mtime_ns
            with self._lock:
                held = self._read.get(name)
                if held is None or held[0] != stamp:
                    told = json.loads(path.read_text(encoding="utf-8"))
                    if not isinstance(told, Mapping):
                        return None
                    self._read[name] = held = (stamp, dict(told))
        except (OSError, ValueError):
            return None
        document = held[1]
        return document if (document.get("format"), document.get("format_version")) == _FORMATS[self.kind] else None

    def _unknown(self, name: str) -> UnknownPlanError:
        known = ", ".join(self.names()[:20]) or "none yet"
        return UnknownPlanError(f"there is no such {_CALLED[self.kind]}", where=name[:60], expected=known)


def plan_entry(plan: Mapping[str, Any], *, made: str, published: bool) -> dict[str, Any]:
    """What a list tells of a plan: exact, for the office."""
    solution, outcome, ask = plan["solution"], plan["outcome"], plan["ask"]
    return {
        "name": plan["name"], "title": plan["title"], "made": made, "weighting": ask["weighting"],
        "budget_eur": ask["budget_eur"], "cost_eur": solution["cost_eur"], "n_measures": len(plan["measures"]),
        "people_relieved": _exact(outcome, "people_relieved"), "lacks_removed": _exact(outcome, "lacks_removed"),
        "status": solution["status"], "gap": solution["gap"], "by_hand": bool(ask.get("by_hand")),
        "published": published,
    }  # fmt: skip


def front_entry(front: Mapping[str, Any], *, made: str) -> dict[str, Any]:
    """What a list tells of a front."""
    names = [one["name"] for one in front["objectives"]]
    return {"name": front["name"], "title": front["title"], "made": made, "n_points": len(front["points"]),
            "objectives": names}  # fmt: skip


def financing_told(plan: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """Who pays what in which year, added up.

    Parameters
        labels : of the funders that are told, in their order.
    """
    sums: dict[tuple[str, int, str], float] = {}
    of_measure: dict[tuple[str, str], float] = {}
    for row in plan["financing"]:
        key = (row["basis"], row["year"], row["funder"])
        sums[key] = round(sums.get(key, 0.0) + row["eur"], 2)
        if row["basis"] == "programme":
            mine = (row["number"], row["funder"])
            of_measure[mine] = round(of_measure.get(mine, 0.0) + row["eur"], 2)
    used = [one for one in labels if any(key[2] == one for key in sums)]
    bases = {
        basis: sorted({year for kind, year, _ in sums if kind == basis}) for basis in ("programme", "cost", "cash")
    }
    by_year = {
        basis: [
            {"year": year, "by_funder": {one: sums.get((basis, year, one), 0.0) for one in used},
             "total": round(sum(sums.get((basis, year, one), 0.0) for one in used), 2)}
            for year in years
        ]
        for basis, years in bases.items()
    }  # fmt: skip
    measures = [
        {"number": one["number"], "name": one["name"], "cost_eur": one["cost"]["mid_eur"],
         "eligible_eur": one["eligible_eur"], "programme": one["programme"], "verify": one["verify"],
         "by_funder": {who: of_measure.get((one["number"], who), 0.0) for who in used}}
        for one in plan["measures"]
    ]  # fmt: skip
    return {
        "rules": plan["rules"], "funders": [{"id": one, "label": labels[one]} for one in used],
        "years": sorted({year for _, year, _ in sums}), "measures": measures, "by_year": by_year,
        "total": {one: round(sum(row["by_funder"][one] for row in measures), 2) for one in used},
        "verify": any(one["verify"] for one in plan["measures"]),
    }  # fmt: skip


def _exact(outcome: Mapping[str, Any], name: str) -> float | None:
    found = outcome.get(name)
    return None if not found else found.get("exact")
