"""The export is read from a bucket: S3's own dialect, served on loopback."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from rivage.connectors.base import Account, Files
from rivage.connectors.ga4_export import Ga4Export
from rivage.errors import NotReadyYet, ServerFailed, SettingMissing
from rivage.streams import stream
from rivage.windows import Window

EVENTS = stream("ga4_export__events")
DAY = date(2026, 11, 1)
PROPERTY = Account("123", "123", "Europe/Paris", "")
Configure = Callable[..., Any]


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A file system of S3 with the empty bucket `exports`, as a machine with keys sees it."""
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()
    requests.post(f"http://{host}:{port}/moto-api/reset", timeout=10)  # kept by the process
    store = s3fs.S3FileSystem()
    store.mkdir("exports", region_name="eu-west-3")
    yield store
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


def deliver(store: Any, tmp_path: Path, key: str, events: int) -> None:
    """Put a Parquet file with numbered events into the bucket."""
    path = tmp_path / "made.parquet"
    duckdb.execute(
        f"copy (select '20261101' as event_date, i as event_timestamp, 'page_view' as event_name "
        f"from range({events}) t(i)) to '{path}' (format parquet)"
    )
    store.put_file(str(path), key)


def read(configure: Configure, url: str) -> Files:
    connector = Ga4Export(configure(ga4={"export_url": url}))
    (files,) = connector.pages(EVENTS, PROPERTY, Window(DAY, DAY))
    assert isinstance(files, Files)
    return files


def test_a_day_is_read_from_the_parts_that_one_query_wrote(
    configure: Configure, bucket: Any, tmp_path: Path
) -> None:
    folder = "exports/brand/analytics_123"
    for part, events in (("000000000000", 3), ("000000000001", 2)):
        deliver(bucket, tmp_path, f"{folder}/events_20261101_{part}.parquet", events)
    deliver(bucket, tmp_path, f"{folder}/events_intraday_20261101.parquet", 9)
    url = "s3://exports/brand"
    assert Ga4Export(configure(ga4={"export_url": url})).accounts() == [PROPERTY]
    files = read(configure, f"{url}/analytics_123")
    paths = [str(path) for path in files.paths]
    assert duckdb.sql(f"select count(*) from read_parquet({paths})").fetchall() == [(5,)]
    assert read(configure, url).version == files.version
    deliver(bucket, tmp_path, f"{folder}/events_20261101_000000000001.parquet", 4)
    again = read(configure, url)
    assert again.version != files.version
    paths = [str(path) for path in again.paths]
    assert duckdb.sql(f"select count(*) from read_parquet({paths})").fetchall() == [(7,)]


def test_a_bucket_without_the_day_or_without_access_says_so(
    configure: Configure, bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(bucket, tmp_path, "exports/analytics_123/events_20261031.parquet", 1)
    with pytest.raises(NotReadyYet, match="2026-11-01"):
        read(configure, "s3://exports/analytics_123")
    with pytest.raises(SettingMissing, match="empty"):
        read(configure, "s3://exports/analytics_9")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    bucket.clear_instance_cache()
    with pytest.raises(ServerFailed, match="can't be read"):
        read(configure, "s3://exports/analytics_123")


@pytest.mark.parametrize(("scheme", "library"), [("gs", "gcsfs"), ("abfs", "adlfs")])
def test_a_missing_library_names_the_command_that_installs_it(
    configure: Configure, scheme: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(SettingMissing, match=f"no library for {scheme}://") as caught:
        Ga4Export(configure(ga4={"export_url": f"{scheme}://exports/analytics_123"}))
    assert "requirements/stores.lock" in str(caught.value.do)
