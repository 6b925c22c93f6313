"""E-mail: one message as text and as plain HTML, over STARTTLS or TLS."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from html import escape
from pathlib import Path
from typing import Literal

from rivage.alerts.message import Message, cut
from rivage.alerts.sinks import SinkDown, SinkRefused

LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Mail:
    """Sends to fixed recipients through one SMTP server."""

    name: str
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    recipients: tuple[str, ...]
    user: str | None = None
    password: str | None = None
    ca_file: Path | None = None
    timeout: float = 5.0

    def __repr__(self) -> str:
        return f"Mail({self.name}, {self.shown})"

    @property
    def shown(self) -> str:
        return f"{', '.join(self.recipients)} via {self.host}"

    def send(self, message: Message) -> None:
        letter = written(message, self.sender, self.recipients)
        try:
            with self._server() as server:
                server.send_message(letter)
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise SinkRefused(f"{self.host} refused the log-in: {_said(error)}.") from None
        except smtplib.SMTPRecipientsRefused:
            raise SinkRefused(f"{self.host} refused all recipients.") from None
        except smtplib.SMTPResponseException as error:
            kind = SinkDown if error.smtp_code < 500 else SinkRefused
            raise kind(f"{self.host} answered {error.smtp_code}.") from None
        except (smtplib.SMTPException, OSError) as error:
            raise SinkDown(f"{self.host} did not take the mail: {type(error).__name__}.") from None

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        tls = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        server = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=tls)
            if self.security == "tls"
            else smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        )
        with server:
            if self.security == "starttls":
                server.starttls(context=tls)
            if self.user and self.password:
                server.login(self.user, self.password)
            yield server


def written(message: Message, sender: str, recipients: tuple[str, ...]) -> EmailMessage:
    """The letter; a line break in data can't become a header, nor a tag become HTML."""
    letter = EmailMessage()
    letter["Subject"] = cut(message.verdict, LONGEST_SUBJECT)
    letter["From"] = sender
    letter["To"] = ", ".join(recipients)
    letter["Date"] = formatdate()
    letter["Message-ID"] = make_msgid(domain="rivage.invalid")
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.text())
    letter.add_alternative(_html(message), subtype="html")
    return letter


def _html(message: Message) -> str:
    parts = [f"<p><strong>{escape(message.verdict)}</strong><br>{escape(message.consequence)}</p>"]
    for section in message.sections:
        lines = "<br>".join(escape(line) for line in section.lines)
        code = escape("\n".join(section.code))
        parts.append(f"<h3>{escape(section.title)}</h3>")
        parts += [f"<p>{lines}</p>"] if lines else []
        parts += [f"<pre>{code}</pre>"] if code else []
    return "<html><body>" + "\n".join(parts) + "</body></html>"


def _said(error: smtplib.SMTPException) -> str:
    code = getattr(error, "smtp_code", None)
    return str(code) if code else type(error).__name__
