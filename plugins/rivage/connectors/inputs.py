"""Files the team keeps by hand: one CSV per stream, landed whole or not at all.

A file with a problem is refused with every problem listed; the version landed before stays
in force. A file that is not there is a stream without rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rivage.connectors.base import Account, CheckStep, Page
from rivage.connectors.checks import run_steps
from rivage.errors import InputsInvalid, SettingMissing, UnknownStream
from rivage.inputs.folder import File, check
from rivage.inputs.rows import FILES
from rivage.settings import Settings
from rivage.streams.model import Stream
from rivage.windows import Window

ACCOUNT_ID = "inputs"
FORMAT = "csv"
_TOLD = 20


class Inputs:
    """Connector of a local folder.

    Raises:
        SettingMissing: RIVAGE_INPUTS_FOLDER is absent, no folder, or requires a file that
            no stream reads.
    """

    name = "inputs"

    def __init__(self, settings: Settings) -> None:
        self._folder = input_folder(settings)
        self._required = settings.inputs.required
        self._zone = settings.reporting_timezone
        self._currency = settings.reporting_currency

    def check(self) -> Iterator[CheckStep]:
        """One step for the folder and one per file."""
        yield from run_steps([("folder", lambda: str(self._folder))])
        for file in check(self._folder).values():
            try:
                self._refuse(file)
            except InputsInvalid as error:
                yield CheckStep(file.name, False, str(error))
                continue
            told = f"{len(file.lines)} rows" if file.exists else "no such file; no rows"
            yield CheckStep(file.name, True, told)

    def accounts(self) -> list[Account]:
        """The folder is the one account."""
        return [Account(ACCOUNT_ID, "Inputs", self._zone, self._currency)]

    def pages(
        self,
        stream: Stream,
        account: Account,  # noqa: ARG002  there is one
        window: Window,  # noqa: ARG002  files hold the present
    ) -> Iterator[Page]:
        """The whole file as one page; `request_id` holds the sha256 of its bytes.

        Raises:
            InputsInvalid: the file has problems, or is required and missing.
        """
        if stream.endpoint.removesuffix(".csv") not in FILES:
            raise UnknownStream(f"The inputs connector can't read {stream.endpoint!r}.")
        file = check(self._folder)[stream.endpoint.removesuffix(".csv")]
        self._refuse(file)
        size = (self._folder / file.name).stat().st_size if file.exists else 0
        records = [{"line": line.number, **line.cells} for line in file.lines]
        yield Page(records, edition_id(file), FORMAT, size, 1, 1)

    def _refuse(self, file: File) -> None:
        if not file.exists and file.stem in self._required:
            raise InputsInvalid(
                f"{self._folder / file.name} is missing, and RIVAGE_INPUTS_REQUIRED names it.",
                do="Put the file there, or take it out of RIVAGE_INPUTS_REQUIRED.",
            )
        if file.problems:
            told = "; ".join(p.told(in_logs=True) for p in file.problems[:_TOLD])
            more = f"; and {len(file.problems) - _TOLD} more" if len(file.problems) > _TOLD else ""
            count = f"{len(file.problems)} problem{'s' if len(file.problems) > 1 else ''}"
            raise InputsInvalid(f"{file.name} has {count}: {told}{more}.")


def edition_id(file: File) -> str:
    """What a manifest keeps of the edition that was landed."""
    return f"sha256:{file.edition}" if file.exists else "sha256:"


def input_folder(settings: Settings) -> Path:
    """The configured folder.

    Raises:
        SettingMissing: see `Inputs`.
    """
    folder = settings.inputs.folder
    if folder is None:
        raise SettingMissing(
            "RIVAGE_INPUTS_FOLDER is not set.",
            do="Set it to the folder of the CSV files; inputs/README.md describes them.",
        )
    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        raise SettingMissing(
            f"RIVAGE_INPUTS_FOLDER names {folder}, which is no folder.",
            do="Create it, or correct the setting.",
        )
    unknown = sorted(set(settings.inputs.required) - set(FILES))
    if unknown:
        raise SettingMissing(
            f"RIVAGE_INPUTS_REQUIRED names {', '.join(unknown)}, which no stream reads.",
            do=f"Use words of: {', '.join(FILES)}.",
        )
    return folder
