"""Who may show the pages of a public server in a frame of its own pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from nahraum.errors import InputError

_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]{0,250}[a-z0-9])?(:[0-9]{1,5})?")


def origins(given: Iterable[str], token: str | None = None) -> tuple[str, ...]:
    """Origins as they are set, in lower case and without a slash at the end.

    Parameters
        token : of the server; None on a public one.

    Raises
        InputError for what is no origin, and on a server of the planner role: nobody shows that in a frame.
    """
    found = tuple(dict.fromkeys(one.strip().lower().rstrip("/") for one in given))
    wrong = [one[:80] for one in found if not _ORIGIN.fullmatch(one)]
    if wrong:
        raise InputError(
            "these are no sites that could show the map", where=wrong, expected="https://www.stadt.de, without a path",
            fix="--embed https://www.stadt.de",
        )  # fmt: skip
    if found and token is not None:
        raise InputError(
            "only a public server may be shown in a frame", where=", ".join(found), expected="--public",
            fix="nahraum serve STUDY --public --embed https://www.stadt.de",
        )  # fmt: skip
    return found


def is_opened(headers: Mapping[str, str], method: str, embedded_by: tuple[str, ...]) -> bool:
    """Whether another site's link, or a frame of it that is let, opens a page here; the pages tell what is public.

    Parameters
        headers : of the request, by lower-case name.
    """
    wanted = {"document"} | ({"iframe"} if embedded_by else set())
    return (
        method == "GET" and headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") in wanted
    )  # fmt: skip
