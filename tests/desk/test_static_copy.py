"""The desk as files: whole, linked within itself, never in the way of a publish."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rivage import stages
from rivage.desk import static_copy
from rivage.incidents import decisions
from rivage.publish import versions
from rivage.publish.releases import current
from rivage.settings import Settings
from tests.desk.made_up import FIRST, NOW, SECOND, audit, finding, held_home


class Named(HTMLParser):
    """Where a page leads, and which anchors it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src", "action") and value:
                self.leads.append(value)
            if name == "id" and value:
                self.anchors.add(value)


@pytest.fixture
def held(tmp_path: Path) -> Settings:
    return held_home(tmp_path)


def test_every_link_of_the_copy_leads_to_a_file_beside_it(held: Settings) -> None:
    folder = static_copy.write(held, SECOND, NOW).parent
    pages = {path.name: Named(path.read_text()) for path in folder.glob("*.html")}
    assert {"index.html", "marts.html", f"versions-{SECOND}.html"} <= set(pages)
    assert f"findings-{finding().fingerprint}.html" in pages
    for name, page in pages.items():
        for lead in page.leads:
            file, _, anchor = lead.partition("#")
            assert "/" not in file, (name, lead)
            assert (folder / (file or name)).is_file(), (name, lead)
            assert not anchor or anchor in pages[file or name].anchors, (name, lead)


def test_the_copy_offers_nothing_to_do_and_says_when_it_is_from(held: Settings) -> None:
    folder = static_copy.write(held, SECOND, NOW).parent
    for path in folder.glob("*.html"):
        html = path.read_text()
        assert "<form" not in html
        assert "Copy of 1 Oct 2026, 06:00 UTC; nothing can be changed here" in html
        assert not re.search(r'(src|href)="(https?:)?//', html)


def test_the_live_copy_is_found_under_one_name(held: Settings) -> None:
    static_copy.write(held, FIRST, NOW)
    assert not (held.published / "desk").exists()  # it is not the one that readers see
    static_copy.write(held, SECOND, NOW)
    assert "Hold" in (held.published / "desk" / "index.html").read_text()
    assert (held.published / "desk").resolve().name == f"{SECOND}.desk"


def test_a_second_copy_leaves_no_page_of_the_first(held: Settings) -> None:
    folder = static_copy.write(held, SECOND, NOW).parent
    (folder / "findings-000000000000.html").write_text("left")
    static_copy.write(held, SECOND, NOW)
    assert not (folder / "findings-000000000000.html").exists()
    assert not list(folder.glob(".*"))


def test_a_first_audit_that_holds_has_a_copy_too(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    audit(settings, NOW - timedelta(hours=1), "a1", [finding()])
    static_copy.write(settings, None, NOW)
    html = (settings.published / "desk" / "index.html").read_text()
    assert "BI has nothing to show yet" in html
    assert "spend is not negative" in html


def test_the_copy_is_retired_with_its_version(held: Settings) -> None:
    folder = static_copy.write(held, FIRST, NOW).parent
    versions.drop(held, FIRST)
    assert not folder.exists()


def test_rolling_back_moves_the_copy_and_writes_down_who_did_it(held: Settings) -> None:
    stages.rollback(held, FIRST, by="oncall", why="spend is wrong")
    shown = held.published / "desk"
    assert shown.resolve().name == f"{FIRST}.desk"
    assert "rolled back to" in (shown / "incidents.html").read_text()


def test_a_copy_that_can_not_be_written_fails_no_stage(
    held: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    (held.published / "versions" / f"{FIRST}.desk").write_text("in the way")
    stages.rollback(held, FIRST, by="oncall", why="spend is wrong")
    live = current(held)
    assert live is not None
    assert live.version == FIRST
    assert "the copy of the desk was not written" in caplog.text


def test_the_copy_knows_decisions_taken_after_the_audit(held: Settings) -> None:
    decisions.acknowledge(held, finding().fingerprint, "oncall", "on it", NOW)
    folder = static_copy.write(held, SECOND, NOW).parent
    assert "on it" in (folder / f"findings-{finding().fingerprint}.html").read_text()
