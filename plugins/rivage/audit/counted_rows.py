"""Great Expectations' rule in SQL, run once instead of twice.

Its own fetches the rows and counts them in a second run of the same query; a sound candidate has
none, and of a broken one `evidence` asks for five. Imported only while an audit runs.
"""

from __future__ import annotations

from typing import Any, ClassVar

from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)

COUNT = "unexpected_rows_query.row_count"


class CountedRowsExpectation(UnexpectedRowsExpectation):  # type: ignore[misc]
    """Holds when the query finds no row; `observed_value` is how many it finds."""

    metric_dependencies: ClassVar[tuple[str, ...]] = (COUNT,)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,  # noqa: ARG002 - as it is called
        execution_engine: Any = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        return {"success": metrics[COUNT] == 0, "result": {"observed_value": metrics[COUNT]}}
