"""Many alike questions on several cores, answered in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_MOST = 4  # each question is a whole town of households in memory, and all of them are made one after the other
T = TypeVar("T")
R = TypeVar("R")


def at_once(ask: Callable[[T], R], questions: Iterable[T], *, threads: int | None = None) -> Iterator[R]:
    """The answers in the order of the questions; at most two questions more than threads are held at a time.

    Parameters
        threads : by default as many as there are cores, at most four.

    Notes
        A question is made while others are answered. Only what lets go of Python's lock, as kernels and most of numpy
        do, is faster by it. The first error ends it all. An index of pandas that several questions share should have
        been asked before: for what it notes at its first question pandas promises nothing to threads (issue 21150).
    """
    n = threads or min(os.cpu_count() or 1, _MOST)
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(n) as pool:
        for question in questions:
            waiting.append(pool.submit(ask, question))
            if len(waiting) > n:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
