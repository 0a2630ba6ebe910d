"""One polite question to one server: who asks, where it may be sent on, what of its answers is worth another try.

This is the only module of nahraum, besides `web`, that opens a connection (tests/contracts). Proxies are those of the
environment (http_proxy, https_proxy, no_proxy), certificates those of the system or of SSL_CERT_FILE.
"""

from __future__ import annotations

import email.utils
import http.client
import os
import re
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any

from nahraum import __version__
from nahraum.errors import InputError
from nahraum.sources.registry import registry

_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_PROXIES = ("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")


@dataclass(frozen=True)
class Manners:
    """How patient, how polite and how careful a download is (`[fetch]` of registry.toml)."""

    timeout_s: float
    tries: int
    first_pause_s: float
    longest_pause_s: float
    pause_between_s: float
    slowest_bytes_per_s: float
    slow_for_s: float
    largest_bytes: int
    spare_bytes: int
    redirects: int


def usual_manners() -> Manners:
    """As shipped in registry.toml."""
    return Manners(**registry()["fetch"])


class InterruptedDownloadError(Exception):
    """Something that may pass: worth another try, at the earliest after `wait_s` where the server says so. [s]"""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason, self.wait_s = reason, wait_s


@dataclass(frozen=True)
class Answer:
    """What a server sent: the status, the headers by small letters, where it came from in the end, the bytes."""

    status: int
    headers: Mapping[str, str]
    url: str
    stream: IO[bytes]

    def number(self, name: str) -> int | None:
        """A header that is a whole number; None where it is missing or something else."""
        text = self.headers.get(name, "").strip()
        return int(text) if text.isascii() and text.isdigit() else None


def user_agent(contact: str) -> str:
    """Who asks: program, version and whom to write to, as a header may hold it."""
    told = re.sub(r"[^ -~]+", " ", contact).strip()
    return f"nahraum/{__version__}" + (f" (+{told})" if told else "")


def printable(text: str) -> str:
    """What a server said, in one short line that does nothing to a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text[:300])


def host_of(url: str) -> str:
    """The host of an address, for politeness and messages."""
    return urllib.parse.urlsplit(url).hostname or ""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to http and https only, never from https back to http, and not in circles."""

    max_repeats = 2

    def http_error_302(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> Any:
        """The answer of the address that the server sends us on to, where that may be followed."""
        target = urllib.parse.urljoin(req.full_url, headers.get("location") or headers.get("uri") or "")
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(target)
        if new.scheme not in ("http", "https") or (old.scheme == "https" and new.scheme == "http") or new.username:
            raise InputError(
                f"{req.full_url} sends on to an address that is not followed",
                where=printable(target),
                expected="http or https, and no way back from https to http",
                fix="look up the present address at the publisher's and correct url in the study",
            )
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _opener(manners: Manners) -> urllib.request.OpenerDirector:
    """Only http and https; no files, no ftp, no data: addresses."""
    opener = urllib.request.OpenerDirector()
    redirects = type("_AtMost", (_Redirects,), {"max_redirections": manners.redirects})
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        redirects(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


@contextmanager
def asked(url: str, headers: Mapping[str, str], *, agent: str, manners: Manners) -> Iterator[Answer]:
    """The answer of a server, open while the block runs: 200, 206, 304 or 416.

    Raises
        InterruptedDownloadError for what may pass, also while the block reads; InputError for what will not.
    """
    request = urllib.request.Request(  # noqa: S310 — the scheme was checked by the study and by _opener
        url, headers={"User-Agent": agent, "Accept": "*/*", "Accept-Encoding": "identity", **headers}
    )
    try:
        answer = _opener(manners).open(request, timeout=manners.timeout_s)
    except urllib.error.HTTPError as error:
        if error.code not in (304, 416):
            with error:
                raise _refusal(url, error) from None
        answer = error
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(url, error) from None
    with answer:
        told = {name.lower(): value for name, value in answer.headers.items()}
        try:
            yield Answer(int(answer.status or 0), told, answer.url or url, answer)
        except (http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as error:
            raise InterruptedDownloadError(_reason(error)) from None


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "the server sends nothing any more"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection broke off"
    return f"the connection broke off ({str(error) or type(error).__name__})"


def _refusal(url: str, error: urllib.error.HTTPError) -> Exception:
    """What a status means: another try, or the end."""
    reason = printable(str(error.reason or ""))
    if error.code in _AGAIN:
        told = f"the server answers {error.code} {reason}".rstrip()
        return InterruptedDownloadError(told, waiting_s(error.headers.get("Retry-After")))
    advice = {
        401: "the publisher asks for a password: download the file by hand and put it where the study names it",
        403: "the server does not give it to programs: download the file by hand and put it where the study names it",
        404: "the publisher has moved it: look up the present address and correct url in the study",
        407: "the proxy asks for a name and a password: set https_proxy=http://name:password@proxy:port",
        410: "the publisher has withdrawn it: look for its successor and correct url in the study",
    }
    circle = f"it sends on to itself or more than {registry()['fetch']['redirects']} times"
    return InputError(
        f"{url} cannot be downloaded",
        where=circle if 300 <= error.code < 400 else f"the server answers {error.code} {reason}".rstrip(),
        expected="the file, with status 200",
        fix=advice.get(error.code, "look up the address at the publisher's and correct url in the study"),
    )


def waiting_s(text: str | None, now: datetime | None = None) -> float | None:
    """Retry-After as seconds from now: a number, or a date. [s] None where it says nothing usable."""
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        then = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())


def proxy_told() -> str:
    """The proxy of the environment without its password; '' where there is none."""
    found = next((os.environ[name] for name in _PROXIES if os.environ.get(name)), "")
    return re.sub(r"//[^@/]*@", "//…@", found)


def _unreachable(url: str, error: Exception) -> Exception:
    """A server that was not reached: a matter of settings, or perhaps only of time."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    text, proxy = str(cause) or type(cause).__name__, proxy_told()
    through = [f"through the proxy {proxy}"] if proxy else []
    if isinstance(cause, ssl.SSLCertVerificationError):
        return InputError(
            f"{host_of(url)} shows a certificate that is not trusted",
            where=[cause.verify_message or text, *through],
            expected="a certificate of a known authority",
            fix="where your office puts its own certificate in between: SSL_CERT_FILE=/path/to/its-bundle.pem",
        )
    if "Tunnel connection failed" in text:
        return InputError(
            f"the proxy does not let nahraum to {host_of(url)}",
            where=[text, *through],
            fix="ask your administrators to allow it, set no_proxy, or download the file by hand",
        )
    if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_NONAME and not proxy:
        return InputError(
            f"there is no server called {host_of(url)}",
            where=text,
            expected="a machine with a connection to the internet",
            fix="check url in the study; behind a proxy set https_proxy=http://proxy:port",
        )
    return InterruptedDownloadError(f"{host_of(url)} was not reached: {text}" + "".join(f", {t}" for t in through))
