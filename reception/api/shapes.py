"""The forms in which the API shows records. They also make the schemas of the OpenAPI document."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from agencies.appeals import ClaimStatus
from agencies.attachments import Scan
from agencies.leading import ReplyState
from reception.bookings import BookingState
from reception.tickets import TicketState


class Names(TypedDict):
    kk: str
    ru: str
    en: str


class ServiceShape(TypedDict):
    code: str
    agency: str
    name: Names
    documents: Names
    series: str
    typical_minutes: int


class DeskShape(TypedDict):
    code: str
    hall: str
    agency: str
    name: Names
    number: int
    floor: int


class ServicesShape(TypedDict):
    items: list[ServiceShape]


class DesksShape(TypedDict):
    items: list[DeskShape]


class SlotShape(TypedDict):
    at: str
    free: int


class SlotsShape(TypedDict):
    items: list[SlotShape]


class BookingShape(TypedDict):
    code: str
    service: str
    at: str
    state: BookingState
    url: str


class WaitShape(TypedDict):
    """The wait in minutes: half of the visitors wait less than `low_min`, nine in ten less than
    `high_min`.
    """

    low_min: int
    high_min: int


class PauseShape(TypedDict):
    desk: str
    kind: str
    began_at: str
    until: str | None


class IssuedShape(TypedDict):
    id: int
    number: str
    state: TicketState
    ahead: int
    wait: NotRequired[WaitShape]
    track_url: str


class DeskOfTicketShape(TypedDict):
    code: str
    number: int
    floor: int


class TicketShape(TypedDict):
    id: int
    number: str
    state: TicketState
    service: str
    agency: str
    language: str
    ahead: int
    position: int | None
    wait: NotRequired[WaitShape]
    calls: int
    desk: DeskOfTicketShape | None
    outcome: str | None
    issued_at: str
    called_at: str | None
    started_at: str | None
    finished_at: str | None


class SuggestionShape(TypedDict):
    agency: str
    score: float
    subject: str
    reasons: list[str]
    advice: str


class PartShape(TypedDict):
    """A matter of its own in the text; the agency that it speaks for, or nothing."""

    text: str
    agency: str | None


class SuggestionsShape(TypedDict):
    """`claims` is empty unless the text tells of matters for different agencies."""

    language: str
    suggestions: list[SuggestionShape]
    sure: bool
    claims: list[PartShape]


class SimilarShape(TypedDict):
    """`place` tells how near both lie: house, street, unknown or elsewhere."""

    number: str
    status: ClaimStatus
    received_at: str
    district: str | None
    address: str
    text: str
    score: float
    words: list[str]
    place: str
    same_object: bool


class SimilarsShape(TypedDict):
    items: list[SimilarShape]


class LikeItShape(TypedDict):
    items: list[SimilarShape]
    same_object: list[SimilarShape]


class NewClaimShape(TypedDict):
    id: int
    agency: NotRequired[str]
    suggestions: list[SuggestionShape]


class RegisteredShape(TypedDict):
    number: str
    registered_on: str
    due_on: str
    policy: str
    track_url: str
    talon_url: str
    claims: list[NewClaimShape]


class TermShape(TypedDict):
    policy: str
    basis: str
    registered_on: str
    first_due_on: str
    due_on: str
    extendable_to: str | None
    overdue: bool


class ReviewShape(TypedDict):
    """Another person looks at the answer again, by a target of the house."""

    opened_at: str
    target_on: str
    words: str


class ClaimShape(TypedDict):
    """`review` waits for `uphold` or `reopen`; what has no day was not asked, or is over."""

    id: int
    ordinal: int
    text: str
    status: ClaimStatus
    agency: str | None
    officer: str | None
    subject: str | None
    term: TermShape
    suggestions: list[SuggestionShape]
    hearing_on: str | None
    heard_at: str | None
    documents_by: str | None
    arbitration_since: str | None
    control_since: str | None
    outcome: str
    ground: str
    answer: str
    rule_cited: str
    remedy: str
    lesson: str
    answered_at: str | None
    closed_at: str | None
    redirections: int
    reopenings: int
    review: ReviewShape | None


class ClaimInListShape(TypedDict):
    id: int
    status: ClaimStatus
    agency: str | None
    due_on: str
    overdue: bool


class LetterShape(TypedDict):
    number: str
    kind: str
    language: str
    channel: str
    higher_body: str | None
    status: ClaimStatus
    subject: str | None
    district: str | None
    received_at: str
    registered_on: str
    due_on: str


class AttachmentShape(TypedDict):
    id: int
    name: str
    media: str
    size: int
    digest: str
    scan: Scan
    added_at: str


class AttachmentsShape(TypedDict):
    items: list[AttachmentShape]


class AppealInListShape(LetterShape):
    claims: list[ClaimInListShape]


class JointReplyShape(TypedDict):
    """`named` where the reception chose the lead; otherwise the agency of the first claim leads.
    `opening` stands before the answers, and is told once the lead has prepared the reply.
    """

    state: ReplyState
    lead: str
    named: bool
    agencies: list[str]
    opening: str
    prepared_at: str | None
    sent_at: str | None


class RepeatShape(TypedDict):
    """The earlier appeal that this one repeats, and why the person writes again."""

    of: str
    reason: str
    new: bool


class EarlierShape(TypedDict):
    """Of the same person; `merged_into` answers this one too."""

    merged_into: str | None
    repeats: RepeatShape | None


class SamePersonShape(EarlierShape):
    number: str
    status: ClaimStatus


class AppealShape(LetterShape, EarlierShape):
    """`joint_reply` is null where one agency answers alone."""

    text: str
    policy: str
    joint_reply: JointReplyShape | None
    claims: list[ClaimShape]


class AppealsShape(TypedDict):
    items: list[AppealInListShape]
    next: str | None


class ProblemShape(TypedDict):
    """RFC 9457; `errors` has a message for each field that needs another look."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: NotRequired[dict[str, str]]
    incident: NotRequired[str]


class SituationInListShape(TypedDict):
    code: str
    slug: str
    category: str
    audience: str
    title: Names
    version: int
    confirmed: bool
    valid_from: str | None
    languages: list[str]
    url: str


class SituationsShape(TypedDict):
    items: list[SituationInListShape]
    next: str | None


class StepShape(TypedDict):
    key: str
    position: int
    title: Names
    text: Names
    logic: str
    style: str
    when: dict[str, Any] | None
    needs: list[dict[str, str]]
    agency: str | None
    agency_text: Names
    service: str | None
    desks: list[str]
    documents: list[dict[str, Any]]
    fees: list[dict[str, Any]]
    term: dict[str, Any] | None
    ready_on: str | None
    channels: list[dict[str, Any]]
    legal: list[dict[str, Any]]
    outcomes: list[dict[str, Any]]


class SituationShape(SituationInListShape):
    """`question` is the key of the next question; without one the steps are the caller's own."""

    lead: Names
    caveat: Names
    source: dict[str, Any]
    as_of: str
    translations: dict[str, str]
    flagged: bool
    facts: list[dict[str, Any]]
    answers: dict[str, str]
    question: str | None
    steps: list[StepShape]
    mci: float | None
    how_to: dict[str, Any]
