"""The running desk: pages for whoever is logged in, actions for those who may act.

Who that is, is told by whatever the desk is mounted in; nothing in a request can claim it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from rivage.desk import acts, forms, gate
from rivage.desk.answers import SESSION, House, acted, asked, base, missing, page, problem
from rivage.desk.links import Links
from rivage.desk.pages import ASSETS, HERE, Pages
from rivage.errors import RivageError

if TYPE_CHECKING:
    from starlette.middleware.base import RequestResponseEndpoint

FINGERPRINT = re.compile(r"[0-9a-f]{12}")


def make_app(house: House) -> FastAPI:
    """The desk as an application to be mounted; every route needs a logged-in user."""
    app = FastAPI(
        title="Rivage desk", docs_url=None, redoc_url=None, openapi_url=None,
        dependencies=[Depends(house.current_user)], redirect_slashes=False,
    )  # fmt: skip
    user = Depends(house.current_user)
    _add_lists(app, house, user)
    _add_single_pages(app, house, user)
    _add_actions(app, house, user)

    @app.api_route("/{rest:path}", methods=["GET", "POST"])
    def nothing_here(request: Request, who: Any = user) -> Response:
        return missing(house, request, who)

    @app.middleware("http")
    async def guard(request: Request, call_next: RequestResponseEndpoint) -> Response:
        answer = await call_next(request)
        answer.headers.update(gate.HEADERS)
        return answer

    @app.exception_handler(RivageError)
    def told(request: Request, error: RivageError) -> Response:
        return problem(request, house, error)

    @app.exception_handler(HTTPException)
    def turned_away(request: Request, error: HTTPException) -> Response:
        wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if error.status_code == 401 and wants_page and house.log_in:
            return RedirectResponse(house.log_in(request), status_code=303)
        return Response(str(error.detail), error.status_code, error.headers, "text/plain")

    return app


def _add_lists(app: FastAPI, house: House, user: Any) -> None:
    @app.get("/")
    def today(request: Request, who: Any = user) -> Response:
        return page(house, request, who, Pages.today)

    @app.get("/marts")
    def marts(request: Request, who: Any = user) -> Response:
        return page(house, request, who, lambda pages: pages.tables(request.query_params))

    @app.get("/incidents")
    def incidents(request: Request, who: Any = user) -> Response:
        return page(house, request, who, lambda pages: pages.incidents(request.query_params))

    @app.get("/waivers")
    def waivers(request: Request, who: Any = user) -> Response:
        return page(house, request, who, Pages.waivers)

    @app.get("/versions")
    def versions(request: Request, who: Any = user) -> Response:
        return page(house, request, who, Pages.versions)

    @app.get("/coverage")
    def coverage(request: Request, who: Any = user) -> Response:
        return page(house, request, who, lambda pages: pages.coverage(request.query_params))

    @app.get("/runbooks")
    def runbooks(request: Request, who: Any = user) -> Response:
        return page(house, request, who, Pages.runbooks)


def _add_single_pages(app: FastAPI, house: House, user: Any) -> None:
    @app.get("/findings/{fingerprint}")
    def finding(request: Request, fingerprint: str, who: Any = user) -> Response:
        return page(house, request, who, lambda pages: pages.finding(fingerprint))

    @app.get("/versions/{version}")
    def version(request: Request, version: str, who: Any = user) -> Response:
        return page(house, request, who, lambda pages: pages.version(version))

    @app.get("/runbooks/{name}")
    def runbook(request: Request, name: str, who: Any = user) -> Response:
        return page(house, request, who, lambda pages: pages.runbook(name))

    @app.get("/assets/{name}")
    def asset(request: Request, name: str, who: Any = user) -> Response:
        if name not in ASSETS:
            return missing(house, request, who)
        return Response((HERE / "assets" / name).read_bytes(), media_type=ASSETS[name])


def _add_actions(app: FastAPI, house: House, user: Any) -> None:
    async def sent(request: Request, who: Any = user) -> dict[str, str]:
        """The form's fields, once everything about the request is in order."""
        name = house.name_of(who)
        try:
            gate.check_origin(request, house.hosts)
            if not house.may_act(who):
                raise gate.RequestRefused(
                    "You may look, not act.", status=403, do="Ask somebody who is an operator."
                )
            fields = await gate.fields_of(request)
            session = request.cookies.get(SESSION, "")
            forms.spend(house.settings(), fields.get("token", ""), session, name, house.clock())
        except RivageError as error:
            house.refuse(name, asked(request), error.what)
            raise
        return fields

    form = Depends(sent)

    @app.post("/findings/{fingerprint}/{decision}")
    def decide(
        request: Request, fingerprint: str, decision: str, who: Any = user,
        fields: dict[str, str] = form,
    ) -> Response:  # fmt: skip
        def act(name: str) -> str:
            if not FINGERPRINT.fullmatch(fingerprint):
                raise gate.RequestRefused("There is no such finding.", status=404)
            acts.decide(house.settings(), decision, fingerprint, fields, name, house.clock())
            return f"{Links(base(request)).finding(fingerprint)}?done={decision}"

        return acted(house, request, who, act, fields.get("why", ""))

    @app.post("/versions/{version}/rollback")
    def rollback(
        request: Request, version: str, who: Any = user, fields: dict[str, str] = form
    ) -> Response:
        def act(name: str) -> str:
            acts.roll_back(house.settings(), version, fields, name, house.rollback)
            return f"{Links(base(request)).version(version)}?done=rollback"

        return acted(house, request, who, act, fields.get("why", ""))
