"""The console script over the real register: keys, terms, routes, the proof of the journals."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from reception import commands
from tests.make import IIN_KEY, SECRET_KEY, bearer, make_appeal


@pytest.fixture
def run(database, settings, monkeypatch, capsys):
    """Runs `reception ...` against the run's database: (status, standard output, error output)."""
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    monkeypatch.setenv("RECEPTION_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("RECEPTION_IIN_KEY", IIN_KEY)
    monkeypatch.setenv("RECEPTION_DATA", str(settings.data))

    def run(*words):
        status = commands.run(list(words))
        return status, *capsys.readouterr()

    return run


def test_a_new_key_is_the_only_thing_printed_and_opens_the_api(run, client):
    status, out, _ = run("token", "create", "--role", "clerk", "--name", "порталдың өзі")

    assert status == 0
    assert len(out.split()) == 1
    assert client.get("/api/v1/services", headers=bearer(out.strip())).status_code == 200


def test_a_key_of_an_agency_acts_for_that_agency(run, client, session):
    _, out, _ = run("token", "create", "--role", "officer", "--agency", "housing")
    ours = make_appeal(session, status="routed")
    make_appeal(session, status="routed", agency="police")

    items = client.get("/api/v1/appeals", headers=bearer(out.strip())).json["items"]
    assert [item["number"] for item in items] == [ours.number]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--role", "officer"], 2),
        (["--role", "king"], 2),
        ([], 2),
        (["--role", "head", "--agency", "nobody"], 1),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(run, words, status):
    found, out, err = run("token", "create", *words)

    assert (found, out) == (status, "")
    assert err.strip()


def test_a_term_comes_from_the_tables_of_law(run):
    status, out, _ = run(
        "term", "--kind", "application", "--received", "2026-11-23 18:31", "--json"
    )

    assert status == 0
    found = json.loads(out)
    assert set(found) == {"policy", "registered_on", "due_on", "basis", "extendable_to"}
    assert (found["registered_on"], found["due_on"]) == ("2026-11-24", "2026-12-15")


def test_a_term_that_reaches_into_a_year_without_a_calendar_says_so_in_each_language(run):
    _, out, known = run("term", "--kind", "application", "--received", "2026-12-01 10:00", "--json")
    _, _, told = run("term", "--kind", "application", "--received", "2030-12-20 10:00", "--json")

    assert known == ""
    assert json.loads(out)["due_on"] == "2026-12-23"
    assert len(told.splitlines()) == 3
    assert all("2030, 2031" in line for line in told.splitlines())


def test_the_course_of_a_term_names_every_day_with_its_article(run):
    _, out, _ = run(
        "term", "--kind", "request", "--received", "2026-11-23 10:00", "--course", "--json"
    )

    days = json.loads(out)["days"]
    assert {
        "what": "redirect",
        "on": "2026-11-26",
        "policy": "C-R",
        "basis": "Code art. 65",
    } in days
    assert all(day["basis"] for day in days)


def test_a_replay_of_the_journals_finds_a_term_that_was_changed_by_hand(run, session):
    appeal = make_appeal(session)
    assert json.loads(run("journal", "replay", "--json")[1]) == {
        "ok": True, "claims": 1, "differences": [],
    }  # fmt: skip

    session.execute(text("UPDATE claim SET due_on = due_on + 1"))
    session.commit()

    status, _, err = run("journal", "replay")
    assert status == 1
    assert appeal.number in err


def test_a_case_that_no_law_knows_is_refused_in_one_line(run):
    status, out, err = run(
        "term", "--kind", "request", "--received", "2026-11-23 10:00", "--case", "nonsense"
    )

    assert (status, out, err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize("received", ["2026-02-30 10:00", "tomorrow", "2026-11-23"])
def test_a_moment_that_is_none_is_wrong_usage(run, received):
    assert run("term", "--kind", "request", "--received", received)[0] == 2


def test_suggestions_on_the_command_line_are_those_of_the_api(run, api):
    text_ = "Ауламызда шам жанбайды, жылу жоқ"

    _, out, _ = run("routing", "suggest", text_, "--json")

    assert json.loads(out) == api("clerk").post("/routing/suggestions", {"text": text_}).json


@pytest.fixture
def lines(tmp_path):
    """Made-up cases: forty of each of two agencies, and a line without an agency."""
    whole, broken = tmp_path / "cases.jsonl", tmp_path / "broken.jsonl"
    rows = [
        {"text": f"{word} {number} {other}", "agency": agency, "language": "ru"}
        for agency, word, other in (
            ("akimat-medeu", "качели", "песок"),
            ("social", "опека", "дети"),
        )
        for number in range(40)
    ]
    whole.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    broken.write_text('{"text": "яма"}\n', encoding="utf-8")
    return whole, broken


def test_the_routing_learns_from_a_file_and_is_measured_on_it(run, session, lines):
    assert run("routing", "train", str(lines[0]), "--json")[0] == 0

    status, out, _ = run("routing", "evaluate", str(lines[0]), "--json")

    found = json.loads(out)
    assert status == 0
    assert {
        "n", "top1", "top3", "macro_f1", "ece", "refused", "by_agency", "by_language",
        "p50_ms", "p99_ms",
    } <= set(found)  # fmt: skip
    assert (found["n"], found["top1"], found["macro_f1"]) == (80, 1.0, 1.0)
    assert found["by_agency"]["akimat"]["n"] == 40


def test_a_line_that_cannot_be_read_is_named(run, lines):
    status, out, err = run("routing", "train", str(lines[1]), "--json")

    assert (status, out) == (1, "")
    assert "Line 1" in err


def test_an_untouched_register_verifies(run, session):
    make_appeal(session, status="answered")

    status, out, _ = run("journal", "verify", "--json")

    assert status == 0
    found = json.loads(out)
    assert (found["ok"], found["appeals"], found["damages"]) == (True, 1, [])


def test_a_changed_row_is_named_and_fails(run, session, database):
    good, bad = make_appeal(session), make_appeal(session, status="answered")
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER keep_journal"))
        connection.execute(
            text(
                'UPDATE journal_entry SET payload = payload || \'{"text": "other"}\' '
                "WHERE appeal_id = :appeal AND position = 3"
            ),
            {"appeal": bad.id},
        )
        connection.execute(text("ALTER TABLE journal_entry ENABLE TRIGGER keep_journal"))

    status, out, err = run("journal", "verify", "--json")

    assert status == 1
    assert json.loads(out)["first_damage"]["position"] == 3
    assert bad.number in err
    assert good.number not in err


def test_the_rules_of_storage_are_counted_and_done(run, session):
    long_ago = datetime(2019, 5, 13, 5, tzinfo=UTC)
    who = {"name": "Ерлан Тасқынбаев", "phone": "+77010000001"}
    make_appeal(session, status="closed", now=long_ago, applicant=who)
    make_appeal(session, status="closed", now=long_ago.replace(year=2025), applicant=who)

    _, due, _ = run("retention", "due", "--json")
    status, done, _ = run("retention", "erase", "--yes")
    _, left, _ = run("retention", "due", "--json")

    assert json.loads(due) == {"appeal": 1, "contacts": 2}
    assert (status, done) == (0, "1 appeals were erased, and the contacts of 1 more\n")
    assert json.loads(left) == {"appeal": 0, "contacts": 0}
