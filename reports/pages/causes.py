"""Coding the causes behind a proposal: two people, apart from each other, then together."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.anonymising import anonymised
from agencies.calendar import clock
from agencies.db import db
from agencies.errors import Invalid, NotFound
from agencies.staff import Officer
from reception.language import current, named, say
from reports import cause_tables, causes, evidence, proposals
from reports.cause_tables import Causes
from reports.causes import CODERS, CauseCase, CauseSample
from reports.proposals import Proposal
from reports.wording import Words

pages = Blueprint("causes", __name__, url_prefix="/proposals", template_folder="../templates")
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Matter:
    """A case as its coders read it: without names and numbers of people."""

    ordinal: int
    text: str
    topic: str
    agency: str
    codes: str = ""
    settled: str = ""


@dataclass(frozen=True)
class Course:
    """Where the coding stands for the person at the screen."""

    cases: int
    mine: int
    coders: int
    matter: Matter | None
    agreement: str
    reliable: bool
    differing: list[Matter]
    found: Causes | None


@pages.get("/<number>/causes")
@requires(*CODERS)
def show(number: str) -> ResponseReturnValue:
    return _page(proposals.by_number(db.session(), number))


@pages.post("/<number>/causes/draw")
@requires(*CODERS)
def draw(number: str) -> ResponseReturnValue:
    session, now = db.session(), clock()
    proposal = proposals.hold(session, number)
    try:
        claims = evidence.drawable(session, proposal, now=now)
        causes.draw(session, proposal, claims, by=current_officer(), now=now)
    except Invalid as error:
        session.rollback()
        flash(" ".join(say(text) for text in error.fields.values()), "bad")
        return redirect(url_for(".show", number=number))
    session.commit()
    return redirect(url_for(".show", number=number))


@pages.post("/<number>/causes/<int:ordinal>")
@requires(*CODERS)
def code(number: str, ordinal: int) -> ResponseReturnValue:
    """One case coded, or settled where both have coded and differ."""
    session, officer = db.session(), current_officer()
    proposal = proposals.hold(session, number)
    sample, chosen = _sample(proposal), request.form.get("cause", "")
    try:
        if causes.is_coded(sample):
            causes.settle(session, sample, proposal, ordinal, chosen, by=officer, now=clock())
        else:
            causes.code(sample, ordinal, chosen, by=officer)
    except Invalid as error:
        session.rollback()
        return _page(proposals.by_number(session, number), error)
    session.commit()
    return redirect(url_for(".show", number=number))


def _page(proposal: Proposal, error: Invalid | None = None) -> ResponseReturnValue:
    sample = causes.of(db.session(), proposal)
    errors = {name: say(text) for name, text in error.fields.items()} if error else {}
    page = render_template(
        "reports/causes.html", number=proposal.number, title=proposal.text("title", current()),
        course=_course(sample, current_officer()) if sample else None,
        may_draw=causes.may_draw(sample, proposal),
        fits=sample is None or causes.fits(sample, proposal),
        choices=_choices(), errors=errors,
    )  # fmt: skip
    return page, (error.status if error else 200)


def _course(sample: CauseSample, officer: Officer) -> Course:
    found, coded = causes.agreed(sample), causes.next_case(sample, officer)
    place, w = causes.place_of(sample, officer), Words(current())
    kept = causes.result(sample)
    return Course(
        cases=len(sample.cases),
        mine=sum(1 for case in sample.cases if place and getattr(case, place)),
        coders=sum(who is not None for who in sample.coders),
        matter=_matter(coded) if coded and not found else None,
        agreement=cause_tables.agreement_said(causes.of_agreement(found), w) if found else "",
        reliable=found is not None and causes.is_reliable(found),
        differing=[_matter(one) for one in sample.cases if one.differs] if found else [],
        found=cause_tables.tables(kept, w) if kept else None,
    )


def _matter(case: CauseCase) -> Matter:
    claim = case.claim
    appeal, subject = claim.appeal, claim.subject or claim.appeal.subject
    known = appeal.applicant.persons if appeal.applicant else ()
    return Matter(
        case.ordinal, anonymised(appeal.text, known), named(subject) if subject else "",
        named(claim.agency) if claim.agency else "",
        codes=f"{case.first} / {case.second}" if case.differs else "", settled=case.settled or "",
    )  # fmt: skip


def _choices() -> dict[bool, Choices]:
    """Causes that lie in the law, and the others."""
    known = causes.catalogue().values()
    return {
        in_law: [(one.code, f"{one.code}. {named(one)}") for one in known if one.in_law is in_law]
        for in_law in (True, False)
    }


def _sample(proposal: Proposal) -> CauseSample:
    sample = causes.of(db.session(), proposal)
    if sample is None:
        raise NotFound("No sample of this proposal has been drawn.")
    return sample
