"""The environment of a local Airflow: the settings measured to matter, nothing else."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from rivage.airflow.bootstrap import keys, passwords, user_list

REPO = Path(__file__).resolve().parents[3]
HOST = "127.0.0.1"


def free_port(wanted: int = 0) -> int:
    """`wanted` when nothing listens there, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def airflow_home(home: Path) -> Path:
    """Airflow's own folder inside a RIVAGE_HOME."""
    return home / "airflow"


def local_environment(home: Path, port: int, *, parallelism: int = 4) -> dict[str, str]:
    """The process environment of every component of a local Airflow.

    Args:
        home: RIVAGE_HOME; Airflow lives in its folder `airflow/`.
        parallelism: task processes at once; more than cores only adds waiting.
    """
    root = airflow_home(home)
    root.mkdir(parents=True, exist_ok=True)
    users = root / "passwords.json"
    passwords(users)
    url = f"http://{HOST}:{port}"
    settings = {
        "CORE__DAGS_FOLDER": str(REPO / "dags"),
        "CORE__PLUGINS_FOLDER": str(REPO / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": str(parallelism),
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": str(parallelism),
        "CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{free_port()}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": user_list(),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(users),
        # Off by default in Airflow; the form of a connection has a Test button with it.
        "CORE__TEST_CONNECTION": "Enabled",
        "API__HOST": HOST,  # the default listens to the whole network
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{root / 'airflow.db'}",
        "DATABASE__SQL_ALCHEMY_CONNECT_ARGS": "rivage.airflow.sqlite.connect_args",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
        "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
        "LOGGING__BASE_LOG_FOLDER": str(root / "logs"),
    }
    return {
        **os.environ,
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        **keys(root / "keys.json"),
        "AIRFLOW_HOME": str(root),
        "RIVAGE_HOME": str(home),
        "RIVAGE_ALERTS_DESK_URL": url,
        "GX_ANALYTICS_ENABLED": "False",
        "PYTHONUNBUFFERED": "1",
    }
