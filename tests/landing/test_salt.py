"""One long salt per landing: others are refused before a page is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rivage import forgetting
from rivage.connectors.base import Account, Page
from rivage.errors import RivageError, SaltChanged, SettingMissing
from rivage.landing import salt as salts
from rivage.landing.store import Store
from rivage.landing.writer import write
from rivage.settings import Settings
from rivage.streams.model import Column, Personal, Snapshot, Stream
from rivage.windows import Window

ACCOUNT = Account("1", "One", "Europe/Paris", "EUR")
DAY = Window(date(2026, 9, 1), date(2026, 9, 1))
PEOPLE = Stream(
    name="toy__people", connector="toy", endpoint="people", doc="People.", keys=("id",),
    window=Snapshot(), columns=(Column("id"), Column("email")),
    personal=(Personal("email", "hash"),),
)  # fmt: skip
THINGS = replace(PEOPLE, name="toy__things", personal=(Personal("email", "drop"),))
FIRST = "the first salt, of more than 32 characters"
OTHER = "the other salt, of more than 32 characters"


def land(store: Store, salt: str | None, stream: Stream = PEOPLE) -> int:
    """Lands one record; returns how many pages were asked for."""
    asked = []

    def pages() -> Iterator[Page]:
        asked.append(1)
        yield Page([{"id": "1", "email": "lea@mail.example"}], "r", "v", 1, 1)

    try:
        write(stream, ACCOUNT, DAY, pages(), store=store, salt=salt, pulled_at=datetime.now(UTC))
    except RivageError as error:
        assert not asked, "a page was asked for before the salt was refused"
        raise error from None
    return len(asked)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    url = tmp_path / "landing" if request.param == "folder" else f"memory://salt-{tmp_path.name}"
    return Store(url, tmp_path / "scratch")


@pytest.mark.parametrize("short", [None, "", "x", "x" * 31])
def test_what_is_too_short_to_hide_behind_is_refused(store: Store, short: str | None) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_PRIVACY_SALT") as refused:
        land(store, short)
    assert "rivage init" in refused.value.do
    assert store.keys("", ".json") == []


def test_thirty_two_characters_are_enough(store: Store) -> None:
    assert land(store, "x" * 32) == 1


def test_another_salt_is_refused_and_the_first_goes_on(store: Store) -> None:
    land(store, FIRST)
    with pytest.raises(SaltChanged, match="RIVAGE_PRIVACY_SALT") as refused:
        land(store, OTHER)
    assert "new landing" in refused.value.do
    assert land(store, FIRST) == 1


def test_what_is_kept_of_the_salt_is_not_the_salt(store: Store) -> None:
    land(store, FIRST)
    (key,) = store.keys("_salt", ".json")
    kept = key + store.read_text(key)
    assert FIRST not in kept
    assert salts.fingerprint(FIRST) in kept


def test_streams_without_hashes_need_no_salt_and_keep_none(store: Store) -> None:
    assert land(store, None, THINGS) == 1
    assert land(store, "x", THINGS) == 1
    assert store.keys("_salt", ".json") == []


def test_a_landing_from_before_takes_the_salt_of_its_next_pull(store: Store) -> None:
    land(store, FIRST)
    (key,) = store.keys("_salt", ".json")
    store.delete(key)
    land(store, FIRST)
    assert store.keys("_salt", ".json") == [key]


def test_two_first_pulls_with_two_salts_do_not_both_go_on(store: Store) -> None:
    land(store, FIRST)
    with store.spool() as spool:  # as one does that looked before the first had written
        store.put_text("{}", f"_salt/{salts.fingerprint(OTHER)}.json", spool)
    for one in (FIRST, OTHER):
        with pytest.raises(SaltChanged):
            land(store, one)


def test_nobody_is_declared_forgotten_with_another_salt(tmp_path: Path) -> None:
    at = Settings(home=tmp_path, privacy_salt=FIRST)  # type: ignore[arg-type]
    land(Store(at.landing_url, at.home / "tmp"), FIRST)
    other = Settings(home=tmp_path, privacy_salt=OTHER)  # type: ignore[arg-type]
    for ask in (forgetting.look, forgetting.forget):
        with pytest.raises(SaltChanged):
            ask(other, "lea@mail.example")
