"""How the warehouse words a failure (contract: bigquery.md 3)."""

from __future__ import annotations

from fastapi.responses import Response

from sandbox.bigquery.errors import NO_LOGIN, bigquery_error
from sandbox.bigquery.tables import PROJECT_NUMBER
from sandbox.faults.plan import FaultRule

_QUOTA = (
    f"Your project:{PROJECT_NUMBER} exceeded quota for tabledata.list bytes per second per project"
)
_MESSAGES = {
    "rateLimitExceeded": f"Exceeded rate limits: {_QUOTA}",
    "quotaExceeded": f"Quota exceeded: {_QUOTA}",
    "responseTooLarge": "Response too large to return.",
    "accessNotConfigured": "BigQuery API has not been used in the project or is disabled.",
    "billingNotEnabled": "Billing has not been enabled for this project.",
    "tableUnavailable": "The table is not available at the moment.",
}


def failure(rule: FaultRule) -> Response | None:
    """The answer that replaces the real one; None when the real one is to be changed.

    Every row of the contract is a status and a reason: `code` and `reason` of the rule.
    """
    status, reason, message = {
        "rate_limit": (403, "rateLimitExceeded", "Too many requests."),
        "server_error": (503, None, "The service is currently unavailable."),
        "bad_token": (401, None, NO_LOGIN),
    }.get(rule.kind, (0, None, ""))
    if not status:
        return None
    reason = reason if rule.reason is None else rule.reason
    text = rule.message or _MESSAGES.get(reason or "", message)
    headers = {} if rule.retry_after is None else {"Retry-After": str(rule.retry_after)}
    return bigquery_error(rule.code or status, text, reason, headers)
