"""The session turns every failure into its named error and repeats only what can help."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from rivage import __version__
from rivage.connectors.answers import Answer
from rivage.connectors.http import HttpSession, Retries
from rivage.errors import (
    BadRequest,
    QueryTooLarge,
    QuotaExhausted,
    RateLimited,
    RequestTimedOut,
    ResponseTruncated,
    RivageError,
    ScopeMissing,
    ServerFailed,
    TokenExpired,
)
from tests.connectors.loopback import Call, Loopback, Reply, in_turn

Serve = Callable[..., Loopback]
Build = Callable[..., HttpSession]
ONCE = Retries(attempts=1)
OK = Reply({"ok": True})


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(b'{"data": {"list": ['), ResponseTruncated),
        (Reply({"list": list(range(100))}, cut=20), ResponseTruncated),
        (Reply(b"<html>hello</html>"), ResponseTruncated),
        (Reply(b""), ResponseTruncated),
        (Reply([1, 2]), ResponseTruncated),
        (Reply(b'{"spend": NaN}'), ResponseTruncated),
        (Reply(b"\xff\xfe"), ResponseTruncated),
        (Reply(b"[" * 100_000), ResponseTruncated),
        (Reply(b"not gzip", headers={"Content-Encoding": "gzip"}), ResponseTruncated),
        (Reply(b"<html>504</html>", 504), RequestTimedOut),
        (Reply({}, 500), ServerFailed),
        (Reply(b"<html>", 503), ServerFailed),
        (Reply({}, 429), RateLimited),
        (Reply({}, 401), TokenExpired),
        (Reply({}, 403), ScopeMissing),
        (Reply(b"404 page not found", 404), BadRequest),
        (Reply({}, 302, {"Location": "http://127.0.0.1:1/"}), BadRequest),
        (Reply({}, reset=True), ServerFailed),
    ],
)
def test_each_broken_answer_has_its_name(
    serve: Serve, session: Build, reply: Reply, expected: type[RivageError]
) -> None:
    server = serve(lambda call: reply)
    with pytest.raises(RivageError) as caught:
        session(ONCE).send("GET", f"{server.url}/v1/")
    assert type(caught.value) is expected


def test_nobody_listening_is_a_server_failure(session: Build) -> None:
    with pytest.raises(ServerFailed):
        session(ONCE).send("GET", "http://127.0.0.1:9/")


def test_a_malformed_address_is_a_bad_request(session: Build) -> None:
    with pytest.raises(BadRequest):
        session().send("GET", "nowhere")


def test_compressed_bodies_are_read(serve: Serve, session: Build) -> None:
    body = json.dumps({"rows": ["x" * 50] * 4000}).encode()
    reply = Reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})
    answer = session().send("GET", serve(lambda call: reply).url)
    assert answer.bytes == len(body)
    assert len(answer.json["rows"]) == 4000


def test_server_failures_are_repeated_with_growing_waits(
    serve: Serve, session: Build, slept: list[float]
) -> None:
    server = serve(in_turn([Reply({}, 500), Reply({}, 502), Reply({}, reset=True), OK]))
    assert session().send("GET", server.url).json == {"ok": True}
    assert slept == [0.75, 1.5, 3.0]  # 1, 2, 4 s times (0.5 + 0.5 / 2)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_refusals_are_never_repeated(
    serve: Serve, session: Build, slept: list[float], status: int
) -> None:
    server = serve(lambda call: Reply({}, status))
    with pytest.raises(RivageError):
        session().send("GET", server.url)
    assert (len(server.calls), slept) == (1, [])


def test_retry_after_is_obeyed(serve: Serve, session: Build, slept: list[float]) -> None:
    late = "Fri, 20 Nov 2026 12:00:30 GMT"  # 30 s after the injected noon
    waits = [Reply({}, 429, {"Retry-After": "7.5"}), Reply({}, 429, {"Retry-After": late}), OK]
    session().send("GET", serve(in_turn(waits)).url)
    assert slept == [8.0, 30.5]


def test_a_long_wait_goes_to_the_scheduler(
    serve: Serve, session: Build, slept: list[float]
) -> None:
    server = serve(lambda call: Reply({}, 429, {"Retry-After": "300"}))
    with pytest.raises(RateLimited) as caught:
        session().send("GET", server.url)
    assert caught.value.retry_after == 300
    assert (len(server.calls), slept) == (1, [])


def test_a_timeout_is_repeated_unchanged_once_only(
    serve: Serve, session: Build, slept: list[float]
) -> None:
    server = serve(lambda call: Reply({}, delay=0.5))
    with pytest.raises(RequestTimedOut):
        session(configure={"read_timeout": 0.1}).send("GET", server.url)
    assert (len(server.calls), len(slept)) == (2, 1)


def test_a_dripping_body_is_given_up(serve: Serve, session: Build) -> None:
    server = serve(lambda call: Reply({"x": "y" * 200}, drip=0.02))
    with pytest.raises(RequestTimedOut):
        session(ONCE, configure={"read_timeout": 0.1}).send("GET", server.url)


@pytest.mark.parametrize(
    ("error", "sends"),
    [
        (QuotaExhausted("the hour is used up", retry_after=5), 1),
        (QueryTooLarge("too large"), 1),
        (BadRequest("wrong"), 1),
        (RateLimited("slow down"), 4),
        (ServerFailed("down"), 3),
    ],
)
def test_the_kind_of_error_decides_about_repeating(
    serve: Serve, session: Build, error: RivageError, sends: int
) -> None:
    server = serve(lambda call: OK)
    with pytest.raises(type(error)):
        session(Retries(attempts=4, server_failures=3)).send(
            "GET", server.url, classify=lambda answer: error
        )
    assert len(server.calls) == sends


def test_the_total_time_is_limited(serve: Serve, session: Build, slept: list[float]) -> None:
    server = serve(lambda call: Reply({}, 429, {"Retry-After": "40"}))
    with pytest.raises(RateLimited):
        session(Retries(attempts=50, seconds=100)).send("GET", server.url)
    assert slept == [40.5, 40.5]


def test_classify_reads_the_body_of_any_status(serve: Serve, session: Build) -> None:
    def classify(answer: Answer) -> RivageError | None:
        return QuotaExhausted("day") if answer.json.get("quota") else None

    server = serve(in_turn([Reply({"quota": 1}, 429), Reply({}, 429)]))
    with pytest.raises(QuotaExhausted):
        session(ONCE).send("GET", server.url, classify=classify)
    with pytest.raises(RateLimited):
        session(ONCE).send("GET", server.url, classify=classify)


def test_a_redirect_carries_no_credentials_elsewhere(serve: Serve, session: Build) -> None:
    other = serve(lambda call: OK)
    server = serve(lambda call: Reply({}, 307, {"Location": f"{other.url}/steal"}))
    with pytest.raises(BadRequest, match="redirect"):
        session().send("GET", server.url, headers={"Access-Token": "token-of-the-app"})
    assert other.calls == []


def test_requests_name_the_product_and_ignore_netrc(
    serve: Serve, session: Build, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else-word\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(lambda call: OK)
    session().send("GET", server.url, headers={"Authorization": "Bearer mine"})
    (call,) = server.calls
    assert call.headers["User-Agent"] == f"rivage/{__version__}"
    assert call.headers["Authorization"] == "Bearer mine"


def test_each_answer_leaves_one_log_line_with_fields(
    serve: Serve, session: Build, caplog: pytest.LogCaptureFixture
) -> None:
    replies = [Reply({}, 500), Reply({"request_id": "20261120AB"})]
    server = serve(in_turn(replies))
    with caplog.at_level(logging.INFO, "rivage.http"):
        answer = session().send("GET", f"{server.url}/v1/x/", params={"secret": "hunter2hunter2"})
    assert answer.request_id == "20261120AB"
    lines = [r for r in caplog.records if getattr(r, "event", "") == "http_answer"]
    assert [r.__dict__["fields"]["status"] for r in lines] == [500, 200]
    last = lines[-1].__dict__["fields"]
    assert (last["method"], last["path"], last["request_id"]) == ("GET", "/v1/x/", "20261120AB")
    assert (last["attempt"], last["bytes"]) == (2, answer.bytes)
    assert "hunter2" not in caplog.text


def test_an_app_that_stays_limited_is_left_alone(serve: Serve, session: Build) -> None:
    class Budget:
        blocked: list[float] = []  # noqa: RUF012

        def wait(self) -> None: ...

        def block(self, seconds: float) -> None:
            self.blocked.append(seconds)

    def classify(answer: Answer) -> RivageError:
        return RateLimited("restricted")

    limited = session(Retries(attempts=3, restricted_seconds=300), limiter=Budget())
    with pytest.raises(RateLimited) as caught:
        limited.send("GET", serve(lambda call: OK).url, classify=classify)
    assert Budget.blocked == [0.75, 1.5, 300]
    assert caught.value.retry_after == 300


def test_reach_accepts_any_status(serve: Serve, session: Build) -> None:
    def answer(call: Call) -> Reply:
        return Reply(b"404 page not found", 404)

    assert session().reach(serve(answer).url).status == 404
