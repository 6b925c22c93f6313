"""Which tests start first, and which of them one process keeps together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xdist.scheduler import LoadFileScheduling

if TYPE_CHECKING:
    import pytest

HERE = Path(__file__).parent
LONGEST = (
    "airflow/test_end_to_end.py", "airflow/test_scheduling.py", "faults/test_kill.py",
    "pipeline/test_any_sources.py", "airflow/test_desk_in_browser.py",
    "pipeline/test_contributions.py", "landing/test_forget.py", "faults/test_secrets.py",
    "faults/test_stormy_pull.py", "faults/test_bad_input.py", "pipeline/test_restatement.py",
    "inputs/test_inputs_connector.py", "access/test_partly_granted.py", "cli/test_init.py",
    "pipeline/test_golden.py", "pipeline/test_docs.py",
)  # fmt: skip
"""Longest first: what starts last must be short, or one process works while the others wait.
The first two make nothing that others share, so these need not wait for each other either."""
APART = ("tests/faults/test_kill.py", "tests/pipeline/test_any_sources.py")
"""Long files whose tests share nothing but the session's homes: any process may take each."""


def longest_first(items: list[pytest.Item]) -> None:
    """Order whole files, never the tests within one."""
    rank = {HERE / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


class ByFile(LoadFileScheduling):
    """A file's tests share its fixtures, so one process runs them all, but for those APART."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return nodeid if file in APART else file
