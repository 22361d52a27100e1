"""The record of a hearing: who was heard, how, with which result, and where that is read."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest

from agencies import erasures, hearings, minutes, proof, terms
from agencies.attachments import Attachment
from agencies.errors import Invalid, WrongStatus
from agencies.minutes import Minutes
from agencies.reference import labels
from agencies.sealing import link_key
from agencies.staff import Role
from tests.agencies.pages.test_case import address, send
from tests.make import SECRET_KEY, make_appeal, make_officer, sign_in

SAID = Minutes("applicant", "in_person", "objects", "Келіспейтінін айтты.")
NOBODY = Minutes("nobody", protocol="Шақырту 24.11 табысталды.")


@pytest.fixture
def officer(client, session):
    person = make_officer(session, Role.OFFICER)
    sign_in(client, person)
    return person


@pytest.fixture
def appeal(session, officer, now):
    made = make_appeal(session, status="in_work", officer=officer)
    set_hearing(session, made.claims[0], officer, now)
    session.commit()
    return made


def set_hearing(session, claim, officer, now):
    hearings.hear(
        session, claim, on=claim.due_on - timedelta(days=4), decision="Бас тарту.",
        law=terms.law(session), by=officer, now=now, hour="14:30", place="214-бөлме",
    )  # fmt: skip


def hour_of(claim, hour=10):
    """On the day of the hearing: 15:00 in Almaty by default."""
    day = claim.hearing_on
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_the_codes_are_those_of_the_reviewed_file():
    assert tuple(labels("hearing_came")) == minutes.CAME
    assert tuple(labels("hearing_way")) == minutes.WAYS
    assert tuple(labels("hearing_result")) == minutes.RESULTS


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Minutes(""), {"came", "way", "result", "protocol"}),
        (Minutes("applicant", "by_post", "objects", "Айтты."), {"way"}),
        (Minutes("applicant", "video", "", "Айтты."), {"result"}),
        (Minutes("nobody", protocol=" "), {"protocol"}),
        (Minutes("applicant", "video", "agrees", "а" * 20_001), {"protocol"}),
    ],
)
def test_what_is_left_out_is_told_by_field(session, appeal, officer, said, fields):
    claim = appeal.claims[0]

    with pytest.raises(Invalid) as wrong:
        minutes.record(session, claim, said, by=officer, now=hour_of(claim))

    assert set(wrong.value.fields) == fields


@pytest.mark.parametrize("said", [SAID, NOBODY])
def test_before_its_hour_only_a_view_in_writing_is_recorded(session, appeal, officer, said):
    claim = appeal.claims[0]
    before = hour_of(claim, hour=9)

    with pytest.raises(Invalid) as wrong:
        minutes.record(session, claim, said, by=officer, now=before)
    assert "still to come" in str(wrong.value.fields)
    written = Minutes("representative", "writing", "objects", "Жазбаша пікір.")
    minutes.record(session, claim, written, by=officer, now=before - timedelta(days=2))

    assert claim.heard_at is not None


def test_a_hearing_is_recorded_once_and_a_new_one_anew(session, appeal, officer, now):
    claim = appeal.claims[0]
    minutes.record(session, claim, NOBODY, by=officer, now=hour_of(claim))
    assert claim.heard_at is None, "whoever comes late is still heard"
    minutes.record(session, claim, SAID, by=officer, now=hour_of(claim))

    with pytest.raises(WrongStatus, match="recorded already"):
        minutes.record(session, claim, SAID, by=officer, now=hour_of(claim))
    set_hearing(session, claim, officer, now)
    session.commit()
    session.expire_all()

    assert not minutes.is_held(claim, appeal.journal)
    assert minutes.newest(claim, appeal.journal) == {}


def test_the_form_keeps_a_recording_and_case_and_applicant_read_the_result(
    client, session, appeal, officer, clock
):
    claim = appeal.claims[0]
    clock.moment = hour_of(claim)
    sign_in(client, officer)
    said = {"came": "applicant", "way": "video", "result": "new_facts", "protocol": "Акт берді."}
    sound = {"recording": (BytesIO(b"OggS" + bytes(200)), "jazba.ogg")}

    wrong = send(client, appeal, "heard", **said, recording=(BytesIO(b"MZ\x00\x90"), "jazba.exe"))
    kept = send(client, appeal, "heard", **said, **sound)

    assert (wrong.status_code, "This kind of file is not taken" in wrong.text) == (422, True)
    assert kept.status_code == 302
    (file,) = session.query(Attachment).all()
    case = client.get(f"{address(appeal)}?lang=ru").text
    followed = client.get(f"/a/{link_key(SECRET_KEY, 'appeal', appeal.link_seed)}?lang=ru").text
    for page in (case, followed):
        assert "заявитель, по видеосвязи. Итог: представлены новые доводы" in page
    session.refresh(appeal, ["journal"])
    assert minutes.newest(claim, appeal.journal)["recording"] == file.digest


def test_an_erasure_takes_the_protocol_and_leaves_what_happened(
    session, appeal, officer, now, tmp_path
):
    claim = appeal.claims[0]
    minutes.record(session, claim, SAID, by=officer, now=hour_of(claim))
    claim.status = appeal.status = "closed"
    session.commit()

    erasures.erase(session, appeal, rule="appeal", folder=tmp_path, now=now)
    session.commit()
    session.expire_all()

    told = minutes.newest(claim, appeal.journal)
    assert {told["came"], told["way"], told["result"]} == {"applicant", "in_person", "objects"}
    assert "protocol" not in told
    assert proof.verify(session).holds
