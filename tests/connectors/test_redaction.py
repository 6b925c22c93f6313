"""No secret survives in logs, error texts, tracebacks or reprs."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rivage.connectors import redaction
from rivage.connectors.answers import read_answer
from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.redaction import MASK, RedactSecrets, guard_loggers, redact, remember
from rivage.errors import RivageError
from tests.connectors.loopback import Loopback, Reply

SECRET = "S3cr3t/Value+with=signs"


@pytest.mark.parametrize(
    "text",
    [
        f"GET /oauth2/advertiser/get/?app_id=7&secret={SECRET}&x=1",
        f"{{'Access-Token': '{SECRET}'}}",
        f'{{"access_token": "{SECRET}", "expires_in": 86399}}',
        f'"client_secret":"{SECRET}"',
        f"client_secret={SECRET}&grant_type=client_credentials",
        f"Authorization: Bearer {SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}'}}",
        f"X-Shopify-Access-Token: {SECRET}",
        f"assertion={SECRET}",
        f"app_secret = {SECRET}",
        f'{{\\"refresh_token\\": \\"{SECRET}\\"}}',
        f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----",
    ],
)
def test_secrets_never_seen_before_are_recognised_by_their_carrier(text: str) -> None:
    assert "S3cr3t" not in redact(text)
    assert MASK in redact(text)


@pytest.mark.parametrize(
    "token", ["eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl", "ya29.c.b0Aaek", "shpat_0123456789abcdef"]
)
def test_tokens_are_recognised_by_their_shape(token: str) -> None:
    assert token not in redact(f"before {token} after")


@pytest.mark.parametrize(
    "text",
    [
        "Access token is incorrect or has been revoked.",
        "GET business-api.tiktok.com/open_api/v1.3/ad/get/ answered HTTP 500.",
        "app_id=7123 page=2",
        '{"private_key_id": "abc123"}',
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(min_size=6, max_size=40).filter(lambda s: s not in MASK), st.text(), st.text())
def test_a_known_value_never_survives(secret: str, before: str, after: str) -> None:
    redaction._known.clear()
    remember(secret)
    left = redact(f"{before}{secret}{after}")
    # Whatever is left may only contain the value by chance of its neighbours and the mask.
    assert left.count(secret) <= f"{before}{MASK}{after}".count(secret)


def test_log_records_are_rewritten_with_their_traceback() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger("rivage.http")
    guard_loggers()
    logger.addHandler(handler)
    try:
        try:
            raise ValueError(f"secret={SECRET}")
        except ValueError:
            logger.exception("failed url=%s", f"/x?secret={SECRET}")
    finally:
        logger.removeHandler(handler)
    assert "S3cr3t" not in stream.getvalue()
    assert "Traceback" in stream.getvalue()


def test_extra_fields_are_rewritten() -> None:
    record = logging.makeLogRecord({"msg": "x", "target": f"?secret={SECRET}"})
    RedactSecrets().filter(record)
    assert "S3cr3t" not in record.__dict__["target"]


@pytest.mark.parametrize("reply", [None, Reply({}, 500), Reply({}, reset=True), Reply(b"<x")])
def test_failing_requests_leak_nothing(
    serve: Callable[..., Loopback],
    session: Callable[..., HttpSession],
    caplog: pytest.LogCaptureFixture,
    reply: Reply | None,
) -> None:
    url = serve(lambda call: reply).url if reply else "http://127.0.0.1:9"
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RivageError) as caught:
        session(Retries(attempts=2)).send(
            "GET",
            f"{url}/oauth2/advertiser/get/",
            params={"app_id": "7", "secret": SECRET},
            headers={"Access-Token": f"t-{SECRET}"},
        )
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    for error in _chain(caught.value):
        shown += repr(error)
    assert "S3cr3t" not in shown


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def test_an_answer_hides_body_and_headers() -> None:
    answer = read_answer(200, b'{"access_token": "abcdefgh"}', {"Set-Cookie": "session=1"}, 0.1)
    assert "abcdefgh" not in repr(answer)
    assert "session" not in repr(answer)


def test_settings_hide_their_secrets(configure: Callable[..., Any]) -> None:
    settings = configure(
        tiktok_ads={"access_token": SECRET, "app_secret": SECRET},
        shopify={"access_token": SECRET, "client_secret": SECRET},
    )
    assert "S3cr3t" not in repr(settings) + str(settings)
