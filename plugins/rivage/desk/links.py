"""Where each page lies: under the running desk, or as a file beside its siblings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Links:
    """Addresses of pages; `base` is the path the desk is mounted at, None for static files."""

    base: str | None = None

    @property
    def is_static(self) -> bool:
        return self.base is None

    def page(self, name: str, anchor: str = "") -> str:
        """A page such as `marts` or `findings/0a1b2c3d4e5f`; "" is the first one."""
        mark = f"#{anchor}" if anchor else ""
        if self.base is None:
            return f"{name.replace('/', '-') or 'index'}.html{mark}"
        return f"{self.base}/{name}{mark}"

    def asset(self, name: str) -> str:
        return name if self.base is None else f"{self.base}/assets/{name}"

    def finding(self, fingerprint: str) -> str:
        return self.page(f"findings/{fingerprint}")

    def version(self, version: str) -> str:
        return self.page(f"versions/{version}")

    def runbook(self, name: str, anchor: str = "") -> str:
        return self.page(f"runbooks/{name}", anchor)
