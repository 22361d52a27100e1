"""Telegram's Bot API, method sendMessage. It knows no repeated message: one that was cut off is
not sent again.
"""

from dataclasses import dataclass, field

from reception.couriers import posting
from reception.couriers.parcel import Parcel


@dataclass(frozen=True)
class TelegramCourier:
    token: str = field(repr=False)
    url: str

    def deliver(self, parcel: Parcel) -> None:
        document = {"chat_id": parcel.to, "text": parcel.text, "disable_web_page_preview": True}
        posting.post(f"{self.url}/bot{self.token}/sendMessage", document, {})
