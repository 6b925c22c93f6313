"""A token endpoint and runReport, as far as the connector's habits need them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from rivage.connectors.base import Account
from rivage.connectors.ga4 import Ga4
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.loopback import Call, Reply

TRAFFIC = stream("ga4__traffic_daily")
PROPERTY = Account("123", "123", "Europe/Paris", "EUR")
WINDOW = Window(date(2026, 11, 1), date(2026, 11, 3))
Connect = Callable[..., Ga4]


class FakeGa4:
    """Token endpoint and runReport over `rows`; `report` may change the answer."""

    def __init__(
        self, rows: int = 3, report: Any = None, token: Any = None, compatible: bool = True
    ) -> None:
        self.rows = rows
        self.compatible = compatible
        self.report = report
        self.token = token
        self.tokens = 0
        self.valid = ""

    def __call__(self, call: Call) -> Reply:
        if call.path == "/token":
            self.tokens += 1
            self.valid = f"ya29.token-{self.tokens}"
            good = {"access_token": self.valid, "expires_in": "3599", "token_type": "Bearer"}
            return self.token or Reply(good)
        if call.path == "/v1beta/properties/123:checkCompatibility":
            word = "COMPATIBLE" if self.compatible else "INCOMPATIBLE"
            row = {"metricMetadata": {"apiName": "sessions"}, "compatibility": word}
            return Reply({"metricCompatibilities": [row]})
        if call.path != "/v1beta/properties/123:runReport":
            return Reply(b"<html>404</html>", 404)
        if call.headers.get("Authorization") != f"Bearer {self.valid}":
            return Reply({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, 401)
        if isinstance(self.report, Reply):
            return self.report
        return Reply(self._answer(call.json))

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        names = {k: [each["name"] for each in asked.get(k, [])] for k in ("dimensions", "metrics")}
        start = asked.get("offset", 0)
        rows = [
            {
                "dimensionValues": [{"value": f"{i}"} for _ in names["dimensions"]],
                "metricValues": [{"value": "1.5"} for _ in names["metrics"]],
            }
            for i in range(start, min(self.rows, start + asked["limit"]))
        ]
        body: dict[str, Any] = {
            "dimensionHeaders": [{"name": name} for name in names["dimensions"]],
            "metricHeaders": [{"name": n, "type": "TYPE_FLOAT"} for n in names["metrics"]],
            "metadata": {"timeZone": "Europe/Paris", "currencyCode": "EUR"},
            "propertyQuota": {"tokensPerDay": {"consumed": 2, "remaining": 9}},
        }
        if self.rows:  # the service leaves both out when there is nothing
            body |= {"rows": rows, "rowCount": self.rows}
        return {**body, **(self.report or {})}


def read(connector: Ga4) -> list[dict[str, Any]]:
    pages = connector.pages(TRAFFIC, PROPERTY, WINDOW)
    return [record for page in pages for record in page.records]


def error(status: int, name: str, message: str, **more: Any) -> Reply:
    return Reply({"error": {"code": status, "status": name, "message": message, **more}}, status)
