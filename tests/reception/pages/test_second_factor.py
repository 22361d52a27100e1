"""The second step of signing in: a code of the telephone beside the password."""

import re
from dataclasses import replace

import pytest

from agencies import second_factor
from agencies.sealing import Seal
from agencies.staff import Role
from reception.commands import run
from tests.make import IIN_KEY, PASSWORD, make_officer, sign_in


@pytest.fixture
def saule(session):
    return make_officer(session, Role.SUPERVISOR, login="saule", password=PASSWORD)


@pytest.fixture
def required(app, monkeypatch):
    """The house asks it of supervisors."""
    settings = replace(app.config["SETTINGS"], second_factor=frozenset({"supervisor"}))
    monkeypatch.setitem(app.config, "SETTINGS", settings)


def password(client):
    return client.post("/sign-in?lang=en", data={"login": "saule", "password": PASSWORD})


def typed(client, code):
    return client.post("/sign-in/code?lang=en", data={"code": code})


def bound(client, clock):
    """Sign in for the first time and bind a device; gives its secret."""
    password(client)
    secret = re.search(r"<code[^>]*>([A-Z2-7]+)<", client.get("/sign-in/code").text)[1]
    answer = typed(client, second_factor.code_at(secret, second_factor.step_of(clock.now())))
    assert answer.status_code == 302
    client.post("/sign-out")
    clock.advance(minutes=1)
    return secret


def current(secret, clock):
    return second_factor.code_at(secret, second_factor.step_of(clock.now()))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(seconds, code):
    """RFC 6238, appendix B, shortened to six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

    assert second_factor.code_at(secret, seconds // second_factor.STEP_S) == code


def test_whoever_must_have_a_second_factor_binds_it_before_coming_in(
    client, saule, required, clock
):
    answer = password(client)

    assert "/sign-in/code" in answer.location
    assert client.get("/workspace").status_code == 302, "the password alone opens nothing"
    page = client.get("/sign-in/code?lang=en")
    assert "otpauth" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    secret = re.search(r"<code[^>]*>([A-Z2-7]+)<", page.text)[1]
    assert typed(client, "000000").status_code == 422
    assert typed(client, current(secret, clock)).status_code == 302
    assert client.get("/workspace").status_code == 200


def test_a_code_opens_once_and_only_about_its_own_half_minute(client, saule, required, clock):
    secret = bound(client, clock)

    password(client)
    old = second_factor.code_at(secret, second_factor.step_of(clock.now()) - 2)
    assert typed(client, old).status_code == 422
    code = current(secret, clock)
    assert typed(client, f"{code[:3]} {code[3:]}").status_code == 302
    client.post("/sign-out")
    password(client)
    assert typed(client, code).status_code == 422, "it was used"


def test_five_wrong_codes_close_the_step_however_often_the_password_is_right(
    client, saule, required, clock
):
    secret = bound(client, clock)
    for _ in range(5):
        password(client)
        typed(client, "000000")

    password(client)
    closed = typed(client, current(secret, clock))
    assert closed.status_code == 403
    assert "Too many wrong attempts" in closed.text
    clock.advance(minutes=16)
    password(client)
    assert typed(client, current(secret, clock)).status_code == 302


def test_a_code_without_the_password_or_long_after_it_opens_nothing(client, saule, required, clock):
    secret = bound(client, clock)
    assert typed(client, current(secret, clock)).location.endswith("/sign-in")

    password(client)
    clock.advance(minutes=6)
    assert typed(client, current(secret, clock)).location.endswith("/sign-in")
    assert client.get("/workspace").status_code == 302


def test_anybody_binds_a_device_under_the_own_name_and_is_asked_from_then_on(
    session, client, clock
):
    officer = make_officer(session, Role.CLERK, login="saule", password=PASSWORD)
    sign_in(client, officer)
    page = client.get("/account/second-factor").text
    assert 'href="/account/second-factor"' in page
    secret = re.search(r"<code[^>]*>([A-Z2-7]+)<", page)[1]
    code = current(secret, clock)
    assert client.post("/account/second-factor", data={"code": "1"}).status_code == 422
    assert client.post("/account/second-factor", data={"code": code}).status_code == 302
    client.post("/sign-out")

    assert "/sign-in/code" in password(client).location


def test_another_device_is_bound_only_by_whoever_has_the_one_before(session, client, clock):
    officer = make_officer(session, Role.CLERK, login="saule", password=PASSWORD)
    secret = second_factor.new_secret()
    second_factor.bind(
        session, officer, secret=secret, code=current(secret, clock), seal=Seal.of(IIN_KEY),
        now=clock.now(),
    )  # fmt: skip
    session.commit()
    clock.advance(minutes=1)
    sign_in(client, officer)
    page = client.get("/account/second-factor?lang=en").text
    assert 'name="current"' in page
    new = current(re.search(r"<code[^>]*>([A-Z2-7]+)<", page)[1], clock)

    def bind(told):
        return client.post("/account/second-factor", data={"code": new, "current": told})

    assert bind("").status_code == 422
    assert bind("000000").status_code == 422
    assert bind(current(secret, clock)).status_code == 302


def test_a_lost_telephone_is_let_go_and_its_sessions_end(
    client, saule, required, clock, session, monkeypatch, settings, capsys
):
    bound(client, clock)
    for name, value in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url),
                        ("RECEPTION_SECRET_KEY", settings.secret_key),
                        ("RECEPTION_IIN_KEY", settings.iin_key)):  # fmt: skip
        monkeypatch.setenv(name, value)
    before = saule.session_key

    assert run(["second-factor", "release", "saule"]) == 0
    assert run(["second-factor", "release", "nobody"]) == 1

    session.refresh(saule)
    assert saule.session_key != before
    assert session.get(second_factor.SecondFactor, saule.id) is None
    password(client)
    assert "<code" in client.get("/sign-in/code").text, "a new one is bound"


def test_the_secret_of_a_device_is_sealed(client, saule, required, clock, session):
    secret = bound(client, clock)

    kept = session.get(second_factor.SecondFactor, saule.id)

    assert secret.encode() not in kept.secret_sealed
