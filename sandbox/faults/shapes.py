"""How each service words a failure."""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from sandbox.bigquery.faults import failure as bigquery_failure
from sandbox.faults.plan import FaultRule
from sandbox.ga4.errors import google_error
from sandbox.matomo.errors import api_error
from sandbox.scopes import SHOP
from sandbox.state import Sandbox
from sandbox.tiktok_ads.envelope import TOKEN_WRONG, answer
from sandbox.tiktok_shop import envelope as shop_envelope

HTML_504 = (
    "<html><head><title>504 Gateway Time-out</title></head><body><center><h1>504 Gateway "
    "Time-out</h1></center></body></html>"
)
_TIKTOK_SERVER = {
    50000: "System error.",
    50002: "Error processing request.",
    51039: "Internal service error.",
    60001: "The service is under maintenance.",
}


def dialect(path: str) -> str:
    """Service a path belongs to."""
    if path.startswith("/open_api"):
        return "tiktok"
    if path.split("/", 2)[1] in SHOP or path.startswith("/api/v2/token"):
        return "tiktok_shop"
    if path.startswith("/bigquery"):
        return "bigquery"
    if path.startswith("/service"):
        return "ecb"
    if path.startswith("/matomo"):
        return "matomo"
    return "shopify" if path.startswith("/admin") else "ga4"


def failure(box: Sandbox, rule: FaultRule, path: str) -> Response | None:
    """The answer that replaces the real one; None when the real one is to be changed."""
    if rule.kind == "html_504":
        return HTMLResponse(HTML_504, status_code=rule.code or 504)
    if rule.kind == "no_body":
        return Response(status_code=rule.code or 200, headers={"Content-Type": "application/json"})
    if dialect(path) == "bigquery":
        return bigquery_failure(rule)
    if dialect(path) == "tiktok_shop" and rule.kind in shop_envelope.FAILURES:
        return shop_envelope.failure(box, rule.kind, rule.code, rule.message)
    if rule.kind == "rate_limit":
        return _rate_limit(box, rule, dialect(path))
    if rule.kind == "server_error":
        return _server_error(box, rule, dialect(path))
    if rule.kind == "bad_token":
        return _bad_token(box, rule, dialect(path))
    return None


def _rate_limit(box: Sandbox, rule: FaultRule, service: str) -> Response:
    if service == "tiktok":
        app = box.credentials.tiktok_app_id
        text = f"Due to too many requests, requests from App {app} are temporarily restricted."
        return answer(box, code=rule.code or 40100, message=rule.message or text)
    if service == "ga4":
        text = (
            "Exhausted property tokens for a project per hour. These quota tokens will return "
            "in under an hour."
        )
        return google_error(429, "RESOURCE_EXHAUSTED", rule.message or text)
    if service in ("ecb", "matomo"):
        return PlainTextResponse(rule.message or "Too many requests", status_code=429)
    return throttled(box, None)


def throttled(box: Sandbox, cost: dict[str, Any] | None) -> Response:
    """The shop's way: HTTP 200, no data."""
    cost = cost or {
        "requestedQueryCost": 1_002,
        "actualQueryCost": None,
        "throttleStatus": {
            "maximumAvailable": box.settings.shopify_bucket,
            "currentlyAvailable": 0,
            "restoreRate": box.settings.shopify_restore_rate,
        },
    }
    return JSONResponse(
        {
            "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": cost},
        }
    )


def _server_error(box: Sandbox, rule: FaultRule, service: str) -> Response:
    if service == "tiktok":
        code = rule.code or 50000
        return answer(box, code=code, message=rule.message or _TIKTOK_SERVER.get(code, "Error."))
    if service == "ga4":
        status = rule.code or 503
        word = "INTERNAL" if status == 500 else "UNAVAILABLE"
        return google_error(status, word, rule.message or "The service is currently unavailable.")
    if service == "ecb":
        return PlainTextResponse("Service unavailable", status_code=rule.code or 503)
    if service == "matomo":  # the web server's page, not the application's
        return HTMLResponse(HTML_504.replace("504 Gateway Time-out", "500 Internal Server Error"),
                            status_code=rule.code or 500)  # fmt: skip
    return JSONResponse({"errors": "Internal Server Error"}, status_code=rule.code or 500)


