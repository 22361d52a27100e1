"""Editing a situation: a draft, its review by another person, publication from a day on.

A draft is saved as a whole with the revision it was opened at: who saved in between is told, and
nothing is lost in silence.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from agencies.calendar import business_date
from agencies.errors import Invalid, NotAllowed, TakenByAnother, WrongStatus
from agencies.staff import Officer
from reception.guide import checking
from reception.guide.procedure import LANGUAGES, Procedure
from reception.guide.situations import ONE_DAY, Situation, SituationVersion, VersionState

V = VersionState
A_YEAR = timedelta(days=366)
MOVES: dict[VersionState, frozenset[VersionState]] = {
    V.DRAFT: frozenset({V.IN_REVIEW, V.RETIRED}),
    V.IN_REVIEW: frozenset({V.DRAFT, V.PUBLISHED}),
    V.PUBLISHED: frozenset({V.RETIRED}),
    V.RETIRED: frozenset(),
}


def move(session: Session, version: SituationVersion, to: VersionState, *, now: datetime) -> None:
    """Compare-and-set on the state that was read; the situation is known as changed."""
    if to not in MOVES[version.state]:
        raise WrongStatus("This step is not open to the version as it stands now.")
    here = (SituationVersion.id == version.id) & (SituationVersion.state == version.state)
    done = session.execute(update(SituationVersion).where(here).values(state=to, changed_at=now))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenByAnother("Somebody was first. This is how it stands now.")
    session.refresh(version)
    version.situation.changed_at = now


def draft_of(
    session: Session, situation: Situation, *, by: Officer, now: datetime
) -> SituationVersion:
    """The open draft, or a new one from the newest version."""
    newest = newest_of(session, situation)
    if newest.state in (V.DRAFT, V.IN_REVIEW):
        return newest
    draft = SituationVersion(
        situation=situation, no=newest.no + 1, content=newest.content, created_at=now,
        changed_at=now, drafted_by_id=by.id,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    return draft


def newest_of(session: Session, situation: Situation) -> SituationVersion:
    query = select(SituationVersion).where(SituationVersion.situation_id == situation.id)
    return session.scalars(query.order_by(SituationVersion.no.desc()).limit(1)).one()


def save(
    session: Session,
    draft: SituationVersion,
    content: Procedure,
    *,
    revision: int,
    by: Officer,
    now: datetime,
) -> None:
    """The whole draft. Languages whose text stayed while the source changed become stale."""
    if draft.state is not V.DRAFT:
        raise WrongStatus("This step is not open to the version as it stands now.")
    marked = mark_stale(draft.procedure, content)
    here = (SituationVersion.id == draft.id) & (SituationVersion.revision == revision)
    values = {
        "content": marked.model_dump(mode="json", exclude_defaults=True), "drafted_by_id": by.id,
        "revision": revision + 1, "changed_at": now,
    }  # fmt: skip
    done = session.execute(update(SituationVersion).where(here).values(values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise TakenByAnother("Another editor saved this draft meanwhile. Open it again.")
    session.refresh(draft)


def mark_stale(before: Procedure, after: Procedure) -> Procedure:
    """A translation is stale where its source was changed and it was not."""
    source = after.source
    if texts_of(before, source) == texts_of(after, source):
        return after
    states = dict(after.states)
    for language in LANGUAGES:
        same = texts_of(before, language) == texts_of(after, language)
        if language != source and same and states.get(language, "missing") != "missing":
            states[language] = "stale"
    return after.model_copy(update={"states": states})


def texts_of(held: Procedure, language: str) -> list[str]:
    return [held.lead.said(language), *(getattr(text, language) for text in checking.texts(held))]


def submit(
    session: Session, draft: SituationVersion, *, note: str, by: Officer, now: datetime
) -> None:
    """Hand the draft to a second person. A note on what changed is needed."""
    if not note.strip():
        raise Invalid({"note": "Say what has changed, so that others can follow."})
    draft.change_note, draft.drafted_by_id = note.strip()[:2000], by.id
    session.flush()
    move(session, draft, V.IN_REVIEW, now=now)


def send_back(session: Session, draft: SituationVersion, *, note: str, now: datetime) -> None:
    if not note.strip():
        raise Invalid({"note": "Say what has to be mended."})
    draft.review_note = note.strip()[:2000]
    session.flush()
    move(session, draft, V.DRAFT, now=now)


def publish(
    session: Session,
    draft: SituationVersion,
    *,
    valid_from: date,
    review_due: date,
    by: Officer,
    now: datetime,
) -> None:
    """Approve what another person wrote. Raises Invalid with every fault of the check."""
    if draft.drafted_by_id == by.id:
        raise NotAllowed("Another person approves what you wrote.")
    _must_be_in_order(valid_from, review_due, now)
    faults = checking.faults(session, draft.procedure, day=valid_from)
    if faults:
        raise Invalid({f"fault-{n}": text for n, text in enumerate(faults)})
    _end_the_one_before(session, draft, valid_from)
    draft.valid_from, draft.review_due = valid_from, review_due
    draft.approved_by_id, draft.confirmed = by.id, True
    session.flush()
    move(session, draft, V.PUBLISHED, now=now)


def _must_be_in_order(valid_from: date, review_due: date, now: datetime) -> None:
    if valid_from < business_date(now):
        raise Invalid({"valid_from": "A version begins today or later."})
    if not valid_from < review_due <= valid_from + A_YEAR:
        raise Invalid({"review_due": "Look at it again within twelve months."})


def _end_the_one_before(session: Session, draft: SituationVersion, valid_from: date) -> None:
    query = select(SituationVersion).where(
        SituationVersion.situation_id == draft.situation_id,
        SituationVersion.state == V.PUBLISHED,
        SituationVersion.valid_to.is_(None),
    )
    for before in session.scalars(query):
        if before.valid_from is not None and before.valid_from >= valid_from:
            before.state = V.RETIRED
        else:
            before.valid_to = valid_from - ONE_DAY
    session.flush()
