"""`.env` is changed line by line; whoever reads it gets exactly what was written."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from dotenv import dotenv_values
from pydantic import SecretStr

from rivage.errors import SettingMissing
from rivage.setup import env_file

AWKWARD = (
    "plain", "a b", "a#b", "a #b", "it's", "back\\slash", "\\'", '"quoted"', "$HOME", "ünï=",
    '{"key": "-----BEGIN\\nEND"}', "'", " lead and trail ",
)  # fmt: skip


def write(path: Path, **values: str) -> None:
    env_file.write(path, {k: SecretStr(v) for k, v in values.items()}, {"NEW": "A heading"})


@pytest.mark.parametrize("value", AWKWARD)
def test_a_value_is_read_as_it_was_written(value: str, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("OLD=\n")
    write(path, OLD=value, NEW=value)
    assert dotenv_values(path) == {"OLD": value, "NEW": value}
    assert {k: v.get_secret_value() for k, v in env_file.read(path).items()} == dotenv_values(path)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A=\n", "A=new\n"),
        ("A=", "A=new"),
        ("  export A = old   # why\n", "  export A=new   # why\n"),
        ("A=      # of the agency's \"app\"\n", "A=new      # of the agency's \"app\"\n"),
        ("A='old # part'  # why\n", "A=new  # why\n"),
        ('A="old # part"\n', "A=new\n"),
        ("A=old#part\n", "A=new\n"),
        ("# A=no\nA=1\nB='two\nlines'\n\nA=2\n# end\n",
         "# A=no\nA=1\nB='two\nlines'\n\nA=new\n# end\n"),
        ("B=1", "B=1\nA=new\n"),
        ("not a line of ours\nA=1\n", "not a line of ours\nA=new\n"),
    ],
)  # fmt: skip
def test_only_the_value_changes(before: str, after: str, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(before)
    write(path, A="new")
    assert path.read_text() == after


def test_what_is_new_goes_to_the_end_under_its_heading(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    write(path, NEW="1")
    assert path.read_text() == "# A heading\nNEW=1\n"
    write(path, NEW="2", MORE="3")
    assert path.read_text() == "# A heading\nNEW=2\nMORE=3\n"


@pytest.mark.parametrize("value", ["two\nlines", "a${HOME}b"])
def test_what_the_file_cannot_hold_is_refused_without_being_shown(
    value: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingMissing, match=r"A (has|contains)") as refused:
        write(tmp_path / ".env", A=value)
    assert value not in str(refused.value)
    assert not (tmp_path / ".env").exists()


def test_only_its_owner_reads_it_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_text("A=1\n")
    real.chmod(0o644)
    (tmp_path / ".env").symlink_to(real)
    write(tmp_path / ".env", A="2")
    assert (tmp_path / ".env").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", "real"]


def test_a_file_that_cannot_be_replaced_stays_and_leaves_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("A=1\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(env_file.os, "fsync", full)
    with pytest.raises(SettingMissing, match="No space left"):
        write(tmp_path / ".env", A="2")
    assert (tmp_path / ".env").read_text() == "A=1\n"
    assert [path.name for path in tmp_path.iterdir()] == [".env"]
