"""The export connector gives the final daily files, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import pytest

from rivage.connectors.base import Account, Files
from rivage.connectors.ga4_export import Ga4Export
from rivage.errors import (
    AccountUnknown,
    BadRequest,
    NotGranted,
    NotReadyYet,
    ServerFailed,
    SettingMissing,
)
from rivage.landing import writer
from rivage.landing.personal import hashed
from rivage.landing.store import Store
from rivage.streams import stream
from rivage.windows import Window
from tests.simulated import SALT

EVENTS = stream("ga4_export__events")
DAY = date(2026, 11, 1)
PROPERTY = Account("123", "123", "Europe/Paris", "")
Configure = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "exports" / "analytics_123"
    made.mkdir(parents=True)
    return made


def deliver(folder: Path, *names: str, content: bytes = b"PAR1....PAR1") -> None:
    for name in names:
        (folder / name).write_bytes(content)


def read(configure: Configure, folder: Path, window: Window | None = None) -> list[Files]:
    connector = Ga4Export(configure(ga4={"export_url": str(folder)}))
    return list(connector.pages(EVENTS, PROPERTY, window or Window(DAY, DAY)))


def test_only_the_final_table_of_the_day_is_read(configure: Configure, folder: Path) -> None:
    deliver(
        folder,
        "events_20261101.parquet",
        "events_intraday_20261101.parquet",
        "events_fresh_20261101.parquet",
        "events_20261102.parquet",
        "pseudonymous_users_20261101.parquet",
        "events_20261101.parquet.tmp",
    )
    (files,) = read(configure, folder)
    assert [path.name for path in files.paths] == ["events_20261101.parquet"]
    assert files.day_window == Window(DAY, DAY)


@pytest.mark.parametrize("joint", ["-00000000000{}", "_00{}", "-part-{}"])
def test_a_day_in_several_files(configure: Configure, folder: Path, joint: str) -> None:
    names = [f"events_20261101{joint.format(n)}.parquet" for n in range(3)]
    deliver(folder, *reversed(names))
    (files,) = read(configure, folder)
    assert [path.name for path in files.paths] == names


def test_a_missing_day_is_not_ready_yet(configure: Configure, folder: Path) -> None:
    deliver(folder, "events_20261102.parquet")
    with pytest.raises(NotReadyYet, match="2026-11-01") as caught:
        read(configure, folder)
    assert caught.value.transient


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1....half"])
def test_a_file_still_being_written_is_not_ready(
    configure: Configure, folder: Path, content: bytes
) -> None:
    deliver(folder, "events_20261101.parquet", content=content)
    with pytest.raises(NotReadyYet, match="being written"):
        read(configure, folder)


def test_two_editions_of_a_day_would_count_twice(configure: Configure, folder: Path) -> None:
    deliver(folder, "events_20261101.parquet", "events_20261101-000.parquet")
    with pytest.raises(BadRequest, match="20261101"):
        read(configure, folder)


def test_the_version_changes_with_the_files(configure: Configure, folder: Path) -> None:
    deliver(folder, "events_20261101.parquet")
    (before,) = read(configure, folder)
    assert read(configure, folder)[0].version == before.version
    os.utime(folder / "events_20261101.parquet", ns=(1, 1))
    assert read(configure, folder)[0].version != before.version


def test_a_window_gives_its_days_in_order(configure: Configure, folder: Path) -> None:
    deliver(folder, *(f"events_2026110{n}.parquet" for n in (3, 1, 2)))
    found = read(configure, folder, Window(DAY, date(2026, 11, 3)))
    assert [str(files.day_window) for files in found] == ["2026-11-01", "2026-11-02", "2026-11-03"]


def test_properties_come_from_the_folder_names(configure: Configure, folder: Path) -> None:
    (folder.parent / "analytics_9").mkdir()
    for url in (str(folder.parent), folder.parent.as_uri()):
        found = Ga4Export(configure(ga4={"export_url": url})).accounts()
        assert found == [PROPERTY, Account("9", "9", "Europe/Paris", "")]
    assert Ga4Export(configure(ga4={"export_url": str(folder)})).accounts() == [PROPERTY]


def test_a_plain_folder_needs_the_property_setting(configure: Configure, tmp_path: Path) -> None:
    plain = {"export_url": str(tmp_path)}
    with pytest.raises(AccountUnknown, match="analytics_"):
        Ga4Export(configure(ga4=plain)).accounts()
    named = Ga4Export(configure(ga4={**plain, "property_id": "123"}))
    assert named.accounts() == [PROPERTY]


def test_a_bucket_is_fetched_and_cleared_away(configure: Configure) -> None:
    bucket = fsspec.filesystem("memory")
    day = "/bucket/analytics_123/events_20261101"
    for name in (f"{day}-000.parquet", f"{day}-001.parquet", day.replace("_2026", "_fresh_2026")):
        bucket.pipe_file(name, b"PAR1....PAR1")
    connector = Ga4Export(configure(ga4={"export_url": "memory://bucket"}))
    assert connector.accounts() == [PROPERTY]
    (files,) = connector.pages(EVENTS, PROPERTY, Window(DAY, DAY))
    assert [path.name for path in files.paths] == [
        "events_20261101-000.parquet", "events_20261101-001.parquet",
    ]  # fmt: skip
    folder, version = files.paths[0].parent, files.version
    assert files.paths[1].read_bytes() == b"PAR1....PAR1"
    del files
    assert not folder.exists()
    bucket.pipe_file(f"{day}-000.parquet", b"PAR1.....PAR1")
    (again,) = connector.pages(EVENTS, PROPERTY, Window(DAY, DAY))
    assert again.version != version
    bucket.rm("/bucket", recursive=True)


@pytest.mark.parametrize("url", [None, "nosuch://bucket/prefix", "memory://x", "/nowhere/at/all"])
def test_an_unusable_place_names_its_setting(configure: Configure, url: str | None) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_GA4_EXPORT_URL"):
        Ga4Export(configure(ga4={"export_url": url}))


def test_the_check_tells_the_newest_day(configure: Configure, folder: Path) -> None:
    connector = Ga4Export(configure(ga4={"export_url": str(folder)}))
    assert [step.ok for step in connector.check()] == [True, False]
    deliver(folder, "events_20261101.parquet", "events_20261102.parquet")
    (*_, last) = connector.check()
    assert "20261102" in last.detail


def land(at: Path, day: date, path: Path) -> duckdb.DuckDBPyRelation:
    """Land one delivered file; the landed rows."""
    files = Files(Window(day, day), (path,), "v1")
    writer.write(
        EVENTS, PROPERTY, Window(day, day), [files], store=Store(at, at / "scratch"), salt=SALT,
        pulled_at=datetime(2026, 11, 3, 6, tzinfo=UTC),
    )  # fmt: skip
    return duckdb.sql(f"from read_parquet('{at}/ga4_export/*/*/*/*.parquet', union_by_name=true)")


PARAM = "{'key': 'page_location', 'value': {'string_value': $url, 'int_value': null::bigint, "
PARAM += "'float_value': null::double, 'double_value': null::double}}"


def deliver_event(path: Path, url: str, more: str = "") -> None:
    duckdb.execute(
        "create or replace temp table delivered as select '20261101' as event_date, "
        "1793520000000000::bigint as event_timestamp, 'page_view' as event_name, "
        f"[{PARAM}] as event_params{more}",
        {"url": url},
    )
    duckdb.execute(f"copy delivered to '{path}' (format parquet)")


def test_an_older_shard_lands_with_the_missing_columns_empty(tmp_path: Path) -> None:
    old, new = tmp_path / "old.parquet", tmp_path / "new.parquet"
    deliver_event(old, "https://a.example/")
    deliver_event(new, "https://a.example/", ", 7::bigint as batch_page_id, 'x' as later_column")
    rows = land(tmp_path / "old", DAY, old).project("batch_page_id, _extra").fetchall()
    assert rows == [(None, None)]
    rows = land(tmp_path / "new", DAY, new).project("batch_page_id, _extra").fetchall()
    assert rows == [(7, '{"later_column":"x"}')]


def test_an_address_in_a_page_url_does_not_reach_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "day.parquet"
    tags = "https://a.example/p?utm_source=klaviyo&ttclid=E.C.P.1"
    deliver_event(path, f"{tags}&email=In%C3%A8s.Petit%40mail.example#top")
    (url,) = land(tmp_path, DAY, path).project(
        "event_params[1].value.string_value"
    ).fetchall()[0]  # fmt: skip
    person = hashed("inès.petit@mail.example", SALT)
    assert url == f"{tags}&email={person}#top"


def test_a_bucket_that_may_not_be_read_is_not_granted(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each library words it in its own way: s3fs as PermissionError, gcsfs as code 403."""

    class Forbidden(Exception):
        code = 403

    fs = fsspec.filesystem("memory")
    fs.makedirs("/bucket/analytics_123", exist_ok=True)
    connector = Ga4Export(configure(ga4={"export_url": "memory://bucket/analytics_123"}))
    for error in (PermissionError("Access Denied"), Forbidden("storage.objects.list")):

        def refuse(*_: Any, error: Exception = error, **__: Any) -> None:
            raise error

        monkeypatch.setattr(type(fs), "ls", refuse)
        with pytest.raises(NotGranted, match="analytics_123") as caught:
            list(connector.pages(EVENTS, PROPERTY, Window(DAY, DAY)))
        assert "list and read" in caught.value.do


def test_a_bucket_that_is_down_is_no_refusal(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise OSError("connection reset")

    fs = fsspec.filesystem("memory")
    fs.makedirs("/bucket/analytics_123", exist_ok=True)
    connector = Ga4Export(configure(ga4={"export_url": "memory://bucket/analytics_123"}))
    monkeypatch.setattr(type(fs), "ls", down)
    with pytest.raises(ServerFailed):
        list(connector.pages(EVENTS, PROPERTY, Window(DAY, DAY)))
