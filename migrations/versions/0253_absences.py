"""who of an agency is away, and who stands in"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0253"
down_revision: str | None = "0252"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "officer_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("taken_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_on <= last_on", name="ck_officer_absence_days"),
        sa.CheckConstraint("substitute_id <> officer_id", name="ck_officer_absence_another"),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_officer_absence_officer_id"
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["officer.id"], name="fk_officer_absence_substitute_id"
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["officer.id"], name="fk_officer_absence_entered_by_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_officer_absence"),
    )
    op.create_index("ix_officer_absence_officer_id", "officer_absence", ["officer_id"])


def downgrade() -> None:
    op.drop_table("officer_absence")
