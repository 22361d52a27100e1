"""What a case page shows of the person: masked, or whole for whoever gave a reason."""

from dataclasses import dataclass, field

from agencies import notices
from agencies.appeals import Appeal, Applicant
from agencies.notices import NoticeChannel
from agencies.sealing import Seal
from agencies.veiling import hides


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


def masked(appeal: Appeal, errors: dict[str, str] | None = None) -> CardView:
    """Enough to recognise the person by, too little to use. An anonymous letter has no card, but
    may name numbers as well.
    """
    applicant, letter = appeal.applicant or Applicant(), _hides(appeal)
    phone, email = applicant.phone or "", applicant.email or ""
    return CardView(
        number=applicant.iin_mask or "",
        phone=notices.mask(NoticeChannel.SMS, phone) if phone else "",
        email=notices.mask(NoticeChannel.EMAIL, email) if email else "",
        address="•••" if applicant.address else "",
        may_open=any([applicant.iin_sealed, phone, email, applicant.address, letter]),
        errors=errors or {},
    )


def _hides(appeal: Appeal) -> bool:
    texts = (words for claim in appeal.claims for words in (claim.text, claim.answer))
    return any(map(hides, (appeal.text, *texts)))


def whole(applicant: Applicant | None, seal: Seal) -> CardView:
    if applicant is None:
        return CardView(is_whole=True)
    number = seal.open(applicant.iin_sealed) if applicant.iin_sealed else ""
    return CardView(number, applicant.phone, applicant.email, applicant.address, is_whole=True)
