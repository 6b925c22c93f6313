"""A local Airflow as a context: everything it starts is gone when it is left.

`python -m rivage.airflow.local up` runs it until Ctrl-C, `… demo` shows the whole
pipeline against the sandbox.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from rivage.airflow.client import Client, Probe, wait_for
from rivage.airflow.environment import REPO, airflow_home, free_port, local_environment
from rivage.airflow.processes import Child, raise_on_sigterm
from rivage.errors import ServerFailed

COMPONENTS = ("execution-api", "api-server", "scheduler", "dag-processor")
PARTS = ("metadatabase", "scheduler", "dag_processor")


class LocalAirflow:
    """API server, scheduler and DAG processor on 127.0.0.1, with SQLite and LocalExecutor.

    Args:
        home: RIVAGE_HOME; metadata, logs and passwords are kept in its `airflow/`.
        port: wanted port; a free one is taken if this is in use.
        extra: more environment.
        env_file: settings for the tasks, `NAME=value` a line; awaited if not there yet.
        preload: import dbt and Great Expectations once in the scheduler, so that tasks,
            its forks, have them: slower to start, faster from the first build on.
        triggerer: start it too; only deferrable tasks and deadlines need it.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int = 8080,
        extra: Mapping[str, str] | None = None,
        env_file: Path | None = None,
        preload: bool = True,
        triggerer: bool = False,
    ) -> None:
        self.home = home.expanduser().resolve()
        self.port = free_port(port)
        self.env = local_environment(self.home, self.port) | dict(extra or {})
        self.env["RIVAGE_AIRFLOW_PRELOAD"] = "1" if preload else "0"
        if env_file:
            self.env["RIVAGE_AIRFLOW_ENV_FILE"] = str(env_file)
        self.url = f"http://127.0.0.1:{self.port}"
        self.components = (*COMPONENTS, "triggerer") if triggerer else COMPONENTS
        self.users: dict[str, str] = json.loads(
            (airflow_home(self.home) / "passwords.json").read_text()
        )
        self.client = Client(self.url, "admin", self.users["admin"])
        self._child: Child | None = None

    def start(self) -> None:
        """Start the processes; returns at once."""
        self._child = Child(
            [sys.executable, "-m", "rivage.airflow.launch", *self.components],
            env=self.env,
            log=airflow_home(self.home) / "console" / "launch.log",
            cwd=REPO,
        )

    def wait_until_healthy(
        self, seconds: float = 120.0, told: Callable[[str], None] | None = None
    ) -> None:
        """Wait for API, scheduler, DAG processor and the DAGs; `told` hears what is missing."""
        # The first request to it takes seconds; better ours than the first task's.
        tasks = Probe(self.env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] + "health")

        def healthy() -> bool:
            status = self.client.health()
            missing = [part for part in PARTS if status.get(part) != "healthy"]
            missing += [] if tasks.answers() else ["task API"]
            if told and missing:
                told(f"starting Airflow; waiting for {', '.join(missing)}")
            return not missing

        wait_for(healthy, seconds, what="Airflow to be healthy", watch=[self.check_alive])
        expected = {path.stem for path in (REPO / "dags").glob("*.py")}
        wait_for(
            lambda: expected <= set(self.client.dags()) or bool(self.client.import_errors()),
            seconds,
            what="the DAGs to be parsed",
            watch=[self.check_alive],
        )
        if errors := self.client.import_errors():
            raise ServerFailed(f"Airflow can't import: {'; '.join(errors)}")

    def wait_until_answering(self, seconds: float = 120.0) -> None:
        """Wait for the API alone, whatever the other components do."""
        wait_for(
            lambda: bool(self.client.health()),
            seconds,
            what="Airflow's API to answer",
            watch=[self.check_alive],
        )

    def check_alive(self) -> None:
        """Raise when the processes are gone, with what they said last."""
        if self._child is None or self._child.ended is not None:
            said = self._child.tail() if self._child else "never started"
            raise ServerFailed(
                f"Airflow stopped by itself: {said}",
                do=f"Read the files in {airflow_home(self.home) / 'console'}.",
            )

    def stop(self) -> None:
        """End every process that was started. Safe to call twice."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def __enter__(self) -> LocalAirflow:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def main(arguments: list[str] | None = None) -> int:
    """`demo`, `up` or `down`."""
    parser = argparse.ArgumentParser(prog="python -m rivage.airflow.local", description=__doc__)
    parser.add_argument("verb", choices=("demo", "up", "down"))
    parser.add_argument("--home", type=Path, default=Path(".rivage/demo"), help="RIVAGE_HOME")
    parser.add_argument("--port", type=int, default=8080, help="wanted port of the web page")
    chosen = parser.parse_args(arguments)
    home: Path = chosen.home.expanduser().resolve()

    from rich.console import Console

    from rivage.airflow.demo import demo
    from rivage.airflow.stay import down, up

    raise_on_sigterm()
    console = Console()
    if chosen.verb == "down":
        return down(home, console)
    try:
        return (demo if chosen.verb == "demo" else up)(home, chosen.port, console)
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
