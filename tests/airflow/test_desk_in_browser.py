"""The desk inside a real Airflow, as a viewer and an operator see it in a real browser.

The home is a published one whose next candidate was spoiled and audited. The tests build on
each other, in the order of the file: look, decide, approve in spite of it, roll back.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from rivage import stages
from rivage.airflow.client import wait_for
from rivage.airflow.names import DECIDE_DAG
from rivage.audit import document
from rivage.duck import connect
from rivage.incidents import log
from rivage.incidents.waivers import in_force
from rivage.publish.releases import current, releases
from rivage.settings import Settings
from tests.airflow.browser import PHONE, Person, chromium
from tests.airflow.question import answer, wait_until_asked
from tests.homes import Pipeline

pytestmark = [pytest.mark.airflow, pytest.mark.pipeline, pytest.mark.timeout(600)]
SHOTS = os.environ.get("DESK_SHOTS")
"""Folder for pictures of the pages, for whoever changes them."""


@dataclass
class Site:
    """One Airflow with the desk, one browser, one home that is held."""

    airflow: Any
    browser: Any
    settings: Settings

    def log_in(self, name: str, **looks: Any) -> Person:
        return Person.log_in(self.browser, self.airflow, name, **looks)

    def stops(self) -> list[dict[str, Any]]:
        newest = document.latest(self.settings)
        assert newest is not None
        return newest.stops(in_force(self.settings, datetime.now(UTC).date()))

    def events(self, kind: str) -> list[Any]:
        return [event for event in log.read(self.settings) if event.kind == kind]


@pytest.fixture(scope="module")
def site(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    from rivage.airflow.local import LocalAirflow

    home = tmp_path_factory.mktemp("desk") / "home"
    shutil.copytree(pipeline.next, home, symlinks=True)
    settings = Settings(home=home)
    with LocalAirflow(home, port=0, preload=False) as airflow:
        spoil(settings)  # while Airflow starts
        assert stages.audit(settings).verdict == "fail"
        with chromium() as browser:
            airflow.wait_until_answering(180)
            yield Site(airflow, browser, settings)


def spoil(settings: Settings) -> None:
    """A candidate of a build to come, with money that was never spent."""
    record = settings.home / "candidate.json"
    record.write_text(json.dumps(json.loads(record.read_text()) | {"build_id": "0123456789ab"}))
    with connect(settings.candidate) as db:
        db.execute("update kpi_ads_daily set spend = -spend where report_date = '2026-09-30'")


@pytest.fixture(scope="module")
def viewer(site: Site) -> Person:
    return site.log_in("viewer")


@pytest.fixture(scope="module")
def oncall(site: Site) -> Person:
    return site.log_in("oncall")


def shot(person: Person, name: str) -> None:
    if SHOTS:
        person.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_rule_sample_runbook_and_actions_need_no_scrolling(site: Site, oncall: Person) -> None:
    frame = oncall.desk_in_airflow()
    worst = site.stops()[0]
    assert "Hold" in frame.locator("h1").inner_text()
    assert (
        "Nothing was published; BI still shows the version of" in frame.locator("body").inner_text()
    )
    assert frame.locator("h2#worst").inner_text() == worst["rule"]
    shot(oncall, "today_in_airflow")
    for what in ("h1", "h2#worst", "table.sample tbody tr >> nth=0", "text=Runbook:",
                 "button:has-text('Acknowledge')", "button:has-text('Waive')"):  # fmt: skip
        box = frame.locator(what).bounding_box()
        assert box is not None, what
        assert 0 <= box["x"] <= 1280 - box["width"], what
        assert 0 <= box["y"] <= 800 - box["height"], what
    frame.locator("text=Runbook:").click()
    anchor = worst["runbook"].partition("#")[2]
    frame.locator(f"h2#{anchor}").wait_for()


def test_a_viewer_sees_everything_and_is_offered_nothing(site: Site, viewer: Person) -> None:
    frame = viewer.desk_in_airflow()
    assert frame.locator("h2#worst").inner_text() == site.stops()[0]["rule"]
    assert frame.locator("form[method=post]").count() == 0


def test_a_viewer_is_refused_by_the_api_too(site: Site, viewer: Person) -> None:
    mark = site.stops()[0]["fingerprint"]
    before = len(log.read(site.settings))
    forged = {"x-forwarded-user": "oncall", "x-airflow-role": "op", "cookie": "role=admin"}
    answers = [
        viewer.post(f"findings/{mark}/waive", form={"why": "x", "until": "2026-12-01"}),
        viewer.post(f"findings/{mark}/acknowledge", form={"role": "admin", "by": "oncall"}),
        viewer.post(f"versions/{releases(site.settings)[0].version}/rollback", data="{}"),
    ]
    assert [answer.status for answer in answers] == [403, 403, 403]
    # Without their own cookie, or with a token that they changed, they are nobody.
    assert viewer.post(f"findings/{mark}/waive", headers=forged).status == 401
    cookies = viewer.page.context.cookies()
    token = next(one["value"] for one in cookies if one["name"] == "_token")
    head, body, signature = token.split(".")
    fake = {"authorization": f"Bearer {head}.{body[:-4]}AAAA.{signature}"}
    assert viewer.post(f"findings/{mark}/waive", headers=fake).status in (401, 403)
    events = log.read(site.settings)[before:]
    assert [(event.kind, event.who) for event in events] == [("refused", "viewer")] * 3
    assert in_force(site.settings, datetime.now(UTC).date()) == {}


def test_an_operator_decides_and_the_log_has_who_and_why(site: Site, oncall: Person) -> None:
    mark = site.stops()[0]["fingerprint"]
    frame = oncall.desk_in_airflow()
    frame.get_by_role("link", name="Today").click()
    for button, why, kind in (
        ("Acknowledge", "on it", "acknowledged"),
        ("Comment", "asked the agency", "commented"),
        ("Snooze", "until they answer", "snoozed"),
        ("Take back", "they answered", "revoked"),
    ):
        frame.locator("#why").fill(why)
        frame.get_by_role("button", name=button).click()
        frame.locator(".history q", has_text=why).wait_for()
        event = site.events(kind)[-1]
        assert (event.who, event.why, event.fingerprint) == ("oncall", why, mark)
    shot(oncall, "finding_in_airflow")


def test_a_form_sent_twice_is_refused_the_second_time(site: Site, oncall: Person) -> None:
    mark = site.stops()[0]["fingerprint"]
    page = oncall.open(f"findings/{mark}")
    form = {"token": page.locator("input[name=token]").input_value(), "why": "once"}
    answers = [oncall.post(f"findings/{mark}/comment", form=form).status for _ in range(2)]
    assert answers == [303, 409]
    elsewhere = {"origin": "https://elsewhere.example"}
    assert oncall.post(f"findings/{mark}/comment", form=form, headers=elsewhere).status == 403
    assert [event.who for event in site.events("refused")[-2:]] == ["oncall", "oncall"]
    assert sum(event.why == "once" for event in site.events("commented")) == 1


def test_every_page_is_accessible_quiet_and_asks_nobody_else(
    site: Site, oncall: Person, viewer: Person
) -> None:
    mark = site.stops()[0]["fingerprint"]
    first, *_ = releases(site.settings)
    pages = (
        "", "marts", "incidents", "waivers", "versions", f"versions/{first.version}", "coverage",
        "runbooks", "runbooks/any_mart", f"findings/{mark}",
    )  # fmt: skip
    faults: list[str] = []
    dark = site.log_in("oncall", color_scheme="dark")
    dark.page.set_viewport_size(PHONE)
    for person, look in ((oncall, "wide"), (dark, "phone_dark")):
        for page in pages:
            shown = person.open(page)
            faults += person.faults()
            wider = shown.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, f"{page} scrolls sideways by {wider} on {look}"
            shot(person, f"{look}_{page.split('?')[0].replace('/', '_') or 'today'}")
    assert faults == []
    for person in (oncall, viewer, dark):
        assert person.complaints == []
        assert person.strangers() == []
        assert f"{site.airflow.url}/rivage/desk/assets/desk.css" in person.asked


def test_the_keyboard_alone_is_enough(site: Site, oncall: Person) -> None:
    page = oncall.open("")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 8)"))
    assert "Runbook:" in reached


def test_a_waiver_lets_its_rule_pass_and_no_other(site: Site, oncall: Person) -> None:
    until = str(datetime.now(UTC).date() + timedelta(days=2))
    first, *others = site.stops()
    page = oncall.open(f"findings/{first['fingerprint']}")
    page.locator("#why").fill("the agency confirmed a correction")
    page.locator("#until").fill(until)
    page.get_by_role("button", name="Waive").click()
    page.get_by_role("status").wait_for()
    waiver = in_force(site.settings, datetime.now(UTC).date())[first["fingerprint"]]
    assert (waiver.by, waiver.reason) == ("oncall", "the agency confirmed a correction")
    assert str(waiver.until) == until
    assert site.stops() == others
    assert others
    assert "Hold" in oncall.open("").locator("h1").inner_text()


def test_approving_waives_the_others_publishes_and_readers_see_it(
    site: Site, oncall: Person, viewer: Person
) -> None:
    client, held = site.airflow.client, document.latest(site.settings)
    assert held is not None
    wait_for(lambda: DECIDE_DAG in client.dags(), 180, what="the DAGs to be parsed")
    conf = {"build_id": held.build_id, "audit": held.path(site.settings).stem}
    run = client.trigger(DECIDE_DAG, conf)
    wait_until_asked(client, run, [site.airflow.check_alive])
    question = f"api/v2/dags/{DECIDE_DAG}/dagRuns/{quote(run.run_id)}/taskInstances/decide/-1"
    refused = viewer.page.request.patch(
        f"{site.airflow.url}/{question}/hitlDetails",
        data={"chosen_options": ["Approve"], "params_input": {"reason": "x", "days": 1}},
    )
    assert refused.status == 403

    def approve() -> None:
        page = oncall.page
        page.goto(f"{site.airflow.url}/required_actions")
        page.get_by_role("link", name=f"Held: build {held.build_id}").click()
        page.locator("#element_reason").fill("the board decides at nine")
        page.get_by_test_id("hitl-option-Approve").click()

    answer(client, run, approve, [site.airflow.check_alive])
    assert client.run(run.dag_id, run.run_id).state == "success"
    assert site.stops() == []
    with connect(site.settings.published / "marts.duckdb", read_only=True) as db:
        query = "select distinct waived_by, reason from ops_waivers order by reason"
        assert db.execute(query).fetchall() == [
            ("oncall", "the agency confirmed a correction"),
            ("oncall", "the board decides at nine"),
        ]
    assert "Published, with warnings" in oncall.open("").locator("h1").inner_text()


def test_rolling_back_gives_readers_the_version_before(site: Site, oncall: Person) -> None:
    *_, before, left = releases(site.settings)
    assert (live := current(site.settings)) is not None
    assert live.version == left.version
    page = oncall.open("versions")
    shot(oncall, "versions_in_airflow")
    page.get_by_role("link", name=before.version).click()
    page.locator("#why").fill("the numbers are wrong after all")
    page.get_by_role("button", name="Give readers this version").click()
    page.get_by_role("status").wait_for()
    assert (live := current(site.settings)) is not None
    assert live.version == before.version
    with connect(site.settings.published / "marts.duckdb", read_only=True) as db:
        (negative,) = db.execute("select count(*) from kpi_ads_daily where spend < 0").fetchall()
    assert negative == (0,)
    event = site.events("rolled_back")[-1]
    assert (event.who, event.why) == ("oncall", "the numbers are wrong after all")
    assert event.facts == {"left": left.version, "version": before.version}


def test_an_incident_is_resolved_by_hand(site: Site, oncall: Person) -> None:
    mark = next(iter(in_force(site.settings, datetime.now(UTC).date())))
    page = oncall.open(f"findings/{mark}")
    page.locator("#why").fill("mended at the source")
    page.get_by_role("button", name="Resolve").click()
    page.get_by_role("status").wait_for()
    assert page.locator(".eyebrow .state").inner_text().endswith("resolved")
    event = site.events("resolved")[-1]
    assert (event.who, event.fingerprint) == ("oncall", mark)


def test_the_copy_is_readable_from_disk_without_airflow(site: Site) -> None:
    page = site.browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site.settings.published / "desk").resolve().joinpath("index.html").as_uri())
    assert page.locator("h1").inner_text().strip()
    page.get_by_role("link", name="Versions").click()
    assert "live" in page.locator("table.list").inner_text()
    assert all(url.startswith("file://") for url in asked)
