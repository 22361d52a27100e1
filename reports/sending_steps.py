"""Steps of an adopted proposal: sent, answered, followed into law, its effect measured."""

# ruff: noqa: ARG001  every step is called alike, whatever it needs

from datetime import datetime

from sqlalchemy.orm import Session

from agencies.staff import Officer
from reception.language import say
from reports import comparison, council, effects, mending, proposals, recommendations
from reports.fields import Field, Sent, names_of, options
from reports.proposals import Proposal, ProposalStatus
from reports.recommendations import RowReply, Verdict
from reports.states import said


def send_fields(_: Session, __: Proposal) -> list[Field]:
    return [Field("outgoing_number", say("Number of the letter")),
            Field("sent_on", say("Sent on"), "date"),
            Field("email", say("E-mail of the body, for reminders"), "email",
                  optional=True)]  # fmt: skip


def send(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    recommendations.send(
        s, proposal, outgoing_number=sent["outgoing_number"], sent_on=sent.day("sent_on"),
        email=sent["email"], by=by, now=now,
    )  # fmt: skip


def answer_fields(session: Session, proposal: Proposal) -> list[Field]:
    verdicts = (("", say("Choose")), *((str(one), said(one)) for one in Verdict))
    fields = [Field("incoming_number", say("Number of the letter")),
              Field("received_on", say("Received on"), "date")]  # fmt: skip
    for number, row in enumerate(comparison.rows_of(session, proposal), 1):
        at = f"{number}. {row.element}"
        fields += [
            Field(f"verdict_{number}", f"{at} · {say('Answer')}", "select", "", verdicts),
            Field(f"reason_{number}", f"{at} · {say('Reason')}", "select", "",
                  (("", "–"), *names_of(council.reasons()))),
        ]  # fmt: skip
    return [*fields, Field("words", say("In words"), "textarea", optional=True)]


def answer(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    numbers = range(1, len(comparison.rows_of(s, proposal)) + 1)
    rows = {
        n: RowReply(Verdict(sent[f"verdict_{n}"]), sent[f"reason_{n}"])
        for n in numbers if sent[f"verdict_{n}"] in [*map(str, Verdict)]
    }  # fmt: skip
    recommendations.answer(
        s, proposal, incoming_number=sent["incoming_number"], received_on=sent.day("received_on"),
        rows=rows, words=sent["words"], by=by, now=now,
    )  # fmt: skip


def track(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    recommendations.track(s, proposal, by=by, now=now)


def enact_fields(_: Session, __: Proposal) -> list[Field]:
    return [Field("act_number", say("Number of the act")),
            Field("adopted_on", say("Adopted on"), "date"),
            Field("in_force_on", say("In force from"), "date")]  # fmt: skip


def enact(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    recommendations.enact(
        s, proposal, act_number=sent["act_number"], adopted_on=sent.day("adopted_on"),
        in_force_on=sent.day("in_force_on"), by=by, now=now,
    )  # fmt: skip


DAYS = {
    "sent_on": "Sent on", "received_on": "Received on", "adopted_on": "Adopted on",
    "in_force_on": "In force from",
}  # fmt: skip


def days_fields(session: Session, proposal: Proposal) -> list[Field]:
    """Only the days that are on record."""
    known = recommendations.days_of(session, proposal)
    days = [
        Field(name, say(label), "date", str(day))
        for name, label in DAYS.items() if (day := getattr(known, name)) is not None
    ]  # fmt: skip
    return [*days, Field("reason", say("Reason"), "textarea")]


def put_days_right(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    days = {name: sent.day(name) for name in DAYS if name in sent.values}
    mending.put_right(s, proposal, days=days, reason=sent["reason"], by=by, now=now)


def close_fields(_: Session, __: Proposal) -> list[Field]:
    return [Field("reason", say("Reason"), "textarea")]


def close(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    proposals.give_up(
        s, proposal, to=ProposalStatus.CLOSED, reason=sent["reason"], by=by, now=now
    )  # fmt: skip


def anew(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    """Another proposal with the same title, which names the one that was not taken up."""
    proposals.open_idea(
        s, title=proposal.texts["title"], origin=f"proposal:{proposal.number}", by=by, now=now
    )  # fmt: skip


def plan_fields(session: Session, proposal: Proposal) -> list[Field]:
    free = tuple(o for o in options(session, "subjects") if o[0] not in proposal.subjects)
    return [
        Field("control", say("Compared with"), "many", "", free, optional=True),
        Field("transition", say("Months left out after the change"), "number", "2"),
    ]


def plan(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    effects.plan(
        s, proposal, control=sent.many("control"), transition=sent.number("transition"), by=by,
        now=now,
    )  # fmt: skip


def measure(s: Session, proposal: Proposal, sent: Sent, by: Officer, now: datetime) -> None:
    effects.measure(s, proposal, by=by, now=now)
