"""The editor of the guide: one part at a time, a preview, a second person, publication."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from agencies.access import current_officer, requires
from agencies.calendar import business_date, clock
from agencies.db import db
from agencies.directory import hall_agencies, open_services
from agencies.errors import DomainError, Invalid, NotFound
from reception import problems
from reception.guide import checking, editing, entering, law, links, parts, situations
from reception.guide.plan import plan
from reception.guide.procedure import Procedure
from reception.guide.situations import SituationVersion, VersionState
from reception.language import current, named, say
from reception.pages.guide import EDITORS, choices, frame_of
from reception.pages.guide import WORDS as TOPICS

pages = Blueprint("guide_editor", __name__, url_prefix="/guide-editor")
WORDS = {
    VersionState.DRAFT: "Draft", VersionState.IN_REVIEW: "Waits for a second person",
    VersionState.PUBLISHED: "Published", VersionState.RETIRED: "Retired",
}  # fmt: skip


@pages.get("")
@requires(*EDITORS)
def show_list() -> ResponseReturnValue:
    """What waits for an editor: drafts, unconfirmed pages, review dates, repealed acts."""
    today = business_date(clock())
    published = situations.all_on(db.session(), today)
    held = {version.id: version.procedure for version in published}
    codes = set().union(*(law.acts_of(one) for one in held.values())) if held else set()
    gone = {
        code
        for code, act in law.acts(db.session(), codes).items()
        if act.state is law.ActState.REPEALED
    }
    rows = [(v, held[v.id].title, _marks(v, held[v.id], gone, today)) for v in published]
    drafts = [(v, v.procedure.title) for v in situations.open_drafts(db.session())]
    return render_template(
        "reception/guide/editor_list.html", rows=rows, drafts=drafts, words=WORDS, topics=TOPICS
    )


def _marks(
    version: SituationVersion, held: Procedure, gone: set[str], today: date
) -> list[tuple[str, str]]:
    """Tone and word of everything that is wrong with a published page."""
    marks = [] if version.confirmed else [("warn", say("To be confirmed"))]
    if version.review_due is not None and version.review_due <= today:
        marks.append(("bad", say("Review is due")))
    if law.acts_of(held) & gone:
        marks.append(("bad", say("Rests on a repealed act")))
    if "stale" in held.states.values():
        marks.append(("warn", say("A translation is stale")))
    if version.confirmed and links.broken(db.session(), held, now=clock()):
        marks.append(("bad", say("A link is broken")))
    return marks


@pages.get("/<slug>")
@requires(*EDITORS)
def show(slug: str) -> ResponseReturnValue:
    return whole_page(newest(slug), {})


def newest(slug: str) -> SituationVersion:
    situation = situations.by_slug(db.session(), slug.replace("\0", ""))
    return editing.newest_of(db.session(), situation)


def whole_page(version: SituationVersion, errors: dict[str, str]) -> ResponseReturnValue:
    held, today = version.procedure, business_date(clock())
    open_ = version.state in (VersionState.DRAFT, VersionState.IN_REVIEW)
    page = render_template(
        "reception/guide/editor.html", version=version, held=held, words=WORDS, errors=errors,
        faults=checking.faults(db.session(), held, day=today) if open_ else [], today=today,
        due=today.replace(year=today.year + 1, day=min(today.day, 28)), officer=current_officer(),
        slug=version.situation.slug, acts=law.acts(db.session(), law.acts_of(held)).values(),
        states=list(law.ActState), imported=entering.IMPORTED,
    )  # fmt: skip
    return (page, 422) if errors else page


@pages.get("/<slug>/preview")
@requires(*EDITORS)
def preview(slug: str) -> ResponseReturnValue:
    """The newest version as visitors would see it."""
    version = newest(slug)
    given = {k: v for k, v in request.args.items() if k != "lang"}
    found = plan(db.session(), version, given, day=business_date(clock()))
    shown = frame_of() | {"show": "guide_editor.preview", "find": "guide_editor.show_list"}
    return render_template(
        "reception/guide/show.html", plan=found, slug=slug, answers=found.way.answers,
        choices=choices(found), words=TOPICS, back=None, square="", address="", **shown,
    )  # fmt: skip


@pages.get("/<slug>/<kind>/<key>")
@requires(*EDITORS)
def edit(slug: str, kind: str, key: str) -> ResponseReturnValue:
    return part_page(newest(slug), kind, key, {})


def part_page(
    version: SituationVersion, kind: str, key: str, errors: dict[str, str]
) -> ResponseReturnValue:
    held = version.procedure
    part: Any = {
        "words": held, "step": held.step(key),
        "question": next((fact for fact in held.facts if fact.key == key), None),
    }.get(kind)  # fmt: skip
    if part is None:
        raise NotFound("There is no such step.")
    page = render_template(
        "reception/guide/editor_part.html", version=version, held=held, kind=kind, key=key,
        part=part, errors=errors, given=request.form, as_lines=parts.as_lines,
        agencies=[("", "–"), *((a.code, named(a)) for a in hall_agencies(db.session()))],
        services=[("", "–"), *((s.code, f"{named(s)} · {s.code}")
                              for s in open_services(db.session()))],
        whens=_whens(held), slug=version.situation.slug,
    )  # fmt: skip
    return (page, 422) if errors else page


def _whens(held: Procedure) -> list[tuple[str, str]]:
    """Simple conditions to choose from: each answer of each question."""
    found = [("", say("Always"))]
    for fact in held.facts:
        answers = [(o.value, o.text.said(current())) for o in fact.options]
        if fact.kind == "bool":
            answers = [("yes", say("Yes")), ("no", say("No"))]
        asked = fact.text.said(current())
        found += [(f"{fact.key}={value}", f"{asked} {word}") for value, word in answers]
    return found


@pages.post("/<slug>/<kind>/<key>")
@requires(*EDITORS)
def save(slug: str, kind: str, key: str) -> ResponseReturnValue:
    version = newest(slug)
    form = {name: ",".join(values) for name, values in request.form.lists()}
    makers: dict[str, Callable[[], Procedure]] = {
        "words": lambda: parts.with_words(version.procedure, form),
        "step": lambda: parts.with_step(version.procedure, key, form),
        "question": lambda: parts.with_question(version.procedure, key, form),
    }
    if kind not in makers:
        raise NotFound("There is no such step.")
    try:
        _save(version, makers[kind]())
    except Invalid as error:
        return part_page(version, kind, key, {k: say(v) for k, v in error.fields.items()})
    return done(slug, say("Saved in the draft."))


def _save(version: SituationVersion, content: Procedure) -> None:
    sent = request.form.get("revision", "")
    revision = int(sent) if sent.isdecimal() and len(sent) < 9 else version.revision
    editing.save(
        db.session(), version, content, revision=revision, by=current_officer(), now=clock()
    )


def done(slug: str, word: str, tone: str = "good") -> ResponseReturnValue:
    flash(word, tone)
    db.session.commit()
    return redirect(url_for(".show", slug=slug))


@pages.post("/<slug>/<action>")
@requires(*EDITORS)
def act(slug: str, action: str) -> ResponseReturnValue:
    version = newest(slug)
    if action not in ACTIONS:
        raise NotFound("There is no such step.")
    try:
        ACTIONS[action](version)
    except Invalid as error:
        db.session.rollback()
        return whole_page(newest(slug), {k: say(v) for k, v in error.fields.items()})
    except DomainError as error:
        db.session.rollback()
        return done(slug, problems.in_words(error), "bad")
    return done(slug, say("Done."))


def _begin(version: SituationVersion) -> None:
    editing.draft_of(db.session(), version.situation, by=current_officer(), now=clock())


def _submit(version: SituationVersion) -> None:
    note = request.form.get("note", "")
    editing.submit(db.session(), version, note=note, by=current_officer(), now=clock())


def _return(version: SituationVersion) -> None:
    editing.send_back(db.session(), version, note=request.form.get("note", ""), now=clock())


def _publish(version: SituationVersion) -> None:
    editing.publish(
        db.session(), version, valid_from=_day("valid_from"), review_due=_day("review_due"),
        by=current_officer(), now=clock(),
    )  # fmt: skip


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Invalid({name: "Write the date as 2026-11-23."}) from None


def _act_state(version: SituationVersion) -> None:
    """Somebody has looked an act up. The page is one that rests on it."""
    since = _day("since") if request.form.get("since") else None
    law.set_state(
        db.session(), request.form.get("act", ""), state=request.form.get("state", ""),
        since=since, by=current_officer(), now=clock(),
    )  # fmt: skip
    version.situation.changed_at = clock()


ACTIONS: dict[str, Callable[[SituationVersion], None]] = {
    "draft": _begin,
    "submit": _submit,
    "return": _return,
    "publish": _publish,
    "act-state": _act_state,
    "add-step": lambda v: _save(v, parts.added_step(v.procedure)[0]),
    "add-question": lambda v: _save(v, parts.added_question(v.procedure)[0]),
    "remove": lambda v: _save(v, parts.removed(v.procedure, request.form.get("key", ""))),
    "up": lambda v: _save(v, parts.moved_up(v.procedure, request.form.get("key", ""))),
}
