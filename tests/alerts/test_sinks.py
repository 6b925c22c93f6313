"""Sinks against real servers on this machine."""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
from pathlib import Path

import pytest

from rivage.alerts.deliver import Post, sinks
from rivage.alerts.mail import Mail
from rivage.alerts.message import Message, Section
from rivage.alerts.settings import Alerts
from rivage.alerts.sinks import SinkDown, SinkRefused, Webhook, slack
from rivage.settings import Settings
from tests.alerts.receivers import mail_server, webhook

MESSAGE = Message(
    "opened", "critical", "kpi_ads_daily", "CRITICAL kpi_ads_daily: spend is never empty",
    "Nothing was published; BI has no version yet.", ("performance",), ("0123456789ab",),
    (Section("What to do", ("Runbook",), ("rivage ack 0123456789ab",)),),
)  # fmt: skip
HERE = ("127.0.0.1",)
SECRET = "very-secret"


def hook_to(url: str, **more: object) -> Webhook:
    return Webhook("slack", url, slack, HERE, **more)  # type: ignore[arg-type]


def test_a_slack_message_arrives_as_one_text() -> None:
    with webhook() as hook:
        hook_to(hook.url).send(MESSAGE)
        assert hook.paths == [f"/services/T0/B0/{SECRET}"]
        assert hook.hosts == [hook.url.split("/")[2]]
        (body,) = hook.bodies
    assert body["text"].startswith(f"*{MESSAGE.verdict}*\n{MESSAGE.consequence}\n")
    assert body["unfurl_links"] is False


def test_a_machine_gets_all_fields() -> None:
    with webhook() as hook:
        Webhook("webhook", hook.url, Message.as_dict, HERE).send(MESSAGE)
        (body,) = hook.bodies
    assert body["fingerprints"] == ["0123456789ab"]
    assert body["text"] == MESSAGE.text()
    assert body["sections"][0]["code"] == ["rivage ack 0123456789ab"]


def test_a_webhook_that_stumbles_is_tried_again_and_one_that_refuses_is_not() -> None:
    waits: list[float] = []
    with webhook() as hook:
        hook.answers = [503, 429]
        post = Post({"slack": hook_to(hook.url)}, sleep=waits.append)
        assert post.send("slack", MESSAGE).ok
        assert len(hook.bodies) == 3
        assert waits == [0.5, 1.0]
        hook.answers = [404, 200]
        refused = post.send("slack", MESSAGE)
        assert (refused.ok, refused.error) == (False, "127.0.0.1 answered 404.")
        assert len(hook.bodies) == 4


def test_a_redirect_is_not_followed() -> None:
    with webhook() as hook:
        hook.answers = [307]
        with pytest.raises(SinkRefused, match="a redirect, which is not followed"):
            hook_to(hook.url).send(MESSAGE)
        assert len(hook.bodies) == 1


def test_a_name_that_changes_its_mind_is_not_asked_twice() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with webhook() as hook:
        # The name resolves nowhere; the connection goes to the address that was checked.
        url = hook.url.replace("127.0.0.1", "hooks.invalid")
        Webhook("slack", url, slack, ("hooks.invalid",), resolve=resolve).send(MESSAGE)
        assert hook.hosts[0].startswith("hooks.invalid:")
    assert asked == ["hooks.invalid"]


def test_no_secret_is_in_what_a_sink_says_of_itself_or_of_a_failure(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"http://127.0.0.1:9/services/{SECRET}"
    alerts = Alerts(
        slack_url=url, webhook_url=url, smtp_host="127.0.0.1", smtp_port=9, smtp_user="u",
        smtp_password="mail-password", mail_to=("oncall@brand.example",), allowed_hosts=HERE,
        slack_urls={"ads": url}, timeout=1,
    )  # type: ignore[arg-type]  # fmt: skip
    names = ["slack", "slack:ads", "webhook", "email"]
    reached = sinks(Settings(home=tmp_path), alerts, names)
    post = Post(reached, sleep=lambda _seconds: None)
    done = [post.send(name, MESSAGE) for name in names]
    assert [delivery.ok for delivery in done] == [False] * 4
    told = " ".join([
        repr(reached), repr(alerts), caplog.text, str([sink.shown for sink in reached.values()]),
        *(delivery.error for delivery in done),
    ])  # fmt: skip
    assert "127.0.0.1 did not answer" in told
    for secret in (SECRET, "mail-password"):
        assert secret not in told


def test_a_mail_arrives_as_text_and_html() -> None:
    with mail_server() as box:
        sink = Mail("email", "127.0.0.1", box.port, "none", "rivage@brand.example",
                    ("oncall@brand.example", "ads@brand.example"))  # fmt: skip
        sink.send(MESSAGE)
        (mail,) = box.mails
    assert box.recipients == [["oncall@brand.example", "ads@brand.example"]]
    assert mail["Subject"] == MESSAGE.verdict
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.replace("\r\n", "\n") == MESSAGE.text()
    assert "<pre>rivage ack 0123456789ab</pre>" in str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_login_travels_encrypted_only(tmp_path: Path, security: str) -> None:
    context = certified(tmp_path)
    how = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    if security == "tls":
        how |= {"auth_require_tls": False}  # aiosmtpd means STARTTLS by it
    with mail_server(**how) as box:
        told = ("email", "127.0.0.1", box.port, security, "rivage@brand.example",
                ("oncall@brand.example",), "rivage", "mail-password")  # fmt: skip
        Mail(*told, ca_file=tmp_path / "cert.pem").send(MESSAGE)  # type: ignore[arg-type]
        assert box.users == ["rivage"]
        assert len(box.mails) == 1
        # A certificate that nobody vouches for: nothing is sent, no password either.
        with pytest.raises(SinkDown, match="SSLCertVerificationError"):
            Mail(*told).send(MESSAGE)  # type: ignore[arg-type]
        assert box.users == ["rivage"]


def test_a_server_without_starttls_gets_no_password() -> None:
    with mail_server() as box:
        sink = Mail("email", "127.0.0.1", box.port, "starttls", "a@b.example", ("c@d.example",),
                    "rivage", "mail-password")  # fmt: skip
        with pytest.raises(SinkRefused):
            sink.send(MESSAGE)
        assert (box.users, box.mails) == ([], [])


def test_a_mailbox_that_is_busy_is_a_sink_that_is_down() -> None:
    with mail_server() as box:
        box.refuses = True
        sink = Mail("email", "127.0.0.1", box.port, "none", "a@b.example", ("c@d.example",))
        with pytest.raises(SinkDown, match=r"127\.0\.0\.1 answered 451"):
            sink.send(MESSAGE)


def test_the_file_gets_one_line_per_message(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    file = sinks(settings, Alerts(), ["file"])["file"]
    file.send(MESSAGE)
    file.send(MESSAGE)
    lines = (tmp_path / "audit" / "alerts.jsonl").read_text().splitlines()
    assert [json.loads(line)["what"] for line in lines] == ["opened", "opened"]


def certified(folder: Path) -> ssl.SSLContext:
    """A server's context with a certificate of its own for 127.0.0.1."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    cert = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context
