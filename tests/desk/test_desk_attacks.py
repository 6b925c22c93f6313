"""What the desk refuses or escapes, and that it writes the attempts down."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from rivage.desk import forms
from rivage.errors import FileLocked
from rivage.incidents import log
from rivage.settings import Settings
from rivage.warehouse.lock import writer_lock
from tests.desk.made_up import (
    FIRST,
    NOW,
    ORIGIN,
    SECOND,
    Desk,
    audit,
    check,
    finding,
    held_home,
    tokens,
)

MARK = finding().fingerprint
PAGES = (
    "", "marts", "incidents", "waivers", "versions", f"versions/{SECOND}", "coverage",
    "runbooks", "runbooks/any_mart", f"findings/{MARK}", "assets/desk.css", "assets/desk.js",
)  # fmt: skip
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return held_home(tmp_path_factory.mktemp("held") / "home").home


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Desk:
    shutil.copytree(made, tmp_path / "home", symlinks=True)
    return Desk(Settings(home=tmp_path / "home"))


@pytest.fixture
def oncall(desk: Desk) -> TestClient:
    return desk.as_user("oncall")


def send(client: TestClient, what: str, page: str = f"findings/{MARK}", **fields: Any) -> Any:
    """Send a form as its page would: with the page's token, from the page's origin."""
    token = next(tokens(client.get(page).text))
    return client.post(f"{page}/{what}", data={"token": token, "why": "seen"} | fields)


def kinds(desk: Desk) -> list[str]:
    return [event.kind for event in log.read(desk.settings) if event.kind != "found"]


@pytest.mark.parametrize("page", [*PAGES, "no/such/page", "openapi.json", "docs"])
def test_no_page_answers_without_a_login(desk: Desk, page: str) -> None:
    answer = TestClient(desk.outer, base_url=f"{ORIGIN}/rivage/desk/").get(page)
    assert answer.status_code == 401
    assert "kpi_ads_daily" not in answer.text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_forbids_what_is_not_its_own(desk: Desk, page: str) -> None:
    answer = desk.as_user("viewer").get(page)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    for outside in ("http://", "https://", "<script>", " style=", " onclick="):
        if page != "assets/desk.js":
            assert outside not in answer.text.replace(f"{ORIGIN}/", ""), outside


def test_an_operator_decides_and_the_log_says_who_and_why(desk: Desk, oncall: TestClient) -> None:
    for what, more in (
        ("acknowledge", {}), ("snooze", {"hours": "4"}), ("waive", {"until": "2026-10-03"}),
        ("revoke", {}), ("comment", {}), ("resolve", {}),
    ):  # fmt: skip
        answer = send(oncall, what, **more)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == f"/rivage/desk/findings/{MARK}?done={what}"
        assert 'role="status"' in oncall.get(f"findings/{MARK}?done={what}").text
    assert kinds(desk) == [
        "acknowledged", "snoozed", "waived", "revoked", "commented", "resolved",
    ]  # fmt: skip
    last = log.read(desk.settings)[-1]
    assert (last.who, last.why, last.at) == ("oncall", "seen", NOW)


@pytest.mark.parametrize("what", ["acknowledge", "snooze", "waive", "revoke", "resolve", "comment"])
def test_a_viewer_may_decide_nothing(desk: Desk, what: str) -> None:
    token = forms.issue(desk.settings, "s", "viewer", NOW)
    viewer = desk.as_user("viewer")
    viewer.cookies.set("rivage_desk", "s")
    answer = viewer.post(f"findings/{MARK}/{what}", data={"token": token, "why": "x"})
    assert answer.status_code == 403
    assert kinds(desk) == ["refused"]
    (event,) = desk.refused()
    assert (event.who, event.fingerprint) == ("viewer", MARK)
    assert what in event.facts["what"]


@pytest.mark.parametrize(
    "forged",
    [
        {"headers": {"x-forwarded-user": "oncall", "x-role": "admin"}},
        {"headers": {"cookie": "role=admin; user=oncall; _token=oncall"}},
        {"data": {"role": "admin", "by": "oncall"}},
        {"json": {"role": "admin", "why": "x"}},
        {"params": {"role": "admin", "user": "oncall"}},
    ],
)
def test_a_role_can_not_be_claimed(desk: Desk, forged: dict[str, Any]) -> None:
    answer = desk.as_user("viewer").post(f"versions/{FIRST}/rollback", **forged)
    assert answer.status_code == 403
    assert desk.rolled_back == []
    assert [event.who for event in desk.refused()] == ["viewer"]


def test_an_operators_form_can_not_name_somebody_else(desk: Desk, oncall: TestClient) -> None:
    assert send(oncall, "acknowledge", by="ceo").status_code == 400
    assert kinds(desk) == ["refused"]


def test_a_form_is_good_once(desk: Desk, oncall: TestClient) -> None:
    token = next(tokens(oncall.get(f"findings/{MARK}").text))
    form = {"token": token, "why": "seen"}
    first, again = (oncall.post(f"findings/{MARK}/comment", data=form) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 409)
    assert kinds(desk) == ["commented", "refused"]


def test_a_token_is_of_one_person_one_browser_and_some_hours(desk: Desk) -> None:
    settings = desk.settings
    good = forms.issue(settings, "browser", "oncall", NOW)
    ends, nonce, mark = good.split(".")
    later = f"{int(ends, 16) + 9:x}.{nonce}.{mark}"
    for token, session, who in (
        (good, "browser", "viewer"), (good, "other", "oncall"), (good, "", "oncall"),
        (later, "browser", "oncall"), ("", "browser", "oncall"), ("a.../b.c", "browser", "oncall"),
    ):  # fmt: skip
        with pytest.raises(forms.FormInvalid):
            forms.spend(settings, token, session, who, NOW)
    with pytest.raises(forms.FormInvalid, match="too old"):
        forms.spend(
            settings, good, "browser", "oncall", NOW + forms.LIFETIME + timedelta(seconds=1)
        )
    forms.spend(settings, good, "browser", "oncall", NOW)
    assert (settings.home / "desk" / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "http://desk.test.evil.test"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"origin": "", "sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused(
    desk: Desk, oncall: TestClient, headers: dict[str, str]
) -> None:
    token = next(tokens(oncall.get(f"findings/{MARK}").text))
    answer = oncall.post(f"findings/{MARK}/acknowledge", data={"token": token}, headers=headers)
    assert answer.status_code == 403
    assert kinds(desk) == ["refused"]


def test_a_request_that_does_not_say_where_it_is_from_is_refused(desk: Desk) -> None:
    bare = TestClient(desk.outer, base_url=f"{ORIGIN}/rivage/desk/")
    answer = bare.post(f"findings/{MARK}/acknowledge", headers={"authorization": "Bearer oncall"})
    assert answer.status_code == 403
    assert kinds(desk) == ["refused"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"why": "x" * 2_001}, 400), ({"why": "x" * 20_000}, 413), ({"why": " "}, 400),
        ({"why": "x", "until": "2027-01-01"}, 400), ({"why": "x", "until": "'; drop"}, 400),
        ({"why": "x", "until": "2026-09-01"}, 400),
    ],
)  # fmt: skip
def test_what_is_too_long_or_no_date_is_refused(
    desk: Desk, oncall: TestClient, fields: dict[str, str], status: int
) -> None:
    answer = send(oncall, "waive", **{"until": "2026-10-03"} | fields)
    assert answer.status_code == status
    assert kinds(desk) == ["refused"]
    assert len(desk.refused()[0].to_json()) < 3_000


@pytest.mark.parametrize("hours", ["0", "-4", "999", "4.5", "4 or 1=1", ""])
def test_a_snooze_is_one_of_those_offered(desk: Desk, oncall: TestClient, hours: str) -> None:
    assert send(oncall, "snooze", hours=hours).status_code == 400
    assert kinds(desk) == ["refused"]


@pytest.mark.parametrize(
    "path",
    [
        "runbooks/..%2f..%2f..%2fetc%2fpasswd", "runbooks/..%2Fsuites", "runbooks/....//any_mart",
        "runbooks/any_mart.md", "versions/..%2f..%2fcurrent", "versions/%2e%2e%5ccurrent.json",
        "assets/..%2ftemplates%2ftoday.html", "assets/..%2f..%2fpages.py", "findings/..%2f..%2fx",
        "findings/%00", "versions/marts_x'%20or%201=1", "..%2f..%2f..%2fetc/passwd",
    ],
)  # fmt: skip
def test_no_path_leaves_its_folder(desk: Desk, path: str) -> None:
    answer = desk.as_user("viewer").get(path)
    assert answer.status_code == 404
    for secret in ("root:", "expectations", '"version"', "{% ", "import"):
        assert secret not in answer.text.partition("<main")[2]
    if "any_mart" not in path:  # a name with nothing odd in it is only a mistake
        assert [event.who for event in desk.refused()] == ["viewer"]


@pytest.mark.parametrize("version", ["..%2f..%2fx", "marts_nope", FIRST + "x", "%00", SECOND])
def test_rollback_takes_only_versions_that_are_kept(
    desk: Desk, oncall: TestClient, version: str
) -> None:
    token = next(tokens(oncall.get(f"versions/{FIRST}").text))
    answer = oncall.post(f"versions/{version}/rollback", data={"token": token, "why": "bad"})
    assert answer.status_code in (400, 404)
    assert desk.rolled_back == []


def test_rollback_needs_a_reason_and_a_free_writer(
    desk: Desk, oncall: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"versions/{FIRST}"
    assert send(oncall, "rollback", page, why="").status_code == 400
    with writer_lock(desk.settings.home):
        busy = send(oncall, "rollback", page, why="bad spend")
    assert busy.status_code == 409
    assert FileLocked.__name__ not in busy.text
    assert "bad spend" in busy.text  # what was written is not lost
    assert send(oncall, "rollback", page, why="bad spend").status_code == 303
    assert desk.rolled_back == [(FIRST, "oncall", "bad spend")]


@pytest.mark.parametrize(
    "query",
    [
        "table=x'; drop table incidents; --", "owner=1 or 1=1;", f"owner={SCRIPT}",
        "severity=critical' or ''='", "state=everything", "table=" + "x" * 81,
        "table=../../etc/passwd",
    ],
)  # fmt: skip
@pytest.mark.parametrize("page", ["incidents", "marts"])
def test_filters_take_names_alone(desk: Desk, page: str, query: str) -> None:
    name, _, value = query.partition("=")
    if page == "marts" and name == "severity":
        value = "<b>"
    answer = desk.as_user("viewer").get(page, params={name: value})
    assert answer.status_code == 400
    assert value not in answer.text
    assert [event.who for event in desk.refused()] == ["viewer"]


def test_script_in_data_and_in_words_is_shown_as_text(desk: Desk, oncall: TestClient) -> None:
    bad = finding(
        SCRIPT, table=f"kpi{SCRIPT}", observed=SCRIPT, expected=SCRIPT, owner=SCRIPT,
        runbook=f"{SCRIPT}.md#{SCRIPT}", sample=[{SCRIPT: SCRIPT}],
        where=[{"column": "campaign", "value": SCRIPT, "rows": 1}],
    )  # fmt: skip
    audit(desk.settings, NOW, "d4", [bad], [check(bad, 1.0, False)])
    page = f"findings/{bad.fingerprint}"
    assert send(oncall, "comment", page, why=SCRIPT).status_code == 303
    assert send(oncall, "waive", page, why=SCRIPT, until="2026-10-03").status_code == 303
    for shown in ("", page, "incidents", "marts", "waivers"):
        html = oncall.get(shown).text
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_a_refused_attempt_is_shown_to_the_next_person(desk: Desk) -> None:
    desk.as_user("viewer").post(f"versions/{FIRST}/rollback")
    html = desk.as_user("oncall").get("incidents").text
    assert "was refused" in html
    assert "You may look, not act." in html
