"""forecast of the wait"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0011"
down_revision: str | None = "0031"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TOLD = ("other_p50_s", "other_p90_s")


def upgrade() -> None:
    op.execute("DELETE FROM wait_outlook")
    for name in TOLD:
        op.add_column("wait_outlook", sa.Column(name, sa.Integer(), nullable=False))
        op.add_column("ticket", sa.Column(name, sa.Integer(), nullable=True))
    # No foreign key: its check would lock the ticket, and who is locked is passed over by a call.
    op.create_table(
        "ticket_wait",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("p50_s", sa.Integer(), nullable=False),
        sa.Column("p90_s", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_wait")),
    )
    op.create_table(
        "forecast_score",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mae_s", sa.Float(), nullable=True),
        sa.Column("pinball_s", sa.Float(), nullable=True),
        sa.Column("coverage", sa.Float(), nullable=True),
        sa.Column("other_pinball_s", sa.Float(), nullable=True),
        sa.Column("other_coverage", sa.Float(), nullable=True),
        sa.Column("plain", sa.Boolean(), nullable=False),
        sa.Column("median_level", sa.Float(), nullable=False),
        sa.Column("high_level", sa.Float(), nullable=False),
        sa.Column("by_agency", postgresql.JSONB(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_forecast_score")),
    )


def downgrade() -> None:
    op.drop_table("forecast_score")
    op.drop_table("ticket_wait")
    for name in TOLD:
        op.drop_column("ticket", name)
        op.drop_column("wait_outlook", name)
