"""Answers of the running desk: a page, a page that says what is wrong, a refusal written down."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rivage.desk import forms, gate
from rivage.desk.filters import FilterInvalid
from rivage.desk.links import Links
from rivage.desk.pages import DONE, Pages, Viewer
from rivage.errors import FileLocked, NothingToPublish, RivageError
from rivage.incidents import decisions
from rivage.settings import Settings
from rivage.settings import settings as read_settings

SESSION = "rivage_desk"
"""Cookie that ties a form to the browser it was shown in; it authorises nothing."""
_ODD = re.compile(r"\.\.|[^\w./-]")
"""In the name of a page: nobody comes to such a one by a link."""
_STATUS: tuple[tuple[type[RivageError], int], ...] = (
    (forms.FormReplayed, 409), (forms.FormInvalid, 403), (FilterInvalid, 400), (FileLocked, 409),
    (NothingToPublish, 404), (decisions.IncidentUnknown, 404), (decisions.DecisionInvalid, 400),
)  # fmt: skip


@dataclass(frozen=True)
class House:
    """What the desk is mounted in: who is there, what they may, and how to roll back."""

    current_user: Callable[..., Any]
    """Dependency that gives the logged-in user, or raises 401."""
    name_of: Callable[[Any], str]
    may_act: Callable[[Any], bool]
    rollback: Callable[[Settings, str, str, str], object]
    """Called with settings, version, who and why."""
    log_in: Callable[[Request], str] | None = None
    """Where a person without a login is sent."""
    hosts: Collection[str] = ()
    """Names of the server besides the one a request asks for."""
    settings: Callable[[], Settings] = read_settings
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def refuse(self, who: str, what: str, why: str) -> None:
        """Write a refused attempt down."""
        mark = re.search(r"findings/([0-9a-f]{12})\b", what)
        decisions.refused(
            self.settings(), who, what[:300], why, self.clock(), mark[1] if mark else ""
        )


def base(request: Request) -> str:
    """The path the desk is mounted at."""
    return str(request.scope.get("root_path", "")).rstrip("/")


def asked(request: Request) -> str:
    """Method and page that a request is about."""
    return f"{request.method} {request.url.path.removeprefix(base(request))}"


def page(
    house: House, request: Request, who: Any, draw: Callable[[Pages], str | None],
    status: int = 200,
) -> Response:  # fmt: skip
    """A page for a person, or the one that says there is no such."""
    session = request.cookies.get(SESSION) or secrets.token_urlsafe(24)
    settings, now, name = house.settings(), house.clock(), house.name_of(who)
    done = request.query_params.get("done", "")
    viewer = Viewer(
        name=name,
        may_act=house.may_act(who),
        token=lambda: forms.issue(settings, session, name, now),
        done=done if done in DONE else "",
    )
    try:
        html = draw(Pages(settings, now, Links(base(request)), viewer))
    except FilterInvalid as error:
        house.refuse(name, f"{asked(request)}?{request.url.query}", error.what)
        raise
    if html is None:
        return missing(house, request, who)
    answer = HTMLResponse(html, status)
    if SESSION not in request.cookies:
        answer.set_cookie(
            SESSION, session, path=base(request) or "/", httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip
    return answer


def missing(house: House, request: Request, who: Any) -> Response:
    """There is no such page; an odd name is written down as an attempt."""
    what = asked(request)
    if _ODD.search(what.partition(" ")[2]):
        house.refuse(house.name_of(who), what, "no page has such a name")
    title, told = "There is no such page", "It may have been retired since the link was made."
    return page(house, request, who, lambda pages: pages.problem(title, told), status=404)


def problem(request: Request, house: House, error: RivageError, kept: str = "") -> Response:
    """What went wrong, for a person, with what they had written."""
    status = error.status if isinstance(error, gate.RequestRefused) else 500
    status = next((number for kind, number in _STATUS if isinstance(error, kind)), status)
    title = "This can't be shown" if request.method == "GET" else "Nothing was done"
    pages = Pages(house.settings(), house.clock(), Links(base(request)))
    return HTMLResponse(pages.problem(title, error.what, error.do, kept), status)


def acted(
    house: House, request: Request, who: Any, act: Callable[[str], str], kept: str
) -> Response:
    """Do something in a person's name and go to the page that shows it."""
    name = house.name_of(who)
    try:
        return RedirectResponse(act(name), status_code=303)
    except RivageError as error:
        house.refuse(name, asked(request), error.what)
        return problem(request, house, error, kept)
