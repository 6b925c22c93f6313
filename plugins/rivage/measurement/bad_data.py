"""Data an experiment can't be read from: what is wrong, where, and what to do."""

from __future__ import annotations


class BadData(ValueError):
    """Raised by the experiment readers and estimators before anything is computed.

    Args:
        what: one sentence that names the value.
        do: what to change.
        row: position of the first offending row, 0 for the first; None when no row is at fault.
    """

    def __init__(self, what: str, *, do: str = "", row: int | None = None) -> None:
        super().__init__(f"{what} {do}".strip())
        self.what = what
        self.do = do
        self.row = row
