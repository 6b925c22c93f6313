"""Where messages go: one small class per kind of sink. A new channel is one more of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from rivage.alerts import targets
from rivage.alerts.message import Message
from rivage.errors import RivageError

LONGEST_SLACK = 30_000
"""Slack cuts texts at 40,000 characters; entities make them longer than they look."""


class SinkDown(RivageError):
    """A sink that did not take a message; trying again may help."""

    transient = True


class SinkRefused(RivageError):
    """A sink that refuses the message or the log-in; trying again can't help."""


class Sink(Protocol):
    """A way to reach people."""

    @property
    def name(self) -> str:
        """As routes call it."""

    @property
    def shown(self) -> str:
        """What may be shown of it: a host, never an address with a secret in it."""

    def send(self, message: Message) -> None:
        """Deliver, or raise SinkDown, SinkRefused or TargetRefused."""


@dataclass(frozen=True)
class Webhook:
    """POSTs JSON to an address that is a secret.

    Args:
        body: turns a message into what the receiver takes.
    """

    name: str
    url: str
    body: Callable[[Message], dict[str, object]]
    allowed: tuple[str, ...] = ()
    timeout: float = 5.0
    resolve: targets.Resolve | None = None

    def __repr__(self) -> str:
        return f"Webhook({self.name}, {self.shown})"

    @property
    def shown(self) -> str:
        from urllib.parse import urlsplit

        try:
            return urlsplit(self.url).hostname or "?"
        except ValueError:
            return "?"

    def send(self, message: Message) -> None:
        """POST it to the very address that was checked; no redirect is followed."""
        import urllib3

        target = targets.check(self.url, self.allowed, self.resolve)
        timeout = urllib3.Timeout(total=self.timeout)
        # A pool opened by address, not by name, can't be led elsewhere by a second look-up.
        pool: urllib3.HTTPConnectionPool = (
            urllib3.HTTPSConnectionPool(
                target.address, target.port, timeout=timeout, retries=False,
                server_hostname=target.host, assert_hostname=target.host,
            )
            if target.is_tls
            else urllib3.HTTPConnectionPool(
                target.address, target.port, timeout=timeout, retries=False
            )
        )  # fmt: skip
        port = "" if target.port == (443 if target.is_tls else 80) else f":{target.port}"
        try:
            answer = pool.request(
                "POST", target.path, redirect=False, retries=False,
                body=json.dumps(self.body(message)).encode(),
                headers={
                    "Host": f"{target.host}{port}", "Content-Type": "application/json",
                    "User-Agent": "rivage",
                },
            )  # fmt: skip
        except (urllib3.exceptions.HTTPError, OSError) as error:
            # The library's own text may hold the path, which is the secret.
            raise SinkDown(f"{target.host} did not answer: {type(error).__name__}.") from None
        finally:
            pool.close()
        _judge(target.host, answer.status)


def _judge(host: str, status: int) -> None:
    if status < 300:
        return
    if status == 429 or status >= 500:
        raise SinkDown(f"{host} answered {status}.")
    told = ", a redirect, which is not followed" if status < 400 else ""
    raise SinkRefused(f"{host} answered {status}{told}.")


def slack(message: Message) -> dict[str, object]:
    """The body of a Slack-compatible webhook: escaped mrkdwn, no previews of links."""
    blocks = [f"*{escaped(message.verdict)}*\n{escaped(message.consequence)}"]
    for section in message.sections:
        lines = [f"*{escaped(section.title)}*", *map(escaped, section.lines)]
        if section.code:
            lines.append(
                "```" + "\n".join(map(escaped, section.code)).replace("```", "'''") + "```"
            )
        blocks.append("\n".join(lines))
    text = "\n\n".join(blocks)[:LONGEST_SLACK]
    return {"text": text, "unfurl_links": False, "unfurl_media": False}


def escaped(text: str) -> str:
    """Slack's three control characters as entities: `<!channel>` in a name calls nobody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class JsonFile:
    """Adds one JSON line per message to a file beside the audit documents."""

    name: str
    path: Path

    @property
    def shown(self) -> str:
        return str(self.path)

    def send(self, message: Message) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat()} | message.as_dict())
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise SinkDown(f"{self.path} can't be written: {error.strerror}.") from None
