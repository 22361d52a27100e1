"""What a case page shows of the person: masked, or whole for whoever gave a reason."""

from dataclasses import dataclass, field

from agencies import notices
from agencies.appeals import Applicant
from agencies.notices import NoticeChannel
from agencies.sealing import Seal


@dataclass(frozen=True)
class CardView:
    """What stands on the page of the person. `may_open` where there is more to be shown."""

    number: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    is_whole: bool = False
    may_open: bool = False
    errors: dict[str, str] = field(default_factory=dict)


def masked(applicant: Applicant | None, errors: dict[str, str] | None = None) -> CardView:
    """Enough to recognise the person by, too little to use."""
    if applicant is None:
        return CardView()
    phone, email = applicant.phone, applicant.email
    return CardView(
        number=applicant.iin_mask,
        phone=notices.mask(NoticeChannel.SMS, phone) if phone else "",
        email=notices.mask(NoticeChannel.EMAIL, email) if email else "",
        address="•••" if applicant.address else "",
        may_open=any([applicant.iin_sealed, phone, email, applicant.address]),
        errors=errors or {},
    )


def whole(applicant: Applicant, seal: Seal) -> CardView:
    number = seal.open(applicant.iin_sealed) if applicant.iin_sealed else ""
    return CardView(number, applicant.phone, applicant.email, applicant.address, is_whole=True)
