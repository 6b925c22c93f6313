"""The questions of `rivage init` in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from rivage.cli import output
from rivage.cli.prospects import show_step
from rivage.connectors.settings_of import (
    COMMON,
    SALT,
    SOURCES,
    Setting,
    settings_of,
    to_set,
    ways_of,
)
from rivage.errors import RivageError
from rivage.setup.draft import Draft
from rivage.setup.trial import secrets, steps

AGAIN, KEEP, SKIP, QUIT = "again", "keep", "skip", "quit"
STOPPED = 1
"""Exit code when somebody quits; what was answered before is written."""


def interview(draft: Draft, sources: Sequence[str], *, check: bool) -> list[dict[str, Any]]:
    """Ask for everything, test each source as soon as it is answered, write after each.

    Returns:
        The steps of the tests.
    """
    _say(
        f"Rivage reads what you choose here and writes it to {draft.path.resolve()}. Secrets are "
        "not shown while you type. Ctrl-C stops; what is answered by then is kept."
    )
    for one in COMMON:
        _ask_common(draft, one)
    wanted = _choose(draft, sources)
    _salt(draft, wanted)
    draft.write()
    done: list[dict[str, Any]] = []
    for name in wanted:
        if _source(draft, name, done, check=check):
            draft.write()
        else:
            _say(f"{SOURCES[name].title} is left out.")
    return done


def _choose(draft: Draft, sources: Sequence[str]) -> list[str]:
    """The sources to set up; those that have values are the default."""
    names = list(SOURCES)
    default = list(sources) or draft.now_configured()
    output.out.print("\n[bold]Which of these does the brand have?[/]")
    for number, name in enumerate(names, start=1):
        source = SOURCES[name]
        output.out.print(f"  {number:>2}  {source.title}: {source.gives}", soft_wrap=True)
    shown = ",".join(str(names.index(name) + 1) for name in default)
    while True:
        text = typer.prompt("Numbers, separated by commas", default=shown)
        parts = [part.strip() for part in text.split(",") if part.strip()]
        numbers = [int(part) for part in parts if part.isdecimal()]
        if len(numbers) == len(parts) and all(1 <= n <= len(names) for n in numbers):
            break
        _say(f"Numbers from 1 to {len(names)}, please.")
    chosen = [names[number - 1] for number in sorted(set(numbers))]
    if "ecb" not in chosen and "ecb" in draft.now_configured():
        draft.put("RIVAGE_ECB_ENABLED", "false")
    for name in draft.now_configured():
        if name not in chosen:
            _say(f"{SOURCES[name].title} stays set up; empty its lines in .env to leave it out.")
    return chosen


def _salt(draft: Draft, wanted: Sequence[str]) -> None:
    """Make the salt, and refuse one that landing would refuse."""
    there = SALT in draft.values
    draft.fill_in()
    draft.sources = [name for name in wanted if name != "inputs"]  # its folder is asked later
    draft.refuse()
    draft.sources = []
    _say(
        "The privacy salt stays as it is." if there
        else "A privacy salt was made. Personal data is kept only as hashes made with it."
    )  # fmt: skip


def _source(draft: Draft, name: str, done: list[dict[str, Any]], *, check: bool) -> bool:
    """Ask for one source until it works; False when it is left out."""
    before = dict(draft.new)
    source = SOURCES[name]
    output.out.print(f"\n[bold]{source.title}[/]: {source.gives}", soft_wrap=True)
    retry = False
    while True:
        draft.choose(name)
        _ask_all(draft, name, retry=retry)
        tested = []
        for step in steps(name, draft.values) if check else ():
            tested.append({"connector": name} | output.plain(step))
            show_step(name, step)
        if all(step["ok"] for step in tested):
            done += tested
            return True
        choice = _one_of((AGAIN, KEEP, SKIP, QUIT), {
            AGAIN: "type the settings again", KEEP: "keep them, although the test failed",
            SKIP: "leave this source out", QUIT: "stop here",
        })  # fmt: skip
        if choice == KEEP:
            done += tested
            return True
        if choice != AGAIN:
            draft.new = before
            draft.sources.remove(name)
            if choice == QUIT:
                _say(f"{draft.path} holds what was answered before. `rivage init` goes on.")
                raise typer.Exit(STOPPED)
            return False
        retry = True


def _ask_all(draft: Draft, name: str, *, retry: bool) -> None:
    """Ask for a source's settings; what another source has just been given is not asked
    again, unless it failed here."""
    way = _way(draft, name)
    needed = {one.variable for one in to_set(name, way=way)}
    for one in settings_of(name):
        if one.fixed or not (one.optional or one.variable in needed):
            continue
        if one.variable in draft.new and not retry:
            continue
        _ask(draft, one)


def _way(draft: Draft, name: str) -> str:
    ways = ways_of(name)
    if len(ways) < 2:
        return "".join(ways)
    begun = [one.way for one in settings_of(name) if one.way and one.variable in draft.values]
    _say("There are several ways to give access:")
    for number, way in enumerate(ways, start=1):
        output.out.print(f"  {number}  {way}")
    default = ways.index(begun[0]) + 1 if begun else 1
    while True:
        text = str(typer.prompt("Which one", default=str(default))).strip()
        if text.isdecimal() and 1 <= int(text) <= len(ways):
            return ways[int(text) - 1]


def _ask_common(draft: Draft, one: Setting) -> None:
    """Ask for a common setting until it is one."""
    while True:
        before = dict(draft.new)
        _ask(draft, one)
        try:
            draft.refuse()
        except RivageError as error:
            _say(f"{error.what} {error.do}")
            if one.variable not in error.what:
                raise
            draft.new = before
            draft.around.pop(one.variable, None)
            draft.kept.pop(one.variable, None)
            continue
        return


def _ask(draft: Draft, one: Setting) -> None:
    """Ask for one value; Enter keeps what is there."""
    output.out.print(f"\n  {one.variable}", style="bold", markup=False)
    output.out.print(f"  {one.where}", soft_wrap=True, markup=False, highlight=False)
    hidden = one.variable in secrets()
    there = one.variable in draft.values
    default = draft.shown(one.variable) or one.default
    if there and (hidden or default.startswith("{")):
        hint = " [it is set; Enter keeps it]"
    else:
        hint = f" [{default}]" if default else " [Enter leaves it out]" if one.optional else ""
    while True:
        text = typer.prompt(
            f"  {one.label}{hint}", default="", show_default=False, hide_input=hidden
        ).strip()
        if text.startswith("{") and not hidden:
            _say("  The path of the file, please, not what is in it.")
        elif text:
            break
        elif there or one.optional:
            return
        elif default:
            text = default
            break
        else:
            _say("  It is needed for this source.")
    if one.variable in ("RIVAGE_INPUTS_FOLDER", "RIVAGE_GA4_CREDENTIALS"):
        text = _place(text, folder=one.variable == "RIVAGE_INPUTS_FOLDER")
    draft.put(one.variable, text)


def _place(text: str, *, folder: bool) -> str:
    """An absolute path: other commands may be called in other folders."""
    path = Path(text).expanduser().resolve()
    ask = f"  {path} does not exist. Make it?"
    if folder and not path.exists() and typer.confirm(ask, default=True):
        path.mkdir(parents=True)
    return str(path)


def _one_of(words: Sequence[str], means: dict[str, str]) -> str:
    output.out.print("  " + "; ".join(f"{word}: {means[word]}" for word in words), soft_wrap=True)
    while True:
        text = str(typer.prompt(f"  {', '.join(words)}", default=words[0])).strip().lower()
        found = [word for word in words if text and word.startswith(text)]
        if len(found) == 1:
            return found[0]


def _say(text: str) -> None:
    output.out.print(escape(text), soft_wrap=True, highlight=False)
