"""E-mail through the hall's mail server.

`smtp://user:password@host:587?from=hall@example.kz` speaks STARTTLS where the server offers it and
always where a password is given; `smtps://` is encrypted from the first byte.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as RULES
from urllib.parse import parse_qs, unquote, urlsplit

from reception.couriers.parcel import TIMEOUT_S, Parcel, Refused, TryLater

LASTING = range(500, 600)


@dataclass(frozen=True)
class MailCourier:
    host: str
    port: int
    sender: str
    encrypted: bool = False
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> "MailCourier":
        parts = urlsplit(url)
        encrypted, host = parts.scheme == "smtps", parts.hostname or "localhost"
        given = parse_qs(parts.query).get("from", [])
        return cls(
            host=host, port=parts.port or (465 if encrypted else 587),
            sender=given[0] if given else f"reception@{host}", encrypted=encrypted,
            user=unquote(parts.username or ""), password=unquote(parts.password or ""),
        )  # fmt: skip

    def deliver(self, parcel: Parcel) -> None:
        try:
            with self._connected() as server:
                server.send_message(self._message(parcel))
        except smtplib.SMTPRecipientsRefused as refusal:
            code = next(iter(refusal.recipients.values()))[0]
            raise _judged(code) from None
        except smtplib.SMTPResponseException as refusal:
            raise _judged(refusal.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise TryLater(type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        if self.encrypted:
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
            server.ehlo()
            if self.user or server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
        if self.user:
            server.login(self.user, self.password)
        return server

    def _message(self, parcel: Parcel) -> EmailMessage:
        """`Auto-Submitted` (RFC 3834) keeps holiday robots from answering."""
        message = EmailMessage(policy=RULES)
        message["From"] = Address(addr_spec=self.sender)
        message["To"] = Address(addr_spec=parcel.to)
        message["Subject"] = parcel.subject
        message["Message-ID"] = f"<{parcel.key}@{self.sender.partition('@')[2]}>"
        message["Content-Language"] = parcel.language
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(parcel.text)
        return message


def _judged(code: int) -> TryLater | Refused:
    return Refused(f"smtp {code}") if code in LASTING else TryLater(f"smtp {code}")
