"""The ASGI layer in front of all routers: request log and faults."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.bigquery.rewrites import rewrite_at
from sandbox.faults import FaultRule
from sandbox.faults.shapes import changed_body, failure
from sandbox.state import Sandbox

_BODY_CHANGES = ("bad_json", "schema_drift", "empty", "cut_body", "slow_body")
_PIECES = 10  # of a slow body


class Door:
    """Lets calls through, delays, replaces or damages them."""

    def __init__(self, app: ASGIApp, box: Sandbox) -> None:
        self._app, self._box = app, box

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            await self._app(scope, receive, send)
            return
        if scope["path"].startswith("//bigquery"):  # a client whose address ends in a slash
            scope["path"] = scope["path"][1:]
        begin, status = time.perf_counter(), [0]
        query = scope["query_string"].decode("latin-1")
        body = await _read(receive)
        text = query + "\n" + body.decode("utf-8", "replace")
        rule = self._box.faults.next(scope["path"], text, self._box.clock.now)

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        try:
            await self._answer(scope, _replay(body), noted, rule)
        finally:
            self._box.requests.add(
                scope["method"], scope["path"], query, status[0], rule.kind if rule else None,
                (time.perf_counter() - begin) * 1_000,
            )  # fmt: skip

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, rule: FaultRule | None
    ) -> None:
        if rule is None:
            await self._app(scope, receive, send)
            return
        if rule.kind == "hang":
            await asyncio.sleep(rule.seconds)
            await self._app(scope, receive, send)
            return
        if rule.kind == "rewrite":
            moment = self._box.clock.epoch * 1_000
            made = rewrite_at(scope["path"], rule.rewrite, moment)
            self._box.rewrites += [made] if made else []
            await self._app(scope, receive, send)
            return
        if rule.kind == "reset":
            await _reset(scope)
            return
        replaced = failure(self._box, rule, scope["path"])
        if replaced is not None:
            await replaced(scope, receive, send)
            return
        if rule.kind in _BODY_CHANGES:
            await self._damaged(scope, receive, send, rule)

    async def _damaged(self, scope: Scope, receive: Receive, send: Send, rule: FaultRule) -> None:
        start: dict[str, Any] = {}
        chunks: list[bytes] = []

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        # A compressed body can't be changed inside.
        plain = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, kept)
        body = b"".join(chunks)
        announced = len(body)
        if rule.kind == "cut_body":
            # The announced length is never reached: the connection closes in the middle.
            body = body[: len(body) // 2]
        elif rule.kind != "slow_body":
            body = changed_body(rule, scope["path"], body)
            announced = len(body)
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        start["headers"] = [*headers, (b"content-length", str(announced).encode())]
        await send(start)
        if rule.kind == "slow_body":
            size = len(body) // _PIECES + 1
            for piece in range(_PIECES):
                part = body[piece * size : (piece + 1) * size]
                await send({"type": "http.response.body", "body": part, "more_body": True})
                await asyncio.sleep(rule.seconds / _PIECES)
            body = b""
        await send({"type": "http.response.body", "body": body})


class Exposed:
    """The outermost layer: lets the door reach the connection a call came over."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry; `send` is a method of the server's own object for this call."""
        if scope["type"] == "http":
            scope["sandbox.connection"] = getattr(
                getattr(send, "__self__", None), "transport", None
            )
        await self._app(scope, receive, send)


async def _reset(scope: Scope) -> None:
    """End the connection without an answer."""
    connection = scope.get("sandbox.connection")
    if connection is None:
        raise ConnectionResetError("the connection was reset on purpose")
    connection.abort()
    await asyncio.sleep(0.01)  # until the server knows that nobody is there to answer


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes) -> Receive:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
