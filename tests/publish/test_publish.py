"""Publishing: atomic for readers, idempotent for us, readable by old clients."""

from __future__ import annotations

import json
import subprocess
import threading
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from rivage.audit.document import Audit
from rivage.errors import AuditFailed, FileLocked, NothingToPublish
from rivage.publish import versions
from rivage.publish.publish import is_published, publish, rollback
from rivage.publish.releases import current, releases
from rivage.settings import Settings
from rivage.warehouse.candidate import Candidate
from rivage.warehouse.lock import writer_lock

REPO = Path(__file__).resolve().parents[2]
OPS_VERSIONS = """
create table ops_versions (
    version varchar, published_at timestamptz, build_id varchar, content_sha256 varchar,
    git_commit varchar, horizon_date date, tables integer, total_rows bigint,
    audit_verdict varchar, open_waivers integer, note varchar
)
"""


def make_candidate(at: Settings, stamp: int, *, verdict: str = "pass") -> str:
    """A candidate whose two tables both say `stamp`, with a finished build and an audit."""
    at.home.mkdir(parents=True, exist_ok=True)
    at.candidate.unlink(missing_ok=True)
    db = duckdb.connect(str(at.candidate))
    db.execute(f"create table kpi_left as select {stamp} as stamp from range(500)")
    db.execute(f"create table kpi_right as select {stamp} as stamp from range(500)")
    db.execute("comment on table kpi_left is 'Grain: one row.'")
    db.execute("comment on column kpi_left.stamp is 'Unit: none.'")
    db.execute(OPS_VERSIONS)
    db.close()
    build_id = f"{stamp:012x}"
    Candidate(build_id, "2026-09-30", "p", [], 3).write(at)
    broken = [
        {
            "severity": "critical", "sentence": "CRITICAL kpi_left: broken", "table": "kpi_left",
            "rule": "it is whole", "fingerprint": "0123456789ab",
        }
    ]  # fmt: skip
    findings = broken if verdict == "fail" else []
    now = datetime.now(UTC)
    Audit(build_id, verdict, now, "2026-09-30", None, 3, 0.1, [], findings).write(at)
    return build_id


def stamps(path: Path) -> set[int]:
    with duckdb.connect(str(path), read_only=True) as db:
        left = db.execute("select distinct stamp from kpi_left").fetchall()
        right = db.execute("select distinct stamp from kpi_right").fetchall()
    return {stamp for (stamp,) in left + right}


@pytest.fixture
def at(home: Path) -> Settings:
    return Settings(home=home, keep_versions=3)


def test_readers_see_the_audited_candidate_with_comments(at: Settings) -> None:
    build_id = make_candidate(at, 1)
    release, new = publish(at)
    assert new
    assert stamps(versions.live(at)) == {1}
    assert is_published(at, build_id)
    with duckdb.connect(str(versions.live(at)), read_only=True) as db:
        assert db.execute(
            "select comment from duckdb_tables() where table_name='kpi_left'"
        ).fetchall() == [("Grain: one row.",)]
        own = db.execute("select version, horizon_date, audit_verdict from ops_versions").fetchall()
    assert own == [(release.version, date(2026, 9, 30), "pass")]
    twin = duckdb.sql(f"select count(*) from '{at.published}/parquet/kpi_left.parquet'").fetchall()
    assert twin == [(500,)]


def test_publishing_twice_is_one_version(at: Settings) -> None:
    make_candidate(at, 1)
    first, _ = publish(at)
    again, new = publish(at)
    assert (again.version, new) == (first.version, False)
    assert len(releases(at)) == 1


@pytest.mark.parametrize("verdict", ["fail", None])
def test_a_failed_or_unaudited_candidate_leaves_the_old_version(
    at: Settings, verdict: str | None
) -> None:
    make_candidate(at, 1)
    publish(at)
    make_candidate(at, 2, verdict=verdict or "pass")
    if verdict is None:
        for path in at.audits.glob(f"*_{2:012x}.json"):
            path.unlink()
    with pytest.raises(AuditFailed):
        publish(at)
    assert stamps(versions.live(at)) == {1}


