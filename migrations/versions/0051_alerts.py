"""alerts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0051"
down_revision: str | None = "0030"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("series", sa.String(length=160), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("observed", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=False),
        sa.Column("bound", sa.Integer(), nullable=False),
        sa.Column("dispersion", sa.Float(), nullable=False),
        sa.Column("p", sa.Float(), nullable=False),
        sa.Column("tested", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("raised", "taken", "judged", name="alertstate", native_enum=False,
                    create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "finding",
            sa.Enum("confirmed", "explained", "data_fault", "dismissed", name="finding",
                    native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=op.f("fk_alert_officer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("series", "week", name=op.f("uq_alert_series_week")),
    )
    op.create_index(op.f("ix_alert_state"), "alert", ["state"])
    op.create_index(op.f("ix_alert_week"), "alert", ["week"])


def downgrade() -> None:
    op.drop_table("alert")
