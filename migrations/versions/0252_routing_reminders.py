"""claims without an agency are told once a working day"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0252"
down_revision: str | None = "0251"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "routing_reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_routing_reminder_claim_id"),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.id"], name="fk_routing_reminder_officer_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_routing_reminder"),
        sa.UniqueConstraint(
            "officer_id", "on", "claim_id", name="uq_routing_reminder_officer_id_on_claim_id"
        ),
    )


def downgrade() -> None:
    op.drop_table("routing_reminder")
