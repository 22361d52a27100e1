"""Promises of the house that no single feature could keep by itself."""

import ast
import re
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask

import reception
from agencies.staff import Role
from workers.app import app as celery
from workers.schedule import SCHEDULE

ROOT = Path(__file__).parents[2]
PACKAGES = ("agencies", "reception", "reports", "workers")
EDGES = ("/pages/", "/pages.py", "/commands/", "/commands.py", "/api/", "/api.py", "workers/")
KNOWING = {
    "reception/idempotency.py",  # the one commit of every call of the API
    "reception/asgi.py",  # publishes events between requests
    "agencies/db.py",  # sets up a fresh connection
    "reception/launcher/preparing.py",  # a command's hand: seeds and furnishes
}
SOURCES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
FORBIDDEN = {"utils", "helpers", "common", "manager", "base", "misc", "core"}


@pytest.fixture
def settings_in_environment(database_url: str, redis_url: str, monkeypatch: Any) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("RECEPTION_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("RECEPTION_IIN_KEY", "i" * 40)


def place(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", SOURCES, ids=place)
def test_only_the_edges_commit(file: Path) -> None:
    if place(file) in KNOWING or any(edge in place(file) for edge in EDGES):
        return

    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]

    assert not [c.lineno for c in calls if getattr(c.func, "attr", "") == "commit"]


@pytest.mark.parametrize("file", SOURCES, ids=place)
def test_a_module_is_named_after_its_subject(file: Path) -> None:
    assert file.stem not in FORBIDDEN


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    unmarked = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if not hasattr(app.view_functions[rule.endpoint], "allowed") and rule.endpoint != "static"
    ]

    assert unmarked == []


def test_every_route_names_roles_that_exist(app: Flask) -> None:
    known = {*Role, "public"}

    for view in app.view_functions.values():
        assert getattr(view, "allowed", known) <= known


def test_every_page_module_is_listed_and_loads() -> None:
    for name in reception.PAGES:
        assert import_module(name).pages.name


def test_every_command_is_listed_and_has_help() -> None:
    for module in reception.COMMANDS:
        for each in import_module(module).commands:
            assert each.help, each.name


def test_every_beat_entry_names_a_task(settings_in_environment: None) -> None:
    import_module("workers.tasks")

    for entry in SCHEDULE.values():
        assert entry["task"] in celery.tasks


def test_tasks_take_no_personal_data() -> None:
    for entry in SCHEDULE.values():
        assert not entry.get("args")


def test_the_newest_migration_equals_the_models(settings_in_environment: None) -> None:
    command.check(Config(toml_file=str(ROOT / "pyproject.toml")))


def test_the_locks_name_no_host_and_have_hashes() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        pinned = re.findall(r"^[\w.\-\[\]]+==", text, re.MULTILINE)
        assert len(pinned) == len(re.findall(r"^[\w.\-\[\]]+==[^\n]*\\\n +--hash=", text, re.M))


def test_nothing_names_the_place_it_was_made_at() -> None:
    words = ("/" + "work/", "/" + "opt/pypi", "py" + "pi.org", "pythonhosted" + ".org")
    kinds = {".py", ".md", ".toml", ".html", ".js", ".css", ".lock", ".csv", ".po", ""}
    ask = ["git", "ls-files"]
    listed = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True)
    for file in (ROOT / name for name in listed.stdout.splitlines()):
        if not file.is_file() or file.suffix not in kinds:
            continue
        text = file.read_text(encoding="utf-8", errors="ignore")
        assert not [word for word in words if word in text], file
