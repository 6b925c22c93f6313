"""A person at a browser: logs in through Airflow's own page, and everything is noted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

AXE = Path(__file__).resolve().parents[2] / ".venv" / "browser" / "node_modules" / "axe-core"
QUIET = (
    "--no-sandbox", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
)  # fmt: skip
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Any]:
    """The machine's own Chromium; none is downloaded."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("no Chromium: install Debian's package `chromium`", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Person:
    """One logged-in person, and what the browser asked for and complained about meanwhile."""

    page: Any
    url: str
    name: str
    asked: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def log_in(cls, browser: Any, airflow: Any, name: str, **looks: Any) -> Person:
        context = browser.new_context(viewport=WIDE, **looks)
        context.set_default_timeout(90_000)  # a loaded machine is slow, not wrong
        person = cls(context.new_page(), airflow.url, name)
        person.page.on("request", lambda request: person.asked.add(request.url))
        person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
        person.page.on("console", person._heard)
        person.page.goto(f"{airflow.url}/auth/login")
        person.page.fill("input[name=username]", name)
        person.page.fill("input[name=password]", airflow.users[name])
        person.page.keyboard.press("Enter")
        person.page.wait_for_url(f"{airflow.url}/")
        return person

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(f"{self.page.url}: {message.text}")

    def desk_in_airflow(self) -> Any:
        """The desk's frame, reached as a person reaches it: by Airflow's own navigation."""
        self.page.get_by_text("Rivage desk").first.click()
        frame = self.page.frame_locator("iframe")
        frame.locator("main h1").wait_for()
        return frame

    def open(self, page: str) -> Any:
        """A page of the desk by itself."""
        self.page.goto(f"{self.url}/rivage/desk/{page}")
        return self.page

    def post(self, page: str, **sent: Any) -> Any:
        """Call the desk as a script would, with this person's cookies."""
        headers = {"origin": self.url} | sent.pop("headers", {})
        return self.page.request.post(
            f"{self.url}/rivage/desk/{page}", headers=headers, max_redirects=0, **sent
        )

    def faults(self) -> list[str]:
        """Serious and critical accessibility faults of the page shown."""
        if not (AXE / "axe.min.js").exists():
            pytest.fail("no axe-core: run `make setup` where npm is", pytrace=False)
        self.page.evaluate((AXE / "axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{self.page.url}: {one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]

    def strangers(self) -> list[str]:
        """Requests that left the page's own origin."""
        return sorted(
            url for url in self.asked
            if not url.startswith((f"{self.url}/", "data:", "blob:"))
        )  # fmt: skip
