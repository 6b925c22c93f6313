"""The ECB connector: business days, what is not published yet, whole tables, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rivage.connectors.ecb import ACCOUNT, Ecb
from rivage.connectors.ecb_days import is_business_day, next_business_day
from rivage.connectors.http import HttpSession, Retries
from rivage.errors import BadRequest, RateLimited, ResponseTruncated, ServerFailed, SettingMissing
from rivage.settings import Ecb as EcbSettings
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.loopback import Call, Loopback, Reply

RATES = stream("ecb__exchange_rates")
HEAD = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,TITLE_COMPL\r\n"
Connect = Callable[..., Ecb]


def bank(last: date, only: tuple[str, ...] = ("CHF", "GBP", "USD")) -> Callable[[Call], Reply]:
    """Rates of all business days up to `last`."""

    def answer(call: Call) -> Reply:
        asked = call.path.rsplit("/", 1)[1].split(".")[1].split("+")
        first = date.fromisoformat(call.query["startPeriod"])
        end = min(date.fromisoformat(call.query["endPeriod"]), last)
        days = [first + timedelta(days=n) for n in range((end - first).days + 1)]
        rows = [
            f'EXR.D.{code}.EUR.SP00.A,D,{code},EUR,SP00,A,{day},1.25,"{code}, 2.15 pm"\r\n'
            for code in asked
            if code in only
            for day in days
            if is_business_day(day)
        ]
        if not rows:
            return Reply(b"No results found.", 404)
        return Reply((HEAD + "".join(rows)).encode(), headers={"Content-Type": "text/csv"})

    return answer


@pytest.fixture
def connect(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Connect:
    def build(answer: Callable[[Call], Reply], **own: Any) -> Ecb:
        server = serve(answer)
        settings = configure(ecb=EcbSettings(base_url=server.url, **own))
        session = HttpSession(settings, retries=Retries(attempts=2), sleep=slept.append)
        connector = Ecb(settings, session, now=lambda: datetime(2026, 10, 1, tzinfo=UTC))
        connector.server = server  # type: ignore[attr-defined]
        return connector

    return build


def page(connector: Ecb, first: str, last: str) -> Any:
    window = Window(date.fromisoformat(first), date.fromisoformat(last))
    (found,) = connector.pages(RATES, ACCOUNT, window)
    return found


def test_rates_come_for_business_days_of_the_window_only(connect: Connect) -> None:
    connector = connect(bank(date(2026, 12, 31)))
    found = page(connector, "2026-09-25", "2026-09-28")  # Friday to Monday
    assert [(r["CURRENCY"], r["TIME_PERIOD"]) for r in found.records] == [
        (code, day) for code in ("CHF", "GBP", "USD") for day in ("2026-09-25", "2026-09-28")
    ]
    assert found.records[0]["TITLE_COMPL"] == "CHF, 2.15 pm"
    assert found.served_to is None
    call = connector.server.calls[0]  # type: ignore[attr-defined]
    assert call.path == "/service/data/EXR/D.CHF+GBP+USD.EUR.SP00.A"
    assert call.query["format"] == "csvdata"


def test_a_weekend_alone_is_covered_without_rates(connect: Connect) -> None:
    found = page(connect(bank(date(2026, 9, 27))), "2026-09-26", "2026-09-27")
    assert (found.records, found.served_to) == ([], None)


def test_a_business_day_without_a_rate_is_not_published_yet(connect: Connect) -> None:
    found = page(connect(bank(date(2026, 9, 30))), "2026-09-29", "2026-10-01")
    assert found.served_to == date(2026, 9, 30)
    before_monday = page(connect(bank(date(2026, 9, 25))), "2026-09-28", "2026-09-28")
    assert (before_monday.records, before_monday.served_to) == ([], date(2026, 9, 27))


def test_holidays_are_not_waited_for(connect: Connect) -> None:
    found = page(connect(bank(date(2026, 4, 2))), "2026-04-02", "2026-04-06")  # Easter
    assert found.served_to is None
    assert next_business_day(date(2026, 4, 2)) == date(2026, 4, 7)
    assert next_business_day(date(2026, 4, 30)) == date(2026, 5, 4)
    assert next_business_day(date(2026, 12, 24)) == date(2026, 12, 28)
    assert next_business_day(date(2026, 12, 31)) == date(2027, 1, 4)


def test_a_currency_without_rates_is_named(connect: Connect) -> None:
    answer = bank(date(2026, 12, 31), only=("USD",))
    with pytest.raises(BadRequest, match="no rate for XYZ") as caught:
        page(connect(answer, currencies=("USD", "XYZ")), "2026-09-28", "2026-09-28")
    assert "RIVAGE_ECB_CURRENCIES" in caught.value.do
    with pytest.raises(BadRequest, match="No results found"):
        page(connect(answer, currencies=("XYZ",)), "2026-09-28", "2026-09-28")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(b"slow down", 429), RateLimited),
        (Reply(b"<html>", 503), ServerFailed),
        (Reply(b"<html>hello</html>\n"), ResponseTruncated),
        (Reply(HEAD.encode()), ResponseTruncated),
        (Reply((HEAD + "EXR.D.USD,D,USD\r\n").encode()), ResponseTruncated),
        (Reply((HEAD + "k,D,USD,EUR,SP00,A,2026-09-28,1.2").encode()), ResponseTruncated),
        (Reply((HEAD + 'k,D,USD,EUR,SP00,A,2026-09-28,1.2,"x\r\n').encode()), ResponseTruncated),
        (Reply(b"bad key", 400), BadRequest),
    ],
)
def test_each_failure_has_its_name(
    connect: Connect, reply: Reply, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as caught:
        page(connect(lambda call: reply), "2026-09-28", "2026-09-28")
    assert type(caught.value) is expected


def test_no_currency_is_a_missing_setting(configure: Callable[..., Any]) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_ECB_CURRENCIES"):
        Ecb(configure(ecb=EcbSettings(currencies=("EUR",))))
