"""What a request must be before anything is done for it: from here, small, and well formed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from rivage.errors import RivageError

if TYPE_CHECKING:
    from fastapi import Request

LARGEST_BODY = 16 * 1024
"""Bytes; the longest reason in its longest encoding, and the other fields, fit in."""
FIELDS = frozenset({"token", "why", "hours", "until"})
HEADERS = {
    # Nothing but our own style sheet and script; no form leads elsewhere; Airflow may frame us.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class RequestRefused(RivageError):
    """A request that no page of the desk makes.

    Args:
        status: of the answer.
    """

    exit_code = 2

    def __init__(self, what: str, *, status: int = 400, do: str = "") -> None:
        super().__init__(what, do=do)
        self.status = status


def check_origin(request: Request, hosts: Collection[str] = ()) -> None:
    """Refuse what another site made the browser send, or what does not say where it is from.

    Args:
        hosts: names this server has besides the one asked for, as behind a proxy.

    Raises:
        RequestRefused: 403.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    own = {request.headers.get("host", ""), *hosts}
    foreign = origin is not None and urlsplit(origin).netloc not in own - {""}
    if foreign or site not in (None, "same-origin") or (origin is None and site is None):
        raise RequestRefused("The form was not sent from a page of this desk.", status=403)


async def fields_of(request: Request) -> dict[str, str]:
    """The fields of a form, read no further than a form can be long.

    Raises:
        RequestRefused: 413 too long, 415 no form, 400 fields that no page sends.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise RequestRefused("Only forms are taken.", status=415)
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise RequestRefused(
                f"The form is longer than {LARGEST_BODY:,} bytes.", status=413,
                do="Say it in at most 2,000 characters.",
            )  # fmt: skip
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, max_num_fields=20, errors="strict"
        )
    except ValueError:
        raise RequestRefused("The form can't be read.") from None
    names = [name for name, _ in pairs]
    if set(names) - FIELDS or len(set(names)) < len(names):
        raise RequestRefused("The form has fields that no page of the desk sends.")
    return dict(pairs)
