"""Who may ask, from where, how much and how often; and the headers of every answer.

One plain ASGI layer in front of everything, so that no route can forget it.
"""

from __future__ import annotations

import hmac
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from nahraum.web.embedding import is_opened
from nahraum.web.problems import body

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADER = "x-nahraum"
START = "/start"
_READING = ("GET", "HEAD", "OPTIONS")
_CSP = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    ("content-security-policy", _CSP), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"), ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"), ("permissions-policy", "geolocation=(), camera=(), microphone=()"),
)  # fmt: skip
_KNOWN_CLIENTS = 10_000


@dataclass(frozen=True)
class Limits:
    """How much and how often (`parameters/serving.toml`)."""

    body_bytes: int = 1_000_000
    per_second: float = 100.0
    at_once: int = 400
    under_way: int = 200  # requests of all clients that are being answered; connections that wait are none


@dataclass(frozen=True)
class Rules:
    """Who may ask.

    hosts : values of the header Host that are answered, with port, in lower case.
    token : start-up token of the planner role; None where the server is public and read-only.
    embedded_by : origins whose pages may show those of a public server in a frame, such as https://www.stadt.de.
    """

    hosts: frozenset[str]
    token: str | None
    cookie: str = "nahraum"
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    limits: Limits = field(default_factory=Limits)
    embedded_by: tuple[str, ...] = ()


class TooLargeError(Exception):
    """The body of a request is larger than allowed."""


class Guard:
    """Lets a request through to the app or answers it itself."""

    def __init__(self, app: App, rules: Rules, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._rules, self._clock = app, rules, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no websockets here
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        send = _with_headers(send, private=self._rules.token is not None, embedded_by=self._rules.embedded_by)
        if scope["path"] == START and self._rules.token is not None and self._host_known(headers):
            await self._start(scope, send)
            return
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _answer(send, *refusal)
            return
        began, taken = False, 0

        async def watched(message: Message) -> None:
            nonlocal began
            if taken <= self._rules.limits.body_bytes or began:
                began = True
                await send(message)

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._rules.limits.body_bytes:
                raise TooLargeError
            return message

        self._under_way += 1
        try:
            with suppress(TooLargeError):
                await self._app(scope, bounded, watched)
        finally:
            self._under_way -= 1
        if taken > self._rules.limits.body_bytes and not began:
            await _answer(send, 413, body("the request is too large"))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, dict[str, Any]] | None:
        """Status and problem of a request that is not let through."""
        if not self._host_known(headers):
            return 403, body("this host is not served here", fix="use the address that nahraum serve printed")
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "")
        opened = self._rules.token is None and is_opened(headers, scope["method"], self._rules.embedded_by)
        if (origin is not None and not self._own(origin)) or (site == "cross-site" and not opened):
            return 403, body("requests of other sites are refused", fix="open the address that nahraum serve printed")
        if not self._has_left(scope):
            return 429, body("too many requests", fix="wait a second")
        if self._under_way >= self._rules.limits.under_way:
            return 503, body("too many requests are under way", fix="try again in a moment")
        if self._rules.token is not None and not self._is_planner(headers):
            return 401, body(
                "the start-up token is missing", expected="the cookie of /start, or 'Authorization: Bearer TOKEN'",
                fix="open the address that nahraum serve printed",
            )  # fmt: skip
        if scope["method"] not in _READING and HEADER not in headers:
            return 403, body("changes need the header X-Nahraum", expected="X-Nahraum: 1")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 12 or int(length) > self._rules.limits.body_bytes:
            return 413, body("the request is too large", expected=f"at most {self._rules.limits.body_bytes} bytes")
        return None

    def _host_known(self, headers: dict[str, str]) -> bool:
        return headers.get("host", "").lower() in self._rules.hosts

    def _own(self, origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        return scheme in ("http", "https") and host.lower() in self._rules.hosts

    def _is_planner(self, headers: dict[str, str]) -> bool:
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and _same(given.strip(), self._rules.token or ""):
            return True
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        mine = cookies.get(self._rules.cookie)
        return mine is not None and _same(mine.value, self._rules.session)

    def _has_left(self, scope: Scope) -> bool:
        """Whether the client's address may ask once more: so many at once, so many per second in the long run."""
        limits, now = self._rules.limits, self._clock()
        client = str((scope.get("client") or ("", 0))[0])
        left, since = self._left.pop(client, (float(limits.at_once), now))
        left = min(float(limits.at_once), left + (now - since) * limits.per_second)
        self._left[client] = (max(0.0, left - 1.0), now)
        if len(self._left) > _KNOWN_CLIENTS:
            self._left.popitem(last=False)
        return left >= 1.0

    async def _start(self, scope: Scope, send: Send) -> None:
        """Exchanges the start-up token for the cookie."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if not self._has_left(scope):
            await _answer(send, 429, body("too many requests", fix="wait a second"))
            return
        if scope["method"] != "GET" or not _same(given, self._rules.token or ""):
            await _answer(send, 401, body("this is not the start-up token", fix="use the address that nahraum printed"))
            return
        cookie = f"{self._rules.cookie}={self._rules.session}; HttpOnly; SameSite=Strict; Path=/"
        await _answer(send, 303, None, [(b"location", b"/"), (b"set-cookie", cookie.encode())])


def _same(given: str, wanted: str) -> bool:
    return bool(wanted) and hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _with_headers(send: Send, *, private: bool, embedded_by: tuple[str, ...] = ()) -> Send:
    extra = [(name.encode(), value.encode()) for name, value in _headers(embedded_by)]
    kept = b"no-store" if private else b"no-cache"

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            held = [(name, value) for name, value in message.get("headers", []) if name.lower() != b"server"]
            names = {name.lower() for name, _ in held}
            message = {**message, "headers": [*held, *((n, v) for n, v in extra if n not in names)]}
            if b"cache-control" not in names:
                message["headers"].append((b"cache-control", kept))
        await send(message)

    return sending


def _headers(embedded_by: tuple[str, ...]) -> list[tuple[str, str]]:
    """The headers of every answer; x-frame-options cannot name sites, so it gives way where some are let."""
    if not embedded_by:
        return list(_HEADERS)
    told = _CSP.replace("frame-ancestors 'none'", f"frame-ancestors 'self' {' '.join(embedded_by)}")
    kept = [(name, value) for name, value in _HEADERS if name not in ("content-security-policy", "x-frame-options")]
    return [("content-security-policy", told), *kept]


async def _answer(
    send: Send, status: int, problem: dict[str, Any] | None, headers: list[tuple[bytes, bytes]] | None = None
) -> None:  # fmt: skip
    text = b"" if problem is None else json.dumps(problem, ensure_ascii=False).encode()
    told = [(b"content-type", b"application/json"), (b"content-length", str(len(text)).encode()), *(headers or [])]
    if status == 429:
        told.append((b"retry-after", b"1"))
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": text})
