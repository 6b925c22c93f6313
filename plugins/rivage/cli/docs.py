"""`rivage docs`: what the tables mean, as one page to open or send."""

from __future__ import annotations

from typing import Annotated

import typer

from rivage.cli import output
from rivage.cli.running import Json
from rivage.settings import settings


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(docs)


def docs(
    catalogue: Annotated[
        bool,
        typer.Option("--catalogue", help="Instead, write dbt_project/docs/marts.md anew."),
    ] = False,
    json: Json = False,
) -> None:
    """Write the reference of all models as one offline page, and print where it is."""
    if catalogue:
        from rivage.warehouse.catalogue import write_catalogue

        path = write_catalogue()
    else:
        from rivage.warehouse.docs import write_page

        with output.progress("docs", quiet=json):
            path = write_page(settings())
    if json:
        output.show_json({"path": str(path)})
    else:
        output.out.print(str(path), soft_wrap=True, highlight=False, markup=False)
