"""Where a rate is missing, the build says which currency on which day."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import jinja2
import pytest

from tests.conftest import REPO

MACRO = REPO / "dbt_project" / "macros" / "rate_or_stop.sql"


def rates(*rows: str) -> list[tuple[Decimal]]:
    settings = {"reporting_currency": "EUR"}
    plain = jinja2.Environment(autoescape=False)  # noqa: S701 - this is SQL
    macro = plain.from_string(MACRO.read_text(), {"var": settings.__getitem__})
    rate = macro.module.rate_or_stop("currency", "day", "rate")  # type: ignore[attr-defined]
    query = f"select {rate} from (values {', '.join(rows)}) as money (currency, day, rate)"
    return duckdb.connect().execute(query).fetchall()


def test_the_reporting_currency_needs_no_rate() -> None:
    assert rates("('EUR', date '2026-09-20', null::decimal(18, 8))") == [(Decimal(1),)]
    both = rates("('EUR', date '2026-09-20', null)", "('CHF', date '2026-09-20', 1.06)")
    assert both == [(Decimal(1),), (Decimal("1.06"),)]


def test_a_missing_rate_stops_with_currency_day_and_remedy() -> None:
    with pytest.raises(duckdb.Error) as caught:
        rates("('CHF', date '2026-09-21', 1.06)", "('USD', date '2026-09-20', null)")
    assert "No exchange rate from USD to EUR on 2026-09-20" in str(caught.value)
    assert "ecb__exchange_rates from 2026-09-13" in str(caught.value)
