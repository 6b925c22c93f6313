"""A real HTTP server on the loopback interface, answering from a function."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Call:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """One answer; `cut` closes the connection after that many body bytes."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    reset: bool = False
    delay: float = 0.0
    drip: float = 0.0

    @property
    def raw(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body).encode()


class Loopback:
    """Answers each request with `answer(call)`; keeps the calls unless told not to."""

    def __init__(self, answer: Callable[[Call], Reply], *, keep: bool = True) -> None:
        self.answer = answer
        self.calls: list[Call] = []
        self.keep = keep
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Headers and body leave in two writes; with Nagle each answer takes 40 ms.
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                loopback._serve(self)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        length = int(handler.headers.get("Content-Length") or 0)
        call = Call(
            handler.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            dict(handler.headers.items()),
            handler.rfile.read(length),
        )
        if self.keep:
            self.calls.append(call)
        reply = self.answer(call)
        if reply.delay:
            time.sleep(reply.delay)
        if reply.reset:
            # Linger 0: the peer sees a reset instead of an orderly end.
            handler.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            handler.close_connection = True
            handler.connection.close()
            return
        try:
            self._write(handler, reply)
        except OSError:
            handler.close_connection = True

    @staticmethod
    def _write(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        raw = reply.raw
        handler.send_response(reply.status)
        handler.send_header("Content-Length", str(len(raw)))
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if reply.drip:
            for place in range(len(raw)):
                handler.wfile.write(raw[place : place + 1])
                time.sleep(reply.drip)
            return
        handler.wfile.write(raw if reply.cut is None else raw[: reply.cut])
        if reply.cut is not None:
            handler.wfile.flush()
            handler.close_connection = True


def in_turn(replies: Iterable[Reply]) -> Callable[[Call], Reply]:
    """Each reply once, the last one for ever."""
    waiting = list(replies)

    def answer(call: Call) -> Reply:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return answer
