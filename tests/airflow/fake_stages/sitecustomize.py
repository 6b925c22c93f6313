"""Put first on PYTHONPATH, this replaces the stages by fast fakes in every process.

The fakes keep their state in RIVAGE_HOME/fake: `landed` counts landings, `built` and
`published` hold the count a build or publish saw. A test may write `fail` to name streams
that fail, and how ("tiktok_ads__ads=RateLimited,…"), and `verdict` for the audit.
"""

import os
import sys
import time
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path


def _folder():
    folder = Path(os.environ["RIVAGE_HOME"]) / "fake"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _read(name):
    path = _folder() / name
    return path.read_text() if path.exists() else ""


def _landed():
    return len(list(_folder().glob("landed_*")))


def _fake(stages):
    import rivage.errors
    import rivage.preflight
    import rivage.reports
    from rivage.connectors.base import Account

    def accounts(connector, settings):
        return [Account(f"{connector}_1", f"{connector} one", "Europe/Paris", "EUR")]

    def pull(stream, account, window, settings, connector=None, since=None, heard=None):
        fail = dict(part.split("=") for part in _read("fail").split(",") if part)
        if stream in fail:
            raise getattr(rivage.errors, fail[stream])("as asked", stream=stream)
        (_folder() / f"landed_{stream}_{time.time_ns()}").write_text(str(window))
        return rivage.reports.PullReport(
            stream, account.id, str(window), "p", 1, window.days, 0, 1, 1, 0.0
        )

    def is_pulled(stream, account, window, since, settings):
        return any(
            int(path.name.rpartition("_")[2]) >= since.timestamp() * 1e9
            for path in _folder().glob(f"landed_{stream.name}_*")
        )

    def land(source, window, settings, only=()):
        return stages.LandReport(source, str(window), True, [])

    def build(settings, *, full_refresh=False, progress=None):
        seen, before = str(_landed()), _read("built")
        (_folder() / "built").write_text(seen)
        return stages.BuildReport(
            changed=seen != before, build_id=seen, horizon=None, stale=[], windows=1, models=1,
            seconds=0.0, full_refresh=full_refresh, published=_read("published") == seen,
        )  # fmt: skip

    def audit(settings):
        verdict = _read("verdict") or "pass"
        return stages.AuditReport(verdict, _read("built"), 3, [], "audit.json", 0.0)

    def publish(settings):
        (_folder() / "published").write_text(_read("built"))
        with (_folder() / "versions").open("a") as versions:
            versions.write(_read("built") + "\n")
        return stages.PublishReport(f"v{_read('built')}", "marts.duckdb", {"kpi": 1}, True, 0.0)

    stages.accounts, stages.pull, stages.land = accounts, pull, land
    stages.is_pulled = is_pulled
    stages.is_configured = lambda connector, settings: connector not in _read("unset").split(",")
    stages.source = lambda connector, settings: None
    stages.build, stages.audit, stages.publish = build, audit, publish
    stages.ordinary_window = lambda stream, account, day, settings: stages.Window(day, day)
    stages.upkeep = lambda settings: {}
    rivage.preflight.refuse = lambda settings, streams=(): None


class _FakeLoader(Loader):
    def __init__(self, real):
        self.real = real

    def create_module(self, spec):
        return self.real.create_module(spec)

    def exec_module(self, module):
        self.real.exec_module(module)
        _fake(module)


class _Finder(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != "rivage.stages":
            return None
        spec = PathFinder.find_spec(name, path)
        spec.loader = _FakeLoader(spec.loader)
        return spec


sys.meta_path.insert(0, _Finder())

# Python imports one sitecustomize only; the next one on the path must not lose its turn.
_others = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).parent]
if _next := PathFinder.find_spec("sitecustomize", _others):
    exec(compile(Path(_next.origin).read_text(), _next.origin, "exec"))  # noqa: S102
