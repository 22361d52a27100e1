"""The rules by which claims go to the people of an agency: kept by its head, tried before use."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from agencies import absences, giving_rules, giving_trial, recusing
from agencies.absences import Absence
from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import (
    Agency,
    District,
    Origin,
    Subject,
    agency_by_code,
    districts_of_almaty,
    hall_agencies,
    offered_subjects,
)
from agencies.errors import DomainError, Invalid, NotFound
from agencies.giving import Share
from agencies.giving_rules import GivingRule, Wanted
from agencies.pages import pages
from agencies.pages.absences import told
from agencies.pages.voice import named, say
from agencies.reference import labels
from agencies.staff import Role
from agencies.terms import AppealKind

RULE = "/giving/<int(max=2147483647):rule_id>"
USUAL_WEEKS = 4
Coded = TypeVar("Coded", Subject, District)
STEPS_OF_RULES = {"up": -1, "down": 1}


@dataclass(frozen=True)
class Typed:
    """The form of a rule as it stands."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200


@pages.get("/giving")
@requires(Role.HEAD, Role.SUPERVISOR)
def show_giving() -> ResponseReturnValue:
    return _draw(Typed())


def _draw(typed: Typed) -> ResponseReturnValue:
    session, officer = db.session(), current_officer()
    choosable = [] if officer.agency_id else hall_agencies(session)
    agency = officer.agency or _chosen(session, choosable)
    rules = giving_rules.of_agency(session, agency.id)
    weeks = _weeks(request.args.get("weeks", ""))
    found = giving_trial.of_last_weeks(
        session, rules, agency.id, weeks=weeks, by=officer, today=business_date(clock())
    )
    trial, names = found.trial, found.names
    kinds = labels("kind")
    away = absences.away(session, {rule.to_id for rule in rules}, on=business_date(clock()))
    return render_template(
        "agencies/giving.html", agency=agency, trial=trial, unfitting=found.unfitting,
        rows=[_row(rule, kinds, trial.by_rule[rule.id], names, away) for rule in rules],
        left=_shares(trial.left, names), special=_shares(trial.special, names),
        people=_people(rules, found), switch=giving_rules.switch_of(session, agency.id),
        weeks=weeks, spans=giving_trial.WEEKS, may_write=officer.role is Role.HEAD,
        agencies=[(one.code, named(one)) for one in choosable], typed=typed,
        **(_choices(session) if officer.role is Role.HEAD else {}),
    ), typed.status  # fmt: skip


def _chosen(session: Session, choosable: list[Agency]) -> Agency:
    code = request.args.get("agency", "")
    if code:
        return agency_by_code(session, code)
    if not choosable:
        raise NotFound("The hall is not set up yet. Run: reception seed")
    return choosable[0]


def _weeks(asked: str) -> int:
    return next((one for one in giving_trial.WEEKS if str(one) == asked), USUAL_WEEKS)


def _row(
    rule: GivingRule,
    kinds: Mapping[str, Any],
    share: Share,
    names: dict[int, str],
    away: Mapping[int, Absence],
) -> dict[str, Any]:
    return {
        "id": rule.id, "position": rule.position, "subject": named(rule.subject),
        "district": named(rule.district), "kind": named(kinds[rule.kind]) if rule.kind else "",
        "to": rule.to.name, "at_work": giving_rules.is_at_work(rule.to, rule.agency_id),
        "away": told(away[rule.to_id]) if rule.to_id in away else "",
        "taken": share.taken, "same": share.really[rule.to_id], "really": _shares(share, names),
    }  # fmt: skip


def _shares(share: Share, names: dict[int, str]) -> list[tuple[str, int]]:
    """Who really has those claims, most first."""
    return [
        (names.get(one, "") if one else say("nobody yet"), count)
        for one, count in share.really.most_common()
    ]


def _people(rules: list[GivingRule], found: giving_trial.Found) -> list[tuple[str, int, int]]:
    """Each person with the claims that the rules would have given, and those they really have."""
    names = found.names | {rule.to_id: rule.to.name for rule in rules}
    by_rules: Counter[int] = Counter()
    for rule in rules:
        by_rules[rule.to_id] += found.trial.by_rule[rule.id].taken
    shares = [*found.trial.by_rule.values(), found.trial.left, found.trial.special]
    really = sum((one.really for one in shares), Counter())
    order = sorted(names, key=lambda one: (-by_rules[one], -really[one], names[one]))
    return [(names[one], by_rules[one], really[one]) for one in order]


def _choices(session: Session) -> dict[str, Any]:
    topics = [(one.code, f"{one.code} {named(one)}") for one in session.scalars(offered_subjects())]
    people = recusing.people_to_give_to(session, current_officer())
    return {
        "subjects": [("", say("Every subject")), *topics],
        "districts": [("", say("Every district")),
                      *((one.code, named(one)) for one in districts_of_almaty(session))],
        "kinds": [("", say("Every kind")),
                  *((code, named(one)) for code, one in labels("kind").items())],
        "people_to": [("", say("Choose a colleague")),
                   *((str(one.id), one.name) for one in people)],
    }  # fmt: skip


