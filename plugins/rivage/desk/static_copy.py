"""The desk as files beside each version: readable from a disk, when nothing else runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rivage.atomic import write_text
from rivage.desk import runbooks
from rivage.desk.links import Links
from rivage.desk.pages import ASSETS, HERE, Pages
from rivage.publish.releases import current
from rivage.settings import Settings

UNPUBLISHED = "nothing_published"
"""Stands for the version as long as there is none: a first audit may hold, too."""


def folder_of(settings: Settings, version: str | None) -> Path:
    """Where a version's pages lie; they are retired with it."""
    return settings.published / "versions" / f"{version or UNPUBLISHED}.desk"


def write(settings: Settings, version: str | None, now: datetime | None = None) -> Path:
    """Write the pages as of now beside a version, and point `published/desk` at the live one's.

    Each file is replaced whole, so a reader never finds half a page. Pages of findings and
    runbooks that are linked to are written, and of versions the one's own.

    Returns:
        The first page.
    """
    folder = folder_of(settings, version)
    links = Links()
    written = set()
    for name, html in _pages(Pages(settings, now or datetime.now(UTC), links), version):
        written.add(links.page(name))
        write_text(folder / links.page(name), html)
    for name in ASSETS:
        written.add(name)
        write_text(folder / name, (HERE / "assets" / name).read_text(encoding="utf-8"))
    for left in folder.iterdir():
        if left.name not in written:
            left.unlink()
    point(settings)
    return folder / "index.html"


def point(settings: Settings) -> None:
    """Point `published/desk` at the pages of the version that readers see."""
    live = current(settings)
    folder = folder_of(settings, live.version if live else None)
    if not folder.is_dir():
        return
    link = settings.published / f".desk.{os.getpid()}.part"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("versions") / folder.name)
    shown = settings.published / "desk"
    if shown.is_dir() and not shown.is_symlink():  # a home copied by a tool that follows links
        shutil.rmtree(shown)
    link.replace(shown)
    if live:
        shutil.rmtree(folder_of(settings, None), ignore_errors=True)


def _pages(pages: Pages, version: str | None) -> Iterator[tuple[str, str]]:
    yield "", pages.today()
    yield "marts", pages.tables({})
    yield "incidents", pages.incidents({})
    yield "waivers", pages.waivers()
    yield "versions", pages.versions()
    yield "coverage", pages.coverage({})
    yield "runbooks", pages.runbooks()
    for mark in sorted(pages.fingerprints):
        if html := pages.finding(mark):
            yield f"findings/{mark}", html
    if version and (html := pages.version(version)):
        yield f"versions/{version}", html
    for name in runbooks.names():
        if html := pages.runbook(name):
            yield f"runbooks/{name}", html
