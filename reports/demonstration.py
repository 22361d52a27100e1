"""The trial hall's council: what it asked, and what waits for its vote; its published figures.

Made by the same verbs as real work, at moments in the past. Safe to repeat: made once.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from agencies.appeals import Appeal, Claim
from agencies.calendar import business_date, clock
from agencies.directory import Subject
from agencies.staff import Officer
from reception.guide.consultations import Cause, Consultation
from reception.guide.situations import Situation, SituationVersion
from reports import (
    comparison,
    evidence,
    meetings,
    opinions,
    proposals,
    recommendations,
    releases,
    topics,
    voting,
    watch,
)
from reports.alerts import Alert
from reports.comparison import Change
from reports.meetings import AgendaItem
from reports.opinions import Position
from reports.proposals import Proposal
from reports.series import last_full_week
from reports.voting import Choice

SOURCE = Path(__file__).parent / "data" / "demonstration.toml"
HEADS = {"housing": "housing-head", "transport_roads": "roads-head"}


@dataclass(frozen=True)
class Council:
    """Who acts; evidence that one person froze is checked by another."""

    analyst: Officer
    secretary: Officer
    member: Officer
    heads: dict[str, Officer]


def furnish(session: Session) -> None:
    now = clock()
    releases.publish_ended(session, now=now)
    told = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    if session.scalar(select(Consultation.id).limit(1)) is None:
        _consult(session, told["consulted"])
    _watch(session, now)
    if session.scalar(select(Proposal.id).limit(1)) is not None:
        return
    who = _council(session)
    sent, voting = told["proposal"]
    _send(session, sent, who, now)
    _put_to_vote(session, voting, who, now)


def _consult(session: Session, told: list[dict[str, Any]]) -> None:
    """Appeals of the invented year that were about a life situation."""
    clerk = session.scalars(select(Officer.id).where(Officer.login == "clerk")).one()
    rows = [row | {"officer_id": clerk} for one in told for row in _consulted(session, one)]
    session.execute(insert(Consultation), rows)


def _consulted(session: Session, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    version = session.scalars(
        select(SituationVersion.id).join(Situation)
        .where(Situation.slug == told["situation"]).order_by(SituationVersion.no.desc()).limit(1)
    ).one()  # fmt: skip
    appeals = (
        select(Appeal.id, Appeal.received_at, Appeal.language)
        .where(Appeal.claims.any(Claim.subject.has(Subject.code.in_(told["subjects"]))))
        .order_by(Appeal.received_at, Appeal.id)
    )
    for (appeal, at, language), went in zip(session.execute(appeals), cycle(told["went"])):
        step, _, cause = went.partition(" ")
        yield {
            "appeal_id": appeal, "version_id": version, "day": business_date(at), "at": at,
            "failed_step": step or None, "cause": Cause(cause) if step else None,
            "facts": {}, "language": language,
        }  # fmt: skip


def _watch(session: Session, now: datetime) -> None:
    """What stood out in the last full week; once, before somebody has judged it."""
    if session.scalar(select(Alert.id).limit(1)) is None:
        monday = last_full_week(business_date(now))
        watch.watch_week(session, monday, now=now)
        topics.watch_texts(session, monday, now=now)


def _council(session: Session) -> Council:
    by_login = {o.login: o for o in session.scalars(select(Officer)) if o.login}
    heads = {agency: by_login[login] for agency, login in HEADS.items()}
    return Council(by_login["analyst"], by_login["secretary"], by_login["council"], heads)


def _send(session: Session, told: dict[str, Any], who: Council, now: datetime) -> None:
    """Adopted by the council and on its way: the addressee's term runs."""
    item = _on_agenda(session, told, who, opens=now - timedelta(days=12))
    at = now - timedelta(days=11)
    voting.attend(session, item.meeting, member=who.member, now=at)
    voting.vote(session, item, choice=Choice.FOR, member=who.member, now=at)
    voting.count(session, item, by=who.secretary, now=at)
    voting.close(
        session, item.meeting, minutes_kk=told["minutes_kk"], minutes_ru=told["minutes_ru"],
        by=who.secretary, now=at + timedelta(hours=1),
    )  # fmt: skip
    recommendations.send(
        session, item.proposal, outgoing_number=told["outgoing"],
        sent_on=business_date(now) - timedelta(days=10), by=who.secretary,
        now=now - timedelta(days=10),
    )  # fmt: skip


def _put_to_vote(session: Session, told: dict[str, Any], who: Council, now: datetime) -> None:
    """The meeting is open: whoever signs in as the member says that they are here, and votes."""
    _on_agenda(session, told, who, opens=now)


def _on_agenda(
    session: Session, told: dict[str, Any], who: Council, *, opens: datetime
) -> AgendaItem:
    """From the idea, four weeks before, to a meeting that is open."""
    start = opens - timedelta(weeks=4)
    made = _written(session, told, by=who.analyst, now=start)
    evidence.freeze(session, made, by=who.analyst, now=start)
    asked = start + timedelta(days=1)
    opinions.ask(session, made, agencies=[told["agency"]], by=who.secretary, now=asked)
    opinions.give(
        session, made, position=Position(told["position"]), language=told["opinion_in"],
        words=told["opinion"], by=who.heads[told["agency"]], now=asked + timedelta(days=4),
    )  # fmt: skip
    called = opens - timedelta(weeks=2)
    meeting = meetings.call(
        session, begins_at=opens, place="Қабылдау залы, 2-қабат", by=who.secretary, now=called
    )
    item = meetings.put_on_agenda(session, meeting, made, by=who.secretary, now=called)
    meetings.open_meeting(session, meeting, now=opens)
    return item


def _written(session: Session, told: dict[str, Any], *, by: Officer, now: datetime) -> Proposal:
    words, row = told["words"], told["row"]
    made = proposals.open_idea(session, title=words["title"], by=by, now=now)
    proposals.describe(session, made, words=words, addressee=told["addressee"], by=by, now=now)
    today = business_date(now)
    begin = today - timedelta(days=90)
    proposals.bound(made, subjects=told["subjects"], agencies=[], first=begin, last=today)
    comparison.put_row(
        session, made, act=row["act"], element=row["element"], change=Change.NEW,
        edition_on=begin, current={}, evidence="E1", by=by, now=now,
        proposed={"kk": row["proposed_kk"], "ru": row["proposed_ru"]},
        why={"kk": row["why_kk"], "ru": row["why_ru"]},
    )  # fmt: skip
    return made
