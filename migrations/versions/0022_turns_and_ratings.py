"""turns and ratings"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0092"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "turn_warning",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ahead", sa.SmallInteger(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("email", "sms", "telegram", name="noticechannel", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_turn_warning")),
    )
    op.create_index(op.f("ix_turn_warning_warned_at"), "turn_warning", ["warned_at"], unique=False)
    op.create_table(
        "visit_rating",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("fault", sa.String(length=16), nullable=False),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_visit_rating_score")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_visit_rating_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_visit_rating")),
    )


def downgrade() -> None:
    op.drop_table("visit_rating")
    op.drop_table("turn_warning")
