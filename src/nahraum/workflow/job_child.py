"""One job of a server in a process of its own: told by a line of JSON what to do, tells by lines of JSON how it goes.

The process ends with the server: whoever started it holds the other end of its standard input.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from nahraum.errors import NahraumError
from nahraum.workflow.progress import Progress

Tell = Callable[[Mapping[str, Any]], None]
_NICER = 5  # the server answers first


class _Told(Progress):
    """Stages and the standing of a search as lines."""

    def __init__(self, tell: Tell, *, language: str) -> None:
        super().__init__(quiet=True, language=language)
        self._tell = tell

    @contextmanager
    def stage(self, name: str, title: str) -> Iterator[None]:
        """One stage: told when it begins and when it ends."""
        self._tell({"stage": self.worded(title)})
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
    """Does what the first line of the standard input says; 0 where it is done."""
    tell = _own_output()
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    signal.signal(signal.SIGTERM, _ended)
    _bounded(int(asked["memory_bytes"]))
    try:
        tell({"result": done(asked, tell)})
    except NahraumError as wrong:
        tell({"problem": wrong.as_dict()})
    except MemoryError:
        tell({"problem": _too_large(int(asked["memory_bytes"]))})
    else:
        return 0
    return 1


def done(asked: Mapping[str, Any], tell: Tell) -> str:
    """Does a job; the name of what it made.

    Parameters
        asked : study (file), out (output folder), kind (prepare | plan | front), ask (as `plan_asks` reads it).
    """
    from nahraum.workflow.plan_asks import ask_of, front_ask_of
    from nahraum.workflow.verbs import store_of, study_of

    study = study_of(Path(asked["study"]), Path(asked["out"]))
    progress = _Told(tell, language=study.language)
    tell({"stage": progress.worded("opening the study")})
    if asked["kind"] == "prepare":
        from nahraum.workflow.plan_stages import ready_to_plan
        from nahraum.workflow.programme import published

        published(study)
        store = store_of(study)
        with store.lock():
            ready_to_plan(study, store, progress)
        return ""
    if asked["kind"] == "front":
        from nahraum.workflow.pareto import pareto

        return str(pareto(study, front_ask_of(asked["ask"]), progress=progress).document["front"]["name"])
    from nahraum.workflow.programme import plan

    return str(plan(study, ask_of(asked["ask"]), progress=progress).document["plan"]["name"])


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


def _end_with_the_server() -> None:
    while os.read(0, 1):  # not through sys.stdin: a thread that holds it would stop the process from ending
        pass
    os._exit(1)


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


def _too_large(memory_bytes: int) -> dict[str, object]:
    return NahraumError(
        "the job needs more memory than it may have", where=f"{memory_bytes / 2**30:.1f} GiB",
        expected="fewer sites or types of measures",
        fix="allow fewer types, or set serving.job_memory_bytes of the study higher",
    ).as_dict()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
