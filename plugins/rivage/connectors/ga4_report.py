"""One report of the Data API: what is asked, its rows by name, what they are worth."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from rivage.connectors.answers import Answer
from rivage.errors import BadRequest, NotGranted, SchemaBroke
from rivage.streams._ga4_report import MONEY
from rivage.streams.model import Stream
from rivage.windows import Window

log = logging.getLogger("rivage.connectors")


@dataclass(frozen=True)
class Report:
    """Rows of one page; `row_count` counts all rows of the query."""

    records: list[dict[str, Any]]
    row_count: int
    metadata: dict[str, Any]
    quota: dict[str, Any]

    @property
    def collapsed(self) -> bool:
        """Whether some combinations were put together into an (other) row."""
        return bool(self.metadata.get("dataLossFromOtherRow"))


def fields(stream: Stream) -> dict[str, Any]:
    """Dimensions and metrics of a request, also what :checkCompatibility wants."""
    body: dict[str, Any] = {
        "dimensions": [{"name": name} for name in stream.options["dimensions"]],
        "metrics": [{"name": name} for name in stream.options["metrics"]],
    }
    if "dimension_filter" in stream.options:
        body["dimensionFilter"] = stream.options["dimension_filter"]
    return body


def request(stream: Stream, window: Window, limit: int) -> dict[str, Any]:
    """The body of a runReport, without its offset.

    One date range only: a second one adds a column that rows do not name.
    """
    return {
        **fields(stream),
        "dateRanges": [{"startDate": str(window.start), "endDate": str(window.end)}],
        # Ties of the default order move between pages: order by every dimension.
        "orderBys": [
            {"dimension": {"dimensionName": name}} for name in stream.options["dimensions"]
        ],
        "keepEmptyRows": False,
        "returnPropertyQuota": True,
        # Always said: the service's own default is 10,000 rows.
        "limit": limit,
    }


def read_report(answer: Answer) -> Report:
    """Name the values of every row; an absent `rows` or `rowCount` means none.

    Raises:
        SchemaBroke: the answer is no report, or a row has another width than the headers.
    """
    body = answer.json
    try:
        names = [
            str(header["name"])
            for headers in ("dimensionHeaders", "metricHeaders")
            for header in body.get(headers, [])
        ]
        records = [_record(names, row) for row in body.get("rows", [])]
        row_count = int(body.get("rowCount", 0))
    except (KeyError, TypeError, ValueError, AttributeError):
        names = []
    if not names:
        raise SchemaBroke("runReport answered without readable headers, rows or row count.")
    return Report(records, row_count, body.get("metadata") or {}, body.get("propertyQuota") or {})


def refuse_unsound(report: Report, stream: Stream, currency: str) -> None:
    """Stop on data that is wrong; log the quota left.

    Args:
        currency: the one that money must be in, "" when unknown.

    Raises:
        BadRequest: the report is sampled, or its money is in another currency.
        NotGranted: the role hides a metric, which then reads as zero.
    """
    metadata = report.metadata
    restricted = (metadata.get("schemaRestrictionResponse") or {}).get("activeMetricRestrictions")
    if restricted:
        names = ", ".join(str(row.get("metricName")) for row in restricted)
        kinds = {str(kind) for row in restricted for kind in row.get("restrictedMetricTypes") or ()}
        raise NotGranted(
            f"The service account's role hides {names}; they would read as zero.",
            do="Remove the restrictions on cost and revenue metrics from its role.",
            scope=", ".join(sorted(kinds)),
        )
    if metadata.get("samplingMetadatas"):
        raise BadRequest(
            "The property answered with sampled data.",
            do="Ask for fewer days at once, or fewer dimensions.",
        )
    if MONEY.intersection(stream.options["metrics"]):
        refuse_other_currency(metadata.get("currencyCode"), currency)
    if metadata.get("emptyReason"):
        log.info("report_empty stream=%s reason=%s", stream.name, metadata["emptyReason"])
    left = left_of(report.quota)
    if left:
        log.info("quota_left stream=%s %s", stream.name, " ".join(f"{k}={v}" for k, v in left))


def refuse_other_currency(sent: object, expected: str) -> None:
    """Raise BadRequest when money comes in another currency than it is reported in."""
    if sent and expected and sent != expected:
        raise BadRequest(
            f"The property's money is in {sent}, reports are in {expected}.",
            do="Set RIVAGE_REPORTING_CURRENCY to the property's currency, or change the "
            "property's currency under Admin > Property and pull again from that day on.",
        )


def doubts(report: Report) -> tuple[str, ...]:
    """What the service says about coarse data, one short sentence each."""
    found = []
    if report.collapsed:
        found.append("Some rows were collapsed into (other): totals hold, the breakdown does not.")
    if report.metadata.get("subjectToThresholding"):
        found.append("Rows with few users may be withheld (thresholding).")
    for reason in report.metadata.get("dataTruncationReasons") or ():
        kind = reason.get("dataTruncationType") if isinstance(reason, dict) else reason
        found.append(f"Some data is truncated: {kind}.")
    return tuple(found)


def left_of(quota: dict[str, Any]) -> list[tuple[str, int]]:
    """Name and remaining amount of every quota bucket."""
    return [
        (name, int(bucket.get("remaining") or 0))
        for name, bucket in quota.items()
        if isinstance(bucket, dict)
    ]


def _record(names: list[str], row: dict[str, Any]) -> dict[str, Any]:
    values = [cell.get("value", "") for cell in row.get("dimensionValues", [])]
    values += [cell.get("value", "") for cell in row.get("metricValues", [])]
    return dict(zip(names, values, strict=True))
