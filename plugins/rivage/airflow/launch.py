"""Starts Airflow's components from one process that has imported Airflow once.

As commands of their own, API server, scheduler and DAG processor each spend seconds
importing the same modules, on the same two cores. Forked from here they share that
work: half the start-up time. `rivage.airflow.local` runs this as its one child.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

COMMANDS: dict[str, list[str]] = {
    "api-server": ["api-server", "--apps", "core"],
    # Tasks talk to an API of their own, on a port of its own: it takes as long to set up
    # as the one for people, and so both are done at the same time.
    "execution-api": ["api-server", "--apps", "execution", "--port", "0"],
    # Its log server would listen on every interface; the API server reads the files.
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
SHARED = (
    "airflow.sdk",
    "airflow.models",
    "airflow.serialization.serialized_objects",
    "airflow.cli.cli_parser",
    "airflow.jobs.scheduler_job_runner",
)
API = ("airflow.api_fastapi.main",)
# Tasks are forks of the scheduler's workers: what it has imported they need not import.
TASKS = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.dag_processing.dagbag",
    "airflow.dag_processing.bundles.manager",
    "airflow.providers.standard.decorators.python",
    "rivage.airflow.hooks",
    "rivage.airflow.marts",
    "rivage.airflow.run",
    "rivage.stages",
)
HEAVY = ("duckdb", "requests", "dbt.cli.main", "great_expectations")
OWN = {"api-server": API, "execution-api": API, "scheduler": TASKS}
PATIENCE_SECONDS = 3.0
SETTINGS_SECONDS = 120.0


def main(components: Sequence[str]) -> int:
    """Set up the database, fork the components, wait; stop all when one ends or we must."""
    home = Path(os.environ["AIRFLOW_HOME"])
    # Importing makes millions of objects and frees none: collecting meanwhile is a
    # third of the time.
    gc.disable()
    for module in SHARED:
        import_module(module)
    _prepare(home)
    children = {_fork(name, home / "console" / f"{name}.log"): name for name in components}
    gc.enable()
    return _watch(children)


def _prepare(home: Path) -> None:
    from airflow import settings
    from airflow.utils.db import check_migrations

    from rivage.airflow import bootstrap

    fresh = home / "airflow.db"
    try:
        if not fresh.exists():
            raise TimeoutError
        check_migrations(0)
    except TimeoutError:
        bootstrap.migrate()
    bootstrap.create_pools()
    # A connection must not be shared between processes.
    settings.engine.dispose()


def _fork(name: str, log: Path) -> int:
    log.parent.mkdir(parents=True, exist_ok=True)
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        console = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(console, 1)
        os.dup2(console, 2)
        sys.argv = ["airflow", *_command(name)]
        for module in _modules(name):
            import_module(module)
        if name == "scheduler":
            _read_settings(os.environ.get("RIVAGE_AIRFLOW_ENV_FILE"))
        gc.freeze()
        gc.enable()
        from airflow.__main__ import main as airflow_main

        airflow_main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


def _read_settings(path: str | None) -> None:
    """Add the settings of a file that may still be on its way, such as the sandbox's.

    Tasks inherit them, and nothing else needs them: so all may start at the same time.
    """
    if not path:
        return
    deadline = time.monotonic() + SETTINGS_SECONDS
    while not Path(path).exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"{path} did not appear in {SETTINGS_SECONDS:.0f} s")
        time.sleep(0.1)
    lines = Path(path).read_text().splitlines()
    for line in lines:
        name, equals, value = line.partition("=")
        if equals:
            os.environ[name] = value


def _command(name: str) -> list[str]:
    command = COMMANDS[name]
    if "--apps" in command:
        os.environ["AIRFLOW_API_APPS"] = command[command.index("--apps") + 1]
    if name == "execution-api":
        port = urlsplit(os.environ["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]).port
        command = [*command[:-1], str(port)]
    return command


def _modules(name: str) -> tuple[str, ...]:
    if name == "scheduler" and os.environ.get("RIVAGE_AIRFLOW_PRELOAD") == "1":
        return TASKS + HEAVY
    return OWN.get(name, ())


def _watch(children: dict[int, str]) -> int:
    """Wait for the first end: a component's, our parent's, or a signal to us."""
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: asked.append(received))
    parent = os.getppid()
    ended = 0
    while not asked and not ended and os.getppid() == parent:
        ended, _ = os.waitpid(-1, os.WNOHANG)
        time.sleep(0.2)
    if ended:
        sys.stderr.write(f"{children.get(ended, ended)} ended by itself; stopping the others\n")
    _stop([pid for pid in children if pid != ended])
    return 1 if ended else 0


def _stop(pids: list[int]) -> None:
    left = set(pids)
    for number, patience in ((signal.SIGTERM, PATIENCE_SECONDS), (signal.SIGKILL, 2.0)):
        for pid in left:
            os.kill(pid, number)
        deadline = time.monotonic() + patience
        while left and time.monotonic() < deadline:
            left -= {pid for pid in left if os.waitpid(pid, os.WNOHANG)[0]}
            time.sleep(0.05)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
