"""Staff accounts: who may be hired, how a password is kept, and what five mistakes cost."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from agencies import staff
from agencies.directory import agency_by_code
from agencies.errors import Invalid, NotAllowed
from agencies.staff import ATTEMPTS_ALLOWED, LOCKED_FOR, ApiToken, Officer, Role
from tests.make import PASSWORD, make_officer, make_token


@pytest.fixture
def officer(session):
    return make_officer(session, Role.CLERK, login="saule", password=PASSWORD)


def attempt(session, password, *, now, login="saule"):
    """The officer, or the refusal; counted either way."""
    try:
        return staff.check_password(session, login=login, password=password, now=now)
    except NotAllowed as refusal:
        return refusal.message
    finally:
        session.commit()


def test_the_right_password_opens(session, officer, now):
    assert attempt(session, PASSWORD, now=now) == officer
    assert officer.signed_in_at == now


def test_blanks_around_a_login_do_not_matter(session, officer, now):
    assert attempt(session, PASSWORD, login=" saule ", now=now) == officer


@pytest.mark.parametrize("password", ["", PASSWORD.upper(), PASSWORD + " ", "not the password"])
def test_a_wrong_password_does_not(session, officer, now, password):
    assert "not right" in attempt(session, password, now=now)


def test_five_wrong_attempts_lock_for_a_quarter_of_an_hour(session, officer, now):
    for _ in range(ATTEMPTS_ALLOWED):
        assert "not right" in attempt(session, "wrong", now=now)

    just_before = now + LOCKED_FOR - timedelta(seconds=1)
    assert "Too many" in attempt(session, PASSWORD, now=now)
    assert "Too many" in attempt(session, PASSWORD, now=just_before)
    assert attempt(session, PASSWORD, now=now + LOCKED_FOR) == officer


def test_attempts_against_a_locked_account_do_not_lock_it_longer(session, officer, now):
    for _ in range(ATTEMPTS_ALLOWED * 2):
        attempt(session, "wrong", now=now)

    assert attempt(session, PASSWORD, now=now + LOCKED_FOR) == officer


def test_a_success_forgives_the_mistakes_before_it(session, officer, now):
    for _ in range(ATTEMPTS_ALLOWED - 1):
        attempt(session, "wrong", now=now)
    attempt(session, PASSWORD, now=now)
    attempt(session, "wrong", now=now)

    assert attempt(session, PASSWORD, now=now) == officer


def test_one_locked_account_locks_nobody_else(session, officer, now):
    other = make_officer(session, Role.CLERK, login="erlan", password=PASSWORD)
    for _ in range(ATTEMPTS_ALLOWED):
        attempt(session, "wrong", now=now)

    assert attempt(session, PASSWORD, login="erlan", now=now) == other


@pytest.mark.parametrize("left", ["active = false", "password_hash = NULL"])
def test_who_has_left_is_told_no_more_than_a_stranger(session, officer, now, left):
    session.execute(text(f"UPDATE officer SET {left}"))
    session.commit()
    session.expire_all()

    gone = attempt(session, PASSWORD, now=now)

    assert gone == attempt(session, PASSWORD, login="nobody", now=now)


def test_a_password_is_kept_as_a_salted_hash(session, officer):
    other = make_officer(session, Role.CLERK, password=PASSWORD)

    assert officer.password_hash.startswith("$argon2id$")
    assert PASSWORD not in officer.password_hash
    assert officer.password_hash != other.password_hash


def test_a_short_password_is_refused(session):
    with pytest.raises(Invalid) as refusal:
        make_officer(session, password="123456789")

    assert "at least 10" in refusal.value.fields["password"]
    session.rollback()


def test_a_new_password_ends_every_open_session(session, officer):
    before = officer.get_id()

    staff.set_password(officer, "another-long-password")

    assert officer.get_id() != before


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD])
def test_a_role_of_an_agency_needs_the_agency(session, role):
    with pytest.raises(Invalid) as refusal:
        staff.hire(session, login="x", name="X", role=role, position={})

    assert set(refusal.value.fields) == {"agency"}


def test_a_login_belongs_to_one_person(session, officer):
    with pytest.raises(IntegrityError, match="uq_officer_login"):
        make_officer(session, login="saule")

    session.rollback()


def test_the_database_knows_the_roles(session, officer):
    with pytest.raises(IntegrityError, match="ck_officer_role"):
        session.execute(text("UPDATE officer SET role = 'director'"))

    session.rollback()


def test_a_position_is_told_in_each_language(officer):
    assert officer.position("kk") == "бас маман"
    assert officer.position("en") == "chief specialist"


def test_a_token_opens_its_account_and_is_kept_as_a_digest(session):
    token = make_token(session, Role.OFFICER, agency="housing")

    owner = staff.officer_by_digest(session, staff.digest_of(token))

    assert (owner.role, owner.agency.code) == (Role.OFFICER, "housing")
    assert owner.password_hash is None
    assert session.scalars(select(ApiToken.digest)).one() == staff.digest_of(token) != token


@pytest.mark.parametrize(
    "change",
    ["UPDATE api_token SET revoked_at = now()", "UPDATE officer SET active = false"],
)
def test_a_revoked_token_opens_nothing(session, change):
    token = make_token(session, Role.CLERK)
    session.execute(text(change))
    session.commit()

    assert staff.officer_by_digest(session, staff.digest_of(token)) is None


@pytest.mark.parametrize("token", ["", "x", "A" * 43])
def test_an_unknown_token_opens_nothing(session, token):
    make_token(session, Role.CLERK)

    assert staff.officer_by_digest(session, staff.digest_of(token)) is None


def test_a_token_is_hired_under_the_same_rule(session, now):
    with pytest.raises(Invalid):
        staff.create_token(session, role=Role.HEAD, agency=None, name="x", now=now)

    session.rollback()
    staff.create_token(
        session, role=Role.HEAD, agency=agency_by_code(session, "social"), name="x", now=now
    )
    assert session.scalars(select(Officer.role)).all() == [Role.HEAD]
