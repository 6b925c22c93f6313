"""Stored tokens: owner-only, never half-written, renewed by one process at a time."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from rivage.connectors.redaction import redact
from rivage.connectors.token_file import TokenFile, token_path
from rivage.errors import FileLocked, SettingMissing


def test_written_tokens_are_read_back_by_another_reader(tmp_path: Path) -> None:
    path = token_path(tmp_path / "tokens", "tiktok_shop", "app/key")
    TokenFile(path).write({"access_token": "one-token", "expires": 12})
    assert TokenFile(path).read() == {"access_token": "one-token", "expires": 12}
    assert path.name == "tiktok_shop-app_key.json"


def test_only_the_owner_can_read_the_file_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "tokens" / "a.json"
    before = os.umask(0)
    try:
        TokenFile(path).write({"access_token": "one-token"})
        with TokenFile(path).lock():
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.with_suffix(".lock").stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_nothing_stored_and_damaged_files_read_as_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    assert TokenFile(path).read() == {}
    for damaged in ('{"access_tok', "[1]", ""):
        path.write_text(damaged)
        assert TokenFile(path).read() == {}


def test_what_is_read_is_masked_in_logs_from_then_on(tmp_path: Path) -> None:
    TokenFile(tmp_path / "a.json").write({"refresh_token": "never-shown-again"})
    TokenFile(tmp_path / "a.json").read()
    assert "never-shown-again" not in redact("it was never-shown-again, was it")


def test_a_second_renewal_waits_and_then_names_the_situation(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    times = iter([0.0, 0.0, 5.0])
    slept: list[float] = []
    waiting = TokenFile(path, patience=3.0, sleep=slept.append, clock=lambda: next(times))
    with TokenFile(path).lock(), pytest.raises(FileLocked, match=r"a\.json"), waiting.lock():
        pass
    assert len(slept) == 1


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with pytest.raises(RuntimeError), TokenFile(path).lock():
        raise RuntimeError
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)


def test_a_folder_that_cant_be_written_is_a_named_setting_error(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("a file where the folder should be")
    with pytest.raises(SettingMissing, match="RIVAGE_HOME"):
        TokenFile(tmp_path / "tokens" / "a.json").write({"access_token": "one-token"})
