"""The GA4 connector: tokens of the service account."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from rivage.errors import (
    RivageError,
    ScopeMissing,
    ServerFailed,
    SettingMissing,
    TokenExpired,
)
from tests.connectors.fake_ga4 import Connect, FakeGa4, error, read
from tests.connectors.loopback import Reply


def test_a_token_is_kept_until_five_minutes_before_its_end(connect_ga4: Connect) -> None:
    fake = FakeGa4()
    connector = connect_ga4(fake)
    read(connector)
    read(connector)
    assert fake.tokens == 1
    almost = datetime.now(UTC) + timedelta(minutes=56)
    connector._access._now = lambda: almost
    read(connector)
    assert fake.tokens == 2


def test_a_refused_token_is_renewed_once(connect_ga4: Connect) -> None:
    fake = FakeGa4()
    connector = connect_ga4(fake)
    read(connector)
    fake.valid = "another"
    assert len(read(connector)) == 3
    assert fake.tokens == 2
    fake.report = error(401, "UNAUTHENTICATED", "invalid token")
    with pytest.raises(TokenExpired):
        read(connector)
    assert fake.tokens == 3


@pytest.mark.parametrize(
    ("reply", "expected", "sends"),
    [
        (Reply({"error": "invalid_grant", "error_description": "Bad signature"}, 400),
         TokenExpired, 1),
        (Reply({"error": "invalid_scope"}, 400), ScopeMissing, 1),
        (Reply({"id_token": "eyJhbGciOi.eyJpc3MiOi.c2ln"}), ScopeMissing, 1),
        (Reply({"error": "internal_failure"}, 500), ServerFailed, 3),
    ],
)  # fmt: skip
def test_each_refusal_of_the_token_endpoint_has_its_name(
    connect_ga4: Connect, reply: Reply, expected: type[RivageError], sends: int
) -> None:
    fake = FakeGa4(token=reply)
    with pytest.raises(RivageError) as caught:
        read(connect_ga4(fake))
    assert type(caught.value) is expected
    assert fake.tokens == sends
    assert "eyJ" not in str(caught.value)


@pytest.mark.parametrize("credentials", [None, "{", "{}", "/nowhere/key.json", '{"type": "user"}'])
def test_unusable_credentials_name_their_setting(
    connect_ga4: Connect, credentials: str | None
) -> None:
    with pytest.raises(SettingMissing, match="RIVAGE_GA4_CREDENTIALS"):
        connect_ga4(FakeGa4(), credentials=credentials)


def test_a_damaged_private_key_is_not_shown(connect_ga4: Connect) -> None:
    key = {
        "type": "service_account",
        "client_email": "a@b",
        "token_uri": "http://127.0.0.1:9",
        "private_key": "-----BEGIN PRIVATE KEY-----\nsEcReTkEy\n-----END PRIVATE KEY-----",
    }
    with pytest.raises(SettingMissing) as caught:
        connect_ga4(FakeGa4(), credentials=json.dumps(key))
    assert caught.value.__context__ is None
    assert "sEcReTkEy" not in str(caught.value)
