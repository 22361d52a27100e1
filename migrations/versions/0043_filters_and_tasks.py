"""filters of the work list that a person keeps, and tasks on a claim"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0043"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name=op.f("fk_saved_filter_officer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("officer_id", "name", name=op.f("uq_saved_filter_officer_id_name")),
    )
    op.create_table(
        "claim_task",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_claim_task_by_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_task_claim_id")),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["officer.id"], name=op.f("fk_claim_task_done_by_id")
        ),
        sa.ForeignKeyConstraint(["to_id"], ["officer.id"], name=op.f("fk_claim_task_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_task")),
    )
    op.create_index(op.f("ix_claim_task_claim_id"), "claim_task", ["claim_id"], unique=False)
    op.create_index(
        "ix_claim_task_untold",
        "claim_task",
        ["due_on"],
        unique=False,
        postgresql_where=sa.text("told_at IS NULL AND done_at IS NULL"),
    )
    op.create_index(
        "uq_claim_task_open",
        "claim_task",
        ["to_id", "claim_id", "due_on", "words"],
        unique=True,
        postgresql_where=sa.text("done_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("claim_task")
    op.drop_table("saved_filter")
