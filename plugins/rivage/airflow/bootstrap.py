"""First-time set-up of an Airflow: database, pools, named users. Safe to repeat.

`python -m rivage.airflow.bootstrap` does all of it in one process; the `airflow`
command line would start a new interpreter for every pool.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

from rivage.airflow.names import POOLS

USERS = {"admin": "admin", "oncall": "op", "viewer": "viewer"}
"""Name -> role. Named people, so that it is known who approved or cleared what."""


def user_list() -> str:
    """The users in Airflow's own notation."""
    return ",".join(f"{name}:{role}" for name, role in USERS.items())


def passwords(path: Path) -> dict[str, str]:
    """The users' passwords; made up on first use, readable by the owner only.

    Written before Airflow starts: it then keeps them and prints none into a log.
    """
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in USERS if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(12) for name in missing}
        _write_private(path, json.dumps(known) + "\n")
    return known


def keys(path: Path) -> dict[str, str]:
    """Keys all components must share: one signs tokens, one encrypts connections."""
    if path.exists():
        found: dict[str, str] = json.loads(path.read_text())
        return found
    made = {
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(48),
        "AIRFLOW__CORE__FERNET_KEY": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    _write_private(path, json.dumps(made) + "\n")
    return made


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    part.replace(path)


def create_pools() -> list[str]:
    """Create the pools that are missing; returns their names.

    Sizes someone changed by hand stay: only a missing pool is an error, and a
    silent one, because its tasks would never start.
    """
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session

    with create_session() as session:
        known = {pool.pool for pool in Pool.get_pools(session=session)}
        missing = [pool for pool in POOLS if pool.name not in known]
        for pool in missing:
            Pool.create_or_update_pool(
                name=pool.name,
                slots=pool.slots,
                description=pool.why,
                include_deferred=False,
                session=session,
            )
    return [pool.name for pool in missing]


def migrate() -> None:
    """Create or upgrade Airflow's tables."""
    from airflow.utils.db import upgradedb

    upgradedb()


def main() -> int:
    """Database and pools; what it did goes to standard output."""
    migrate()
    made = create_pools()
    sys.stdout.write(f"pools created: {', '.join(made) or 'none missing'}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
