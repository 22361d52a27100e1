"""Alerts: what stands out from what was to be expected, who looks into it, and what it was."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from agencies.access import current_officer, requires
from agencies.appeals import sees_all
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.errors import Invalid
from agencies.staff import Role
from reception.language import current, named, say, say_each
from reports import alerts, charts, naming, topics, watch
from reports.alerts import Alert, AlertState, Finding
from reports.center import silence
from reports.charts import Mark
from reports.proposal_steps import WRITERS
from reports.wording import Words

pages = Blueprint("alerts", __name__, url_prefix="/alerts", template_folder="../templates")
WATCHERS = (Role.ANALYST, Role.SUPERVISOR, Role.ADMIN)
SCORED_FOR = timedelta(days=365)
WORDS_OF_STATES = {
    AlertState.RAISED: ("Nobody has looked yet", "warn"),
    AlertState.TAKEN: ("Somebody is looking into it", "info"),
    AlertState.JUDGED: ("Looked into", "good"),
}
WORDS = {
    Finding.CONFIRMED: "A matter of the city",
    Finding.EXPLAINED: "An event explains it",
    Finding.DATA_FAULT: "A fault in the data",
    Finding.DISMISSED: "Nothing was found",
    watch.FARRINGTON: "beside the same season of earlier years",
    watch.SHORT_HISTORY: "beside the weeks before",
    watch.RISE: "the last weeks together beside those before them",
    topics.METHOD: "beside the letters of the half year before",
    watch.EARS: "beside the seven days before",
    silence.METHOD: "new deliveries within three times the promised interval",
}


@dataclass(frozen=True)
class Line:
    """One alert as it stands in the list."""

    id: int
    name: str
    week: str
    observed: str
    expected: str
    bound: str
    method: str
    word: str
    tone: str
    person: str
    finding: str
    reason: str


@pages.get("")
@requires(*WATCHERS)
def show_list() -> ResponseReturnValue:
    return _list()


@pages.post("/<int:alert_id>/take")
@requires(*WATCHERS)
def take_alert(alert_id: int) -> ResponseReturnValue:
    alerts.take(alerts.hold(db.session(), alert_id), by=current_officer(), now=clock())
    db.session.commit()
    flash(say("You look into this alert now."), "good")
    return redirect(url_for(".show_list", alert=alert_id))


@pages.post("/<int:alert_id>/let-go")
@requires(*WATCHERS)
def let_alert_go(alert_id: int) -> ResponseReturnValue:
    alerts.let_go(alerts.hold(db.session(), alert_id), by=current_officer())
    db.session.commit()
    flash(say("The alert waits for somebody else."), "info")
    return redirect(url_for(".show_list"))


@pages.post("/<int:alert_id>/judge")
@requires(*WATCHERS)
def judge_alert(alert_id: int) -> ResponseReturnValue:
    found, reason = request.form.get("finding", ""), request.form.get("reason", "")
    try:
        alerts.judge(
            alerts.hold(db.session(), alert_id), finding=found, reason=reason,
            by=current_officer(), now=clock(),
        )  # fmt: skip
    except Invalid as error:
        db.session.rollback()
        return _list(alert_id, error.fields), error.status
    db.session.commit()
    flash(say("What was found out is recorded."), "good")
    return redirect(url_for(".show_list"))


def _list(opened: int | None = None, errors: dict[str, str] | None = None) -> str:
    session, words = db.session(), Words(current())
    state = request.args.get("state", "")
    chosen = AlertState(state) if state in list(AlertState) else None
    found = alerts.listed(session, chosen)
    number = opened or request.args.get("alert", type=int)
    one = next((alert for alert in found if alert.id == number), None)
    names = naming.names(session, {alert.series for alert in found}, words.language)
    since = business_date(clock()) - SCORED_FOR
    return render_template(
        "reports/alerts.html", may_propose=current_officer().role in WRITERS,
        lines=[_line(alert, words, names) for alert in found], state=state,
        states=[(each.value, say(word)) for each, (word, _) in WORDS_OF_STATES.items()],
        opened=_line(one, words, names) if one else None, alert=one,
        drawing=_drawing(one, words) if one else None,
        letters=_letters(one, words) if one else [],
        findings=[(each.value, say(WORDS[each])) for each in Finding],
        score=alerts.score(session, since=since), share=words.share, typed=request.form,
        errors=say_each(errors or {}),
        mine=one is not None and one.officer_id == current_officer().id,
    )  # fmt: skip


def _line(alert: Alert, words: Words, named: dict[str, str]) -> Line:
    word, tone = WORDS_OF_STATES[alert.state]
    return Line(
        id=alert.id, name=named[alert.series], week=_week(alert, words),
        observed=words.number(alert.observed), expected=words.number(alert.expected, places=1),
        bound=words.number(alert.bound), method=say(WORDS[alert.method]), word=say(word), tone=tone,
        person=alert.officer.name if alert.officer else "",
        finding=say(WORDS[alert.finding]) if alert.finding else "", reason=alert.reason,
    )  # fmt: skip


def _week(alert: Alert, words: Words) -> str:
    if alert.method in (watch.EARS, silence.METHOD):
        return words.short_day(alert.week)
    return f"{words.short_day(alert.week)} – {words.short_day(alert.week + timedelta(days=6))}"


def _drawing(alert: Alert, words: Words) -> tuple[Markup, list[tuple[str, str]]] | None:
    """The weeks that led to it; the alert's own column is the dark one."""
    past = watch.history(db.session(), alert)
    if not past:
        return None
    marks = [Mark(_short(day), n, words.number(n), day == alert.week) for day, n in past]
    title = words._(
        "In the week of the alert: %(observed)s, expected: %(expected)s",
        observed=words.number(alert.observed), expected=words.number(alert.expected, places=1),
    )  # fmt: skip
    rows = [(words.short_day(day), words.number(n)) for day, n in past]
    return charts.columns(title, marks, charts.SCREEN), rows


def _letters(alert: Alert, words: Words) -> list[tuple[str, str, str, str]]:
    """Number (empty for those who may not open appeals), day, district, topic."""
    opens = sees_all(current_officer())
    found = []
    for letter in alerts.appeals_of(db.session(), alert):
        day = words.short_day(business_date(letter.received_at))
        place = named(letter.district, words.language) if letter.district else ""
        topic = named(letter.subject, words.language) if letter.subject else ""
        found.append((letter.number if opens else "", day, place, topic))
    return found


def _short(day: date) -> str:
    return f"{day.day}.{day.month:02}"
