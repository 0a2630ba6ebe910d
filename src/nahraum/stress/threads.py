"""Many alike questions on all cores, answered in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def at_once(ask: Callable[[T], R], questions: Iterable[T], *, threads: int | None = None) -> Iterator[R]:
    """The answers in the order of the questions; at most two questions more than threads are held at a time.

    Notes
        A question is made while others are answered. Only what lets go of Python's lock, as kernels and most of numpy
        do, is faster by it. The first error ends it all.
    """
    n = threads or os.cpu_count() or 1
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(n) as pool:
        for question in questions:
            waiting.append(pool.submit(ask, question))
            if len(waiting) > n:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
