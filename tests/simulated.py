"""The sandbox as a child process, and its control plane, for tests."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

REPO = Path(__file__).resolve().parents[1]
SALT = "a salt for tests that nobody can guess"


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: its address, and the settings a pipeline needs to reach it."""

    url: str
    env: dict[str, str]

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Call /_sandbox/<path>."""
        request = urllib.request.Request(  # the address is our own
            f"{self.url}/_sandbox/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")


HURRIED = {
    f"RIVAGE_{api}_REQUESTS_PER_SECOND": "500"
    for api in ("TIKTOK_ADS", "TIKTOK_ORGANIC", "TIKTOK_SHOP", "GA4", "SHOPIFY", "MATOMO")
} | {"RIVAGE_TIKTOK_ORGANIC_REQUESTS_PER_MINUTE": "60000"}
CORE = {
    "RIVAGE_TIKTOK_CREATORS_ENABLED": "false", "RIVAGE_TIKTOK_ORGANIC_CLIENT_ID": "",
    "RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN": "", "RIVAGE_TIKTOK_SHOP_APP_KEY": "",
    "RIVAGE_TIKTOK_SHOP_REFRESH_TOKEN": "", "RIVAGE_MATOMO_BASE_URL": "",
    "RIVAGE_ECB_ENABLED": "false", "RIVAGE_INPUTS_FOLDER": "",
}  # fmt: skip
"""Leaves only the sources that marts wait for: TikTok Ads, GA4 and its export, Shopify."""


def start_sandbox(home: Path, *options: str, patience: float = 180) -> subprocess.Popen[bytes]:
    """Serve the simulated brand on a free port, until somebody stops it.

    Args:
        patience: seconds to wait for it; a long past has many files to write.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "sandbox.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "serve", "--home", str(home), "--port", "0",
             *options],
            cwd=REPO, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    ready, deadline = home / "sandbox.json", time.monotonic() + patience
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            stop_sandbox(process.pid)
            raise RuntimeError(f"the sandbox did not start:\n{(home / 'sandbox.log').read_text()}")
        time.sleep(0.1)
    return process


def stop_sandbox(pid: int) -> None:
    """Tell a sandbox to end, whichever process started it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)


def served_at(home: Path) -> Sandbox:
    """The sandbox that serves this folder."""
    lines = (home / "sandbox.env").read_text().splitlines()
    env = dict(line.split("=", 1) for line in lines if "=" in line)
    return Sandbox(json.loads((home / "sandbox.json").read_text())["url"], env)


def hurry(served: Sandbox) -> Sandbox:
    """Lift the services' limits per second, which only make a test slower."""
    limits = {name: 0 for name in served.control("GET", "settings") if "_qps" in name}
    served.control("PUT", "settings", limits | {"shopify_restore_rate": 1e6})
    return replace(served, env=served.env | HURRIED)


@contextlib.contextmanager
def sandbox(
    home: Path, *options: str, hurried: bool = True, patience: float = 180
) -> Iterator[Sandbox]:
    """Serve the simulated brand on a free port until the block ends.

    Args:
        hurried: lift the services' limits per second.
        patience: see `start_sandbox`.
    """
    process = start_sandbox(home, *options, patience=patience)
    try:
        yield hurry(served_at(home)) if hurried else served_at(home)
    finally:
        stop_sandbox(process.pid)
        process.wait(timeout=20)


def rivage(
    home: Path, sandbox: Sandbox, *arguments: str, check: bool = True, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line against the sandbox with its own RIVAGE_HOME."""
    done = subprocess.run(
        [sys.executable, "-m", "rivage", *arguments],
        env=environment(home, sandbox) | env, capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    if check and done.returncode:
        raise AssertionError(
            f"rivage {arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    return done


def environment(home: Path, sandbox: Sandbox) -> dict[str, str]:
    """Environment of a pipeline process that talks to the sandbox."""
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return inherited | sandbox.env | {
        "RIVAGE_HOME": str(home), "RIVAGE_PRIVACY_SALT": SALT, "NO_COLOR": "1",
        "COLUMNS": "200",
    }  # fmt: skip


# Times of the clock on the wall, and names made of them: two runs differ in nothing else.
CLOCK = {
    "ops_versions": ("version", "published_at", "build_id", "git_commit"),
    "ops_freshness": ("last_pulled_at",),
}


def published(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All tables that readers see, row for row, without clock times."""
    tables = {}
    with duckdb.connect(str(home / "published" / "marts.duckdb"), read_only=True) as db:
        for (name,) in db.execute("select table_name from duckdb_tables()").fetchall():
            left_out = f"exclude ({', '.join(CLOCK[name])})" if name in CLOCK else ""
            query = f"select * {left_out} from {name} order by all"
            tables[name] = db.execute(query).fetchall()
    return tables
