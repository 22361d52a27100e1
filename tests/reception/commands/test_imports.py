"""`reception import cases`: what enters, what is turned away and why, and that twice is once."""

import gzip
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from agencies import proof
from agencies.appeals import Appeal
from reception import commands
from reception.commands import imports
from reception.launcher import Refused, surroundings
from tests.make import IIN_KEY, SECRET_KEY, make_officer, sign_in


@pytest.fixture
def file(tmp_path):
    """A file of the given lines, packed where its name says so."""

    def _file(*lines, name="cases.jsonl"):
        path = tmp_path / name
        text = "".join(f"{line}\n" for line in lines).encode()
        path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
        return path

    return _file


@pytest.fixture
def run(register, settings, tmp_path):
    """The command as typed, with the run's servers around it and a data folder of its own."""

    def _run(*words):
        register.commit()
        given = {
            "DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url,
            "RECEPTION_SECRET_KEY": SECRET_KEY, "RECEPTION_IIN_KEY": IIN_KEY,
            "RECEPTION_DATA": str(tmp_path / "data"),
        }  # fmt: skip
        with surroundings.entered(given):
            return CliRunner().invoke(commands.house, ["import", "cases", *map(str, words)])

    return _run


def counts(summary):
    return summary.read, summary.accepted, summary.already_present, len(summary.rejects)


def ids(session):
    return set(session.scalars(select(Appeal.source_id)))


@pytest.mark.parametrize("name", ["cases.jsonl", "cases.jsonl.gz", "packed.txt.gz"])
def test_a_file_is_read_plain_or_packed(register, line, file, name):
    summary = imports.load(register, file(line(id="c1"), line(id="c2"), name=name))

    assert counts(summary) == (2, 2, 0, 0)
    assert ids(register) == {"c1", "c2"}


def test_packed_is_told_by_the_first_bytes_and_not_by_the_name(register, line, file):
    packed = file(line(), name="cases.gz")

    assert counts(imports.load(register, packed.rename(packed.with_suffix(".jsonl")))) == (
        1, 1, 0, 0,
    )  # fmt: skip


def test_a_second_run_adds_nothing(register, line, file):
    path = file(line(id="c1"), line(id="c2"))
    imports.load(register, path)
    before = register.scalar(select(func.sum(Appeal.journal_length)))

    summary = imports.load(register, path)

    assert counts(summary) == (2, 0, 2, 0)
    assert register.scalar(select(func.sum(Appeal.journal_length))) == before


def test_a_longer_file_adds_only_what_is_new(register, line, file):
    imports.load(register, file(line(id="c1")))

    summary = imports.load(register, file(line(id="c1"), line(id="c2")))

    assert counts(summary) == (2, 1, 1, 0)


def test_an_id_that_comes_twice_in_one_file_enters_once(register, line, file):
    summary = imports.load(register, file(line(id="c1"), line(id="c1", object="Двор")))

    assert counts(summary) == (2, 1, 1, 0)
    assert "Дом" in register.scalars(select(Appeal.text)).one()


def test_bad_lines_do_not_keep_good_ones_out(register, line, file):
    lines = [
        line(id="c1"),
        "{broken",
        "",
        line(id="c2", events=[["2020-10-18T10:00:00", "status", "x"]]),
        line(id="c3", agency="spaceport"),
        line(["yesterday", "status", "x"], id="c4"),
        line(id="c5", events=[["1999-01-05T10:00:00", "received"]]),
        line(id="c6", org="?").replace("?", "\\ud800"),
        line(id="c7"),
    ]

    summary = imports.load(register, file(*lines))

    assert counts(summary) == (8, 2, 0, 6), "an empty line is none"
    assert ids(register) == {"c1", "c7"}
    assert [(r["line"], r["reason"].partition(":")[0]) for r in _by_line(summary)] == [
        (2, "not JSON"),
        (4, "no event `received`"),
        (5, "unknown agency `spaceport`"),
        (6, "time of an event cannot be read"),
        (7, "no term of law for a case received in 1999"),
        (8, "a character that cannot be kept"),
    ]
    assert _by_line(summary)[0]["text"] == "{broken"


def _by_line(summary):
    return sorted(summary.rejects, key=lambda reject: reject["line"])


def test_bytes_that_are_no_text_reject_at_most_their_line(register, line, file, tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\xff\xfe\xfa\n" + line(id="c1").encode() + b"\n")

    assert counts(imports.load(register, path)) == (2, 1, 0, 1)


def test_an_empty_file_is_no_mistake(register, file):
    assert counts(imports.load(register, file())) == (0, 0, 0, 0)


def test_more_cases_than_one_batch_all_enter(register, line, file, monkeypatch):
    monkeypatch.setattr(imports, "BATCH", 3)

    summary = imports.load(register, file(*(line(id=f"c{n % 9}") for n in range(11))))

    assert counts(summary) == (11, 9, 2, 0)
    assert proof.verify(register).damages == []


def test_a_packed_file_that_ends_too_early_says_so_and_can_be_run_again(
    register, line, file, tmp_path, monkeypatch
):
    monkeypatch.setattr(imports, "BATCH", 5)
    whole = file(*(line(id=f"c{n}", reason=f"{n * 7919}") for n in range(400)), name="cases.gz")
    part = tmp_path / "part.gz"
    part.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    with pytest.raises(Refused, match="ends too early"):
        imports.load(register, part)
    register.rollback()
    entered = len(ids(register))
    summary = imports.load(register, whole)

    assert 0 < entered < 400
    assert counts(summary) == (400, 400 - entered, entered, 0)


def test_the_command_prints_one_json_document(run, line, file):
    path = file(line(id="c1"), line(id="c1"), "{broken")

    done = run(path, "--json")

    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert set(told) == {
        "read", "accepted", "already_present", "rejected", "rejects_file", "seconds",
    }  # fmt: skip
    assert [told[key] for key in ("read", "accepted", "already_present", "rejected")] == [
        3, 1, 1, 1,
    ]  # fmt: skip


def test_the_rejects_file_has_number_and_reason_and_is_its_owners_alone(run, line, file):
    done = run(file(line(id="c1"), "{broken Ә", line(id="c2", agency="spaceport")), "--json")

    kept = Path(json.loads(done.stdout)["rejects_file"])
    rejects = [json.loads(each) for each in kept.read_text(encoding="utf-8").splitlines()]
    assert [reject["line"] for reject in rejects] == [2, 3]
    assert all(set(reject) == {"line", "reason", "text"} for reject in rejects)
    assert rejects[0]["text"] == "{broken Ә"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_without_rejects_there_is_no_rejects_file(run, line, file, tmp_path):
    done = run(file(line(id="c1")))

    assert "1 read, 1 accepted, 0 already present, 0 rejected" in done.output
    assert not (tmp_path / "data" / "rejects").exists()


def test_the_summary_for_people_names_the_rejects_file(run, file):
    done = run(file("{broken"))

    assert "1 rejected" in done.output
    assert "rejected lines: " in done.output


def test_a_file_that_is_not_there_is_wrong_usage(run, tmp_path):
    done = run(tmp_path / "nothing.jsonl")

    assert done.exit_code == 2
    assert "does not exist" in done.output


def test_an_imported_case_opens_in_the_workspace_of_a_supervisor(register, client, line, file):
    imports.load(register, file(line(["2020-10-19T11:00:00", "status", "Завершено"])))
    sign_in(client, make_officer(register, "supervisor"))

    page = client.get("/workspace/appeals/IMP-c1?lang=en")

    assert page.status_code == 200
    assert "IMP-c1" in page.text
