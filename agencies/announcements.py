"""Telling the applicant of a step, on every way to reach that the appeal names."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from agencies import notices
from agencies.appeals import Appeal
from agencies.errors import Invalid
from agencies.notices import NoticeChannel


def tell(
    session: Session,
    appeal: Appeal,
    kind: str,
    *,
    now: datetime,
    not_before: datetime | None = None,
    **particulars: Any,
) -> int:
    """Notices of one kind about the step just written to the journal; returns how many ways.

    One step is told once on each way, however often this is called for it.
    """
    ways = 0
    for channel, address in _ways(appeal):
        try:
            notices.send(
                session, channel=channel, to=address, kind=kind, language=appeal.language,
                about=f"appeal/{appeal.number}", now=now, not_before=not_before,
                number=appeal.number,
                once=f"{appeal.number}/{appeal.journal_length}/{kind}/{channel}", **particulars,
            )  # fmt: skip
            ways += 1
        except Invalid:
            continue  # as the applicant wrote it, it leads nowhere; the tracking page remains
    return ways


def _ways(appeal: Appeal) -> Iterator[tuple[NoticeChannel, str]]:
    applicant = appeal.applicant
    if applicant is not None and applicant.phone:
        yield NoticeChannel.SMS, applicant.phone
    if applicant is not None and applicant.email:
        yield NoticeChannel.EMAIL, applicant.email
