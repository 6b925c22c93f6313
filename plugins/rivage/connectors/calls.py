"""How many requests a thread has sent: a pull runs in one, and tells how far it is by them."""

from __future__ import annotations

import threading

_here = threading.local()


def made() -> int:
    """Requests that this thread has sent so far, to any API, repeated ones included."""
    return int(getattr(_here, "made", 0))


def count() -> None:
    """This thread sends a request."""
    _here.made = made() + 1
