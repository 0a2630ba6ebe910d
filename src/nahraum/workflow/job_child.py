"""Jobs of a server in a process of their own: a line of JSON tells what to do, lines of JSON tell how it goes.

One job after the other; the study stays open in between. The process ends with the server: whoever started it holds
the other end of its standard input.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TextIO

from nahraum.errors import NahraumError
from nahraum.measures.german import told
from nahraum.workflow.job_problems import failed, too_large
from nahraum.workflow.progress import Progress

if TYPE_CHECKING:
    from nahraum.store import StageStore
    from nahraum.study import Study
    from nahraum.workflow.plan_stages import Ready

Tell = Callable[[Mapping[str, Any]], None]
_NICER = 5  # the server answers first
_GRACE_S = 3.0  # to take working folders away


class _Told(Progress):
    """Stages and the standing of a search as lines; `at` is the last stage that began in this process."""

    at = ""

    def __init__(self, tell: Tell, *, language: str) -> None:
        super().__init__(quiet=True, language=language)
        self._tell = tell

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[None]:
        """One stage: told when it begins and when it ends."""
        _Told.at = self.worded(title)
        self._tell({"stage": _Told.at})
        with super().stage(name, title):
            yield
        self._tell({"ended": self.worded(title), "seconds": self.seconds[name]})

    def standing(self, value: float, bound: float, unit: str) -> None:
        """The best so far and what is proven."""
        self._tell({"value": value, "bound": bound, "unit": unit})

    def counted(self, done: int, of: int) -> None:
        """So many of so many."""
        self._tell({"done": done, "of": of})


def main() -> int:
    """Does what each line of the standard input says, until there is none; 1 where a job takes too much memory."""
    tell, asked_for = _own_output(), _lines()
    signal.signal(signal.SIGTERM, _ended)
    asked = json.loads(asked_for.get())
    _bounded(int(asked["memory_bytes"]))
    while True:
        try:
            tell({"result": done(asked, tell)})
        except NahraumError as wrong:
            tell({"problem": told(wrong)})
        except MemoryError:
            tell({"problem": too_large(str(asked.get("kind", "")), int(asked["memory_bytes"]))})
            return 1
        except Exception as wrong:  # an error of the program: the server prints where, the planner is told at what
            traceback.print_exc()
            tell({"problem": failed([one for one in (_Told.at, type(wrong).__name__) if one])})
            return 1
        tell({"over": True})
        asked = json.loads(asked_for.get())


class _Kept:
    """A study ready to be planned, kept from job to job as long as nothing it rests on is another."""

    def __init__(self) -> None:
        self._ready: Ready | None = None

    def __call__(self, study: Study, store: StageStore, progress: Progress) -> Ready:
        """As `ready_to_plan`."""
        from nahraum.workflow.plan_stages import ready_to_plan

        self._ready = ready_to_plan(study, store, progress, kept=self._ready)
        return self._ready


_KEPT = _Kept()


def done(asked: Mapping[str, Any], tell: Tell) -> str:
    """Does a job; the name of what it made.

    Parameters
        asked : study (file), out (output folder), kind (prepare | plan | front | stress | housing), ask (as `plan_asks`
            or `chapter_asks` reads it).
    """
    from nahraum.workflow.plan_asks import ask_of, front_ask_of
    from nahraum.workflow.verbs import store_of, study_of

    study = study_of(Path(asked["study"]), Path(asked["out"]))
    progress = _Told(tell, language=study.language)
    tell({"stage": progress.worded("opening the study")})
    if asked["kind"] == "prepare":
        from nahraum.workflow.programme import published

        published(study)
        store = store_of(study)
        with store.lock():
            _KEPT(study, store, progress)
        return ""
    if asked["kind"] in ("stress", "housing"):
        from nahraum.workflow.chapter_asks import made

        return made(asked["kind"], asked["ask"], study, progress)
    if asked["kind"] == "front":
        from nahraum.workflow.pareto import pareto

        return str(
            pareto(study, front_ask_of(asked["ask"]), progress=progress, prepare=_KEPT).document["front"]["name"]
        )
    from nahraum.workflow.programme import plan

    return str(plan(study, ask_of(asked["ask"]), progress=progress, prepare=_KEPT).document["plan"]["name"])


def _own_output() -> Tell:
    """Tells on the standard output, which from now on is nobody else's: libraries print to the standard error."""
    lines: TextIO = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    lock = threading.Lock()

    def tell(facts: Mapping[str, Any]) -> None:
        with lock:
            lines.write(json.dumps(facts) + "\n")
            lines.flush()

    return tell


def _lines() -> SimpleQueue[bytes]:
    """The lines of the standard input; with its end the process ends, whatever it is at."""
    found: SimpleQueue[bytes] = SimpleQueue()

    def hear() -> None:
        held = b""
        while read := os.read(0, 1 << 16):  # not through sys.stdin: a thread that holds it would stop the process
            *lines, held = (held + read).split(b"\n")
            for one in lines:
                found.put(one)
        os.kill(os.getpid(), signal.SIGTERM)  # working folders, and a design in one of them, are taken away
        time.sleep(_GRACE_S)
        os._exit(1)

    threading.Thread(target=hear, daemon=True).start()
    return found


def _ended(number: int, frame: object) -> None:
    raise SystemExit(1)  # so that working folders are taken away


def _bounded(memory_bytes: int) -> None:
    """Lets the process have so much memory of its own and not more, where the system can say so."""
    with contextlib.suppress(OSError):
        os.nice(_NICER)
    try:
        import resource
    except ImportError:  # Windows
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


if __name__ == "__main__":
    sys.exit(main())
