"""Routes of the BigQuery API that a reader needs; whatever writes or queries is refused."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from sandbox.bigquery.catalogue import Catalogue
from sandbox.bigquery.errors import NO_LOGIN, BigQueryRefusal, bigquery_error, denied
from sandbox.bigquery.reader import rows_page
from sandbox.credentials import PROJECT
from sandbox.ga4.token import BIGQUERY, Tokens
from sandbox.state import Sandbox

PREFIX = "/bigquery/v2"
JSON = "application/json; charset=UTF-8"
_NO_JOBS = (
    f"Access Denied: Project {PROJECT}: User does not have bigquery.jobs.create permission in "
    f"project {PROJECT}."
)
_WRITING = ("POST", "PUT", "PATCH", "DELETE")


def bigquery_router(box: Sandbox, tokens: Tokens) -> APIRouter:
    """All routes of the warehouse."""
    router = APIRouter(prefix=PREFIX)
    catalogue = Catalogue(box)

    def answered(request: Request, work: Callable[[], dict[str, Any] | str]) -> Response:
        try:
            _authenticate(box, tokens, request)
            return _sent(request, work())
        except BigQueryRefusal as refusal:
            return refusal.response()

    @router.get("/projects/{project}/datasets", response_model=None)
    def datasets(project: str, request: Request) -> Response:
        return answered(request, lambda: catalogue.datasets_page(project))

    @router.get("/projects/{project}/datasets/{dataset}", response_model=None)
    def one_dataset(project: str, dataset: str, request: Request) -> Response:
        return answered(request, lambda: catalogue.dataset_described(project, dataset))

    @router.get("/projects/{project}/datasets/{dataset}/tables", response_model=None)
    def tables(project: str, dataset: str, request: Request) -> Response:
        return answered(request, lambda: catalogue.tables_page(
            catalogue.dataset(project, dataset), request.query_params))  # fmt: skip

    table_path = "/projects/{project}/datasets/{dataset}/tables/{table}"

    @router.get(table_path, response_model=None)
    def one_table(project: str, dataset: str, table: str, request: Request) -> Response:
        def work() -> dict[str, Any]:
            found = catalogue.table(project, dataset, table, "bigquery.tables.get")
            return catalogue.described(found, request.query_params.get("view", ""))

        return answered(request, work)

    @router.get(f"{table_path}/data", response_model=None)
    def rows(project: str, dataset: str, table: str, request: Request) -> Response:
        def work() -> str:
            found = catalogue.table(project, dataset, table, "bigquery.tables.getData")
            return rows_page(catalogue, found, request.query_params, box.settings)

        return answered(request, work)

    @router.get(f"{table_path}/rowAccessPolicies", response_model=None)
    def policies(project: str, dataset: str, table: str, request: Request) -> Response:
        def work() -> dict[str, Any]:
            found = catalogue.table(project, dataset, table, "bigquery.tables.get")
            raise denied("Table", found.name, "bigquery.rowAccessPolicies.list")

        return answered(request, work)

    @router.api_route("/projects/{project}/{rest:path}", methods=[*_WRITING, "GET"],
                      response_model=None)  # fmt: skip
    def refused(project: str, rest: str, request: Request) -> Response:
        """The account may read tables and nothing else."""

        def work() -> dict[str, Any]:
            catalogue.project(project)
            kind = rest.split("/")[0]
            if kind in ("queries", "jobs"):
                raise BigQueryRefusal(403, _NO_JOBS)
            if request.method in _WRITING:
                raise denied("Dataset", f"{PROJECT}:{rest}", "bigquery.tables.update")
            raise BigQueryRefusal(404, f"Not found: {rest}")

        return answered(request, work)

    return router


def _authenticate(box: Sandbox, tokens: Tokens, request: Request) -> None:
    header = request.headers.get("authorization", "")
    kind, _, token = header.partition(" ")
    if not header and box.settings.bigquery_anonymous:
        return
    if kind.lower() != "bearer" or not tokens.valid(token.strip()):
        raise BigQueryRefusal(401, NO_LOGIN)
    if not tokens.opens(token.strip(), BIGQUERY):
        raise BigQueryRefusal(403, "Request had insufficient authentication scopes.",
                              "insufficientPermissions")  # fmt: skip


def _sent(request: Request, found: dict[str, Any] | str) -> Response:
    """The answer, or what the caller's ETag makes of it."""
    etag = found.get("etag", "") if isinstance(found, dict) else ""
    if etag and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    wanted = request.headers.get("if-match")
    if etag and wanted not in (None, "*", etag):
        return bigquery_error(412, "Precondition Failed")
    text = found if isinstance(found, str) else json.dumps(found)
    headers = {"Content-Type": JSON, "Vary": "Accept-Encoding"} | ({"ETag": etag} if etag else {})
    body = text.encode()
    if "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = gzip.compress(body, 1, mtime=0), "gzip"
    return Response(body, headers=headers)
