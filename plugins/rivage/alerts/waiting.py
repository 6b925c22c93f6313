"""Messages that wait in files for a sink that was down.

What a finding has to tell, the next audit composes anew. A failed task or a late day has no next
audit: its message waits as it was written, and goes with the next one or after the next audit.
"""

from __future__ import annotations

import fcntl
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rivage.alerts.deliver import Delivery, Post
from rivage.alerts.message import Message, Section
from rivage.atomic import write_text
from rivage.incidents import log as oncall
from rivage.settings import Settings

KEPT = timedelta(hours=24)
"""Older news is in the on-call log and no longer worth waking anybody."""
log = logging.getLogger(__name__)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Tasks of several accounts fail at the same instant: one tells, the others then know it."""
    path = settings.audits / "alerts.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def settle(
    settings: Settings, delivery: Delivery, told: Mapping[str, Mapping[str, Any]], at: datetime
) -> None:
    """Keep a message that did not arrive; forget an older one of the same that waits when it did.

    Args:
        told: what `Delivery.events` writes down once it has arrived.
    """
    path = _path(settings, delivery)
    if delivery.ok:
        path.unlink(missing_ok=True)
        return
    kept = {
        "sink": delivery.sink, "at": at.isoformat(), "told": told,
        "message": asdict(delivery.message),
    }  # fmt: skip
    write_text(path, json.dumps(kept, indent=1))


def sinks_of(settings: Settings) -> set[str]:
    """The sinks that something waits for."""
    return {kept["sink"] for _, kept in _waiting(settings)}


def send(settings: Settings, post: Post, at: datetime) -> list[Delivery]:
    """Try each waiting message once more, and write down what arrived."""
    done = []
    for path, kept in _waiting(settings):
        since = datetime.fromisoformat(kept["at"])
        if at - since > KEPT:
            log.warning("alert given up: sink=%s about=%s", kept["sink"], kept["message"]["about"])
            path.unlink()
            continue
        delivery = post.send(kept["sink"], _delayed(kept["message"], since))
        if delivery.ok:
            oncall.append(settings, delivery.events(at, kept["told"]))
            path.unlink()
            done.append(delivery)
    return done


def _delayed(written: Mapping[str, Any], since: datetime) -> Message:
    sections = (
        Section(each["title"], tuple(each["lines"]), tuple(each["code"]))
        for each in written["sections"]
    )
    when = f"{since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    late = Section("Delayed", (f"Written {when}; this sink could not be reached then.",))
    tuples = {name: tuple(written[name]) for name in ("owners", "fingerprints")}
    message = Message(**{**written, **tuples, "sections": (late, *sections)})
    return replace(message, consequence=f"(as of {when}) {message.consequence}")


def _waiting(settings: Settings) -> list[tuple[Path, dict[str, Any]]]:
    """What waits; a file that can't be read must not keep the rest from being told."""
    found = []
    for path in sorted((settings.audits / "unsent").glob("*.json")):
        try:
            found.append((path, json.loads(path.read_text(encoding="utf-8"))))
        except ValueError:
            log.warning("alert given up: %s can't be read", path)
            path.unlink()
    return found


def _path(settings: Settings, delivery: Delivery) -> Path:
    name = f"{'-'.join(delivery.message.fingerprints)}-{quote(delivery.sink, safe='')}.json"
    return settings.audits / "unsent" / name