@pytest.mark.parametrize("step", ["swap", "record", "point_at", "retire"])
def test_a_crash_at_any_step_of_publish_heals_on_the_next_run(
    at: Settings, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_candidate(at, 1)
    publish(at)
    make_candidate(at, 2)
    with monkeypatch.context() as patch:

        def dies(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(versions, step, dies)
        with pytest.raises(KeyboardInterrupt):
            publish(at)
    assert stamps(versions.live(at)) in ({1}, {2})
    release, _ = publish(at)
    assert stamps(versions.live(at)) == {2}
    assert [r.version for r in releases(at)][-1] == release.version
    assert len(list((at.published / "versions").glob("*.duckdb"))) == 2
    now = current(at)
    assert now is not None
    assert now.version == release.version


def test_rollback_holds_until_a_new_build(at: Settings) -> None:
    make_candidate(at, 1)
    first, _ = publish(at)
    bad = make_candidate(at, 2)
    publish(at)
    assert rollback(at).version == first.version
    assert stamps(versions.live(at)) == {1}
    assert is_published(at, bad)  # so that nothing publishes it again by itself
    with pytest.raises(NothingToPublish, match="taken back"):
        publish(at)
    make_candidate(at, 3)
    publish(at)
    assert stamps(versions.live(at)) == {3}


def test_rollback_names_an_unknown_version(at: Settings) -> None:
    make_candidate(at, 1)
    publish(at)
    with pytest.raises(NothingToPublish, match="marts_x"):
        rollback(at, "marts_x")
    with pytest.raises(NothingToPublish, match="no earlier version"):
        rollback(at)


def test_only_the_newest_versions_are_kept_but_every_release_is_on_record(at: Settings) -> None:
    for stamp in range(1, 7):
        make_candidate(at, stamp)
        publish(at)
    assert len(list((at.published / "versions").glob("*.duckdb"))) == 3
    assert len(releases(at)) == 6


def test_two_hundred_readers_through_twenty_publishes_see_no_error_and_no_mix(at: Settings) -> None:
    make_candidate(at, 0)
    publish(at)
    code = (
        "import duckdb, os, sys, time\n"
        "path, stop, n = sys.argv[1], sys.argv[2], 0\n"
        "while not os.path.exists(stop) or n == 0:\n"
        "    db = duckdb.connect(path, read_only=True)\n"
        "    db.execute('set enable_progress_bar = false')\n"  # printed where a query is slow
        "    l = {r[0] for r in db.execute('select distinct stamp from kpi_left').fetchall()}\n"
        "    time.sleep(0.05)\n"
        "    r = {r[0] for r in db.execute('select distinct stamp from kpi_right').fetchall()}\n"
        "    assert l == r and len(l) == 1, (l, r)\n"
        "    v = db.execute('select count(*) from ops_versions').fetchall()\n"
        "    db.close(); n += 1; time.sleep(0.2)\n"
        "print(n)\n"
    )
    import sys

    # 10 processes x 20 readers each: DuckDB allows many readers per process too, but a
    # process shares one instance per path, so each reader thread is its own connection.
    script = (
        "import sys, threading, traceback\n"
        "errors = []\n"
        f"code = {code!r}\n"
        "def go():\n"
        "    try: exec(compile(code, 'reader', 'exec'), {})\n"
        "    except Exception: errors.append(traceback.format_exc())\n"
        "threads = [threading.Thread(target=go) for _ in range(20)]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]\n"
        "sys.exit('\\n'.join(errors[:1]) if errors else 0)\n"
    )
    stop = at.home / "stop"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(versions.live(at)), str(stop)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(10)
    ]  # fmt: skip
    published = 0
    for stamp in range(1, 21):
        make_candidate(at, stamp)
        publish(at)
        published += 1
    assert published == 20
    stop.touch()
    results = [(p.communicate(timeout=120), p.returncode) for p in readers]
    assert all(code == 0 for _, code in results), [out[1] for out, code in results if code][:1]
    reads = sum(int(line) for (text, _), _ in results for line in text.split())
    assert reads >= 200


def test_an_old_client_lists_the_marts_with_comments(at: Settings) -> None:
    reader = REPO / ".venv" / "reader" / "bin" / "python"
    if not reader.exists():
        pytest.fail("the DuckDB 1.1 environment is missing: run `make setup`")
    make_candidate(at, 1)
    publish(at)
    code = (
        "import duckdb, json, sys; db = duckdb.connect(sys.argv[1], read_only=True);"
        'print(json.dumps([duckdb.__version__, db.execute("select comment from duckdb_tables() '
        "where table_name='kpi_left'\").fetchall(), db.execute(\"select comment from "
        "duckdb_columns() where table_name='kpi_left'\").fetchall()]))"
    )
    done = subprocess.run(
        [str(reader), "-c", code, str(versions.live(at))],
        capture_output=True,
        text=True,
        check=True,
    )
    version, table, column = json.loads(done.stdout)
    assert version.startswith("1.1.")
    assert table == [["Grain: one row."]]
    assert column == [["Unit: none."]]


def test_a_second_writer_waits_and_then_says_who_holds_the_lock(home: Path) -> None:
    with writer_lock(home):
        caught: list[Exception] = []

        def second() -> None:
            try:
                with writer_lock(home, wait_seconds=0.3):
                    pass
            except FileLocked as error:
                caught.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert "process" in str(caught[0])
    with writer_lock(home, wait_seconds=0):
        pass
