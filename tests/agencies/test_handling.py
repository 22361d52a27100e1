"""How a topic is handled: whose text stands beside a claim; topics that are offered no more."""

import pytest
from sqlalchemy import select, update

from agencies import handling, setting_apart
from agencies.appeals import Appeal
from agencies.directory import Subject, offered_subjects
from agencies.errors import Invalid, NotAllowed, TakenByAnother
from agencies.staff import Role
from tests.make import make_appeal, make_officer

TOPIC, ABOVE = "01.01", "01"


def said(words, part="ask"):
    return {part: dict.fromkeys(("kk", "ru", "en"), words)}


def topic(session, code):
    return session.scalars(select(Subject).where(Subject.code == code)).one()


@pytest.fixture
def write(session, now):
    def _write(by, words, code=TOPIC, seen=0):
        handling.write(session, topic(session, code), words, seen=seen, by=by, now=now)
        session.commit()

    return _write


@pytest.fixture
def people(session):
    return {
        "house": make_officer(session, Role.SUPERVISOR),
        "housing": make_officer(session, Role.HEAD),
        "social": make_officer(session, Role.HEAD, agency="social"),
    }  # fmt: skip


@pytest.fixture
def stop_offering(session):
    """Reference rows are put back as they were."""

    def _stop(code):
        topic(session, code).active = False
        session.commit()

    yield _stop
    session.execute(update(Subject).values(active=True))
    session.commit()


def read(session, appeal):
    found = session.scalar(select(handling.of_appeal()).where(Appeal.id == appeal.id))
    return {claim: one.words["ask"]["kk"] for claim, one in handling.told(found).items()}


def test_the_nearest_text_is_read_beside_a_claim(session, write, people):
    appeal = make_appeal(session, status="routed", claims=[{"text": "Лифт тұр.", "subject": TOPIC}])
    [claim] = appeal.claims

    for step, (by, code, expected) in enumerate((
        ("social", TOPIC, None), ("house", ABOVE, "1"), ("housing", ABOVE, "2"),
        ("house", TOPIC, "3"), ("housing", TOPIC, "4"),
    )):  # fmt: skip
        write(people[by], said(str(step)), code)
        assert read(session, appeal) == ({claim.id: expected} if expected else {})
    assert handling.of_topics(session, [(TOPIC, "social")])[TOPIC, "social"].words == said("0")
    write(people["housing"], {}, seen=1)
    assert read(session, appeal) == {claim.id: "3"}


def test_a_claim_without_a_topic_is_told_nothing(session, write, people):
    write(people["house"], said("Сұраңыз."))
    appeal = make_appeal(session, text="Қъ.")

    assert appeal.claims[0].subject is None
    assert read(session, appeal) == {}


def test_what_is_said_is_said_in_all_three_languages(session, write, people):
    with pytest.raises(Invalid) as wrong:
        write(people["house"], {"check": {"kk": "Құжат", "ru": "Документ", "en": " "}})

    assert set(wrong.value.fields) == {"check_en"}
    with pytest.raises(Invalid):
        write(people["house"], said("ұ" * (handling.LONGEST + 1)))


def test_a_newer_text_is_never_overwritten_unseen(session, write, people):
    write(people["house"], said("Бір"))

    with pytest.raises(TakenByAnother):
        write(people["house"], said("Екі"))
    write(people["house"], said("Үш"), seen=1)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.CLERK, Role.ADMIN])
def test_nobody_else_writes(session, write, role):
    with pytest.raises(NotAllowed):
        write(make_officer(session, role), said("Бір"))


def test_a_topic_offered_no_more_is_not_given_and_stays_where_it_is(session, now, stop_offering):
    before = make_appeal(session, claims=[{"text": "Лифт тұр.", "subject": TOPIC}])
    stop_offering(TOPIC)

    after = make_appeal(session, claims=[{"text": "Лифт тұр.", "subject": TOPIC}])

    assert before.claims[0].subject.code == TOPIC
    assert after.claims[0].subject.code == ABOVE
    assert TOPIC not in {one.code for one in session.scalars(offered_subjects())}
    with pytest.raises(Invalid):
        setting_apart.set_apart(session, after.claims[0], text="Шам.", subject=TOPIC,
                                by=make_officer(session, Role.SUPERVISOR), now=now)  # fmt: skip


def test_nothing_is_offered_under_a_topic_that_is_not(session, stop_offering):
    stop_offering(ABOVE)

    assert not [o for o in session.scalars(offered_subjects()) if o.code.startswith(ABOVE)]
    appeal = make_appeal(session, claims=[{"text": "Лифт тұр.", "subject": TOPIC}])
    assert appeal.claims[0].subject is None
