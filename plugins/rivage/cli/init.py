"""`rivage init`: from a brand's accounts to a tested `.env`, by questions or by flags."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rivage.cli import output, prospects
from rivage.cli.running import Json
from rivage.connectors.settings_of import SALT, SOURCES, to_set
from rivage.errors import FileInvalid, OptionInvalid, SettingMissing
from rivage.setup.draft import Draft, given
from rivage.setup.trial import steps

NO_ACCESS = 3
"""Exit code when a source refused; nothing is written then."""

Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help=f"A source to read; can be repeated: {', '.join(SOURCES)}."),
]
Pairs = Annotated[
    list[str] | None,
    typer.Option("--set", help="NAME=value, for what is no secret; can be repeated."),
]
FromEnv = Annotated[
    bool, typer.Option("--from-env", help="Take the RIVAGE_ variables of the environment.")
]
ValuesFile = Annotated[
    str | None,
    typer.Option("--values", help="File of NAME=value lines, secrets included; - for stdin."),
]


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(init)


def init(
    source: Sources = None,
    pairs: Pairs = None,
    from_env: FromEnv = False,
    values: ValuesFile = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Overwrite other values that .env has.")
    ] = False,
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Call no source; write untested values.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    json: Json = False,
) -> None:
    """Set Rivage up: asks for each source's settings, tests them, writes .env.

    In a terminal it asks. Elsewhere, and with --yes or --json, everything comes from flags,
    the environment and .env; what is missing is named, all at once (exit code 2). Secrets
    come by --from-env or --values, never by --set: command lines are not private.
    """
    for name in source or ():
        if name not in SOURCES:
            raise OptionInvalid(
                f"There is no source {name!r}.", do=f"Take from {', '.join(SOURCES)}."
            )
    draft = Draft.begun()
    new = given(pairs or (), _text(values), from_env)
    _refuse_overwriting(draft, {k: v.get_secret_value() for k, v in new.items()}, replace)
    for name, value in new.items():
        draft.new[name] = value
    asking = sys.stdin.isatty() and sys.stdout.isatty() and not (yes or json)
    if asking:
        from rivage.cli.interview import interview

        tested = interview(draft, source or (), check=not no_check)
    else:
        tested = _by_flags(draft, source or (), check=not no_check, quiet=json)
    result = prospects.of(draft, check=not no_check)
    if json:
        output.show_json({"checks": tested} | result)
    else:
        prospects.show(result)


def _text(place: str | None) -> str:
    if place is None:
        return ""
    if place == "-":
        return sys.stdin.read()
    try:
        return Path(place).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise FileInvalid(f"{place} can't be read: {type(problem).__name__}.") from None


def _refuse_overwriting(draft: Draft, new: dict[str, str], replace: bool) -> None:
    other = sorted(
        name for name, value in new.items()
        if name in draft.kept and draft.kept[name].get_secret_value() != value
    )  # fmt: skip
    if SALT in other:
        raise OptionInvalid(
            f"{draft.path} has a privacy salt already, and it stays.",
            do=f"Leave {SALT} out. README.md says how to change it: \"Change the privacy salt\".",
        )  # fmt: skip
    if other and not replace:
        raise OptionInvalid(
            f"{draft.path} has other values of {', '.join(other)}.",
            do="Add --replace to overwrite them, or leave them out.",
        )


def _by_flags(
    draft: Draft, sources: list[str] | tuple[str, ...], *, check: bool, quiet: bool
) -> list[dict[str, Any]]:
    """Complete the draft without a question, test it and write it; the steps that ran."""
    for name in list(sources) or draft.now_configured():
        draft.choose(name)
    if not set(draft.sources) - {"ecb"}:
        raise SettingMissing(
            "No source is named, and no value speaks of one.",
            do=f"Add --source, one or more of {', '.join(SOURCES)}.",
        )
    missing = {
        # Switches are on by having been chosen.
        name: [one for one in to_set(name, draft.values.keys()) if not one.fixed]
        for name in draft.sources
    }
    if any(missing.values()):
        told = "; ".join(
            f"{SOURCES[name].title}: {', '.join(one.variable for one in settings)}"
            for name, settings in missing.items() if settings
        )  # fmt: skip
        raise SettingMissing(
            f"Settings are missing. {told}.",
            do="Give them with --from-env or --values, or with --set if they are no secrets. In a "
            "terminal, `rivage init` says where each is found.",
        )
    if "ecb" not in draft.sources and "ecb" in draft.now_configured():
        draft.choose("ecb")
    draft.fill_in()
    draft.refuse()
    tested = []
    for name in draft.sources if check else ():
        for step in steps(name, draft.values):
            tested.append({"connector": name} | output.plain(step))
            if not quiet:
                prospects.show_step(name, step)
    if not all(step["ok"] for step in tested):
        if quiet:
            output.show_json({"checks": tested, "written": False})
        else:
            output.err.print(f"{draft.path} was not written, because a source refused.")
        raise typer.Exit(NO_ACCESS)
    draft.write()
    return tested
