"""Loaded by every Python process that the tests start: refuses to leave this machine."""

import os
import socket

_connect = socket.socket.connect


def _is_here(address: object) -> bool:
    host = address[0] if isinstance(address, tuple) else address
    return not isinstance(host, str) or host.startswith(("127.", "/", "\0")) or host in (
        "::1", "localhost", "",
    )  # fmt: skip


def connect(self: socket.socket, address: object) -> None:
    """connect() that writes the address down and fails when it is not on this machine."""
    if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address):
        log = os.environ.get("RIVAGE_TEST_GUARD_LOG")
        if log:
            with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123 - imported too early
                file.write(f"{os.getpid()} {address}\n")
        raise PermissionError(f"tests never leave this machine: {address}")
    _connect(self, address)  # type: ignore[arg-type]


socket.socket.connect = connect  # type: ignore[method-assign,assignment]
