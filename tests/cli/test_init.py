"""`rivage init` against the sandbox: asked in a terminal, and by flags."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.cli.terminal import Terminal
from tests.simulated import SALT, Sandbox, published, sandbox

pytestmark = [pytest.mark.pipeline, pytest.mark.timeout(600)]

RIVAGE = [sys.executable, "-m", "rivage"]
ADS = ("RIVAGE_TIKTOK_ADS_ACCESS_TOKEN", "RIVAGE_TIKTOK_ADS_APP_ID", "RIVAGE_TIKTOK_ADS_APP_SECRET")
SECRET = ("TOKEN", "SECRET", "TOKEN_AUTH")


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox(tmp_path_factory.mktemp("init") / "sandbox", "--size", "tiny") as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path, brand: Sandbox) -> Path:
    """A folder whose .env holds only where the sandbox is, and lines that are not ours."""
    (tmp_path / ".env").write_text(
        "# kept by hand\nOTHER_TOOL='as it is'\n"
        + "".join(f"{k}={v}\n" for k, v in brand.env.items() if tuning(k))
        + "RIVAGE_TIKTOK_ADS_ACCESS_TOKEN=      # of the agency's app\n"
    )
    return tmp_path


def tuning(name: str) -> bool:
    """What a brand never sets: addresses and rates of the simulated services."""
    own = name.endswith(("_BASE_URL", "_AUTH_URL")) and "SHOPIFY" not in name
    return (own and "MATOMO" not in name) or "_REQUESTS_PER_" in name


def bare() -> dict[str, str]:
    """An environment without any setting."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("RIVAGE_") or "TEST" in k}
    return env | {"COLUMNS": "200", "TERM": "dumb"}


def secrets_of(brand: Sandbox) -> set[str]:
    return {value for name, value in brand.env.items() if name.endswith(SECRET)}


