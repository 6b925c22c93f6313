"""A tiny sandbox in the process, and one real server on loopback."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from fastapi.testclient import TestClient

from sandbox.app import build_app, build_sandbox
from sandbox.state import Sandbox
from sandbox.world import WorldConfig

NOW = datetime(2026, 9, 24, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared_box(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    home = tmp_path_factory.mktemp("sandbox")
    return build_sandbox(WorldConfig(days=60), NOW, home, home / "bucket", "http://sandbox.test")


@pytest.fixture
def box(shared_box: Sandbox) -> Iterator[Sandbox]:
    """The shared sandbox at NOW with every switch at its default."""
    yield shared_box
    shared_box.clock.set(NOW)
    shared_box.reset_switches()
    shared_box.restatements.made.clear()


@pytest.fixture
def client(box: Sandbox) -> TestClient:
    box.settings.tiktok_qps = 0
    return TestClient(build_app(box), base_url="http://sandbox.test")


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def tiktok(box: Sandbox, client: TestClient) -> Ask:
    """Call the ad platform; parameters that are lists or objects become JSON."""

    def ask(path: str, **params: Any) -> dict[str, Any]:
        texts = {k: json.dumps(v) if isinstance(v, (list, dict)) else v for k, v in params.items()}
        headers = {"Access-Token": box.credentials.tiktok_access_token}
        answer = client.get(f"/open_api/v1.3{path}", params=texts, headers=headers)
        assert answer.status_code == 200
        return dict(answer.json())

    return ask


def assertion(key: dict[str, str], **changes: Any) -> str:
    """A signed service-account assertion."""
    private = serialization.load_pem_private_key(key["private_key"].encode(), None)
    now = int(time.time())
    claims = {
        "iss": key["client_email"],
        "scope": "https://www.googleapis.com/auth/analytics.readonly",
        "aud": "https://oauth2.googleapis.com/token",
        "iat": now,
        "exp": now + 3600,
    } | changes

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    text = part(b'{"alg":"RS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
    signature = private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{part(signature)}"


GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture
def ga4(box: Sandbox, client: TestClient) -> Ask:
    """Call the Data API with a fresh token; returns status and body."""
    form = {"grant_type": GRANT, "assertion": assertion(box.service_account)}
    token = client.post("/token", data=form).json()["access_token"]

    def ask(body: Any, verb: str = "runReport", property_id: str | None = None) -> dict[str, Any]:
        target = property_id or box.credentials.ga4_property_id
        answer = client.post(
            f"/v1beta/properties/{target}:{verb}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        return {"status": answer.status_code, **answer.json()}

    return ask


BIGQUERY = "/bigquery/v2/projects/sandbox-demo"
Get = Callable[..., Any]


def bigquery_login(client: TestClient, box: Sandbox, **claims: Any) -> dict[str, str]:
    """Headers of a caller with a fresh token of the warehouse."""
    scope = {"scope": "https://www.googleapis.com/auth/bigquery.readonly"}
    form = {"grant_type": GRANT, "assertion": assertion(box.service_account, **(scope | claims))}
    token = client.post("/token", data=form).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def get(box: Sandbox, client: TestClient) -> Get:
    """Call the warehouse: a path of its own, or one below the dataset of the property."""
    login = bigquery_login(client, box)
    dataset = f"{BIGQUERY}/datasets/analytics_417200311"

    def call(path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        where = path if path.startswith("/bigquery") else f"{dataset}{path}"
        return client.get(where, params=query, headers=login | (headers or {}))

    return call


def bigquery_pages(get: Get, path: str, **query: Any) -> list[dict[str, Any]]:
    """All pages of rows of a table, or of a list of tables."""
    found = [get(path, **query).json()]
    while (more := found[-1].get("pageToken") or found[-1].get("nextPageToken")) is not None:
        found.append(get(path, pageToken=more, **query).json())
    return found


@pytest.fixture
def graphql(box: Sandbox, client: TestClient) -> Ask:
    """Call the shop."""

    def ask(text: str, /, **variables: Any) -> dict[str, Any]:
        answer = client.post(
            "/admin/api/2026-10/graphql.json",
            json={"query": text, "variables": variables},
            headers={"X-Shopify-Access-Token": box.credentials.shopify_access_token},
        )
        assert answer.status_code == 200
        return dict(answer.json())

    return ask


@pytest.fixture
def server(box: Sandbox) -> Iterator[str]:
    """The same app behind a real socket, for what only a connection shows."""
    import uvicorn

    config = uvicorn.Config(build_app(box), port=0, log_config=None, lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    port = running.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    running.should_exit = True
    thread.join(5)


@pytest.fixture(scope="session")
def export_day(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write the file of a day of a fresh world."""
    from sandbox.ga4_export.writer import EventFiles
    from sandbox.world import World

    def write(day: int, revision: int, seed: int = 7) -> Path:
        path = tmp_path_factory.mktemp("export") / f"events_{day}.parquet"
        EventFiles(World(WorldConfig(seed=seed, days=60))).write(path, day, revision)
        return path

    return write
