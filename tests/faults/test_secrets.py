"""No secret leaves the process: not into a file, not onto the screen, not into a debug log."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.simulated import Sandbox, environment, sandbox

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

DAYS = ("--from", "2026-09-28", "--to", "2026-09-29")
STORM = [
    {"match": "*/report/integrated/get/", "contains": ["AUCTION_ADGROUP"], "kind": "bad_token"},
    *({"kind": kind, "rate": 0.1} for kind in ("server_error", "cut_body", "bad_json", "reset")),
]
LOUD = """
import json, logging, sys
from rivage.connectors import redaction
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
logging.getLogger().setLevel(logging.DEBUG)
for noisy in ("urllib3", "requests", "rivage", "google"):
    logging.getLogger(noisy).setLevel(logging.DEBUG)
import atexit
kept = sys.argv.pop(1)
atexit.register(lambda: open(kept, "w").write(json.dumps(sorted(redaction._known))))
from rivage.cli import main
main()
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Path, str, set[str]]]:
    """A run of all stages through faults, as loud as Python can log, and every secret that
    was planted or that the process came by on its way (renewed and derived tokens)."""
    root = tmp_path_factory.mktemp("secrets")
    home, known = root / "home", root / "known.json"
    (root / "loud.py").write_text(LOUD)
    with sandbox(root / "sandbox", "--days", "40") as brand:
        brand.control("PUT", "settings", {"tiktok_qps": 0, "shopify_restore_rate": 1e6})
        brand.control("PUT", "faults", STORM)
        done = subprocess.run(
            [sys.executable, str(root / "loud.py"), str(known), "run", *DAYS],
            env=environment(home, brand) | {"RIVAGE_RETRY_FIRST_WAIT": "0.02"},
            capture_output=True, text=True, timeout=500,
        )  # fmt: skip
        assert done.returncode == 4, done.stdout[-2000:] + done.stderr[-2000:]
        key = json.loads(Path(brand.env["RIVAGE_GA4_CREDENTIALS"]).read_text())["private_key"]
        planted = {
            value for name, value in brand.env.items()
            if name.endswith(("TOKEN", "SECRET", "TOKEN_AUTH"))
        } | {line for line in key.splitlines() if len(line) > 40}  # fmt: skip
        credentials = brand.control("GET", "credentials")
        planted |= {
            value for name, value in credentials.items()
            if isinstance(value, str) and ("token" in name or "secret" in name)
            and not name.endswith("_uri")
        }  # fmt: skip
        derived = set(json.loads(known.read_text()))
        assert len(planted) >= 8
        assert derived - planted, "no renewed or derived token was met"
        yield brand, home, done.stdout + done.stderr, planted | derived


def found_in(content: bytes, secrets: set[str]) -> list[str]:
    """Secrets in some bytes, as they are or URL-encoded; short names of them only."""
    return [
        f"{secret[:6]}… ({len(secret)})"
        for secret in secrets
        if secret.encode() in content or quote(secret, safe="").encode() in content
    ]


def test_no_file_of_the_home_holds_a_secret(ran: tuple[Sandbox, Path, str, set[str]]) -> None:
    _, home, _, secrets = ran
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    kinds = {path.relative_to(home).parts[0] for path in files}
    assert kinds >= {"landing", "warehouse.duckdb", "audit", "published", "tokens"}
    leaks = {
        str(path): found
        for path in files
        if path.relative_to(home).parts[0] != "tokens"
        and (found := found_in(path.read_bytes(), secrets))
    }
    assert leaks == {}


def test_token_files_are_their_owners_alone(ran: tuple[Sandbox, Path, str, set[str]]) -> None:
    _, home, _, _ = ran
    files = list((home / "tokens").iterdir())
    assert files
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_the_screen_and_debug_logs_show_no_secret(
    ran: tuple[Sandbox, Path, str, set[str]],
) -> None:
    _, _, said, secrets = ran
    assert "urllib3.connectionpool" in said, "the libraries' debug log is off: nothing is shown"
    assert found_in(said.encode(), secrets) == []


def test_the_search_itself_finds_a_secret(tmp_path: Path) -> None:
    assert found_in(b"x=abc%2Fdef", {"abc/def"})
    assert not found_in(b"x=abc", {"abc/def"})
