"""`rivage` that kills itself (SIGKILL) at one named point; run as a script by the tests."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any


def die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def after(calls: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """Let the first calls through, then die instead of the next one."""
    count = 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += 1
        if count > calls:
            die()
        return real(*args, **kwargs)

    return wrapped


def arm(point: str) -> None:
    """Patch the one function at which this process is to die."""
    from rivage.audit.document import Audit
    from rivage.landing import writer
    from rivage.landing.store import Store
    from rivage.publish import versions
    from rivage.warehouse import dbt, load

    if point == "pull":  # in the middle of receiving pages
        writer._note = after(5, writer._note)
    elif point == "land":  # an object is there, its manifest is not
        Store.put_text = after(7, Store.put_text)  # type: ignore[method-assign]
    elif point == "load":  # inside the warehouse's transaction
        load._pending = after(2, load._pending)
    elif point == "build":  # dbt has built some models and not the others
        real = dbt.run

        def run(settings: Any, arguments: list[str], on_node: Any = None) -> Any:
            return real(settings, arguments, after(25, on_node or (lambda *_: None)))

        dbt.run = run
    elif point == "audit":  # judged, but not written down
        Audit.write = die  # type: ignore[method-assign]
    elif point == "publish":  # the new file is written, readers still see the old one
        versions._sync = die
    elif point == "swap":  # readers see the new file, nothing says so yet
        versions.record = die
    else:
        raise ValueError(point)


if __name__ == "__main__":
    arm(sys.argv.pop(1))
    from rivage.cli import main

    main()
