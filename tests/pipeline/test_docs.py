"""`rivage docs`: one page that needs nothing but itself."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rivage.warehouse.marts import marts
from tests.conftest import Pipeline
from tests.simulated import rivage

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

LOADS = {
    "script": ("src",), "link": ("href",), "img": ("src", "srcset"), "iframe": ("src",),
    "source": ("src", "srcset"), "object": ("data",), "embed": ("src",), "base": ("href",),
}  # fmt: skip


class Loads(HTMLParser):
    """Collects what a browser would fetch for the page; text inside scripts is no markup."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.inside: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        told = dict(attrs)
        for name in LOADS.get(tag, ()):
            address = (told.get(name) or "").strip()
            if re.match(r"(https?:)?//", address, re.IGNORECASE):
                self.outside.append(address)
            elif address and not address.startswith("data:") and "{" not in address:
                self.inside.append(f"{tag} {address}")


@pytest.fixture(scope="module")
def page(pipeline: Pipeline, tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("docs") / "home"
    shutil.copytree(pipeline.next, home, symlinks=True)
    done = rivage(home, pipeline.sandbox, "docs")
    assert done.stdout.split() == [str(home / "docs" / "index.html")]
    assert [path.name for path in (home / "docs").iterdir()] == ["index.html"]
    return (home / "docs" / "index.html").read_text(encoding="utf-8")


def test_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    found = Loads()
    found.feed(page)
    assert found.scripts > 0
    assert found.outside == []
    # `canonical` names the page's own address; it is not fetched.
    assert [one for one in found.inside if one != "link /overview/"] == []
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", page)
    assert "cloudfront" not in page
    assert re.search(r'"send_anonymous_usage_stats": ?false', page)


def test_the_check_notices_a_page_that_does_load() -> None:
    found = Loads()
    found.feed("<script>'<img src=//in.example>'</script><img src='//out.example/a.png'>")
    assert found.outside == ["//out.example/a.png"]


def test_the_page_describes_every_mart_and_column(page: str) -> None:
    for mart in marts():
        texts = [mart.description, mart.question, *(column.description for column in mart.columns)]
        assert [text for text in texts if json.dumps(text)[1:-1] not in page] == [], mart.name


def test_nothing_built_is_said_and_nothing_is_made(pipeline: Pipeline, tmp_path: Path) -> None:
    done = rivage(tmp_path / "home", pipeline.sandbox, "docs", check=False)
    assert done.returncode == 6
    assert "rivage build" in done.stderr
    assert not (tmp_path / "home" / "candidate.duckdb").exists()
