"""`rivage`: the same verbs as the stages, for a terminal or a script."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from rivage.cli import (
    alerts,
    attribution,
    checking,
    deciding,
    diffing,
    docs,
    forget,
    history,
    init,
    inputs,
    lift,
    looking,
    planning,
    running,
)
from rivage.cli.output import err, show_json
from rivage.errors import Interrupted, RivageError

app = typer.Typer(
    name="rivage",
    help="Measure TikTok marketing: pull, land, build, audit, publish.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
init.add_to(app)
running.add_to(app)
checking.add_to(app)
looking.add_to(app)
deciding.add_to(app)
planning.add_to(app)
history.add_to(app)
diffing.add_to(app)
inputs.add_to(app)
forget.add_to(app)
alerts.add_to(app)
docs.add_to(app)
lift.add_to(app)
attribution.add_to(app)
sandbox = typer.Typer(
    help="The simulated brand with the real APIs' dialects.", no_args_is_help=True
)
app.add_typer(sandbox, name="sandbox")


@sandbox.command(
    "serve", context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)
def sandbox_serve(
    context: typer.Context,
    home: Annotated[Path, typer.Option(help="Folder for its state and settings file.")] = Path(
        ".rivage/sandbox"
    ),
) -> None:
    """Serve the sandbox until Ctrl-C; other options go to `python -m sandbox serve`."""
    command = [sys.executable, "-m", "sandbox", "serve", "--home", str(home), *context.args]
    os.execv(sys.executable, command)  # noqa: S606 - our own interpreter, no shell


def main() -> None:
    """Entry point: named situations become one clear message and a meaningful exit code."""
    try:
        app()
    except RivageError as error:
        if "--json" in sys.argv:
            show_json(
                {
                    "error": type(error).__name__, "what": error.what, "where": error.where,
                    "do": error.do,
                }
            )  # fmt: skip
        else:
            tell(error)
        if isinstance(error, Interrupted):
            # A request under way would hold the process; what it brings is dropped anyway.
            sys.stdout.flush()
            os._exit(error.exit_code)
        sys.exit(error.exit_code)


def tell(error: RivageError) -> None:
    """What happened, where, what to do."""
    err.print(f"[bold red]{type(error).__name__}[/] {error.what}", soft_wrap=True)
    if error.where:
        err.print(f"  where  {error.where}", soft_wrap=True)
    if error.do:
        err.print(f"  next   {error.do}", soft_wrap=True)
