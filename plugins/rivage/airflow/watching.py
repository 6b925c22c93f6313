"""Shows what Airflow does while it does it, and waits for a published version."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from rich.console import Console

from rivage.airflow.client import DONE, Client, Run, TaskInstance
from rivage.airflow.names import BUILD_DAG, MARTS_ASSET
from rivage.errors import BuildFailed, RivageError

ENDED = frozenset({"success", "failed", "skipped", "upstream_failed"})


class Narrator:
    """Prints steps with seconds since the start; on a terminal also what runs right now."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self.console = console
        self._clock = clock
        self._started = clock()
        self._status = console.status("") if console.is_terminal else None
        self._last_note = 0.0

    @property
    def seconds(self) -> float:
        return self._clock() - self._started

    def step(self, text: str) -> None:
        """Something happened."""
        self.console.print(
            f"[dim]{self.seconds:6.1f} s[/dim]  {text}", highlight=False, soft_wrap=True
        )

    def now(self, text: str) -> None:
        """What is going on; rewritten in place on a terminal, every 5 s elsewhere."""
        if self._status:
            self._status.update(f"{self.seconds:6.1f} s  {text}")
            self._status.start()
        elif self.seconds - self._last_note >= 5:
            self._last_note = self.seconds
            self.step(f"[dim]… {text}[/dim]")

    def close(self) -> None:
        if self._status:
            self._status.stop()


class Watch:
    """Follows the runs that start from now on, saying what each task did.

    Every look is two or three calls for everything at once: what the API server spends
    on answering us, the tasks can't have.
    """

    def __init__(self, client: Client, narrator: Narrator, alive: Callable[[], None]) -> None:
        self._client = client
        self._say = narrator
        self._alive = alive
        self._since = datetime.now(UTC)
        self._seen: set[tuple[str, str, str, int]] = set()
        self._old = {run.run_id for run in client.runs()}
        self._events = len(client.asset_events(MARTS_ASSET))

    def published(self, ingest: Sequence[Run], seconds: float) -> str:
        """Wait until the ingest runs landed and their marts are published; returns the version.

        Raises:
            BuildFailed: a run failed, nothing was published, or it took too long.
        """
        own = {run.run_id for run in ingest}
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._alive()
            runs = [r for r in self._client.runs(limit=30) if r.run_id not in self._old]
            self._tell(self._client.tasks_since(self._since))
            if failed := [run for run in runs if run.state == "failed"]:
                raise BuildFailed(self._why(failed[-1]), do="Open that run in Airflow: `make up`.")
            landed = all(run.state in DONE for run in runs if run.run_id in own)
            builds = [run for run in runs if run.dag_id == BUILD_DAG]
            if landed and builds and any(run.state in DONE for run in builds):
                if events := self._client.asset_events(MARTS_ASSET)[self._events :]:
                    return str(events[-1]["extra"]["version"])
                if all(run.state in DONE for run in builds):
                    raise BuildFailed("Everything landed, but no version was published.")
            time.sleep(1.0)
        raise BuildFailed(f"Not published after {seconds:.0f} s.")

    def _tell(self, tasks: Sequence[TaskInstance]) -> None:
        for task in tasks:
            key = (task.dag_id, task.run_id, task.task_id, task.map_index)
            if task.run_id in self._old or task.state not in ENDED or key in self._seen:
                continue
            self._seen.add(key)
            name = f" ({task.name})" if task.name else ""
            self._say.step(
                f"{task.dag_id} [bold]{task.task_id}[/bold]{name} {task.state} "
                f"[dim]{task.seconds:.1f} s[/dim]"
            )
        running = [task.task_id.removeprefix("pull__") for task in tasks if task.state == "running"]
        self._say.now(f"running: {', '.join(running)}" if running else "Airflow schedules")

    def _why(self, run: Run) -> str:
        """The failed task and the last plain-words line of its log."""
        for task in self._client.tasks(run):
            if task.state != "failed":
                continue
            try:
                lines = self._client.log(run, task).splitlines()
            except RivageError:
                lines = []
            said = [line for line in lines if line.startswith("task failed:")]
            return said[-1] if said else f"{run.dag_id} {task.task_id} failed"
        return f"{run.dag_id} {run.run_id} failed"
