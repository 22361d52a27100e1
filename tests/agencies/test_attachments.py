"""Files of an appeal: kept by digest, checked before they open, erased without a break."""

import os
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select

from agencies import attachments, journal
from agencies.attachments import Attachment, Reading, Scan
from agencies.errors import Invalid, NotFound, WrongStatus
from agencies.proof import verify
from tests.agencies.files import EICAR, PDF, photo
from tests.make import make_appeal

LATER = timedelta(minutes=3)


@pytest.fixture
def appeal(session, clock):
    return make_appeal(session)


@pytest.fixture
def add(session, appeal, tmp_path, now):
    def _add(name="хат.pdf", content=PDF, to=None):
        added = attachments.attach(
            session, to or appeal, name, content, folder=tmp_path, by=None, now=now
        )
        session.commit()
        return added

    return _add


@contextmanager
def clamd(folder):
    """A scanner on a socket of its own, speaking INSTREAM; it knows one virus."""
    address = str(folder / "clamd.sock")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(address)
        door.listen()

        def serve():
            while True:
                try:
                    line, _ = door.accept()
                except OSError:
                    return
                with line, line.makefile("rb") as stream:
                    assert stream.read(10) == b"zINSTREAM\0"
                    content = b""
                    while size := int.from_bytes(stream.read(4), "big"):
                        content += stream.read(size)
                    found = EICAR in content
                    line.sendall(b"stream: Eicar FOUND\0" if found else b"stream: OK\0")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield address
        door.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def examine(session, folder, now, scanner=""):
    found = attachments.next_to_examine(session, now=now)
    attachments.examine(found, folder=folder, scanner=scanner, now=now)
    session.commit()
    return found


def test_the_bytes_lie_under_their_digest_once(session, add, tmp_path):
    first, second = add(), add("көшірме.pdf")

    assert first.digest == second.digest
    assert [file.name for file in tmp_path.glob("attachments/*/*")] == [first.digest]


def test_the_journal_holds_the_digest_and_not_the_name(session, appeal, add):
    added = add("Тасқынбаев Ерлан.pdf")

    entry = appeal.journal[-1]
    assert (entry.kind, entry.payload["digest"]) == ("attached", added.digest)
    assert "Тасқынбаев" not in journal.canonical(entry.payload).decode()
    assert verify(session).damages == []


def test_a_file_opens_only_after_the_scan(session, add, tmp_path, now):
    added = add()
    with pytest.raises(WrongStatus):
        attachments.read(added, folder=tmp_path)

    with clamd(tmp_path) as scanner:
        examine(session, tmp_path, now, scanner)

    assert added.scan is Scan.CLEAN
    assert attachments.read(added, folder=tmp_path) == PDF


def test_a_virus_keeps_the_file_closed(session, add, tmp_path, now):
    added = add("a.txt", EICAR)

    with clamd(tmp_path) as scanner:
        examine(session, tmp_path, now, scanner)

    assert added.scan is Scan.INFECTED
    with pytest.raises(WrongStatus):
        attachments.read(added, folder=tmp_path)


def test_a_scanner_that_is_down_is_asked_again_later(session, add, tmp_path, now):
    added = add()

    examine(session, tmp_path, now, str(tmp_path / "nobody"))
    assert added.scan is Scan.WAITING
    assert attachments.next_to_examine(session, now=now) is None

    with clamd(tmp_path) as scanner:
        examine(session, tmp_path, now + LATER, scanner)
    assert added.scan is Scan.CLEAN


def test_without_a_scanner_the_file_says_so_and_opens(session, add, tmp_path, now):
    added = add()

    examine(session, tmp_path, now)

    assert added.scan is Scan.UNCHECKED
    assert attachments.read(added, folder=tmp_path) == PDF


def test_words_of_a_scan_are_read_where_the_reader_is_installed(
    session, add, tmp_path, now, monkeypatch
):
    program = tmp_path / "tesseract"
    program.write_text(
        '#!/bin/sh\nif [ "$1" = --list-langs ]; then printf "kaz\\nrus\\n"; '
        'else echo "Үйде жылу жоқ ($4)"; fi\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    added = add("скан.jpg", photo())

    examine(session, tmp_path, now)

    assert (added.reading, added.words) == (Reading.DONE, "Үйде жылу жоқ (kaz+rus)")


def test_without_a_reader_nothing_waits_for_ever(session, add, tmp_path, now, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    added = add("скан.jpg", photo())

    examine(session, tmp_path, now)

    assert added.reading is Reading.UNNEEDED
    assert attachments.next_to_examine(session, now=now + LATER) is None


def test_a_file_changed_on_the_disk_is_not_given_out(session, add, tmp_path, now):
    added = add()
    examine(session, tmp_path, now)
    attachments.place_of(tmp_path, added.digest).write_bytes(b"other")

    with pytest.raises(WrongStatus):
        attachments.read(added, folder=tmp_path)


def test_erasing_leaves_the_same_file_of_another_appeal(session, add, tmp_path, now):
    mine, theirs = add(), add(to=make_appeal(session))
    examine(session, tmp_path, now)
    examine(session, tmp_path, now)

    attachments.erase(session, mine, folder=tmp_path, now=now)
    with pytest.raises(NotFound):
        attachments.read(mine, folder=tmp_path)
    assert attachments.read(theirs, folder=tmp_path) == PDF

    attachments.erase(session, theirs, folder=tmp_path, now=now)
    assert list(tmp_path.glob("attachments/*/*")) == []
    assert verify(session).damages == []


def test_bytes_of_an_undone_registration_are_swept(session, appeal, add, tmp_path, now):
    kept = add()
    lost = tmp_path / "attachments" / "ab" / ("ab" * 32)
    lost.parent.mkdir()
    lost.write_bytes(b"lost")
    for file in (lost, attachments.place_of(tmp_path, kept.digest)):
        os.utime(file, (0, 0))

    assert attachments.sweep(session, folder=tmp_path, now=now) == 1
    assert not lost.exists()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\a\\хат.pdf", "хат.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("ә" * 300 + ".pdf", "ә" * 116 + ".pdf"),
        ("..", "file"),
    ],
)
def test_a_name_cannot_mislead(sent, kept):
    assert attachments.plain_name(sent) == kept


def test_an_appeal_takes_no_more_than_fifty_files(session, appeal, add, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_FILES", 1)
    add()

    with pytest.raises(Invalid):
        add()

    assert len(list(session.scalars(select(Attachment)))) == 1
