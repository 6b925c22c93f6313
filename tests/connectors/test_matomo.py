"""The Matomo connector: token in the body, one day per call, no visit lost between pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from rivage.connectors.base import Account, Page
from rivage.connectors.http import HttpSession
from rivage.connectors.matomo import RETRIES, Matomo
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    RateLimited,
    RequestTimedOut,
    ResponseTruncated,
    RivageError,
    SchemaBroke,
    ServerFailed,
    SettingMissing,
    TokenExpired,
    WindowInFuture,
)
from rivage.landing import writer
from rivage.landing.store import Store
from rivage.settings import Matomo as MatomoSettings
from rivage.streams import stream
from rivage.windows import Window
from tests.connectors.loopback import Call, Loopback, Reply
from tests.simulated import SALT

VISITS = stream("matomo__visits")
SITE = Account("1", "Shop", "Europe/Paris", "EUR")
DAY = Window(date(2026, 11, 1), date(2026, 11, 1))
TOKEN = "0123456789abcdef0123456789abcdef"
Form = dict[str, str]
Connect = Callable[..., Matomo]


def visit(number: int, last: int = 0, **more: Any) -> dict[str, Any]:
    noon = int(datetime(2026, 11, 1, 11, tzinfo=UTC).timestamp())
    return {
        "idSite": 1, "idVisit": number, "firstActionTimestamp": noon,
        "lastActionTimestamp": noon + last, "actionDetails": [],
    } | more  # fmt: skip


class FakeMatomo:
    """Serves `days` (ISO date -> visits) in pages; `before` may change things per list call."""

    def __init__(self, days: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self.days = days or {}
        self.lists: list[Form] = []
        self.reply: Reply | None = None
        self.before: Callable[[Form], Reply | None] = lambda form: None

    def __call__(self, call: Call) -> Reply:
        assert call.method == "POST" or not call.body
        assert not call.query
        form = dict(parse_qsl(call.body.decode()))
        if call.method == "GET":
            return Reply({})
        assert form["token_auth"] == TOKEN
        if form["method"] == "API.getMatomoVersion":
            return Reply({"value": "5.2.0"})
        if form["method"] == "SitesManager.getSitesWithAtLeastViewAccess":
            return Reply([{"idsite": "1"}])
        if form["method"] == "SitesManager.getSiteFromId":
            return Reply([{"idsite": "1", "name": "Shop", "timezone": "Europe/Paris",
                           "currency": "EUR"}])  # fmt: skip
        self.lists.append(form)
        changed = self.reply or self.before(form)
        if changed:
            return changed
        start, rows = int(form["filter_offset"]), int(form["filter_limit"])
        return Reply(self.days.get(form["date"], [])[start : start + rows])


@pytest.fixture
def connect(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Connect:
    def build(fake: Callable[[Call], Reply], **own: Any) -> Matomo:
        server = serve(fake)
        given = {"base_url": server.url, "token_auth": TOKEN, "site_ids": "1"} | own
        settings = configure(matomo=MatomoSettings(**given))
        connector = Matomo(settings, HttpSession(settings, retries=RETRIES, sleep=slept.append))
        connector.server = server  # type: ignore[attr-defined]
        return connector

    return build


def read(connector: Matomo, window: Window = DAY) -> list[int]:
    return [
        record["idVisit"]
        for page in connector.pages(VISITS, SITE, window)
        for record in page.records
    ]


def test_one_day_per_call_with_an_explicit_limit(connect: Connect) -> None:
    """Longer periods leave gaps, -1 ends in a 500, and the default is ten rows."""
    fake = FakeMatomo({f"2026-11-0{n}": [visit(n)] for n in (1, 2, 3)})
    assert read(connect(fake), Window(date(2026, 11, 1), date(2026, 11, 3))) == [1, 2, 3]
    assert [(form["period"], form["date"]) for form in fake.lists] == [
        ("day", "2026-11-01"), ("day", "2026-11-02"), ("day", "2026-11-03"),
    ]  # fmt: skip
    assert {form["filter_limit"] for form in fake.lists} == {"500"}
    assert {form["format"] for form in fake.lists} == {"JSON"}
    assert not any("segment" in form for form in fake.lists)


@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(total=st.integers(0, 130), size=st.integers(20, 60))
def test_every_visit_comes_exactly_once(connect: Connect, total: int, size: int) -> None:
    fake = FakeMatomo({"2026-11-01": [visit(n) for n in range(1, total + 1)]})
    assert read(connect(fake, page_size=size)) == list(range(1, total + 1))


@pytest.mark.parametrize("cap", [10, 100])
def test_a_server_that_caps_its_answers_is_not_taken_at_its_word(
    connect: Connect, cap: int
) -> None:
    """Ten and a hundred rows are what Matomo sends when it ignores the limit."""
    fake = FakeMatomo({"2026-11-01": [visit(n) for n in range(1, 251)]})

    def capped(form: Form) -> Reply:
        start = int(form["filter_offset"])
        rows = min(int(form["filter_limit"]), cap)
        return Reply(fake.days["2026-11-01"][start : start + rows])

    fake.before = capped
    assert sorted(set(read(connect(fake)))) == list(range(1, 251))


def test_a_list_that_moves_while_it_is_read_is_read_again(connect: Connect) -> None:
    """Thirty visits leave the first page, so the second would begin thirty too late."""
    fake = FakeMatomo({"2026-11-01": [visit(n) for n in range(1, 101)]})

    def move(form: Form) -> None:
        if len(fake.lists) == 2:
            day = fake.days["2026-11-01"]
            fake.days["2026-11-01"] = day[30:]

    fake.before = move
    found = read(connect(fake, page_size=50))
    assert set(found) == set(range(1, 101))
    assert [form["filter_offset"] for form in fake.lists] == ["0", "40", "0", "40"]


def test_visits_that_arrive_during_the_walk_cost_no_other(connect: Connect) -> None:
    fake = FakeMatomo({"2026-11-01": [visit(n) for n in range(1, 101)]})

    def arrive(form: Form) -> None:
        fake.days["2026-11-01"].insert(0, visit(1_000 + len(fake.lists)))

    fake.before = arrive
    assert set(range(1, 101)) <= set(read(connect(fake, page_size=50)))


def test_a_list_that_never_rests_is_read_to_its_end(connect: Connect) -> None:
    fake = FakeMatomo({"2026-11-01": [visit(n) for n in range(1, 201)]})

    def shuffle(form: Form) -> None:
        day = fake.days["2026-11-01"]
        fake.days["2026-11-01"] = day[60:] + day[:60]

    fake.before = shuffle
    assert read(connect(fake, page_size=50))
    assert len(fake.lists) < 20


def test_a_page_too_heavy_for_the_server_is_halved(connect: Connect) -> None:
    """Large pages end in a 500 or 504 with an HTML page."""
    fake = FakeMatomo({"2026-11-01": [visit(n) for n in range(1, 301)]})
    html = Reply(b"<html>500</html>", 500)
    fake.before = lambda form: html if int(form["filter_limit"]) > 150 else None
    assert read(connect(fake, page_size=500)) == list(range(1, 301))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply({"result": "error", "message": "You can't access this resource as it requires "
                "'view' access for the website id = 1."}, 401), AccountUnknown),
        (Reply({"result": "error", "message": "Unable to authenticate with the provided token."},
               401), TokenExpired),
        (Reply({"result": "error", "message": "Date format must be: YYYY-MM-DD"}), BadRequest),
        (Reply({"result": "error", "message": "Visits log is deactivated in website settings."}),
         NotGranted),
        (Reply({"result": "error", "message": "The query took too long and was aborted."}),
         RequestTimedOut),
        (Reply({"visits": []}), SchemaBroke),
        (Reply([["no visit"]]), SchemaBroke),
        (Reply([{"idSite": 1}]), SchemaBroke),
        (Reply([{"idSite": 1, "idVisit": False}]), SchemaBroke),
        (Reply(b"<html>maintenance</html>"), ResponseTruncated),
        (Reply(b"<html>401</html>", 401), TokenExpired),
        (Reply(b"Too Many Requests", 429), RateLimited),
        (Reply(b"<html>500</html>", 500), ServerFailed),
        (Reply(b"<html>504</html>", 504), RequestTimedOut),
    ],
)  # fmt: skip
def test_each_refusal_has_its_name(
    connect: Connect, reply: Reply, expected: type[RivageError]
) -> None:
    fake = FakeMatomo()
    fake.reply = reply
    with pytest.raises(RivageError) as caught:
        read(connect(fake, page_size=80))
    assert type(caught.value) is expected
    assert caught.value.do
    assert TOKEN not in str(caught.value)


def test_the_sites_are_the_configured_ones_or_all_visible(connect: Connect) -> None:
    assert connect(FakeMatomo()).accounts() == [SITE]
    assert connect(FakeMatomo(), site_ids="").accounts() == [SITE]


def test_the_check_goes_step_by_step(connect: Connect) -> None:
    steps = list(connect(FakeMatomo()).check())
    assert [step.name for step in steps] == [
        "base url reachable", "token valid", "sites visible", "clock",
    ]  # fmt: skip
    assert all(step.ok for step in steps)
    assert TOKEN not in " ".join(step.detail for step in steps)


@pytest.mark.parametrize("missing", ["base_url", "token_auth"])
def test_a_missing_setting_is_named(connect: Connect, missing: str) -> None:
    with pytest.raises(SettingMissing, match=f"RIVAGE_MATOMO_{missing.upper()}"):
        connect(FakeMatomo(), **{missing: None})


def test_the_future_is_refused(connect: Connect) -> None:
    ahead = date(2100, 1, 1)
    with pytest.raises(WindowInFuture):
        read(connect(FakeMatomo()), Window(ahead, ahead))


@pytest.mark.parametrize("cut", [{"truncatedActionsCount": "7"}, {"actionDetails": [{}] * 99}])
def test_cut_action_lists_are_noted(connect: Connect, cut: dict[str, Any]) -> None:
    fake = FakeMatomo({"2026-11-01": [visit(1, **cut), visit(2)]})
    (page,) = connect(fake).pages(VISITS, SITE, DAY)
    assert page.notes == ("1 visits have cut action lists.",)
    assert page.api_version == "5.2.0"


def land(at: Any, records: list[dict[str, Any]], window: Window = DAY) -> writer.Landed:
    page = Page(records, "", "5.2.0", 10, 1)
    return writer.write(
        VISITS, SITE, window, [page], store=Store(at, at / "scratch"), salt=SALT,
        pulled_at=datetime(2026, 11, 3, 6, tzinfo=UTC),
    )  # fmt: skip


def landed(at: Any) -> duckdb.DuckDBPyRelation:
    return duckdb.sql(f"from read_parquet('{at}/matomo/*/*/*/*.parquet', union_by_name=true)")


def test_texts_and_numbers_land_alike(tmp_path: Any) -> None:
    number = visit(7, visitCount=2, totalEcommerceRevenue=5, visitorId="0a1b")
    text = {k: str(v) if isinstance(v, int) else v for k, v in number.items()}
    rows = []
    for place, record in (("new", number), ("old", text)):
        land(tmp_path / place, [record])
        kept = landed(tmp_path / place).project(
            'idSite, idVisit, lastActionTimestamp, "visitCount", "totalEcommerceRevenue"'
        )
        rows.append(kept.fetchall())
    assert rows[0] == rows[1] != []


def test_no_address_or_login_reaches_the_disk(tmp_path: Any) -> None:
    address = "camille.durand@mail.example"
    link = "https://www.shop.example/?utm_source=klaviyo&email=camille.durand%40mail.example"
    land(
        tmp_path,
        [
            visit(1, userId=address, visitIp="81.56.3.0", fingerprint="ffee0011",
                  latitude="48.85", longitude="2.35", actionDetails=[{"url": link}]),
            visit(2, userId=False, visitIp=False, fingerprint=False),
        ],
    )  # fmt: skip
    text = str(landed(tmp_path).fetchall())
    for secret in (address, "durand%40", "81.56", "ffee0011", "48.85"):
        assert secret not in text
    users = landed(tmp_path).project("idVisit, user_id_sha256").order("idVisit").fetchall()
    assert users[0][1] is not None
    assert users[0][1] in text.replace(users[0][1], "", 1)  # the link hashes to the same person
    assert users[1] == ("2", None)  # false is nobody, not everybody


def test_a_visit_from_the_day_before_belongs_to_the_day_of_its_last_action(tmp_path: Any) -> None:
    evening = int(datetime(2026, 10, 31, 22, 50, tzinfo=UTC).timestamp())  # 23:50 in Paris
    land(tmp_path, [visit(1, firstActionTimestamp=evening, lastActionTimestamp=evening + 1_200)])
    assert landed(tmp_path).project("_window_start").fetchall() == [(date(2026, 11, 1),)]


def test_visits_still_active_are_read_again() -> None:
    assert VISITS.lookback.days >= 1
    assert VISITS.window.cursor == "lastActionTimestamp"  # type: ignore[union-attr]
    assert VISITS.keys == ("idSite", "idVisit")


def test_the_newest_state_of_a_growing_visit_wins(tmp_path: Any) -> None:
    """Pulled while it was active and again later: one visit, as it ended."""
    folder = tmp_path / "landing"
    land(folder, [visit(7, last=60, visitDuration=60), visit(8, last=10)])
    land(folder, [visit(7, last=900, visitDuration=900), visit(8, last=10)])
    kept = landed(folder).query(
        "landed",
        "select idVisit, visitDuration from landed qualify row_number() over (partition by idSite, "
        f"idVisit order by {VISITS.window.cursor} desc) = 1 order by idVisit",  # type: ignore[union-attr]
    )
    assert kept.fetchall() == [("7", "900"), ("8", None)]
    assert landed(folder).count("*").fetchone() == (4,)
