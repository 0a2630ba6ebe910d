"""A server on 127.0.0.1 that behaves as told: well, slowly, breaking off, lying; and a proxy before it."""

from __future__ import annotations

import hashlib
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODIFIED = formatdate(1_750_000_000, usegmt=True)


@dataclass
class Served:
    """A file and how its server behaves, answer by answer (`then` counts the answers down)."""

    content: bytes
    etag: str | None = None
    last_modified: str | None = MODIFIED
    ranges: bool = True
    break_after: list[int | None] = field(default_factory=list)  # bytes sent per answer; None: all
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # answered before anything else
    claims: int | None = None  # Content-Length told instead of the true one
    drip: tuple[int, float] | None = None  # bytes at a time, seconds between
    headers: dict[str, str] = field(default_factory=dict)
    redirect: str | None = None
    length: bool = True
    told_range: str | None = None  # Content-Range told instead of the true one
    always_206: bool = False
    blind: bool = False  # goes on whatever If-Range says

    def __post_init__(self) -> None:
        if self.etag is None:
            self.etag = f'"{hashlib.sha256(self.content).hexdigest()[:16]}"'


@dataclass
class Loopback:
    """The running server: `files` by path may be changed at any time; `asked` is what came in."""

    address: str
    files: dict[str, Served]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"

    def headers(self, number: int) -> dict[str, str]:
        return self.asked[number][1]


def _handler(server: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None: ...

        def do_GET(self) -> None:
            server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            server.open_now += 1
            server.most_open = max(server.most_open, server.open_now)
            try:
                self._answer()
            except (BrokenPipeError, ConnectionResetError):
                pass
            finally:
                server.open_now -= 1
                self.close_connection = True

        def _plain(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def _answer(self) -> None:
            served = server.files.get(self.path.lstrip("/").partition("?")[0])
            if served is None:
                return self._plain(404, {"Content-Type": "text/html"}, b"<html><title>Not here</title></html>")
            if served.statuses:
                return self._plain(*served.statuses.pop(0))
            if served.redirect is not None:
                return self._plain(302, {"Location": served.redirect})
            if self.headers.get("If-None-Match") == served.etag and served.etag:
                return self._plain(304, {"ETag": served.etag})
            since = self.headers.get("If-Modified-Since")
            if since and since == served.last_modified:
                return self._plain(304, {})
            return self._send(served)

        def _send(self, served: Served) -> None:
            start, asked = 0, self.headers.get("Range", "")
            valid = served.blind or self.headers.get("If-Range") in (served.etag, served.last_modified)
            if served.ranges and asked.startswith("bytes=") and valid:
                start = int(asked[6:].rstrip("-"))
                if start >= len(served.content):
                    return self._plain(416, {"Content-Range": f"bytes */{len(served.content)}"})
            body = served.content[start:]
            self.send_response(206 if start or served.always_206 else 200)
            if start or served.always_206:
                whole = len(served.content)
                self.send_header("Content-Range", served.told_range or f"bytes {start}-{whole - 1}/{whole}")
            for name, value in (("ETag", served.etag), ("Last-Modified", served.last_modified)):
                if value:
                    self.send_header(name, value)
            for name, value in served.headers.items():
                self.send_header(name, value)
            if served.length:
                self.send_header("Content-Length", str(served.claims if served.claims is not None else len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            stop = served.break_after.pop(0) if served.break_after else None
            body = body if stop is None else body[:stop]
            step, pause = served.drip or (1 << 16, 0.0)
            for at in range(0, len(body), step):
                self.wfile.write(body[at : at + step])
                self.wfile.flush()
                if pause:
                    time.sleep(pause)
            self.wfile.flush()
            if not isinstance(self.connection, ssl.SSLSocket):
                self.connection.shutdown(socket.SHUT_WR)

    return Handler


@contextmanager
def loopback(*, tls: ssl.SSLContext | None = None, **files: Served | bytes) -> Iterator[Loopback]:
    """A server of these files (double underscores in names stand for dots)."""
    named = {
        name.replace("__", "."): item if isinstance(item, Served) else Served(item) for name, item in files.items()
    }
    server = Loopback("", named)
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(server)) as running:
        running.daemon_threads = True
        if tls is not None:
            running.socket = tls.wrap_socket(running.socket, server_side=True)
        server.address = f"http{'s' if tls else ''}://127.0.0.1:{running.server_address[1]}"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            running.shutdown()


def _relay(source: socket.socket, sink: socket.socket) -> None:
    try:
        while block := source.recv(1 << 16):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def proxy(password: str = "", *, tunnels: bool = False) -> Iterator[tuple[str, list[str]]]:
    """A forwarding proxy, its address and what it was asked for; with a password it refuses who has none."""
    asked: list[str] = []
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    class Forward(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

        def do_GET(self) -> None:
            asked.append(self.path)
            if password and not self.headers.get("Proxy-Authorization"):
                self.send_response(407, "Proxy Authentication Required")
                self.end_headers()
                return
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
            with direct.open(urllib.request.Request(self.path, headers=headers)) as answer:
                self.send_response(answer.status)
                for name in ("Content-Length", "ETag", "Last-Modified"):
                    if answer.headers.get(name):
                        self.send_header(name, answer.headers[name])
                self.end_headers()
                self.wfile.write(answer.read())

        def do_CONNECT(self) -> None:
            asked.append(f"CONNECT {self.path}")
            if not tunnels:
                self.send_response(403, "Forbidden")
                self.end_headers()
                return
            host, _, port = self.path.partition(":")
            with socket.create_connection((host, int(port))) as there:
                self.send_response(200)
                self.end_headers()
                back = threading.Thread(target=_relay, args=(there, self.connection), daemon=True)
                back.start()
                _relay(self.connection, there)
                back.join(5)

    with ThreadingHTTPServer(("127.0.0.1", 0), Forward) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{running.server_address[1]}", asked
        finally:
            running.shutdown()
