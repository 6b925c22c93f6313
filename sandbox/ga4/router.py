"""Routes of the Data API and of the token endpoint."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from sandbox.ga4.errors import GoogleRefusal, google_error, invalid, not_found
from sandbox.ga4.fields import DIMENSIONS, EVENT_NAME, METRIC_TYPES
from sandbox.ga4.quota import Quota
from sandbox.ga4.report import run_report
from sandbox.ga4.request_body import canonical, incompatible, read
from sandbox.ga4.token import ANALYTICS, TokenRefused, Tokens
from sandbox.state import Sandbox

REALM = 'Bearer realm="https://accounts.google.com/"'
LOGIN = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)
MISSING = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login "
    "cookie or other valid authentication credential."
)


class Api:
    """The calls, without HTTP."""

    def __init__(self, box: Sandbox, tokens: Tokens) -> None:
        self.box, self.tokens, self.quota = box, tokens, Quota()

    def authenticate(self, header: str | None) -> None:
        """Checked before the body is looked at."""
        if not header:
            detail = {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "CREDENTIALS_MISSING",
                "domain": "googleapis.com",
            }
            raise GoogleRefusal(401, "UNAUTHENTICATED", MISSING, [detail],
                                {"WWW-Authenticate": REALM})  # fmt: skip
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not self.tokens.valid(token.strip()):
            expired = {"WWW-Authenticate": f'{REALM}, error="invalid_token"'}
            raise GoogleRefusal(401, "UNAUTHENTICATED", LOGIN, None, expired)
        if not self.tokens.opens(token.strip(), ANALYTICS):
            raise GoogleRefusal(403, "PERMISSION_DENIED",
                                "Request had insufficient authentication scopes.")  # fmt: skip

    def check_property(self, property_id: str) -> None:
        """Only the one property is open to the service account."""
        if not property_id.isdigit():
            raise invalid(
                f"Invalid property ID: {property_id}. A numeric Property ID is required. To learn "
                "more about Property ID, see https://developers.google.com/analytics."
            )
        if property_id != self.box.credentials.ga4_property_id:
            raise GoogleRefusal(
                403, "PERMISSION_DENIED",
                "User does not have sufficient permissions for this property. To learn more about "
                "Property ID, see https://developers.google.com/analytics.",
            )  # fmt: skip

    def report(self, body: dict[str, Any]) -> dict[str, Any]:
        """One report, paid with tokens."""
        zone = self.box.settings.ga4_time_zone
        query = read(body, self.box.clock.today(zone), self.box.settings.ga4_max_limit)
        self.quota.check(self.box)
        response = run_report(self.box, query)
        days = sum((last - first).days + 1 for first, last, _ in query.ranges)
        fields = len(query.dimensions) + len(query.metrics)
        quota = self.quota.spend(self.box, fields, days, response.get("rowCount", 0))
        if body.get("returnPropertyQuota"):
            kind = response.pop("kind")
            response |= {"propertyQuota": quota, "kind": kind}
        return response

    def batch(self, body: dict[str, Any], property_id: str) -> dict[str, Any]:
        """One to five reports in order."""
        if set(body) - {"requests"}:
            raise invalid(f'Invalid JSON payload received. Unknown name "{min(set(body))}": '
                          "Cannot find field.")  # fmt: skip
        requests = body.get("requests", [])
        if not 1 <= len(requests) <= 5:
            raise invalid(f"Batch requests are limited to 5 requests, found {len(requests)}.")
        for one in requests:
            if one.get("property", "") not in ("", f"properties/{property_id}"):
                raise invalid("All requests in a batch must be for the same property.")
        return {
            "reports": [self.report(one) for one in requests],
            "kind": "analyticsData#batchRunReports",
        }

    def compatibility(self, body: dict[str, Any]) -> dict[str, Any]:
        """Which of the asked names fit together."""
        unknown = set(body) - {"dimensions", "metrics", "dimensionFilter", "metricFilter",
                               "compatibilityFilter"}  # fmt: skip
        if unknown:
            raise invalid(f'Invalid JSON payload received. Unknown name "{min(unknown)}": '
                          "Cannot find field.")  # fmt: skip
        dimensions = [one.get("name", "") for one in body.get("dimensions", [])]
        metrics = [one.get("name", "") for one in body.get("metrics", [])]
        for name in dimensions:
            if canonical(name) not in DIMENSIONS and name != EVENT_NAME:
                raise invalid(f"Field {name} is not a valid dimension.")
        for name in metrics:
            if canonical(name) not in METRIC_TYPES:
                raise invalid(f"Field {name} is not a valid metric.")
        bad = incompatible(dimensions, metrics)
        self.quota.check(self.box)
        self.quota.spend(self.box, 1, 0, 0)
        return {
            f"{kind}Compatibilities": [
                {f"{kind}Metadata": {"apiName": name, "uiName": name},
                 "compatibility": "INCOMPATIBLE" if name in bad else "COMPATIBLE"}
                for name in names
            ]
            for kind, names in (("dimension", dimensions), ("metric", metrics))
        }  # fmt: skip

    def metadata(self, property_id: str) -> dict[str, Any]:
        """All valid names."""
        return {
            "name": f"properties/{property_id}/metadata",
            "dimensions": [
                {"apiName": name, "uiName": name, "description": "", "category": "General"}
                for name in [*DIMENSIONS, EVENT_NAME]
            ],
            "metrics": [
                {"apiName": name, "uiName": name, "description": "", "type": kind,
                 "category": "General"}
                for name, kind in METRIC_TYPES.items()
            ],
        }  # fmt: skip


def ga4_router(box: Sandbox, tokens: Tokens) -> APIRouter:
    """All routes of the analytics service."""
    router = APIRouter()
    api = Api(box, tokens)

    @router.post("/token", response_model=None)
    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        try:
            return JSONResponse(tokens.exchange(form))
        except TokenRefused as refused:
            return JSONResponse(refused.body, status_code=400)

    @router.post("/v1beta/properties/{target}", response_model=None)
    async def call(target: str, request: Request) -> Response:
        property_id, _, verb = target.partition(":")
        if verb not in ("runReport", "batchRunReports", "checkCompatibility"):
            return not_found()
        raw = await request.body()

        def work() -> dict[str, Any]:
            api.authenticate(request.headers.get("authorization"))
            try:
                body = json.loads(raw or b"{}")
            except ValueError:
                raise invalid("Invalid JSON payload received. Unexpected token.") from None
            if not isinstance(body, dict):
                raise invalid("Invalid JSON payload received. Root must be an object.")
            api.check_property(property_id)
            with api.quota.slot(box):
                if verb == "runReport":
                    return api.report(body)
                if verb == "batchRunReports":
                    return api.batch(body, property_id)
                return api.compatibility(body)

        return await run_in_threadpool(_answered, work)

    @router.get("/v1beta/properties/{property_id}/metadata", response_model=None)
    def metadata(property_id: str, request: Request) -> Response:
        def work() -> dict[str, Any]:
            api.authenticate(request.headers.get("authorization"))
            if property_id != "0":
                api.check_property(property_id)
            return api.metadata(property_id)

        return _answered(work)

    return router


def _answered(work: Any) -> Response:
    try:
        return JSONResponse(work())
    except GoogleRefusal as refusal:
        return google_error(refusal.code, refusal.status, refusal.message, refusal.details,
                            refusal.headers)  # fmt: skip
