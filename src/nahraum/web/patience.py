"""How long a connection may take to tell its request: silent and slow clients do not hold places of others."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S = 30.0  # a body of the largest size at 300 kbit/s


class Patient(H11Protocol):
    """HTTP of uvicorn, which waits for ever for what a client begins to say; here for `within_s` seconds.

    Notes
        From the connection, or the first byte of a further request, to the last byte of the request. How long a
        connection stays open between two requests is `timeout_keep_alive`.
    """

    within_s = REQUEST_S
    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """A piece of a request."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._no_longer()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._no_longer()
        elif self._due is None:
            self._due = self.loop.call_later(self.within_s, self.transport.abort)

    def _no_longer(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
