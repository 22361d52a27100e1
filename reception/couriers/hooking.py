"""Signed messages to the webhooks of neighbouring systems.

An address comes from a form, so it is not trusted: the name is looked up once, every address that
it stands for has to be a public one, and the connection goes to exactly that address. Nothing is
followed: an answer that points elsewhere is a refusal.
"""

import base64
import hmac
import ipaddress
import socket
import ssl
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from agencies.calendar import clock
from reception.couriers.parcel import TIMEOUT_S, Parcel, Refused, TryLater
from reception.couriers.posting import judged

HTTPS = 443


def sign(secret: str, key: str, timestamp: int, body: str) -> str:
    """As Standard Webhooks says: the secret without its prefix is the base64 of the key."""
    raw = base64.b64decode(secret.partition("_")[2])
    signed = hmac.digest(raw, f"{key}.{timestamp}.{body}".encode(), "sha256")
    return "v1," + base64.b64encode(signed).decode()


@dataclass(frozen=True)
class HookCourier:
    """`inside` allows addresses of the house's own network, and plain HTTP."""

    inside: bool = field(default=False)

    def deliver(self, parcel: Parcel) -> None:
        moment = int(clock().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8", "User-Agent": "open-almaty-hall",
            "webhook-id": parcel.key, "webhook-timestamp": str(moment),
            "webhook-signature": sign(parcel.secret, parcel.key, moment, parcel.text),
        }  # fmt: skip
        connection = self._connection(parcel.to)
        parts = urlsplit(parcel.to)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", target, parcel.text.encode(), headers)
            answer = connection.getresponse()
        except (OSError, HTTPException) as error:
            raise TryLater(type(error).__name__) from None
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise judged(answer.status, answer.headers)

    def _connection(self, url: str) -> HTTPConnection:
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        if not secure and not self.inside:
            raise Refused("not https")
        port = parts.port or (HTTPS if secure else 80)
        address = self._address(host, port)
        if secure:
            return _PinnedSecure(host, port, address)
        return _Pinned(host, port, address)

    def _address(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise TryLater("no such host") from None
        addresses = [str(place[4][0]) for place in found]
        if not self.inside and not all(map(is_public, addresses)):
            raise Refused("inside address")
        return addresses[0]


def is_public(address: str) -> bool:
    """Neither of this house nor of this machine, also where it hides in an IPv6 address."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        hidden = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if hidden is not None:
            return hidden.is_global and not hidden.is_multicast
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return False
    return found.is_global and not found.is_multicast


class _Pinned(HTTPConnection):
    """To an address that was looked at, whatever the name stands for by now."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), TIMEOUT_S)


class _PinnedSecure(HTTPSConnection):
    def __init__(self, host: str, port: int, address: str) -> None:
        self.trust = ssl.create_default_context()
        super().__init__(host, port, timeout=TIMEOUT_S, context=self.trust)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), TIMEOUT_S)
        self.sock = self.trust.wrap_socket(plain, server_hostname=self.host)
