"""Small bridges from a running task to the stages: settings, days, plain-words logs."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from rivage.airflow.dates import Asked, asked

if TYPE_CHECKING:
    from rivage.settings import Settings

log = logging.getLogger("rivage")


def asked_by(context: Any, zone: str) -> Asked:
    """The days the run of this task context is about."""
    run = context["dag_run"]
    return asked(
        context["params"],
        run_type=str(getattr(run.run_type, "value", run.run_type)),
        interval_start=run.data_interval_start,
        run_after=run.run_after,
        zone=zone,
    )


def settings_for(connector: str) -> Settings:
    """Settings with the connector's Airflow connection laid over the environment."""
    from rivage.airflow.hooks import hook_of

    hook = hook_of(connector)
    if hook is None:
        from rivage.settings import settings

        return settings()
    return hook.settings()


def settings_for_all() -> Settings:
    """Settings with every Airflow connection laid over the environment: what a build needs to
    know which sources the brand has."""
    from rivage.airflow.hooks import HOOKS
    from rivage.settings import settings

    chosen = settings()
    for hook in HOOKS:
        chosen = hook().over(chosen)
    return chosen


def plain(report: Any) -> dict[str, Any]:
    """A stage's report as JSON types, for XCom and for one log line."""
    return {key: _json(value) for key, value in asdict(report).items()}


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def say(event: str, **fields: Any) -> None:
    """One event with its fields on one line."""
    log.info("%s %s", event, " ".join(f"{name}={value}" for name, value in fields.items()))


def tell_pace(line: str) -> None:
    """How far a pull is, on one line."""
    log.info("progress %s", line)


class ProgressLog:
    """A stages.Progress that logs at most once per `every` seconds, and the end."""

    def __init__(self, every: float = 5.0) -> None:
        self.every = every
        self._last = float("-inf")

    def __call__(self, label: str, done: int, total: int) -> None:
        from time import monotonic

        now = monotonic()
        if done >= total or now - self._last >= self.every:
            self._last = now
            say("progress", what=label, done=done, total=total)
