"""`rivage lift`: what an experiment brought, from a file of one's own.

`rivage lift geo.csv …` reads a geo test; the other designs are verbs of their own. The first word
decides: a verb's name is the verb, anything else is a geo test's file.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from rivage.cli.lift import designs, geo, plan

_DEFAULT = "geo"


class GeoByDefault(TyperGroup):
    """A group whose verb may be left out when it is `geo`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `geo` before anything that is neither a verb nor a call for help."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)


def add_to(app: typer.Typer) -> None:
    """Register the verb and its designs."""
    lift = typer.Typer(
        cls=GeoByDefault,
        no_args_is_help=True,
        help="What an experiment brought: `rivage lift geo.csv --treated a,b --start DATE`, "
        "or one of the designs below.",
    )
    geo.add_to(lift)
    plan.add_to(lift)
    designs.add_to(lift)
    app.add_typer(lift, name="lift")
