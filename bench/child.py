"""Run a piece of work in a process of its own: its figures, seconds and peak memory."""

from __future__ import annotations

import json
import os
import platform
import time
import traceback
from collections.abc import Callable
from importlib.metadata import version

Figures = dict[str, float]


def measured(work: Callable[[], Figures | None]) -> Figures:
    """What `work` returns, with `seconds` (unless it told its own), `cpu` and peak `megabytes`.

    Seconds of the processor hardly change with what else the machine does; they count imports.
    """
    reader, writer = os.pipe()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(writer, json.dumps(work() or {}).encode())
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status, used = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("a child process failed")
    figures: Figures = json.loads(text)
    seconds = figures.get("seconds", time.perf_counter() - started)
    return figures | {
        "seconds": seconds, "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
    }  # fmt: skip


def figures_of(run: Figures) -> set[str]:
    """Names of what the work itself told."""
    return set(run) - {"seconds", "cpu", "megabytes", "model"}


def best(runs: list[Figures]) -> Figures:
    """The fastest of several runs of the same work."""
    return min(runs, key=lambda run: run["seconds"])


def machine(*packages: str) -> str:
    """What the figures depend on: processor, load, versions."""
    names = ", ".join(f"{name} {version(name)}" for name in packages)
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    python = f"Python {platform.python_version()}"
    return f"{platform.machine()}, {os.cpu_count()} cores, load {load}; {python}, {names}"
