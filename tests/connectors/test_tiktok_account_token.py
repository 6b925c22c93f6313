"""The account's daily token: renewed once, stored safely, never shown."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rivage.connectors.http import HttpSession, Retries
from rivage.connectors.redaction import redact
from rivage.connectors.tiktok_account_token import AccountToken
from rivage.connectors.token_file import TokenFile
from rivage.errors import SchemaBroke, SettingMissing, TokenExpired
from rivage.settings import TikTokOrganic as OrganicSettings
from tests.conftest import REPO
from tests.connectors.fake_account import BASE, BRAND, FakeAccount
from tests.connectors.fake_tiktok import envelope
from tests.connectors.loopback import Call, Loopback, Reply

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
Make = Callable[..., AccountToken]


@pytest.fixture
def token(
    serve: Callable[..., Loopback], configure: Callable[..., Any], slept: list[float]
) -> Make:
    """A token over one server; the same fake keeps the same server and the same home."""
    servers: dict[int, Loopback] = {}

    def build(fake: FakeAccount, now: datetime = NOON, **own: Any) -> AccountToken:
        server = servers.setdefault(id(fake), serve(fake))
        base = {
            "base_url": f"{server.url}{BASE}",
            "client_id": "app-7",
            "client_secret": "secret-of-the-app",
            "refresh_token": "refresh-0-of-the-consent",
        }
        settings = configure(tiktok_organic=OrganicSettings(**{**base, **own}))
        session = HttpSession(settings, retries=Retries(attempts=2), sleep=slept.append)
        made = AccountToken(settings, session, lambda: now)
        made.home = settings.tokens  # type: ignore[attr-defined]
        made.server = server  # type: ignore[attr-defined]
        return made

    return build


def stored(made: AccountToken) -> dict[str, Any]:
    (file,) = made.home.glob("*.json")  # type: ignore[attr-defined]
    return dict(json.loads(file.read_text()))


def test_the_next_task_uses_what_the_last_one_stored(token: Make) -> None:
    fake = FakeAccount()
    first = token(fake)
    assert first.value() == "access-number-1"
    assert first.open_id == BRAND.id
    assert token(fake, NOON + timedelta(hours=23)).value() == "access-number-1"
    assert fake.renewals == 1


def test_a_rotated_refresh_token_is_the_next_one_sent(token: Make) -> None:
    fake = FakeAccount()
    token(fake).value()
    assert token(fake, NOON + timedelta(hours=25)).value() == "access-number-2"
    kept = stored(token(fake))
    assert kept["refresh_token"] == "refresh-2-in-turn"
    assert kept["previous_refresh_token"] == "refresh-1-in-turn"


def test_a_refresh_token_that_stays_the_same_is_kept(token: Make) -> None:
    fake = FakeAccount(rotates=False)
    token(fake).value()
    assert token(fake, NOON + timedelta(days=2)).value() == "access-number-2"


def test_it_is_renewed_five_minutes_early(token: Make) -> None:
    fake = FakeAccount()
    token(fake).value()
    token(fake, NOON + timedelta(hours=23, minutes=56)).value()
    assert fake.renewals == 2


def test_only_the_owner_can_read_the_file(token: Make) -> None:
    made = token(FakeAccount())
    made.value()
    folder: Path = made.home  # type: ignore[attr-defined]
    assert folder.stat().st_mode & 0o777 == 0o700
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


def test_no_token_is_ever_shown(token: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = token(FakeAccount())
    made.value()
    for secret in ("access-number-1", "refresh-1-in-turn", "refresh-0-of", "secret-of-the-app"):
        assert secret not in caplog.text
    told = redact("access-number-1 refresh-1-in-turn refresh-0-of-the-consent secret-of-the-app")
    assert told == "*** *** *** ***"
    # The account's id is no secret: it names folders and rows.
    assert redact(BRAND.id) == BRAND.id


def test_an_invalid_refresh_token_asks_for_a_new_consent(token: Make) -> None:
    with pytest.raises(TokenExpired) as raised:
        token(FakeAccount(valid=set())).value()
    assert "40107" in raised.value.what
    assert "RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN" in raised.value.do
    assert not raised.value.transient


def test_any_refusal_of_a_renewal_ends_in_the_same_error(token: Make) -> None:
    refused = Reply(envelope({}, 40105, "Access token is incorrect or has been revoked."))
    with pytest.raises(TokenExpired) as raised:
        token(FakeAccount(before=lambda call: refused)).value()
    assert type(raised.value) is TokenExpired
    assert "consent again" in raised.value.do


def test_a_new_consent_never_meets_the_old_tokens(token: Make) -> None:
    fake = FakeAccount()
    token(fake).value()
    fake.valid = {"refresh-of-a-new-consent"}
    made = token(fake, refresh_token="refresh-of-a-new-consent")
    assert made.value() == "access-number-2"


def test_wrong_app_credentials_are_named(token: Make) -> None:
    with pytest.raises(TokenExpired) as raised:
        token(FakeAccount(), client_secret="another-secret").value()
    assert "RIVAGE_TIKTOK_ORGANIC_CLIENT_SECRET" in raised.value.do


@pytest.mark.parametrize("name", ["client_id", "client_secret", "refresh_token"])
def test_a_missing_setting_is_named(token: Make, name: str) -> None:
    with pytest.raises(SettingMissing, match=f"RIVAGE_TIKTOK_ORGANIC_{name.upper()}"):
        token(FakeAccount(), **{name: None})


def test_a_crash_before_storing_keeps_the_old_token_in_use(
    token: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeAccount(strict=False)
    token(fake).value()
    crash_while_storing(token, fake, monkeypatch)
    assert stored(token(fake))["refresh_token"] == "refresh-1-in-turn"
    # TikTok still takes the old one here, so nothing is lost.
    assert token(fake, NOON + timedelta(days=2)).value() == "access-number-3"
    assert "renewal_began" not in stored(token(fake))["about"]


def test_a_crash_that_lost_the_token_is_told_as_such(
    token: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeAccount(strict=True)
    token(fake).value()
    crash_while_storing(token, fake, monkeypatch)
    with pytest.raises(TokenExpired) as raised:
        token(fake, NOON + timedelta(days=2)).value()
    assert "never stored" in raised.value.what
    assert "2026-11-21" in raised.value.what


def crash_while_storing(token: Make, fake: FakeAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day later: the renewal is answered, and the process dies before it is written."""

    class Killed(BaseException):
        pass

    write = TokenFile.write

    def dies(self: TokenFile, values: Any) -> None:
        if values.get("access_token", "").endswith(f"-{fake.renewals}") and fake.renewals > 1:
            raise Killed
        write(self, values)

    with monkeypatch.context() as patch:
        patch.setattr(TokenFile, "write", dies)
        with pytest.raises(Killed):
            token(fake, NOON + timedelta(days=1)).value()


