"""The rules by which an agency's claims go to its people, kept by its head, and the giving itself.

A claim that arrives while they are on is given by the first rule that fits (`agencies.giving`), to
who stands in where its person is away (`agencies.absences`);
where none fits it waits for somebody to take it. The person named still takes it into work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from agencies import absences, journal
from agencies.appeals import Claim, is_kept_from
from agencies.calendar import business_date
from agencies.db import Base
from agencies.directory import District, Subject
from agencies.errors import Invalid, NotAllowed, NotFound, WrongStatus
from agencies.giving import Matter, Rule, deciding
from agencies.staff import AGENCY_ROLES, OF_PROGRAMS, Officer, Role
from agencies.terms import AppealKind

MOST = 50


class GivingRule(Base):
    """Its key is the number by which the journal names it. A retired one has no place."""

    __tablename__ = "giving_rule"
    __table_args__ = (
        UniqueConstraint("agency_id", "position", deferrable=True, initially="DEFERRED"),
        CheckConstraint("(retired_at IS NULL) = (position IS NOT NULL)", name="place"),
        CheckConstraint("position > 0", name="position"),
        Index(
            "uq_giving_rule_asked",
            "agency_id",
            "subject_id",
            "district_id",
            "kind",
            "to_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    position: Mapped[int | None]
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    district_id: Mapped[int | None] = mapped_column(ForeignKey("district.id"))
    kind: Mapped[AppealKind | None]
    to_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    retired_at: Mapped[datetime | None]

    subject: Mapped[Subject | None] = relationship(lazy="joined")
    district: Mapped[District | None] = relationship(lazy="joined")
    to: Mapped[Officer] = relationship(foreign_keys=[to_id], lazy="joined")

    @property
    def plain(self) -> Rule:
        return Rule(self.id, self.to_id, self.subject_id, self.district_id, self.kind)


class GivingSwitch(Base):
    """Whether an agency gives by its rules, and who said so last."""

    __tablename__ = "giving_switch"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))

    by: Mapped[Officer] = relationship(lazy="joined")


@dataclass(frozen=True)
class Wanted:
    """A rule as its head words it; None asks nothing."""

    to: Officer
    subject: Subject | None = None
    district: District | None = None
    kind: AppealKind | None = None


def of_agency(session: Session, agency_id: int) -> list[GivingRule]:
    """Those in force, in their order."""
    query = select(GivingRule).where(
        GivingRule.agency_id == agency_id, GivingRule.retired_at.is_(None)
    )
    return list(session.scalars(query.order_by(GivingRule.position)))


def one_of(session: Session, rule_id: int, *, by: Officer) -> GivingRule:
    """A rule of the head's own agency, for changing."""
    rule = session.get(GivingRule, rule_id)
    if rule is None or rule.agency_id != _agency_of(by):
        raise NotFound("There is no such rule in your agency.")
    return rule


def add(session: Session, wanted: Wanted, *, by: Officer, now: datetime) -> GivingRule:
    """As the last one. Raises Invalid (`to`)."""
    agency_id = _agency_of(by)
    rules = _held(session, agency_id, by=by, now=now)
    if len(rules) >= MOST:
        raise Invalid({"to": "An agency has at most fifty rules. Take one away first."})
    _must_be_new(rules, wanted, agency_id)
    rule = GivingRule(agency_id=agency_id, position=len(rules) + 1)
    _write(rule, wanted, by=by, now=now)
    session.add(rule)
    session.flush()
    return rule


def revise(
    session: Session, rule: GivingRule, wanted: Wanted, *, by: Officer, now: datetime
) -> None:
    """Other words for the same place in the order. Raises Invalid (`to`)."""
    agency_id = _agency_of(by)
    rules = _held(session, agency_id, by=by, now=now)
    _must_stand(rule, rules)
    _must_be_new([one for one in rules if one.id != rule.id], wanted, agency_id)
    _write(rule, wanted, by=by, now=now)


def move(session: Session, rule: GivingRule, *, step: int, by: Officer, now: datetime) -> None:
    """One place earlier (-1) or later (1); at either end nothing moves."""
    rules = _held(session, _agency_of(by), by=by, now=now)
    _must_stand(rule, rules)
    here = rules.index(rule)
    there = min(max(here + step, 0), len(rules) - 1)
    rules.insert(there, rules.pop(here))
    _number(rules)


def retire(session: Session, rule: GivingRule, *, by: Officer, now: datetime) -> None:
    """It gives nothing any more; what it gave stays, and so does its number."""
    rules = _held(session, _agency_of(by), by=by, now=now)
    _must_stand(rule, rules)
    rule.position, rule.retired_at = None, now
    _number([one for one in rules if one.id != rule.id])


def restore(session: Session, rule: GivingRule, *, by: Officer, now: datetime) -> None:
    """As the last one. Raises Invalid (`to`) where the same rule was made anew meanwhile."""
    rules = _held(session, _agency_of(by), by=by, now=now)
    if rule in rules:
        return
    wanted = Wanted(rule.to, rule.subject, rule.district, rule.kind)
    _must_be_new(rules, wanted, rule.agency_id)
    rule.position, rule.retired_at = len(rules) + 1, None