def _bad_token(box: Sandbox, rule: FaultRule, service: str) -> Response:
    if service == "tiktok":
        code = rule.code or TOKEN_WRONG[0]
        return answer(box, code=code, message=rule.message or TOKEN_WRONG[1])
    if service == "ga4":
        return google_error(
            401, "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
            "cookie or other valid authentication credential.",
            headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", '
                                         'error="invalid_token"'},
        )  # fmt: skip
    if service == "ecb":  # public, but a proxy in front may ask who calls
        return PlainTextResponse("Forbidden", status_code=403)
    if service == "matomo":
        site = box.credentials.matomo_site_id
        return api_error("You can't access this resource as it requires 'view' access for the "
                         f"website id = {site}.", 401)  # fmt: skip
    text = "[API] Invalid API key or access token (unrecognized login or wrong password)"
    return JSONResponse({"errors": text}, status_code=401)


def changed_body(rule: FaultRule, path: str, body: bytes) -> bytes:
    """The real answer, damaged: broken JSON, drifted schema or nothing inside."""
    if rule.kind == "bad_json":
        return body[: max(1, len(body) * 2 // 3)]
    if rule.kind == "empty" and dialect(path) == "ecb":
        return body.split(b"\n", 1)[0] + b"\n"  # the table's head alone
    try:
        value = json.loads(body)
    except ValueError:
        return body
    if rule.kind == "empty":
        value = _emptied(value, dialect(path))
    elif rule.kind == "schema_drift":
        value = drifted(value, rule)
    return json.dumps(value, ensure_ascii=False).encode()


def _emptied(value: Any, service: str) -> Any:
    if isinstance(value, list):
        return []
    if service == "tiktok_shop":
        return shop_envelope.emptied(value)
    if service == "tiktok" and isinstance(value.get("data"), dict):
        lists = ("list", "pixels", "videos", "comments", "campaigns", "posts", "metrics")
        value["data"] |= {key: [] for key in lists if key in value["data"]}
        if "has_more" in value["data"]:
            value["data"]["has_more"] = False
        if "page_info" in value["data"]:
            value["data"]["page_info"] |= {"total_number": 0, "total_page": 0}
    elif service == "bigquery":  # the token stays: rows are lost, and only their number tells
        for key in ("rows", "tables", "datasets"):
            value.pop(key, None)
    elif service == "ga4":
        for report in value.get("reports", [value]):
            report.pop("rows", None)
            report.pop("rowCount", None)
    elif service == "shopify" and isinstance(value.get("data"), dict):
        for connection in value["data"].values():
            if isinstance(connection, dict):
                connection |= {key: [] for key in ("edges", "nodes") if key in connection}
                if "pageInfo" in connection:
                    connection["pageInfo"] |= {"hasNextPage": False, "endCursor": None}
    return value


def drifted(value: Any, rule: FaultRule) -> Any:
    """The value with one field renamed, missing, new or of another type, wherever it occurs."""
    name = rule.field or "spend"
    if isinstance(value, list):
        return [drifted(one, rule) for one in value]
    if not isinstance(value, dict):
        return value
    here = name in value
    # Report headers of the analytics API hold the field as a value.
    if value.get("name") == name and rule.change == "renamed":
        value = value | {"name": f"{name}_v2"}
    changed = {key: drifted(one, rule) for key, one in value.items()}
    if not here:
        return changed
    if rule.change == "new":
        changed[f"{name}_extra"] = "1"
    elif rule.change == "type":
        old = changed[name]
        changed[name] = float(len(old)) if isinstance(old, str) else {"value": old}
    else:
        old = changed.pop(name)
        if rule.change == "renamed":
            changed[f"{name}_v2"] = old
    return changed
