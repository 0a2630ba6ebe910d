"""Long jobs of a server, one at a time in a process of its own; the others wait. Time and memory are bounded."""

from __future__ import annotations

import logging
import math
import secrets
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Condition, Thread
from typing import Any

from nahraum.errors import InputError, NahraumError
from nahraum.workflow.job_problems import broken, too_long
from nahraum.workflow.job_process import Told, Worker

log = logging.getLogger("nahraum")
CHILD = (sys.executable, "-m", "nahraum.workflow.job_child")
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
KEPT = 50  # finished jobs that are still told of
_TRAIL = 400  # standings of a search that are told of


class UnknownJobError(InputError):
    """There is no job of that id."""


class BusyError(NahraumError):
    """Too many jobs wait."""


@dataclass(frozen=True)
class Bounds:
    """What a job may take, and how many may wait."""

    seconds: float
    memory_bytes: int
    most_waiting: int
    idle_seconds: float = 0.0  # that a process waits for the next job, the study still open; 0 ends it with its job


@dataclass(eq=False)
class Job:
    """One job and how far it is.

    ended : stages that are over, with their seconds. value, bound : of the search; NaN not known.
    trail : how they became what they are. done, of : plans of a front.
    """

    id: str
    kind: str
    name: str
    ask: Mapping[str, Any]
    made: str
    state: str = WAITING
    stage: str = ""
    ended: list[tuple[str, float]] = field(default_factory=list)
    began: float = math.nan
    seconds: float = 0.0
    value: float = math.nan
    bound: float = math.nan
    unit: str = ""
    trail: list[tuple[float, float, float]] = field(default_factory=list)
    done: int | None = None
    of: int | None = None
    problem: Mapping[str, Any] | None = None
    result: str | None = None

    def heard(self, facts: Mapping[str, Any], now: float) -> None:
        """Takes in what the process of the job tells."""
        if "stage" in facts:
            self.stage = str(facts["stage"])
        if "ended" in facts:
            self.ended.append((str(facts["ended"]), float(facts["seconds"])))
        if "value" in facts:
            self.value, self.bound, self.unit = (facts[name] for name in ("value", "bound", "unit"))
            self.trail.append((round(now - self.began, 2), self.value, self.bound))
            del self.trail[1 : len(self.trail) - _TRAIL + 1]
        if "done" in facts:
            self.done, self.of = int(facts["done"]), int(facts["of"])
        self.problem = facts.get("problem", self.problem)
        self.result = facts.get("result", self.result)

    def again(self) -> None:
        """Forgets what was heard, but for the time it took: the job is begun anew."""
        self.stage, self.value, self.bound, self.unit = "", math.nan, math.nan, ""
        self.ended, self.trail, self.done, self.of, self.problem = [], [], None, None, None

    @property
    def gap(self) -> float:
        """How much better another plan could be at most, as a share of the value; NaN not known."""
        if self.value == 0 or not math.isfinite(self.bound - self.value):
            return math.nan
        return max(0.0, self.bound - self.value) / abs(self.value)


