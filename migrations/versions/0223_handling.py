"""how a topic is handled, and topics that are offered no more"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0223"
down_revision: str | None = "0222"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "subject", sa.Column("active", sa.Boolean(), server_default="true", nullable=False)
    )
    op.create_table(
        "handling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("jsonb_typeof(words) = 'object'", name=op.f("ck_handling_words")),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["subject.id"], name=op.f("fk_handling_subject_id")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_handling_agency_id")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["officer.id"], name=op.f("fk_handling_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handling")),
        sa.UniqueConstraint(
            "subject_id", "agency_id", name=op.f("uq_handling_subject_id_agency_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("handling")
    op.drop_column("subject", "active")
