"""A case given out as an archive: whole, signed, and telling of any hand that touched it."""

import io
import json
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from agencies import appeals, attachments, erasures
from agencies.attachments import Attachment, Scan
from agencies.readings import CardReading, Sight
from reception import archives, documents
from reception.commands.archives import archive
from reception.documents import DocumentKind
from tests.agencies.files import PDF
from tests.make import FICTIONAL_IIN, SECRET_KEY, keys, make_appeal, make_officer, sign_in

REASON = "Сот сұрауы, 2026 жылғы 20 қараша, № 3-17"
KEY = archives.public_key(SECRET_KEY)


@pytest.fixture
def given(client, session, settings, now):
    """The archive of a case with a file and a letter, as a head of the agency gets it."""
    head = make_officer(session, "head")
    appeal = make_appeal(session, status="answered")
    file = attachments.attach(session, appeal, "шатыр.pdf", PDF, folder=settings.data, by=head,
                              now=now)  # fmt: skip
    file.scan = Scan.CLEAN
    letter = documents.request_document(
        session, appeal, kind=DocumentKind.LETTER, language="kk", now=now
    )
    documents.keep(letter, b"%PDF-letter", now=now)
    session.commit()
    sign_in(client, head)
    answer = client.post(f"/appeals/{appeal.number}/archive", data={"archive-reason": REASON})
    assert answer.mimetype == "application/zip"
    content = answer.data
    answer.close()
    return appeal, content


@pytest.fixture
def kept(given, tmp_path):
    file = tmp_path / "case.zip"
    file.write_bytes(given[1])
    return file


def altered(file, change, name):
    """A copy in which the bytes of one entry were changed, left out (None) or added."""
    copy = file.with_name("altered.zip")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(copy, "w") as target:
        names = dict.fromkeys([*source.namelist(), name])
        for each in names:
            content = source.read(each) if each in source.namelist() else b""
            content = change(content) if each == name else content
            if content is not None:
                target.writestr(each, content)
    return copy


def test_the_archive_holds_the_whole_case_and_proves_itself(given, kept):
    appeal, _ = given
    found = archives.verify(kept, key=KEY)

    assert (found.faults, found.number) == ((), appeal.number)
    with zipfile.ZipFile(kept) as archive:
        told = json.loads(archive.read("appeal.json"))
        rows = [json.loads(line) for line in archive.read("journal.jsonl").splitlines()]
        names = archive.namelist()
        assert archive.read(next(n for n in names if n.startswith("files/"))) == PDF
    assert told["applicant"]["number"] == FICTIONAL_IIN
    assert "papers/letter-kk.pdf" in names
    assert rows[-1]["kind"] == "exported"
    assert found.rows == len(rows)


def test_giving_out_is_in_the_journal_and_among_the_readings_with_its_reason(given, session):
    appeal, _ = given
    session.expire_all()

    assert appeal.journal[-1].kind == "exported"
    reading = session.scalars(select(CardReading).where(CardReading.sight == Sight.ARCHIVE)).one()
    assert reading.reason == REASON


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("appeal.json", lambda c: c.replace(b"answered", b"closed00"), "appeal.json was changed"),
        ("papers/letter-kk.pdf", lambda c: None, "papers/letter-kk.pdf is missing"),
        ("papers/more.pdf", lambda c: b"x", "papers/more.pdf was added"),
        ("manifest.json", lambda c: c.replace(b"3-17", b"3-18"), "the signature is not that"),
        ("journal.jsonl", lambda c: b"\n".join(c.split(b"\n")[:-2]), "the journal was cut off"),
        ("journal.jsonl", lambda c: c.replace(b'"routed"', b'"closed"'), "row 2 of the journal"),
        ("journal.jsonl", lambda c: c.replace(b'"housing"', b'"police0"'), "the words of row 2"),
    ],
)
def test_each_sort_of_damage_is_named(kept, name, change, fault):
    found = archives.verify(altered(kept, change, name), key=KEY)

    assert any(told.startswith(fault) for told in found.faults), found.faults


def test_another_hall_s_signature_and_other_files_do_not_hold(kept, tmp_path):
    assert not archives.verify(kept, key=archives.public_key("another" * 9)).holds
    assert not archives.verify(kept, key="no key").holds
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK nonsense")
    assert not archives.verify(other, key=KEY).holds
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("manifest.json", "[]")
    assert not archives.verify(other, key=KEY).holds


def test_the_command_tells_whether_an_archive_holds(kept):
    def asked(file, *words):
        done = CliRunner().invoke(archive, ["verify", str(file), "--key", KEY, *words],
                                  standalone_mode=False)  # fmt: skip
        return done.return_value, done.output

    status, told = asked(kept, "--json")
    assert (status, json.loads(told)["ok"]) == (0, True)
    broken = altered(kept, lambda c: None, "papers/letter-kk.pdf")
    status, told = asked(broken)
    assert (status, "papers/letter-kk.pdf is missing" in told) == (1, True)


def test_what_was_erased_or_never_checked_is_left_out_and_named(session, settings, now):
    head, admin = make_officer(session, "head"), make_officer(session, "admin")
    appeal = make_appeal(session, status="closed")
    attachments.attach(session, appeal, "a.pdf", PDF, folder=settings.data, by=head, now=now)
    session.flush()
    erasures.erase(session, appeal, rule="appeal", folder=settings.data, now=now)
    target = io.BytesIO()
    archives.export(session, appeal, target, reason=REASON, keys=keys(), folder=settings.data,
                    by=admin, now=now)  # fmt: skip

    with zipfile.ZipFile(target) as archive:
        told = json.loads(archive.read("manifest.json"))
        assert session.scalars(select(Attachment)).one().digest == told["left_out"][0]["sha256"]
    file = settings.data / "erased.zip"
    file.write_bytes(target.getvalue())
    assert archives.verify(file, key=KEY).faults == ()


def test_without_a_reason_or_a_right_nothing_is_given(client, session):
    appeal = make_appeal(session, status="in_work")
    path = f"/appeals/{appeal.number}/archive"
    sign_in(client, make_officer(session, "head"))
    assert client.post(path, data={"archive-reason": " "}).status_code == 302
    assert "archive-reason" in client.get(f"/workspace/appeals/{appeal.number}").text
    session.expire_all()
    held = appeals.by_number(session, appeal.number, officer=make_officer(session, "admin"))
    assert "exported" not in [entry.kind for entry in held.journal]

    sign_in(client, make_officer(session, "officer"))
    assert "archive-reason" not in client.get(f"/workspace/appeals/{appeal.number}").text
    assert client.post(path, data={"archive-reason": REASON}).status_code == 403
