"""No webhook leads to this machine, its network or a metadata service."""

from __future__ import annotations

import pytest

from rivage.alerts.targets import Target, TargetRefused, check, is_public

SECRET = "/services/T0/B0/very-secret?k=v"


def leads_to(*addresses: str):  # type: ignore[no-untyped-def]
    return lambda _host, _port: list(addresses)


def test_a_public_target_is_used_by_the_address_that_was_checked() -> None:
    target = check(f"https://hooks.slack.example{SECRET}", (), leads_to("203.0.114.9"))
    assert target == Target(True, "hooks.slack.example", 443, SECRET, "203.0.114.9")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "no address",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(TargetRefused, match=r"hooks\.example leads to"):
        check("https://hooks.example/x", (), leads_to(address))


def test_one_bad_address_among_good_ones_is_enough() -> None:
    with pytest.raises(TargetRefused, match="169"):
        check("https://hooks.example/x", (), leads_to("203.0.114.9", "169.254.169.254"))


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "017700000001",
                                  "127.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"])  # fmt: skip
def test_every_notation_of_this_machine_is_refused(host: str) -> None:
    with pytest.raises(TargetRefused):
        check(f"https://{host}/x", ())


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/x", "ftp://hooks.example/x", "file:///etc/passwd", "hooks.example",
        "https://user:pass@hooks.example/x", "https://hooks.example\\@evil/x", "https://[::1/x",
        "https://hooks.example:port/x", "https://évil.example/x", "",
    ],
)  # fmt: skip
def test_an_address_that_is_no_plain_https_one_is_refused(url: str) -> None:
    with pytest.raises(TargetRefused):
        check(url, (), leads_to("203.0.114.9"))


def test_an_allowed_host_may_be_private_and_plain_and_no_other_is() -> None:
    allowed = ("mattermost.lan",)
    target = check("http://Mattermost.LAN:8065/hooks/x", allowed, leads_to("10.0.0.5"))
    assert target == Target(False, "mattermost.lan", 8065, "/hooks/x", "10.0.0.5")
    for url in ("http://mattermost.lan.evil.example/x", "https://evil.lan/x"):
        with pytest.raises(TargetRefused):
            check(url, allowed, leads_to("10.0.0.5"))


def test_a_refusal_never_shows_the_secret_part() -> None:
    for url, resolve in (
        (f"https://hooks.example{SECRET}", leads_to("10.0.0.1")),
        (f"http://hooks.example{SECRET}", leads_to("203.0.114.9")),
        (f"https://hooks.example{SECRET}", leads_to()),
    ):
        with pytest.raises(TargetRefused) as refused:
            check(url, (), resolve)
        assert "very-secret" not in str(refused.value)
