"""A migration changes the big tables without keeping the hall from them while it runs.

Each is printed as SQL with no database and read by squawk. Those before the rule came are left as
they are; small tables may be locked, for a moment nobody notices.
"""

import io
import json
import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask

from agencies.db import Base

FIRST = "0210"
BIG = frozenset(
    ["appeal", "applicant", "attachment", "booking", "card_reading", "change", "claim",
     "claim_outlook", "dispatch", "document", "event", "idempotency_key", "journal_entry", "notice",
     "observation", "reminder", "routing_choice", "ticket", "ticket_wait", "visit_step", "visitor"]
)  # fmt: skip
"""Tables that grow with every visit, appeal, notice or observation."""
LOCKING = frozenset(
    ["adding-field-with-default", "adding-foreign-key-constraint", "adding-not-nullable-field",
     "adding-primary-key-constraint", "adding-required-field", "adding-serial-primary-key-field",
     "changing-column-type", "constraint-missing-not-valid", "disallowed-unique-constraint",
     "require-concurrent-index-creation", "require-concurrent-index-deletion",
     "ban-concurrent-index-creation-in-transaction"]
)  # fmt: skip
"""Rules of squawk about locks that last; the others are of taste."""
TABLE = re.compile(r"\b(?:TABLE|ON)\s+(?:ONLY\s+)?(\w+)", re.IGNORECASE)
INDEX = re.compile(r"\bDROP INDEX\s+(?:CONCURRENTLY\s+)?(?:IF EXISTS\s+)?(\w+)", re.IGNORECASE)
MIGRATIONS = sorted((Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"))
NEW = [file for file in MIGRATIONS if file.name[:4] >= FIRST]
HEAD = "from alembic import op\nimport sqlalchemy as sa\ndef upgrade():\n    "


def printed(file: Path) -> str:
    spec = spec_from_file_location(f"migration_{file.stem}", file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    written = io.StringIO()
    told = {"as_sql": True, "output_buffer": written, "transaction_per_migration": True}
    context = MigrationContext.configure(dialect_name="postgresql", opts=told)
    with Operations.context(context), context.begin_transaction(_per_migration=True):
        module.upgrade()
    return written.getvalue()


def locks(file: Path) -> list[str]:
    """What would lock a big table for long, with the statement that does."""
    sql = printed(file)
    squawk = [Path(sys.executable).with_name("squawk"), "--pg-version", "15", "--reporter", "json"]
    told = subprocess.run(squawk, input=sql, capture_output=True, text=True, check=False)
    lines = sql.splitlines()
    return [
        f"{found['rule_name']}: {statement}"
        for found in json.loads(told.stdout)
        if found["rule_name"] in LOCKING
        and touches_big(statement := first_line(lines, found["line"]))
    ]


def first_line(lines: list[str], number: int) -> str:
    """Of the statement there; squawk counts the blank line before it."""
    return next(line for line in lines[number:] if line.strip())


def touches_big(statement: str) -> bool:
    table, index = TABLE.search(statement), INDEX.search(statement)
    if index:
        return any(re.match(rf"[a-z]+_{name}(_|$)", index[1]) for name in BIG)
    return table is not None and table[1] in BIG


@pytest.mark.parametrize("file", NEW, ids=lambda file: file.stem)
def test_a_migration_keeps_nobody_from_a_big_table(file: Path) -> None:
    assert locks(file) == []


@pytest.mark.parametrize(
    ("done", "rule"),
    [
        ('op.create_index("ix_claim_a", "claim", ["a"])', "require-concurrent-index-creation"),
        ('op.drop_index("ix_claim_a", table_name="claim")', "require-concurrent-index-deletion"),
        ('op.add_column("appeal", sa.Column("a", sa.Integer, nullable=False))',
         "adding-required-field"),
        ('op.alter_column("ticket", "a", nullable=False)', "adding-not-nullable-field"),
        ('op.alter_column("event", "a", type_=sa.BigInteger)', "changing-column-type"),
        ('op.create_check_constraint("c", "notice", "a > 0")', "constraint-missing-not-valid"),
        ('op.create_foreign_key("f", "claim", "agency", ["a"], ["id"])',
         "adding-foreign-key-constraint"),
    ],
)  # fmt: skip
def test_each_lock_that_lasts_is_found(tmp_path: Path, done: str, rule: str) -> None:
    file = tmp_path / "locking.py"
    file.write_text(HEAD + done)

    assert rule in {found.partition(":")[0] for found in locks(file)}


@pytest.mark.parametrize(
    "done",
    [
        'op.create_index("ix_desk_a", "desk", ["a"])',
        'op.add_column("claim", sa.Column("a", sa.Integer))',
        'op.add_column("claim", sa.Column("a", sa.Integer, server_default="1", nullable=False))',
        'op.create_table("a", sa.Column("b", sa.Integer, sa.ForeignKey("claim.id"), index=True))',
        (
            "with op.get_context().autocommit_block():\n        "
            'op.create_index("ix_claim_a", "claim", ["a"], postgresql_concurrently=True)'
        ),
    ],
)
def test_what_is_done_in_a_moment_is_let_be(tmp_path: Path, done: str) -> None:
    file = tmp_path / "quick.py"
    file.write_text(HEAD + done)

    assert locks(file) == []


def test_every_big_table_exists(app: Flask) -> None:
    assert BIG - set(Base.metadata.tables) == set()
