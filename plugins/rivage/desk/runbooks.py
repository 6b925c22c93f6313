"""Runbooks as pages: Markdown of expectations/runbooks, raw HTML shown as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rivage.audit.rules import RUNBOOKS
from rivage.audit.rules import anchor as anchor_of
from rivage.desk.links import Links

NAME = re.compile(r"[a-z0-9_]{1,80}")


@dataclass(frozen=True)
class Runbook:
    """One runbook: its title, its body as safe HTML, and the sections to jump to."""

    name: str
    title: str
    html: str
    sections: tuple[tuple[str, str], ...]
    """Anchor and heading, in order."""


def names(folder: Path = RUNBOOKS) -> list[str]:
    """All runbooks, by name without `.md`."""
    return sorted(path.stem for path in folder.glob("*.md") if NAME.fullmatch(path.stem))


def runbook(name: str, links: Links, folder: Path = RUNBOOKS) -> Runbook | None:
    """One runbook, or None when there is no such: only names that exist are ever opened."""
    if name not in names(folder):
        return None
    return _rendered((folder / f"{name}.md").read_text(encoding="utf-8"), name, links)


def where(reference: str) -> tuple[str, str]:
    """`kpi_ads_daily.md#some-anchor` as name and anchor."""
    page, _, anchor = reference.partition("#")
    return page.removesuffix(".md"), anchor


@lru_cache(maxsize=128)
def _rendered(text: str, name: str, links: Links) -> Runbook:
    from markdown_it import MarkdownIt

    # `html: False` turns tags into text; the parser itself refuses javascript: and data: links.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title, sections = name, []
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[place + 1].content
            if token.tag == "h1":
                title, token.hidden, tokens[place + 1].hidden = heading, True, True
                tokens[place + 1].children, tokens[place + 1].content = [], ""
                tokens[place + 2].hidden = True
            else:
                anchor = anchor_of(heading)
                token.attrSet("id", anchor)
                sections.append((anchor, heading))
        for child in token.children or ():
            page, anchor = where(str(child.attrGet("href") or ""))
            if child.type == "link_open" and NAME.fullmatch(page) and page in names():
                child.attrSet("href", links.runbook(page, anchor))
    html = markdown.renderer.render(tokens, markdown.options, {})
    # What scrolls must be reachable by keyboard; no text of the page can hold this tag.
    html = html.replace("<pre>", '<pre tabindex="0">')
    return Runbook(name, title, html, tuple(sections))
