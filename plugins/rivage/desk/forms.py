"""Tokens of forms: each is good once, for one person in one browser, for some hours.

A page carries a token in its form; a request that another site makes a browser send has
none, and a request sent twice finds its token spent. Signed with a key under the home, so
that every process of an API server takes the others' tokens.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path

from rivage.errors import RivageError
from rivage.settings import Settings

LIFETIME = timedelta(hours=8)


class FormInvalid(RivageError):
    """The form was not made here for this person, or is too old."""

    exit_code = 2
    advice = "Open the page again and send the form from there."


class FormReplayed(FormInvalid):
    """The form was sent before."""

    advice = "It was done the first time; the page's history shows it."


def issue(settings: Settings, session: str, who: str, now: datetime) -> str:
    """A token for one form."""
    ends = f"{int((now + LIFETIME).timestamp()):x}"
    nonce = secrets.token_hex(16)
    return f"{ends}.{nonce}.{_mark(settings, session, who, ends, nonce)}"


def spend(settings: Settings, token: str, session: str, who: str, now: datetime) -> None:
    """Use a token up.

    Raises:
        FormInvalid: it is missing, forged, another person's or session's, or too old.
        FormReplayed: it was used before.
    """
    ends, _, rest = token.partition(".")
    nonce, _, mark = rest.partition(".")
    good = _mark(settings, session, who, ends, nonce)
    if not (session and hmac.compare_digest(good.encode(), mark.encode())):
        raise FormInvalid("The form does not carry a token that was made for you.")
    if now.timestamp() > int(ends, 16):
        raise FormInvalid("The form is too old.")
    folder = _folder(settings) / "spent"
    folder.mkdir(parents=True, exist_ok=True)
    try:  # the file system decides which of two processes was first
        os.close(os.open(folder / nonce, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise FormReplayed("This form was sent before; nothing was done twice.") from None
    _forget_old(folder, now)


def _mark(settings: Settings, session: str, who: str, ends: str, nonce: str) -> str:
    text = "\n".join((session, who, ends, nonce))
    return hmac.new(_key(settings), text.encode(), hashlib.sha256).hexdigest()


def _key(settings: Settings) -> bytes:
    """Made on first use, readable by the owner only; the first of two processes wins."""
    path = _folder(settings) / "key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".key.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_bytes()


def _folder(settings: Settings) -> Path:
    return settings.home / "desk"


def _forget_old(folder: Path, now: datetime) -> None:
    """A token that is too old is refused for its age; its file is not needed any more."""
    oldest = (now - 2 * LIFETIME).timestamp()
    for path in folder.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