def init(
    folder: Path, *flags: str, stdin: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RIVAGE, "init", *flags], cwd=folder, env=bare() | env, input=stdin,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_brand_is_set_up_by_questions_and_published_in_one_more_command(
    brand: Sandbox, folder: Path
) -> None:
    env = brand.env
    person = Terminal([*RIVAGE, "init"], folder, bare())
    person.answer("folder of all state [.rivage]", "")
    person.answer("currency of reports [EUR]", "euro")
    person.expect("is not a currency's code")
    person.answer("currency of reports [EUR]", "EUR")
    person.answer("time zone of reports [Europe/Paris]", "")
    shown = person.answer("Numbers, separated by commas [9]", "1,5,6,8,9")
    assert "TikTok Ads" in shown
    assert "Matomo" in shown

    person.answer("Which one [1]", "")
    assert "authorization URL" in person.answer("access token", "a-token-of-yesterday")
    person.answer("app id", env[ADS[1]])
    assert "Basic Information" in person.answer("app secret", env[ADS[2]])
    failed = person.expect("again, keep, skip, quit [again]")
    assert "failed TikTok Ads" in failed
    assert "RIVAGE_TIKTOK_ADS_ACCESS_TOKEN" in failed
    person.type("")
    person.answer("Which one [1]", "1")
    person.answer("long-lived access token [it is set; Enter keeps it]", env[ADS[0]])
    person.answer(f"app id [{env[ADS[1]]}]", "")
    person.answer("app secret [it is set; Enter keeps it]", "")
    assert "failed" not in person.answer("property id", env["RIVAGE_GA4_PROPERTY_ID"])
    person.answer("key file", env["RIVAGE_GA4_CREDENTIALS"])
    person.answer("analytics_<property id>", env["RIVAGE_GA4_EXPORT_URL"])
    person.answer("Which one [1]", "2")
    person.answer("https://<shop>.myshopify.com", env["RIVAGE_SHOPIFY_BASE_URL"])
    person.answer("Admin API access token", env["RIVAGE_SHOPIFY_ACCESS_TOKEN"])
    person.answer("currencies beside the euro", "")
    told = person.expect("Next, with days of your choice:")
    assert person.code() == 0

    assert "attr_channel_daily" in told.partition("open until")[0]
    assert "open until there is TikTok organic account" in told
    assert "first load" in told
    assert not [secret for secret in secrets_of(brand) if secret in person.seen]
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    text = (folder / ".env").read_text()
    assert text.startswith("# kept by hand\nOTHER_TOOL='as it is'\n")
    assert f"{ADS[0]}={env[ADS[0]]}      # of the agency's app\n" in text
    wrote = dotenv_values(folder / ".env")
    assert len(wrote["RIVAGE_PRIVACY_SALT"] or "") >= 32
    assert "RIVAGE_SHOPIFY_CLIENT_ID" not in wrote

    done = subprocess.run(
        [*RIVAGE, "run", "--from", "2026-09-24", "--to", "2026-09-29"], cwd=folder, env=bare(),
        capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    tables = published(folder / ".rivage")
    assert tables["attr_channel_daily"]
    assert tables["kpi_ads_daily"]


def test_who_quits_keeps_what_was_answered_before(brand: Sandbox, folder: Path) -> None:
    env = brand.env
    (folder / ".env").open("a").write(f"RIVAGE_PRIVACY_SALT={SALT}\n")
    person = Terminal([*RIVAGE, "init", "--source", "shopify", "--source", "ga4"], folder, bare())
    for _ in range(3):
        person.answer("]", "")
    person.answer("Numbers, separated by commas [8,5]", "5,8")
    person.expect("stays as it is")
    person.answer("property id", env["RIVAGE_GA4_PROPERTY_ID"])
    person.answer("key file", env["RIVAGE_GA4_CREDENTIALS"])
    person.answer("Which one [1]", "2")
    person.answer("https://<shop>.myshopify.com", env["RIVAGE_SHOPIFY_BASE_URL"])
    person.answer("Admin API access token", "shpat-wrong")
    person.answer("again, keep, skip, quit [again]", "quit")
    assert person.code() == 1
    wrote = dotenv_values(folder / ".env")
    assert wrote["RIVAGE_GA4_PROPERTY_ID"] == env["RIVAGE_GA4_PROPERTY_ID"]
    assert wrote["RIVAGE_PRIVACY_SALT"] == SALT
    assert "RIVAGE_SHOPIFY_ACCESS_TOKEN" not in wrote
    assert wrote["RIVAGE_ECB_ENABLED"] == "false"
    assert "shpat-wrong" not in person.seen


def test_everything_from_the_environment(brand: Sandbox, tmp_path: Path) -> None:
    done = init(tmp_path, "--from-env", "--yes", "--json", **brand.env)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert len(told["sources"]) == 10
    assert told["open"] == []
    assert told["salt"] == "made"
    assert all(step["ok"] for step in told["checks"])
    assert sum(api["calls"] for api in told["first_load"]["apis"]) > 50
    wrote = dotenv_values(tmp_path / ".env")
    assert brand.env.items() <= wrote.items()
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert not [one for one in secrets_of(brand) if one in done.stdout + done.stderr]
    # A second time nothing changes.
    before = (tmp_path / ".env").read_text()
    again = init(tmp_path, "--from-env", "--yes", "--json", **brand.env)
    assert json.loads(again.stdout)["salt"] == "kept"
    assert (tmp_path / ".env").read_text() == before


def test_secrets_come_by_stdin_and_the_rest_by_flags(brand: Sandbox, folder: Path) -> None:
    env = brand.env
    done = init(
        folder, "--source", "tiktok_ads", "--set", f"{ADS[1]}={env[ADS[1]]}", "--values", "-",
        stdin="".join(f"{name}={env[name]}\n" for name in (ADS[0], ADS[2])),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "TikTok Ads, reporting scope" in done.stdout
    assert dotenv_values(folder / ".env")[ADS[2]] == env[ADS[2]]


def test_a_refused_token_is_shown_and_nothing_is_written(brand: Sandbox, folder: Path) -> None:
    before = (folder / ".env").read_text()
    wrong = {name: brand.env[name] for name in ADS} | {ADS[0]: "a-token-of-yesterday"}
    done = init(folder, "--source", "tiktok_ads", "--from-env", **wrong)
    assert done.returncode == 3
    assert "failed TikTok Ads, token valid: TokenExpired" in done.stdout
    assert "a-token-of-yesterday" not in done.stdout + done.stderr
    assert (folder / ".env").read_text() == before


def test_without_a_terminal_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    done = init(tmp_path, "--source", "tiktok_ads", "--source", "matomo", "--source", "shopify")
    assert done.returncode == 2
    for name in (*ADS, "RIVAGE_MATOMO_BASE_URL", "RIVAGE_MATOMO_TOKEN_AUTH",
                 "RIVAGE_SHOPIFY_BASE_URL", "RIVAGE_SHOPIFY_CLIENT_ID"):  # fmt: skip
        assert name in done.stderr
    assert not (tmp_path / ".env").exists()
    assert init(tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--set", f"{ADS[0]}=tok-1234567"), "is a secret"),
        (("--set", "RIVAGE_PRIVACY_SALT=tok-1234567"), "is a secret"),
        (("--set", "RIVAGE_TIKTOK_AD_APP_ID=tok-1234567"), "RIVAGE_TIKTOK_AD_APP_ID is not a"),
        (("--set", "tok-1234567"), "NAME=value"),
        (("--source", "tiktok"), "no source 'tiktok'"),
        (("--values", "no-such-file"), "can't be read"),
    ],
)
def test_a_bad_flag_is_refused(flags: tuple[str, ...], told: str, tmp_path: Path) -> None:
    done = init(tmp_path, "--source", "tiktok_ads", *flags)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / ".env").exists()
    if ADS[0] in flags[1] or "SALT" in flags[1]:
        assert "tok-1234567" not in done.stderr