@pages.post("/giving")
@requires(Role.HEAD)
def add_giving_rule() -> ResponseReturnValue:
    session, typed = db.session(), _typed()
    try:
        wanted = _wanted(session, typed.values)
        giving_rules.add(session, wanted, by=current_officer(), now=clock())
    except DomainError as error:
        session.rollback()
        return _draw(_sent_back(typed, error))
    session.commit()
    flash(say("The rule stands last; below you see what it would have taken."), "good")
    return redirect(url_for(".show_giving"))


@pages.get(RULE)
@requires(Role.HEAD)
def show_giving_rule(rule_id: int) -> ResponseReturnValue:
    rule = giving_rules.one_of(db.session(), rule_id, by=current_officer())
    values = {
        "subject": rule.subject.code if rule.subject else "", "kind": rule.kind or "",
        "district": rule.district.code if rule.district else "", "to": str(rule.to_id),
    }  # fmt: skip
    return _form(rule, Typed(values))


@pages.post(RULE)
@requires(Role.HEAD)
def revise_giving_rule(rule_id: int) -> ResponseReturnValue:
    session, officer, typed = db.session(), current_officer(), _typed()
    rule = giving_rules.one_of(session, rule_id, by=officer)
    try:
        wanted = _wanted(session, typed.values)
        giving_rules.revise(session, rule, wanted, by=officer, now=clock())
    except DomainError as error:
        session.rollback()
        return _form(rule, _sent_back(typed, error))
    session.commit()
    flash(say("The rule is changed; below you see what it would have taken."), "good")
    return redirect(url_for(".show_giving"))


@pages.post(f"{RULE}/<any(up,down,retire,restore):verb>")
@requires(Role.HEAD)
def order_giving_rule(rule_id: int, verb: str) -> ResponseReturnValue:
    """Earlier, later, away, or back again."""
    session, officer, now = db.session(), current_officer(), clock()
    rule = giving_rules.one_of(session, rule_id, by=officer)
    if verb in STEPS_OF_RULES:
        giving_rules.move(session, rule, step=STEPS_OF_RULES[verb], by=officer, now=now)
    elif verb == "retire":
        giving_rules.retire(session, rule, by=officer, now=now)
        undo = url_for(".order_giving_rule", rule_id=rule_id, verb="restore")
        flash({"text": say("The rule is taken away."), "undo": undo}, "good")  # type: ignore[arg-type]
    else:
        giving_rules.restore(session, rule, by=officer, now=now)
    session.commit()
    return redirect(url_for(".show_giving"))


@pages.post("/giving/<any(on,off):verb>")
@requires(Role.HEAD)
def switch_giving(verb: str) -> ResponseReturnValue:
    session = db.session()
    giving_rules.switch(session, is_on=verb == "on", by=current_officer(), now=clock())
    session.commit()
    flash(say(SWITCHED[verb]), "good")
    return redirect(url_for(".show_giving"))


SWITCHED = {
    "on": "From now on an arriving claim is given by the first rule that fits.",
    "off": "The rules give nothing more; claims wait to be taken or given by hand.",
}


def _typed() -> Typed:
    return Typed({name: text.replace("\x00", "") for name, text in request.form.items()})


def _wanted(session: Session, values: dict[str, str]) -> Wanted:
    kind, people = values.get("kind", ""), recusing.people_to_give_to(session, current_officer())
    to = next((one for one in people if str(one.id) == values.get("to")), None)
    problems = {}
    if to is None:
        problems["to"] = "Choose somebody of your agency who is at work."
    if kind and kind not in list(AppealKind):
        problems["kind"] = "Choose one of the values on the list."
    subject = _one(session, Subject, values.get("subject", ""), problems, "subject")
    district = _one(session, District, values.get("district", ""), problems, "district")
    if problems or to is None:
        raise Invalid(problems)
    return Wanted(to, subject, district, AppealKind(kind) if kind else None)


def _one(
    session: Session, sort: type[Coded], code: str, problems: dict[str, str], name: str
) -> Coded | None:
    """None where none is asked for; a code that the hall does not know becomes a problem."""
    if not code:
        return None
    found = session.scalar(select(sort).where(sort.code == code, sort.origin == Origin.HALL))
    if found is None:
        problems[name] = "Choose one of the values on the list."
    return found


def _form(rule: GivingRule, typed: Typed) -> ResponseReturnValue:
    return render_template(
        "agencies/giving_rule.html", rule=rule, typed=typed, **_choices(db.session())
    ), typed.status


def _sent_back(typed: Typed, error: DomainError) -> Typed:
    fields = error.fields if isinstance(error, Invalid) else {}
    errors = {name: say(message) for name, message in fields.items()}
    said = "" if errors else say(error.message, **error.values)
    return Typed(typed.values, errors, said, error.status)
