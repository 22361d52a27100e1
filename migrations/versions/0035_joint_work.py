"""joint work"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0035"
down_revision: str | None = "0091"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "internal_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("mentions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_internal_note_claim_id")),
        sa.ForeignKeyConstraint(["by_id"], ["officer.id"], name=op.f("fk_internal_note_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
    )
    op.create_index(op.f("ix_internal_note_claim_id"), "internal_note", ["claim_id"], unique=False)
    op.create_index(
        "ix_internal_note_mentions",
        "internal_note",
        ["mentions"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "opinion_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_opinion_request_agency_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["officer.id"], name=op.f("fk_opinion_request_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["officer.id"], name=op.f("fk_opinion_request_asked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_opinion_request_claim_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion_request")),
    )
    op.create_index(
        op.f("ix_opinion_request_agency_id"), "opinion_request", ["agency_id"], unique=False
    )
    op.create_index(
        op.f("ix_opinion_request_claim_id"), "opinion_request", ["claim_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("opinion_request")
    op.drop_table("internal_note")