def test_values_that_are_there_are_overwritten_only_when_asked_to(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"RIVAGE_SHOPIFY_BASE_URL=http://old\nRIVAGE_PRIVACY_SALT={SALT}\n")
    env.chmod(0o644)
    flags = ("--source", "shopify", "--no-check", "--from-env", "--set",
             "RIVAGE_SHOPIFY_BASE_URL=http://new")  # fmt: skip
    done = init(tmp_path, *flags, RIVAGE_SHOPIFY_ACCESS_TOKEN="tok-1234567")
    assert done.returncode == 2
    assert "RIVAGE_SHOPIFY_BASE_URL" in done.stderr
    assert "http://old" in env.read_text()
    done = init(tmp_path, *flags, "--replace", RIVAGE_SHOPIFY_ACCESS_TOKEN="tok-1234567")
    assert done.returncode == 0, done.stderr
    assert dotenv_values(env)["RIVAGE_SHOPIFY_BASE_URL"] == "http://new"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    done = init(
        tmp_path, "--from-env", "--no-check", "--replace", RIVAGE_PRIVACY_SALT=f"not {SALT}"
    )
    assert done.returncode == 2
    assert dotenv_values(env)["RIVAGE_PRIVACY_SALT"] == SALT


def test_a_landing_that_knows_its_salt_gets_no_new_one(tmp_path: Path) -> None:
    kept = tmp_path / ".rivage" / "landing" / "_salt" / "0123456789abcdef.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    done = init(
        tmp_path, "--source", "shopify", "--no-check", "--from-env",
        RIVAGE_SHOPIFY_BASE_URL="http://x", RIVAGE_SHOPIFY_ACCESS_TOKEN="tok-1234567",
    )  # fmt: skip
    assert done.returncode == 2
    assert "SaltChanged" in done.stderr
    assert not (tmp_path / ".env").exists()