def switch(session: Session, *, is_on: bool, by: Officer, now: datetime) -> None:
    """Raises WrongStatus where there is no rule to switch on."""
    agency_id = _agency_of(by)
    rules = _held(session, agency_id, by=by, now=now)
    if is_on and not rules:
        raise WrongStatus("There is no rule yet. Write one before you switch the rules on.")
    row = session.get_one(GivingSwitch, agency_id)
    if row.is_on is not is_on:
        row.is_on, row.at, row.by = is_on, now, by


def switch_of(session: Session, agency_id: int) -> GivingSwitch | None:
    return session.get(GivingSwitch, agency_id)


def _held(session: Session, agency_id: int, *, by: Officer, now: datetime) -> list[GivingRule]:
    """The rules, which nobody else changes until the commit."""
    row = insert(GivingSwitch).values(agency_id=agency_id, is_on=False, at=now, by_id=by.id)
    session.execute(row.on_conflict_do_nothing())
    held = select(GivingSwitch.agency_id).where(GivingSwitch.agency_id == agency_id)
    session.execute(held.with_for_update())
    return of_agency(session, agency_id)


def _write(rule: GivingRule, wanted: Wanted, *, by: Officer, now: datetime) -> None:
    rule.to, rule.subject, rule.district = wanted.to, wanted.subject, wanted.district
    rule.kind, rule.changed_at, rule.changed_by_id = wanted.kind, now, by.id


def _number(rules: Sequence[GivingRule]) -> None:
    for position, rule in enumerate(rules, start=1):
        rule.position = position


def _must_stand(rule: GivingRule, rules: Sequence[GivingRule]) -> None:
    if rule not in rules:
        raise WrongStatus("This rule was taken away meanwhile.")


def _must_be_new(rules: Sequence[GivingRule], wanted: Wanted, agency_id: int) -> None:
    if not is_at_work(wanted.to, agency_id):
        raise Invalid({"to": "Choose somebody of your agency who is at work."})
    if any(_words_of(one) == _words_of(wanted) for one in rules):
        raise Invalid({"to": "There is the same rule for this person already."})


def _words_of(rule: GivingRule | Wanted) -> tuple[object, ...]:
    return rule.to, rule.subject, rule.district, rule.kind


def _agency_of(by: Officer) -> int:
    if by.role is not Role.HEAD or by.agency_id is None:
        raise NotAllowed("Only the head of the agency changes its rules.")
    return by.agency_id


def is_at_work(officer: Officer, agency_id: int | None) -> bool:
    """One of the agency's people: active, and no program."""
    of_agency = officer.agency_id == agency_id and officer.role in AGENCY_ROLES
    return of_agency and officer.active and not officer.login.startswith(OF_PROGRAMS)


def matter_of(claim: Claim) -> Matter:
    topic = claim.subject or claim.appeal.subject
    return Matter(
        topic=topic.id if topic else None, group=topic.parent_id if topic else None,
        district=claim.appeal.district_id, kind=claim.appeal.kind,
    )  # fmt: skip


def give(session: Session, claim: Claim, *, now: datetime) -> GivingRule | None:
    """The claim has just arrived; the caller holds its appeal.

    Special personal data wait for the head, who alone widens their circle.
    """
    if claim.agency_id is None or claim.special:
        return None
    rules = _in_force(session, claim.agency_id)
    people = _receivers(session, claim, rules, now)
    found = deciding([rule.plain for rule in rules], matter_of(claim), able=people.keys())
    if found is None:
        return None
    rule = next(one for one in rules if one.id == found.id)
    claim.officer = people[rule.to_id]
    instead = {} if claim.officer is rule.to else {"instead": rule.to.name}
    journal.append(
        claim.appeal, "given_to_substitute" if instead else "given_by_rule", by=None, now=now,
        claim_ordinal=claim.ordinal, officer=claim.officer.name, rule=rule.id, **instead,
    )  # fmt: skip
    return rule


def _receivers(
    session: Session, claim: Claim, rules: Sequence[GivingRule], now: datetime
) -> dict[int, Officer]:
    """Whoever a rule names, with the one who would really have this claim today."""
    named = {rule.to_id: rule.to for rule in rules if is_at_work(rule.to, claim.agency_id)}
    found = absences.receivers(session, list(named.values()), on=business_date(now))
    return {
        key: one
        for key, one in found.items()
        if is_at_work(one, claim.agency_id) and not is_kept_from(claim.appeal, one)
    }


def _in_force(session: Session, agency_id: int) -> list[GivingRule]:
    on = select(GivingSwitch.agency_id).where(GivingSwitch.is_on)
    query = select(GivingRule).where(
        GivingRule.agency_id == agency_id, GivingRule.retired_at.is_(None),
        GivingRule.agency_id.in_(on),
    )  # fmt: skip
    return list(session.scalars(query.order_by(GivingRule.position)))
