"""A situation is changed in a draft, and another person publishes it."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from agencies.errors import Invalid, NotAllowed, TakenByAnother, WrongStatus
from reception.guide import checking, editing, law, parts, situations
from reception.guide.procedure import Condition, Need, Procedure, Text
from reception.guide.situations import VersionState
from tests.make import make_officer


@pytest.fixture
def writer(session):
    return make_officer(session, "supervisor", name="Айгүл Жазушы")


@pytest.fixture
def reader(session):
    return make_officer(session, "admin", name="Мұрат Оқушы")


def whole(held):
    """The content with every text in three languages and nothing left to check."""
    plain = held.model_dump()

    def fill(part):
        if isinstance(part, dict):
            if set(part) == {"kk", "ru", "en"} and part["en"]:
                return {code: part[code] or part["en"] for code in part}
            return {name: fill(each) for name, each in part.items()}
        return [fill(each) for each in part] if isinstance(part, list) else part

    states = {"en": "source", "kk": "checked", "ru": "checked"}
    steps = [{**step, "legal": [{"act": "order-1"}]} for step in plain["steps"]]
    return Procedure.model_validate(fill({**plain, "steps": steps}) | {"states": states})


@pytest.fixture
def draft(session, enter, writer, now):
    version = enter()
    law.set_state(session, "order-1", state="in_force", since=None, by=writer, now=now)
    made = editing.draft_of(session, version.situation, by=writer, now=now)
    content = whole(made.procedure)
    editing.save(session, made, content, revision=made.revision, by=writer, now=now)
    session.commit()
    return made


def publish(session, draft, by, now, **changes):
    days = {"valid_from": now.date(), "review_due": now.date() + timedelta(days=300)} | changes
    editing.publish(session, draft, **days, by=by, now=now)
    session.commit()


def test_what_one_person_wrote_another_publishes(session, draft, writer, reader, now):
    editing.submit(session, draft, note="The fee has changed", by=writer, now=now)
    with pytest.raises(NotAllowed):
        publish(session, draft, writer, now)

    publish(session, draft, reader, now)

    held = situations.version_on(session, "lost-keys", now.date())
    assert (held.no, held.confirmed, held.approved_by_id) == (2, True, reader.id)
    before = situations.version_on(session, "lost-keys", now.date() - timedelta(days=1))
    assert before.no == 1


def test_the_database_holds_to_two_persons(session, draft, writer):
    draft.approved_by_id = draft.drafted_by_id = writer.id

    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_version_may_begin_on_a_later_day(session, draft, writer, reader, now):
    later = now.date() + timedelta(days=10)
    editing.submit(session, draft, note="From December", by=writer, now=now)
    publish(session, draft, reader, now, valid_from=later)

    assert situations.version_on(session, "lost-keys", now.date()).no == 1
    assert situations.version_on(session, "lost-keys", later).no == 2


@pytest.mark.parametrize(
    ("field", "days"), [("valid_from", -1), ("review_due", 0), ("review_due", 400)]
)
def test_days_must_make_sense(session, draft, writer, reader, now, field, days):
    editing.submit(session, draft, note="x", by=writer, now=now)

    with pytest.raises(Invalid) as refused:
        publish(session, draft, reader, now, **{field: now.date() + timedelta(days=days)})
    assert field in refused.value.fields


def test_a_note_is_needed_to_hand_on_and_to_send_back(session, draft, writer, now):
    with pytest.raises(Invalid):
        editing.submit(session, draft, note=" ", by=writer, now=now)
    editing.submit(session, draft, note="New fee", by=writer, now=now)
    with pytest.raises(Invalid):
        editing.send_back(session, draft, note="", now=now)

    editing.send_back(session, draft, note="The term is missing", now=now)

    assert (draft.state, draft.review_note) == (VersionState.DRAFT, "The term is missing")


def test_only_a_draft_can_be_saved_and_only_from_its_newest_revision(session, draft, writer, now):
    content, old = draft.procedure, draft.revision - 1
    with pytest.raises(TakenByAnother):
        editing.save(session, draft, content, revision=old, by=writer, now=now)

    editing.submit(session, draft, note="x", by=writer, now=now)

    with pytest.raises(WrongStatus):
        editing.save(session, draft, content, revision=draft.revision, by=writer, now=now)


def test_a_translation_becomes_stale_when_its_source_changes(session, draft):
    before = draft.procedure
    title = Text(en="Lost house keys", ru=before.title.ru, kk=before.title.kk)

    after = editing.mark_stale(before, before.model_copy(update={"title": title}))

    assert (after.state_of("kk"), after.state_of("ru"), after.state_of("en")) == (
        "stale", "stale", "source",
    )  # fmt: skip


def change(held, **changes):
    return held.model_copy(update=changes)


def test_a_version_in_order_has_no_faults(session, draft, now):
    assert checking.faults(session, draft.procedure, day=now.date()) == []


def test_each_fault_is_named(session, draft, now):
    held = draft.procedure
    first, second, third = held.steps
    never = first.model_copy(update={"when": Condition(fact="nobody", value="x")})
    asked = Procedure.model_validate(
        held.model_dump() | {"facts": [{"key": "slug", "kind": "bool", "text": dict(first.title)}]}
    )
    one, other = Need(step="s2"), Need(step="s1")
    circle = [
        first.model_copy(update={"needs": [one]}), second.model_copy(update={"needs": [other]}),
        third,
    ]  # fmt: skip
    for code, wrong in {
        "empty": change(held, steps=[]),
        "language": change(held, title=Text(en="Only this")),
        "stale": change(held, states={"en": "source", "kk": "machine", "ru": "checked"}),
        "outcome": change(held, steps=[first, second]),
        "question": change(held, steps=[never, second, third]),
        "key": asked,
        "cycle": change(held, steps=circle),
        "legal": change(held, steps=[s.model_copy(update={"legal": []}) for s in held.steps]),
    }.items():
        found = checking.faults(session, wrong, day=now.date())
        assert checking.SENTENCES[code] in found, code


def test_a_repealed_act_and_an_unknown_rate_stop_the_publication(session, draft, writer, now):
    law.set_state(session, "order-1", state="repealed", since=None, by=writer, now=now)

    found = checking.faults(session, draft.procedure, day=now.date().replace(year=2031))

    assert found == [checking.SENTENCES["repealed"], checking.SENTENCES["rate"]]


def test_a_form_changes_what_it_shows_and_keeps_the_rest(draft):
    held = draft.procedure
    form = {
        "title-en": "Apply", "title-kk": "Өтініш беру", "title-ru": "Подать",
        "documents-en": "identity card\nphoto", "documents-kk": "жеке куәлік\nсурет",
        "fee_kind": "mci", "fee_value": "1,5", "term_value": "2", "term_unit": "month",
        "channels": "desk,online", "url": "https://egov.kz/x", "legal": "order-1 order-2",
        "outcomes-en": "keys", "agency": "tson", "service": "",
    }  # fmt: skip

    step = parts.with_step(held, "s2", form).step("s2")

    assert [paper.title.kk for paper in step.documents] == ["жеке куәлік", "сурет"]
    assert (str(step.fees[0].value), step.term.unit, len(step.legal)) == ("1.5", "month", 2)
    assert [channel.url for channel in step.channels] == ["", "https://egov.kz/x"]
    assert step.when is None


def test_a_form_that_does_not_fit_names_its_field(draft):
    with pytest.raises(Invalid) as refused:
        parts.with_step(draft.procedure, "s2", {"title-en": "x", "term_value": "soon"})

    assert "term" in refused.value.fields
