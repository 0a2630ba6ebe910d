"""Where the file of a section comes from: address, checksum and box for `nahraum fetch`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nahraum.errors import StudyError

FETCH_KEYS = ("url", "sha256", "window")
_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s#]*)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def address_of(section: Mapping[str, Any], where: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Where `nahraum fetch` finds the file, and the sha256 of each address that is demanded; () where not given."""
    given, cut = section.get("url", []), "window" in section
    urls = given if isinstance(given, list) else [given]
    if wrong := [url for url in urls if not isinstance(url, str) or not _URL.fullmatch(url)]:
        raise StudyError(f"{where} url = {wrong[0]!r} is no address to download from", expected='url = "https://…"')
    if len(urls) > 1 and not cut:
        raise StudyError(
            f"{where} has several addresses", fix="only extracts that are cut by window = […] can be joined"
        )
    if urls and ("file" not in section or "files" in section):
        raise StudyError(f"{where} has a url but not one file", fix='name by file = "…" where the download goes')
    return tuple(urls), _checksums(section.get("sha256", ""), urls, where)


def _checksums(given: Any, urls: Sequence[str], where: str) -> tuple[str, ...]:
    """One checksum per address, in their order; '' for an address that may give anything."""
    pinned = given if isinstance(given, list) else [given] if given != "" else []
    if wrong := [one for one in pinned if not isinstance(one, str) or (one and not _SHA256.fullmatch(one))]:
        raise StudyError(f"{where} sha256 = {wrong[0]!r} is no checksum", expected="64 digits 0-9 a-f")
    if pinned and urls and len(pinned) != len(urls):
        raise StudyError(
            f"{where} names {len(urls)} addresses and {len(pinned)} sha256",
            expected="one checksum per address, in the same order",
            fix='sha256 = ["…", "…"]; "" for an address that may give any file',
        )
    return tuple(pinned)


def box_of(section: Mapping[str, Any], where: str) -> tuple[float, float, float, float] | None:
    """The box that is cut out of a download: west, south, east, north. [degrees]"""
    given = section.get("window")
    if given is None:
        return None
    numbers = isinstance(given, list) and len(given) == 4 and all(isinstance(edge, int | float) for edge in given)
    if not numbers or not (-180 <= given[0] < given[2] <= 180 and -90 <= given[1] < given[3] <= 90):
        raise StudyError(
            f"{where} window = {given!r}", expected="west, south, east, north in degrees: [7.6, 49.3, 7.9, 49.5]"
        )
    return (float(given[0]), float(given[1]), float(given[2]), float(given[3]))
