"""Text messages through a provider's HTTP gateway.

`https://user:password@gateway.example.kz/messages?from=Almaty` is asked by POST with
`{"to", "from", "text"}`; a repeated `Idempotency-Key` must not be sent to the phone again.
"""

import base64
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from reception.couriers import posting
from reception.couriers.parcel import Parcel


@dataclass(frozen=True)
class TextCourier:
    url: str
    sender: str
    authorization: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> "TextCourier":
        parts = urlsplit(url)
        place = parts.netloc.rpartition("@")[2]
        secret = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        basic = "Basic " + base64.b64encode(secret.encode()).decode()
        return cls(
            url=urlunsplit((parts.scheme, place, parts.path, "", "")),
            sender=parse_qs(parts.query).get("from", [""])[0],
            authorization=basic if parts.username else "",
        )

    def deliver(self, parcel: Parcel) -> None:
        headers = {"Idempotency-Key": parcel.key}
        if self.authorization:
            headers["Authorization"] = self.authorization
        posting.post(self.url, {"to": parcel.to, "from": self.sender, "text": parcel.text}, headers)
