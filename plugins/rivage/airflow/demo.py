"""The whole pipeline on a simulated brand with a real Airflow, told step by step.

A first load over 30 days, published; then the brand lives one more day, and the
ordinary morning runs publish again. A second demo goes on where the last one ended.
"""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console

from rivage.airflow.client import DONE, wait_for
from rivage.airflow.environment import airflow_home
from rivage.airflow.local import LocalAirflow
from rivage.airflow.names import BUILD_DAG, FAMILIES, ZONE
from rivage.airflow.numbers import last_days, table_of, versions
from rivage.airflow.simulated import SimulatedBrand
from rivage.airflow.watching import Narrator, Watch
from rivage.errors import BuildFailed, RivageError

FIRST_NOW = datetime(2026, 10, 1, 6, tzinfo=UTC)
LAST_DAY = date(2026, 11, 15)
"""Airflow starts no run for a day after the real today, so the demo starts over here."""
FIRST_LOAD_DAYS = 30
PATIENCE = 420.0


class Diary:
    """Where the last demo in this home ended: its simulated now."""

    def __init__(self, home: Path) -> None:
        self._path = home / "demo.json"

    def read(self) -> datetime | None:
        if not self._path.exists():
            return None
        return datetime.fromisoformat(json.loads(self._path.read_text())["now"])

    def write(self, now: datetime) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps({"now": now.isoformat()}) + "\n")


def brand_environment() -> dict[str, str]:
    """Environment of an Airflow that reads the simulated brand."""
    today = datetime.now(UTC).date()
    return {
        # Simulated people need no secret salt, but hashes must match from run to run.
        "RIVAGE_PRIVACY_SALT": "simulated people, who have no secrets",
        # The brand lives in its own past: no run may start by itself.
        "RIVAGE_AIRFLOW_UNTIL": (today - timedelta(days=3)).isoformat(),
        "RIVAGE_AIRFLOW_RETRY_SECONDS": "5",
    }


def next_now(home: Path) -> datetime:
    """The simulated now to start at; starts over when the brand's days are used up."""
    ended = Diary(home).read()
    if ended is None:
        return FIRST_NOW
    following = ended + timedelta(days=1)
    limit = min(LAST_DAY, datetime.now(UTC).date() - timedelta(days=4))
    if following.date() >= limit:
        shutil.rmtree(home)
        return FIRST_NOW
    return following


def demo(home: Path, port: int, console: Console) -> int:
    """Run the demo; 0 when both versions were published."""
    say = Narrator(console)
    now = next_now(home)
    brand = SimulatedBrand(home / "sandbox", ["--now", now.isoformat()])
    airflow: LocalAirflow | None = None
    try:
        say.step(f"Starting the simulated brand ({now.date()}) and Airflow.")
        brand.start()
        # Nobody watches a demo: it never waits for a decision.
        extra = brand_environment() | {"RIVAGE_AIRFLOW_DECIDE_HOURS": "0"}
        airflow = LocalAirflow(home, port=port, extra=extra, env_file=brand.env_file)
        airflow.start()
        brand.wait_until_ready()
        say.step(f"The brand answers at {brand.url}.")
        airflow.wait_until_healthy(180, told=say.now)
        say.step(f"Airflow is ready at {airflow.url}.")
        for dag_id in [*(family.dag_id for family in FAMILIES), BUILD_DAG]:
            airflow.client.unpause(dag_id)
        first = _first_load(airflow, now, say)
        now = brand.next_day()
        Diary(home).write(now)
        second = _ordinary_day(airflow, now, say)
        say.close()
        _summary(home, (first, second), console)
        _let_end(airflow)
    except RivageError as error:
        say.close()
        console.print(f"[red]{error}[/red]", highlight=False, soft_wrap=True)
        console.print(
            f"Logs: {airflow_home(home)}/logs and …/console", highlight=False, soft_wrap=True
        )
        return error.exit_code
    finally:
        say.close()
        if airflow is not None:
            airflow.stop()
        brand.stop()
    say.step("Done; every process has been stopped.")
    return 0


def _first_load(airflow: LocalAirflow, now: datetime, say: Narrator) -> str:
    last = now.astimezone(ZoneInfo(ZONE)).date() - timedelta(days=1)
    first = last - timedelta(days=FIRST_LOAD_DAYS - 1)
    say.step(f"[bold]First load[/bold]: {first} to {last}, all source families at once.")
    watch = Watch(airflow.client, say, airflow.check_alive)
    days = {"from_date": first.isoformat(), "to_date": last.isoformat()}
    runs = [airflow.client.trigger(family.dag_id, days) for family in FAMILIES]
    version = watch.published(runs, PATIENCE)
    say.step(f"[green]Published {version}.[/green]")
    return version


def _ordinary_day(airflow: LocalAirflow, now: datetime, say: Narrator) -> str:
    local = now.astimezone(ZoneInfo(ZONE))
    end = local.replace(hour=6, minute=30, second=0, microsecond=0)
    interval = (end - timedelta(days=1), end)
    say.step(f"[bold]One day later[/bold]: the ordinary runs of {interval[0].date()}.")
    watch = Watch(airflow.client, say, airflow.check_alive)
    runs = [airflow.client.trigger(family.dag_id, interval=interval) for family in FAMILIES]
    version = watch.published(runs, PATIENCE)
    say.step(f"[green]Published {version}.[/green]")
    return version


def _let_end(airflow: LocalAirflow) -> None:
    """Let builds end that find nothing new: stopped half-way, they would show up again."""
    wait_for(
        lambda: all(run.state in DONE for run in airflow.client.runs(BUILD_DAG, limit=10)),
        60,
        what="the last builds to end",
        watch=[airflow.check_alive],
    )


def _summary(home: Path, new: tuple[str, str], console: Console) -> None:
    marts = home / "published" / "marts.duckdb"
    console.print(table_of(last_days(marts)))
    for version, horizon, verdict in versions(marts):
        if version in new:
            console.print(f"{version}: days to {horizon}, audit verdict [bold]{verdict}[/bold]")
    if len(set(new)) != 2:
        raise BuildFailed(f"Two versions were to be published, but there is only {new[0]}.")
    console.print(f"Published marts: {marts}", highlight=False, soft_wrap=True)
    console.print(
        "Look further: `make up` opens Airflow on these very runs; "
        f"`RIVAGE_HOME={home} rivage status` shows coverage and versions.",
        highlight=False,
        soft_wrap=True,
    )
