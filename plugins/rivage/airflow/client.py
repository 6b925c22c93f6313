"""A small client of Airflow's REST API: what the demo and the tests need, no more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from rivage.errors import RivageError, ServerFailed

DONE = frozenset({"success", "failed"})


class AirflowRefused(RivageError):
    """Airflow's API answered with an error."""


@dataclass(frozen=True)
class Run:
    """One DAG run as the API tells it."""

    dag_id: str
    run_id: str
    state: str
    run_type: str
    queued_at: str

    @classmethod
    def of(cls, body: dict[str, Any]) -> Run:
        return cls(
            body["dag_id"],
            body["dag_run_id"],
            body["state"],
            body["run_type"],
            body.get("queued_at") or "",
        )


@dataclass(frozen=True)
class TaskInstance:
    """One task instance: a mapped one has an index and a readable name."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    name: str
    state: str
    tries: int
    seconds: float


class Client:
    """Calls the API as one user; the token is fetched once, and again when it ran out."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._user, self._password = user, password
        self._http = requests.Session()
        # A local server needs no proxy, and a configured one would be asked first.
        self._http.trust_env = False

    def health(self) -> dict[str, str]:
        """Component -> status; empty while the server does not answer."""
        try:
            answer = self._http.get(f"{self.url}/api/v2/monitor/health", timeout=5)
            return {name: str(part["status"]) for name, part in answer.json().items()}
        except (requests.RequestException, ValueError):
            return {}

    def call(self, method: str, path: str, **sent: Any) -> Any:
        """One call under /api/v2; returns the JSON body."""
        for attempt in (1, 2):
            if "Authorization" not in self._http.headers:
                self._login()
            answer = self._http.request(
                method, f"{self.url}/api/v2/{path}", timeout=30, params=sent.get("params"),
                json=sent.get("json"),
            )  # fmt: skip
            if answer.status_code == 401 and attempt == 1:
                del self._http.headers["Authorization"]
                continue
            break
        if answer.status_code >= 500:
            raise ServerFailed(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        if answer.status_code >= 400:
            raise AirflowRefused(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    def _login(self) -> None:
        answer = self._http.post(
            f"{self.url}/auth/token",
            json={"username": self._user, "password": self._password},
            timeout=30,
        )
        if answer.status_code >= 400:
            raise AirflowRefused(f"log-in of {self._user}: {answer.status_code}")
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def dags(self) -> list[str]:
        """Ids of all DAGs Airflow has parsed."""
        return [dag["dag_id"] for dag in self.call("GET", "dags")["dags"]]

    def import_errors(self) -> list[str]:
        """Files Airflow could not parse, with the last line of the reason."""
        found = self.call("GET", "importErrors")["import_errors"]
        return [f"{e['filename']}: {e['stack_trace'].strip().splitlines()[-1]}" for e in found]

    def unpause(self, dag_id: str) -> None:
        self.call("PATCH", f"dags/{dag_id}", json={"is_paused": False})

    def trigger(
        self,
        dag_id: str,
        params: dict[str, Any] | None = None,
        interval: tuple[datetime, datetime] | None = None,
    ) -> Run:
        """Start a run; with `interval` it gets its start as logical date, as a scheduled one."""
        body: dict[str, Any] = {"logical_date": None, "conf": params or {}}
        if interval:
            start, end = (moment.isoformat() for moment in interval)
            body |= {
                "logical_date": start,
                "data_interval_start": start,
                "data_interval_end": end,
            }
        return Run.of(self.call("POST", f"dags/{dag_id}/dagRuns", json=body))

    def backfill(
        self,
        dag_id: str,
        first: datetime,
        last: datetime,
        *,
        reprocess: str = "completed",
        conf: dict[str, Any] | None = None,
    ) -> int:
        """Start a backfill over the runs whose logical date lies within; returns its id.

        Args:
            conf: params of each run, such as `streams`.
        """
        body = {
            "dag_id": dag_id,
            "from_date": first.isoformat(),
            "to_date": last.isoformat(),
            "reprocess_behavior": reprocess,
            "max_active_runs": 1,
            "dag_run_conf": conf or {},
        }
        return int(self.call("POST", "backfills", json=body)["id"])

    def run(self, dag_id: str, run_id: str) -> Run:
        return Run.of(self.call("GET", f"dags/{dag_id}/dagRuns/{run_id}"))

    def runs(self, dag_id: str = "~", limit: int = 100) -> list[Run]:
        """Runs of a DAG, or of all, newest first."""
        narrowed = {"order_by": "-id", "limit": limit}
        found = self.call("GET", f"dags/{dag_id}/dagRuns", params=narrowed)
        return [Run.of(body) for body in found["dag_runs"]]

    def tasks(self, run: Run) -> list[TaskInstance]:
        """Task instances of a run."""
        return self._tasks(f"dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances", {})

    def tasks_since(self, moment: datetime) -> list[TaskInstance]:
        """Task instances of all runs that changed since a moment; one call for a whole screen."""
        return self._tasks("dags/~/dagRuns/~/taskInstances", {"updated_at_gte": moment.isoformat()})

    def _tasks(self, path: str, narrowed: dict[str, str]) -> list[TaskInstance]:
        found = self.call("GET", path, params={"limit": 100, **narrowed})["task_instances"]
        return [
            TaskInstance(
                body["dag_id"],
                body["dag_run_id"],
                body["task_id"],
                body["map_index"],
                body.get("rendered_map_index") or "",
                body["state"] or "",
                body["try_number"],
                float(body["duration"] or 0),
            )
            for body in found
        ]

    def asset_events(self, name: str) -> list[dict[str, Any]]:
        """Events of an asset, oldest first."""
        found = self.call("GET", "assets/events", params={"order_by": "timestamp", "limit": 100})
        return [event for event in found["asset_events"] if event["name"] == name]

    def log(self, run: Run, task: TaskInstance) -> str:
        """Text of the last try's log."""
        body = self.call(
            "GET",
            f"dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task.task_id}/logs/{task.tries}",
            params={"map_index": task.map_index, "full_content": "true"},
        )
        return "\n".join(str(line.get("event", line)) for line in body["content"])


class Probe:
    """Asks a URL in the background until it has answered once."""

    def __init__(self, url: str) -> None:
        self._answered = threading.Event()
        self._url = url
        threading.Thread(target=self._ask, daemon=True).start()

    def _ask(self) -> None:
        with requests.Session() as http:
            http.trust_env = False
            for _ in range(600):
                try:
                    if http.get(self._url, timeout=60).ok:
                        self._answered.set()
                        return
                except requests.RequestException:
                    time.sleep(0.2)

    def answers(self) -> bool:
        return self._answered.is_set()


def wait_for(
    check: Callable[[], bool],
    seconds: float,
    *,
    what: str,
    every: float = 0.3,
    watch: Iterable[Callable[[], None]] = (),
) -> None:
    """Poll until `check` holds; each of `watch` may raise when waiting became pointless.

    Raises:
        ServerFailed: it did not hold in time.
    """
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            raise ServerFailed(f"Waited {seconds:.0f} s in vain for {what}.")
        for look in watch:
            look()
        time.sleep(every)
