"""What exists is documented, and what is documented exists."""

import ast
import re
from importlib import import_module
from pathlib import Path

import click
import pytest
from flask import Flask

import reception

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SETTINGS = ROOT / "reception" / "settings.py"
SET_BY_THE_HOUSE = {"XDG_DATA_HOME"}


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def settings_read() -> set[str]:
    constants = (
        node.value
        for node in ast.walk(ast.parse(SETTINGS.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return {text for text in constants if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)}


def commands() -> list[str]:
    found = []
    for module in reception.COMMANDS:
        for each in import_module(module).commands:
            inner = each.commands if isinstance(each, click.Group) else {"": each}
            found += [f"{each.name} {name}".strip() for name in inner]
    return sorted(set(found))


def test_every_setting_is_documented() -> None:
    described = text_of("docs/running.md")

    assert not [name for name in settings_read() - SET_BY_THE_HOUSE if name not in described]


def test_every_command_is_documented() -> None:
    described = text_of("README.md", "docs/running.md")

    assert not [name for name in commands() if f"reception {name}" not in described]


def test_every_call_of_the_api_is_documented(app: Flask) -> None:
    described = text_of("docs/api.md")
    missing = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            plain = re.sub(r"<(?:[^:>]+:)?([a-z_]+)>", "{}", rule.rule.removeprefix("/api/v1"))
            known = re.sub(r"\{[a-z_]*\}", "{}", described)
            if plain not in known and plain.rsplit("/", 1)[-1] not in known:
                missing.append(rule.rule)

    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    inside = [link for link in links if "://" not in link]
    assert not [link for link in inside if not (page.parent / link).exists()]


def test_every_test_that_the_figures_are_held_by_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", text_of("docs/figures.md")))
    tests = [file.read_text() for file in (ROOT / "tests").rglob("test_*.py")]
    known = {name for text in tests for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}

    assert len(named) > 30
    assert named - known == set()


def test_the_contract_s_make_targets_exist() -> None:
    made = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))

    assert {"run", "test", "env", "check", "bench", "help"} <= made