class Jobs:
    """Jobs in the order they came; a thread of its own sees to one after the other.

    Parameters
        told : what the process of every job is told beside its own: study and output folder.
        after : called when a job is done, before it is told to be, in the thread of the jobs.
        command : of the process; it reads a line of JSON for each job and writes lines of JSON, at last that the job
            is over (`workflow.job_child`). A process that has done a job is kept for the next one.
    """

    def __init__(
        self, told: Mapping[str, Any], bounds: Bounds, *, after: Callable[[Job], None] | None = None,
        command: Sequence[str] = CHILD, clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self.bounds, self._told, self._after, self._clock = bounds, dict(told), after, clock
        self._command = tuple(command)
        self._jobs: dict[str, Job] = {}
        self._changed = Condition()
        self._closed = False
        self._thread: Thread | None = None
        self._process: Worker | None = None
        self._spare: Worker | None = None

    def add(self, kind: str, name: str, ask: Mapping[str, Any]) -> Job:
        """A new job at the end of those that wait.

        Raises
            BusyError where too many wait.
        """
        with self._changed:
            if sum(one.state == WAITING for one in self._jobs.values()) >= self.bounds.most_waiting:
                raise BusyError("too many jobs wait", expected=f"at most {self.bounds.most_waiting}", fix="cancel some")
            made = datetime.now(UTC).isoformat(timespec="seconds")
            job = Job(secrets.token_hex(8), kind, name, dict(ask), made)
            self._jobs[job.id] = job
            if self._thread is None:
                self._thread = Thread(target=self._work, name="jobs", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return job

    def get(self, key: str) -> Job:
        """A job by its id.

        Raises
            UnknownJobError where there is none.
        """
        with self._changed:
            if key not in self._jobs:
                raise UnknownJobError("there is no such job", where=key[:40], expected="an id of the list of jobs")
            return self._jobs[key]

    def listed(self) -> list[Job]:
        """All jobs that are told of, the newest first."""
        with self._changed:
            return list(reversed(self._jobs.values()))

    def place(self, job: Job) -> int:
        """How many jobs are before this one."""
        with self._changed:
            if job.state != WAITING:
                return 0
            mine = list(self._jobs).index(job.id)
            before = list(self._jobs.values())[:mine]
            return sum(one.state in (WAITING, RUNNING) for one in before)

    def spent(self, job: Job) -> float:
        """Seconds that a job has run."""
        return self._clock() - job.began if job.state == RUNNING else job.seconds

    def remove(self, key: str) -> None:
        """Cancels a job that waits or runs; takes one that is over off the list."""
        job = self.get(key)
        with self._changed:
            if job.state not in (WAITING, RUNNING):
                self._jobs.pop(key, None)  # somebody else may have been quicker
                return
            process = self._process if job.state == RUNNING else None
            job.state = CANCELLED
        if process is not None:
            process.end()

    def close(self) -> None:
        """Ends what runs and takes nothing more."""
        with self._changed:
            self._closed = True
            process = self._process
            self._changed.notify_all()
        if process is not None:
            process.end()
        self._let_go()

    def wait(self, job: Job, seconds: float) -> str:
        """The state of a job when it is over, or when so many seconds are."""
        with self._changed:
            self._changed.wait_for(lambda: job.state not in (WAITING, RUNNING), seconds)
            return job.state

    def _work(self) -> None:
        while (job := self._next()) is not None:
            try:
                self._do(job)
            except Exception as wrong:  # whatever it is, the next job has its turn
                log.error("job %s failed: %r", job.kind, wrong)
                self._over(job, FAILED, broken(""))
            with self._changed:
                over = [one.id for one in self._jobs.values() if one.state not in (WAITING, RUNNING)]
                for key in over[:-KEPT]:
                    del self._jobs[key]

    def _next(self) -> Job | None:
        """Waits for a job to be done; None when the jobs are closed."""

        def first() -> Job | None:
            return next((one for one in self._jobs.values() if one.state == WAITING), None)

        if not self._called(first, self.bounds.idle_seconds if self._spare else None):
            self._let_go()
            self._called(first, None)
        with self._changed:
            job = first()
            if self._closed or job is None:
                return None
            job.state, job.began = RUNNING, self._clock()
            return job

    def _called(self, first: Callable[[], Job | None], seconds: float | None) -> bool:
        """Whether there is something to do within so many seconds; None waits for ever."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed or first() is not None, seconds)

    def _let_go(self) -> None:
        """Ends the process that waits for the next job."""
        with self._changed:
            spare, self._spare = self._spare, None
        if spare is not None:
            spare.close()

    def _do(self, job: Job) -> None:
        with self._changed:
            spare, self._spare = self._spare, None
        end = self._told_by(job, spare) if spare is not None else None
        if end is None or self._is_to_be_done_again(job, end):
            end = self._told_by(job, Worker(self._command))
        if job.result is not None and self._after is not None and job.state == RUNNING:
            self._after(job)
        self._over(job, *_end_of(job, end, self.bounds))

    def _is_to_be_done_again(self, job: Job, end: Told) -> bool:
        """Whether a kept process broke off: it had ended while it waited, or what earlier jobs left in it was too much.

        What it told is forgotten then.
        """
        with self._changed:
            if end.over or end.late or job.result is not None or job.state != RUNNING or self._closed:
                return False
            job.again()
        if not end.silent:
            log.warning("job %s is done again in a new process (exit %s)", job.kind, end.code)
        return True

    def _told_by(self, job: Job, worker: Worker) -> Told:
        """Has a process do a job; it is kept for the next one where it has done this one, else it is ended."""
        asked = {**self._told, "kind": job.kind, "ask": dict(job.ask), "memory_bytes": self.bounds.memory_bytes}

        def heard(facts: Mapping[str, Any]) -> None:
            with self._changed:
                job.heard(facts, self._clock())

        with self._changed:
            self._process, is_kept = worker, False
            is_wanted = job.state != CANCELLED and not self._closed
        try:
            if not is_wanted:  # cancelled, or all closed, between its turn and its process
                worker.end()
            end = worker.do(asked, heard, within_s=max(0.0, self.bounds.seconds - self.spent(job)))
            is_kept = end.over and not end.late and self.bounds.idle_seconds > 0
        finally:
            with self._changed:
                self._process = None
                is_kept = is_kept and job.state == RUNNING and not self._closed
                self._spare = worker if is_kept else None
            if not is_kept:
                worker.close()
        return end

    def _over(self, job: Job, state: str, problem: Mapping[str, Any] | None) -> None:
        with self._changed:
            job.seconds = round(self._clock() - job.began, 3)
            if job.state != CANCELLED:
                job.state, job.problem = state, problem
            self._changed.notify_all()


def _end_of(job: Job, end: Told, bounds: Bounds) -> tuple[str, Mapping[str, Any] | None]:
    """State and problem of a job whose process is over."""
    if job.result is not None:
        return DONE, None
    if end.late:
        return FAILED, too_long(job.kind, bounds.seconds)
    return FAILED, job.problem or broken(f"{job.stage or job.kind} (exit {end.code})")
