"""What the console script promises whoever calls it: one line and an exit status."""

import json

import click
import pytest

import reception
from agencies.errors import NotFound
from reception import commands
from reception.commands import run
from reception.launcher import Refused, keys
from reception.launcher.folder import DataFolder


@pytest.fixture
def folder(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    for name in ("DATABASE_URL", "REDIS_URL", *keys.NAMES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RECEPTION_DATA", str(folder.path))
    return folder


@pytest.mark.parametrize(
    "words", [["no-such-command"], ["up", "--no-such-option"], ["web", "--port", "none"]]
)
def test_wrong_usage_is_two(words: list[str]) -> None:
    assert run(words) == 2


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Refused("the hall is closed"), "reception: the hall is closed\n"),
        (NotFound("There is no desk %(code)s.", code="A1"), "reception: There is no desk A1.\n"),
        (FileNotFoundError(2, "No such file", "/x"), "reception: /x: No such file\n"),
    ],
)
def test_a_refusal_is_one_line_and_one(
    error: Exception,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(commands, "house", click.Command("refuse", callback=refuse))

    assert run([]) == 1
    assert capsys.readouterr().err == line


def test_a_missing_server_is_one_line_and_one(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/none")
    keys.make_missing(folder, {}, demonstration=False)

    assert run(["seed"]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("reception: the database does not answer: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_is_done(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 0
    assert capsys.readouterr().out


def test_every_command_has_a_name_of_its_own_and_explains_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    offered = [each for module in reception.COMMANDS for each in commands.offered(module)]

    assert len({each.name for each in offered}) == len(offered)
    assert all(each.help for each in offered)


def test_the_doctor_answers_with_one_document(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["doctor", "--json"])

    report = json.loads(capsys.readouterr().out)
    found = {check["name"]: check for check in report["checks"]}
    assert {"PostgreSQL", "broker", "keys", "clock", "time zones", "disk", "schema"} <= set(found)
    assert found["PostgreSQL"]["found"].startswith("18.")
    assert found["schema"]["state"] == "warn"
    assert status == (0 if report["ok"] else 1)


def test_the_doctor_says_what_to_do_about_a_server_that_is_away(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/none")

    assert run(["doctor"]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert any(
        line.startswith("bad  database") and "-> check DATABASE_URL" in line for line in lines
    )
    assert any(line.startswith("bad  keys") for line in lines)