def test_an_older_token_helps_when_the_newest_is_refused(token: Make) -> None:
    fake = FakeAccount(strict=False)
    token(fake).value()
    fake.valid.discard("refresh-1-in-turn")
    assert token(fake, NOON + timedelta(days=2)).value() == "access-number-2"


def test_the_file_is_proved_writable_before_the_token_is_spent(
    token: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = FakeAccount()

    def full(self: TokenFile, values: Any) -> None:
        raise SettingMissing("no room")

    monkeypatch.setattr(TokenFile, "write", full)
    with pytest.raises(SettingMissing):
        token(fake).value()
    assert fake.renewals == 0


def test_an_answer_without_a_token_keeps_the_new_refresh_token(token: Make) -> None:
    def half(call: Call) -> Reply | None:
        return Reply(envelope({"refresh_token": "refresh-of-a-broken-answer"}))

    fake = FakeAccount(before=half)
    with pytest.raises(SchemaBroke):
        token(fake).value()
    assert stored(token(fake))["refresh_token"] == "refresh-of-a-broken-answer"


def test_a_damaged_file_falls_back_on_the_consent(token: Make) -> None:
    fake = FakeAccount(strict=False)
    made = token(fake)
    made.value()
    (file,) = made.home.glob("*.json")  # type: ignore[attr-defined]
    file.write_text('{"access_token": "half')
    assert token(fake).value() == "access-number-2"


def test_of_two_processes_at_once_one_renews(token: Make, tmp_path: Path) -> None:
    """Both find an expired token; a strict server would refuse the second renewal."""
    fake = FakeAccount(strict=True)
    made = token(fake)
    code = textwrap.dedent(
        """
        import sys
        from datetime import UTC, datetime
        from rivage.connectors.http import HttpSession
        from rivage.connectors.tiktok_account_token import AccountToken
        from rivage.settings import Settings
        settings = Settings()
        token = AccountToken(settings, HttpSession(settings), lambda: datetime.now(UTC))
        sys.stdin.readline()
        sys.stdout.write(token.value())
        """
    )
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(REPO / "plugins"), os.environ.get("PYTHONPATH", "")]),
        "RIVAGE_HOME": str(tmp_path / "shared"),
        "RIVAGE_TIKTOK_ORGANIC_BASE_URL": f"{made.server.url}{BASE}",  # type: ignore[attr-defined]
        "RIVAGE_TIKTOK_ORGANIC_CLIENT_ID": "app-7",
        "RIVAGE_TIKTOK_ORGANIC_CLIENT_SECRET": "secret-of-the-app",
        "RIVAGE_TIKTOK_ORGANIC_REFRESH_TOKEN": "refresh-0-of-the-consent",
    }
    running = [
        subprocess.Popen(
            [sys.executable, "-c", code], env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in running]
    assert [out for out, _ in said] == ["access-number-1"] * 3, said
    assert fake.renewals == 1
