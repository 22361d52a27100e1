"""Couriers: how a notice leaves the house. Each says whether it went, has to wait, or never will.

Nothing of an address or of what the far side said is kept: an answer is a short code.
"""

from agencies.notices import NoticeChannel
from reception.couriers.hooking import HookCourier
from reception.couriers.mail import MailCourier
from reception.couriers.parcel import Courier, Parcel, Refused, TryLater
from reception.couriers.telegram import TelegramCourier
from reception.couriers.texting import TextCourier
from reception.settings import Settings

__all__ = ["Courier", "Parcel", "Refused", "TryLater", "couriers_of"]


def couriers_of(settings: Settings) -> dict[NoticeChannel, Courier]:
    """Those that the settings give an address for; webhooks bring their own, and come last."""
    found: dict[NoticeChannel, Courier] = {}
    if settings.smtp_url:
        found[NoticeChannel.EMAIL] = MailCourier.of(settings.smtp_url)
    if settings.sms_url:
        found[NoticeChannel.SMS] = TextCourier.of(settings.sms_url)
    if settings.telegram_token:
        found[NoticeChannel.TELEGRAM] = TelegramCourier(
            settings.telegram_token, settings.telegram_url
        )
    found[NoticeChannel.WEBHOOK] = HookCourier(inside=settings.webhooks_inside)
    return found
