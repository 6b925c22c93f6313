"""The central bank: business days only, out at 16:00, one walk per world."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

from fastapi.testclient import TestClient

from sandbox.ecb.calendar import is_business_day
from sandbox.ecb.rates import LEVELS, rates
from sandbox.state import Sandbox

PATH = "/service/data/EXR/D.USD+GBP+CHF.EUR.SP00.A"


def table(client: TestClient, path: str = PATH, **params: str) -> list[dict[str, str]]:
    answer = client.get(path, params={"format": "csvdata", **params})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.sdmx.data+csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_rows_come_for_business_days_only(client: TestClient, box: Sandbox) -> None:
    rows = table(client, startPeriod="2026-09-17", endPeriod="2026-09-22")
    assert {row["TIME_PERIOD"] for row in rows} == {
        "2026-09-17", "2026-09-18", "2026-09-21", "2026-09-22"
    }  # fmt: skip
    assert {row["CURRENCY"] for row in rows} == {"CHF", "GBP", "USD"}
    first = rows[0]
    assert first["KEY"] == "EXR.D.CHF.EUR.SP00.A"
    assert (first["OBS_STATUS"], first["UNIT_MULT"], first["CURRENCY_DENOM"]) == ("A", "0", "EUR")


def test_a_rate_is_unseen_before_four_in_the_afternoon(client: TestClient, box: Sandbox) -> None:
    def newest() -> str:
        return max(row["TIME_PERIOD"] for row in table(client, lastNObservations="1"))

    box.clock.set(datetime(2026, 9, 24, 13, 59, tzinfo=UTC))  # 15:59 in Frankfurt
    assert newest() == "2026-09-23"
    box.clock.set(datetime(2026, 9, 24, 14, 0, tzinfo=UTC))
    assert newest() == "2026-09-24"
    box.clock.set(datetime(2026, 9, 27, 20, 0, tzinfo=UTC))  # a Sunday
    assert newest() == "2026-09-25"


def test_nothing_matching_is_a_404(client: TestClient) -> None:
    for path, period in (
        (PATH, "2026-09-19"), (PATH.replace("USD+GBP+CHF", "XYZ"), "2026-09-18"),
        (PATH.replace("D.", "M."), "2026-09-18"), (PATH, "2026-09-25"),
    ):  # fmt: skip
        params = {"format": "csvdata", "startPeriod": period, "endPeriod": period}
        answer = client.get(path, params=params)
        assert (answer.status_code, answer.text) == (404, "No results found.")
    assert client.get("/service/data/EXR/D.USD", params={"format": "csvdata"}).status_code == 400


def test_holidays_of_the_calendar() -> None:
    closed = ("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25", "2027-03-26")
    assert not any(is_business_day(date.fromisoformat(day)) for day in closed)
    assert is_business_day(date(2026, 5, 14))  # Ascension is no TARGET holiday
    assert is_business_day(date(2026, 12, 24))


def test_rates_are_the_same_walk_whatever_is_asked() -> None:
    year = rates(7, "USD", date(2026, 1, 1), date(2026, 12, 31))
    assert rates(7, "USD", date(2026, 3, 2), date(2026, 3, 6)) == {
        day: rate for day, rate in year.items() if date(2026, 3, 2) <= day <= date(2026, 3, 6)
    }
    assert rates(8, "USD", date(2026, 3, 2), date(2026, 3, 6)) != rates(
        7, "USD", date(2026, 3, 2), date(2026, 3, 6)
    )
    level = LEVELS["USD"][0]
    assert all(0.8 * level < rate < 1.25 * level for rate in year.values())
    assert len(set(year.values())) > 150


def test_faults_speak_the_bank_s_dialect(client: TestClient, box: Sandbox) -> None:
    limited = {"match": "/service/*", "kind": "rate_limit", "times": 1}
    failing = {"match": "/service/*", "kind": "server_error"}
    client.put("/_sandbox/faults", json=[limited, failing])
    assert client.get(PATH, params={"format": "csvdata"}).status_code == 429
    assert client.get(PATH, params={"format": "csvdata"}).status_code == 503
