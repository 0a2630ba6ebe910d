"""The process that does the jobs of a server, one after the other: told and heard by lines of JSON."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from typing import Any

_GRACE_S = 3.0  # to take working folders away


@dataclass(frozen=True)
class Told:
    """How a process did a job: to its end (`over`), without a word, longer than it may, with which exit code."""

    over: bool
    silent: bool
    late: bool
    code: int


class Worker(subprocess.Popen[str]):
    """A process that reads a line for each job and writes what becomes of it; that a job is over is its last line."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(  # our own program: nothing of a request is in its arguments
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", errors="replace",
            start_new_session=True,
        )  # fmt: skip

    def do(self, asked: Mapping[str, Any], heard: Callable[[Mapping[str, Any]], None], *, within_s: float) -> Told:
        """Has it do a job and hears it until that is over or it is silent; its input stays open as long as we live.

        Parameters
            heard : called with each line. within_s : after so long it is ended.
        """
        late: list[bool] = []

        def ended() -> None:
            late.append(True)
            self.end()

        limit = Timer(within_s, ended)
        limit.daemon = True
        limit.start()
        try:
            n, over = self._listen(json.dumps(asked), heard)
        finally:
            limit.cancel()
        return Told(over, silent=n == 0 and not late, late=bool(late), code=self.returncode or 0)

    def _listen(self, asked: str, heard: Callable[[Mapping[str, Any]], None]) -> tuple[int, bool]:
        """How many lines came, and whether the job is over."""
        assert self.stdin is not None
        assert self.stdout is not None
        with suppress(OSError):  # it has ended
            self.stdin.write(asked + "\n")
            self.stdin.flush()
        n = 0
        for line in self.stdout:
            n += 1
            with suppress(ValueError):
                facts = json.loads(line)
                heard(facts)
                if facts.get("over"):
                    return n, True
        with suppress(subprocess.TimeoutExpired):
            self.wait(_GRACE_S)
        return n, False

    def end(self) -> None:
        """Ends it: asked first, then made to."""
        if self.poll() is None:
            self.terminate()
            try:
                self.wait(_GRACE_S)
            except subprocess.TimeoutExpired:
                self.kill()
                self.wait()

    def close(self) -> None:
        """Ends it and lets go of it."""
        self.end()
        for pipe in (self.stdin, self.stdout):
            with suppress(OSError, AttributeError):
                pipe.close()  # type: ignore[union-attr]
