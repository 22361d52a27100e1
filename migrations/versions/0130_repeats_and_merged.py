"""repeated and merged appeals"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0130"
down_revision: str | None = "0121"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BEFORE = ("registered", "routed", "in_work", "in_approval", "answered", "closed", "withdrawn")
OPEN = "status NOT IN ('answered', 'closed', 'withdrawn')"
OPEN_NOW = "status NOT IN ('answered', 'closed', 'withdrawn', 'merged')"


def _allow(*statuses: str) -> None:
    listed = ", ".join(f"'{status}'" for status in statuses)
    for table in ("appeal", "claim"):
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_claimstatus")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_claimstatus"
            f" CHECK (status IN ({listed})) NOT VALID"
        )
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_claimstatus")


def _index(condition: str) -> None:
    for name, columns in (
        ("ix_claim_open", ["due_on", "id"]),
        ("ix_claim_open_agency", ["agency_id", "due_on", "id"]),
    ):
        op.drop_index(name, table_name="claim")
        op.create_index(name, "claim", columns, postgresql_where=condition)


def upgrade() -> None:
    _allow(*BEFORE, "merged")
    _index(OPEN_NOW)
    for name in ("repeats_id", "merged_into_id"):
        op.add_column("appeal", sa.Column(name, sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_appeal_{name}"), "appeal", "appeal", [name], ["id"])
        op.create_index(
            op.f(f"ix_appeal_{name}"), "appeal", [name], postgresql_where=f"{name} IS NOT NULL"
        )
    op.add_column(
        "appeal", sa.Column("repeat_reason", sa.String(32), server_default="", nullable=False)
    )
    op.add_column(
        "appeal",
        sa.Column("repeat_new", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column(
        "appeal", sa.Column("repeat_marked_at", sa.DateTime(timezone=True), nullable=True)
    )
    for name in ("phone", "email"):
        op.create_index(
            op.f(f"ix_applicant_{name}"), "applicant", [name], postgresql_where=f"{name} <> ''"
        )


def downgrade() -> None:
    for name in ("phone", "email"):
        op.drop_index(op.f(f"ix_applicant_{name}"), table_name="applicant")
    op.execute("UPDATE claim SET status = 'withdrawn' WHERE status = 'merged'")
    op.execute("UPDATE appeal SET status = 'withdrawn' WHERE status = 'merged'")
    for name in ("repeat_marked_at", "repeat_new", "repeat_reason", "merged_into_id", "repeats_id"):
        op.drop_column("appeal", name)
    _index(OPEN)
    _allow(*BEFORE)
