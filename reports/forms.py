"""What staff may do with a proposal: the fields of each step, and the verb behind it."""

# ruff: noqa: ARG001  every step is called alike, whatever it needs

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies.directory import Agency, Origin, Subject
from agencies.errors import Invalid
from agencies.staff import Officer, Role
from reception.language import current, named, say
from reports import (
    comparison,
    council,
    dossier,
    editions,
    effects,
    evidence,
    norms,
    opinions,
    proposals,
    recommendations,
)
from reports.comparison import Change
from reports.opinions import Position
from reports.proposals import Proposal, ProposalStatus
from reports.recommendations import RowReply, Verdict
from reports.states import said
from reports.wording import Words

P = ProposalStatus
WRITERS = (Role.ANALYST, Role.ADMIN)
Option = tuple[str, str]


@dataclass(frozen=True)
class Field:
    """`kind` as in the field component, or `many` for a list of boxes to tick."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    options: tuple[Option, ...] = ()
    chosen: frozenset[str] = frozenset()
    optional: bool = False


@dataclass(frozen=True)
class Sent:
    """What came back from a form."""

    values: Mapping[str, str]
    lists: Mapping[str, list[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def day(self, name: str) -> date:
        try:
            return date.fromisoformat(self[name])
        except ValueError as error:
            raise Invalid({name: "Choose a day."}) from error

    def number(self, name: str) -> int:
        if not self[name].isdecimal():
            raise Invalid({name: "Write a number."})
        return int(self[name][:6])

    def words(self, name: str) -> dict[str, str]:
        return {code: self[f"{name}_{code}"] for code in proposals.LANGUAGES}

    def many(self, name: str) -> list[str]:
        return self.lists.get(name, [])


Fields = Callable[[Session, Proposal], list[Field]]
Does = Callable[[Session, Proposal, Sent, Officer, datetime], None]


@dataclass(frozen=True)
class Step:
    """A step is offered in its states and to its roles; without fields it is one button."""

    label: str
    states: frozenset[ProposalStatus]
    does: Does
    fields: Fields | None = None
    roles: tuple[Role, ...] = WRITERS


def offered(proposal: Proposal, officer: Officer) -> dict[str, Step]:
    return {
        name: step
        for name, step in STEPS.items()
        if proposal.status in step.states and officer.role in step.roles
    }


def in_three(
    name: str, label: str, values: Mapping[str, str], kind: str = "textarea"
) -> list[Field]:
    names = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
    return [
        Field(f"{name}_{code}", f"{label} · {names[code]}", kind, values.get(code, ""),
              optional=code == "en")
        for code in proposals.LANGUAGES
    ]  # fmt: skip


def _options(session: Session, sort: str) -> tuple[Option, ...]:
    record: Any = Subject if sort == "subjects" else Agency
    query = select(record).where(record.origin == Origin.HALL).order_by(record.code)
    return tuple((one.code, f"{one.code} {named(one)}") for one in session.scalars(query))


def _codes(found: Mapping[str, council.Named]) -> tuple[Option, ...]:
    return tuple((code, named(one)) for code, one in found.items())


def _write_fields(session: Session, proposal: Proposal) -> list[Field]:
    names = dossier.part_names(Words(current()))
    fields = in_three("title", names["title"], proposal.texts.get("title", {}), "text")
    for part in proposals.FIELDS:
        fields += in_three(part, names[part], proposal.texts.get(part, {}))
    fields.append(Field("addressee", say("Addressed to"), "select", proposal.addressee,
                        (("", "–"), *_codes(council.addressees()))))  # fmt: skip
    return fields


def _write(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    words = {part: sent.words(part) for part in ("title", *proposals.FIELDS)}
    proposals.describe(s, proposal, words=words, addressee=sent["addressee"], by=by, now=now)


def _scope_fields(session: Session, proposal: Proposal) -> list[Field]:
    return [
        Field("subjects", say("Topics"), "many", "", _options(session, "subjects"),
              frozenset(proposal.subjects)),
        Field("agencies", say("Agencies"), "many", "", _options(session, "agencies"),
              frozenset(proposal.agencies), optional=True),
        Field("first", say("First day"), "date", str(proposal.first or "")),
        Field("last", say("Last day"), "date", str(proposal.last or "")),
    ]  # fmt: skip


def _scope(_: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    proposals.bound(
        proposal, subjects=sent.many("subjects"), agencies=sent.many("agencies"),
        first=sent.day("first"), last=sent.day("last"),
    )  # fmt: skip


def _row_fields(_: Session, __: Proposal) -> list[Field]:
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
              tuple((code, code) for code, _name in (("", ""), *dossier.MEASURES))),
    ]  # fmt: skip


def _row(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    if sent["change"] not in [*map(str, Change)]:
        raise Invalid({"change": "Choose what happens to the element."})
    comparison.put_row(
        s, proposal, act=sent["act"], element=sent["element"], change=Change(sent["change"]),
        edition_on=sent.day("edition_on"), current=sent.words("current"),
        proposed=sent.words("proposed"), why=sent.words("why"), evidence=sent["evidence"][:2],
        by=by, now=now,
    )  # fmt: skip


def _case_fields(session: Session, proposal: Proposal) -> list[Field]:
    known = dict(_options(session, "subjects"))
    topics = tuple((code, known.get(code, code)) for code in proposal.subjects)
    return [Field("subject", say("Topic"), "select", "", topics),
            *in_three("case", say("The case, composed from many"), {})]  # fmt: skip


def _case(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    evidence.tell_case(s, proposal, subject=sent["subject"], words=sent.words("case"), now=now)


def _freeze(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    evidence.freeze(s, proposal, by=by, now=now)


def _ask_fields(session: Session, proposal: Proposal) -> list[Field]:
    return [Field("agencies", say("Agencies"), "many", "", _options(session, "agencies"),
                  frozenset(proposal.agencies))]  # fmt: skip


def _ask(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    opinions.ask(s, proposal, agencies=sent.many("agencies"), by=by, now=now)


def _opinion_fields(_: Session, __: Proposal) -> list[Field]:
    positions = tuple((str(one), said(one)) for one in Position)
    return [
        Field("position", say("Position"), "select", "", positions),
        Field("language", say("Language"), "select", "kk", (("kk", "Қазақша"), ("ru", "Русский"))),
        Field("words", say("Reasons"), "textarea"),
    ]


def _opinion(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    if sent["position"] not in [*map(str, Position)]:
        raise Invalid({"position": "Choose a position."})
    opinions.give(
        s, proposal, position=Position(sent["position"]), language=sent["language"],
        words=sent["words"], by=by, now=now,
    )  # fmt: skip


def _revise(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    comparison.revise(s, proposal, by=by, now=now)


def _reason_fields(_: Session, __: Proposal) -> list[Field]:
    ends = ((str(P.CLOSED), said(P.CLOSED)), (str(P.LETTER), said(P.LETTER)))
    return [Field("to", say("How it ends"), "select", "", ends),
            Field("reason", say("Reason"), "textarea")]  # fmt: skip


def _give_up(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    to = P.LETTER if sent["to"] == P.LETTER else P.CLOSED
    proposals.give_up(s, proposal, to=to, reason=sent["reason"], by=by, now=now)


def _send_fields(_: Session, __: Proposal) -> list[Field]:
    return [Field("outgoing_number", say("Number of the letter")),
            Field("sent_on", say("Sent on"), "date"),
            Field("email", say("E-mail of the body, for reminders"), "email",
                  optional=True)]  # fmt: skip


def _send(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    recommendations.send(
        s, proposal, outgoing_number=sent["outgoing_number"], sent_on=sent.day("sent_on"),
        email=sent["email"], by=by, now=now,
    )  # fmt: skip


def _answer_fields(session: Session, proposal: Proposal) -> list[Field]:
    verdicts = tuple((str(one), said(one)) for one in Verdict)
    fields = [Field("incoming_number", say("Number of the letter")),
              Field("received_on", say("Received on"), "date")]  # fmt: skip
    for number, row in enumerate(comparison.rows_of(session, proposal), 1):
        at = f"{number}. {row.element}"
        fields += [
            Field(f"verdict_{number}", f"{at} · {say('Answer')}", "select", "", verdicts),
            Field(f"reason_{number}", f"{at} · {say('Reason')}", "select", "",
                  (("", "–"), *_codes(council.reasons()))),
        ]  # fmt: skip
    return [*fields, Field("words", say("In words"), "textarea", optional=True)]


def _answer(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    numbers = range(1, len(comparison.rows_of(s, proposal)) + 1)
    rows = {
        n: RowReply(Verdict(sent[f"verdict_{n}"]), sent[f"reason_{n}"])
        for n in numbers if sent[f"verdict_{n}"] in [*map(str, Verdict)]
    }  # fmt: skip
    recommendations.answer(
        s, proposal, incoming_number=sent["incoming_number"], received_on=sent.day("received_on"),
        rows=rows, words=sent["words"], by=by, now=now,
    )  # fmt: skip


def _track(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    recommendations.track(s, proposal, by=by, now=now)


def _enact_fields(_: Session, __: Proposal) -> list[Field]:
    return [Field("act_number", say("Number of the act")),
            Field("adopted_on", say("Adopted on"), "date"),
            Field("in_force_on", say("In force from"), "date")]  # fmt: skip


def _enact(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    recommendations.enact(
        s, proposal, act_number=sent["act_number"], adopted_on=sent.day("adopted_on"),
        in_force_on=sent.day("in_force_on"), by=by, now=now,
    )  # fmt: skip


def _plan_fields(session: Session, proposal: Proposal) -> list[Field]:
    free = tuple(o for o in _options(session, "subjects") if o[0] not in proposal.subjects)
    return [
        Field("control", say("Compared with"), "many", "", free, optional=True),
        Field("transition", say("Months left out after the change"), "number", "2"),
    ]


def _plan(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    effects.plan(
        s, proposal, control=sent.many("control"), transition=sent.number("transition"), by=by,
        now=now,
    )  # fmt: skip


def _measure(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    effects.measure(s, proposal, by=by, now=now)


def _dossier_fields(_: Session, __: Proposal) -> list[Field]:
    languages = (("kk", "Қазақша"), ("ru", "Русский"), ("en", "English"))
    return [Field("language", say("Language of the report"), "select", current(), languages)]


def _dossier(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    editions.request_dossier(s, proposal, language=sent["language"], by=by, now=now)


DRAFTS = proposals.CHANGEABLE
ACCEPTED = frozenset({P.ANSWERED, P.TRACKING, P.IN_FORCE})
LABELS = {
    "write": "Write the memorandum", "scope": "Choose what the evidence counts",
    "row": "Add a row to the comparative table", "case": "Tell a typical case",
    "freeze": "Freeze the evidence", "ask": "Ask the agencies", "opinion": "Give an opinion",
    "revise": "Begin the next version", "give-up": "End without a vote",
    "send": "Register the sending", "answer": "Register the answer",
    "track": "Follow it into law", "enact": "Register the changed norm",
    "plan": "Plan how the effect is measured", "measure": "Measure the effect",
    "dossier": "Make the dossier",
}  # fmt: skip
STEPS: dict[str, Step] = {
    "write": Step(LABELS["write"], DRAFTS, _write, _write_fields),
    "scope": Step(LABELS["scope"], DRAFTS, _scope, _scope_fields),
    "row": Step(LABELS["row"], DRAFTS, _row, _row_fields),
    "case": Step(LABELS["case"], DRAFTS, _case, _case_fields),
    "freeze": Step(LABELS["freeze"], frozenset({P.DRAFT}), _freeze),
    "ask": Step(LABELS["ask"], frozenset({P.FROZEN}), _ask, _ask_fields),
    "opinion": Step(LABELS["opinion"], frozenset({P.HEARING}), _opinion, _opinion_fields,
                    (Role.HEAD,)),
    "revise": Step(LABELS["revise"], frozenset({P.FROZEN, P.HEARING, P.HEARD}), _revise),
    "send": Step(LABELS["send"], frozenset({P.ADOPTED}), _send, _send_fields),
    "answer": Step(LABELS["answer"], frozenset({P.SENT, P.UNANSWERED}), _answer, _answer_fields),
    "track": Step(LABELS["track"], frozenset({P.ANSWERED}), _track),
    "plan": Step(LABELS["plan"], ACCEPTED, _plan, _plan_fields),
    "enact": Step(LABELS["enact"], frozenset({P.TRACKING}), _enact, _enact_fields),
    "measure": Step(LABELS["measure"], frozenset({P.IN_FORCE, P.MEASURED}), _measure),
    "give-up": Step(LABELS["give-up"], DRAFTS, _give_up, _reason_fields),
    "dossier": Step(LABELS["dossier"], frozenset(ProposalStatus), _dossier, _dossier_fields,
                    (*WRITERS, Role.COUNCIL, Role.SUPERVISOR)),
}  # fmt: skip
