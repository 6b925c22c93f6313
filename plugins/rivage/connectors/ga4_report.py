"""Reads one runReport answer: rows by name, and the flags that say what they are worth."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from rivage.connectors.answers import Answer
from rivage.errors import BadRequest, SchemaBroke, ScopeMissing

log = logging.getLogger("rivage.connectors")


@dataclass(frozen=True)
class Report:
    """Rows of one page; `row_count` counts all rows of the query."""

    records: list[dict[str, Any]]
    row_count: int
    metadata: dict[str, Any]
    quota: dict[str, Any]


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


def refuse_unsound(report: Report, stream: str) -> None:
    """Stop on data that is wrong, warn about data that is coarse, log the quota left.

    Raises:
        BadRequest: the report is sampled.
        ScopeMissing: the role hides a metric, which then reads as zero.
    """
    metadata = report.metadata
    restricted = (metadata.get("schemaRestrictionResponse") or {}).get("activeMetricRestrictions")
    if restricted:
        names = ", ".join(str(row.get("metricName")) for row in restricted)
        raise ScopeMissing(
            f"The service account's role hides {names}; they would read as zero.",
            do="Remove the restrictions on cost and revenue metrics from its role.",
        )
    if metadata.get("samplingMetadatas"):
        raise BadRequest(
            "The property answered with sampled data.",
            do="Ask for fewer days at once, or fewer dimensions.",
        )
    for flag in ("dataLossFromOtherRow", "subjectToThresholding", "dataTruncationReasons"):
        if metadata.get(flag):
            log.warning("report_flag stream=%s flag=%s value=%s", stream, flag, metadata[flag])
    left = {
        name: bucket.get("remaining")
        for name, bucket in report.quota.items()
        if isinstance(bucket, dict)
    }
    if left:
        log.info("quota_left stream=%s %s", stream, " ".join(f"{k}={v}" for k, v in left.items()))


def _record(names: list[str], row: dict[str, Any]) -> dict[str, Any]:
    values = [cell.get("value", "") for cell in row.get("dimensionValues", [])]
    values += [cell.get("value", "") for cell in row.get("metricValues", [])]
    return dict(zip(names, values, strict=True))
