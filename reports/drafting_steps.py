"""Steps of a proposal until the council votes: the fields of each, and the verb behind it."""

# ruff: noqa: ARG001  every step is called alike, whatever it needs

from datetime import datetime

from sqlalchemy.orm import Session

from agencies.calendar import local
from agencies.errors import Invalid
from agencies.staff import Officer
from reception.language import current, in_words, named, say
from reports import comparison, council, evidence, norms, opinions, proposals
from reports.comparison import Change
from reports.evidence_tables import MEASURES
from reports.fields import Field, Sent, in_three, names_of, options
from reports.memorandum import part_names
from reports.opinions import Position
from reports.proposals import Proposal, ProposalStatus
from reports.states import said
from reports.wording import Words

P = ProposalStatus


def write_fields(session: Session, proposal: Proposal) -> list[Field]:
    names = part_names(Words(current()))
    fields = in_three("title", names["title"], proposal.texts.get("title", {}), "text")
    for part in proposals.FIELDS:
        fields += in_three(part, names[part], proposal.texts.get(part, {}))
    fields.append(Field("addressee", say("Addressed to"), "select", proposal.addressee,
                        (("", "–"), *names_of(council.addressees()))))  # fmt: skip
    return fields


def write(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    words = {part: sent.words(part) for part in ("title", *proposals.FIELDS)}
    proposals.describe(s, proposal, words=words, addressee=sent["addressee"], by=by, now=now)


def scope_fields(session: Session, proposal: Proposal) -> list[Field]:
    return [
        Field("subjects", say("Topics"), "many", "", options(session, "subjects"),
              frozenset(proposal.subjects)),
        Field("agencies", say("Agencies"), "many", "", options(session, "agencies"),
              frozenset(proposal.agencies), optional=True),
        Field("first", say("First day"), "date", str(proposal.first or "")),
        Field("last", say("Last day"), "date", str(proposal.last or "")),
    ]  # fmt: skip


def scope(_: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    proposals.bound(
        proposal, subjects=sent.many("subjects"), agencies=sent.many("agencies"),
        first=sent.day("first"), last=sent.day("last"),
    )  # fmt: skip


def row_fields(_: Session, __: Proposal) -> list[Field]:
    acts = tuple((code, named(act)) for code, act in norms.acts().items())
    changes = tuple((str(one), said(one)) for one in Change)
    current = in_three("current", say("Current wording"), {})[:2]
    proposed = in_three("proposed", say("Proposed wording"), {})[:2]
    return [
        Field("act", say("Act"), "select", "", acts),
        Field("element", say("Element: article-paragraph-subparagraph")),
        Field("change", say("What happens to it"), "select", "change", changes),
        Field("edition_on", say("Day of the edition"), "date"),
        *current, *proposed, *in_three("why", say("Reasons"), {}),
        Field("evidence", say("Code of the figure"), "select", "",
              tuple((code, code) for code, _name in (("", ""), *MEASURES))),
        Field("correction", say("Why the wording on record of this edition was wrong"),
              "textarea", optional=True),
    ]  # fmt: skip


def row(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    if sent["change"] not in [*map(str, Change)]:
        raise Invalid({"change": "Choose what happens to the element."})
    comparison.put_row(
        s, proposal, act=sent["act"], element=sent["element"], change=Change(sent["change"]),
        edition_on=sent.day("edition_on"), current=sent.words("current"),
        proposed=sent.words("proposed"), why=sent.words("why"), evidence=sent["evidence"][:2],
        correction=sent["correction"], by=by, now=now,
    )  # fmt: skip


def wording_fields(session: Session, _: Proposal) -> list[Field]:
    found = tuple((str(one.id), _wording(one)) for one in norms.standing(session))
    return [Field("wording", say("Wording of the law"), "select", "", (("", "–"), *found)),
            Field("reason", say("Reason"), "textarea")]  # fmt: skip


def _wording(one: norms.Wording) -> str:
    return say(
        "%(act)s, %(element)s, edition of %(day)s (entered on %(entered)s by %(name)s)",
        act=named(norms.act_by_code(one.act)), element=one.element, day=in_words(one.edition_on),
        entered=in_words(local(one.entered_at).date()), name=one.entered_by.name,
    )  # fmt: skip


def take_wording_back(
    s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime
) -> None:
    wording_id = int(sent["wording"]) if sent["wording"].isdecimal() else 0
    comparison.take_wording_back(
        s, proposal, wording_id, reason=sent["reason"], by=by, now=now
    )  # fmt: skip


def case_fields(session: Session, proposal: Proposal) -> list[Field]:
    known = dict(options(session, "subjects"))
    topics = tuple((code, known.get(code, code)) for code in proposal.subjects)
    return [Field("subject", say("Topic"), "select", "", topics),
            *in_three("case", say("The case, composed from many"), {})]  # fmt: skip


def case(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    evidence.tell_case(s, proposal, subject=sent["subject"], words=sent.words("case"), now=now)


def freeze(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    evidence.freeze(s, proposal, by=by, now=now)


def ask_fields(session: Session, proposal: Proposal) -> list[Field]:
    return [Field("agencies", say("Agencies"), "many", "", options(session, "agencies"),
                  frozenset(proposal.agencies))]  # fmt: skip


def ask(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    opinions.ask(s, proposal, agencies=sent.many("agencies"), by=by, now=now)


def opinion_fields(_: Session, __: Proposal) -> list[Field]:
    positions = tuple((str(one), said(one)) for one in Position)
    return [
        Field("position", say("Position"), "select", "", (("", say("Choose")), *positions)),
        Field("language", say("Language"), "select", "kk", (("kk", "Қазақша"), ("ru", "Русский"))),
        Field("words", say("Reasons"), "textarea"),
    ]


def opinion(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    if sent["position"] not in [*map(str, Position)]:
        raise Invalid({"position": "Choose a position."})
    opinions.give(
        s, proposal, position=Position(sent["position"]), language=sent["language"],
        words=sent["words"], by=by, now=now,
    )  # fmt: skip


def revise(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    comparison.revise(s, proposal, by=by, now=now)


def give_up_fields(_: Session, __: Proposal) -> list[Field]:
    ends = ((str(P.CLOSED), said(P.CLOSED)), (str(P.LETTER), said(P.LETTER)))
    return [Field("to", say("How it ends"), "select", "", ends),
            Field("reason", say("Reason"), "textarea")]  # fmt: skip


def give_up(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    to = P.LETTER if sent["to"] == P.LETTER else P.CLOSED
    proposals.give_up(s, proposal, to=to, reason=sent["reason"], by=by, now=now)
