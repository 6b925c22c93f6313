"""The on-call log: nothing is lost, nothing is changed, whoever writes at the same time."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rivage.incidents import log
from rivage.incidents.events import Event
from rivage.settings import Settings

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


def write_fifty(home: Path, who: str) -> None:
    at = Settings(home=home)
    for number in range(50):
        log.append(at, [Event(NOON, "commented", who, "f" * 12, str(number)) for _ in range(2)])


def test_two_people_writing_at_once_lose_nothing(home: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    people = [spawn.Process(target=write_fifty, args=(home, who)) for who in ("ada", "bob")]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    written = log.read(Settings(home=home))
    for who in ("ada", "bob"):
        assert [e.why for e in written if e.who == who] == [str(n) for n in range(50) for _ in "12"]


def test_a_line_cut_by_a_crash_is_dropped_and_the_rest_stays(home: Path) -> None:
    at = Settings(home=home)
    log.append(at, [Event(NOON, "commented", "ada", "f" * 12, "first")])
    with log.path_of(at).open("ab") as file:
        file.write(b'{"at": "2026-10-01T12:0')
    assert [e.why for e in log.read(at)] == ["first"]
    log.append(at, [Event(NOON, "commented", "bob", "f" * 12, "second")])
    assert [e.why for e in log.read(at)] == ["first", "second"]


@given(
    why=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    until=st.none() | st.dates(date(2026, 1, 1)) | st.datetimes(timezones=st.just(UTC)),
)
def test_every_event_is_one_line_and_comes_back_as_it_was(
    why: str, until: date | datetime | None
) -> None:
    event = Event(NOON, "waived", "ada", "0123456789ab", why, until=until, facts={"n": 1})
    line = event.to_json()
    assert "\n" not in line
    assert Event.from_json(line) == event
