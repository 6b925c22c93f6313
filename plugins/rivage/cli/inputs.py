"""`rivage inputs`: check the files kept by hand and show what is in force."""

from __future__ import annotations

from typing import Any

import typer

from rivage.cli import output
from rivage.cli.running import Json
from rivage.connectors.inputs import edition_id, input_folder
from rivage.inputs.folder import File, check, strangers
from rivage.landing.manifest import Manifest
from rivage.landing.store import Store
from rivage.settings import settings

INVALID = 2
"""Exit code when a file has problems."""


def add_to(app: typer.Typer) -> None:
    """Register the verb."""
    app.command()(inputs)


def inputs(json: Json = False) -> None:
    """Check the files kept by hand, line by line, and show what is in force (exit code 2)."""
    at = settings()
    folder = input_folder(at)
    store = Store(at.landing_url, at.home / "tmp")
    files = [
        {
            "file": file.name, "exists": file.exists, "rows": len(file.lines),
            "required": file.stem in at.inputs.required,
            "problems": [p.as_dict() for p in file.problems],
        } | _in_force(store, file)
        for file in check(folder).values()
    ]  # fmt: skip
    unread = strangers(folder)
    bad = [f for f in files if f["problems"] or (f["required"] and not f["exists"])]
    if json:
        output.show_json({"folder": str(folder), "files": files, "not_read": unread})
    else:
        _show(str(folder), files, unread)
    if bad:
        raise typer.Exit(INVALID)


def _in_force(store: Store, file: File) -> dict[str, Any]:
    """The newest landed edition, and how the file compares with it."""
    landed = max(store.manifests(f"inputs/inputs__{file.stem}"), default=None)
    if landed is None:
        return {"last_landed": None, "rows_in_force": None, "same": False}
    manifest = Manifest.from_json(store.read_text(landed))
    same = manifest.request_ids == (edition_id(file),)
    return {
        "last_landed": manifest.pulled_at.isoformat(timespec="seconds"),
        "rows_in_force": manifest.rows,
        "same": same,
    }


def _standing(file: dict[str, Any]) -> str:
    if file["problems"]:
        count = len(file["problems"])
        return f"[red]{count} problem{'s' if count > 1 else ''}[/]; it is not landed"
    if not file["exists"]:
        return "[red]required, but missing[/]" if file["required"] else "no such file"
    if file["same"]:
        return "[green]in force[/]"
    return "good; lands with the next pull"


def _show(folder: str, files: list[dict[str, Any]], unread: dict[str, str | None]) -> None:
    rows = [
        [f["file"], f["rows"] if f["exists"] else "", _standing(f), f["last_landed"],
         f["rows_in_force"]]
        for f in files
    ]  # fmt: skip
    output.table(
        folder, ["file", "rows", "now", "last landed", "rows in force"], rows, right={1, 4}
    )
    for name, meant in unread.items():
        hint = f"; did you mean {meant}?" if meant else ""
        output.err.print(f"{name} is read by no stream{hint}", style="yellow", soft_wrap=True)
    for file in files:
        for problem in file["problems"]:
            output.err.print(problem["told"], soft_wrap=True, markup=False)
